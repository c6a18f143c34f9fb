# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker behind its wall: it can do its work, and who breaks into it by telephone reaches nothing else."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tty
from dataclasses import replace
from pathlib import Path

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest

from faxcore.config import DocumentConfig, LineConfig
from faxcore.contract.messages import Ended, Ready
from faxcore.contract.service_status import LineState
from faxcore.document import landlock
from faxcore.document.tiff import read_pages
from faxcore.exchange import Exchange, ExchangeSettings, default_lines
from faxcore.lines.worker_line import worker_command
from faxcore.model.call import Outcome
from faxcore.model.page import Resolution
from tests.support import CHECKOUT
from tests.support.pages import text_page
from tests.support.service_parts import configured, running
from tests.support.waiting import until
from tests.support.workers import WorkerProcess, answer, dial

needs_landlock = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
DENIED = ("Permission denied", "Function not implemented")


@needs_landlock
def test_a_worker_that_is_broken_into_may_open_its_one_device_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")  # as systemd starts a service
    masters = [os.openpty() for _modem in range(2)]
    for _master, slave in masters:
        tty.setraw(slave)
    own, other = (os.ttyname(slave) for _master, slave in masters)

    async def main() -> dict[str, str]:
        config = replace(configured(tmp_path), lines=(LineConfig("line-1", Path(own), "1"),))
        things = {"tty": other, "service": str(os.getpid()), "database": str(tmp_path / "state/facteur.db")}

        def command(line: LineConfig) -> list[str]:
            python, program = worker_command(line)[:2], str(CHECKOUT / "tests/support/broken_worker.py")
            return [*python, program, json.dumps(things), *worker_command(line)[4:]]

        async with running(tmp_path, config, worker=command) as (service, _listener):
            (line,) = service.lines
            assert Path(things["database"]).exists()
            await until("what it found", lambda: str(line.detail).startswith("{"), 60)
            found: dict[str, str] = json.loads(str(line.detail))
            return found

    found = asyncio.run(main())
    assert {name: end for name, end in found.items() if end == "done"} == {
        "its own device": "done",
        "files of a call": "done",
    }
    assert all(end in (*DENIED, "done") for end in found.values()), found
    for pair in masters:
        for descriptor in pair:
            os.close(descriptor)


@needs_landlock
def test_a_worker_behind_its_wall_sends_and_receives(tmp_path: Path) -> None:
    pages = [text_page(Resolution.STANDARD, seed, rows=200) for seed in range(2)]
    calls = tmp_path / "calls"
    calls.mkdir()
    settings = ExchangeSettings(lines=default_lines(2), folder=tmp_path / "exchange", speed=10.0)
    with (
        Exchange(settings) as exchange,
        WorkerProcess(exchange.device(1), calls=calls) as sender,
        WorkerProcess(exchange.device(2), calls=calls) as receiver,
    ):
        assert [each.next(Ready).no_wall for each in (sender, receiver)] == ["", ""]
        for number in range(2):
            dial(sender, calls / f"out{number}", pages, "0199000012")
            answer(receiver, calls / f"in{number}")
            sent, received = sender.next(Ended).report, receiver.next(Ended).report
            assert (sent.outcome, received.outcome) == (Outcome.OK, Outcome.OK)
            assert [page for name in received.files for page in read_pages(calls / f"in{number}" / name)] == pages
        for worker in (sender, receiver):
            state = Path(f"/proc/{worker.process.pid}/status").read_text()
            assert "NoNewPrivs:\t1" in state
            assert "Seccomp:\t2" in state
            assert "CapEff:\t0000000000000000" in state


@pytest.mark.parametrize("wall", ["auto", "none"])
def test_without_a_whole_wall_the_line_works_and_the_service_says_so(tmp_path: Path, wall: str) -> None:
    """As on a kernel without Landlock; where the configuration wants none, nothing is said of it."""
    without = "from faxcore.document import landlock; landlock.version = lambda: 0; from faxcore.line import worker;"
    without += "import sys; sys.exit(worker.main(sys.argv[1:]))"

    async def main(exchange: Exchange) -> list[str]:
        line = LineConfig("line-1", exchange.device(1), "1")
        config = replace(configured(tmp_path), lines=(line,), document=DocumentConfig(wall))
        command = [sys.executable, "-c", without]
        worker = lambda line: [*command, *worker_command(line)[4:]]  # noqa: E731
        async with running(tmp_path, config, worker=worker) as (service, _listener):
            await until("the line", lambda: service.lines[0].state is LineState.IDLE, 60)
            return [str(each) for each in service.status().warnings]

    with Exchange(ExchangeSettings(lines=default_lines(1), folder=tmp_path / "exchange")) as exchange:
        warnings = asyncio.run(main(exchange))
    assert len(warnings) == (wall == "auto")
    assert all("no whole wall" in each and "Landlock" in each for each in warnings)
