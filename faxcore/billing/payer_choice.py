# SPDX-License-Identifier: GPL-3.0-or-later
"""The payer of a fax: the budget line or customer that its sender chose, else that of the rule which lets it through,
else the sender's default by name, else by group. What is chosen by name is judged; a rule's payer or a default that is
not valid on that day counts as if it was not there.

A rule is the administrator's word, so its payer pays also for those who may not choose it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from faxcore.config import PayerConfig, Sender
from faxcore.model.sentence import Sentence, Value


class PayerRefused(Exception):
    """A fax has no payer, and needs one, or has one that may not be its payer. `sentence` is for the person."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def choose_payer(
    payers: Sequence[PayerConfig],
    sender: Sender,
    day: date,
    chosen: str = "",
    by_rule: str = "",
    *,
    required: bool = False,
) -> PayerConfig | None:
    """Choose the payer of a fax that is handed in on this day; `chosen` is the code that its sender names, `by_rule`
    that of its rule, both empty for none. None: nobody pays. PayerRefused if that may not be.
    """
    if chosen:
        return _find_chosen(payers, sender, day, chosen)
    ruled = next((payer for payer in payers if payer.code == by_rule and payer.is_valid_on(day)), None)
    found = ruled or find_default(payers, sender, day)
    if found is None and required:
        raise PayerRefused(
            Sentence("This fax needs a payer: choose a budget line or a customer. “faxctl payers” lists yours.")
        )
    return found


def find_default(payers: Sequence[PayerConfig], sender: Sender, day: date) -> PayerConfig | None:
    """Find the payer of a person's faxes for which nothing else is said; None if there is none. PayerRefused if there
    are several.
    """
    usable = list_usable(payers, sender, day)
    by_name = [payer for payer in usable if sender.name in payer.default_for.persons]
    found = by_name or [payer for payer in usable if payer.default_for.includes(sender.name, sender.groups)]
    if len(found) > 1:
        codes = ", ".join(payer.code for payer in found)
        raise PayerRefused(
            Sentence(
                "You are in several groups, whose faxes have different payers ({codes}): choose one.", {"codes": codes}
            )
        )
    return found[0] if found else None


def list_usable(payers: Sequence[PayerConfig], sender: Sender, day: date) -> list[PayerConfig]:
    """List the payers that a person may choose on a day."""
    return [payer for payer in payers if payer.is_valid_on(day) and payer.allows(sender.name, sender.groups)]


def _find_chosen(payers: Sequence[PayerConfig], sender: Sender, day: date, code: str) -> PayerConfig:
    found = next((payer for payer in payers if payer.code == code), None)
    values: dict[str, Value] = {"code": code}
    if found is None:
        raise PayerRefused(Sentence("There is no payer “{code}”: “faxctl payers” lists yours.", values))
    if not found.allows(sender.name, sender.groups):
        raise PayerRefused(Sentence("“{code}” does not pay for your faxes: “faxctl payers” lists who does.", values))
    values["name"] = found.name
    if found.valid_from is not None and day < found.valid_from:
        values["day"] = found.valid_from.isoformat()
        raise PayerRefused(Sentence("“{code}” ({name}) pays for no fax before {day}: choose another payer.", values))
    if found.valid_until is not None and found.valid_until < day:
        values["day"] = found.valid_until.isoformat()
        raise PayerRefused(Sentence("“{code}” ({name}) has paid for faxes until {day}: choose another payer.", values))
    return found
