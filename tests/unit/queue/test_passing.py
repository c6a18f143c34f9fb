# SPDX-License-Identifier: GPL-3.0-or-later
"""What the database leaves out of a turn, as it may not go now, is nothing that could go."""

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from faxcore.config import Config, DiallingConfig, LineConfig, Sender, SendingRule
from faxcore.config.weekly_hours import ALWAYS, parse_hours
from faxcore.queue.carrying import find_passing
from faxcore.queue.choose import Known, choose
from faxcore.store.turns import Candidate, Passing

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
LINES = [LineConfig(name, Path(f"/dev/{name}"), "", groups=(group,)) for name, group in (("a", "west"), ("b", "east"))]
DIALLING = DiallingConfig(allowed_countries=("FR", "BE", "US", "CA"), internal=("2XX",))
NUMBERS = ["+33199000002", "+33299000002", "+3221234567", "+12125550123", "+16135550123", "234"]
RULES = st.builds(
    SendingRule,
    st.just("rule"),
    destinations=st.lists(st.sampled_from(["+33", "+331", "+1", "2"]), max_size=2).map(tuple),
    countries=st.lists(st.sampled_from(["FR", "BE", "US"]), max_size=2).map(tuple),
    persons=st.sampled_from([(), ("anne",), ("bob",)]),
    refuse=st.just(False),
    lines=st.sampled_from([(), ("west",), ("b",)]),
    hours=st.sampled_from([ALWAYS, parse_hours(["18:00-08:00"])]),
)


def passes(passing: Passing, to: str) -> bool:
    """Read it as the database does."""
    return next((passes for begins, passes in passing.beginnings if to.startswith(begins)), passing.otherwise)


@given(st.lists(RULES, max_size=4), st.lists(st.sampled_from(LINES), max_size=2, unique_by=lambda line: line.name))
def test_whatever_can_go_passes(rules: list[SendingRule], free: list[LineConfig]) -> None:
    config = Config(lines=tuple(LINES), dialling=DIALLING, rules=tuple(rules))
    passing = find_passing(Sender("anne"), free, NOW, config)
    for to in NUMBERS:
        goes = bool(choose([Candidate("1", "anne", 0, to)], free, Known(NOW), config))
        assert passes(passing, to) or not goes
        if not to.startswith("+1"):
            assert passes(passing, to) == goes, "only of a code that countries share it is not known"


def test_what_is_refused_passes_so_that_it_is_told() -> None:
    config = Config(lines=tuple(LINES), rules=(SendingRule("Never", destinations=("+332",), refuse=True),))
    assert passes(find_passing(Sender("anne"), LINES, NOW, config), "+33299000002")
