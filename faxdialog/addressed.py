# SPDX-License-Identifier: GPL-3.0-or-later
"""The recipients that have been chosen for a fax, each with what the service says of its number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from faxcore.contract.order import JudgedNumber
from faxcore.i18n import translate
from faxcore.model.recipient import Recipient
from faxcore.model.text import clean_text

MOST: Final = 1000
"""Recipients of one fax that are chosen in a window: as many as one call to the service brings. More are a list, which
`faxctl broadcast send --list` takes.
"""


@dataclass(frozen=True)
class Addressed:
    """A recipient that was chosen."""

    recipient: Recipient
    judged: JudgedNumber | None = None
    """None: the service has not been asked yet."""
    refusal: str = ""
    """The reason why a fax that was to be sent is not sent to this recipient."""

    @property
    def is_called(self) -> bool:
        """True if the service has said that it calls this number."""
        return self.judged is not None and self.judged.called and not self.refusal

    @property
    def is_refused(self) -> bool:
        """True if the service has said that it does not."""
        return bool(self.refusal) or (self.judged is not None and not self.judged.called)

    @property
    def number(self) -> str:
        """The number as it is to be read."""
        shown = self.judged.shown if self.judged is not None and self.judged.called else self.recipient.number
        return clean_text(shown, 60)

    @property
    def name(self) -> str:
        """The person or the company; empty where only the number is known."""
        return clean_text(self.recipient.person() or self.recipient.company)

    def describe(self) -> str:
        """Name the recipient and its number in one line."""
        return " · ".join(filter(None, (self.name, self.number)))

    def explain_refusal(self) -> str:
        """Say why it is not called; nothing if it is."""
        if self.refusal:
            return self.refusal
        return translate(self.judged.reason) if self.judged is not None and not self.judged.called else ""

    @property
    def key(self) -> tuple[str, str] | None:
        """The same for every way to write the same number and sub-address; None as long as it is not known."""
        judged = self.judged
        if judged is None or not judged.called:
            return None
        return judged.e164 or judged.shown, judged.sub_address


def judge_each(chosen: Iterable[Addressed], judged: Mapping[str, JudgedNumber]) -> tuple[list[Addressed], int]:
    """Note these judgements, by number; those that turn out to be the same are one. Give them all, and the count of
    those that were left out.
    """
    kept: list[Addressed] = []
    keys: set[tuple[str, str]] = set()
    left_out = 0
    for each in chosen:
        found = judged.get(each.recipient.number)
        noted = each if found is None else replace(each, judged=found)
        if noted.key in keys:
            left_out += 1
            continue
        kept.append(noted)
        if noted.key is not None:
            keys.add(noted.key)
    return kept, left_out
