# SPDX-License-Identifier: GPL-3.0-or-later
"""A page that is turned for sending says so, from the renderer to the pages as they arrive."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from faxcore.document.check import check_pages
from faxcore.document.compose import PageOrder, compose
from faxcore.document.join import join_pages
from faxcore.document.tiff import TURNED, page_sizes, read_page, read_pages, write_to
from faxcore.model.header import Header
from faxcore.model.paper import LongPages, Paper, PaperPlan
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import NOTHING
from tests.support.documents import pattern, pdf, rendered


def drawn(folder: Path, size: tuple[int, int]) -> io.BytesIO:
    """The pages that the renderer makes of a page of this size, in millimetres."""
    file = io.BytesIO()
    write_to(file, rendered(folder, pdf(size=size)))
    return file


@pytest.mark.parametrize(("size", "turned"), [((297, 210), True), ((210, 297), False), ((210, 148), False)])
def test_only_what_is_too_wide_is_turned_and_says_so(tmp_path: Path, size: tuple[int, int], turned: bool) -> None:
    file = drawn(tmp_path, size)
    assert [page.turned for page in page_sizes(file)] == [turned]
    assert read_page(file, 0).turned is turned


def test_a_scan_on_its_side_is_turned_and_says_so(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("L", (1654, 1169), 200).save(file, "PNG", dpi=(142, 142))
    assert [page.turned for page in rendered(tmp_path, file.getvalue())] == [True]


def test_it_survives_every_way_of_the_service(tmp_path: Path) -> None:
    lying, upright = drawn(tmp_path, (388, 210)), drawn(tmp_path, (210, 297))
    checked, composed = tmp_path / "checked.tif", tmp_path / "composed.tif"
    with (tmp_path / "joined.tif").open("w+b") as joined:
        assert [size.turned for size in join_pages([upright, lying], 1, joined)] == [False, True]
        joined.seek(0)
        with checked.open("w+b") as output:
            assert [size.turned for size in check_pages(joined, output)] == [False, True]
    header = Header("", NOTHING, cover="standard")
    # Reduced to the other end's paper, and with a header line on it.
    short = PaperPlan().begin_at(1, Paper.A4, LongPages.REDUCE)
    order = PageOrder(header, Recipient("0199000002", "", "", "", ""), "", "", datetime(2026, 11, 28), plan=short)
    asyncio.run(compose(checked, composed, order))
    assert [size.turned for size in page_sizes(composed)] == [False, False, True]


def test_a_page_of_an_older_release_was_turned_or_not_and_nobody_knows() -> None:
    file = io.BytesIO()
    write_to(file, [pattern()])
    with Image.open(file) as image:
        assert TURNED not in image.tag_v2
    assert [page.turned for page in read_pages(file)] == [False]
