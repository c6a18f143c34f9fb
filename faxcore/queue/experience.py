# SPDX-License-Identifier: GPL-3.0-or-later
"""Learn from the calls to a destination, so that the next need not find out again what the last one did.

A rung of the ladder that does not train costs some seven seconds, each time; and there are terminals and lines, above
all those over the internet, on which something ends every call: V.17, whose training the other end never answers, or
error correction, in whose frames it gets lost. So:

- a call that got through, but only some rungs down, makes the next one begin there; below 9600 bit/s, where a page is
  dear, each call that gets through from there makes the next begin one rung higher;
- after two calls in a row that ended in the training at a rung of V.17, or behind it in error correction, both without
  a page, the next ones are made without V.17, or without error correction. If that does not help, it is forgotten.

- an other end that does not go on to a second fax in the same call, or does not answer when it is told of one, gets one
  fax a call.
- pages are planned for the paper that the other end last said it prints, where that is shorter than any page may be.

Whatever is known is forgotten after some days (`remember_days` in the configuration): lines and machines are mended.
What an administrator has locked stays as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from faxcore.model.call import WITH_PHASE, CallReport, Outcome
from faxcore.model.paper import LongPages, Paper, PaperPlan
from faxcore.queue.call_limits import is_reached
from faxcore.store.call_history import CallHistory, Experience

SUSPECTED: Final = 2
"""Calls in a row after which what they had in common is taken for the cause."""
WITHOUT_V17: Final = "V.29 9600"
"""The fastest rung below V.17."""
NOT_TAKEN: Final = (Outcome.UNCONFIRMED, Outcome.REMOTE_DCN, Outcome.PROTOCOL)
"""Ends of a call after EOM, with which the last page of a fax was followed, of an other end that may not know it."""
SLOW: Final = ("V.27ter 2400", "V.27ter 4800", "V.29 7200", WITHOUT_V17)
"""The rungs to climb."""


def update_history(before: Experience, report: CallReport, first_page: int) -> Experience:
    """Add to what is known that a call out has ended, in which pages from `first_page` on were to be sent."""
    if report.not_begun or (report.more and report.outcome in NOT_TAKEN):
        before = replace(before, together=False)
    if report.not_begun:
        return before
    if report.paper:
        before = replace(before, paper="" if report.paper == Paper.UNLIMITED.value else report.paper)
    if report.outcome is Outcome.OK:
        rung = f"{report.modulation} {report.rate}" if report.fallbacks else _one_up(before.begin_at)
        return replace(before, begin_at=rung, training_failures=0, correction_failures=0)
    if report.outcome not in WITH_PHASE or not report.rate or report.confirmed >= first_page:
        return before
    if report.phase == "B":
        return _training_failed(before, report.modulation == "V.17")
    return _page_failed(before, report.error_correction)


def plan_paper(before: PaperPlan, confirmed: int, known: Paper, long_pages: LongPages) -> PaperPlan:
    """Plan the pages of a fax for the paper that the other end is known to have. One of which pages are confirmed goes
    on as it began, or what has arrived and what is to come would not fit together.
    """
    if confirmed:
        return before
    return replace(before.begin_at(1, known, long_pages), shortened=before.shortened and known is not Paper.UNLIMITED)


def _one_up(rung: str) -> str:
    return dict(zip(SLOW, SLOW[1:], strict=False)).get(rung, rung)


def _training_failed(before: Experience, with_v17: bool) -> Experience:
    if not with_v17:
        return replace(before, begin_at="", training_failures=0)
    failures = before.training_failures + 1
    return replace(
        before, training_failures=failures, begin_at=WITHOUT_V17 if failures >= SUSPECTED else before.begin_at
    )


def _page_failed(before: Experience, corrected: bool) -> Experience:
    if not corrected:
        return replace(before, error_correction=True, correction_failures=0)
    failures = before.correction_failures + 1
    return replace(before, correction_failures=failures, error_correction=failures < SUSPECTED)


def learn(history: CallHistory, destination: str, report: CallReport, first_page: int, days: int) -> None:
    """Remember for so many days, 0: not at all, what a call to this destination has taught."""
    if history.is_locked(destination):
        return
    if not days:
        history.forget(destination)
        return
    if is_reached(report):
        history.note_reached(destination)
    before = history.experience(destination)
    after = update_history(before, report, first_page)
    if after != before:
        history.remember(destination, after, days)
