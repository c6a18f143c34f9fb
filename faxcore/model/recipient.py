# SPDX-License-Identifier: GPL-3.0-or-later
"""The recipient of a fax: the fields of the dialog, of the command line and of the cover page."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from faxcore.model.text import clean_text

RECIPIENT_NAMES: Final = ("last_name", "first_name", "role", "department", "company")
"""The fields of a recipient besides the number, as they are asked for."""


@dataclass(frozen=True)
class Recipient:
    """A number and the person or company behind it; every field but the number may be empty."""

    number: str
    last_name: str = ""
    first_name: str = ""
    role: str = ""
    company: str = ""
    department: str = ""
    """The part of the company."""

    @staticmethod
    def named_as(number: str, named: Any) -> Recipient:
        """Give the recipient with this number and the names of something that has the same fields."""
        return Recipient(number, **{name: getattr(named, name) for name in RECIPIENT_NAMES})

    def cleaned(self) -> Recipient:
        """The same recipient with every field harmless to show, to store and to draw."""
        return Recipient(**{field.name: clean_text(getattr(self, field.name)) for field in fields(self)})

    def person(self) -> str:
        """First and last name, or nothing."""
        return f"{self.first_name} {self.last_name}".strip()

    def display_name(self) -> str:
        """Give the name for lists, popups and the header line: the person, else the company, else the number."""
        return self.person() or self.company or self.number
