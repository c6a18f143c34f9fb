# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose turn it is: urgent ones first, then fair between people; one call to a destination, none to ourselves."""

import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from faxcore.config import DiallingConfig, LineConfig, NumberConfig
from faxcore.queue.choose import Known, choose
from faxcore.store.turns import MOST, Candidate, Engaged
from tests.support.hypothesis_profiles import examples

DIALLING = DiallingConfig()


def lines(count: int) -> list[LineConfig]:
    return [
        LineConfig(f"line-{each}", Path(f"/dev/tty{each}"), "", (NumberConfig(f"01990001{each:02}", ()),))
        for each in range(count)
    ]


def job(number: int, owner: str = "anne", priority: int = 0, destination: str = "") -> Candidate:
    return Candidate(f"{number:04}", owner, priority, destination or f"+331990{number:05}")


def chosen(candidates: list[Candidate], free: int, known: Known | None = None) -> list[str]:
    return [pair[0].id for pair in choose(candidates, lines(free), known or Known(), DIALLING)]


def test_the_oldest_first_and_the_urgent_before_it() -> None:
    assert chosen([job(1), job(2), job(3)], 2) == ["0001", "0002"]
    assert chosen([job(1), job(2), job(3, priority=-1)], 2) == ["0003", "0001"]


def test_a_mailing_leaves_everybody_their_turn() -> None:
    mailing = [job(number) for number in range(100)]
    assert chosen([*mailing, job(200, "bob"), job(300, "carl")], 4) == ["0000", "0200", "0300", "0001"]
    under_way = Known([Engaged("anne", "+33199090001"), Engaged("anne", "+33199090002")])
    assert chosen([*mailing, job(200, "bob"), job(201, "bob"), job(202, "bob")], 3, under_way) == [
        "0200",
        "0201",
        "0000",
    ]


def test_who_was_served_longest_ago_is_next() -> None:
    candidates = [job(1, "anne"), job(2, "bob"), job(3, "carl")]
    assert chosen(candidates, 1, Known(served={"anne": 3, "bob": 1, "carl": 2})) == ["0002"]
    assert chosen(candidates, 1, Known(served={"anne": 3, "bob": 1})) == ["0003"], "never is longest ago"


def test_one_call_at_a_time_to_a_destination() -> None:
    same = [job(1, destination="+33199000001"), job(2, "bob", destination="+33199000001"), job(3, "bob")]
    assert chosen(same, 3) == ["0001", "0003"]
    assert chosen(same, 3, Known([Engaged("carl", "+33199000001")])) == ["0003"]


def test_no_line_calls_itself() -> None:
    ourselves = job(1, destination="+33199000100")
    assert choose([ourselves], lines(1), Known(), DIALLING) == []
    assert [line.name for _job, line in choose([ourselves, job(2)], lines(2), Known(), DIALLING)] == [
        "line-1",
        "line-0",
    ]


@examples(200)
@given(
    jobs=st.lists(st.tuples(st.sampled_from("abc"), st.integers(-1, 1), st.integers(0, 9)), max_size=30),
    free=st.integers(0, 5),
    busy=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), max_size=4),
)
def test_every_choice_can_be_made_and_none_is_left_out(
    jobs: list[tuple[str, int, int]], free: int, busy: list[tuple[str, int]]
) -> None:
    candidates = [job(n, owner, priority, f"+3319900001{to}") for n, (owner, priority, to) in enumerate(jobs)]
    engaged = [Engaged(owner, f"+3319900001{to}") for owner, to in busy]
    pairs = choose(candidates, lines(free), Known(engaged), DIALLING)
    called = [each.destination for each, _line in pairs]
    assert len({line.name for _job, line in pairs}) == len(pairs) <= free
    assert len(set(called)) == len(called) and not set(called) & {each.destination for each in engaged}
    if len(pairs) < free:
        left = {each.destination for each in candidates} - set(called) - {each.destination for each in engaged}
        assert not left, "a line is free only if nobody can be called"


def test_many_candidates_and_lines_take_little_processor_time() -> None:
    candidates = [job(number, f"person{number % 50}") for number in range(MOST)]
    choose(candidates, lines(24), Known(), DIALLING)
    before = time.process_time()
    assert len(choose(candidates, lines(24), Known(), DIALLING)) == 24
    assert time.process_time() - before < 0.05
