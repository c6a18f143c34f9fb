# SPDX-License-Identifier: GPL-3.0-or-later
"""Defaults among payers that say two things: two of them for one person or group at one time, and one for somebody who
may not use it. Of the groups of this machine nobody knows who will be in them: they are taken for themselves only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

from faxcore.config.groups import GroupConfig
from faxcore.config.payer import PayerConfig
from faxcore.config.table import Table

Written = tuple[Table, PayerConfig]
"""A payer, and the table that it was read from."""


def refuse_contradicting_defaults(
    tables: Sequence[Table], payers: Sequence[PayerConfig], groups: Sequence[GroupConfig]
) -> None:
    """Refuse defaults that contradict each other, or the users of their payer."""
    written = list(zip(tables, payers, strict=True))
    by_person, by_group = _collect(written, "persons"), _collect(written, "groups")
    for name, theirs in (*by_person.items(), *by_group.items()):
        _refuse_two(name, theirs)
    members = {group.name: frozenset(group.members) for group in groups}
    for table, payer in written:
        _refuse_stranger(table, payer, members)
    for person in sorted(frozenset().union(*members.values())):
        groups_of_person = _list_groups(person, members)
        theirs = [each for each in written if not groups_of_person.isdisjoint(each[1].default_for.groups)]
        usable = [each for each in theirs if each[1].allows(person, groups_of_person)]
        own = [payer for _table, payer in by_person.get(person, ())]
        _refuse_two(person, usable, groups_of_person & by_group.keys(), own)


def _collect(written: Sequence[Written], kind: str) -> dict[str, list[Written]]:
    """Collect the payers that are somebody's default, by the name of the person or group."""
    found: dict[str, list[Written]] = {}
    for each in written:
        for name in dict.fromkeys(getattr(each[1].default_for, kind)):
            found.setdefault(name, []).append(each)
    return found


def _refuse_two(
    name: str, theirs: Sequence[Written], groups: Collection[str] = (), own: Sequence[PayerConfig] = ()
) -> None:
    """Refuse two defaults on a day on which none of somebody's own settles which one counts."""
    for (first_table, first), (table, payer) in combinations(theirs, 2):
        day = None if payer.code == first.code else _find_unsettled_day(payer, first, own)
        if day is not None:
            place = first_table.source.find_place((*first_table.where, "default_for"))
            about = f", by the groups {' and '.join(sorted(groups))}," if groups else ""
            remedy = f"name {name!r} in one default_for" if groups else "take the name out of one"
            when = "" if day == date.min else f", as on {day}"
            problem = f"{name!r}{about} has two defaults at the same time, this one and {first.code!r} at {place}"
            raise table.error("default_for", f"{problem}{when}: {remedy}")


def _find_unsettled_day(one: PayerConfig, other: PayerConfig, own: Sequence[PayerConfig]) -> date | None:
    """Find the first day on which both are valid and none of these is; None if there is none."""
    day, last = one.find_common_days(other)
    while day <= last:
        settling = next((payer for payer in own if payer.is_valid_on(day)), None)
        if settling is None:
            return day
        if settling.valid_until is None or settling.valid_until >= last:
            return None
        day = settling.valid_until + timedelta(days=1)
    return None


def _refuse_stranger(table: Table, payer: PayerConfig, members: Mapping[str, frozenset[str]]) -> None:
    """Refuse a default for somebody who may not use it."""
    if not set(payer.users.groups) <= members.keys():
        # Whoever is in a group of this machine may.
        return
    in_groups = ((person, group) for group in payer.default_for.groups for person in sorted(members.get(group, ())))
    for person, group in (*((person, "") for person in payer.default_for.persons), *in_groups):
        if not payer.allows(person, _list_groups(person, members)):
            about = f", who is in the group {group!r}," if group else ""
            raise table.error("default_for", f"{person!r}{about} may not use it: add the name to users")


def _list_groups(person: str, members: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset(group for group, names in members.items() if person in names)
