# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads digits by the numbering plans of phonenumbers: a whole number, one without its area code, or none.

phonenumbers takes the digits that are typed at home for a national number, whether or not they begin with the trunk
prefix. Where numbers have one length (France: nine digits behind the 0) that is safe. Where they have several
(Germany) a subscriber's number without its area code is as long as another one's with it: `471 1234` became
`0471 1234`, which is somebody else. So digits that are written without what the plan writes in front of a national
number, and that are shorter than a national number can be, are not whole.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult
from phonenumbers.phonemetadata import PhoneMetadata

from faxcore.model.number import NumberKind

SUBSCRIBERS: Final = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
_RELATED: Final = 3
"""Leading digits that a number has in common with those of a country before it is taken for one of them."""


class Wholeness(Enum):
    """The part of a number that digits are: all of it, or less."""

    WHOLE = "whole"
    WITHOUT_AREA_CODE = "without area code"
    WITHOUT_PREFIX = "without the trunk prefix"
    """The area code may be missing."""
    NONE = "no number of the plan"


_KIND_OF: Final = {
    PhoneNumberType.FIXED_LINE: NumberKind.FIXED,
    PhoneNumberType.MOBILE: NumberKind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberKind.FIXED_OR_MOBILE,
    PhoneNumberType.TOLL_FREE: NumberKind.FREE,
    PhoneNumberType.VOIP: NumberKind.VOIP,
    PhoneNumberType.UAN: NumberKind.COMPANY,
}


def describe(e164: str, home: str) -> tuple[str, NumberKind]:
    """Give the country, two letters, and the kind of a number that may be called."""
    country, kind = country_and_kind(phonenumbers.parse(e164), home)
    return country, _KIND_OF.get(kind, NumberKind.OTHER)


def parse(digits: str, region: str) -> PhoneNumber | None:
    """Parse digits that are dialled in a country; None if they cannot be a number."""
    try:
        return phonenumbers.parse(digits, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None


def judge(number: PhoneNumber, digits: str, region: str) -> Wholeness:
    """Say how much of a number the digits are that `parse` has made it of."""
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return Wholeness.WITHOUT_AREA_CODE
    if possible != ValidationResult.IS_POSSIBLE:
        return Wholeness.NONE
    planned = phonenumbers.is_valid_number(number)
    # One digit short, the trunk prefix is taken for a digit of the number: only where such numbers exist (Italy).
    if number.italian_leading_zero and not planned:
        return Wholeness.NONE
    if is_typed_at_home(number, digits) and len(digits) < longest_fixed(region):
        if not planned:
            return Wholeness.WITHOUT_AREA_CODE
        if digits_of(number, PhoneNumberFormat.NATIONAL) != digits:
            return Wholeness.WITHOUT_PREFIX
    if planned:
        return Wholeness.WHOLE
    as_subscriber = {phonenumbers.is_possible_number_for_type_with_reason(number, kind) for kind in SUBSCRIBERS}
    if ValidationResult.IS_POSSIBLE in as_subscriber:
        return Wholeness.WHOLE
    local = ValidationResult.IS_POSSIBLE_LOCAL_ONLY in as_subscriber
    return Wholeness.WITHOUT_AREA_CODE if local else Wholeness.NONE


def is_whole(digits: str, region: str) -> bool:
    """Return whether digits are a number that is complete as it stands."""
    number = parse(digits, region)
    return number is not None and judge(number, digits, region) is Wholeness.WHOLE


def is_planned(digits: str, region: str) -> bool:
    """Return whether digits are a complete number of a range that the plan has."""
    number = parse(digits, region)
    return (
        number is not None and phonenumbers.is_valid_number(number) and judge(number, digits, region) is Wholeness.WHOLE
    )


def is_typed_at_home(number: PhoneNumber, digits: str) -> bool:
    """Return whether digits have nothing in front that says where the number begins: no +, international or trunk
    prefix.
    """
    if number.country_code_source == CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN:
        return True
    national = phonenumbers.national_significant_number(number)
    return number.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY and national == digits


@lru_cache
def longest_fixed(region: str) -> int:
    """Give the most digits that a fixed line's national number has in this country."""
    metadata = PhoneMetadata.metadata_for_region(region)
    lengths = metadata.fixed_line.possible_length if metadata and metadata.fixed_line else ()
    return max(lengths, default=0)


def find_calling_code(number: str) -> str:
    """Find the calling code, as +33, with which a number in international form begins, of which three digits or more
    are known; empty for another one.
    """
    codes = (number[: 1 + count] for count in (1, 2, 3)) if re.match(r"\+[0-9]", number) else ()
    return next((code for code in codes if int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), "")


def digits_of(number: PhoneNumber, form: int) -> str:
    """Give the digits of a number as it is written in this form of phonenumbers."""
    return re.sub(r"[^0-9]", "", phonenumbers.format_number(number, form))


def country_and_kind(number: PhoneNumber, home: str) -> tuple[str, int]:
    """Give the country (two letters, 001 for none) and the PhoneNumberType of a number.

    Of several countries that share a code phonenumbers knows only the numbers that it has. One in a range younger than
    its tables belongs to the country whose numbers begin most like it, and is of their kind if that is a costly one;
    if none begins like it, to the home country.
    """
    country, kind = phonenumbers.region_code_for_number(number), phonenumbers.number_type(number)
    if country:
        return country, kind
    sharing = phonenumbers.region_codes_for_country_code(number.country_code or 0)
    common, country, kind = max(_relatives(number, sharing, home), default=(0, "", kind), key=lambda found: found[0])
    if common >= _RELATED:
        return country, kind
    metadata = PhoneMetadata.metadata_for_region(home) if home in sharing else None
    return (home if metadata and not metadata.leading_digits else sharing[0]), PhoneNumberType.UNKNOWN


def _relatives(number: PhoneNumber, regions: tuple[str, ...], home: str) -> list[tuple[int, str, int]]:
    """List how many leading digits a number has in common with one of each kind of each country, home first."""
    national = phonenumbers.national_significant_number(number)
    found = []
    for region in sorted(regions, key=lambda each: each != home):
        for kind in PhoneNumberType.values():
            example = phonenumbers.example_number_for_type(region, kind)
            if example is not None:
                found.append(
                    (_common(national, phonenumbers.national_significant_number(example), region, kind), region, kind)
                )
    return found


def _common(national: str, example: str, region: str, kind: int) -> int:
    """Give the most leading digits of a number that, with the rest of an example of its length, make one like it."""
    if len(national) != len(example):
        return 0
    for common in range(len(national) - 1, 0, -1):
        mixed = parse(f"+{phonenumbers.country_code_for_region(region)}{national[:common]}{example[common:]}", region)
        if mixed and phonenumbers.is_valid_number_for_region(mixed, region) and phonenumbers.number_type(mixed) == kind:
            return common
    return 0
