# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose turn it is: urgent ones first, then fair between people; one call to a destination, none to ourselves."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.config import Config, KeptFree, LineConfig, NumberConfig, Sender, SendingRule
from faxcore.config.weekly_hours import parse_hours
from faxcore.model.line_direction import LineDirection
from faxcore.queue.choose import Known, choose, choose_following
from faxcore.store.turns import MOST, Candidate, Engaged
from tests.support.hypothesis_profiles import examples

CONFIG = Config()
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
"""A Friday."""


def known(engaged: Sequence[Engaged] = (), **more: Any) -> Known:
    return Known(NOW, engaged, **more)


def lines(count: int) -> list[LineConfig]:
    return [
        LineConfig(f"line-{each}", Path(f"/dev/tty{each}"), "", (NumberConfig(f"01990001{each:02}", ()),))
        for each in range(count)
    ]


def job(number: int, owner: str = "anne", priority: int = 0, destination: str = "") -> Candidate:
    return Candidate(f"{number:04}", owner, priority, destination or f"+331990{number:05}")


def chosen(candidates: list[Candidate], free: int, knowing: Known | None = None) -> list[str]:
    return [pair[0].id for pair in choose(candidates, lines(free), knowing or known(), CONFIG)]


def lines_for(candidates: list[Candidate], free: list[LineConfig], config: Config = CONFIG, **more: Any) -> list[str]:
    """The names of the lines that the faxes go to, in the order of choosing."""
    return [line.name for _job, line in choose(candidates, free, known(**more), config)]


def test_the_oldest_first_and_the_urgent_before_it() -> None:
    assert chosen([job(1), job(2), job(3)], 2) == ["0001", "0002"]
    assert chosen([job(1), job(2), job(3, priority=-1)], 2) == ["0003", "0001"]


def test_a_mailing_leaves_everybody_their_turn() -> None:
    mailing = [job(number) for number in range(100)]
    assert chosen([*mailing, job(200, "bob"), job(300, "carl")], 4) == ["0000", "0200", "0300", "0001"]
    under_way = known([Engaged("anne", "+33199090001"), Engaged("anne", "+33199090002")])
    assert chosen([*mailing, job(200, "bob"), job(201, "bob"), job(202, "bob")], 3, under_way) == [
        "0200",
        "0201",
        "0000",
    ]


def test_who_was_served_longest_ago_is_next() -> None:
    candidates = [job(1, "anne"), job(2, "bob"), job(3, "carl")]
    assert chosen(candidates, 1, known(served={"anne": 3, "bob": 1, "carl": 2})) == ["0002"]
    assert chosen(candidates, 1, known(served={"anne": 3, "bob": 1})) == ["0003"], "never is longest ago"


def test_one_call_at_a_time_to_a_destination() -> None:
    same = [job(1, destination="+33199000001"), job(2, "bob", destination="+33199000001"), job(3, "bob")]
    assert chosen(same, 3) == ["0001", "0003"]
    assert chosen(same, 3, known([Engaged("carl", "+33199000001")])) == ["0003"]


def test_no_line_calls_itself() -> None:
    ourselves = job(1, destination="+33199000100")
    assert choose([ourselves], lines(1), known(), CONFIG) == []
    assert [line.name for _job, line in choose([ourselves, job(2)], lines(2), known(), CONFIG)] == [
        "line-1",
        "line-0",
    ]


def test_a_line_for_receiving_never_dials() -> None:
    one, other = lines(2)
    assert lines_for(
        [job(1), job(2)], [replace(one, direction=LineDirection.IN), replace(other, direction=LineDirection.OUT)]
    ) == ["line-1"]


def test_the_line_with_the_highest_priority_dials_first() -> None:
    few, many, none = lines(3)
    free = [few, replace(many, priority=9), replace(none, priority=3)]
    assert lines_for([job(1)], free) == ["line-1"]
    assert lines_for([job(1), job(2), job(3)], free) == ["line-1", "line-2", "line-0"]


def test_lines_of_one_priority_share_the_load() -> None:
    free = lines(3)
    used: dict[str, int] = {}
    dialled = []
    for turn in range(6):
        (name,) = lines_for([job(turn)], free, used=used)
        dialled.append(name)
        used[name] = turn + 1
    assert dialled == ["line-0", "line-1", "line-2"] * 2


def test_a_line_dials_within_its_hours_only() -> None:
    (line,) = lines(1)
    office = replace(line, hours=parse_hours(["Mon-Fri 08:00-18:00"]))
    assert lines_for([job(1)], [office]) == ["line-0"]
    late = Known(NOW + timedelta(hours=6))
    assert choose([job(1)], [office], late, CONFIG) == []
    assert choose([job(1)], [office, *lines(2)[1:]], late, CONFIG)[0][1].name == "line-1"


