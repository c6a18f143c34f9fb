# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention: copies that nobody needs go at once, faxes by the rules only, and rows and files go together."""

import errno
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from faxcore.config import RetentionConfig
from faxcore.contract.listed import Folder
from faxcore.service import FaxService
from faxcore.store.entries import Kind
from faxcore.store.store import Store
from tests.support.service_parts import AT_ONCE, ME, configured, document, running, script, submit
from tests.support.waiting import async_test, until

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
RING = {"line-1": {"pages": 2, "end": "ok", "called": "0199000001"}}


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


def count(service: FaxService, table: str) -> int:
    return int(service.store.database.value(text(f"SELECT count(*) FROM {table}")))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def send_and_receive(service: FaxService, listener: object, folder: Path) -> tuple[str, str]:
    # One after the other: a call that comes in while the line is about to dial costs the fax a call.
    received = await listener.until(lambda _p, name, _v: name == "ReceptionArrived")  # type: ignore[attr-defined]
    job = await submit(service, document(folder))
    await listener.until_job(job, "done")  # type: ignore[attr-defined]
    return job, received.id


@async_test
async def test_working_copies_go_when_their_call_is_over(tmp_path: Path) -> None:
    script(tmp_path, {"0199000002": ["ok"]}, ring=RING)
    async with running(tmp_path) as (service, listener):
        job, reception = await send_and_receive(service, listener, tmp_path)
        (call,) = service.store.calls.of_job(job)
        row = service.store.receptions.get(reception)
        assert row is not None
        assert names(service.store.call_folder(call.id)) == {"transcript"}
        assert names(service.store.call_folder(row.call)) == {"transcript", "reception.tif", "reception.pdf"}


@async_test
async def test_what_a_crash_left_of_a_call_is_swept_away(tmp_path: Path) -> None:
    script(tmp_path, {"0199000002": ["ok"]})
    async with running(tmp_path) as (service, listener):
        job = await submit(service, document(tmp_path))
        await listener.until_job(job, "done")
        (call,) = service.store.calls.of_job(job)
        left = service.store.call_folder(call.id)
        stray = service.store.call_folder("0190-never-committed")
    for name in ("document.tif", "page-0001.tif"):
        (left / name).write_bytes(b"left")
    stray.mkdir()
    (stray / "document.tif").write_bytes(b"left")
    async with running(tmp_path):
        await until("the sweep", lambda: not stray.exists() and names(left) == {"transcript"})


@async_test
async def test_what_a_crash_left_of_a_removed_fax_goes_with_the_next_start(tmp_path: Path) -> None:
    script(tmp_path, {"0199000002": ["ok"]}, ring=RING)
    async with running(tmp_path) as (service, listener):
        job, reception = await send_and_receive(service, listener, tmp_path)
        kept = await submit(service, document(tmp_path))
        await listener.until_job(kept, "done")
        store = service.store
        row = store.receptions.get(reception)
        assert row is not None
        (call,), (other,) = store.calls.of_job(job), store.calls.of_job(kept)
        folders = {store.call_folder(id): names(store.call_folder(id)) for id in (call.id, row.call)}
        await until("the sweep after the start", lambda: service.sweeping.rests)
        for fax in (job, reception):
            await service.api.bin_fax(ME, fax)
        assert store.retention.empty_bins(0) == 2
    # The rows are gone, and the files are back: removing them was not on disk yet.
    for folder, files in folders.items():
        assert not folder.exists() and "transcript" in files
        folder.mkdir()
        for name in files:
            (folder / name).write_bytes(b"left")
    async with running(tmp_path) as (service, _listener):
        await until("the sweep", lambda: not any(folder.exists() for folder in folders))
        assert names(service.store.call_folder(other.id)) == {"transcript"}


@async_test
async def test_by_default_only_the_bin_is_emptied(tmp_path: Path) -> None:
    clock = Clock()
    script(tmp_path, {"0199000002": ["ok"]}, ring=RING)
    async with running(tmp_path, clock=clock) as (service, listener):
        kept, reception = await send_and_receive(service, listener, tmp_path)
        binned = await submit(service, document(tmp_path))
        await listener.until_job(binned, "done")
        for fax in (binned, reception):
            await service.api.bin_fax(ME, fax)
    for days, left in ((29, {kept, binned}), (30, {kept})):
        clock.now = NOW + timedelta(days=days, minutes=5)
        async with running(tmp_path, clock=clock) as (service, _listener):
            await until("the sweep", lambda: {job.id for job in service.store.jobs.all(ME)} == left)  # noqa: B023
            assert (count(service, "reception"), count(service, "document")) == ((1, 2) if days == 29 else (0, 1))
    async with running(tmp_path, clock=clock) as (service, _listener):
        assert count(service, "call") == 3, "the record of the bill stays"
        assert count(service, "entry") == 1 and await service.api.count_folders(ME)
        assert len(names(service.store.documents.folder)) == 2 * 1
        assert len(list((tmp_path / "state/calls").iterdir())) == 1
        assert len(names(tmp_path / "received")) == 2, "these files are their owner's"


