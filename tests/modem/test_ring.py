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
        ring = ring.heard(line)
    return ring


def test_a_call_is_known_at_the_second_ring() -> None:
    assert not after("RING").known
    assert after("RING", "RING").known
    assert after("RING", "RING").rings == 2


def test_a_call_is_known_as_soon_as_both_numbers_are() -> None:
    ring = after("RING", "NMBR=0199000001", "NDID=0199000002")
    assert ring.known
    assert (ring.caller, ring.called, ring.rings) == ("0199000001", "0199000002", 1)


@pytest.mark.parametrize("tag", ["NDID", "DNIS", "DDN", "DDN_NMBR", "ndid"])
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
