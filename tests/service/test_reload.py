# SPDX-License-Identifier: GPL-3.0-or-later
"""Another configuration for a running service: taken on as a whole or not at all, and no call is cut off."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.bus import client
from faxcore.config import DocumentConfig, LineConfig
from faxcore.config.reload import RestartNeeded
from faxcore.contract.order import Order
from faxcore.contract.service_status import Line, LineState
from faxcore.model.header import Header
from faxcore.model.sentence import literal
from faxcore.service import FaxService
from tests.support.bus_fixture import private_bus
from tests.support.service_fixture import make_document, public_folder, serving
from tests.support.service_parts import ME, Gate, WaitingComposer, configured, document, log, running, script, submit

TO = "0199000002"
SECONDS = 60.0

LINE = '[[line]]\nname = "{0}"\ndevice = "/nowhere/{0}"\nstation_id = "+33199000001"\n'
FOLDERS = '[folders]\nstate = "{folder}/state"\nreceived = "{folder}/received"\n'
HEADER = '[[header]]\nid = "{0}"\nname = "{0}"\n'
BEFORE = FOLDERS + HEADER.replace("{0}", "old") + LINE.replace("{0}", "line-1")


class Served:
    """A service that reads its configuration from a file."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.folder = folder

    def reload(self, config: str, code: int = 0) -> str:
        """Write another configuration and have it read; what faxctl says."""
        (self.folder / "facteur.toml").write_text(config.replace("{folder}", str(self.folder)))
        command = [sys.executable, "-m", "faxcore.cli.main", "--bus", self.address, "config", "reload"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == code, done
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stderr

    def ask(self, question: Callable[[client.Client], Awaitable[Any]]) -> Any:
        """Ask the service as a user."""

        async def main() -> Any:
            async with client.connect(self.address) as desk:
                return await question(desk)

        return asyncio.run(main())

    def headers(self) -> list[str]:
        return [header.id for header in self.ask(lambda desk: desk.headers())]

    def lines(self) -> dict[str, LineState]:
        return {line.name: line.state for line in self.ask(lambda desk: desk.status()).lines}

    def until_idle(self, *names: str) -> None:
        """Wait until these are the lines, and all are idle."""
        deadline = time.monotonic() + SECONDS
        while self.lines() != dict.fromkeys(names, LineState.IDLE):
            assert time.monotonic() < deadline, self.lines()
            time.sleep(0.02)


@pytest.fixture
def served() -> Iterator[Served]:
    with serving({"dial": {TO: ["ok"]}}, config=BEFORE) as (address, folder):
        yield Served(address, folder)


def test_a_changed_header_is_in_force_afterwards(served: Served) -> None:
    assert served.headers() == ["old"]
    after = FOLDERS + HEADER.replace("{0}", "new") + LINE.replace("{0}", "line-1")
    assert served.reload(after) == "Changed, and in force now: header\n"
    assert served.headers() == ["new"]
    assert served.reload(after) == "Nothing has changed.\n"
    make_document(served.folder)

    async def submit(desk: client.Client) -> None:
        with (served.folder / "document.tif").open("rb") as pages:
            await desk.submit_document(pages, None, Order(number=TO, header="old"))

    with pytest.raises(client.BusError, match="old"):
        served.ask(submit)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (BEFORE.replace('"old"', '"new"') + "[queue]\ntrys = 3\n", "facteur.toml:12: queue, trys"),
        (BEFORE.replace('"old"', '"new"') + "no TOML\n", "facteur.toml"),
        (BEFORE.replace('"old"', '"new"').replace("/state", "/other"), "folders, state"),
    ],
    ids=["a key", "no TOML", "state folder"],
)
def test_a_configuration_that_cannot_be_taken_on_is_refused_whole(served: Served, wrong: str, words: str) -> None:
    served.until_idle("line-1")
    said = served.reload(wrong, code=1)
    assert said.startswith("faxctl: ")
    assert words in said
    assert len(said.splitlines()) == 1
    assert served.headers() == ["old"]
    assert served.lines() == {"line-1": LineState.IDLE}
    assert not (served.folder / "other").exists()
    assert served.reload(BEFORE) == "Nothing has changed.\n"


def test_files_that_have_gone_are_refused(served: Served) -> None:
    (served.folder / "facteur.d").mkdir()
    (served.folder / "facteur.d/more.toml").write_bytes(b"\xff")
    assert "more.toml" in served.reload(BEFORE, code=1)
    (served.folder / "facteur.d/more.toml").unlink()
    (served.folder / "facteur.d/more.toml").symlink_to("nothing")
    assert "more.toml" in served.reload(BEFORE, code=1)
    assert served.headers() == ["old"]