@pytest.mark.parametrize(
    ("kept", "uses", "dialled"),
    [
        (KeptFree(1), ["both", "both", "both"], 2),
        (KeptFree(2), ["both", "both", "both"], 1),
        (KeptFree(1), ["in", "both", "both"], 2),
        (KeptFree(1), ["both"], 0),
        (KeptFree(1), ["out", "both", "out"], 2),
        (KeptFree(1, "west"), ["both", "both", "both"], 2),
        (KeptFree(2, "west"), ["both", "both", "both"], 1),
    ],
)
def test_so_many_lines_stay_free_for_receiving(kept: KeptFree, uses: list[str], dialled: int) -> None:
    """`free` has no line on which there is a call: those do not count."""
    free = [
        replace(line, direction=LineDirection(use), groups=("west",) if line.name != "line-0" else ())
        for line, use in zip(lines(3), uses, strict=False)
    ]
    config = Config(kept_free=(kept,))
    assert len(lines_for([job(1), job(2), job(3)], free, config)) == dialled


def test_outside_of_the_group_nothing_stays_free() -> None:
    east, west = lines(2)
    config = Config(kept_free=(KeptFree(1, "west"),))
    assert lines_for([job(1), job(2)], [replace(west, groups=("west",)), east], config) == ["line-0"]


def test_a_rule_has_its_lines_and_its_hours() -> None:
    one, other = lines(2)
    free = [one, replace(other, groups=("west",))]
    far = SendingRule("Far", destinations=("+3319900002",), persons=("anne",), lines=("west",))
    private = SendingRule("Private", groups=("family",), hours=parse_hours(["Mon-Fri 18:00-08:00"]))
    config = Config(rules=(far, private))
    assert lines_for([job(1, destination="+33199000022"), job(2)], free, config) == ["line-1", "line-0"]
    assert lines_for([job(1, "bob", destination="+33199000022")], free, config) == ["line-0"]
    family = {"bob": Sender("bob", frozenset({"family"}))}
    assert lines_for([job(1, "bob"), job(2, "carl")], free, config, senders=family) == ["line-0"]
    evening = Known(NOW + timedelta(hours=6), senders=family)
    assert len(choose([job(1, "bob"), job(2, "carl")], free, evening, config)) == 2


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
    pairs = choose(candidates, lines(free), known(engaged), CONFIG)
    called = [each.destination for each, _line in pairs]
    assert len({line.name for _job, line in pairs}) == len(pairs) <= free
    assert len(set(called)) == len(called) and not set(called) & {each.destination for each in engaged}
    if len(pairs) < free:
        left = {each.destination for each in candidates} - set(called) - {each.destination for each in engaged}
        assert not left, "a line is free only if nobody can be called"


def test_many_candidates_and_lines_take_little_processor_time() -> None:
    candidates = [job(number, f"person{number % 50}") for number in range(MOST)]
    choose(candidates, lines(24), known(), CONFIG)
    before = time.process_time()
    assert len(choose(candidates, lines(24), known(), CONFIG)) == 24
    assert time.process_time() - before < 0.05


def followed_by(
    waiting: Sequence[Candidate], others: Sequence[Candidate] = (), line: LineConfig | None = None, **more: Any
) -> str:
    """The id of the fax that goes out next in the call that a line makes; empty if there is none."""
    config = more.pop("config", CONFIG)
    found = choose_following(waiting, others, line or lines(1)[0], known(**more), config)
    return "" if found is None else found.id


THERE = "+33199090001"


def test_what_follows_in_a_call_is_urgent_first_and_then_fair() -> None:
    ours = [job(1, destination=THERE), job(2, "bob", destination=THERE), job(3, "carl", -1, THERE)]
    assert followed_by(ours) == "0003"
    assert followed_by(ours[:2], engaged=[Engaged("anne", THERE)]) == "0002", "anne has a call under way"
    assert followed_by(ours[:2], served={"bob": 2, "anne": 1}) == "0001"
    assert followed_by([]) == ""


def test_nothing_follows_before_what_is_more_urgent_and_waits_for_the_line() -> None:
    ours = [job(1, destination=THERE)]
    urgent = job(2, "bob", -1)
    assert followed_by(ours, [urgent]) == ""
    assert followed_by(ours, [job(2, "bob", 0)]) == "0001", "among equals, what costs no dialling"
    assert followed_by(ours, [urgent], engaged=[Engaged("carl", urgent.destination)]) == "0001", "it waits anyway"
    elsewhere = Config(rules=(SendingRule("r", destinations=(urgent.destination,), lines=("other",)),))
    assert followed_by(ours, [urgent], config=elsewhere) == "0001", "it does not go out on this line"
    fetching = job(3, "bob", -1, THERE)
    assert followed_by(ours, [fetching], engaged=[Engaged("anne", THERE)]) == "", "it has the next call to this number"


def test_nothing_follows_where_a_rule_or_an_hour_is_against_it() -> None:
    ours = [job(1, destination=THERE)]
    night = parse_hours(("22:00-06:00",))
    assert followed_by(ours, line=replace(lines(1)[0], hours=night)) == ""
    assert followed_by(ours, line=replace(lines(1)[0], direction=LineDirection.IN)) == ""
    for rule in (
        SendingRule("r", persons=("anne",), refuse=True),
        SendingRule("r", persons=("anne",), lines=("other",)),
        SendingRule("r", persons=("anne",), hours=night),
    ):
        assert followed_by([*ours, job(2, "bob", destination=THERE)], config=Config(rules=(rule,))) == "0002"
