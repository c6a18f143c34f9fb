# SPDX-License-Identifier: GPL-3.0-or-later
"""The recipient of a fax: the fields of the dialog, of the command line and of the cover page."""

from __future__ import annotations

from dataclasses import dataclass, fields

from faxcore.model.text import clean_text


@dataclass(frozen=True)
class Recipient:
    """A number and the person or company behind it; every field but the number may be empty."""

    number: str
    last_name: str = ""
    first_name: str = ""
    role: str = ""
    company: str = ""

    def cleaned(self) -> Recipient:
        """The same recipient with every field harmless to show, to store and to draw."""
        return Recipient(**{field.name: clean_text(getattr(self, field.name)) for field in fields(self)})

    def person(self) -> str:
        """First and last name, or nothing."""
        return f"{self.first_name} {self.last_name}".strip()

    def display_name(self) -> str:
        """Give the name for lists, popups and the header line: the person, else the company, else the number."""
        return self.person() or self.company or self.number
