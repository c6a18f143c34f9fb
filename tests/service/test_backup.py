# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P27: a backup of a service that works is everything as it was at one moment, and does not dial when it is
restored, before it is released.
"""

import asyncio
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from faxcore.backup import manifest as manifests
from faxcore.backup import restoring
from faxcore.backup.backing_up import BackupReport, back_up
from faxcore.cli.main import main
from faxcore.config import Config, PersonConfig, StoreConfig
from faxcore.contract.administration import Snapshot
from faxcore.document.tiff import read_pages
from faxcore.fax_folders.own_copies import own_copies
from faxcore.model.call import Direction
from faxcore.model.job import State
from faxcore.service import FaxService
from faxcore.store import schema
from faxcore.store.deliveries import Channel
from faxcore.store.ids_and_times import format_time, read_clock
from faxcore.store.receptions import Receiving
from faxcore.store.removal import hold_removal
from faxcore.store.state_lock import lock_state_folder
from faxcore.store.store import RESTORING, Store
from faxcore.store.store_error import StoreForeign
from tests.support import CHECKOUT
from tests.support.service_fixture import serving
from tests.support.service_parts import (
    DATABASE,
    ME,
    Gate,
    Listener,
    administrator,
    configured,
    document,
    log,
    running,
    script,
    submit,
)
from tests.support.waiting import async_test, until, wait_until

TO, OTHER_NUMBER = "0199000002", "0199000003"
RESTORE_POINTS = [
    "files of a backup copied, not in order",
    "backup in order, not in its place",
    "restored files in their place, database not",
    "restored database in its place, not said",
]
CHILD = """
import sys
from faxcore.checkpoint import checkpoint
from faxcore.cli.main import main
checkpoint.arm(sys.argv[1])
sys.exit(main(sys.argv[2:]))
"""


async def backed_up(service: FaxService, folder: Path, removing: bool = False) -> BackupReport:
    """Make a backup as `faxctl backup` does, in a thread of its own, of a service that works in this one. `removing`:
    right behind the snapshot the service removes every fax that it has sent.
    """
    loop, admin = asyncio.get_running_loop(), administrator(service)

    def take(file: Path) -> str:
        with file.open("xb") as out:
            work: Any = admin.write_snapshot(ME, out.fileno())
            snapshot: Snapshot = asyncio.run_coroutine_threadsafe(work, loop).result(60)
        assert snapshot.state == str(service.config.value.state)
        if removing:
            asyncio.run_coroutine_threadsafe(remove_sent(service), loop).result(60)
        return snapshot.moment

    return await asyncio.to_thread(back_up, service.config.value, folder, take)


async def remove_sent(service: FaxService) -> None:
    assert service.store.retention.remove_jobs([State.DONE], -1)


def elsewhere(folder: Path, name: str, request: pytest.FixtureRequest, database: str) -> Config:
    """The configuration of a machine on which there is nothing yet, with a database of the same kind."""
    url = request.getfixturevalue("cluster").make_database() if database == "postgresql" else ""
    there = folder / name
    return replace(configured(there), store=StoreConfig(url))


def restored(config: Config, backup: Path) -> int:
    """Restore a backup as `faxctl restore` does; how many faxes are held."""
    found = manifests.read(backup)
    restoring.check(backup, found)
    return restoring.restore(config, backup, found).faxes


@asynccontextmanager
async def going_on(config: Config) -> AsyncIterator[tuple[FaxService, Listener]]:
    """A service at work with what was restored; its other end is new as well."""
    folder = config.state.parent
    script(folder, {TO: ["ok"], OTHER_NUMBER: ["ok"]})
    async with running(folder, config) as (service, listener):
        yield service, listener


async def live(service: FaxService, folder: Path, stop: asyncio.Event) -> None:
    """Hand in, discard, cancel and hold, one after another, until it is enough."""
    number = 0
    path = document(folder)
    while not stop.is_set():
        number += 1
        job = await submit(service, path, TO if number % 3 else OTHER_NUMBER)
        if not number % 4:
            with suppress(Exception):
                await service.api.hold_job(ME, job)
        if not number % 5:
            with suppress(Exception):
                await service.api.cancel_job(ME, job)
                await service.api.bin_fax(ME, job)
                service.store.retention.empty_bins(0)
        await asyncio.sleep(0)


def check_moment(config: Config, backup: Path) -> None:
    """What was restored is of one piece: every row that names a file has it, and none that was accepted is missing."""
    with closing(Store(config.state, url=config.store.url)) as store:
        documents = store.database.rows(select(schema.document))
        assert len(documents) == len(list(store.documents.folder.glob("*.tif")))
        for row in documents:
            assert len(list(read_pages(store.documents.pages_file(row.id)))) == row.pages
            assert store.documents.original_file(row.id).exists() is bool(row.has_original)
        for reception in store.receptions.in_state(Receiving.FILED):
            assert own_copies(store.call_folder(reception.call)).complete
        assert not [call for direction in Direction for call in store.calls.find_open(direction)]
        for state in (State.READY, State.SLEEPING, State.PENDING, State.ACTIVE, State.FINAL_PENDING):
            assert store.jobs.in_state(state) == []
        confirmed = text("SELECT count(*) FROM job WHERE state = 'done' AND confirmed <> pages")
        assert store.database.value(confirmed) == 0
        unbilled = text("SELECT count(*) FROM call WHERE ended IS NOT NULL AND id NOT IN (SELECT call FROM ledger)")
        assert store.database.value(unbilled) == 0
    assert not (config.state / RESTORING).exists()


@async_test
async def test_every_backup_under_load_is_of_one_moment(
    tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    rings = [{"pages": 2, "end": "ok", "called": "0199000001"} for _each in range(200)]
    script(tmp_path, {TO: ["ok"], OTHER_NUMBER: ["busy", "ok", "partial", "ok"]}, ring={"line-2": rings})
    config = configured(tmp_path, lines=2)
    made = []
    async with running(tmp_path, config) as (service, _listener):
        stop = asyncio.Event()
        living = asyncio.create_task(live(service, tmp_path, stop))
        await until("a fax that was sent", lambda: service.store.jobs.in_state(State.DONE))
        for number in range(4):
            made.append(await backed_up(service, tmp_path / f"backup-{number}", removing=True))
            sent = service.store.database.count(schema.call)
            await until("further calls", lambda sent=sent: service.store.database.count(schema.call) > sent + 3)
            await until("a fax that was sent", lambda: service.store.jobs.in_state(State.DONE))
        stop.set()
        await living
        assert not service.store.removal.is_held
    assert [report.manifest.missing for report in made] == [()] * 4
    calls = []
    for number in range(4):
        there = elsewhere(tmp_path, f"there-{number}", request, database)
        restored(there, tmp_path / f"backup-{number}")
        check_moment(there, tmp_path / f"backup-{number}")
        with closing(Store(there.state, url=there.store.url)) as store:
            calls.append({row.id for row in store.database.rows(select(schema.call.c.id))})
    assert all(earlier < later for earlier, later in itertools.pairwise(calls)), "moments, one after another"


@async_test
async def test_what_waited_is_held_until_a_person_releases_it(
    tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    script(tmp_path, {TO: ["ok-slow"]})
    gate = Gate(tmp_path)
    config = configured(tmp_path, persons=(PersonConfig(ME, mail="anne@example.org"),))
    async with running(tmp_path, config) as (service, listener):
        called = await submit(service, document(tmp_path))
        await listener.until_dialling(called)
        ready = await submit(service, document(tmp_path), OTHER_NUMBER)
        later = await submit(
            service, document(tmp_path), OTHER_NUMBER, key="1", send_at=format_time(read_clock() + timedelta(days=9))
        )
        by_hand = await submit(service, document(tmp_path), OTHER_NUMBER, key="2")
        await service.api.hold_job(ME, by_hand)
        service.store.deliveries.add_for_address("reception", "r", Channel.MAIL, "office@example.org")
        await backed_up(service, tmp_path / "backup")
        gate.let_through()
        await listener.until_job(called, "done")
    gate.close()
    there = elsewhere(tmp_path, "there", request, database)
    assert restored(there, tmp_path / "backup") == 3
    async with going_on(there) as (service, listener):
        service.scheduler.wake()
        jobs = {job.id: job for job in await service.api.list_jobs(ME)}
        assert {job.state for job in jobs.values()} == {State.HELD}
        for id in (called, ready, later):
            assert "comes from a backup" in str(jobs[id].reason)
        assert not jobs[by_hand].reason
        (mail,) = (await administrator(service).list_deliveries(ME, "")).deliveries
        assert mail.given_up and "comes from a backup" in str(mail.reason)
        assert log(there.state.parent) == [], "nothing was dialled"
        assert (await service.api.status(ME)).restored == 3
        assert (await administrator(service).release_restored(ME)).faxes == 3
        assert (await service.api.status(ME)).restored == 0
        for id in (called, ready):
            await listener.until_job(id, "done")
        states = {job.id: job.state for job in await service.api.list_jobs(ME)}
        assert (states[later], states[by_hand]) == (State.PENDING, State.HELD)
        assert (await administrator(service).release_restored(ME)).faxes == 0


@async_test
async def test_nothing_is_removed_while_a_backup_needs_it(tmp_path: Path, database: str) -> None:
    script(tmp_path, {TO: ["ok"]})
    async with running(tmp_path) as (service, listener):
        job = await submit(service, document(tmp_path))
        await listener.until_job(job, "done")
        (before,) = service.store.documents.folder.glob("*.tif")
        with hold_removal(service.config.value.state):
            assert service.store.retention.remove_jobs([State.DONE], -1) == 1
            assert before.exists() and service.store.removal.is_held
        assert not service.store.removal.is_held
        service.store.removal.remove()
        assert not before.exists()


@async_test
async def test_a_fax_that_is_being_received_is_filed_there(
    tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    script(tmp_path, ring={"line-1": {"pages": 2, "end": "ok", "called": "0199000001"}})
    (tmp_path / "received").write_text("a file where the folder should be")
    async with running(tmp_path) as (service, listener):
        (arrived,) = await listener.until_arrived(1)
        assert arrived.waiting
        await backed_up(service, tmp_path / "backup")
    there = elsewhere(tmp_path, "there", request, database)
    restored(there, tmp_path / "backup")
    async with going_on(there) as (service, _listener):
        await until("the files", lambda: there.received.is_dir() and len(list(there.received.iterdir())) == 2)
        await until("the row", lambda: service.store.receptions.in_state(Receiving.FILED))
        (tiff,) = there.received.glob("*.tif")
        assert [page.rows[0] for page in read_pages(tiff)] == [1, 2]


OFFICE = """
[folders]
state = "{folder}/state"
received = "{folder}/received"
[store]
url = "URL"
[[line]]
name = "line-1"
device = "/nowhere/line-1"
numbers = [{ number = "0199000001" }]
"""


def test_a_service_in_another_process_is_backed_up_and_released_by_commands(
    tmp_path: Path, request: pytest.FixtureRequest, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config = OFFICE.replace("URL", os.environ.get(DATABASE, ""))
    pages, backup = document(tmp_path), tmp_path / "backup"
    with serving({"dial": {TO: ["hang"]}}, config=config) as (address, folder):
        where = ["--config", str(folder / "facteur.toml")]
        assert main(["--bus", address, "send", "--to", TO, str(pages)]) == 0
        job = capsys.readouterr().out.strip()
        assert main(["--bus", address, "backup", str(backup), *where]) == 0
        assert "Everything as of" in capsys.readouterr().out
        assert main(["--bus", address, "restore", str(backup), *where]) == 1
        assert "stop it first" in capsys.readouterr().err
        other = tmp_path / "other.toml"
        (tmp_path / "other").mkdir()
        with lock_state_folder(tmp_path / "other"):
            other.write_text(f'[folders]\nstate = "{tmp_path}/other"\n')
            assert main(["--bus", address, "backup", str(tmp_path / "wrong"), "--config", str(other)]) == 1
        assert "The fax service that answers has its faxes in" in capsys.readouterr().err
        assert main(["--bus", address, "cancel", job]) == 0
    there = new_machine(tmp_path, request, database)
    assert run(there, "restore", backup) == 0
    assert "faxctl release --restored" in capsys.readouterr().out
    url = (there / "facteur.toml").read_text().partition('url = "')[2].partition('"')[0]
    office = OFFICE.replace("URL", url).replace("{folder}/", f"{there}/")
    with serving({"dial": {TO: ["ok"]}}, config=office) as (address, folder):
        assert main(["--bus", address, "list"]) == 0
        assert "comes from a backup" in capsys.readouterr().out
        assert main(["--bus", address, "release", "--restored"]) == 0
        assert "1 fax goes on" in capsys.readouterr().out
        wait_until("the fax to be sent", lambda: "complete" in " ".join(log(folder)))


# ------------------------------------------------------------ what is refused


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a configuration, and a service that has sent a fax and stopped."""
    made = tmp_path / "home"
    made.mkdir()

    async def send() -> None:
        script(made, {TO: ["ok"], OTHER_NUMBER: ["busy"]})
        async with running(made) as (service, listener):
            await listener.until_job(await submit(service, document(made)), "done")
            await listener.until_job(await submit(service, document(made), OTHER_NUMBER), "failed", "sleeping")

    asyncio.run(send())
    write_settings(made)
    return made


