# SPDX-License-Identifier: GPL-3.0-or-later
"""No fax reaches an emergency service: what is dialled is judged by its beginning, in every country."""

from __future__ import annotations

import random
import re
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumber, PhoneNumberType, shortnumberinfo

from faxcore.config import ConfigError, DiallingConfig, load
from faxcore.config.emergency import emergency_numbers, find_in_pattern
from faxcore.dialling.numbers import Destination, destination
from faxcore.dialling.refusal import NumberRefused

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
KINDS = (
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.VOIP,
    PhoneNumberType.UAN,
)
EXACT = {"BR", "CL", "NI"}
"""Countries where further digits undo an emergency number, as phonenumbers says."""
WITHOUT_PREFIX = {
    *("BO", "BR", "CL", "CO", "ID", "IL", "KH", "KP", "KR", "PW", "SB", "SG", "TH", "TW", "TZ", "UG"),
}
"""Countries with several international prefixes, none of them usual."""


def call(text: str, **config: object) -> Destination | str:
    """The destination, or the rule that refuses it."""
    try:
        return destination(text, DiallingConfig(**config))  # type: ignore[arg-type]
    except NumberRefused as refused:
        return refused.rule


def examples(country: str) -> list[PhoneNumber]:
    """Numbers of this country that may be called, one of each kind."""
    found = [phonenumbers.example_number_for_type(country, kind) for kind in KINDS]
    return [each for each in found if each is not None]


def e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("+49 110 000", "DE"),
        ("+49 112 345 67", "DE"),
        ("1100000", "DE"),
        ("+679 911 4424", "FJ"),
        ("+45 112 34 567", "DK"),
        ("+47 110 00 000", "NO"),
    ],
)
def test_what_is_dialled_does_not_begin_with_an_emergency_number(text: str, region: str) -> None:
    assert call(text, region=region, allowed_countries=REGIONS) in ("emergency", "impossible")


def test_the_refusal_says_what_would_be_dialled() -> None:
    with pytest.raises(NumberRefused, match=r"\+49 110 000 would be dialled as 110000, which begins with an emergency"):
        destination("+49 110 000", DiallingConfig("DE", ("DE",)))


@pytest.mark.parametrize("region", REGIONS)
def test_no_emergency_number_is_the_beginning_of_what_is_dialled(region: str) -> None:
    """Each emergency number with digits behind it, written as at home and as abroad, with and without outside line."""
    chance = random.Random(region)
    country = phonenumbers.country_code_for_region(region)
    for emergency in sorted(emergency_numbers(region)):
        for length in (0, 2, 4, 5, 7):
            more = "".join(chance.choice("0123456789") for _ in range(length))
            for text in (f"{emergency}{more}", f"+{country}{emergency}{more}"):
                found = call(text, region=region, allowed_countries=REGIONS)
                if isinstance(found, Destination) and region not in EXACT:
                    began = shortnumberinfo.connects_to_emergency_number(found.dial, region)
                    assert not began or _is_planned_behind_a_prefix(text, found.dial, region), (text, found)
                    assert not _is_invented(text, region) or not found.dial.startswith(("112", "911")), (text, found)


def _is_planned_behind_a_prefix(text: str, dial: str, region: str) -> bool:
    """Lithuania and Uzbekistan: 03, or 003, is the trunk or international prefix and a number of the plan."""
    number = phonenumbers.parse(text, region)
    nsn = phonenumbers.national_significant_number(number)
    return phonenumbers.is_valid_number(number) and dial.endswith(nsn) and dial != nsn


def _is_invented(text: str, region: str) -> bool:
    return not phonenumbers.is_valid_number(phonenumbers.parse(text, region))


@pytest.mark.parametrize("region", REGIONS)
def test_every_country_s_own_numbers_are_called(region: str) -> None:
    for number in examples(region):
        if phonenumbers.region_code_for_number(number) != region:
            continue  # the example of a country that shares its numbers with another one
        if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
            continue  # toll free 310-1234 of Canada has no area code
        for text in (e164(number), phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)):
            found = call(text, region=region, allowed_countries=(region,))
            assert isinstance(found, Destination), (text, found)


