# SPDX-License-Identifier: GPL-3.0-or-later
"""[dialling]: which numbers may be called, and how they are dialled."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers

from faxcore.config.table import Table


@dataclass(frozen=True)
class DiallingConfig:
    """Rules for the numbers that may be called, and how they are dialled."""

    region: str = "FR"
    allowed_countries: tuple[str, ...] = ("FR",)
    prefix: str = ""
    """For an outside line: digits, * # and the pause comma."""
    internal: tuple[str, ...] = ()
    """Patterns of numbers dialled as they stand: X is one digit, a dot at the end one or more."""


def read_dialling(table: Table) -> DiallingConfig:
    """[dialling]."""
    region = table.text("region", DiallingConfig.region)
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise table.error("region", f"{region!r} is not a country; two letters, as FR")
    allowed = table.texts("allowed_countries", (region,))
    for index, country in enumerate(allowed):
        if country not in phonenumbers.SUPPORTED_REGIONS:
            raise table.error("allowed_countries", f"{country!r} is not a country; two letters each, as FR", index)
    prefix = table.text("prefix", DiallingConfig.prefix)
    if set(prefix) - set("0123456789*#,"):
        raise table.error("prefix", "may have digits, *, # and the pause comma only")
    dialling = DiallingConfig(region, allowed, prefix, _read_internal(table))
    table.finish()
    return dialling


def _read_internal(table: Table) -> tuple[str, ...]:
    patterns = table.texts("internal")
    for index, pattern in enumerate(patterns):
        digits = pattern.rstrip(".")
        if not digits or set(digits) - set("0123456789*#X") or pattern.count(".") > 1:
            problem = f"{pattern!r}: digits, X for any digit, and one dot at the end for more"
            raise table.error("internal", problem, index)
    return patterns