def write_settings(home: Path, url: str | None = None) -> None:
    home.mkdir(exist_ok=True)
    wanted = os.environ.get(DATABASE, "") if url is None else url
    store = f'[store]\nurl = "{wanted}"\n' if wanted else ""
    (home / "secret").touch(0o600)
    (home / "secret").write_text("hush\n")
    text = (
        f'[folders]\nstate = "{home}/state"\nreceived = "{home}/received"\n{store}'
        f'[mail]\nserver = "localhost"\nsender = "fax@example.org"\nuser = "fax"\npassword_file = "{home}/secret"\n'
    )
    (home / "facteur.toml").write_text(text)


def run(home: Path, command: str, folder: Path, *options: str) -> int:
    return main([command, str(folder), "--config", str(home / "facteur.toml"), *options])


def new_machine(tmp_path: Path, request: pytest.FixtureRequest, database: str, name: str = "there") -> Path:
    """A folder with a configuration alone."""
    there = elsewhere(tmp_path, name, request, database)
    write_settings(there.state.parent, there.store.url)
    return there.state.parent


def everything(home: Path) -> dict[str, Any]:
    """Every row, but for what is counted up, and every file of the state folder."""
    config = home / "facteur.toml"
    url = next((line.split('"')[1] for line in config.read_text().splitlines() if line.startswith("url")), "")
    with closing(Store(home / "state", url=url)) as store:
        rows = {
            table.name: [tuple(row) for row in store.database.rows(select(table).order_by(*table.primary_key.columns))]
            for table in schema.METADATA.sorted_tables
            if table.name != "mark"
        }
    files = {
        str(path.relative_to(home)): path.read_bytes()
        for folder in ("documents", "calls")
        for path in (home / "state" / folder).rglob("*")
        if path.is_file()
    }
    return {**rows, "files": files}


