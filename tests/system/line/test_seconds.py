# SPDX-License-Identifier: GPL-3.0-or-later
"""The seconds of a call as they are billed, beside the exchange's own log. `python -m tests.benchmarks.call_seconds`
makes hundreds of such calls.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faxcore.model.call import Outcome
from tests.support.timed_calls import KINDS, CallMaker, begin_calls


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallMaker]:
    with begin_calls(tmp_path_factory.mktemp("exchange"), seed=3) as made:
        yield made


@pytest.mark.parametrize("kind", KINDS)
def test_seconds_are_those_of_the_network_within_the_stated_bound(maker: CallMaker, kind: str) -> None:
    for call in maker.make(kind):
        assert call.find_fault() == "", call


@pytest.mark.parametrize("kind", ["to ours", "to theirs", "fetched"])
def test_a_call_out_says_that_its_answer_is_estimated(maker: CallMaker, kind: str) -> None:
    out = maker.make(kind)[0].said
    assert out.outcome is Outcome.OK
    # The lengths of T.30, and the last digit of their sum.
    assert 0 < out.answer_spread <= 4.79 + 1e-6
    assert not out.perhaps_answered


@pytest.mark.parametrize(("kind", "perhaps"), [("a person", True), ("nobody's number", True), ("busy", False)])
def test_a_call_that_reached_no_fax_machine_may_have_been_answered(maker: CallMaker, kind: str, perhaps: bool) -> None:
    (call,) = maker.make(kind)
    assert (call.said.seconds, call.said.perhaps_answered) == (0.0, perhaps)
    assert bool(call.talked) is (kind == "a person")
