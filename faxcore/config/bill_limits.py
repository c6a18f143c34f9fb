# SPDX-License-Identifier: GPL-3.0-or-later
"""[[limit]]: how much a person, a group or a payer may fax in a month or a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from faxcore.config.owners import NamedPeople, read_named
from faxcore.config.payer_codes import read_payer
from faxcore.config.retention_days import RetentionConfig
from faxcore.config.table import Table, refuse_repeated
from faxcore.config.tariff_paths import BillingConfig
from faxcore.contract.limited import Counted, LimitPeriod

MOST_COUNTED: Final = 1_000_000_000
"""Pages, minutes, or units of the currency."""
USUAL_WARNING: Final = 80
UNITS: Final = {Counted.PAGES: 1, Counted.MINUTES: 60_000, Counted.AMOUNT: 1_000_000}
"""The units in which each is counted: pages, milliseconds, and millionths of the currency."""
_SUBJECTS: Final = ("person", "group", "payer")
_LONGEST: Final = {LimitPeriod.MONTH: 31, LimitPeriod.YEAR: 366}


@dataclass(frozen=True)
class LimitConfig:
    """A limit. Without person, group and payer, it is everybody's, for each by themselves."""

    name: str
    counted: Counted
    bound: int
    """The amount that there is in a period, in the unit of what is counted (`UNITS`)."""
    per: LimitPeriod = LimitPeriod.MONTH
    person: str = ""
    group: str = ""
    together: bool = False
    """True: what the people of the group fax counts together."""
    payer: str = ""
    warn_at: int = USUAL_WARNING
    """Percent."""
    blocks: bool = True
    contact: str = ""
    """Who can lift it; empty: the administrator."""

    @property
    def people(self) -> NamedPeople:
        """The person or group that it names."""
        return NamedPeople((self.person,) if self.person else (), (self.group,) if self.group else ())


def read_limits(top: Table, billing: BillingConfig, retention: RetentionConfig) -> tuple[LimitConfig, ...]:
    """Every [[limit]]."""
    tables = top.tables("limit")
    limits = tuple(_read_limit(table, billing) for table in tables)
    refuse_repeated(tables, "name", [limit.name for limit in limits])
    for table, limit in zip(tables, limits, strict=True):
        _refuse_forgotten(table, limit, retention)
    _refuse_same(tables, limits)
    return limits


def _read_limit(table: Table, billing: BillingConfig) -> LimitConfig:
    name = table.title("name", "limit")
    named = [key for key in _SUBJECTS if key in table]
    if len(named) > 1:
        raise table.error(named[1], f"the limit is for a {named[0]} already: take one of them out")
    person, group = _read_one(table, "person"), _read_one(table, "group")
    together = table.flag("together", False)
    if "together" in table and not group:
        raise table.error("together", "is for a group only: name one, or take it out")
    counted, bound = _read_bound(table, billing)
    limit = LimitConfig(
        name,
        counted,
        bound,
        LimitPeriod(table.choice("per", None, [each.value for each in LimitPeriod])),
        person,
        group,
        together,
        read_payer(table),
        table.whole("warn_at", USUAL_WARNING, 1, 100),
        table.flag("block", True),
        table.words("contact"),
    )
    table.finish()
    return limit


def _read_one(table: Table, kind: str) -> str:
    """Read the name of the person or group that a limit is for; empty if there is none."""
    if kind not in table:
        return ""
    found = read_named(table, kind, one=True)
    names = found.persons if kind == "person" else found.groups
    if not names:
        other = "group" if kind == "person" else "person"
        raise table.error(kind, f"{table.text(kind)!r} is a {other}, and no {kind}: write {other} = ...")
    return names[0]


def _read_bound(table: Table, billing: BillingConfig) -> tuple[Counted, int]:
    """Read the one bound that there is."""
    said = [each for each in Counted if each.value in table]
    if len(said) != 1:
        many = "has several" if said else "has none"
        raise table.error(said[1].value if said else "name", f"{many} of pages, minutes and amount: name one")
    (counted,) = said
    digits = 6 if counted is Counted.AMOUNT else 0
    bound = table.number(counted.value, Decimal(0), MOST_COUNTED, digits)
    if not bound:
        raise table.error(counted.value, "is 0, with which no fax would ever go out: a [[rule]] forbids faxes")
    if counted is Counted.AMOUNT and billing.sale is None:
        raise table.error("amount", "is money by the tariff of [billing] sale, and there is none")
    return counted, int(bound * UNITS[counted])


def _refuse_forgotten(table: Table, limit: LimitConfig, retention: RetentionConfig) -> None:
    """Refuse a limit for people whose names go from the ledger before its period is over."""
    if not limit.payer and 0 < retention.names <= _LONGEST[limit.per]:
        problem = f"by [retention] names = {retention.names} nobody knows at its end what a person has faxed"
        raise table.error("per", f"{problem}: keep names for {_LONGEST[limit.per] + 1} days, or limit a payer")


def _refuse_same(tables: Sequence[Table], limits: Sequence[LimitConfig]) -> None:
    """Refuse two limits for the same people or payer, period, and thing that is counted."""
    first: dict[object, Table] = {}
    for table, limit in zip(tables, limits, strict=True):
        says = (limit.person, limit.group, limit.together, limit.payer, limit.per, limit.counted)
        if says in first:
            place = first[says].source.find_place((*first[says].where, "name"))
            raise table.error(limit.counted.value, f"says the same as the limit at {place}: take one of them out")
        first[says] = table