@pytest.mark.parametrize("region", REGIONS)
def test_every_other_country_s_numbers_are_called_from_here(region: str) -> None:
    for country in random.Random(region).sample(REGIONS, 12):
        number = phonenumbers.example_number(country)
        found = call(e164(number), region=region, allowed_countries=REGIONS)
        if region in WITHOUT_PREFIX and number.country_code != phonenumbers.country_code_for_region(region):
            assert found == "country", (country, found)
            found = call(e164(number), region=region, allowed_countries=REGIONS, international="0099")
            assert isinstance(found, Destination), (country, found)
            assert found.dial.startswith(f"0099{number.country_code}")
        assert isinstance(found, Destination), (country, found)


def test_a_number_without_its_area_code_is_not_called() -> None:
    with pytest.raises(NumberRefused, match="without its area code"):
        destination("253-0000", DiallingConfig("US", ("US",)))


def test_a_prefix_and_the_number_are_judged_together_unless_a_pause_parts_them() -> None:
    """An Australian 0 for an outside line, and 0011 for other countries: together they begin with 000."""
    abroad = "+33 1 99 00 00 01"
    assert call(abroad, region="AU", allowed_countries=("FR",), prefix="0") == "emergency"
    found = call(abroad, region="AU", allowed_countries=("FR",), prefix="0,")
    assert isinstance(found, Destination)
    assert found.dial == "0,001133199000001"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("1XX", "112"),
        ("1XX", "115"),
        ("1.", "15"),
        ("XX", "18"),
        ("*31#.", "*31#112"),
        ("*67.", "*67911"),
        ("X.", "17"),
    ],
)
def test_an_internal_pattern_opens_no_way_to_an_emergency_number(pattern: str, text: str) -> None:
    assert call(text, internal=(pattern,)) == "emergency"
    assert call(text + "#1", internal=(pattern,)) == "emergency"


@pytest.mark.parametrize(
    "pattern", ["1XX", "1.", "XX", "X.", "*31#.", "*67.", "11X", "9XX", "112", "1X7XX", "*67XXX", "18."]
)
def test_the_configuration_refuses_a_pattern_that_lets_one_be_dialled(tmp_path: Path, pattern: str) -> None:
    path = tmp_path / "facteur.toml"
    path.write_text(f'[dialling]\ninternal = [\n    "2XX",\n    "{pattern}",\n]\n')
    with pytest.raises(ConfigError, match=r"facteur.toml:4: .*an emergency number: narrow it down"):
        load(path)


@pytest.mark.parametrize(("key", "value"), [("prefix", "112,"), ("prefix", "*31#911"), ("international", "15")])
def test_the_configuration_refuses_a_prefix_that_is_one(tmp_path: Path, key: str, value: str) -> None:
    path = tmp_path / "facteur.toml"
    path.write_text(f'[dialling]\n{key} = "{value}"\n')
    with pytest.raises(ConfigError, match=r"facteur.toml:2: .*begins with an emergency number"):
        load(path)


@given(
    st.sampled_from(REGIONS), st.from_regex(r"\*?[0-9X#]{1,7}\.?", fullmatch=True), st.text("0123456789", max_size=9)
)
def test_no_pattern_that_is_accepted_dials_an_emergency_number(region: str, pattern: str, more: str) -> None:
    digits = iter(more)
    text = re.sub("X", lambda _x: next(digits, "1"), pattern.rstrip("."))
    text += "".join(digits) if pattern.endswith(".") else ""
    heard = text.rpartition("#")[2]
    if find_in_pattern(pattern, region) is None and heard.isdigit():
        assert region in EXACT or not shortnumberinfo.connects_to_emergency_number(heard, region)
        assert not heard.startswith(("112", "911"))
