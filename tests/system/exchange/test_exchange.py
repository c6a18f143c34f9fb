# SPDX-License-Identifier: GPL-3.0-or-later
"""Modems, bells and hang-ups, as a computer at a line meets them."""

from __future__ import annotations

import os
import termios
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from faxcore.exchange import Exchange, ExchangeSettings, Impairments, LineSettings, default_lines
from tests.support.computer import Computer

SPEED = 50.0


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    """Four lines: two plain, a dead one, one whose calls are cut after a second and whose number is withheld."""
    one, two, three, four = default_lines(4)
    lines = (
        one,
        two,
        replace(three, dialtone=False),
        replace(four, withheld=True, impairments=Impairments(hang_up_after=1.0)),
    )
    with Exchange(ExchangeSettings(tmp_path, lines=lines, speed=SPEED, no_answer_after=12.0)) as running:
        yield running


@pytest.fixture
def one(exchange: Exchange) -> Iterator[Computer]:
    """The computer at line 1, its modem ready for faxes."""
    with Computer(exchange.device(1)) as computer:
        computer.command("ATE0+FCLASS=1")
        yield computer


@pytest.fixture
def two(exchange: Exchange) -> Iterator[Computer]:
    """The computer at line 2."""
    with Computer(exchange.device(2)) as computer:
        computer.command("ATE0+FCLASS=1")
        computer.command("AT+VCID=1")
        yield computer


def talk(caller: Computer, called: Computer, number: str = "0199000002") -> None:
    """Bring a call about; the called modem then sends V.21 and awaits a frame."""
    caller.write(f"ATDT{number}\r".encode())
    called.until(b"RING\r\n")
    called.write(b"ATA\r")
    called.until(b"CONNECT\r\n")


def frame(*octets: int) -> bytes:
    """A final V.21 frame as a computer gives it to a Class 1 modem."""
    return bytes([0xFF, 0x13, *octets, 0x10, 0x03])


def test_a_modem_says_what_it_can(one: Computer) -> None:
    assert b"24,48,72,73,74,96,97,98,121,122,145,146" in one.command("AT+FTM=?")


def test_a_frame_crosses_and_the_hang_up_after_it_is_heard(one: Computer, two: Computer) -> None:
    talk(one, two)
    two.write(frame(0xFA, 0x10, 0x10))  # DLE is doubled on the way
    one.until(b"CONNECT\r\n")
    heard = one.until(b"OK\r\n")
    assert heard.startswith(b"\xff\x13\xfa\x10\x10")
    two.until(b"OK\r\n")
    two.command("ATH")
    one.write(b"AT+FRH=3\r")
    assert one.until(b"NO CARRIER\r\n") == b"\r\nNO CARRIER\r\n"


def test_the_caller_is_shown_between_the_rings(one: Computer, two: Computer) -> None:
    one.write(b"ATDT01 99 00 00 12\r")
    two.until(b"RING\r\n")
    shown = two.until(b"RING\r\n").decode()
    assert "NMBR=0199000001\r\n" in shown
    assert "NAME=Line 1\r\n" in shown
    assert "NDID=0199000012\r\n" in shown


def test_a_withheld_number_is_private(exchange: Exchange, two: Computer) -> None:
    with Computer(exchange.device(4)) as four:
        four.command("ATE0+FCLASS=1")
        four.write(b"ATD0199000002\r")
        two.until(b"RING\r\n")
        shown = two.until(b"RING\r\n").decode()
    assert "NMBR=P\r\n" in shown and "0199000004" not in shown


def test_a_modem_without_vcid_shows_nobody(exchange: Exchange, one: Computer, two: Computer) -> None:
    two.write(b"ATD0199000001\r")
    one.until(b"RING\r\n")
    assert one.until(b"RING\r\n") == b"\r\nRING\r\n"


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("0199000098", b"BUSY\r\n"),
        ("0199000001", b"BUSY\r\n"),  # its own
        ("0199000099", b"NO ANSWER\r\n"),
        ("0199000003", b"NO ANSWER\r\n"),  # no program has the device open
        ("0142", b"NO CARRIER\r\n"),  # nobody's: an announcement
        ("0,0199000098", b"BUSY\r\n"),
    ],
)
def test_a_call_that_comes_to_nothing(one: Computer, number: str, answer: bytes) -> None:
    one.command(f"ATDT{number}", answer)
    one.command("AT")


def test_a_dead_line_has_no_dial_tone(exchange: Exchange) -> None:
    with Computer(exchange.device(3)) as three:
        three.command("ATE0+FCLASS=1")
        three.command("ATD0199000001", b"NO DIALTONE\r\n")


def test_a_line_off_hook_is_busy(one: Computer, two: Computer) -> None:
    two.command("ATH1")
    one.command("ATD0199000002", b"BUSY\r\n")
    two.command("ATH0")
    one.write(b"ATD0199000002\r")
    two.until(b"RING\r\n")


def test_an_octet_ends_dialling(one: Computer, two: Computer) -> None:
    one.write(b"ATD0199000002\r")
    two.until(b"RING\r\n")
    one.write(b" ")
    one.until(b"NO CARRIER\r\n")
    one.command("AT")
    assert b"RING" not in two.command("AT")


