# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers that may be called, and what is dialled for them: promise P22, no surprise calls.

An allow-list of countries and kinds of number, in this order; the first rule that speaks decides and is named:

1. characters    one number, as people write and copy it (`written`), with one meaning (`meaning`)
2. emergency     an emergency number, or what would be dialled begins with one: an exchange connects as soon as it has
                 heard it (`faxcore.config.emergency`)
3. internal      a pattern of the configuration: dialled as it stands, without the prefix
4. short         no short numbers at all, but subscribers' of the smallest countries
5. impossible    no such number in the numbering plan; ranges that are reserved, or younger than its tables, are
                 possible and pass, numbers without their area code do not (`plan`)
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
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from faxcore.config import DiallingConfig
from faxcore.config.emergency import KNOWN, connects, connects_by_library, heard_digits
from faxcore.dialling.dial_string import dialled, hide_prefix, trunk_prefix
from faxcore.dialling.meaning import find_digits, is_internal
from faxcore.dialling.plan import Wholeness, country_and_kind, judge, parse
from faxcore.dialling.refusal import NumberRefused
from faxcore.dialling.signs import plain_signs
from faxcore.dialling.written import left_over, read
from faxcore.model.number import keep_signs
from faxcore.model.sentence import Sentence

_WITH_SUB_ADDRESS: Final = re.compile(r"([0-9+]+)#([0-9]{1,20})", re.ASCII)
_SHORT: Final = 6
"""Digits that a short number has at most; subscriber numbers have more, but in the smallest countries."""
_SHORTEST_LOCAL: Final = 5
"""Digits that a subscriber's number without its area code has at least; fewer are taken for a service's."""

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


def destination(text: str, dialling: DiallingConfig) -> Destination:
    """Find the dial string for this number. NumberRefused with the rule that forbids it."""
    written = read(text)
    digits, sub_address = written.digits, written.sub_address
    if is_internal(digits, dialling):
        return replace(_judged(written.shown, digits, dialling), sub_address=sub_address)
    if found := _WITH_SUB_ADDRESS.fullmatch(digits):
        if sub_address:
            raise left_over(written)
        digits, sub_address = found.groups()
    digits = find_digits(written, digits, dialling)
    behind = _judged(written.shown, digits, dialling)
    if not sub_address:
        return behind
    return replace(behind, shown=f"{behind.shown} #{sub_address}", sub_address=sub_address)


def _judged(shown: str, digits: str, dialling: DiallingConfig) -> Destination:
    """Judge digits, + * and # by every rule but the first."""
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
        if _may_be_local(digits, dialling):
            raise _without_area_code(shown)
        raise NumberRefused("short", Sentence("{number} is a short number; no fax is sent to it.", {"number": shown}))
    return _external(shown, digits, dialling)


def same_number(one: str, other: str, dialling: DiallingConfig) -> bool:
    """Return whether two ways of writing mean the same number."""
    return bool(one) and bool(other) and number_key(one, dialling) == number_key(other, dialling)


@lru_cache(maxsize=10_000)
def number_key(text: str, dialling: DiallingConfig) -> str:
    """Give the same text for every way to write the same number: E.164, or the digits as they stand."""
    digits = keep_signs(plain_signs(text))
    try:
        return _e164(phonenumbers.parse(digits, dialling.region))
    except phonenumbers.NumberParseException:
        return digits


@lru_cache(maxsize=10_000)
def show_number(text: str, dialling: DiallingConfig) -> str:
    """Write a number as numbers are written here, whether it may be called or not; as it stands, if it is none."""
    try:
        number = phonenumbers.parse(keep_signs(plain_signs(text)), dialling.region)
    except phonenumbers.NumberParseException:
        return text
    return _shown(number, dialling) if phonenumbers.is_possible_number(number) else text


def show_station(text: str, dialling: DiallingConfig) -> str:
    """Write a station id: one that is nothing but a number, as numbers are written here; another as it was told."""
    return text if any(char.isalpha() for char in text) else show_number(text, dialling)


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


def _may_be_local(digits: str, dialling: DiallingConfig) -> bool:
    """Return whether few digits may be a subscriber's without the area code, and are no number of a service."""
    number = parse(digits, dialling.region)
    if (
        number is None
        or len(digits) < _SHORTEST_LOCAL
        or phonenumbers.is_valid_short_number_for_region(number, dialling.region)
    ):
        return False
    return judge(number, digits, dialling.region) is Wholeness.WITHOUT_AREA_CODE


def _external(shown: str, digits: str, dialling: DiallingConfig) -> Destination:
    number = parse(digits, dialling.region)
    if number is None:
        raise _impossible(shown)
    _refuse_parts(shown, number, digits, dialling)
    dial = dialled(number, dialling)
    if dial is not None:
        _refuse_emergency(shown, number, dial, dialling)
    country, kind = country_and_kind(number, dialling.region)
    if country not in dialling.allowed_countries:
        where = country if country != "001" else f"+{number.country_code}"
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
    if kind not in _KINDS:
        raise NumberRefused(
            "kind", Sentence("{number} is a number with special charges; no fax is sent to it.", {"number": shown})
        )
    return Destination(_shown(number, dialling), dialling.prefix + dial, _e164(number), "country")


def _refuse_parts(shown: str, number: PhoneNumber, digits: str, dialling: DiallingConfig) -> None:
    """Refuse what is no whole number, with what it lacks."""
    match judge(number, digits, dialling.region):
        case Wholeness.WITHOUT_AREA_CODE:
            raise _without_area_code(shown)
        case Wholeness.WITHOUT_PREFIX:
            named = {"number": shown, "trunk": trunk_prefix(number), "code": f"+{number.country_code}"}
            sentence = Sentence(
                "{number} begins with neither {trunk} nor {code}: its area code may be missing; "
                "please enter the whole number.",
                named,
            )
            raise NumberRefused("impossible", sentence)
        case Wholeness.NONE:
            raise _impossible(shown)


def _refuse_emergency(shown: str, number: PhoneNumber, dial: str, dialling: DiallingConfig) -> None:
    """Refuse a number whose dial string an exchange would connect to an emergency number."""
    planned = phonenumbers.is_valid_number(number)
    prefixed = dial != phonenumbers.national_significant_number(number)
    wrong = connects(dial, dialling.region) if not planned else connects_by_library(dial, dialling.region)
    # Unless a pause parts them, the telephone system may hear the prefix and the number as one.
    behind = heard_digits(dialling.prefix + dial)
    together = any(connects_by_library(heard, dialling.region) for heard in behind if heard != dial)
    if together or (wrong and not (planned and prefixed)):
        whole = hide_prefix(dial) if dialling.hide_prefix else dialling.prefix + dial
        named = {"number": shown, "dial": whole}
        raise NumberRefused(
            "emergency",
            Sentence(
                "{number} would be dialled as {dial}, which begins with an emergency number; no fax is sent to it.",
                named,
            ),
        )


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


def _without_area_code(shown: str) -> NumberRefused:
    return NumberRefused("impossible", Sentence("{number} is without its area code; please add it.", {"number": shown}))