def test_a_service_that_is_stopped_is_backed_up_and_restored_as_it_was(
    home: Path, tmp_path: Path, request: pytest.FixtureRequest, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = tmp_path / "backups/today"
    assert run(home, "backup", backup, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["missing"] == [] and said["files"] == len(manifests.read(backup).files) > 5
    there = new_machine(tmp_path, request, database)
    assert run(there, "restore", backup, "--check") == 0
    assert run(there, "restore", backup) == 0
    assert "The configuration of then is in" in capsys.readouterr().out
    before, after = everything(home), everything(there)
    assert before.pop("job")[0] == after.pop("job")[0], "the one that was sent"
    assert before == after


def test_faxes_are_not_overwritten(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    backup = tmp_path / "backup"
    assert run(home, "backup", backup) == 0
    before = everything(home)
    assert run(home, "restore", backup) == 1
    assert "has faxes already" in capsys.readouterr().err
    shutil.rmtree(home / "state/documents")
    shutil.rmtree(home / "state/calls")
    assert run(home, "restore", backup) == 1
    assert "has rows already, in" in capsys.readouterr().err
    assert {**everything(home), "files": None} == {**before, "files": None}
    assert run(home, "backup", backup) == 1
    assert "is not empty" in capsys.readouterr().err


@async_test
async def test_a_running_service_is_not_restored_into(
    home: Path, tmp_path: Path, request: pytest.FixtureRequest, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, "backup", tmp_path / "backup") == 0
    there = new_machine(tmp_path, request, database)
    with lock_state_folder(there / "state"):
        assert run(there, "restore", tmp_path / "backup") == 1
    assert "stop it first" in capsys.readouterr().err


def test_a_machine_whose_service_has_begun_once_is_empty(
    home: Path, tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    assert run(home, "backup", tmp_path / "backup") == 0
    there = new_machine(tmp_path, request, database)

    async def begin() -> None:
        url = (there / "facteur.toml").read_text().partition('url = "')[2].partition('"')[0]
        script(there)
        async with running(there, replace(configured(there), store=StoreConfig(url))):
            pass

    asyncio.run(begin())
    assert run(there, "restore", tmp_path / "backup") == 0
    assert len(everything(there)["job"]) == 2


# ------------------------------------------------------------ killed


def kill_at(point: str, *command: str) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", CHILD, point, *command], cwd=CHECKOUT, timeout=60, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, (point, killed.stderr.decode()[-2000:])


@pytest.mark.parametrize("point", RESTORE_POINTS)
def test_a_restore_that_was_killed_lets_no_service_begin_and_is_made_anew(
    point: str, home: Path, tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    backup = tmp_path / "backup"
    assert run(home, "backup", backup) == 0
    there = new_machine(tmp_path, request, database)
    kill_at(point, "restore", str(backup), "--config", str(there / "facteur.toml"))
    with pytest.raises(StoreForeign, match="was not finished"):
        everything(there)
    assert run(there, "restore", backup) == 0
    found = everything(there)
    assert len(found["job"]) == 2 and len(found["document"]) == 2
    assert found["files"] == everything(home)["files"]