def test_an_octet_ends_listening_and_the_next_command_is_whole(one: Computer, two: Computer) -> None:
    talk(one, two)
    two.write(frame(0xFA))
    two.until(b"OK\r\n")
    two.write(b"AT+FRH=3\r")
    two.write(b"\x18AT+FCLASS?\r")
    assert two.until(b"1\r\n\r\nOK\r\n").startswith(b"\r\nOK\r\n")


def test_an_automatic_answer(one: Computer, two: Computer) -> None:
    two.command("ATS0=2")
    one.write(b"ATD0199000002\r")
    assert two.until(b"CONNECT\r\n").count(b"RING") == 2


def test_an_answer_to_no_bell(one: Computer) -> None:
    one.command("ATA", b"NO CARRIER\r\n")


def test_the_network_cuts_a_call(exchange: Exchange, one: Computer) -> None:
    with Computer(exchange.device(4)) as four:
        four.command("ATE0+FCLASS=1")
        four.write(b"ATD0199000001\r")
        one.until(b"RING\r\n")
        one.write(b"ATA\r")
        four.until(b"NO CARRIER\r\n")
        one.until(b"NO CARRIER\r\n")


def test_a_modem_hangs_up_when_its_computer_falls_silent(one: Computer, two: Computer) -> None:
    """T.31's +FIT; dialling and ringing, during which the computer can only wait, are not counted."""
    one.command("AT+FIT=1,1")
    two.command("AT+FIT=1,1")
    talk(one, two)
    one.until(b"NO CARRIER\r\n")
    two.until(b"NO CARRIER\r\n")
    assert two.command("AT+FCLASS?").split() == [b"1", b"OK"]
    one.command("ATZ")
    one.command("ATE0+FCLASS=1")
    talk(one, two)


def test_closing_the_device_hangs_up_and_the_modem_is_fresh(exchange: Exchange, one: Computer) -> None:
    with Computer(exchange.device(2)) as two:
        two.command("ATE0+FCLASS=1")
        talk(one, two)
        two.write(b"half a frame")
    one.until(b"NO CARRIER\r\n")
    one.command("ATH")
    with Computer(exchange.device(2)) as again:
        assert again.command("ATZ").startswith(b"ATZ\r")  # the echo is on: a modem as after power-on
        again.command("ATE0+FCLASS=1")
        talk(one, again)


def test_speed_zero_hangs_up(one: Computer, two: Computer) -> None:
    talk(one, two)
    two.set_speed(termios.B0)
    one.until(b"NO CARRIER\r\n")
    two.set_speed(termios.B38400)
    two.until(b"NO CARRIER\r\n")
    two.command("AT")


def test_a_frame_too_long_for_the_library_does_no_harm(one: Computer, two: Computer) -> None:
    talk(one, two)
    two.write(bytes([0xFF, 0x13]) + bytes(range(0x20, 0x40)) * 30 + b"\x10\x03")
    one.until(b"CONNECT\r\n")
    assert len(one.until(b"\x10\x03")) < 260
    two.until(b"OK\r\n", 30)


@pytest.mark.parametrize("stray", [b"", b"\x18", b"\x10\x03\x18"])
def test_page_data_of_any_length_arrives_whole(one: Computer, two: Computer, stray: bytes) -> None:
    """More than the library's buffer holds, written at once, with every octet in it; DLE ETX cut anywhere; and an octet
    that came too late to end something before the command.
    """
    talk(one, two)
    two.write(frame(0xFA))
    two.until(b"OK\r\n")
    one.until(b"OK\r\n")
    page = bytes(range(256)) * 64
    two.write(b"AT+FRM=145\r")
    one.write(stray + b"AT+FTM=145\r")
    one.until(b"CONNECT\r\n")
    one.write(page.replace(b"\x10", b"\x10\x10") + b"\x10")
    one.write(b"\x03")
    one.until(b"OK\r\n", 60)
    two.until(b"CONNECT\r\n")
    received = two.until(b"NO CARRIER\r\n", 60).replace(b"\x10\x10", b"\x10")
    assert page in received


def test_line_time_does_not_outrun_a_computer_whose_turn_it_is(
    exchange: Exchange, one: Computer, two: Computer
) -> None:
    talk(one, two)  # the frame is the second computer's to give
    before, began = exchange.line_seconds, time.monotonic()
    time.sleep(0.4)  # what is measured is time itself
    passed, real = exchange.line_seconds - before, time.monotonic() - began
    assert passed <= real + 0.1


def test_the_links_go_with_the_exchange(tmp_path: Path) -> None:
    lines = (LineSettings(numbers=("0199000001",)),)
    for _ in range(2):
        with Exchange(ExchangeSettings(tmp_path, lines=lines)) as exchange:
            assert exchange.device(1) == tmp_path / "line-1"
            assert os.path.realpath(exchange.device(1)).startswith("/dev/pts/")
        assert not list(tmp_path.iterdir())
