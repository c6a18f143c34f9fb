# SPDX-License-Identifier: GPL-3.0-or-later
"""Dials and tries are counted apart, and each has its bound."""

from types import MappingProxyType

import pytest

from faxcore.config import QueueConfig
from faxcore.model.attempts import Attempts
from faxcore.model.call import CallReport, Outcome
from faxcore.queue.call_limits import count_call, find_limit, is_reached, spread_wait

QUEUE = QueueConfig()


def calls(*reports: CallReport, first_page: int = 1) -> Attempts:
    """The counts after these calls, one after the other."""
    attempts = Attempts()
    for report in reports:
        begun = Attempts(attempts.dials + 1, attempts.tries, attempts.in_vain, attempts.unreached)
        attempts = count_call(begun, report, first_page)
        first_page = max(first_page, report.confirmed + 1)
    return attempts


BUSY, NO_FAX, LOST = (CallReport(outcome) for outcome in (Outcome.BUSY, Outcome.NO_FAX, Outcome.LINE_LOST))
ABSENT, STOPPED = CallReport(Outcome.MODEM), CallReport(Outcome.LOCAL_ABORT)


@pytest.mark.parametrize(
    ("made", "counts"),
    [
        ((BUSY, BUSY), Attempts(dials=2, unreached=2)),
        ((BUSY, LOST), Attempts(dials=2, tries=1, in_vain=1)),
        ((LOST, BUSY), Attempts(dials=2, tries=1, in_vain=1, unreached=1)),
        ((ABSENT, STOPPED, BUSY), Attempts(dials=1, unreached=1)),
        # The other end did not go on to it behind another fax: no call was made for it.
        ((CallReport(Outcome.REMOTE_DCN, not_begun=True), BUSY), Attempts(dials=1, unreached=1)),
        ((CallReport(Outcome.MODEM, dial_seconds=9.0),), Attempts(dials=1, unreached=1)),
        ((CallReport(Outcome.MODEM, dial_seconds=9.0, rate=14400),), Attempts(dials=1, tries=1, in_vain=1)),
        # On a fast line the answer may be taken to have come as soon as it was dialled.
        ((CallReport(Outcome.MODEM, seconds=3.0),), Attempts(dials=1, unreached=1)),
        ((LOST, LOST, CallReport(Outcome.OK_PARTIAL, confirmed=1)), Attempts(dials=3, tries=3)),
        # A page that was there before this call is no progress of it.
        ((CallReport(Outcome.OK_PARTIAL, confirmed=2), CallReport(Outcome.LINE_LOST, confirmed=2)), Attempts(2, 2, 1)),
    ],
)
def test_what_counts_for_what(made: tuple[CallReport, ...], counts: Attempts) -> None:
    assert calls(*made) == counts


def test_the_same_page_is_tried_three_times() -> None:
    assert not find_limit(calls(LOST, LOST), Outcome.LINE_LOST, True, QUEUE)
    limit = find_limit(calls(LOST, LOST, LOST), Outcome.LINE_LOST, True, QUEUE)
    assert str(limit) == "the same page did not get through in 3 calls"
    # A long fax over a bad line goes on, as long as each call brings a page.
    pages = [CallReport(Outcome.LINE_LOST, confirmed=page) for page in range(1, 12)]
    assert not find_limit(calls(*pages), Outcome.LINE_LOST, True, QUEUE)


def test_a_number_that_never_answered_as_a_fax_machine_is_left_in_peace() -> None:
    assert not find_limit(calls(NO_FAX), Outcome.NO_FAX, False, QUEUE)
    assert find_limit(calls(NO_FAX, NO_FAX), Outcome.NO_FAX, False, QUEUE)
    assert find_limit(calls(BUSY, NO_FAX), Outcome.NO_FAX, False, QUEUE)
    assert not find_limit(calls(NO_FAX, NO_FAX), Outcome.NO_FAX, True, QUEUE), "a fax machine has answered there"
    assert not find_limit(calls(NO_FAX, BUSY), Outcome.BUSY, False, QUEUE), "a busy number has no bound of its own"
    without = QueueConfig(never_reached=MappingProxyType({}))
    assert not find_limit(calls(NO_FAX, NO_FAX), Outcome.NO_FAX, False, without)


def test_there_are_twelve_calls_at_most() -> None:
    assert not find_limit(calls(*[BUSY] * 11), Outcome.BUSY, True, QUEUE)
    assert str(find_limit(calls(*[BUSY] * 12), Outcome.BUSY, True, QUEUE)) == "calls made: 12"


def test_waits_are_spread_about_what_is_configured() -> None:
    waits = [spread_wait(100, QUEUE, f"job-{number}", dials) for number in range(50) for dials in (1, 2)]
    assert all(50 <= wait <= 150 for wait in waits)
    assert 90 < sum(waits) / len(waits) < 110
    assert len(set(waits)) == 100
    assert spread_wait(100, QueueConfig(spread=0), "job-1", 1) == 100


@pytest.mark.parametrize("outcome", Outcome)
def test_every_end_is_known_to_have_reached_a_fax_machine_or_not(outcome: Outcome) -> None:
    unreached = {"busy", "no-answer", "no-dialtone", "no-fax", "modem", "local-abort", "storage"}
    assert is_reached(CallReport(outcome)) is (outcome.value not in unreached)
