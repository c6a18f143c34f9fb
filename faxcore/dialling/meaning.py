# SPDX-License-Identifier: GPL-3.0-or-later
"""Which number is meant: taken when there is one meaning, refused when there are two.

two numbers in one field          refused; also the second one in short: `030 123456/57`
letters                           digits by E.161, in numbers that are spelt: free ones, and those of North America
the prefix of an outside line     it is dialled before every number anyway: typed as well, it goes
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from faxcore.config import DiallingConfig
from faxcore.dialling.plan import is_planned, is_whole, parse
from faxcore.dialling.refusal import NumberRefused
from faxcore.dialling.written import PARTING, Written, left_over, two_numbers
from faxcore.model.sentence import Sentence

_SPELT: Final = re.compile(r"\+?[0-9]+[A-Za-z]{3,}[A-Za-z0-9]*", re.ASCII)
_SPELT_KINDS: Final = frozenset(
    # In North America it is not to be seen whether a number is a mobile's: there any may be spelt.
    {PhoneNumberType.TOLL_FREE, PhoneNumberType.UAN, PhoneNumberType.FIXED_LINE_OR_MOBILE}
)
_DIALLED: Final = re.compile(r"\+?[0-9*#]{1,30}", re.ASCII)
_SHORTENED: Final = 3
"""Digits that stand for a second number which begins as the first one does, at most."""


def find_digits(written: Written, digits: str, dialling: DiallingConfig) -> str:
    """Find the digits that are meant by what is written; `digits` are its own without the sub-address: a leading +,
    0-9, * and #. NumberRefused if there are none, or two meanings.
    """
    region = dialling.region
    _refuse_two(written, region)
    if _SPELT.fullmatch(digits):
        digits = _spelt(digits, region) or digits
    if written.context and not digits.startswith(written.context):
        if digits.startswith("+"):
            raise two_numbers(written.shown)
        digits = written.context + digits
    digits = _without_prefix(written, digits, dialling)
    if "+" in digits[1:]:
        raise two_numbers(written.shown) if digits.count("+") > 1 or digits[0] != "+" else left_over(written)
    if not _DIALLED.fullmatch(digits):
        raise left_over(written)
    if not is_whole(digits, region) and any(is_planned(a, region) and is_planned(b, region) for a, b in written.cuts()):
        raise two_numbers(written.shown)
    return digits


def is_internal(digits: str, dialling: DiallingConfig) -> bool:
    """Return whether a pattern of the configuration says that this is dialled as it stands."""
    return any(_pattern(pattern).fullmatch(digits) for pattern in dialling.internal)


@lru_cache
def _pattern(pattern: str) -> re.Pattern[str]:
    exact = "".join("[0-9]" if char == "X" else re.escape(char) for char in pattern.rstrip("."))
    return re.compile(exact + ("[0-9]+" if pattern.endswith(".") else ""), re.ASCII)


def _refuse_two(written: Written, region: str) -> None:
    """Refuse two numbers that a sign or a word parts, also when their digits together would be a third."""
    if written.is_parted_by_words:
        raise two_numbers(written.shown)
    for sign in PARTING:
        *first, last = written.parts(sign)
        shortened = sign == "/" and last.isdigit() and len(last) <= _SHORTENED
        if first and (
            all(is_whole(part, region) for part in (*first, last)) or (shortened and is_planned("".join(first), region))
        ):
            raise two_numbers(written.shown)


def _spelt(digits: str, region: str) -> str | None:
    """Give the digits of a number that is spelt; None if its kind is not spelt, or it is none."""
    number = parse(digits, region)
    if number is None or phonenumbers.number_type(number) not in _SPELT_KINDS:
        return None
    return str(phonenumbers.convert_alpha_characters_in_number(digits))


def _without_prefix(written: Written, digits: str, dialling: DiallingConfig) -> str:
    """Take away an outside line's prefix that is typed before a number. NumberRefused if it may be a part of it."""
    region = dialling.region
    for prefix in dict.fromkeys((dialling.prefix, dialling.prefix.replace(",", ""))):
        rest = digits.removeprefix(prefix)
        if not prefix or rest == digits or not is_whole(rest, region):
            continue
        if not is_whole(digits, region):
            return rest
        one, other = phonenumbers.parse(rest, region), phonenumbers.parse(digits, region, keep_raw_input=True)
        first_group = re.match(r"[0-9*#]+", written.text)
        apart = first_group is not None and first_group[0] == prefix
        if apart and other.country_code_source == CountryCodeSource.FROM_NUMBER_WITH_IDD:
            return rest  # nobody parts the digits that stand for +
        unlikely = is_planned(rest, region) and not is_planned(digits, region)
        if (apart or unlikely) and _national(one) != _national(other):
            raise _with_or_without(written.shown, one, other)
    return digits


def _national(number: PhoneNumber) -> tuple[int | None, str]:
    return number.country_code, phonenumbers.national_significant_number(number)


def _with_or_without(shown: str, one: PhoneNumber, other: PhoneNumber) -> NumberRefused:
    read = [phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL) for number in (one, other)]
    sentence = Sentence(
        "{number} may be {one} behind the prefix of the outside line, or {other}; please enter one of them.",
        {"number": shown, "one": read[0], "other": read[1]},
    )
    return NumberRefused("characters", sentence)
