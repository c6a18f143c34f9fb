# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a reception: on disk, all four of them, before anything they were made of may go."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from faxcore.document.archival_pdf import FaxFacts
from faxcore.document.tiff import write_pages
from faxcore.fax_folders.fax_folder import copy_hidden
from faxcore.fax_folders.own_copies import make_own_copies, own_copies, read_all
from faxcore.model.page import Page, Resolution, Width


def test_what_is_made_of_a_fax_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call, folder = tmp_path / "call", tmp_path / "received"
    call.mkdir()
    folder.mkdir()
    page = call / "page-0001.tif"
    write_pages(page, [Page(Width.A4, Resolution.FINE, bytes(216 * 10))])
    synced: dict[int, int] = {}
    sync = os.fsync

    def note(descriptor: int) -> None:
        sync(descriptor)
        status = os.fstat(descriptor)
        synced[status.st_ino] = status.st_size

    monkeypatch.setattr(os, "fsync", note)
    own = own_copies(page.parent)
    make_own_copies(own, read_all([page]), FaxFacts("a title"), datetime(2026, 3, 4, tzinfo=UTC))
    hidden = copy_hidden(own, folder, "an-id")
    assert (own.tiff, own.pdf) == (call / "reception.tif", call / "reception.pdf")
    for path in (own.tiff, own.pdf, *hidden):
        assert synced.get(path.stat().st_ino) == path.stat().st_size > 0, path
    assert call.stat().st_ino in synced
