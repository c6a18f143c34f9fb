# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody does with their lists is told to their programs: once for many, and to nobody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from faxcore.config import Config, PersonConfig
from faxcore.contract.listed import Folder, FolderCount, ListsChange
from faxcore.contract.received_fax import Assignment
from faxcore.service import FaxService
from tests.support.service_parts import ME, OTHER, Listener, configured, document, running, script, submit
from tests.support.waiting import async_test, until

TO = "0199000002"
RING = {"line-1": {"pages": 1, "end": "ok", "called": "0199000001"}}


def peopled(folder: Path) -> Config:
    """A house with somebody else in it."""
    return replace(configured(folder), persons=(PersonConfig(OTHER),))


def told(listener: Listener) -> list[tuple[str, ListsChange]]:
    return [(person, value) for person, name, value in listener.heard if name == "ListsChanged"]


async def until_told(listener: Listener) -> dict[Folder, FolderCount]:
    """Wait for the one change that was told, and forget it."""
    await listener.until(lambda _person, name, _value: name == "ListsChanged")
    ((person, change),) = told(listener)
    assert person == ME
    listener.heard.clear()
    return {each.folder: each for each in change.folders}


async def send_some(service: FaxService, listener: Listener, folder: Path, count: int) -> list[str]:
    jobs = [await submit(service, document(folder), TO) for _number in range(count)]
    for job in jobs:
        await listener.until_job(job, "done")
    assert told(listener) == [], "jobs tell of themselves"
    listener.heard.clear()
    return jobs


@async_test
async def test_many_changes_are_told_once_with_the_counts_as_they_are_then(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"] * 5})
    async with running(tmp_path) as (service, listener):
        jobs = await send_some(service, listener, tmp_path, 5)
        for job in jobs[:4]:
            await service.api.mark_fax(ME, job, True)
        await service.api.bin_fax(ME, jobs[0])
        folders = await until_told(listener)
        assert folders[Folder.SENT] == FolderCount(Folder.SENT, 4, 1)
        assert folders[Folder.BIN] == FolderCount(Folder.BIN, 1, 0)
        assert list(folders.values()) == await service.api.count_folders(ME)
        await service.api.restore_fax(ME, jobs[0])
        assert (await until_told(listener))[Folder.SENT] == FolderCount(Folder.SENT, 5, 1)


@async_test
async def test_what_changes_nothing_is_not_told_and_nothing_waits_for_who_does_not_listen(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"] * 2})
    async with running(tmp_path) as (service, listener):
        first, second = await send_some(service, listener, tmp_path, 2)
        await service.api.mark_fax(ME, first, False)
        await service.api.restore_fax(ME, first)
        listener.deaf = True
        await service.api.mark_fax(ME, first, True)
        listener.deaf = False
        await service.api.register(ME)
        await service.api.mark_fax(ME, second, True)
        assert (await until_told(listener))[Folder.SENT].unread == 0


@async_test
async def test_who_loses_a_fax_is_told_and_who_gets_it_hears_of_the_fax(tmp_path: Path) -> None:
    script(tmp_path, ring=RING)
    async with running(tmp_path, peopled(tmp_path)) as (service, listener):
        (fax,) = await listener.until_arrived(1)
        assert told(listener) == []
        listener.heard.clear()
        await service.api.comment_fax(ME, fax.id, "for you")
        assert (await until_told(listener))[Folder.INBOX].faxes == 1
        await service.api.assign_reception(ME, Assignment(fax.id, (OTHER,)))
        assert [(person, name) for person, name, _value in listener.heard] == [(OTHER, "ReceptionArrived")]
        listener.heard.clear()
        assert (await until_told(listener))[Folder.INBOX].faxes == 0


@async_test
async def test_a_service_that_ends_tells_nothing_more(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    async with running(tmp_path) as (service, listener):
        (job,) = await send_some(service, listener, tmp_path, 1)
        await service.api.mark_fax(ME, job, True)
    assert told(listener) == [] and not service.broken.is_set()
    async with running(tmp_path) as (service, listener):
        await service.api.mark_fax(ME, job, False)
        await until("the change to be told", lambda: told(listener))
