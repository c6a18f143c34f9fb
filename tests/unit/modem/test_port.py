# SPDX-License-Identifier: GPL-3.0-or-later
"""The port of a modem: absent, silent, full, unplugged, and watched beside something else."""

from __future__ import annotations

import os
import select
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.modem.modem_failed import ModemFailed, ModemGone
from faxcore.modem.port import Flow, Port
from faxcore.t30.carrier import Interrupted


class Pair:
    """The two ends of a pseudo-terminal; the test is the modem."""

    def __init__(self) -> None:
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.device = os.ttyname(self.slave)

    def close(self) -> None:
        for descriptor in (self.master, self.slave):
            if descriptor >= 0:
                os.close(descriptor)

    def unplug(self) -> None:
        os.close(self.master)
        self.master = -1


@pytest.fixture
def pair() -> Iterator[Pair]:
    pair = Pair()
    yield pair
    pair.close()


def soon(seconds: float = 0.05) -> float:
    return time.monotonic() + seconds


def test_an_absent_device_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModemFailed, match=f"{tmp_path}/ttyACM7.*plugged in"):
        Port(str(tmp_path / "ttyACM7"))


def test_a_file_that_is_no_device_is_named(tmp_path: Path) -> None:
    file = tmp_path / "modem"
    file.write_text("")
    with pytest.raises(ModemFailed, match="is not a serial port"):
        Port(str(file))


def test_a_device_that_somebody_else_has_is_refused(pair: Pair) -> None:
    first = Port(pair.device)
    with pytest.raises(ModemFailed, match="is in use by another program"):
        Port(pair.device)
    first.close()


def test_what_is_there_is_read_and_what_was_given_back_comes_first(pair: Pair) -> None:
    port = Port(pair.device)
    os.write(pair.master, b"OK\r\n")
    assert port.read(soon(5)) == b"OK\r\n"
    port.unread(b"later")
    port.unread(b"first ")
    assert port.read(soon(5)) == b"first later"
    assert port.read(soon()) == b""
    port.close()


def test_a_deadline_that_has_passed_reads_nothing_however_much_there_is(pair: Pair) -> None:
    port = Port(pair.device)
    os.write(pair.master, b"x" * 100)
    assert port.read(time.monotonic() - 1) == b""
    port.close()


def test_discard_forgets_both_what_was_read_and_what_waits(pair: Pair) -> None:
    port = Port(pair.device)
    port.unread(b"old")
    os.write(pair.master, b"older")
    port.discard()
    assert port.read(soon()) == b""
    port.close()


def test_a_modem_that_takes_nothing_more_is_said_to(pair: Pair) -> None:
    port = Port(pair.device)
    with pytest.raises(ModemFailed, match="no longer accepts data"):
        port.write(bytes(1_000_000), soon())
    port.close()


def test_an_unplugged_modem_is_gone_for_reading_and_for_writing(pair: Pair) -> None:
    port = Port(pair.device)
    pair.unplug()
    with pytest.raises(ModemGone, match=pair.device):
        port.read(soon(5))
    with pytest.raises(ModemGone):
        port.write(b"AT\r", soon(5))
    port.close()


def test_what_is_watched_breaks_a_wait_off_when_its_owner_says_so(pair: Pair) -> None:
    reading, writing = os.pipe()
    answers = iter([False, True])

    def attend() -> bool:
        os.read(reading, 1)
        return next(answers)

    port = Port(pair.device, reading, attend)
    os.write(writing, b"..")
    with pytest.raises(Interrupted):
        port.read(soon(5))
    os.write(pair.master, b"still here")
    assert port.read(soon(5)) == b"still here"
    port.close()
    os.close(reading)
    os.close(writing)


def test_a_cancel_is_heard_while_the_modem_takes_no_data(pair: Pair) -> None:
    reading, writing = os.pipe()
    port = Port(pair.device, reading, lambda: True)
    os.write(writing, b"!")
    with pytest.raises(Interrupted):
        port.write(bytes(1_000_000), soon(30))
    port.close()
    os.close(reading)
    os.close(writing)


def test_closing_does_not_wait_for_a_dead_modem(pair: Pair) -> None:
    port = Port(pair.device)
    with pytest.raises(ModemFailed):
        port.write(bytes(100_000), soon())
    began = time.monotonic()
    port.close()
    assert time.monotonic() - began < 5


def test_with_xon_and_xoff_the_modem_holds_us_back_while_we_transmit(pair: Pair) -> None:
    port = Port(pair.device, flow=Flow.SOFTWARE)
    with port.flow_control():
        os.write(pair.master, b"\x13")
        with pytest.raises(ModemFailed, match="no longer accepts data"):
            port.write(bytes(1 << 20), soon())
        held = drained(pair.master)
        assert held == 0
        os.write(pair.master, b"\x11")
        port.write(b"a", soon(5))
        assert drained(pair.master) > 0
    port.close()


def drained(descriptor: int) -> int:
    """Octets that can be read without waiting."""
    count = 0
    while select.select([descriptor], [], [], 0.1)[0]:
        count += len(os.read(descriptor, 65536))
    return count


@pytest.mark.parametrize("flow", list(Flow))
def test_xon_and_xoff_from_the_line_are_data(pair: Pair, flow: Flow) -> None:
    port = Port(pair.device, flow=flow)
    with port.flow_control():
        pass
    os.write(pair.master, b"\x11page\x13")
    assert port.read(soon(5)) == b"\x11page\x13"
    port.write(b"AT\r", soon(5))
    assert os.read(pair.master, 10) == b"AT\r"
    port.close()


def test_xoff_is_data_without_software_flow_control(pair: Pair) -> None:
    port = Port(pair.device)
    with port.flow_control():
        os.write(pair.master, b"\x13")
        port.write(b"page", soon(5))
        assert os.read(pair.master, 10) == b"page"
        assert port.read(soon(5)) == b"\x13"
    port.close()
