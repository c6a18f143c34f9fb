# SPDX-License-Identifier: GPL-3.0-or-later
"""What a modem says while it rings. Its text comes from the telephone line, so it is hostile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.modem.ring import Ring


def after(*lines: str) -> Ring:
    ring = Ring()
    for line in lines:
        ring = ring.with_line(line)
    return ring


def test_a_call_is_known_at_the_second_ring() -> None:
    assert not after("RING").is_complete
    assert after("RING", "RING").is_complete
    assert after("RING", "RING").rings == 2


def test_a_call_is_known_as_soon_as_both_numbers_are() -> None:
    ring = after("RING", "NMBR=0199000001", "NDID=0199000002")
    assert ring.is_complete
    assert (ring.caller, ring.called, ring.rings) == ("0199000001", "0199000002", 1)


@pytest.mark.parametrize("tag", ["NDID", "DNIS", "DDN", "DDN_NMBR", "ndid", "DID", "DDID", "CALLED", "DTMF"])
def test_the_called_number_has_several_names(tag: str) -> None:
    assert after(f"{tag} = +33 1 99 00 00 02").called == "+33199000002"


@pytest.mark.parametrize("said", ["RING B", "RING-B", "RINGB"])
def test_distinctive_rings_count_and_are_told_apart(said: str) -> None:
    assert after(said, "RING").rings == 2
    assert after(said, "RING").kind == "B"
    assert after("RING 2", "RING 2").kind == "2"
    assert after("RING", "RING").kind == ""


def test_a_name_is_kept_as_text() -> None:
    assert after("NAME = Société Durand").caller_name == "Société Durand"


@pytest.mark.parametrize("withheld", ["P", "O", "PRIVATE", "OUT OF AREA"])
def test_a_withheld_number_is_none(withheld: str) -> None:
    assert after(f"NMBR = {withheld}").caller == ""
    assert after(f"NMBR = {withheld}").withheld == (withheld in ("P", "PRIVATE")), "the others are not known"
    assert after(f"NMBR = {withheld}").tells_caller


@pytest.mark.parametrize("line", ["", "DATE=1122", "TIME = 1830", "OK", "NMBR", "RINGING", "+FCERROR", "MESG=0402"])
def test_anything_else_changes_nothing(line: str) -> None:
    assert after(line) == Ring()


@given(value=st.text(max_size=400), tag=st.sampled_from(["NMBR", "NAME", "NDID"]))
def test_whatever_a_caller_sends_becomes_short_harmless_text(value: str, tag: str) -> None:
    ring = after(f"{tag}={value}")
    assert set(ring.caller + ring.called) <= set("0123456789+*#")
    assert max(map(len, (ring.caller, ring.called, ring.caller_name))) <= 40
    assert all(character.isprintable() for character in ring.caller_name)


@given(lines=st.lists(st.text(max_size=60), max_size=20))
def test_no_line_breaks_it(lines: list[str]) -> None:
    assert after(*lines).rings <= len(lines)


def test_zyxel_modems_say_it_with_a_colon() -> None:
    ring = after("RING", "TIME: 11-23 18:30", "CALLER NUMBER: 0199000001", "CALLER NAME:Durand", "CALLED NUMBER: 12")
    assert (ring.caller, ring.caller_name, ring.called) == ("0199000001", "Durand", "12")


def test_a_message_in_hexadecimal_needs_no_name() -> None:
    """As 3Com's and Askey's manuals print it for AT#CID=2; the length in the first is too small for the name."""
    first = "801E01083130313532303338020A37303835353530303031070C552E532E524F424F5449435322"
    assert after("RING", first).caller == "7085550001"
    assert after("0412303332323234303539313435353132333435").caller == "9145512345"


@pytest.mark.parametrize("line", ["04", "0412", "80808080", "33600", "CALLER: 1", "A=1", "=", ":", "== ="])
def test_what_only_looks_like_caller_id_tells_nothing(line: str) -> None:
    assert after(line) == Ring()


def message(kind: int, contents: bytes) -> str:
    octets = bytes((kind, len(contents))) + contents
    return "MESG=" + (octets + bytes((-sum(octets) & 0xFF,))).hex().upper()


def parameter(kind: int, text: str) -> bytes:
    return bytes((kind, len(text))) + text.encode("latin-1")


def test_an_unformatted_message_of_one_number_is_read() -> None:
    assert after(message(0x04, b"112318300199000001")).caller == "0199000001"


def test_an_unformatted_message_tells_who_calls_whom() -> None:
    contents = parameter(1, "11231830") + parameter(2, "0199000001") + parameter(3, "0199000002")
    ring = after("RING", message(0x80, contents + parameter(7, "Société Durand")))
    assert (ring.caller, ring.called, ring.caller_name) == ("0199000001", "0199000002", "Société Durand")
    assert ring.is_complete


def test_a_number_withheld_in_an_unformatted_message_is_none() -> None:
    assert after(message(0x80, parameter(1, "11231830") + parameter(4, "P"))).caller == ""
    assert after(message(0x04, b"11231830P")).caller == ""


def test_a_called_number_that_the_modem_has_no_tag_for_is_read() -> None:
    assert after("NMBR = 0199000001", "MESG = 030A30313939303030303032").called == "0199000002"


@pytest.mark.parametrize(
    "said", ["MESG=", "MESG=8", "MESG=80", "MESG=80FF02", "MESG=04014F", "MESG=8003020A30", "MESG=XY"]
)
def test_a_message_cut_short_tells_nothing(said: str) -> None:
    assert after(said) == Ring()


@pytest.mark.parametrize("tones", [1, 2, 3])
def test_a_ring_is_told_by_its_tones(tones: int) -> None:
    cadence = ["DROF=40", *["DRON=8", "DROF=4"] * (tones - 1), "DRON=8", "RING"]
    assert after(*cadence).kind == str(tones)
    assert after(*cadence, *cadence).rings == 2


def test_tones_that_were_missed_are_no_distinctive_ring() -> None:
    assert after("RING", "DROF=40", "DRON=8", "DROF=4", "DRON=8", "RING").kind == "2"
    assert after(*["DRON=2"] * 9, "RING").kind == ""


@given(octets=st.binary(max_size=300))
def test_no_unformatted_message_breaks_it(octets: bytes) -> None:
    for ring in (after(f"MESG={octets.hex()}"), after(message(0x80, octets[:255]))):
        assert set(ring.caller + ring.called) <= set("0123456789+*#")
        assert all(character.isprintable() for character in ring.caller_name)
