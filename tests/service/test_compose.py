# SPDX-License-Identifier: GPL-3.0-or-later
"""The composer as a process: numbers of the whole fax, the cover page, and errors that keep their meaning."""

import asyncio
import json
import resource
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from house_fixture import document

from faxcore.document.compose import NO_SPACE
from faxcore.document.composing import NO_SPACE_STATUS, ComposeFailed, PageOrder, compose
from faxcore.document.header_line import draw_header_line, format_header_line
from faxcore.document.tiff import read_pages
from faxcore.model.header import SHIPPED, Header
from faxcore.model.recipient import Recipient

WHEN = datetime(2026, 11, 22, 18, 5)
ORDER = PageOrder(SHIPPED[0], Recipient("0199000002", "Martin"), "Hello", "+33199000001", WHEN)


def lines(first: int, total: int, continued_from: int = 1) -> list[str]:
    texts = [format_header_line(WHEN, "+33199000001", "Martin", page, total) for page in range(first, total + 1)]
    return [text + " (continued)" if 1 < continued_from <= number else text for number, text in enumerate(texts, first)]


def test_the_header_line_stands_on_every_page(tmp_path: Path) -> None:
    source, out = document(tmp_path, 3), tmp_path / "out.tif"
    assert asyncio.run(compose(source, out, ORDER)) == 3
    expected = [draw_header_line(page, line) for page, line in zip(read_pages(source), lines(1, 3), strict=True)]
    assert list(read_pages(out)) == expected


def test_a_resumed_fax_keeps_the_numbers_of_the_whole(tmp_path: Path) -> None:
    source, out = document(tmp_path, 3), tmp_path / "out.tif"
    assert asyncio.run(compose(source, out, replace(ORDER, first_page=3))) == 3
    last = list(read_pages(out))[-1]
    assert last == draw_header_line(list(read_pages(source))[-1], lines(3, 3, continued_from=3)[0])


def test_a_cover_page_goes_first_and_is_counted(tmp_path: Path) -> None:
    source, out = document(tmp_path, 2), tmp_path / "out.tif"
    assert asyncio.run(compose(source, out, replace(ORDER, header=SHIPPED[1]))) == 3
    cover, *rest = read_pages(out)
    assert any(cover.rows)
    expected = [draw_header_line(page, line) for page, line in zip(read_pages(source), lines(2, 3), strict=True)]
    assert rest == expected


def test_a_cover_page_that_does_not_exist(tmp_path: Path) -> None:
    header = Header("x", "X", cover="no-such-template")
    with pytest.raises(ComposeFailed) as failed:
        asyncio.run(compose(document(tmp_path), tmp_path / "out.tif", replace(ORDER, header=header)))
    assert not failed.value.no_space
    assert not (tmp_path / "out.tif").exists()


def test_a_full_disk_is_told_from_a_bad_document(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk."""
    limited = "import resource, runpy, sys; sys.argv = sys.argv[1:]; resource.setrlimit = lambda *_: None;"
    limited += "runpy.run_module('faxcore.document.compose', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", limited, "compose", str(document(tmp_path, 5)), str(tmp_path / "out.tif")],
        input=ORDER.text(),
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500)),
    )
    assert done.returncode == NO_SPACE == NO_SPACE_STATUS, done
    assert not (tmp_path / "out.tif").exists()


def test_the_order_survives_its_way(tmp_path: Path) -> None:
    read = PageOrder.of(json.loads(ORDER.text()))
    assert (read.header, read.recipient, read.when) == (ORDER.header, ORDER.recipient, ORDER.when)
