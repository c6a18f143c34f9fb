# SPDX-License-Identifier: GPL-3.0-or-later
"""A number without its area code is never made another subscriber's, and is told from one that is abroad."""

from __future__ import annotations

import random

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from phonenumbers.phonemetadata import PhoneMetadata

from faxcore.config import DiallingConfig
from faxcore.dialling.numbers import destination
from faxcore.dialling.plan import longest_fixed
from faxcore.dialling.refusal import NumberRefused

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def called(text: str, region: str) -> str:
    """The dial string, or the sentence that refuses it."""
    try:
        return destination(text, DiallingConfig(region, (region,))).dial
    except NumberRefused as refused:
        return str(refused)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("471 1234", "DE"),
        ("30 123456", "DE"),
        ("49 30 123456", "DE"),
        ("1 5051 23", "AT"),
        ("8 123 456", "SE"),
        ("10 6552 9988", "CN"),
        ("2 312 3456", "KR"),
    ],
)
def test_digits_without_trunk_prefix_may_lack_the_area_code(text: str, region: str) -> None:
    said = called(text, region)
    assert "its area code may be missing" in said or "without its area code" in said


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("555-0123", "US"),
        ("253-0000", "CA"),
        ("7946 0018", "GB"),
        ("946 0018", "GB"),
        ("460018", "GB"),
        ("5550123", "IT"),
        ("5550 1234", "AU"),
        ("+61 5550 1234", "AU"),
        ("+44 946 0018", "GB"),
        ("123456", "AT"),
    ],
)
def test_the_missing_area_code_is_the_reason(text: str, region: str) -> None:
    said = called(text, region)
    assert "area code" in said, said


@pytest.mark.parametrize(
    ("text", "region", "dial"),
    [
        ("0471 1234", "DE", "04711234"),
        ("+49 471 1234", "DE", "04711234"),
        ("tel:471-1234;phone-context=+49", "DE", "04711234"),
        ("06 12345678", "IT", "0612345678"),
        ("212 155 0123", "US", "12121550123"),
        ("1 212 155 0123", "US", "12121550123"),
        ("+1 506 155 0123", "CA", "15061550123"),
        ("020 1946 0018", "GB", "02019460018"),
        ("+44 20 1946 0018", "GB", "02019460018"),
        ("+61 1 5550 1234", "AU", "0155501234"),
        ("235 1234", "AI", "12642351234"),
    ],
)
def test_a_whole_number_is_called_though_its_range_is_younger_than_the_tables(
    text: str, region: str, dial: str
) -> None:
    assert called(text, region) == dial


@pytest.mark.parametrize(
    ("text", "region", "country"),
    [
        ("01481 199999", "GB", "GG"),
        ("+44 1534 199999", "GB", "JE"),
        ("+1 876 155 0123", "US", "JM"),
        ("+1 242 155 0123", "CA", "BS"),
        ("+1 212 155 0123", "CA", "US"),
        ("+7 700 155 0123", "RU", "KZ"),
    ],
)
def test_an_unknown_number_of_a_neighbour_is_not_at_home(text: str, region: str, country: str) -> None:
    assert called(text, region).endswith(f"is in a country ({country}) that this installation does not send to.")


@pytest.mark.parametrize(
    ("text", "region"), [("+1 900 155 0123", "US"), ("0909 999 9999", "GB"), ("0190 099 9999", "AU")]
)
def test_an_unknown_number_among_costly_ones_is_one(text: str, region: str) -> None:
    assert "special charges" in called(text, region)


@pytest.mark.parametrize("region", REGIONS)
def test_what_may_lack_its_area_code_is_called_in_no_country(region: str) -> None:
    """The digits of each kind of number without trunk prefix: whole only where nothing can be missing."""
    chance = random.Random(region)
    for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None or phonenumbers.region_code_for_number(number) != region:
            continue
        national = phonenumbers.national_significant_number(number)
        written = "".join(filter(str.isdigit, phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)))
        if written != national and len(national) < longest_fixed(region):
            assert "its area code may be missing" in called(national, region), national
        local = national[chance.randint(1, 3) :]
        found = called(local, region)
        if found.isdigit() and len(local) < longest_fixed(region) and not _has_one_area(region):
            assert found == local, "a whole number that is dialled as it stands"


def _has_one_area(region: str) -> bool:
    """Islands with one area code, which phonenumbers puts before the digits of a subscriber."""
    metadata = PhoneMetadata.metadata_for_region(region)
    rule = metadata.national_prefix_transform_rule if metadata else None
    return bool(rule and rule[0].isdigit())