def test_lines_come_and_go(served: Served) -> None:
    """The new one works: with the old one gone, a fax can go out on no other."""
    served.until_idle("line-1")
    both = BEFORE + LINE.replace("{0}", "line-2")
    assert served.reload(both) == "Changed, and in force now: line\n"
    served.until_idle("line-1", "line-2")
    served.reload(both.replace(LINE.replace("{0}", "line-1"), ""))
    served.until_idle("line-2")
    make_document(served.folder)

    async def send(desk: client.Client) -> str:
        done = asyncio.Event()
        desk.on_job_changed = lambda job: done.set() if job.state.value == "done" else None
        await desk.register()
        with (served.folder / "document.tif").open("rb") as pages:
            job = await desk.submit_document(pages, None, Order(number=TO))
        await asyncio.wait_for(done.wait(), SECONDS)
        (call,) = (await desk.show_job(job)).calls
        return call.line

    assert served.ask(send) == "line-2"


def test_a_service_that_is_away_is_said(tmp_path: Path) -> None:
    with private_bus(tmp_path / "bus") as address:
        assert "not running" in Served(address, tmp_path).reload("", code=3)


def test_a_signal_has_the_configuration_read_again() -> None:
    with public_folder() as folder, private_bus(folder / "bus") as address:
        served = Served(address, folder)
        file = folder / "facteur.toml"
        file.write_text(BEFORE.replace("{folder}", str(folder)))
        command = [sys.executable, "-m", "faxcore.daemon", "--config", str(file), "--bus", address]
        with (folder / "log").open("w") as out:
            process = subprocess.Popen(command, stderr=out)
        try:
            until(lambda: "ready:" in (folder / "log").read_text())
            file.write_text(file.read_text().replace('"old"', '"new"'))
            process.send_signal(signal.SIGHUP)
            until(lambda: served.headers() == ["new"])
            file.write_text("[queue]\ntrys = 3\n")
            process.send_signal(signal.SIGHUP)
            until(lambda: "facteur.toml:2" in (folder / "log").read_text())
            assert served.headers() == ["new"]
        finally:
            process.terminate()
            assert process.wait(30) == 0, (folder / "log").read_text()
        assert "Traceback" not in (folder / "log").read_text()