@async_test
async def test_rules_remove_by_kind_and_age(tmp_path: Path) -> None:
    clock = Clock()
    rules = RetentionConfig(sent=10, failed=20, received=30, transcripts=5, news=1)
    script(tmp_path, {"0199000002": ["ok"], "0199000003": ["no-fax"]}, ring=RING)
    config = replace(configured(tmp_path), retention=rules)
    async with running(tmp_path, config, clock=clock) as (service, listener):
        await send_and_receive(service, listener, tmp_path)
        failed = await submit(service, document(tmp_path), "0199000003")
        await listener.until_job(failed, "failed")
    found = {}
    for days in (2, 6, 11, 21, 31):
        clock.now = NOW + timedelta(days=days)
        async with running(tmp_path, config, clock=clock) as (service, _listener):
            # The sweep's last rule has been applied when the news are gone.
            await until("the sweep", lambda: count(service, "delivery") == 0)  # noqa: B023
            transcripts = len(list((tmp_path / "state/calls").glob("*/transcript")))
            await until("the sweep to rest", lambda: service.sweeping.rests)  # noqa: B023
            transcripts = len(list((tmp_path / "state/calls").glob("*/transcript")))
            found[days] = (count(service, "job"), count(service, "reception"), transcripts)
    assert found == {2: (2, 1, 5), 6: (2, 1, 0), 11: (1, 1, 0), 21: (0, 1, 0), 31: (0, 0, 0)}


@async_test
async def test_what_calls_have_taught_goes_without_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    script(tmp_path, {"0199000002": ["silent"]})
    config = replace(configured(tmp_path), queue=replace(AT_ONCE, dials=1, remember_days=7))
    async with running(tmp_path, config, clock=clock, sweep_seconds=0.02) as (service, listener):
        await listener.until_job(await submit(service, document(tmp_path)), "failed")
        assert count(service, "destination") == 1
        clock.now += timedelta(days=8)
        assert service.store.call_history.was_reached("+33199000002"), "it is a fax machine's number for longer"
        clock.now += timedelta(days=83)
        await until("the row to go", lambda: count(service, "destination") == 0)


@async_test
async def test_a_received_fax_goes_when_it_is_in_every_owners_bin(tmp_path: Path) -> None:
    clock = Clock()
    script(tmp_path, ring=RING)
    async with running(tmp_path, clock=clock) as (service, listener):
        received = await listener.until(lambda _p, name, _v: name == "ReceptionArrived")
        store = service.store
        store.database.run(text(f"INSERT INTO reception_owner VALUES ('{received.id}', 'anne')"))
        store.entries.add(Kind.RECEPTION, received.id, "anne", Folder.INBOX, "")
        store.entries.bin(ME, received.id)
        clock.now += timedelta(days=40)
        assert store.retention.empty_bins(30) == 0
        store.entries.bin("anne", received.id)
        assert store.retention.empty_bins(30) == 0, "she may change her mind for as long"
        clock.now += timedelta(days=31)
        assert store.retention.empty_bins(30) == 1
        assert (count(service, "reception"), count(service, "entry")) == (0, 0)


def test_a_document_stays_as_long_as_one_of_its_faxes(tmp_path: Path) -> None:
    from tests.service.test_lists import add_submission  # noqa: PLC0415

    store = Store(tmp_path / "state")
    jobs = add_submission(store, "anne", "+33199000002", "+33199000003")
    for job in jobs:
        store.database.run(text(f"UPDATE job SET state = 'done', changed = '2020' WHERE id = '{job}'"))
    store.entries.bin("anne", jobs[0])
    store.database.run(text("UPDATE entry SET binned = '2020' WHERE binned IS NOT NULL"))
    assert store.retention.empty_bins(30) == 1
    assert [each.id for each in store.jobs.all("anne")] == jobs[1:]
    assert store.database.value(text("SELECT count(*) FROM document")) == 1
    assert store.retention.count_octets("anne") == 1000
    store.entries.bin("anne", jobs[1])
    store.database.run(text("UPDATE entry SET binned = '2020' WHERE binned IS NOT NULL"))
    assert store.retention.empty_bins(30) == 1
    assert store.database.value(text("SELECT count(*) FROM document")) == 0
    assert store.listing.count("anne")[list(Folder).index(Folder.BIN)].faxes == 0
    store.close()


@async_test
async def test_a_disk_that_gets_full_is_said_long_before(tmp_path: Path) -> None:
    script(tmp_path)
    async with running(tmp_path, low=1 << 62, reserve=50_000_000) as (service, _listener):
        status = await service.api.status(ME)
        (warning,) = status.warnings
        assert "nearly full" in str(warning) and "Below 50 MB" in str(warning)
        job = await submit(service, document(tmp_path))
        assert job, "and everything goes on"
    async with running(tmp_path, low=0) as (service, _listener):
        assert (await service.api.status(ME)).warnings == ()


@async_test
async def test_a_copy_that_cannot_be_removed_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fax is told and the job is done; what is left goes with the next sweep."""

    def fail(*_paths: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    script(tmp_path, {"0199000002": ["ok"]}, ring=RING)
    async with running(tmp_path) as (service, listener):
        await until("the sweep after the start", lambda: service.sweeping.rests)
        with monkeypatch.context() as broken:
            broken.setattr("faxcore.store.retention.remove", fail)
            await send_and_receive(service, listener, tmp_path)
            await until("both to be left over", lambda: len(service.store.list_unclean_calls()) == 2)
        service.store.retention.clean_left()
        assert service.store.list_unclean_calls() == []
        assert not service.broken.is_set()
