# SPDX-License-Identifier: GPL-3.0-or-later
"""[dialling]: which numbers may be called, and how they are dialled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import phonenumbers

from faxcore.config.emergency import connects, find_in_pattern, heard_digits
from faxcore.config.table import Table

LONGEST: Final = 40
"""Characters of a prefix or of a pattern: more than any exchange has a use for."""


@dataclass(frozen=True)
class DiallingConfig:
    """Rules for the numbers that may be called, and how they are dialled."""

    region: str = "FR"
    allowed_countries: tuple[str, ...] = ("FR",)
    prefix: str = ""
    """For an outside line: digits, * # and the pause comma."""
    international: str = ""
    """Digits dialled before the code of another country; empty: the region's usual ones, where there are such."""
    internal: tuple[str, ...] = ()
    """Patterns of numbers dialled as they stand: X is one digit, a dot at the end one or more."""
    access_codes: Path | None = None
    """The file of access codes; None: there are none."""
    hide_prefix: bool = False
    """The prefix is shown to nobody: there is an access code in it."""


def read_dialling(table: Table) -> DiallingConfig:
    """[dialling]."""
    region = table.text("region", DiallingConfig.region)
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise table.error("region", f"{region!r} is not a country; two letters, as FR")
    allowed = table.texts("allowed_countries", (region,))
    for index, country in enumerate(allowed):
        if country not in phonenumbers.SUPPORTED_REGIONS:
            raise table.error("allowed_countries", f"{country!r} is not a country; two letters each, as FR", index)
    prefix = read_prefix(table, region)
    international = table.text("international", DiallingConfig.international)
    if set(international) - set("0123456789") or len(international) > LONGEST:
        raise table.error("international", f"may have digits only, {LONGEST} at most, as 00")
    if connects(international, region):
        raise table.error("international", f"{international!r} begins with an emergency number")
    dialling = DiallingConfig(region, allowed, prefix, international, _read_internal(table, region))
    codes = table.path("access_codes") if "access_codes" in table else None
    dialling = replace(dialling, hide_prefix=table.flag("hide_prefix", False), access_codes=codes)
    table.finish()
    return dialling


def read_prefix(table: Table, region: str) -> str:
    """The signs that are dialled for an outside line."""
    prefix = table.text("prefix", DiallingConfig.prefix)
    if set(prefix) - set("0123456789*#,") or len(prefix) > LONGEST:
        raise table.error("prefix", f"may have digits, *, # and the pause comma only, {LONGEST} at most")
    if any(connects(heard, region) for heard in heard_digits(prefix)):
        raise table.error("prefix", f"{prefix!r} begins with an emergency number")
    return prefix


def _read_internal(table: Table, region: str) -> tuple[str, ...]:
    patterns = table.texts("internal")
    for index, pattern in enumerate(patterns):
        digits = pattern.rstrip(".")
        if not digits or set(digits) - set("0123456789*#X") or pattern.count(".") > 1 or len(pattern) > LONGEST:
            problem = f"{pattern!r}: digits, X for any digit, one dot at the end for more, {LONGEST} in all"
            raise table.error("internal", problem, index)
        if emergency := find_in_pattern(pattern, region):
            problem = f"{pattern!r} lets {emergency} be dialled, an emergency number: narrow it down"
            raise table.error("internal", problem, index)
    return patterns
