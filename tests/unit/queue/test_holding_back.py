# SPDX-License-Identifier: GPL-3.0-or-later
"""Why nothing goes out: each reason that holds back a fax is told, with how many it holds back."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from faxcore.config import Config, KeptFree, LineConfig, NumberConfig, QueueConfig, SendingRule
from faxcore.config.weekly_hours import parse_hours
from faxcore.contract.service_status import HeldBack
from faxcore.model.job import State
from faxcore.model.line_direction import LineDirection
from faxcore.queue.holding_back import Situation, explain_waiting, list_limits, view_rules
from faxcore.store.turns import Candidate

NOON = datetime.fromisoformat("2026-03-04T12:00:00+00:00")
"""A Wednesday."""
TO = "+33199000002"
ONE = LineConfig("one", Path("/dev/one"), "", (NumberConfig("0199000001"),))
TWO = LineConfig("two", Path("/dev/two"), "", groups=("west",))
NIGHT = parse_hours(["Mon-Sun 20:00-06:00"])


def waiting(count: int = 3, to: str = TO, owner: str = "anne") -> list[Candidate]:
    return [Candidate(f"{number:03}", owner, 100, to) for number in range(count)]


def explain(config: Config, *free: LineConfig, jobs: list[Candidate] | None = None, **changes: object) -> list[str]:
    ready = waiting() if jobs is None else jobs
    situation = replace(Situation(NOON, free, frozenset()), **changes)  # type: ignore[arg-type]
    held = explain_waiting(Counter({State.READY: len(ready)}), ready, situation, config)
    return [f"{each.faxes}: {each.reason}" for each in held]


BOTH = Config(lines=(ONE, TWO))


@pytest.mark.parametrize(
    ("config", "free", "reason"),
    [
        (BOTH, (ONE, TWO), ""),
        (BOTH, (), "The lines that may call their numbers are in a call, or cannot be used."),
        (
            Config(lines=(replace(ONE, direction=LineDirection.IN), replace(TWO, hours=NIGHT))),
            (ONE, TWO),
            "The lines that may call their numbers do not dial at this hour.",
        ),
        (
            Config(lines=(ONE,), kept_free=(KeptFree(1),)),
            (ONE,),
            "The lines that may call their numbers stay free for receiving.",
        ),
        (
            replace(BOTH, rules=(SendingRule("Late", hours=NIGHT),)),
            (ONE, TWO),
            "The rule “Late” has them wait for its hours, until",
        ),
        (
            replace(BOTH, rules=(SendingRule("West", lines=("west",)),)),
            (ONE,),
            "The lines that may call their numbers are in a call, or cannot be used.",
        ),
        (
            Config(lines=(replace(ONE, numbers=(NumberConfig("0199000002"),)),)),
            (ONE,),
            "No line may call their numbers, by the configuration.",
        ),
        (replace(BOTH, rules=(SendingRule("No", refuse=True),)), (ONE, TWO), ""),
    ],
)
def test_each_reason_is_told(config: Config, free: tuple[LineConfig, ...], reason: str) -> None:
    said = explain(config, *[line for line in config.lines if line.name in {each.name for each in free}])
    assert len(said) == bool(reason)
    assert not said or said[0].startswith(f"3: {reason}")


def test_a_number_that_is_being_called_is_told() -> None:
    assert explain(BOTH, TWO, busy=frozenset({TO})) == ["3: Their numbers are being called already."]


def test_the_reason_of_most_faxes_comes_first_and_the_other_states_are_counted() -> None:
    rules = (SendingRule("Late", persons=("bob",), hours=NIGHT),)
    jobs = [*waiting(2), *waiting(4, "+33199000009", "bob")]
    counts = Counter(
        {State.READY: 6, State.SLEEPING: 5, State.PENDING: 1, State.HELD: 3, State.ACTIVE: 2, State.UNCERTAIN: 1}
    )
    situation = Situation(NOON, (), frozenset())
    held = explain_waiting(counts, jobs, situation, replace(BOTH, rules=rules))
    assert [each.faxes for each in held] == [5, 4, 3, 2, 1]
    assert str(held[0].reason) == "They wait for their next try."
    assert "“Late”" in str(held[1].reason)
    assert not any(each.more for each in held)


def test_of_a_long_queue_the_first_are_looked_at() -> None:
    counts = Counter({State.READY: 100_000, State.HELD: 7})
    held = explain_waiting(counts, waiting(), Situation(NOON, (), frozenset()), BOTH)
    reasons = [each.reason for each in held]
    assert held == (HeldBack(reasons[0], 7), HeldBack(reasons[1], 3, more=True))


def test_rules_are_told_without_whom_they_are_for() -> None:
    rules = (
        SendingRule("Late", ("+331",), persons=("anne",), lines=("west",), hours=NIGHT),
        SendingRule("No", persons=("bob",), refuse=True),
    )
    late, no = view_rules(replace(BOTH, rules=rules), NOON)
    assert (late.name, late.lines, late.hours, late.open) == ("Late", ("west",), ("Mon-Sun 20:00-06:00",), False)
    assert (no.refuse, no.open) == (True, False)
    assert "anne" not in repr((late, no)) and "331" not in repr((late, no))


def test_the_bounds_of_the_queue_are_told_as_they_are_in_force() -> None:
    said = [str(each) for each in list_limits(QueueConfig(dials=7, tries=2, faxes_per_call=4, max_faxes_per_hour=9))]
    assert said[0].startswith("A fax is called 7 times at most, and given up after 2 calls in a row")
    assert said[1:3] == [
        "Faxes to one number in one call, at most: 4.",
        "Faxes that one person may hand in within an hour: 9.",
    ]
    assert len(list(list_limits(QueueConfig(max_faxes_per_hour=0, max_waiting_megabytes=0)))) == 2
