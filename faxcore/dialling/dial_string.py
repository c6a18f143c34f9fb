# SPDX-License-Identifier: GPL-3.0-or-later
"""The digits that are dialled for a number, without the prefix of an outside line."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from faxcore.config import DiallingConfig
from faxcore.config.emergency import connects
from faxcore.dialling.plan import digits_of

UNSEEN: Final = "…"
"""The sign in place of a prefix or a code that nobody is to see."""


def dialled(number: PhoneNumber, dialling: DiallingConfig) -> str | None:
    """Give the digits that are dialled for a number; None if it is not known how other countries are dialled."""
    home = number.country_code == phonenumbers.country_code_for_region(dialling.region)
    if dialling.international and not home:
        return f"{dialling.international}{number.country_code}{phonenumbers.national_significant_number(number)}"
    as_dialled = phonenumbers.format_out_of_country_calling_number(number, dialling.region)
    if home and not phonenumbers.is_valid_number(number):
        as_dialled = _with_trunk(number, as_dialled, dialling)
    # phonenumbers writes + where a country has several prefixes and none is usual.
    return None if as_dialled.startswith("+") else re.sub(r"[^0-9]", "", as_dialled)


def _with_trunk(number: PhoneNumber, as_dialled: str, dialling: DiallingConfig) -> str:
    """Put the trunk prefix before a number of a range that phonenumbers does not know, and writes without one: it would
    be dialled as one of this town. One that begins with an emergency number stays, to be refused.
    """
    national = phonenumbers.national_significant_number(number)
    example = phonenumbers.example_number_for_type(dialling.region, PhoneNumberType.FIXED_LINE)
    if example is None or re.sub(r"[^0-9]", "", as_dialled) != national or connects(national, dialling.region):
        return as_dialled
    return trunk_prefix(example) + national


def hide_prefix(digits: str) -> str:
    """Write the digits of a number with a sign for a prefix that nobody is to see."""
    return UNSEEN + digits


def trunk_prefix(number: PhoneNumber) -> str:
    """Give what the plan writes before the national number: the trunk prefix, or nothing."""
    digits = digits_of(number, PhoneNumberFormat.NATIONAL)
    national = phonenumbers.national_significant_number(number)
    if digits.endswith(national):
        return digits.removesuffix(national)
    return phonenumbers.ndd_prefix_for_region(phonenumbers.region_code_for_number(number) or "", True) or ""
