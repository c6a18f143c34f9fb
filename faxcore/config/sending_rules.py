# SPDX-License-Identifier: GPL-3.0-or-later
"""[[rule]]: the people who may send where, on which lines and when. The first rule that fits counts; where none does, a
fax goes out on any line, at any time. A rule that can never match, or says two things at once, is refused
(`covered_rules` looks for those that earlier ones hide).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import phonenumbers

from faxcore import people
from faxcore.config.access_codes import KEY, AccessCode, AccessCodes
from faxcore.config.dialling import DiallingConfig
from faxcore.config.groups import GroupConfig
from faxcore.config.hours import read_hours
from faxcore.config.lines import LineConfig
from faxcore.config.owners import read_people
from faxcore.config.payer_codes import read_payer
from faxcore.config.table import Table, refuse_repeated
from faxcore.config.weekly_hours import ALWAYS, WeeklyHours
from faxcore.model.number import drop_separators

CONDITIONS: Final = ("destinations", "countries", "persons", "groups")


@dataclass(frozen=True)
class Sender:
    """The person who sends."""

    name: str
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SendingRule:
    """Says of some people (persons and groups; empty: everybody) that they may not send to some destinations
    (beginnings and countries; empty: anywhere), or may on some lines and at some hours.
    """

    name: str
    destinations: tuple[str, ...] = ()
    """Beginnings of numbers in international form, as +331; without + of internal ones."""
    countries: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    refuse: bool = False
    lines: tuple[str, ...] = ()
    """Groups of lines, and lines, on which it goes out; empty: on any."""
    hours: WeeklyHours = ALWAYS
    """Hours within which it goes out."""
    access_code: AccessCode | None = None
    """The access code that is dialled with the number; None: the line's."""
    payer: str = ""
    """The code of the payer of what it lets through, where the sender chose none; empty: as if there was no rule."""

    @property
    def shown(self) -> str:
        """Its name beside those of our own rules; empty for none."""
        return f"rule {self.name}" if self.name else ""

    def is_for(self, sender: Sender) -> bool:
        """Return whether it fits this person."""
        everybody = not self.persons and not self.groups
        return everybody or sender.name in self.persons or not sender.groups.isdisjoint(self.groups)

    def takes(self, line: LineConfig) -> bool:
        """Return whether what it fits may go out on this line."""
        return line.is_among(self.lines)


def read_rules(
    top: Table,
    dialling: DiallingConfig,
    groups: Sequence[GroupConfig],
    lines: Sequence[LineConfig],
    codes: AccessCodes,
) -> tuple[tuple[Table, ...], tuple[SendingRule, ...]]:
    """Every [[rule]], and its table."""
    tables = tuple(top.tables("rule"))
    rules = tuple(_read_rule(table, dialling, groups, lines, codes) for table in tables)
    refuse_repeated(tables, "name", [rule.name for rule in rules])
    return tables, rules


def _read_rule(
    table: Table,
    dialling: DiallingConfig,
    groups: Sequence[GroupConfig],
    lines: Sequence[LineConfig],
    codes: AccessCodes,
) -> SendingRule:
    rule = SendingRule(
        table.title("name", "rule"),
        _read_destinations(table, dialling),
        _read_countries(table, dialling),
        read_people(table, "persons"),
        _read_groups(table, groups),
        table.flag("refuse", False),
        table.texts("lines"),
        read_hours(table),
        payer=read_payer(table),
    )
    for key in (*CONDITIONS, "lines"):
        if key in table and not getattr(rule, key):
            raise table.error(key, "is empty, so this rule can never match: leave it out where all may match")
    if rule.refuse and rule.lines:
        raise table.error("lines", "contradicts refuse = true: what is refused goes out on no line")
    if rule.refuse and "hours" in table:
        raise table.error("hours", "contradict refuse = true: what is refused goes out at no time")
    if rule.refuse and KEY in table:
        raise table.error(KEY, "contradicts refuse = true: what is refused is not dialled")
    if rule.refuse and rule.payer:
        raise table.error("payer", "contradicts refuse = true: what is refused costs nothing")
    _check_lines(table, rule, lines)
    _check_hours(table, rule, lines)
    carriers = [line for line in lines if line.dials and rule.takes(line)]
    code = codes.read(table, [dialling.prefix if line.prefix is None else line.prefix for line in carriers])
    table.finish()
    return replace(rule, access_code=code)


def _read_destinations(table: Table, dialling: DiallingConfig) -> tuple[str, ...]:
    begins = list(map(drop_separators, table.texts("destinations")))
    for index, begin in enumerate(begins):
        if not re.fullmatch(r"\+[1-9][0-9]{0,14}|[0-9*#]{1,30}", begin, re.ASCII):
            problem = f"{begin!r} is no beginning of a number: write it in international form, as +331"
            raise table.error("destinations", problem, index)
        if begin.startswith("+"):
            if not any(_may_be_in(begin, country) for country in dialling.allowed_countries):
                problem = f"{begin!r} can never match: no fax goes to its country ([dialling] allowed_countries)"
                raise table.error("destinations", problem, index)
        elif not any(_may_begin(pattern, begin) for pattern in dialling.internal):
            problem = f"{begin!r} can never match: no internal number ([dialling] internal) begins so"
            raise table.error("destinations", problem, index)
    return tuple(begins)


def _may_be_in(begin: str, country: str) -> bool:
    code = f"+{phonenumbers.country_code_for_region(country)}"
    return code.startswith(begin) or begin.startswith(code)


def _may_begin(pattern: str, begin: str) -> bool:
    """Return whether a number that a pattern of internal ones takes may begin so."""
    fixed = pattern.rstrip(".")
    if len(begin) > len(fixed) and not pattern.endswith("."):
        return False
    alike = zip(fixed, begin, strict=False)
    return all(sign == char or (sign == "X" and char.isdigit()) for sign, char in alike)


def _read_countries(table: Table, dialling: DiallingConfig) -> tuple[str, ...]:
    countries = table.texts("countries")
    for index, country in enumerate(countries):
        if country not in phonenumbers.SUPPORTED_REGIONS:
            raise table.error("countries", f"{country!r} is not a country; two letters, as FR", index)
        if country not in dialling.allowed_countries:
            problem = f"{country!r} can never match: no fax goes there ([dialling] allowed_countries)"
            raise table.error("countries", problem, index)
    return countries


def _read_groups(table: Table, groups: Sequence[GroupConfig]) -> tuple[str, ...]:
    names = table.texts("groups")
    for index, name in enumerate(names):
        if not people.is_group(name) and name not in [group.name for group in groups]:
            problem = f"there is no group {name!r} on this machine, and no [[group]]"
            raise table.unknown_name("groups", problem, index)
    return names


def _check_lines(table: Table, rule: SendingRule, lines: Sequence[LineConfig]) -> None:
    for index, name in enumerate(rule.lines):
        named = [line for line in lines if name == line.name or name in line.groups]
        if not named:
            raise table.error("lines", f"there is no line {name!r}, and none in a group of this name", index)
        if not any(line.dials for line in named):
            problem = f'no line of {name!r} may dial: they are for receiving (direction = "in")'
            raise table.error("lines", problem, index)


def _check_hours(table: Table, rule: SendingRule, lines: Sequence[LineConfig]) -> None:
    carriers = [line for line in lines if line.dials and rule.takes(line)]
    if carriers and not any((line.hours & rule.hours).intervals for line in carriers):
        key = "hours" if "hours" in table else "lines"
        names = ", ".join(line.name for line in carriers)
        raise table.error(key, f"in these hours none of the lines that it goes out on dials: {names}")
