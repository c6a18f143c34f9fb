# SPDX-License-Identifier: GPL-3.0-or-later
"""A payer as the configuration has it: who may use it, for whom it is the default, and when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from faxcore.config.owners import NamedPeople

_NOBODY: Final = NamedPeople()


@dataclass(frozen=True)
class PayerConfig:
    """A payer: a budget line or a customer."""

    code: str
    name: str
    valid_from: date | None = None
    """The first day on which it pays for new faxes, and the last one; None: since ever, and for ever."""
    valid_until: date | None = None
    users: NamedPeople = _NOBODY
    """The people who may have their faxes paid by it; nobody: everybody may."""
    default_for: NamedPeople = _NOBODY
    """The people whose faxes it pays where nothing else is said."""

    def is_valid_on(self, day: date) -> bool:
        """Return whether it pays for new faxes on this day."""
        return (self.valid_from or day) <= day <= (self.valid_until or day)

    def find_common_days(self, other: PayerConfig) -> tuple[date, date]:
        """Find the first and the last day on which both are valid; there is none if the last is before the first."""
        first = max(self.valid_from or date.min, other.valid_from or date.min)
        return first, min(self.valid_until or date.max, other.valid_until or date.max)

    def allows(self, person: str, groups: Collection[str]) -> bool:
        """Return whether a person, who is in these groups, may use it."""
        return not self.users or self.users.includes(person, groups)
