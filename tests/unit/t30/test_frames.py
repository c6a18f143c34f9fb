# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames to octets and back, whatever comes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.t30.frames import (
    FCF,
    NULL,
    PRELIMINARY,
    REVERSED,
    WITHOUT_X,
    Frame,
    clean_selection,
    fcf2_name,
    is_final,
    pack_numbers,
    pack_selection,
    pack_station_id,
    parse_frame,
    unpack_numbers,
    unpack_station_id,
)
from faxcore.t30.post_message import read_post_message
from faxcore.t30.transcript import describe_frame

PRINTED = {
    (FCF.DIS, False): "01",
    (FCF.DTC, True): "81",
    (FCF.DCS, True): "c1",
    (FCF.TSI, True): "c2",
    (FCF.CFR, False): "21",
    (FCF.CFR, True): "a1",
    (FCF.FTT, False): "22",
    (FCF.MCF, False): "31",
    (FCF.RTN, False): "32",
    (FCF.PPR, False): "3d",
    (FCF.RNR, False): "37",
    (FCF.ERR, False): "38",
    (FCF.EOP, True): "f4",
    (FCF.MPS, True): "f2",
    (FCF.EOM, True): "f1",
    (FCF.PPS, True): "fd",
    (FCF.EOR, True): "f3",
    (FCF.RR, True): "f6",
    (FCF.CTC, True): "c8",
    (FCF.DCN, True): "df",
    (FCF.DCN, False): "5f",
    (FCF.CRP, True): "d8",
}
"""As T.30, 5.3.6.1 prints them, X put in."""


@pytest.mark.parametrize(
    ("frame", "octets"),
    [
        (Frame(FCF.MCF), "ff c8 b1"),
        (Frame(FCF.DTC, b"\0"), "ff c8 81 00"),
        (Frame(FCF.PPS, bytes((FCF.EOP, 0, 0, 0))), "ff c8 fd f4 00 00 00"),
        (Frame(FCF.PPS, bytes((NULL, 1, 2, 3))), "ff c8 fd 00 01 02 03"),
        (Frame(FCF.EOR, bytes((FCF.MPS,))), "ff c8 f3 f2"),
        (Frame(FCF.PPS), "ff c8 fd"),
    ],
)
def test_a_caller_sets_the_bit_x_of_both_fields(frame: Frame, octets: str) -> None:
    assert frame.with_x().octets(final=True).hex(" ") == octets


WITH_X = """
41 DCS 42 TSI 44 NSS 43 SUB 45 SID 46 TSA 47 IRA 48 CTC 24 CSA
21 CFR 22 FTT 23 CTR 31 MCF 32 RTN 33 RTP 34 PIN 35 PIP 3D PPR 37 RNR 38 ERR 3F FDM
71 EOM 72 MPS 74 EOP 79 PRI_EOM 7A PRI_MPS 7C PRI_EOP 78 EOS 7D PPS 73 EOR 76 RR
5F DCN 58 CRP 53 FNV 57 TNR 56 TR
"""
FIXED = "01 DIS 02 CSI 04 NSF 81 DTC 82 CIG 84 NSC 83 PWD 85 SEP 86 PSA 87 CIA 88 ISP 60 FCD 61 RCP"


def test_every_field_has_the_code_of_the_table() -> None:
    with_x = {name: int(code, 16) for code, name in re.findall(r"(\w\w) (\w+)", WITH_X)}
    fixed = {name: int(code, 16) for code, name in re.findall(r"(\w\w) (\w+)", FIXED)}
    assert {fcf.name: int(fcf) for fcf in FCF} == with_x | fixed
    assert {fcf.name for fcf in WITHOUT_X} == set(fixed)
    for name, code in with_x.items():
        assert [Frame(FCF[name], x=x).octets(True)[2] for x in (False, True)] == [code, code | 0x80]
    for name, code in fixed.items():
        assert [Frame(FCF[name], x=x).octets(True)[2] for x in (False, True)] == [code, code]


