# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P22: no surprise calls. Only allowed numbers become dial strings, and a refusal names its rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.config import DiallingConfig
from faxcore.dialling.numbers import destination, same_number
from faxcore.dialling.plan import find_calling_code
from faxcore.dialling.refusal import NumberRefused
from tests.support.hostile_text import NAMES, TEXTS, assert_harmless

FRANCE = DiallingConfig()


@pytest.mark.parametrize(
    ("text", "dial"),
    [
        ("0199000001", "0199000001"),
        ("01 99 00 00 01", "0199000001"),
        ("+33 1 99 00 00 01", "0199000001"),
        ("0033 199000001", "0199000001"),
        ("01.99.00.00.01", "0199000001"),
        ("(01) 99-00-00-01", "0199000001"),
        ("0639980001", "0639980001"),
        ("0800 000 000", "0800000000"),
    ],
)
def test_a_number_at_home_is_dialled_as_at_home(text: str, dial: str) -> None:
    assert destination(text, FRANCE).dial == dial


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "characters"),
        ("Mairie", "characters"),
        ("0199000001;ATD0899", "characters"),
        ("0199000001,,,1", "characters"),
        ("0199000001@", "characters"),
        ("０１９９００００", "impossible"),
        ("01990000٠", "impossible"),
        ("0199000001\r\nATD", "characters"),
        ("++33199000001", "characters"),
        ("15", "emergency"),
        ("112", "emergency"),
        ("114", "emergency"),
        ("119", "emergency"),
        ("196", "emergency"),
        ("116 000", "emergency"),
        ("3615", "short"),
        ("118218", "short"),
        ("*31#0199000001", "short"),
        ("019900000", "impossible"),
        ("019900000123", "impossible"),
        ("+33", "short"),
        ("+44 20 7946 0018", "country"),
        ("+1 876 555 0123", "country"),
        ("+881 6 1234 5678", "country"),
        ("+979 123 456 789", "country"),
        ("0899 123456", "kind"),
        ("0825 123456", "kind"),
    ],
)
def test_a_refusal_names_its_rule(text: str, rule: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        destination(text, FRANCE)
    assert refused.value.rule == rule


def test_the_text_of_a_refusal_names_the_number() -> None:
    with pytest.raises(NumberRefused, match="019900000 is not a valid"):
        destination("019900000", FRANCE)


def test_an_outside_line_needs_its_prefix_and_an_internal_number_none() -> None:
    office = DiallingConfig(prefix="0,", internal=("2XX", "8.", "*1X"))
    assert destination("01 99 00 00 01", office).dial == "0,0199000001"
    assert destination("234", office).dial == "234"
    assert destination("8123456", office).dial == "8123456"
    assert destination("*12", office).dial == "*12"
    with pytest.raises(NumberRefused):
        destination("23", office)


def test_a_sub_address_is_told_and_never_dialled() -> None:
    office = DiallingConfig(prefix="0,", internal=("2XX", "8XX#1"))
    found = destination("01 99 00 00 01 #42", office)
    assert (found.dial, found.sub_address, found.shown) == ("0,0199000001", "42", "01 99 00 00 01 #42")
    assert found.key == destination("01 99 00 00 01", office).key
    assert (destination("234#42", office).dial, destination("234#42", office).sub_address) == ("234", "42")
    assert (destination("812#1", office).dial, destination("812#1", office).sub_address) == ("812#1", ""), "internal"
    assert destination("0199000001", office).sub_address == ""


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("15#42", "emergency"),
        ("3615#1", "short"),
        ("0899123456#1", "kind"),
        ("0199000001#", "short"),
        ("0199000001#42#1", "short"),
        ("0199000001#*1", "short"),
        ("0199000001#+1", "characters"),
        ("#42", "short"),
        ("0199000001#" + "1" * 21, "characters"),
    ],
)
def test_a_sub_address_opens_no_way_around_the_rules(text: str, rule: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        destination(text, FRANCE)
    assert refused.value.rule == rule


def test_a_further_country_is_dialled_as_from_home() -> None:
    both = DiallingConfig(allowed_countries=("FR", "BE"))
    assert destination("+32 2 555 12 12", both).dial == "003225551212"
    assert destination("+32 2 555 12 12", both).shown == "+32 2 555 12 12"


@given(st.text(max_size=40))
def test_whatever_is_asked_for_only_digits_are_dialled(text: str) -> None:
    try:
        dial = destination(text, DiallingConfig(prefix="0,", internal=("X",))).dial
    except NumberRefused:
        return
    assert not set(dial.removeprefix("0,")) - set("0123456789")


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_hostile_text_is_refused_as_a_number_and_as_a_sub_address(text: str) -> None:
    for wanted in (text, f"0199000001{text}x", f"0199000001 #{text}"):
        with pytest.raises(NumberRefused) as refused:
            destination(wanted, FRANCE)
        assert_harmless(str(refused.value), 400)


def test_the_same_number_in_other_words() -> None:
    assert same_number("0199000001", "+33199000001", FRANCE)
    assert not same_number("0199000001", "0199000002", FRANCE)
    assert not same_number("", "", FRANCE)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("+33199000002", "+33"),
        ("+331", "+33"),
        ("+1204", "+1"),
        ("+4420", "+44"),
        ("+3521", "+352"),
        ("+2109", ""),
        ("0199", ""),
        ("+", ""),
        ("*21#", ""),
        ("", ""),
    ],
)
def test_the_calling_code_of_a_number_by_its_first_digits(number: str, code: str) -> None:
    assert find_calling_code(number) == code
