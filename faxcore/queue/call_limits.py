# SPDX-License-Identifier: GPL-3.0-or-later
"""Count the calls of a job, and say when there have been enough: pure.

A *dial* is any call; a *try* is one that has reached a fax machine. They are bounded apart, as they cost different
people: a dial that finds the number busy costs nobody, one that a person picks up annoys that person, and a page that a
machine has not taken three times it will not take the fourth time either. A try that brought a page further begins the
counting of tries anew: a long fax over a bad line gets through in as many calls as it takes.

At a number where a fax machine has answered before, a call that finds none is bad luck. Where none ever has, the number
may be wrong, and it is dialled only so often (`never_reached` in the configuration).
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from faxcore.config import QueueConfig
from faxcore.model.attempts import Attempts
from faxcore.model.call import UNREACHED, CallReport, Outcome
from faxcore.model.sentence import NOTHING, Sentence


def is_dialled(report: CallReport) -> bool:
    """Return whether a call was made: a modem that is absent has dialled nothing."""
    if report.outcome is Outcome.MODEM:
        return bool(report.dial_seconds or report.seconds or report.sent)
    return True


def is_reached(report: CallReport) -> bool:
    """Return whether a fax machine was reached in this call."""
    if report.outcome is Outcome.MODEM:
        return bool(report.rate or report.sent)
    return report.outcome not in UNREACHED | {Outcome.LOCAL_ABORT, Outcome.STORAGE}


def count_call(before: Attempts, report: CallReport, first_page: int) -> Attempts:
    """Count a call that has ended, in which pages from `first_page` on were to be sent; `before` has its dial already,
    as that is counted when it begins. One that dialled nothing, or that we broke off ourselves, counts for nothing; nor
    does one in which the job was to follow another, and the other end did not go on to it.
    """
    if not is_dialled(report) or report.outcome is Outcome.LOCAL_ABORT or report.not_begun:
        return replace(before, dials=before.dials - 1)
    if not is_reached(report):
        return replace(before, unreached=before.unreached + 1)
    further = report.confirmed >= first_page
    return replace(before, tries=before.tries + 1, in_vain=0 if further else before.in_vain + 1, unreached=0)


def find_limit(attempts: Attempts, outcome: Outcome, reached: bool, queue: QueueConfig) -> Sentence:
    """Find the bound that these calls have come to, the last of which ended so; nothing if there may be another.
    `reached`: a fax machine has answered at this number.
    """
    if attempts.in_vain >= queue.tries:
        return Sentence("the same page did not get through in {count} calls", {"count": attempts.in_vain})
    most = queue.never_reached.get(outcome)
    if not reached and most is not None and attempts.unreached >= most:
        return Sentence("no fax machine has ever answered at this number")
    return find_dial_limit(attempts, queue)


def find_dial_limit(attempts: Attempts, queue: QueueConfig) -> Sentence:
    """Find the bound of all calls, whatever they came to; nothing if there may be another."""
    if attempts.dials >= queue.dials:
        return Sentence("calls made: {count}", {"count": attempts.dials})
    return NOTHING


def spread_wait(seconds: float, queue: QueueConfig, job: str, dials: int) -> float:
    """Make a wait shorter or longer, by chance, by up to the configured spread. The chance lies in the job's id and the
    number of its dials: two jobs never meet twice, and nobody has to bring dice.
    """
    chance = Random(f"{job} {dials}").random()  # noqa: S311 - nobody gains by guessing it
    return seconds * (1 + (2 * chance - 1) * queue.spread / 100)
