# SPDX-License-Identifier: GPL-3.0-or-later
"""Received faxes in the files of HylaFAX: pixels, facts, and what came damaged."""

import tempfile
from pathlib import Path

import pytest

from faxcore.document.document_error import Reason, RenderFailed
from faxcore.document.received_tiff import ReceivedFacts, copy_received
from faxcore.document.tiff import read_pages
from faxcore.model.page import Page, Resolution
from faxcore.t85 import encode_page
from tests.support.hostile_text import NAMES, TEXTS
from tests.support.hylafax_spool import write_received
from tests.support.pages import text_page

PAGES = [text_page(Resolution.FINE, seed, rows=200) for seed in range(2)]


def copy(path: Path) -> tuple[list[Page], ReceivedFacts]:
    with path.open("rb") as source, tempfile.TemporaryFile() as output:
        sizes, facts = copy_received(source, output)
        pages = list(read_pages(output))
    assert len(sizes) == len(pages)
    return pages, facts


def test_pages_and_facts(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    write_received(path, PAGES, station="+33 1", at="2024:11:20 09:30:38", sub_address="12", bad_rows=3)
    pages, facts = copy(path)
    assert pages == PAGES
    assert facts == ReceivedFacts("+33 1", "12", "2024:11:20 09:30:38", 40, 6)


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_hostile_text_is_harmless(text: str, tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    ascii_text = text.encode("ascii", "replace").decode()[:2000]
    write_received(path, PAGES[:1], station=ascii_text, at=ascii_text)
    _pages, facts = copy(path)
    assert facts.station_id.isprintable() and len(facts.station_id) <= 80
    assert facts.time is None


def test_rows_that_came_damaged_do_not_cost_the_fax(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    write_received(path, PAGES[:1])
    content = bytearray(path.read_bytes())
    at = content.index(encoded(path)) + len(encoded(path)) // 2
    content[at : at + 4] = b"\0\0\0\0"
    path.write_bytes(content)
    (page,), facts = copy(path)
    assert page.length == PAGES[0].length and 0 < facts.bad_rows < page.length
    assert page.rows[: 30 * page.stride] == PAGES[0].rows[: 30 * page.stride]


def encoded(path: Path) -> bytes:
    """The octets of the first page's strip."""
    from PIL import Image  # noqa: PLC0415 - this test only

    with Image.open(path) as image:
        tags = image.tag_v2  # type: ignore[attr-defined]
        start = tags[273][0]
        return path.read_bytes()[start : start + tags[279][0]]


def test_pages_in_jbig_are_read(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    write_received(path, PAGES[:1])
    coded, content = encode_page(PAGES[0]), bytearray(path.read_bytes())
    place = len(content)
    content += coded
    # HylaFAX says that its bits are in reverse, and of JBIG that is not true.
    for tag, value in ((259, 34661), (262, 0), (266, 2), (273, place), (279, len(coded))):
        entry = find_entry(content, tag)
        content[entry + 2 : entry + 12] = b"\x04\0\x01\0\0\0" + value.to_bytes(4, "little")
    path.write_bytes(content)
    pages, _facts = copy(path)
    assert pages == PAGES[:1]


def find_entry(content: bytearray, tag: int) -> int:
    """Find the entry of a directory with this tag, and one number."""
    return next(
        at
        for at in range(8, len(content) - 12)
        if content[at : at + 2] == tag.to_bytes(2, "little")
        and content[at + 2] in (3, 4)
        and content[at + 3 : at + 8] == b"\0\x01\0\0\0"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", Reason.EMPTY), (b"no TIFF", Reason.UNKNOWN_FORMAT), (b"II*\0\x08\0\0\0", Reason.UNKNOWN_FORMAT)],
)
def test_what_is_no_fax_is_refused(content: bytes, reason: Reason, tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    path.write_bytes(content)
    with pytest.raises(RenderFailed) as refused:
        copy(path)
    assert refused.value.reason in (reason, Reason.DAMAGED)
