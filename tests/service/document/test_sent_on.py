# SPDX-License-Identifier: GPL-3.0-or-later
"""A received fax that is sent on: it keeps the line of its first sender, and all that stands on it, whatever the paper
of the next machine.
"""

import asyncio
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from faxcore.document.compose import PageOrder, compose
from faxcore.document.layout import STRIP_MM
from faxcore.document.tiff import read_pages, write_pages
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.paper import LongPages, Paper, PaperFrom, PaperPlan
from tests.service.document.test_legible import LEGAL_LINES, WORDS, legal_print, read
from tests.service.test_compose import ORDER
from tests.support.documents import rendered

STRIP = round(STRIP_MM * Resolution.FINE.rows_per_mm)
A4 = round(297 * Resolution.FINE.rows_per_mm)
FIRST = replace(ORDER, station_id="+33155555555")


def receive(folder: Path, pages: list[Page]) -> list[Page]:
    """The pages as they arrive with the line of their first sender, and are handed in again, as `faxctl send` does."""
    arrived = send(folder, pages, FIRST)
    assert rendered(folder, (folder / "out.tif").read_bytes()) == arrived
    return arrived


def send(folder: Path, pages: list[Page], order: PageOrder) -> list[Page]:
    """Compose these pages by this order."""
    write_pages(folder / "pages.tif", pages)
    (folder / "out.tif").unlink(missing_ok=True)
    asyncio.run(compose(folder / "pages.tif", folder / "out.tif", order))
    return list(read_pages(folder / "out.tif"))


def full(rows: int) -> Page:
    """Lines of 20 rows, all of them different, 11 white rows between them; ink to the very end."""
    drawn = (row.to_bytes(2) * 108 if (rows - 1 - row) % 31 < 20 else bytes(216) for row in range(rows))
    return Page(Width.A4, Resolution.FINE, b"".join(drawn))


@pytest.mark.parametrize("rows", [2738, 5000])
def test_no_row_of_it_is_lost(tmp_path: Path, rows: int) -> None:
    [received] = receive(tmp_path, [full(rows)])
    for paper, way in product(Paper, LongPages):
        sent = send(tmp_path, [received], replace(ORDER, plan=PaperPlan((PaperFrom(1, paper, way),))))
        assert max(page.length / page.resolution.rows_per_mm for page in sent) <= paper.longest_mm
        if rows == 2738 and paper is Paper.A4 and way is LongPages.REDUCE:
            assert len(sent) == 1
            continue
        # Between the lines a row may have been left white for the header line.
        below = b"".join(page.rows[STRIP * 216 :] for page in sent)
        assert inked_rows(below) == inked_rows(received.rows), (paper, way)


def inked_rows(rows: bytes) -> list[bytes]:
    return [row for at in range(0, len(rows), 216) if any(row := rows[at : at + 216])]


@pytest.mark.parametrize("way", LongPages)
def test_both_lines_and_nearly_every_word_are_read_on_a4(tmp_path: Path, way: LongPages) -> None:
    [received] = receive(tmp_path, rendered(tmp_path, legal_print(10)))
    assert received.length > A4
    sent = send(tmp_path, [received], replace(ORDER, plan=PaperPlan((PaperFrom(1, Paper.A4, way),))))
    assert len(sent) == (1 if way is LongPages.REDUCE else 2)
    found = [word for page in sent for word in read(page)]
    # A plus of 1 mm may be taken for a four.
    assert [word.endswith("33155555555") for word in found].count(True) == 1
    assert [word.endswith("33199000001") for word in found].count(True) == len(sent)
    right = sum(min(found.count(word), WORDS.count(word) * LEGAL_LINES) for word in set(WORDS))
    assert right >= 0.98 * LEGAL_LINES * len(WORDS)