def until(test: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not test():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# ---------------------------------------------------------------- without the bus


async def until_so(test: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while not test():
            await asyncio.sleep(0.005)


def lines_of(service: FaxService) -> tuple[Line, ...]:
    return service.status().lines


def workers(service: FaxService) -> list[str]:
    """The lines that have a task, those that go included."""
    return sorted(line.name for line in service._line_tasks)


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    made = Gate(tmp_path)
    yield made
    made.close()


def test_a_call_on_a_line_that_goes_is_not_cut_off(tmp_path: Path, gate: Gate) -> None:
    async def main() -> None:
        both = configured(tmp_path, lines=2)
        async with running(tmp_path, replace(both, lines=both.lines[:1])) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            assert service.take_on(replace(both, lines=both.lines[1:])) == ("line",)
            assert [line.name for line in lines_of(service)] == ["line-2"]
            await until_so(lambda: lines_of(service)[0].state is LineState.IDLE)
            assert workers(service) == ["line-1", "line-2"], "the old one has its call still"
            gate.let_through()
            done = await listener.until_job(job, "done", "failed", "uncertain")
            assert (done.state.value, done.tries, done.confirmed) == ("done", 1, 2)
            assert f"complete {TO}" in log(tmp_path)
            await until_so(lambda: workers(service) == ["line-2"])
            assert not service.broken.is_set()

    script(tmp_path, {TO: ["ok-slow"]})
    asyncio.run(main())


def test_a_fax_whose_line_goes_before_it_dials_goes_out_on_another(tmp_path: Path) -> None:
    composer = WaitingComposer()

    async def main() -> None:
        both = configured(tmp_path, lines=2)
        async with running(tmp_path, replace(both, lines=both.lines[:1]), composer=composer) as (service, listener):
            job = await submit(service, document(tmp_path), number="0199000009")
            await composer.composing.wait()
            service.take_on(replace(both, lines=both.lines[1:]))
            composer.may_go_on.set()
            done = await listener.until_job(job, "done", "failed", "uncertain")
            assert done.state.value == "done"
            assert [call.line for call in (await service.api.show_job(ME, job)).calls] == ["line-1", "line-2"]
            assert [line for line in log(tmp_path) if line.startswith("dial")] == ["dial 0199000009 1"]
            await until_so(lambda: workers(service) == ["line-2"])

    script(tmp_path, {"0199000009": ["ok"]})
    asyncio.run(main())


def test_a_line_that_needs_another_worker_gets_it_after_its_call(tmp_path: Path, gate: Gate) -> None:
    async def main() -> None:
        config = configured(tmp_path)
        async with running(tmp_path, config) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            (old,) = service.lines
            service.take_on(replace(config, lines=(replace(config.lines[0], setup=("AT&F",)),)))
            (new,) = service.lines
            assert new is not old and new.name == old.name
            await until_so(lambda: new.state is LineState.ABSENT)
            assert "earlier call" in str(new.detail)
            second = await submit(service, document(tmp_path), number="0199000003")
            gate.let_through()
            assert (await listener.until_job(job, "done", "failed", "uncertain")).state.value == "done"
            assert (await listener.until_job(second, "done", "failed")).state.value == "done"
            assert new.line.setup == ("AT&F",)
            assert workers(service) == ["line-1"]

    script(tmp_path, {TO: ["ok-slow"], "0199000003": ["ok"]})
    asyncio.run(main())


def test_a_line_that_comes_back_while_it_goes_waits_for_its_call(tmp_path: Path, gate: Gate) -> None:
    async def main() -> None:
        both = configured(tmp_path, lines=2)
        async with running(tmp_path, replace(both, lines=both.lines[:1])) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            service.take_on(replace(both, lines=both.lines[1:]))
            service.take_on(both)
            gate.let_through()
            assert (await listener.until_job(job, "done", "failed", "uncertain")).state.value == "done"
            await until_so(lambda: all(line.state is LineState.IDLE for line in lines_of(service)))
            assert workers(service) == ["line-1", "line-2"]

    script(tmp_path, {TO: ["ok-slow"]})
    asyncio.run(main())


def test_a_service_that_stops_while_a_line_goes_ends_both(tmp_path: Path) -> None:
    async def main() -> None:
        both = configured(tmp_path, lines=2)
        async with running(tmp_path, both) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            (busy,) = (call.line for call in (await service.api.show_job(ME, job)).calls)
            service.take_on(replace(both, lines=tuple(line for line in both.lines if line.name != busy)))
            await service.api.cancel_job(ME, job)
        assert workers(service) == []

    script(tmp_path, {TO: ["hang"]})
    asyncio.run(main())


def test_a_line_with_other_values_keeps_its_worker(tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path)
        async with running(tmp_path, config) as (service, _listener):
            (line,) = service.lines
            await until_so(lambda: line.free)
            other = replace(config.lines[0], station_id="+33199000077", numbers=())
            assert service.take_on(replace(config, lines=(other,))) == ("line",)
            assert service.lines == [line]
            assert line.free
            assert (line.line, lines_of(service)[0].numbers) == (other, ())

    script(tmp_path)
    asyncio.run(main())


def test_a_fax_that_waits_goes_out_on_the_line_that_comes(tmp_path: Path) -> None:
    async def main() -> None:
        both = configured(tmp_path, lines=2)
        async with running(tmp_path, replace(both, lines=both.lines[:1])) as (service, listener):
            job = await submit(service, document(tmp_path), number="0199000009")
            service.take_on(both)
            assert (await listener.until_job(job, "done", "failed")).state.value == "done"

    script(tmp_path, {"0199000009": ["ok"]}, absent={"line-1": "No modem."})
    asyncio.run(main())


def test_what_needs_a_restart_changes_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path)
        more = (*config.lines, LineConfig("line-2", Path("/nowhere/line-2"), "+33199000002"))
        async with running(tmp_path, config) as (service, _listener):
            lines = list(service.lines)
            for wrong in (
                replace(config, state=tmp_path / "other", lines=more, headers=(Header("new", literal("New")),)),
                replace(config, intake_user="somebody", lines=more),
                replace(config, document=DocumentConfig("none"), lines=more),
            ):
                with pytest.raises(RestartNeeded):
                    service.take_on(wrong)
                assert service.config.value is config
                assert service.lines == lines
                assert workers(service) == ["line-1"]

    script(tmp_path)
    asyncio.run(main())
