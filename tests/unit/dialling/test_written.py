# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers as people write, copy and paste them: taken when there is one meaning, refused with the reason when not."""

from __future__ import annotations

import random
import sys
import unicodedata

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.config import DiallingConfig
from faxcore.dialling.numbers import destination, number_key
from faxcore.dialling.refusal import NumberRefused

FRANCE = DiallingConfig()
GERMANY = DiallingConfig("DE", ("DE",))
AMERICA = DiallingConfig("US", ("US",))
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
EVERY = [chr(code) for code in range(0x80, sys.maxunicode + 1)]
SEEN = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
HIDDEN = [char for char in EVERY if unicodedata.category(char) == "Cf" and char not in SEEN]
SEPARATORS = [char for char in EVERY if unicodedata.category(char) in ("Zs", "Pd")] + [*" -\t\n.\u2212"]


def refusal(text: str, dialling: DiallingConfig = FRANCE) -> str:
    with pytest.raises(NumberRefused) as refused:
        destination(text, dialling)
    return str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "\u202d0199000001\u202c",
        "\u200e01 99 00 00 01\u200f",
        "\ufeff0199000001",
        "0199\u200b000001",
        "\u2066+33\u00ad1990\u206900001",
        "01\ufe0f99000001",
        "01\u200999\u200700\u300000\u205f01",
        "01\t99\t00\t00\t01",
        "01 99\r\n00 00 01\n",
        "01\u201199\u201300\u2014002\u2212".replace("002", "00") + "01",
        "01\uff0d99\u00b700\u202200\uff0e01",
        "０１　９９（００）００／０１",  # noqa: RUF001
        "＋３３　１９９０００００１",  # noqa: RUF001
        "٠١٩٩٠٠٠٠٠١",
        "۰۱۹۹۰۰۰۰۰۱",
        "०१९९०००००१",
        "𝟎𝟏𝟗𝟗𝟎𝟎𝟎𝟎𝟎𝟏",
        "Fax: 01 99 00 00 01",
        "Fax-Nr. 01 99 00 00 01",
        "Télécopie\u00a0: 01 99 00 00 01",
        "Te\u0301le\u0301copieur : 01 99 00 00 01",
        "Fax. 01 99 00 00 01",
        "N° de fax : 01 99 00 00 01",
        "Telefax Nr.: 01 99 00 00 01",
        "fax no. 01 99 00 00 01",
        "F. 01 99 00 00 01",
        "Tél. / Fax : 01 99 00 00 01",
        "传真：01 99 00 00 01",  # noqa: RUF001
        "Факс: 01 99 00 00 01",
        "01 99 00 00 01 (Fax)",
        "tel:+33-1-99-00-00-01",
        "tel:+33(1)99.00.00.01",
        "TEL:0199000001",
        "tel://+33199000001",
        "fax:+33199000001",
        "tel:%2B33199000001",
        "tel:0199000001;phone-context=+33",
        "tel:199000001;phone-context=+33",
        "tel:99000001;phone-context=+33-1",
        "Fax: tel:+33199000001",
        "+33 (0)1 99 00 00 01",
        "0033 (0) 1 99 00 00 01",
        "+33 (01) 99 00 00 01",
        "01/99/00/00/01",
        "01.99.00.00.01",
        "199000001",
        "33 1 99 00 00 01",
    ],
)
def test_one_meaning_is_taken(text: str) -> None:
    found = destination(text, FRANCE)
    assert (found.dial, found.key, found.shown, found.sub_address) == (
        "0199000001",
        "+33199000001",
        "01 99 00 00 01",
        "",
    )


