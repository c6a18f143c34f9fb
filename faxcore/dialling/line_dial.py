# SPDX-License-Identifier: GPL-3.0-or-later
"""What is dialled on a line for a fax: prefix, access code and number, put together when the call is made.

So a code is in no fax's row, and a prefix that has changed is the new one. What may be shown of it is made with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import phonenumbers

from faxcore.config import DiallingConfig, LineConfig, SendingRule
from faxcore.config.access_codes import AccessCode
from faxcore.config.emergency import connects_by_library, heard_digits
from faxcore.dialling.dial_string import UNSEEN, dialled

_LONG: Final = 4
"""Signs of a part of a code from which on that part alone gives it away."""


@dataclass(frozen=True)
class DialString:
    """What goes to the modem, and what of it may be shown."""

    dial: str = field(repr=False)
    """Digits, * # and the pause comma."""
    shown: str
    hidden: tuple[str, ...] = field(default=(), repr=False)
    """Parts of it that nobody may see, wherever they turn up."""


def find_code(line: LineConfig, rule: SendingRule) -> AccessCode | None:
    """Find the access code that goes with a fax on this line, by the rule that fits it: the rule's, or the line's."""
    return rule.access_code or line.access_code


def find_prefix(line: LineConfig, dialling: DiallingConfig) -> str:
    """Find what this line dials for an outside line."""
    return dialling.prefix if line.prefix is None else line.prefix


def compose_dial(
    dial: str, destination: str, line: LineConfig, rule: SendingRule, dialling: DiallingConfig
) -> DialString:
    """Put together what is dialled on this line. `dial` is what was found when the fax was handed in, and stays where
    the number is an internal one: that is dialled as it stands.
    """
    digits = find_digits(destination, dialling)
    if digits is None:
        return DialString(dial, UNSEEN if dialling.hide_prefix and destination.startswith("+") else dial)
    prefix, code = find_prefix(line, dialling), find_code(line, rule)
    before, after = (code.before, code.after) if code is not None else ("", "")
    withheld = code is not None and code.withheld
    front = "" if dialling.hide_prefix else prefix
    front += UNSEEN if before or withheld or dialling.hide_prefix else ""
    secret = (prefix if dialling.hide_prefix else "", before, after)
    return DialString(
        f"{prefix}{before}{digits}{after}",
        f"{front}{digits}{UNSEEN if after else ''}",
        tuple(part for each in secret for part in (each, *each.split(",")) if len(part) >= _LONG),
    )


def connects_on(line: LineConfig, rule: SendingRule, destination: str, dialling: DiallingConfig) -> bool:
    """Return whether an exchange may take what is dialled on this line for an emergency number, as prefix and number
    may together, though neither is one alone.
    """
    code = find_code(line, rule)
    front = find_prefix(line, dialling) + (code.before if code is not None else "")
    # Where a pause parts them, each is heard for itself, and has been judged.
    return bool(front) and front[-1] not in ",#" and _connects(front, destination, dialling)


@lru_cache(maxsize=10_000)
def _connects(front: str, destination: str, dialling: DiallingConfig) -> bool:
    digits = find_digits(destination, dialling)
    if digits is None:
        return False
    heard = (each for each in heard_digits(front + digits) if each != digits)
    return any(connects_by_library(each, dialling.region) for each in heard)


@lru_cache(maxsize=10_000)
def find_digits(destination: str, dialling: DiallingConfig) -> str | None:
    """Find the digits that are dialled for a destination, without prefix; None for an internal one, and where it is not
    known any more how other countries are dialled.
    """
    return dialled(phonenumbers.parse(destination), dialling) if destination.startswith("+") else None
