# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of one print job on one pipe: all of them whole, or a refusal, and everything is read before that."""

from __future__ import annotations

import io
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.cups import taken_documents
from faxcore.cups.parcel import PIECE, Label, pack
from faxcore.cups.print_refusal import Exit, Refusal
from faxcore.cups.taken_documents import receive_stream

PDF = Label("application/pdf", is_sheet=False, is_converted=False)
SHEET = Label("application/vnd.cups-banner", is_sheet=True, is_converted=True)
CONVERTED = Label("text/x-foreign", is_sheet=False, is_converted=True)


def packed(*documents: tuple[Label, bytes]) -> bytes:
    out = io.BytesIO()
    for label, octets in documents:
        pack(label, io.BytesIO(octets), out)
    return out.getvalue()


def received(stream: bytes) -> list[tuple[Label, bytes]]:
    source = io.BufferedReader(io.BytesIO(stream))  # type: ignore[type-var]
    with ExitStack() as files:
        try:
            documents = receive_stream(source, 7, files)
        finally:
            assert source.read() == b"", "cupsd throws a job away whose backend ends before its last document"
        found = []
        for document in documents:
            document.file.seek(0)
            found.append((document.label, document.file.read()))
        return found


def refused(stream: bytes) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        received(stream)
    return refusal.value


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The spool folder of a cupsd that has two documents of job 7."""
    monkeypatch.setenv("CUPS_REQUESTROOT", str(tmp_path))
    for number in (1, 2):
        (tmp_path / f"d00007-00{number}").touch()
    return tmp_path


@given(st.lists(st.binary(max_size=3 * PIECE), min_size=1, max_size=4))
def test_any_documents_arrive_as_they_were(documents: list[bytes]) -> None:
    sent = [(PDF, octets) for octets in documents]
    assert received(packed(*sent)) == sent


def test_banners_are_left_out_and_what_was_converted_is_known() -> None:
    sent = [(SHEET, b"classified"), (PDF, b"%PDF-"), (CONVERTED, b"%PDF-"), (SHEET, b"trailer")]
    assert received(packed(*sent)) == sent[1:3]
    assert b"classified" not in packed(*sent)
    assert "is empty" in refused(packed((SHEET, b"classified"))).sentence.text


@given(st.data())
def test_a_stream_that_is_cut_is_no_shorter_fax(data: st.DataObject) -> None:
    whole = packed((PDF, b"%PDF-" * 10), (CONVERTED, b"%PDF-" * 5))
    first = len(packed((PDF, b"%PDF-" * 10)))
    # Between parcels only the number of documents tells: see below.
    cut = data.draw(st.integers(len("FACTEUR PARCEL 1 "), len(whole) - 1).filter(lambda at: at != first))
    assert refused(whole[:cut]).exit_code is Exit.HOLD


def test_a_document_that_does_not_arrive_is_missed(spool: Path) -> None:
    assert refused(packed((PDF, b"%PDF-"))).exit_code is Exit.HOLD
    assert len(received(packed((PDF, b"%PDF-1"), (PDF, b"%PDF-2")))) == 2
    (spool / "d00007-003").touch()
    assert refused(packed((PDF, b"%PDF-1"), (PDF, b"%PDF-2"))).exit_code is Exit.HOLD


def test_what_has_no_bounds_is_one_document_or_refused(spool: Path) -> None:
    assert refused(b"%PDF-1%PDF-2").exit_code is Exit.CANCEL
    (spool / "d00007-002").unlink()
    ((label, octets),) = received(b"%PDF-1")
    assert (label.is_converted, octets) == (True, b"%PDF-1")


@given(st.binary(max_size=200))
def test_any_octets_behind_a_parcel_are_refused(octets: bytes) -> None:
    assert received(packed((PDF, b"%PDF-")) + octets) if not octets else refused(packed((PDF, b"%PDF-")) + octets)


def test_too_much_is_refused_after_all_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taken_documents, "MAX_DOCUMENT", 1000)
    assert "too large" in refused(packed((PDF, b"x" * 600), (PDF, b"x" * 600))).sentence.text
