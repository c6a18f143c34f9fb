# SPDX-License-Identifier: GPL-3.0-or-later
"""TIFF pictures whose directory gives a value in a kind that nobody expects: damaged, and no fault of the program."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.images import draw_picture
from faxcore.model.page import Page, Resolution, Width
from tests.support.tiff_file import make_tiff

TEXT, RATIONAL, FLOAT = 2, 5, 11
PAGE = Page(Width.A4, Resolution.FINE, bytes(4 * 216))


def picture(**tags: int) -> bytearray:
    """A page that is no fax, because it says nothing of its resolution."""
    tiff = bytearray(make_tiff(PAGE, [PAGE.rows], 4, 1, **tags))
    for tag in (282, 283):
        at = find_entry(tiff, tag)
        tiff[at : at + 2] = struct.pack("<H", 65_000)
    return tiff


def find_entry(tiff: bytes, tag: int) -> int:
    """Find the entry of this tag in the directory."""
    directory = int.from_bytes(tiff[4:8], "little")
    count = int.from_bytes(tiff[directory : directory + 2], "little")
    entries = range(directory + 2, directory + 2 + 12 * count, 12)
    return next(at for at in entries if int.from_bytes(tiff[at : at + 2], "little") == tag)


@pytest.mark.parametrize("kind", [TEXT, RATIONAL, FLOAT])
@pytest.mark.parametrize("tag", [262, 266, 273, 278, 279, 292, 317, 700])
def test_a_tag_of_another_kind_is_damage_or_means_nothing(tmp_path: Path, tag: int, kind: int) -> None:
    tiff = picture(t266=1, t292=0, t317=1, t700=1)
    at = find_entry(tiff, tag)
    tiff[at + 2 : at + 4] = struct.pack("<H", kind)
    file = tmp_path / "picture.tif"
    file.write_bytes(tiff)
    try:
        pages = list(draw_picture(file, Resolution.FINE, photo=False))
    except DocumentError as error:
        # Of some, Pillow does not even know that it is a TIFF.
        assert error.reason in (Reason.DAMAGED, Reason.TRUNCATED, Reason.UNKNOWN_FORMAT)
    else:
        assert [page.width for page in pages] == [Width.A4]
