# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that can never match, since earlier ones take all that they would: each person or group of a rule, with each
of its destinations, is looked for in those before it.

Of the groups of this machine nobody knows who will be in them: they are taken for themselves only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import phonenumbers

from faxcore.config.groups import GroupConfig
from faxcore.config.sending_rules import SendingRule
from faxcore.config.table import Table

_ALL: Final = ("", "")
Part = tuple[str, str]
"""The key of a condition, and one of its values; two empty texts for everybody, or anywhere."""


def refuse_covered(tables: Sequence[Table], rules: Sequence[SendingRule], groups: Sequence[GroupConfig]) -> None:
    """Refuse a rule that can never match."""
    members = {group.name: group.members for group in groups}
    for at, rule in enumerate(rules):
        covering = {
            next((before for before in range(at) if _covers(rules[before], who, where, members)), None)
            for who in _list_parts(rule, "persons", "groups")
            for where in _list_parts(rule, "destinations", "countries")
        }
        if None not in covering:
            earlier = sorted(before for before in covering if before is not None)
            places = " and ".join(_find_place(tables[before]) for before in earlier)
            problem = f"this rule can never match: earlier ones ({places}) take all that it would; put it before those"
            raise tables[at].error("name", problem)


def _find_place(table: Table) -> str:
    return str(table.source.find_place((*table.where, "name")))


def _list_parts(rule: SendingRule, *keys: str) -> list[Part]:
    return [(key, value) for key in keys for value in getattr(rule, key)] or [_ALL]


def _covers(rule: SendingRule, who: Part, where: Part, members: dict[str, tuple[str, ...]]) -> bool:
    return _covers_who(rule, who, members) and _covers_where(rule, where)


def _covers_who(rule: SendingRule, who: Part, members: dict[str, tuple[str, ...]]) -> bool:
    key, name = who
    if not rule.persons and not rule.groups:
        return True
    known = {*rule.persons, *(member for group in rule.groups for member in members.get(group, ()))}
    if key == "persons":
        return name in known
    return key == "groups" and (name in rule.groups or (name in members and set(members[name]) <= known))


def _covers_where(rule: SendingRule, where: Part) -> bool:
    key, value = where
    if not rule.destinations and not rule.countries:
        return True
    begin = f"+{phonenumbers.country_code_for_region(value)}" if key == "countries" else value
    if begin.startswith(rule.destinations):
        return True
    if key == "countries":
        return value in rule.countries
    return key == "destinations" and set(_list_countries(value)) <= set(rule.countries)


def _list_countries(begin: str) -> Iterator[str]:
    """List the countries to which numbers that begin so may belong; one that is no country's for internal ones."""
    found = False
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        if begin.startswith(f"+{code}") or f"+{code}".startswith(begin):
            found = True
            yield from regions
    if not found:
        yield ""
