# SPDX-License-Identifier: GPL-3.0-or-later
"""A command that comes where a page was awaited is heard from its beginning, on the exchange's soft modems, with +FAR
off and on; and a page that comes behind it is still received.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from faxcore.exchange import Exchange, ExchangeSettings, default_lines
from faxcore.modem.class1 import Class1
from faxcore.modem.port import Port
from faxcore.modem.state import ImageCarrier
from tests.support.computer import Computer
from tests.support.waiting import wait_until

TSI = bytes.fromhex("ff c0 42 4c 0c 0c")
DCS = bytes.fromhex("ff c8 41 00 46 78")
DIS = bytes.fromhex("ff c8 01 00 77 5f 23 01 88")
PAGE = bytes(range(256)) * 8
V17_14400, SHORT = 145, 146


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    folder = tmp_path_factory.mktemp("exchange")
    with Exchange(ExchangeSettings(folder, default_lines(2), speed=20.0, seed=5)) as running:
        yield running


@contextmanager
def modem(exchange: Exchange, line: int) -> Iterator[Class1]:
    port = Port(str(exchange.device(line)))
    try:
        driver = Class1(port)
        driver.initialise()
        yield driver
    finally:
        port.close()


def in_call(exchange: Exchange, caller: Callable[[Class1], None], called: Callable[[Class1], None]) -> None:
    """A call of two drivers, played as far as DIS; then each does its part."""
    with modem(exchange, 1) as one, modem(exchange, 2) as two:

        def call() -> None:
            assert one.dial(exchange.numbers(2)[0]) == "CONNECT"
            assert one.receive_frames(35.0) == ([DIS], False)
            caller(one)

        failures: list[BaseException] = []

        def run() -> None:
            try:
                call()
            except BaseException as failure:  # noqa: BLE001 - raised again below, in the test's own thread
                failures.append(failure)

        calling = threading.Thread(target=run, daemon=True)
        calling.start()
        wait_until("the ring", lambda: two.read_unsolicited_line() == "RING")
        assert two.pick_up() == "CONNECT"
        two.send_frames([DIS])
        try:
            called(two)
        finally:
            calling.join(60)
        if failures:
            raise failures[0]
        one.hang_up()
        two.hang_up()


def wait_for_page(driver: Class1) -> ImageCarrier:
    return driver.receive_data(SHORT, 30.0, 30.0, lambda _: True)


@pytest.mark.parametrize("adaptive", [0, 1])
def test_a_command_where_a_page_was_awaited_is_heard_whole(exchange: Exchange, adaptive: int) -> None:
    def repeats(caller: Class1) -> None:
        caller.send_frames([TSI, DCS])

    def waits(called: Class1) -> None:
        assert called.dialogue.command(f"+FAR={adaptive}") == "OK"
        assert wait_for_page(called) == ImageCarrier(False, other=True)
        assert called.receive_frames(6.0) == ([TSI, DCS], False)

    in_call(exchange, repeats, waits)


@pytest.mark.parametrize("adaptive", [0, 1])
def test_a_page_behind_a_repeated_command_is_received(exchange: Exchange, adaptive: int) -> None:
    def repeats(caller: Class1) -> None:
        caller.send_frames([DCS])
        caller.send_data(V17_14400, PAGE, 14400)

    def waits(called: Class1) -> None:
        assert called.dialogue.command(f"+FAR={adaptive}") == "OK"
        assert wait_for_page(called) == ImageCarrier(False, other=True)
        assert called.receive_frames(6.0) == ([DCS], False)
        octets = bytearray()
        assert called.receive_data(V17_14400, 6.0, 30.0, lambda more: not octets.extend(more)).heard
        assert PAGE in octets

    in_call(exchange, repeats, waits)


def test_the_soft_modem_knows_what_the_driver_sets(exchange: Exchange) -> None:
    with modem(exchange, 1) as driver:
        assert driver.dialogue.ask("+FIT?") == ("OK", ["+FIT:255,1"])
        assert driver.dialogue.ask("+FAR?") == ("OK", ["0"])
        assert driver.dialogue.ask("+FCL?") == ("OK", ["0"])


def test_a_soft_modem_with_its_settings_stored_otherwise_is_read(exchange: Exchange) -> None:
    """Numbers for result codes, as the library prints them."""
    with Computer(exchange.device(1)) as computer:
        # The echo of ATV0 ends like its answer.
        computer.command("ATE0")
        computer.command("ATV0", b"0\r")
        assert computer.command("AT+FCLASS=1", b"0\r").endswith(b"0\r")
    with modem(exchange, 1) as driver:
        assert driver.dialogue.command("V0") == "OK"
        assert driver.dialogue.command("+FCLASS=1") == "OK"
        assert driver.dialogue.command("+FRH=3") == "ERROR"
