# SPDX-License-Identifier: GPL-3.0-or-later
"""A printed document that cannot be drawn: cancelled if the fault is its own, held if it is this computer's."""

from __future__ import annotations

import io
from typing import Any

import pytest

from faxcore.cups import drawing
from faxcore.cups.options import PrintJob
from faxcore.cups.parcel import Label
from faxcore.cups.print_refusal import Exit, Refusal
from faxcore.cups.taken_documents import Document
from faxcore.document.document_error import Reason, RenderFailed


@pytest.mark.parametrize("reason", Reason)
def test_only_the_fault_of_a_document_cancels_its_job(reason: Reason, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any, **_options: Any) -> None:
        raise RenderFailed(reason)

    monkeypatch.setattr(drawing.renderer, "render", fail)
    argv = ["fax", "1", "anne", "a title", "1", ""]
    document = Document(io.BytesIO(b"%PDF-"), Label("application/pdf", is_sheet=False, is_converted=False))
    with pytest.raises(Refusal) as refused:
        drawing.draw(document, io.BytesIO(), PrintJob.from_arguments(argv), argv)
    passing = reason in (Reason.NO_SPACE, Reason.NO_WALL)
    usual = Exit.HOLD if passing else Exit.CANCEL
    assert refused.value.exit_code is (Exit.RETRY if reason is Reason.KILLED else usual)
