# SPDX-License-Identifier: GPL-3.0-or-later
"""A modem that is pulled out at any point of a call, and comes back: the fax waits, the line works again by itself."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest

from faxcore.config import LineConfig, NumberConfig
from faxcore.contract.messages import Absent, Ready
from faxcore.contract.service_status import LineState
from faxcore.document.tiff import write_pages
from faxcore.exchange import Exchange, ExchangeSettings, LineSettings, TerminalSettings
from faxcore.line import worker
from faxcore.line.service_socket import ServiceSocket
from faxcore.line.worker import Worker
from faxcore.lines.worker_line import WorkerLine, worker_command
from faxcore.model.line_direction import LineDirection
from faxcore.model.page import Resolution
from faxcore.modem.port import Port
from faxcore.service import FaxService
from tests.support.cable import Cable
from tests.support.pages import text_page
from tests.support.service_parts import ME, Listener, configured, running, submit
from tests.support.waiting import until

OURS, UNTOUCHED, THEIRS = "0199000001", "0199000002", "0199000003"
SENDING, RECEIVING = range(1, 15), range(1, 9)
"""Commands of a call behind which the cable is pulled out."""
BACK_SECONDS, AGAIN_SECONDS = 2.0, 10.0


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    lines = (LineSettings((OURS,)), LineSettings((UNTOUCHED,)), LineSettings((THEIRS,), terminal=TerminalSettings()))
    with Exchange(ExchangeSettings(tmp_path / "exchange", lines, speed=20.0, seed=3)) as running:
        yield running


class House:
    """A service with two lines, one of them on a cable."""

    def __init__(self, service: FaxService, listener: Listener, cable: Cable) -> None:
        self.service, self.listener, self.cable = service, listener, cable

    @property
    def line(self) -> WorkerLine:
        """The line on the cable."""
        return self.service.lines[0]

    async def until_idle(self) -> None:
        await until("the line to be idle", lambda: self.line.state is LineState.IDLE, AGAIN_SECONDS)

    def pull_out_behind(self, commands: int) -> None:
        """Have the cable pulled out behind so many commands from now on."""
        self.cable.heard = b""
        self.cable.wish = lambda heard: heard.count(b"AT+") + heard.count(b"ATD") + heard.count(b"ATA") >= commands

    async def until_pulled(self) -> float:
        """Wait for that; then, without a call, until it is known. The seconds that this took."""
        await until("the cable to be pulled", self.cable.pulled.is_set, 60)
        pulled = time.monotonic()
        await until("the line to be absent", lambda: self.line.state is LineState.ABSENT)
        assert "is gone" in str(self.line.detail) or "no device" in str(self.line.detail), self.line.detail
        assert self.service.lines[1].state is LineState.IDLE
        return time.monotonic() - pulled

    async def plug_in(self) -> None:
        self.cable.wish = lambda _heard: False
        self.cable.plug_in()
        await self.until_idle()


async def live(tmp_path: Path, exchange: Exchange, *points: int, receiving: bool = False) -> None:
    """Pull the cable out behind each of these commands of a call, and plug it in again."""
    with Cable(exchange.device(1), tmp_path / "modem") as cable:
        lines = (
            LineConfig("line-1", tmp_path / "modem", OURS, (NumberConfig(OURS, (ME,)),)),
            LineConfig("line-2", exchange.device(2), UNTOUCHED, direction=LineDirection.IN),
        )
        config = replace(configured(tmp_path), lines=lines)
        async with running(tmp_path, config, worker=worker_command) as (service, listener):
            house = House(service, listener, cable)
            await house.until_idle()
            await until("the other line", lambda: service.lines[1].state is LineState.IDLE, 30)
            for point in points:
                await (_lose_reception if receiving else _lose_fax)(house, tmp_path, exchange, point)


async def _lose_fax(house: House, folder: Path, _exchange: Exchange, point: int) -> None:
    house.pull_out_behind(point)
    job = await submit(house.service, folder / "letter.tif", THEIRS)
    assert await house.until_pulled() < BACK_SECONDS
    shown = (await house.service.api.show_job(ME, job)).job
    # Behind its end it may have arrived, or has.
    assert shown.state.value in (("ready", "sleeping", "active") if point < 11 else ("uncertain", "done", "ready"))
    await house.plug_in()
    await house.listener.until_job(job, "done", "uncertain")
    await house.until_idle()


async def _lose_reception(house: House, folder: Path, exchange: Exchange, point: int) -> None:
    house.pull_out_behind(point)
    sent = exchange.send(3, folder / "letter.tif", OURS)
    assert await house.until_pulled() < BACK_SECONDS
    await house.plug_in()
    await asyncio.to_thread(sent.result, 60)
    again = exchange.send(3, folder / "letter.tif", OURS)
    await house.listener.until_arrived(1)
    await asyncio.to_thread(again.result, 60)
    house.listener.heard.clear()
    await house.until_idle()


@pytest.fixture
def letter(tmp_path: Path) -> None:
    write_pages(tmp_path / "letter.tif", [text_page(Resolution.STANDARD, rows=150)])


@pytest.mark.usefixtures("letter")
def test_a_fax_whose_modem_is_pulled_out_goes_out_when_it_is_back(tmp_path: Path, exchange: Exchange) -> None:
    asyncio.run(live(tmp_path, exchange, *SENDING))


@pytest.mark.usefixtures("letter")
def test_a_reception_whose_modem_is_pulled_out_costs_that_call_only(tmp_path: Path, exchange: Exchange) -> None:
    asyncio.run(live(tmp_path, exchange, *RECEIVING, receiving=True))


@pytest.mark.usefixtures("letter")
def test_a_modem_that_is_pulled_out_while_it_waits_is_absent_and_comes_back(tmp_path: Path, exchange: Exchange) -> None:
    async def main() -> None:
        with Cable(exchange.device(1), tmp_path / "modem") as cable:
            config = replace(configured(tmp_path), lines=(LineConfig("line-1", tmp_path / "modem", OURS),))
            async with running(tmp_path, config, worker=worker_command) as (service, _listener):
                (line,) = service.lines
                await until("the line to be idle", lambda: line.state is LineState.IDLE, AGAIN_SECONDS)
                for _round in range(2):
                    node = cable.node
                    await asyncio.to_thread(cable.pull_out)
                    await until("the line to be absent", lambda: line.state is LineState.ABSENT, BACK_SECONDS)
                    other, others_end = os.openpty()  # another device has its old name meanwhile
                    cable.plug_in()
                    assert cable.node != node
                    os.close(other)
                    os.close(others_end)
                    await until("the line to be idle", lambda: line.state is LineState.IDLE, AGAIN_SECONDS)

    asyncio.run(main())


def test_a_modem_that_is_switched_off_is_absent_though_its_port_is_there(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    shows = threading.Event()
    shows.set()
    monkeypatch.setattr(Port, "shows_modem", property(lambda _port: shows.is_set()))
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(worker, "RETRY_SECONDS", 0.02)
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=Worker(str(exchange.device(1)), ServiceSocket(theirs)).run)
    thread.start()
    wire = ServiceSocket(ours)
    deadline = time.monotonic() + 60
    assert isinstance(wire.receive(deadline), Ready)
    shows.clear()
    absent = wire.receive(deadline)
    assert isinstance(absent, Absent)
    assert "switched off" in str(absent.reason)
    assert isinstance(wire.receive(deadline), Ready)
    ours.close()
    thread.join(60)
    theirs.close()
    assert not thread.is_alive()
