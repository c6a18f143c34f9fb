# SPDX-License-Identifier: GPL-3.0-or-later
"""[[archive.rule]]: in which folder what was sent is archived, by who sent it, to which number, to whom, and who pays.
The first rule all of whose conditions hold counts; one that can never hold is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import phonenumbers

from faxcore.config.dialling import DiallingConfig
from faxcore.config.name_pattern import read_pattern
from faxcore.config.owners import read_people
from faxcore.config.payer_codes import read_payers_named
from faxcore.config.table import Table
from faxcore.model.number import keep_signs

FOLDER_FIELDS: Final = ("year", "month", "person", "number", "recipient", "payer")
CONDITIONS: Final = ("persons", "numbers", "recipients", "payers")


@dataclass(frozen=True)
class ArchiveRule:
    """A folder, and the faxes that come into it: those for which each condition has one that fits; an empty one fits
    every fax.
    """

    folder: str
    """A pattern, of a path below the archive or of an absolute one."""
    persons: tuple[str, ...] = ()
    """The senders."""
    numbers: tuple[str, ...] = ()
    """The number called, in any spelling."""
    recipients: tuple[str, ...] = ()
    """The recipient's last name, first and last name, or company."""
    payers: tuple[str, ...] = ()
    """The codes of those who pay for the fax."""

    @property
    def fixed_folder(self) -> Path:
        """The part of its folder that is the same for every fax."""
        parts = Path(self.folder).parts
        return Path(*parts[: next((at for at, part in enumerate(parts) if "{" in part), len(parts))])


def read_rules(table: Table, dialling: DiallingConfig) -> tuple[ArchiveRule, ...]:
    """Every [[archive.rule]]."""
    tables = table.tables("rule")
    rules = tuple(_read_rule(each, dialling) for each in tables)
    _refuse_covered(tables, rules)
    return rules


def _read_rule(table: Table, dialling: DiallingConfig) -> ArchiveRule:
    rule = ArchiveRule(
        _read_rule_folder(table),
        read_people(table, "persons"),
        _read_numbers(table, dialling),
        table.texts("recipients"),
        read_payers_named(table),
    )
    for index, recipient in enumerate(rule.recipients):
        if not recipient.strip():
            raise table.error("recipients", "is nobody's name: take it out", index)
    for key in CONDITIONS:
        if key in table and not getattr(rule, key):
            raise table.error(key, "is empty, so this rule can never match: leave it out where all may match")
    table.finish()
    return rule


def _read_rule_folder(table: Table) -> str:
    folder = read_pattern(table, "folder", None, FOLDER_FIELDS)
    if not folder.strip() or "\0" in folder or ".." in Path(folder).parts:
        raise table.error("folder", f"must be a folder below the archive, or an absolute path, not {folder!r}")
    return folder


def _read_numbers(table: Table, dialling: DiallingConfig) -> tuple[str, ...]:
    numbers = table.texts("numbers")
    for index, number in enumerate(numbers):
        digits = keep_signs(number)
        if not re.search(r"[0-9]", digits) or re.search(r"[^\W\d_]", number):
            raise table.error("numbers", f"{number!r} is not a telephone number", index)
        try:
            code = phonenumbers.parse(digits, dialling.region).country_code or 0
        except phonenumbers.NumberParseException:
            continue  # An internal number, perhaps.
        if not set(phonenumbers.region_codes_for_country_code(code)) & set(dialling.allowed_countries):
            problem = f"{number!r} can never match: no fax goes to its country ([dialling] allowed_countries)"
            raise table.error("numbers", problem, index)
    return numbers


def _refuse_covered(tables: Sequence[Table], rules: Sequence[ArchiveRule]) -> None:
    """Refuse a rule that can never match, since an earlier one takes all that it would take."""
    for at, rule in enumerate(rules):
        for before, earlier in enumerate(rules[:at]):
            if all(_covers(getattr(earlier, key), getattr(rule, key)) for key in CONDITIONS):
                place = tables[before].source.find_place((*tables[before].where, "folder"))
                problem = f"this rule can never match: the one at {place} takes all that it would; put it before that"
                raise tables[at].error("folder", problem)


def _covers(earlier: Sequence[str], later: Sequence[str]) -> bool:
    """Return True if what fits one of the later always fits one of the earlier."""
    return not earlier or bool(later and {_plain(each) for each in later} <= {_plain(each) for each in earlier})


def _plain(text: str) -> str:
    """The same text for spellings that differ in capitals and spaces only."""
    return " ".join(text.casefold().split())
