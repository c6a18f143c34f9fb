# SPDX-License-Identifier: GPL-3.0-or-later
"""What is dialled on a line: prefix, access code and number, and what of it may be shown."""

from dataclasses import replace
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.config import Config, DiallingConfig, LineConfig, Sender, SendingRule
from faxcore.config.access_codes import AccessCode
from faxcore.config.emergency import connects, heard_digits
from faxcore.dialling.dial_string import dialled
from faxcore.dialling.judging import judge_number
from faxcore.dialling.line_dial import compose_dial, connects_on, find_digits
from faxcore.dialling.numbers import destination
from faxcore.dialling.refusal import NumberRefused
from faxcore.dialling.ruling import FREELY, permit
from faxcore.queue.carrying import find_carriers

HOUSE = DiallingConfig(prefix="0,", internal=("2XX",))
TO, DIAL = "+33199000002", "0,0199000002"
LINE = LineConfig("one", Path("/dev/one"), "")
CARD, SURGERY = AccessCode("card", "0800,,4711#,"), AccessCode("surgery", "", ",,8642#")
BOTH = SendingRule("All", access_code=AccessCode("both", "7,", ",,864209"))


@pytest.mark.parametrize(
    ("line", "rule", "dialling", "dial", "shown"),
    [
        (LINE, FREELY, HOUSE, "0,0199000002", "0,0199000002"),
        (replace(LINE, prefix="9,,"), FREELY, HOUSE, "9,,0199000002", "9,,0199000002"),
        (replace(LINE, prefix=""), FREELY, HOUSE, "0199000002", "0199000002"),
        (replace(LINE, access_code=CARD), FREELY, HOUSE, "0,0800,,4711#,0199000002", "0,…0199000002"),
        (replace(LINE, access_code=SURGERY), FREELY, HOUSE, "0,0199000002,,8642#", "0,0199000002…"),
        (replace(LINE, access_code=CARD), BOTH, HOUSE, "0,7,0199000002,,864209", "0,…0199000002…"),
        (LINE, FREELY, replace(HOUSE, hide_prefix=True), "0,0199000002", "…0199000002"),
        (replace(LINE, prefix="9,8812"), BOTH, replace(HOUSE, hide_prefix=True), None, "…0199000002…"),
    ],
)
def test_prefix_and_code_are_those_of_line_and_rule(
    line: LineConfig, rule: SendingRule, dialling: DiallingConfig, dial: str | None, shown: str
) -> None:
    found = compose_dial(DIAL, TO, line, rule, dialling)
    assert (found.dial, found.shown) == (dial or "9,88127,0199000002,,864209", shown)
    text = found.dial.replace(found.dial, found.shown)
    for secret in found.hidden:
        text = text.replace(secret, "…")
    assert "4711" not in text and "8642" not in text and "8812" not in text
    assert "4711" not in repr(found) and "8642" not in repr(found)


def test_an_internal_number_is_dialled_as_it_stands() -> None:
    line = replace(LINE, prefix="9,", access_code=CARD)
    assert compose_dial("234", "234", line, BOTH, HOUSE).dial == "234"
    assert compose_dial("234", "234", line, BOTH, replace(HOUSE, hide_prefix=True)).shown == "234"


def test_a_prefix_that_has_changed_since_is_dialled_as_it_is_now() -> None:
    assert compose_dial(DIAL, TO, LINE, FREELY, replace(HOUSE, prefix="9")).dial == "90199000002"


def test_a_country_that_is_not_known_any_more_is_dialled_as_it_was() -> None:
    far = DiallingConfig("BR", ("BR", "FR"), international="0021")
    dial = destination("+33 1 99 00 00 02", far).dial
    assert compose_dial(dial, TO, LINE, FREELY, replace(far, international="")).dial == dial == "002133199000002"


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_digits_of_a_destination_are_those_of_its_number(region: str) -> None:
    """They are found anew when it is called."""
    dialling = DiallingConfig(region, (region,))
    for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
        number = phonenumbers.example_number_for_type(region, kind)
        if number is not None:
            key = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            assert find_digits(key, dialling) == dialled(number, dialling)


AUSTRALIA = DiallingConfig("AU", ("AU", "FR"))


def test_a_line_whose_prefix_would_make_an_emergency_number_of_it_does_not_dial_it() -> None:
    """0 for the outside line and 0011 for abroad would begin with 000."""
    bad, good = replace(LINE, prefix="0"), replace(LINE, name="two", prefix="0,")
    anne = Sender("anne")
    with pytest.raises(NumberRefused, match="behind a prefix with which it begins with an emergency number") as error:
        permit("+33 1 99 00 00 02", Config(dialling=AUSTRALIA, lines=(bad,)), anne)
    assert error.value.rule == "emergency"
    both = Config(dialling=AUSTRALIA, lines=(bad, good))
    assert permit("+33 1 99 00 00 02", both, anne).key == TO
    assert find_carriers(both.lines, TO, anne, both) == [good]
    assert judge_number("+33 1 99 00 00 02", both, anne).lines == ("two",)
    assert not connects_on(replace(bad, access_code=CARD), FREELY, TO, AUSTRALIA), "its pause parts them"


@given(
    region=st.sampled_from(["FR", "DE", "AU", "PT", "US"]),
    prefix=st.text("0123456789*#,", max_size=4),
    before=st.text("0123456789*#,", max_size=6),
    number=st.text("0123456789", min_size=4, max_size=10),
)
def test_no_string_is_dialled_in_which_an_exchange_hears_an_emergency_number(
    region: str, prefix: str, before: str, number: str
) -> None:
    """As far as prefix and code are concerned: the number itself has its own tests."""
    code = AccessCode("code", f"{before}," if before else "")
    if any(connects(heard, region) for heard in heard_digits(prefix + code.before)):
        return  # the configuration is refused
    line = replace(LINE, prefix=prefix, access_code=code)
    config = Config(dialling=DiallingConfig(region, (region,)), lines=(line,))
    try:
        to = permit(number, config, Sender("anne"))
    except NumberRefused:
        return
    composed = compose_dial(to.dial, to.key, line, FREELY, config.dialling)
    heard = [each for each in heard_digits(composed.dial) if each != to.dial]
    assert not any(each.startswith(("112", "000", "911")) and connects(each, region) for each in heard)
