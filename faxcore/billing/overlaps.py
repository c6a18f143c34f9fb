# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuses a tariff with two prices for one call, or with none for some: rules that overlap, and gaps between them.

Two rules overlap if the same beginning stands in both and a day is in both; of different beginnings the longer one
counts, so they never do. There is no gap in a direction if rules with `otherwise` cover every day on which any rule of
it holds; or the tariff says itself that it leaves calls unpriced.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from faxcore.billing.tariff import OTHERWISE
from faxcore.billing.tariff_rules import WrittenRule
from faxcore.config.table import Table
from faxcore.config.toml_source import ConfigError
from faxcore.model.call import Direction

Gap = tuple[WrittenRule | None, str, str]
"""The rule beside a gap, and its key, if there is any; and the days."""


def refuse_overlaps(rules: Sequence[WrittenRule]) -> None:
    """Refuse two rules with one beginning that hold on one day."""
    having: dict[tuple[Direction, str], list[WrittenRule]] = defaultdict(list)
    for written in rules:
        for beginning in written.rule.beginnings:
            having[written.rule.direction, beginning].append(written)
    for (_direction, beginning), several in having.items():
        several.sort(key=_begin)
        for before, behind in pairwise(several):
            if _begin(behind) <= _end(before):
                raise _say_overlap(beginning, *sorted((before, behind), key=rules.index))


def _say_overlap(beginning: str, first: WrittenRule, second: WrittenRule) -> ConfigError:
    begin, end = max(_begin(first), _begin(second)), min(_end(first), _end(second))
    when = f"from {begin} on" if begin > date.min else f"until {end}" if end < date.max else "at all times"
    both = f"the rule {first.rule.name!r} at {first.rule.place} says so too, and both hold {when}"
    if beginning == OTHERWISE:
        return second.table.error("otherwise", both)
    return second.table.error("to", f"{beginning!r}: {both}", second.written[beginning])


def refuse_gaps(top: Table, rules: Sequence[WrittenRule], unpriced: frozenset[Direction]) -> None:
    """Refuse days on which some calls have no price, unless the tariff says so."""
    for direction in Direction:
        there = [written for written in rules if written.rule.direction is direction]
        others = sorted((written for written in there if OTHERWISE in written.rule.beginnings), key=_begin)
        gap = _find_gap(there, others)
        if direction in unpriced:
            if gap is None:
                problem = f"the tariff has a price for every call {direction.value}: take {direction.value!r} out"
                raise top.error("unpriced", problem)
        elif gap is not None:
            raise _say_gap(top, direction, *gap)


def _find_gap(
    there: Sequence[WrittenRule], others: Sequence[WrittenRule]
) -> tuple[WrittenRule | None, str, str] | None:
    """Find the first gap: the rule beside it, its key, and the days; None if there is none."""
    if not others:
        return None, "", ""
    begin, end = min(map(_begin, there)), max(map(_end, there))
    if begin < _begin(others[0]):
        return others[0], "first_day", f"before {_begin(others[0])}"
    for before, behind in pairwise(others):
        day = _end(before) + timedelta(days=1)
        if day < _begin(behind):
            return behind, "first_day", f"from {day} until {_begin(behind) - timedelta(days=1)}"
    if _end(others[-1]) < end:
        return others[-1], "last_day", f"after {_end(others[-1])}"
    return None


def _say_gap(top: Table, direction: Direction, beside: WrittenRule | None, key: str, days: str) -> ConfigError:
    remedy = f'write a rule with otherwise = true, or unpriced = ["{direction.value}"]'
    way = f"calls {direction.value}"
    if direction is Direction.IN:
        remedy = 'write a rule with direction = "in" and otherwise = true, or unpriced = ["in"]'
    if beside is None:
        return top.source.error((), f"no rule says what all other {way} cost: {remedy}")
    return beside.table.error(key, f"{days} no rule says what all other {way} cost: {remedy}")


def _begin(written: WrittenRule) -> date:
    return written.rule.first_day or date.min


def _end(written: WrittenRule) -> date:
    return written.rule.last_day or date.max
