# SPDX-License-Identifier: GPL-3.0-or-later
"""A service and its processes for documents: started ahead, each for one document; none without a wall."""

import asyncio
import logging
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from faxcore.api.api_error import ApiError
from faxcore.config import DocumentConfig
from faxcore.contract.bus import ErrorCode
from faxcore.document import ahead, fork_servers, sandbox, walled_process
from faxcore.document.check import CHECKER
from faxcore.document.compose import COMPOSER
from faxcore.document.document_error import Reason
from faxcore.document.fork_server import ForkServer
from faxcore.document.program import Program
from faxcore.document.walled_process import WalledProcess
from faxcore.document.walls import CHOICE, NoWall, Wall
from tests.support.service_parts import ME, configured, document, log, running, script, submit
from tests.support.waiting import until

TO = "0199000002"
AHEAD = (CHECKER, COMPOSER)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[WalledProcess]:
    """Every process that is started, in this order."""
    made: list[WalledProcess] = []

    class Noted(WalledProcess):
        def __init__(self, program: Program, wall: Wall, server: ForkServer | None = None) -> None:
            super().__init__(program, wall, server)
            self.program = program
            made.append(self)

    monkeypatch.setattr(sandbox, "WalledProcess", Noted)
    monkeypatch.setattr(ahead, "WalledProcess", Noted)
    monkeypatch.setattr(fork_servers, "WalledProcess", Noted)
    return made


def waiting(program: Program) -> list[WalledProcess]:
    """The processes that wait for a document."""
    return sandbox._AHEAD.list_waiting(program)


async def until_all_wait() -> None:
    """Return when a process of each program waits."""
    await until("the processes ahead", lambda: all(waiting(program) for program in AHEAD))


def test_a_process_waits_for_each_document_and_serves_no_second(
    tmp_path: Path,
    started: list[WalledProcess],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> None:
        async with running(tmp_path, ahead=AHEAD) as (service, listener):
            await until_all_wait()
            used = []
            for _each in range(2):
                (next_one,) = waiting(CHECKER)
                await listener.until_job(await submit(service, document(tmp_path)), "done")
                assert next_one.has_ended()
                used.append(next_one)
                await until("the next process ahead", lambda: bool(waiting(CHECKER)))
                assert waiting(CHECKER)[0] not in used
        assert not waiting(CHECKER)
        assert not waiting(COMPOSER)
        assert all(process.has_ended() for process in started)

    monkeypatch.setattr(ahead, "MOMENT_SECONDS", 0.0)
    caplog.set_level(logging.INFO)
    script(tmp_path, {TO: ["ok", "ok"]})
    asyncio.run(main())
    assert "documents are opened behind a wall: " in caplog.text


def test_the_next_process_is_not_started_while_somebody_waits_for_an_answer(
    tmp_path: Path, started: list[WalledProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with running(tmp_path, ahead=AHEAD) as (service, _listener):
            await until_all_wait()
            # More than those that wait, where the first wall that was tried does not work.
            before = len(started)
            await submit(service, document(tmp_path))
            assert len(started) == before, "a process was started before the answer"
            monkeypatch.setattr(sandbox, "REFILL_SECONDS", 0.0)
            await submit(service, document(tmp_path))
            await until("the next process ahead", lambda: bool(waiting(CHECKER)))

    # However busy the machine: never in this test. And whoever was given one in the test before is given one.
    monkeypatch.setattr(sandbox, "REFILL_SECONDS", 3600.0)
    monkeypatch.setattr(ahead, "MOMENT_SECONDS", 0.0)
    script(tmp_path, absent={"line-1": "There is none."})
    asyncio.run(main())


def test_a_process_that_died_while_it_waited_is_replaced(tmp_path: Path, started: list[WalledProcess]) -> None:
    async def main() -> None:
        async with running(tmp_path, ahead=AHEAD) as (service, listener):
            await until_all_wait()
            (waiting_one,) = waiting(CHECKER)
            waiting_one.kill()
            await until("its end", waiting_one.has_ended)
            await listener.until_job(await submit(service, document(tmp_path)), "done")

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())


def test_without_a_wall_the_service_takes_nothing_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def none(wall: Wall, *_rest: object) -> list[str]:
        if wall is Wall.BUBBLEWRAP:
            raise NoWall("bubblewrap is not installed")
        return [sys.executable, "-c", "raise SystemExit('OSError: no Landlock here')"]

    async def main() -> None:
        async with running(tmp_path, ahead=AHEAD) as (service, _listener):
            await until("the trouble", lambda: service.status().trouble == Reason.NO_WALL.sentence())
            with pytest.raises(ApiError) as refused:
                await submit(service, document(tmp_path))
            assert refused.value.code is ErrorCode.INTERNAL
            assert refused.value.sentence == Reason.NO_WALL.sentence()
            assert await service.api.list_jobs(ME) == []
            # It is tried again with each document: what has been mended works without a restart.
            monkeypatch.undo()
            await submit(service, document(tmp_path))
            assert not service.status().trouble

    monkeypatch.setattr(walled_process, "start_command", none)
    script(tmp_path)
    asyncio.run(main())
    assert "bubblewrap is not installed; landlock: OSError: no Landlock here" in caplog.text


def test_the_configuration_may_ask_for_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        config = replace(configured(tmp_path), document=DocumentConfig("none"))
        async with running(tmp_path, config) as (service, listener):
            await listener.until_job(await submit(service, document(tmp_path)), "done")
            assert CHOICE.found is Wall.NONE

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())
    assert log(tmp_path)[-1] == f"complete {TO}"
    assert "without any wall, because the configuration says so" in caplog.text