@pytest.mark.parametrize(
    "text",
    ["tel:+33199000001;isub=42", "fax:+33199000001;tsub=42", "Fax: 01 99 00 00 01 #42", "０１９９０００００１＃４２"],  # noqa: RUF001
)
def test_a_sub_address_in_every_way_of_writing(text: str) -> None:
    found = destination(text, FRANCE)
    assert (found.dial, found.sub_address) == ("0199000001", "42")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("01 99 00 00 01 / 01 99 00 00 02", "more than one number"),
        ("0199000001, 0199000002", "more than one number"),
        ("0199000001\n0199000002", "more than one number"),
        ("0199000001 0199000002", "more than one number"),
        ("0199000001 ou 0199000002", "more than one number"),
        ("0199000001 & 0199000002", "more than one number"),
        ("+33199000001 +33199000002", "more than one number"),
        ("0199000001 - 0199000002", "more than one number"),
        ("Tél. 0199000001 Fax 0199000002", "more than one number"),
        ("01 99 00 00 01/02", "more than one number"),
        ("0199000001 ext. 12", "extension"),
        ("0199000001 x12", "extension"),
        ("0199000001 poste 12", "extension"),
        ("0199000001 Durchwahl 12", "extension"),
        ("tel:+33199000001;ext=12", "extension"),
        ("fax:+33199000001;postd=12", "extension"),
        ("tel:0199000001;phone-context=example.org", "local number of “example.org”"),
        ("tel:+33199000001;isub=ab", "sub-address"),
        ("tel:+33199000001;isub=1;tsub=2", "sub-address"),
        ("tel:+33199000001;cic=+33", "“;cic=\\+33” is no part"),
        ("0199000001;", "“;” is no part"),
        ("Mairie 0199000001", "“Mairie” is no part"),
        ("0199000001 Martin", "“Martin” is no part"),
        ("0199000001 Fax Martin", "“Fax” is no part"),
        ("Fax (privat): 0199000001", "“privat” is no part"),
        ("0199000001,", "“,” is no part"),
        ("²199000001", "“²” is no part"),
        ("0199000001\u0601", "is no part"),
        ("01\u20e399000001", "is no part"),
        ("Fax:", "“Fax:” is not a telephone number."),
        ("\u200b\u202e", "is not a telephone number."),
        ("0199000001" + " " * 200 + "23", "too long"),
        ("0199000001" + "\u200b" * 4000 + "23", "too long"),
        ("0199000001" + "0" * 30, "too long"),
    ],
)
def test_a_refusal_says_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(NumberRefused, match=reason) as refused:
        destination(text, FRANCE)
    assert refused.value.rule == "characters"


@pytest.mark.parametrize(
    ("text", "dial"),
    [
        ("030/1234567", "0301234567"),
        ("0 30 / 12 34 56", "030123456"),
        ("030 - 12 34 56 - 0", "0301234560"),
        ("+49 (0)30 123456", "030123456"),
        ("+49 (30) 123456", "030123456"),
        ("0171/1234567", "01711234567"),
        ("02041/123456", "02041123456"),
        ("Fax-Nr.: 030 1234-57", "030123457"),
    ],
)
def test_slashes_and_dashes_group(text: str, dial: str) -> None:
    assert destination(text, GERMANY).dial == dial


@pytest.mark.parametrize(
    "text",
    ["030 123456/57", "030/123456/57", "030/1234567, 0171/1234567", "0301234/0307654", "030/1234567 oder 0171/1234567"],
)
def test_two_numbers_are_two_where_together_they_would_be_a_third(text: str) -> None:
    assert "more than one number" in refusal(text, GERMANY)


@pytest.mark.parametrize(
    ("text", "region", "dial"),
    [
        ("1-800-FLOWERS", "US", "18003569377"),
        ("1 800 GO FEDEX", "US", "18004633339"),
        ("(212) MUSEUMS", "US", "12126873867"),
        ("0800 FACTEU", "FR", "0800322838"),
    ],
)
def test_a_spelt_number_is_dialled_by_its_letters(text: str, region: str, dial: str) -> None:
    assert destination(text, DiallingConfig(region, (region,))).dial == dial


@pytest.mark.parametrize(
    "text", ["0142 Mairie", "01 42 00 Anna", "0800 33 Martin", "1-800-CONTACTSNOW", "212 555 01 Bob"]
)
def test_a_word_is_no_spelling_of_other_numbers(text: str) -> None:
    assert "is no part of one" in refusal(text, FRANCE) and "is no part of one" in refusal(text, AMERICA)


