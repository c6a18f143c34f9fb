# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the rule of a tariff that prices a number: the longest beginning counts.

A country is as long as its calling code, and comes before that code where both are written: so FR comes before +33, and
+336 before FR. Countries that share a code (+1, +44, +7) are told apart by their numbering plans.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import phonenumbers

from faxcore.billing.tariff import INTERNAL, OTHERWISE, Tariff, TariffRule
from faxcore.dialling.plan import describe, find_calling_code
from faxcore.model.call import Direction


@dataclass(frozen=True)
class FittingRule:
    """A rule, and which of its beginnings fits."""

    rule: TariffRule
    beginning: str


def find_fitting_rule(tariff: Tariff, number: str, direction: Direction, day: date) -> FittingRule | None:
    """Find the rule that prices calls to a number on a day; None if none does. The number is in international form, or
    an internal one; empty: not known.
    """
    for beginning in _list_beginnings(number):
        for rule in tariff.by_beginning.get((direction, beginning), ()):
            if rule.holds_on(day):
                return FittingRule(rule, beginning)
    return None


def _list_beginnings(number: str) -> Iterator[str]:
    """List all that may stand in a rule for a number, the longest first."""
    code = find_calling_code(number)
    for length in range(len(number), 0, -1):
        beginning = number[:length]
        if beginning == code and (country := find_country(number)):
            yield country
        yield beginning
    if number and not number.startswith("+"):
        yield INTERNAL
    yield OTHERWISE


@lru_cache(maxsize=10_000)
def find_country(number: str) -> str:
    """Find the country of a number in international form."""
    try:
        return describe(number, "")[0]
    except phonenumbers.NumberParseException:
        return ""
