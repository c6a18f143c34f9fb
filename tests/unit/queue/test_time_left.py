# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the rest of a call takes, as far as its pages tell: against calls whose time is known to the second."""

from __future__ import annotations

import pytest

from faxcore.model.call import Outcome
from faxcore.model.page import Resolution, Width
from faxcore.queue.time_left import TimeLeft
from faxcore.t30.capabilities import PageInfo, Terminal
from tests.support.joined import Joined

FINE = PageInfo(Width.A4, Resolution.FINE, 1000)


def estimates(call: Joined, pages: int) -> list[tuple[float, float]]:
    """What was estimated when each page began, and what it was then."""
    sending, _receiving = call.run()
    assert sending.outcome is Outcome.OK
    left, found = TimeLeft(), []
    for now, note in call.caller.told:
        if note.state == "page":
            left.begin_page(note.page, note.octets, note.rate, now)
            found.append((left.estimate(pages, now), call.caller.now - now))
    return found


@pytest.mark.parametrize("octets", [3_000, 20_000, 200_000])
@pytest.mark.parametrize("rate", [14400, 2400])
@pytest.mark.parametrize("corrected", [True, False])
def test_a_good_call_takes_what_was_estimated(octets: int, rate: int, corrected: bool) -> None:
    receiver = Terminal("r", error_correction=corrected, max_rate=rate)
    for estimate, true in estimates(Joined([FINE] * 5, receiver=receiver, octets=octets), 5):
        assert estimate == pytest.approx(true, rel=0.25, abs=3.0)


def test_what_is_told_of_a_page_is_its_rate_its_octets_and_its_error_correction() -> None:
    for receiver, corrected in ((Terminal("r", max_rate=9600), True), (Terminal("r", error_correction=False), False)):
        call = Joined([FINE] * 2, receiver=receiver, octets=7000)
        call.run()
        told = [note for _now, note in call.caller.told if note.state in ("training", "page")]
        assert [(note.state, note.page, note.octets) for note in told] == [
            ("training", 0, 0),
            ("page", 1, 7000),
            ("page", 2, 7000),
        ]
        assert {(note.rate, note.error_correction) for note in told} == {(receiver.max_rate, corrected)}


def test_nothing_is_known_before_the_first_page() -> None:
    assert TimeLeft().estimate(3, 5.0) == 0.0


def test_pages_that_took_twice_as_long_foretell_it_of_the_others() -> None:
    left = TimeLeft()
    left.begin_page(1, 18_000, 14400, 0.0)
    usual = left.estimate(1, 0.0)
    assert usual == pytest.approx(14.5)
    assert left.estimate(3, 0.0) == pytest.approx(3 * usual)
    left.begin_page(1, 18_000, 14400, usual)  # once more, as the other end has asked for it
    left.begin_page(2, 18_000, 14400, 2 * usual)
    assert left.estimate(3, 2 * usual) == pytest.approx(4 * usual)
    assert left.estimate(3, 3 * usual) == pytest.approx(3 * usual)


def test_pages_to_come_are_like_those_so_far() -> None:
    left = TimeLeft()
    left.begin_page(1, 36_000, 14400, 0.0)
    first = left.estimate(1, 0.0)
    left.begin_page(2, 0, 14400, first)  # a white page
    assert left.estimate(3, first) == pytest.approx(4.0 + (first + 4.0) / 2)


def test_a_slower_rate_counts_at_once() -> None:
    left = TimeLeft()
    left.begin_page(1, 18_000, 14400, 0.0)
    left.begin_page(2, 18_000, 7200, 14.5)
    assert left.estimate(2, 14.5) == pytest.approx(25.0)


def test_a_call_is_not_over_before_it_is() -> None:
    left = TimeLeft()
    left.begin_page(1, 18_000, 14400, 0.0)
    assert left.estimate(1, 14.0) == left.estimate(1, 1000.0) == 1.0