@pytest.mark.parametrize(
    ("text", "prefix", "region", "dial"),
    [
        ("0 01 99 00 00 01", "0,", "FR", "0,0199000001"),
        ("0,0199000001", "0,", "FR", "0,0199000001"),
        ("0-0199000001", "0", "FR", "00199000001"),
        ("0 +33 1 99 00 00 01", "0,", "FR", "0,0199000001"),
        ("0 0033 1 99 00 00 01", "0,", "FR", "0,0199000001"),
        ("9 212 253 0000", "9,", "US", "9,12122530000"),
        ("9 1 212 253 0000", "9", "US", "912122530000"),
        ("*9 0199000001", "*9,", "FR", "*9,0199000001"),
        ("912 253 0000", "9,", "US", "9,19122530000"),
        ("0 800 000 000", "0,", "FR", "0,0800000000"),
        ("0 30 123456", "0,", "DE", "0,030123456"),
        ("0030 123456", "0,", "DE", "0,030123456"),
    ],
)
def test_the_prefix_of_the_outside_line_is_dialled_once(text: str, prefix: str, region: str, dial: str) -> None:
    assert destination(text, DiallingConfig(region, (region,), prefix)).dial == dial


def test_a_prefix_that_may_be_a_part_of_the_number_is_asked_for() -> None:
    office = DiallingConfig("AT", ("AT", "FR"), "0,")
    said = refusal("0012215425678", office)
    assert "may be +43 1 2215425678 behind the prefix of the outside line, or +1 221-542-5678" in said
    assert destination("0 0122 15425678", office).dial == "0,012215425678", "nobody parts the 00 that stands for +"
    assert destination("0033142345678", office).dial == "0,0033142345678", "a number of the plan as it stands"


@pytest.mark.parametrize("text", ["0 112", "0 15", "tel:112", "Fax: 1\u200b12", "１１２", "١١٢", "1\u2013 1\u20092"])  # noqa: RUF001
def test_an_emergency_number_in_other_signs_is_none_the_less(text: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        destination(text, DiallingConfig(prefix="0,"))
    assert refused.value.rule in ("emergency", "short")


@pytest.mark.parametrize("text", ["\u202d234\u202c", "Fax: 2 3 4", "２３４"])  # noqa: RUF001
def test_an_internal_number_is_read_in_the_same_way(text: str) -> None:
    assert destination(text, DiallingConfig(prefix="0,", internal=("2XX",))).dial == "234"


@given(st.data(), st.sampled_from(["0199000001", "+33199000001", "0033199000001", "0199000001#42"]))
def test_signs_that_mean_nothing_change_nothing(data: st.DataObject, number: str) -> None:
    signs = st.lists(st.sampled_from(HIDDEN + SEPARATORS), max_size=4).map("".join)
    text = "".join(data.draw(signs) + char for char in number) + data.draw(signs)
    assert destination(text, FRANCE) == destination(number, FRANCE)


@given(st.data(), st.sampled_from(REGIONS))
def test_nor_in_any_country(data: st.DataObject, region: str) -> None:
    number = phonenumbers.format_number(phonenumbers.example_number(region), phonenumbers.PhoneNumberFormat.E164)
    digits = st.sampled_from([0x660, 0x6F0, 0x966, 0xFF10, 0x1D7CE])
    text = "".join(
        data.draw(st.sampled_from(HIDDEN)) + (chr(data.draw(digits) + int(char)) if char.isdigit() else char)
        for char in number
    )
    dialling = DiallingConfig(region, tuple(REGIONS), international="00")
    assert destination(text, dialling) == destination(number, dialling)


@given(st.text(st.sampled_from([*"0123456789+#*,;/. x", *random.Random(1).sample(HIDDEN, 8), "٣", "３", "²", "\n"])))  # noqa: RUF001
def test_what_is_dialled_is_what_is_written(text: str) -> None:
    """No digit comes, goes or changes its place, but those of the prefixes."""
    written = "".join(str(unicodedata.decimal(char)) for char in text if unicodedata.category(char) == "Nd")
    try:
        found = destination(text, FRANCE)
    except NumberRefused:
        return
    national = found.key.removeprefix("+33")
    assert written.endswith(national + found.sub_address)
    assert written.removesuffix(national + found.sub_address) in ("", "0", "33", "330", "0033", "00330")


def test_signs_do_not_hide_a_number_from_a_search() -> None:
    assert number_key("\u202d０１ ９９ ٠٠ 00 01", FRANCE) == "+33199000001"  # noqa: RUF001
