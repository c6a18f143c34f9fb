# SPDX-License-Identifier: GPL-3.0-or-later
"""The paper that the pages of a fax are planned for: what a call teaches of it, and what becomes of a fax begun."""

import pytest

from faxcore.contract.codec import decode, encode
from faxcore.model.call import CallReport, Outcome
from faxcore.model.paper import LongPages, Paper, PaperFrom, PaperPlan, told_shortened
from faxcore.queue.experience import plan_paper, update_history
from faxcore.store.call_history import NOTHING, Experience

REDUCE, CUT = LongPages.REDUCE, LongPages.CUT


def test_the_paper_is_learnt_from_whatever_call_names_it() -> None:
    a4 = Experience(paper="a4")
    assert a4.longest is Paper.A4 and NOTHING.longest is Paper.UNLIMITED
    for outcome in (Outcome.OK, Outcome.LINE_LOST, Outcome.REMOTE_DCN, Outcome.INCOMPATIBLE):
        assert update_history(NOTHING, CallReport(outcome, paper="a4"), 1) == a4
        assert update_history(a4, CallReport(outcome, paper="unlimited"), 1) == NOTHING
    for outcome in (Outcome.BUSY, Outcome.NO_ANSWER, Outcome.NO_FAX):
        assert update_history(a4, CallReport(outcome), 1) == a4, "it said nothing"


def test_what_else_is_known_stays() -> None:
    known = Experience("V.29 9600", False, 1, 2)
    learnt = update_history(known, CallReport(Outcome.BUSY, paper="b4"), 1)
    assert learnt == Experience("V.29 9600", False, 1, 2, "b4")


@pytest.mark.parametrize("known", Paper)
def test_a_fax_of_which_nothing_has_arrived_is_planned_for_what_is_known(known: Paper) -> None:
    begun = PaperPlan().shorten(1, Paper.A4)
    for before in (PaperPlan(), begun, PaperPlan((PaperFrom(1, Paper.B4, CUT), PaperFrom(3, Paper.A4, CUT)))):
        assert plan_paper(before, 0, known, CUT).parts == (PaperFrom(1, known, CUT),)
    assert plan_paper(begun, 0, known, CUT).shortened is (known is not Paper.UNLIMITED)
    assert not plan_paper(PaperPlan(), 0, known, CUT).shortened


def test_a_fax_that_has_begun_goes_on_as_it_began() -> None:
    begun = PaperPlan((PaperFrom(1, Paper.B4, REDUCE),))
    assert plan_paper(begun, 2, Paper.A4, CUT) == begun


def test_shorter_paper_counts_from_the_first_page_of_the_call() -> None:
    plan = PaperPlan((PaperFrom(1, Paper.UNLIMITED, CUT),)).shorten(4, Paper.B4)
    assert [plan.at(page).paper for page in (1, 3, 4, 99)] == [Paper.UNLIMITED, Paper.UNLIMITED, Paper.B4, Paper.B4]
    again = plan.shorten(6, Paper.A4)
    assert [again.at(page).paper for page in (3, 5, 6)] == [Paper.UNLIMITED, Paper.B4, Paper.A4]
    assert again.shortened and {part.long_pages for part in again.parts} == {CUT}, "the way stays as it was"
    assert plan.shorten(4, Paper.A4).parts == (*plan.parts[:1], PaperFrom(4, Paper.A4, CUT))
    assert decode(encode(again), PaperPlan) == again


def test_the_fax_names_the_paper() -> None:
    assert "no pages longer than A4:" in str(told_shortened(PaperPlan().shorten(1, Paper.A4)))


def test_papers_are_in_their_order() -> None:
    assert Paper.UNLIMITED.shorter == (Paper.B4, Paper.A4)
    assert (Paper.B4.shorter, Paper.A4.shorter) == ((Paper.A4,), ())