@pytest.mark.parametrize(("frame", "code"), PRINTED.items(), ids=lambda value: str(value))
def test_a_field_is_as_the_recommendation_prints_it(frame: tuple[FCF, bool], code: str) -> None:
    fcf, x = frame
    assert Frame(fcf, x=x).octets(True).hex() == "ffc8" + code
    assert Frame(fcf, x=x).octets(False).hex() == "ffc0" + code


@given(fcf=st.sampled_from(FCF), fif=st.binary(max_size=40), x=st.booleans(), final=st.booleans())
def test_a_frame_comes_back_as_it_went(fcf: FCF, fif: bytes, x: bool, final: bool) -> None:
    frame = Frame(fcf, fif, x and fcf not in WITHOUT_X)
    octets = frame.octets(final)
    assert parse_frame(octets) == frame
    assert is_final(octets) == final


@given(octets=st.binary(max_size=300))
def test_any_octets_are_a_frame_or_none(octets: bytes) -> None:
    frame = parse_frame(octets)
    assert is_final(octets) in (True, False)
    if frame is not None:
        assert frame.octets(is_final(octets)) == octets
        assert frame.name
        assert "\n" not in describe_frame(frame)


@given(text=st.text(alphabet="0123456789+ ", max_size=20))
def test_a_station_id_comes_back_as_it_went(text: str) -> None:
    assert len(pack_station_id(text)) == 20
    assert unpack_station_id(pack_station_id(text)) == text.strip()


@given(text=st.text(max_size=60))
def test_a_station_id_is_always_twenty_characters_that_may_be_sent(text: str) -> None:
    packed = pack_station_id(text)
    assert len(packed) == 20
    assert set(packed.translate(REVERSED)) <= set(b"0123456789+ ")


@given(fif=st.binary(max_size=300))
def test_a_station_id_of_anything_is_harmless_text(fif: bytes) -> None:
    text = unpack_station_id(fif)
    assert len(text) <= 64
    assert text.isprintable()


def test_the_last_character_of_a_station_id_goes_first_low_bit_first() -> None:
    packed = pack_station_id("+33 1")
    assert packed[:1].translate(REVERSED) == b"1"
    assert packed[-1:].translate(REVERSED) == b" "
    assert packed[4:5].translate(REVERSED) == b"+"


@given(numbers=st.lists(st.integers(0, 255), max_size=5))
def test_numbers_come_back_and_go_out_low_bit_first(numbers: list[int]) -> None:
    packed = pack_numbers(*numbers)
    assert unpack_numbers(packed) == tuple(numbers)
    assert list(packed.translate(REVERSED)) == numbers


@given(code=st.integers(0, 255))
def test_a_second_field_is_a_post_message_command_or_refused(code: int) -> None:
    try:
        command = read_post_message(code)
    except ValueError:
        assert code != 0
    else:
        assert command in (None, FCF.MPS, FCF.EOM, FCF.EOP)
    assert fcf2_name(code)


def test_pri_x_stands_for_its_plain_form() -> None:
    assert [read_post_message(code) for code in (0x00, 0xF9, 0xFA, 0xFC, 0x74)] == [
        None,
        FCF.EOM,
        FCF.MPS,
        FCF.EOP,
        FCF.EOP,
    ]


def test_nothing_that_answers_or_asks_is_taken_for_a_preliminary_frame() -> None:
    assert not PRELIMINARY & {FCF.DIS, FCF.DTC, FCF.DCS, FCF.CFR, FCF.FTT, FCF.MCF, FCF.EOP, FCF.PPS, FCF.DCN, FCF.CRP}


@given(text=st.text(alphabet="0123456789+*# ", max_size=30))
def test_a_selection_comes_back_as_it_went(text: str) -> None:
    packed = pack_selection(text)
    assert len(packed) == 20
    assert unpack_station_id(packed) == clean_selection(text)


def test_a_selection_is_packed_like_a_station_id_and_may_have_stars() -> None:
    assert pack_selection("+33 1") == pack_station_id("+33 1")
    assert clean_selection(" 12#*ab ") == "12#*"
    assert pack_selection("#").translate(REVERSED)[:1] == b"#"
