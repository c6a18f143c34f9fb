# SPDX-License-Identifier: GPL-3.0-or-later
"""The length of a call: `python -m tests.benchmarks.call_estimates` compares it with real ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.line.page_weights import PageWeight
from faxcore.model.page import Resolution, Width
from faxcore.queue.call_length import UsualCall, estimate_length, learn_usual
from faxcore.store.past_calls import PastCall
from faxcore.t30.capabilities import PageInfo, Terminal
from tests.support.joined import Joined

WEIGHTS = st.lists(
    st.builds(PageWeight, st.integers(0, 500_000), st.just(Width.A4), st.sampled_from(list(Resolution))), max_size=5
)
PAST = st.builds(
    PastCall,
    octets=st.integers(1, 1_000_000),
    sent=st.integers(1, 20),
    seconds=st.floats(5.0, 900.0),
    rate=st.sampled_from([2400, 9600, 14400]),
    coding=st.sampled_from(["MH", "MR", "MMR", "JBIG"]),
    error_correction=st.booleans(),
)


def pages(*octets: int, resolution: Resolution = Resolution.FINE) -> list[PageWeight]:
    return [PageWeight(each, Width.A4, resolution) for each in octets]


@pytest.mark.parametrize("rate", [14400, 2400])
@pytest.mark.parametrize("corrected", [True, False])
@pytest.mark.parametrize("count", [1, 5])
def test_a_good_call_takes_what_is_estimated(rate: int, corrected: bool, count: int) -> None:
    """Two ends joined without a telephone network: a call begins with the carrier there, 2.7 s behind the answer."""
    receiver = Terminal("r", error_correction=corrected, max_rate=rate)
    call = Joined([PageInfo(Width.A4, Resolution.FINE, 1000)] * count, receiver=receiver, octets=20_000)
    sending, _receiving = call.run()
    assert sending.connected_at is not None
    taken = call.caller.now - sending.connected_at + 2.7
    estimate = estimate_length(pages(*[20_000] * count), UsualCall(rate, "MMR", corrected, known=True))
    assert estimate.seconds == pytest.approx(taken, rel=0.1)


def test_the_newest_call_there_shows_rate_and_coding_and_all_of_them_the_slowness() -> None:
    usual = learn_usual([], [])
    base = estimate_length(pages(50_000), UsualCall(9600, "MR", False, known=True)).seconds
    calls = [PastCall(50_000, 1, base * slow, 9600, "MR", False) for slow in (1.2, 1.0, 2.0)]
    learnt = learn_usual(calls, [PastCall(9, 1, 500.0, 2400, "MH", False)])
    assert (usual.known, learnt.known) == (False, True)
    assert (learnt.rate, learnt.coding, learnt.error_correction) == (9600, "MR", False)
    assert (learnt.quickest, learnt.slowness, learnt.slowest) == pytest.approx((1.0, 1.2, 2.0))
    estimate = estimate_length(pages(50_000), learnt)
    assert (estimate.least, estimate.seconds, estimate.most) == pytest.approx((0.95 * base, 1.2 * base, 2.1 * base))


def test_a_first_call_is_taken_to_be_like_most_others_and_may_be_much_longer() -> None:
    common = PastCall(50_000, 1, 45.0, 14400, "MMR", True)
    rare = PastCall(50_000, 1, 300.0, 2400, "MH", False)
    learnt = learn_usual([], [rare, common, common])
    assert (learnt.rate, learnt.coding, learnt.known) == (14400, "MMR", False)
    estimate = estimate_length(pages(50_000), learnt)
    known = estimate_length(pages(50_000), learn_usual([common], []))
    assert estimate.most > 2 * known.most
    assert estimate.seconds == pytest.approx(known.seconds)


def test_a_change_of_resolution_takes_an_agreement_more() -> None:
    same = estimate_length(pages(9000, 9000), UsualCall()).seconds
    mixed = [*pages(9000), *pages(9000, resolution=Resolution.STANDARD)]
    assert estimate_length(mixed, UsualCall()).seconds == pytest.approx(same + 14.55)


def test_error_correction_confirms_each_64_kilobytes() -> None:
    corrected, plain = UsualCall(), UsualCall(error_correction=False)
    small, large = (estimate_length(pages(octets), corrected).seconds for octets in (65_536, 65_537))
    assert large - small == pytest.approx(3.2, abs=0.01)
    small, large = (estimate_length(pages(octets), plain).seconds for octets in (65_536, 65_537))
    assert large - small < 0.01


@given(weights=WEIGHTS, there=st.lists(PAST, max_size=3), elsewhere=st.lists(PAST, max_size=3))
def test_more_pages_take_longer_and_the_bounds_hold_the_estimate(
    weights: list[PageWeight], there: list[PastCall], elsewhere: list[PastCall]
) -> None:
    usual = learn_usual(there, elsewhere)
    estimate = estimate_length(weights, usual)
    assert 0 < estimate.least <= estimate.seconds <= estimate.most
    longer = estimate_length([*weights, PageWeight(1000, Width.A4, Resolution.FINE)], usual)
    assert longer.seconds > estimate.seconds and longer.most > estimate.most
