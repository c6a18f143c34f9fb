# SPDX-License-Identifier: GPL-3.0-or-later
"""The composer as a process: numbers of the whole fax, the cover page, and errors that keep their meaning."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from faxcore.contract.codec import decode, encode
from faxcore.document.compose import PageOrder, compose
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.header_line import draw_header_line, format_header_line
from faxcore.document.tiff import read_pages, write_pages
from faxcore.model.header import SHIPPED, Header
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.paper import LongPages, Paper, PaperFrom, PaperPlan
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import Sentence
from tests.support.service_parts import document
from tests.support.small_disk import filled

WHEN = datetime(2026, 11, 22, 18, 5)
ORDER = PageOrder(SHIPPED[0], Recipient("0199000002", "Martin"), "Hello", "+33199000001", WHEN)


def lines(first: int, total: int, continued_from: int = 1) -> list[str]:
    texts = [format_header_line(WHEN, "+33199000001", "Martin", page, total) for page in range(first, total + 1)]
    return [text + " (continued)" if 1 < continued_from <= number else text for number, text in enumerate(texts, first)]


def test_the_header_line_stands_on_every_page(tmp_path: Path) -> None:
    source, out = document(tmp_path, 3), tmp_path / "out.tif"
    assert len(asyncio.run(compose(source, out, ORDER))) == 3
    expected = [draw_header_line(page, line) for page, line in zip(read_pages(source), lines(1, 3), strict=True)]
    assert list(read_pages(out)) == expected


def test_a_resumed_fax_keeps_the_numbers_of_the_whole(tmp_path: Path) -> None:
    source, out = document(tmp_path, 3), tmp_path / "out.tif"
    assert len(asyncio.run(compose(source, out, replace(ORDER, first_page=3)))) == 3
    last = list(read_pages(out))[-1]
    assert last == draw_header_line(list(read_pages(source))[-1], lines(3, 3, continued_from=3)[0])


def test_a_cover_page_goes_first_and_is_counted(tmp_path: Path) -> None:
    source, out = document(tmp_path, 2), tmp_path / "out.tif"
    assert len(asyncio.run(compose(source, out, replace(ORDER, header=SHIPPED[1])))) == 3
    cover, *rest = read_pages(out)
    assert any(cover.rows)
    expected = [draw_header_line(page, line) for page, line in zip(read_pages(source), lines(2, 3), strict=True)]
    assert rest == expected


def test_sheets_are_counted_with_the_cover_page_before_them(tmp_path: Path) -> None:
    source, out = tmp_path / "document.tif", tmp_path / "out.tif"
    line = b"\xf0" * 216 * 20 + bytes(216 * 11)
    write_pages(source, [Page(Width.A4, Resolution.FINE, line * rows) for rows in (290, 10)])
    # The cover page has been confirmed, and two sheets for B4: the rest goes to a machine with A4.
    plan = PaperPlan((PaperFrom(1, Paper.B4, LongPages.CUT),)).shorten(4, Paper.A4)
    sizes = asyncio.run(compose(source, out, replace(ORDER, header=SHIPPED[1], first_page=4, plan=plan)))
    pages = list(read_pages(out))
    assert [size.length for size in sizes] == [page.length for page in pages]
    assert 2287 < pages[1].length <= 2803 and 2287 < pages[2].length <= 2803
    assert max(page.length for page in pages[3:]) <= 2287 and len(pages) == 6
    top = lines(6, 6, continued_from=4)[-1]
    assert pages[-1] == draw_header_line(Page(Width.A4, Resolution.FINE, line * 10), top)


def test_a_cover_page_that_does_not_exist(tmp_path: Path) -> None:
    header = Header("x", Sentence("X"), cover="no-such-template")
    with pytest.raises(DocumentError) as failed:
        asyncio.run(compose(document(tmp_path), tmp_path / "out.tif", replace(ORDER, header=header)))
    assert failed.value.reason is Reason.CRASHED
    assert not (tmp_path / "out.tif").exists()


def test_a_full_disk_is_told_from_a_bad_document(small_disk: Path, tmp_path: Path) -> None:  # noqa: F811
    source = document(tmp_path, 5)
    with filled(small_disk), pytest.raises(DocumentError) as failed:
        asyncio.run(compose(source, small_disk / "out.tif", ORDER))
    assert failed.value.reason is Reason.NO_SPACE
    assert not (small_disk / "out.tif").exists()


def test_the_order_survives_its_way() -> None:
    assert decode(json.loads(json.dumps(encode(ORDER))), PageOrder) == ORDER


def test_the_words_of_the_cover_page_are_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    """By the order, else by the header."""
    source, covers = document(tmp_path, 1), []
    french = replace(SHIPPED[1], language="fr")
    for number, (header, languages) in enumerate(
        [(SHIPPED[1], ("en",)), (SHIPPED[1], ("fr",)), (french, ()), (french, ("en",))]
    ):
        out = tmp_path / f"{number}.tif"
        asyncio.run(compose(source, out, replace(ORDER, header=header, languages=languages)))
        covers.append(next(iter(read_pages(out))))
    assert covers[0] == covers[3] != covers[1] == covers[2]


def test_the_words_of_the_senders_number_stand_in_the_header_line(tmp_path: Path) -> None:
    source, out = document(tmp_path, 1), tmp_path / "out.tif"
    asyncio.run(compose(source, out, replace(ORDER, header_line="Surgery")))
    (page,) = read_pages(out)
    text = format_header_line(WHEN, "+33199000001", "Martin", 1, 1, "Surgery")
    assert text == "2026-11-22 18:05   Surgery  +33199000001  →  Martin   page 1/1"
    assert page == draw_header_line(next(iter(read_pages(source))), text)
