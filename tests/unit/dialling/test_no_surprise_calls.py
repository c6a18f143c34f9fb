# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P22: of five hundred numbers only those that are allowed reach the modem, and it hears exactly their digits.

The rules are those of an office in France behind a telephone system: outside line 0, extensions 2XX, to France and
Belgium.
"""

from __future__ import annotations

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from faxcore.config import DiallingConfig
from faxcore.dialling.numbers import destination
from faxcore.dialling.refusal import NumberRefused
from tests.unit.modem.fake_modem import FakeModem

OFFICE = DiallingConfig("FR", ("FR", "BE"), prefix="0,", internal=("2XX", "*1X"))


def _written(national: str) -> list[str]:
    """The ways in which people write a number in France."""
    abroad = "33" + national[1:]
    pairs = " ".join(national[at : at + 2] for at in range(0, len(national), 2))
    return [
        national,
        pairs,
        pairs.replace(" ", "."),
        pairs.replace(" ", "-"),
        pairs.replace(" ", "\u00a0"),
        pairs.replace(" ", "\u202f"),
        f"({pairs[:2]}) {pairs[3:]}",
        f"+{abroad}",
        f"+33 {pairs[1:]}",
        f"00{abroad}",
        f"{pairs} #42",
        f"\u202a{pairs}\u202c\u202e",
        f"Fax-Nr.: {pairs}",
        f"tel:+{abroad}",
        f"0 {pairs}",
        "".join(chr(0xFF10 + int(digit)) for digit in national),
        "".join(chr(0x0660 + int(digit)) for digit in national),
    ]


FRENCH = [
    "0199000001",
    "0261000001",
    "0353010001",
    "0465710001",
    "0536490001",
    "0639980001",
    "0800000000",
    "0970000001",
]
BELGIAN = ["+3225551212", "+32 2 555 12 12", "0032 2 555 12 12", "+32 470 12 34 56"]
ALLOWED = [
    *((text, f"0,{national}") for national in FRENCH for text in _written(national)),
    *((text, "0,003225551212") for text in BELGIAN[:3]),
    (BELGIAN[3], "0,0032470123456"),
    *((f"2{extension:02}", f"2{extension:02}") for extension in range(0, 100, 5)),
    *((f"*1{digit}", f"*1{digit}") for digit in range(10)),
]
"""The number as written, and what is dialled."""

ABROAD = [
    (phonenumbers.format_number(number, PhoneNumberFormat.E164), {"country"})
    for country in sorted(phonenumbers.SUPPORTED_REGIONS - {"FR", "BE"})
    if (number := phonenumbers.example_number_for_type(country, PhoneNumberType.FIXED_LINE)) is not None
]
INJECTED = [
    *(f"0199000001{sign}" for sign in ";@!WTP&,\0^$AaX=?\\\"'%"),
    *(f"{sign}0199000001" for sign in ";@!WTP&,"),
    *(f"01990{sign}00001" for sign in ";@!WTP&,"),
    *(
        "0199000001;ATD0899123456",
        "0199000001\rATD112",
        "0199000001\r\nATH",
        "ATDT0199000001",
        "+++",
        "0199000001;+FCLASS=0",
    ),
    *("0199000001,,,1", "0199000001,,12#", "0199000001w1", "0199000001p1", "0199000001;ext=1", "0199000001;x=1"),
    *("²199000001", "①199000001", "0199000001\u0601", "０１９９００００01,1", "0199000001；ext＝1"),  # noqa: RUF001
    *("++33199000001", "+", "", " ", "33+199000001", "0199000001@example.org", "0199000001$(ATD112)"),
]
REFUSED = [
    *(
        (f"0{first}{rest}", {"kind", "impossible"})
        for first in ("89", "82", "81")
        for rest in ("9123456", "5000001", "0222222")
    ),
    *(
        (f"08{pair}{rest}", {"kind", "impossible"})
        for pair in ("92", "95", "97", "99", "25", "26", "91")
        for rest in ("123456", "000001")
    ),
    *((f"+33 8{pair} 12 34 56", {"kind", "impossible"}) for pair in ("92", "95", "97", "99", "25", "26")),
    *((f"+881{digit}1234567{more}", {"country", "impossible"}) for digit in range(10) for more in ("8", "89")),
    *(
        (f"+{code}{rest}", {"country", "impossible"})
        for code in (870, 878, 882, 883, 888, 979)
        for rest in ("123456789", "23456789012")
    ),
    *(
        (short, {"short", "emergency"})
        for short in ("3615", "3631", "3000", "1023", "118218", "118008", "1044", "10", "36", "1", "+33")
    ),
    *(
        (number, {"emergency"})
        for number in ("15", "17", "18", "112", "114", "115", "119", "191", "196", "197", "116000", "116117")
    ),
    *(
        (number, {"emergency"})
        for number in ("110", "911", "999", "000", "995", "1 1 2", "1-1-2", "+112", "+15", "15#1", "112#42")
    ),
    *((f"112{more}", {"short", "emergency", "impossible"}) for more in ("0", "00", "000", "00000000000")),
    *((f"+33 112{more}", {"short", "emergency", "impossible"}) for more in ("", "1", "000", "00000", "0000000000")),
    *(
        (f"*{code}#{rest}", {"short", "emergency"})
        for code in ("31", "21", "67", "002")
        for rest in ("0199000001", "112", "15", "0899123456")
    ),
    *((f"#{code}#{rest}", {"short", "emergency"}) for code in ("31", "21") for rest in ("0199000001", "112")),
    *((number, {"impossible"}) for number in ("019900000", "01990000010", "199000001123")),
    *((text, {"characters"}) for text in INJECTED),
    *ABROAD,
]
"""The number as written, and the rules of which one must refuse it."""


class Listening(FakeModem):
    """A modem that keeps what it was told to dial, and finds every line engaged."""

    answers = FakeModem.answers | {"D": b"\r\nBUSY\r\n"}


def test_there_are_five_hundred_numbers() -> None:
    assert len({text for text, _ in [*ALLOWED, *REFUSED]}) >= 500


@pytest.mark.parametrize(("text", "rules"), REFUSED)
def test_what_is_not_allowed_is_refused_by_its_rule(text: str, rules: set[str]) -> None:
    with pytest.raises(NumberRefused) as refused:
        destination(text, OFFICE)
    assert refused.value.rule in rules


def test_only_the_allowed_reach_the_modem_and_it_hears_exactly_their_digits() -> None:
    with Listening() as modem:
        driver = modem.driver()
        driver.initialise()
        before = len(modem.commands)
        for text, _ in [*REFUSED, *ALLOWED]:
            try:
                driver.dial(destination(text, OFFICE).dial)
            except NumberRefused:
                continue
        assert modem.commands[before:] == [f"DT{dial}" for _, dial in ALLOWED]
