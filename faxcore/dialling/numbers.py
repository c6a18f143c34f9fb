# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers that may be called, and what is dialled for them: promise P22, no surprise calls.

An allow-list of countries and kinds of number, in this order; the first rule that speaks decides and is named:

1. characters    only digits, one leading +, and the signs people group them with
2. internal      a pattern of the configuration: dialled as it stands, without the prefix
3. emergency     the lists of phonenumbers, and our own: it does not know 114, 115, 119 and 196
4. short         no short numbers at all
5. impossible    no such number in the numbering plan (`is_possible`; reserved ranges are possible and pass)
6. country       the home country only, unless more are allowed
7. kind          premium rate, shared cost, pager and such are refused

The dial string is made here of digits and the configured prefix, from the parsed number and never from the text.

Behind # a number may have a sub-address (T.30's SUB: a person or department behind the other end's fax machine). It is
told to the fax machine that answers, and never dialled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, shortnumberinfo

from faxcore.config import DiallingConfig
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text

# fmt: off
EMERGENCY: Final = frozenset({
    "15", "17", "18", "000", "061", "092", "110", "111", "112", "113", "114", "115",
    "117", "118", "119", "120", "122", "133", "144", "191", "196", "197", "199", "911",
    "933", "988", "995", "997", "998", "999", "116000", "116006", "116111", "116117", "116123",
})
# fmt: on

_GROUPING: Final = re.compile(r"[ ./()\-\u00a0\u202f]")
_WITH_SUB_ADDRESS: Final = re.compile(r"([0-9+]+)#([0-9]{1,20})", re.ASCII)
_LONGEST: Final = 40
_SHORT: Final = 6
"""Digits that a short number has at most; subscriber numbers in full have more."""

_KINDS: Final = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.VOIP,
        PhoneNumberType.UAN,
        # Possible but not assigned, such as the ranges reserved for fiction.
        PhoneNumberType.UNKNOWN,
    }
)


@dataclass(frozen=True)
class Destination:
    """A number that may be called."""

    shown: str
    """As windows and lists show it."""
    dial: str
    """Digits, * # and the pause comma."""
    key: str
    """The same for every way to write the same number."""
    rule: str
    sub_address: str = ""
    """Digits for the fax machine that answers; empty: none."""


class NumberRefused(Exception):
    """This number is not called; `sentence` names it and the rule."""

    def __init__(self, rule: str, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.rule = rule
        self.sentence = sentence


def destination(text: str, dialling: DiallingConfig) -> Destination:
    """Find the dial string for this number. NumberRefused with the rule that forbids it."""
    shown = clean_text(text, _LONGEST)
    digits = _GROUPING.sub("", text.strip()[: 2 * _LONGEST])
    if (found := _WITH_SUB_ADDRESS.fullmatch(digits)) and not is_internal(digits, dialling):
        number, sub_address = found.groups()
        behind = destination(number, dialling)
        return replace(behind, shown=f"{behind.shown} #{sub_address}", sub_address=sub_address)
    if not re.fullmatch(r"\+?[0-9*#]{1,30}", digits, re.ASCII):
        raise NumberRefused("characters", Sentence("“{number}” is not a telephone number.", {"number": shown}))
    if is_internal(digits, dialling):
        return Destination(digits, digits, digits, "internal")
    if digits in EMERGENCY or shortnumberinfo.connects_to_emergency_number(digits, dialling.region):
        raise NumberRefused(
            "emergency", Sentence("{number} is an emergency number; no fax is sent to it.", {"number": shown})
        )
    if len(digits.lstrip("+")) <= _SHORT or "*" in digits or "#" in digits:
        raise NumberRefused("short", Sentence("{number} is a short number; no fax is sent to it.", {"number": shown}))
    return _external(shown, digits, dialling)


def same_number(one: str, other: str, dialling: DiallingConfig) -> bool:
    """Return whether two ways of writing mean the same number."""
    return bool(one) and bool(other) and number_key(one, dialling) == number_key(other, dialling)


@lru_cache(maxsize=10_000)
def number_key(text: str, dialling: DiallingConfig) -> str:
    """Give the same text for every way to write the same number: E.164, or the digits as they stand."""
    digits = re.sub(r"[^0-9+*#]", "", text)
    try:
        return _e164(phonenumbers.parse(digits, dialling.region))
    except phonenumbers.NumberParseException:
        return digits


def spellings(number: str) -> list[str]:
    """List the digits with which people write a number: of one in E.164 the international and the national ones, with
    and without trunk prefix; of another its own.
    """
    digits = re.sub(r"[^0-9]", "", number)
    if not digits:
        return []
    if not number.startswith("+"):
        return [digits]
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return [digits]
    national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return list(
        dict.fromkeys([digits, re.sub(r"[^0-9]", "", national), phonenumbers.national_significant_number(parsed)])
    )


def is_internal(digits: str, dialling: DiallingConfig) -> bool:
    """Return whether a pattern of the configuration says that this is dialled as it stands."""
    return any(_pattern(pattern).fullmatch(digits) for pattern in dialling.internal)


def _pattern(pattern: str) -> re.Pattern[str]:
    exact = "".join("[0-9]" if char == "X" else re.escape(char) for char in pattern.rstrip("."))
    return re.compile(exact + ("[0-9]+" if pattern.endswith(".") else ""), re.ASCII)


def _external(shown: str, digits: str, dialling: DiallingConfig) -> Destination:
    try:
        number = phonenumbers.parse(digits, dialling.region)
    except phonenumbers.NumberParseException as error:
        raise _impossible(shown) from error
    if not phonenumbers.is_possible_number(number):
        raise _impossible(shown)
    # One digit short, the trunk prefix is taken for a digit of the number: only where such numbers exist (Italy).
    if number.italian_leading_zero and not phonenumbers.is_valid_number(number):
        raise _impossible(shown)
    country = phonenumbers.region_code_for_number(number)
    if country not in dialling.allowed_countries:
        where = country if country and country != "001" else f"+{number.country_code}"
        raise NumberRefused(
            "country",
            Sentence(
                "{number} is in a country ({country}) that this installation does not send to.",
                {"number": shown, "country": where},
            ),
        )
    if phonenumbers.number_type(number) not in _KINDS:
        raise NumberRefused(
            "kind", Sentence("{number} is a number with special charges; no fax is sent to it.", {"number": shown})
        )
    return Destination(_shown(number, dialling), dialling.prefix + _dialled(number, dialling), _e164(number), "country")


def _dialled(number: PhoneNumber, dialling: DiallingConfig) -> str:
    as_dialled = phonenumbers.format_out_of_country_calling_number(number, dialling.region)
    return re.sub(r"[^0-9]", "", as_dialled)


def _shown(number: PhoneNumber, dialling: DiallingConfig) -> str:
    home = number.country_code == phonenumbers.country_code_for_region(dialling.region)
    return str(
        phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)
    )


def _e164(number: PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _impossible(shown: str) -> NumberRefused:
    return NumberRefused(
        "impossible", Sentence("{number} is not a valid phone number; please check it.", {"number": shown})
    )
