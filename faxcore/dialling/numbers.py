# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers that may be called, and what is dialled for them: promise P22, no surprise calls.

An allow-list of countries and kinds of number, in this order; the first rule that speaks decides and is named:

1. characters    only digits, one leading +, and the signs people group them with
2. emergency     an emergency number, or what would be dialled begins with one: an exchange connects as soon as it has
                 heard it (`faxcore.config.emergency`)
3. internal      a pattern of the configuration: dialled as it stands, without the prefix
4. short         no short numbers at all, but subscribers' of the smallest countries
5. impossible    no such number in the numbering plan; reserved ranges are possible and pass, numbers without their
                 area code do not
6. country       the home country only, unless more are allowed, and only where is known how they are dialled
7. kind          premium rate, shared cost, pager and such are refused

A number that the numbering plan has may begin with digits that are for emergencies elsewhere. It may not begin with an
emergency number of its own country, unless a trunk or international prefix stands in front: then it is that prefix
which the exchange hears, and the plan says that it goes on listening.

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
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from faxcore.config import DiallingConfig
from faxcore.config.emergency import KNOWN, connects, connects_by_library, heard_digits
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text

_GROUPING: Final = re.compile(r"[ ./()\-\u00a0\u202f]")
_WITH_SUB_ADDRESS: Final = re.compile(r"([0-9+]+)#([0-9]{1,20})", re.ASCII)
_LONGEST: Final = 40
_SHORT: Final = 6
"""Digits that a short number has at most; subscriber numbers have more, but in the smallest countries."""

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
    internal = is_internal(digits, dialling)
    if (not internal and digits.lstrip("+") in KNOWN) or (
        (internal or _is_short(digits, dialling)) and _connects(digits, dialling)
    ):
        raise NumberRefused(
            "emergency", Sentence("{number} is an emergency number; no fax is sent to it.", {"number": shown})
        )
    if internal:
        return Destination(digits, digits, digits, "internal")
    if _is_short(digits, dialling):
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


def _is_short(digits: str, dialling: DiallingConfig) -> bool:
    if "*" in digits or "#" in digits:
        return True
    if len(digits.lstrip("+")) > _SHORT:
        return False
    try:
        # In the smallest countries subscribers have four to six digits.
        return not phonenumbers.is_valid_number(phonenumbers.parse(digits, dialling.region))
    except phonenumbers.NumberParseException:
        return True


def _connects(dial: str, dialling: DiallingConfig) -> bool:
    return any(connects(heard, dialling.region) for heard in heard_digits(dial.lstrip("+")))


def _external(shown: str, digits: str, dialling: DiallingConfig) -> Destination:
    try:
        number = phonenumbers.parse(digits, dialling.region)
    except phonenumbers.NumberParseException as error:
        raise _impossible(shown) from error
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        raise NumberRefused(
            "impossible", Sentence("{number} is without its area code; please add it.", {"number": shown})
        )
    if possible != ValidationResult.IS_POSSIBLE:
        raise _impossible(shown)
    # One digit short, the trunk prefix is taken for a digit of the number: only where such numbers exist (Italy).
    if number.italian_leading_zero and not phonenumbers.is_valid_number(number):
        raise _impossible(shown)
    dial = _dialled(number, dialling)
    if dial is not None:
        _refuse_emergency(shown, number, dial, dialling)
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
    if dial is None:
        raise NumberRefused(
            "country",
            Sentence(
                "{number} is abroad, and this installation does not know what is dialled before the code of a country.",
                {"number": shown},
            ),
        )
    if phonenumbers.number_type(number) not in _KINDS:
        raise NumberRefused(
            "kind", Sentence("{number} is a number with special charges; no fax is sent to it.", {"number": shown})
        )
    return Destination(_shown(number, dialling), dialling.prefix + dial, _e164(number), "country")


def _refuse_emergency(shown: str, number: PhoneNumber, dial: str, dialling: DiallingConfig) -> None:
    """Refuse a number whose dial string an exchange would connect to an emergency number."""
    planned = phonenumbers.is_valid_number(number)
    prefixed = dial != phonenumbers.national_significant_number(number)
    wrong = connects(dial, dialling.region) if not planned else connects_by_library(dial, dialling.region)
    # Unless a pause parts them, the telephone system may hear the prefix and the number as one.
    behind = heard_digits(dialling.prefix + dial)
    together = any(connects_by_library(heard, dialling.region) for heard in behind if heard != dial)
    if together or (wrong and not (planned and prefixed)):
        named = {"number": shown, "dial": dialling.prefix + dial}
        raise NumberRefused(
            "emergency",
            Sentence(
                "{number} would be dialled as {dial}, which begins with an emergency number; no fax is sent to it.",
                named,
            ),
        )


def _dialled(number: PhoneNumber, dialling: DiallingConfig) -> str | None:
    """Give the digits that are dialled for a number; None if it is not known how other countries are dialled."""
    home = number.country_code == phonenumbers.country_code_for_region(dialling.region)
    if dialling.international and not home:
        return f"{dialling.international}{number.country_code}{phonenumbers.national_significant_number(number)}"
    as_dialled = phonenumbers.format_out_of_country_calling_number(number, dialling.region)
    # phonenumbers writes + where a country has several prefixes and none is usual.
    return None if as_dialled.startswith("+") else re.sub(r"[^0-9]", "", as_dialled)


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
