# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages that are longer than the other end prints: reduced, cut at white rows, and no ink of them lost."""

import pytest

from faxcore.document.sheets import count_sheets, fit_to_paper
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.paper import LongPages, Paper, PaperFrom, PaperPlan

A4_ROWS, LONGEST = 2287, 2310


def page(ink: int, white: int = 0) -> Page:
    """Lines of 20 rows, 11 white rows between them."""
    rows = b"".join((b"\xf0" if number % 31 < 20 else b"\0") * 216 for number in range(ink))
    return Page(Width.A4, Resolution.FINE, rows + bytes(white * 216))


def planned(paper: Paper, way: LongPages) -> PaperPlan:
    return PaperPlan((PaperFrom(1, paper, way),))


@pytest.mark.parametrize("way", LongPages)
def test_a_page_that_fits_is_not_touched(way: LongPages) -> None:
    for paper, rows in ((Paper.A4, LONGEST), (Paper.B4, 2800), (Paper.UNLIMITED, 9000)):
        given = page(rows)
        assert list(fit_to_paper([given], planned(paper, way))) == [given]


@pytest.mark.parametrize("way", LongPages)
@pytest.mark.parametrize("ink", [0, 20, 2000, A4_ROWS])
def test_white_rows_at_the_end_are_no_reason_to_do_anything(way: LongPages, ink: int) -> None:
    [sheet] = fit_to_paper([page(ink, 4000 - ink)], planned(Paper.A4, way))
    assert sheet.rows == page(ink, A4_ROWS - ink).rows


def test_a_long_page_is_cut_between_its_lines_and_nothing_is_lost() -> None:
    given = page(2741)
    sheets = list(fit_to_paper([given], planned(Paper.A4, LongPages.CUT)))
    assert len(sheets) == count_sheets([given], planned(Paper.A4, LongPages.CUT)) == 2
    assert b"".join(sheet.rows for sheet in sheets).rstrip(b"\0") == given.rows.rstrip(b"\0")
    assert all(sheet.length <= A4_ROWS for sheet in sheets)
    assert not any(sheets[1].rows[:216])


def test_legal_is_reduced_to_one_sheet_of_a4_and_a_receipt_is_cut() -> None:
    plan = planned(Paper.A4, LongPages.REDUCE)
    [sheet] = fit_to_paper([page(2741)], plan)
    assert sheet.length <= A4_ROWS and any(sheet.rows)
    assert count_sheets([page(6930)], plan) == 4


def test_a_page_that_is_longer_by_a_few_rows_is_one_sheet() -> None:
    assert count_sheets([page(LONGEST + 3)], planned(Paper.A4, LongPages.CUT)) == 1


def test_confirmed_pages_stay_as_they_went_out() -> None:
    begun = PaperPlan().shorten(2, Paper.A4)
    first, *rest = fit_to_paper([page(6000), page(6000)], begun)
    assert first == page(6000)
    assert len(rest) > 1 and all(sheet.length <= A4_ROWS for sheet in rest)
