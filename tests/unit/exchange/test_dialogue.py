# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose turn it is between a computer and its modem."""

from __future__ import annotations

import pytest

from faxcore.exchange.at_tracking import AtTracker, Phase, ends_in_half_escape, find_end_of_data, parse_result_code


@pytest.mark.parametrize(
    ("output", "code"),
    [
        (b"OK", "OK"),
        (b"NO CARRIER", "NO CARRIER"),
        (b"+FRH:3", "+FRH:3"),
        (b"0\r", "OK"),
        (b"3\r", "NO CARRIER"),
        (b"99\r", None),
        (b"\r\n", None),
        (b"ATE0\r", None),
        (b"\xff\xc0\x10\x03", None),
        (b"\x80OK", None),
    ],
)
def test_result_codes_are_told_from_all_else(output: bytes, code: str | None) -> None:
    assert parse_result_code(output) == code


@pytest.mark.parametrize(
    ("data", "end"),
    [
        (b"", None),
        (b"abc\x10\x03def", 5),
        (b"\x10\x10\x03\x10\x03", 5),  # a doubled DLE, an ETX that is data, then the end
        (b"ab\x10", None),
        (b"\x10\x10", None),
    ],
)
def test_the_end_of_data(data: bytes, end: int | None) -> None:
    assert find_end_of_data(data) == end


def test_a_dle_at_the_end_waits_for_its_second_octet() -> None:
    assert ends_in_half_escape(b"ab\x10")
    assert not ends_in_half_escape(b"ab\x10\x10")
    assert ends_in_half_escape(b"\x10\x10\x10")


def phases(*steps: bytes | str) -> list[Phase]:
    """The phase after each step: octets are the computer's command, a text is a result code."""
    dialogue = AtTracker()
    result = []
    for step in steps:
        if isinstance(step, bytes):
            dialogue.command_octets(step)
        elif step == "end of data":
            dialogue.note_end_of_data()
        elif step == "answering":
            dialogue.note_answering()
        else:
            dialogue.note_result(step)
        result.append(dialogue.phase)
    return result


def test_a_page_is_sent() -> None:
    assert phases(b"AT+FTM=145\r", "CONNECT", "end of data", "OK") == [
        Phase.LISTENING,
        Phase.PAGE,
        Phase.SENDING,
        Phase.COMMAND,
    ]


def test_frames_are_sent_one_after_the_other() -> None:
    steps = (b"at+fth=3\r", "CONNECT", "end of data", "CONNECT", "end of data", "OK")
    assert phases(*steps)[1:] == [Phase.FRAMES, Phase.SENDING, Phase.FRAMES, Phase.SENDING, Phase.COMMAND]


def test_listening_goes_on_after_connect() -> None:
    assert phases(b"AT+FRH=3\r", "CONNECT", "OK") == [Phase.LISTENING, Phase.LISTENING, Phase.COMMAND]


def test_answering_goes_on_as_sending_frames() -> None:
    assert phases("answering", "CONNECT") == [Phase.LISTENING, Phase.FRAMES]


def test_a_change_of_carrier_is_not_the_end() -> None:
    assert phases(b"AT+FRM=145\r", "+FRH:3", "CONNECT", "OK")[1:] == [
        Phase.LISTENING,
        Phase.LISTENING,
        Phase.COMMAND,
    ]


def test_a_ring_is_no_answer_to_a_command() -> None:
    assert phases(b"AT+FRH=3\r", "RING") == [Phase.LISTENING, Phase.LISTENING]


def test_a_command_in_pieces_and_a_line_that_is_none() -> None:
    assert phases(b"A", b"T+FTM", b"=96\r", "CONNECT")[-1] is Phase.PAGE
    assert phases(b"hello\r") == [Phase.COMMAND]
    assert phases(b"AT+FTM=?\r", "OK")[-1] is Phase.COMMAND


def test_octets_before_a_command_are_no_part_of_it() -> None:
    """An octet that was to end something comes too late, and stands before the next command."""
    for stray in (b"\x18", b"\x18\x18", b"a", b" x\x10\x03"):
        steps = (b"AT+FRH=3\r", "CONNECT", "OK", stray + b"AT+FTM=145\r", "CONNECT")
        assert phases(*steps)[-2:] == [Phase.LISTENING, Phase.PAGE]


def test_a_pause_is_the_modems_turn_until_ok() -> None:
    assert phases(b"AT+FTS=8\r", "OK") == [Phase.SENDING, Phase.COMMAND]
