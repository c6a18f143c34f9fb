# SPDX-License-Identifier: GPL-3.0-or-later
"""What one person may hand in (P21, P22): a stolen account empties no purse and fills no disk."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faxcore.api import limits
from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order
from faxcore.contract.printed import Claim, Handover
from faxcore.document.document_error import Reason
from faxcore.store import synced_files
from tests.support.service_parts import ME, OTHER, Gate, configured, document, running, script, submit

TO = "0199000002"


class HandClock:
    """A clock that goes on when it is told."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_person_hands_in_so_many_faxes_an_hour_and_others_theirs(tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path)
        clock, pages = HandClock(), document(tmp_path)
        limited = replace(config, queue=replace(config.queue, max_faxes_per_hour=3))
        async with running(tmp_path, limited, clock=clock) as (service, _listener):
            jobs = [await submit(service, pages, TO, key=str(number)) for number in range(3)]
            with pytest.raises(
                ApiError, match=r"You have sent 3 faxes within an hour, .*max_faxes_per_hour"
            ) as refused:
                await submit(service, pages, TO)
            assert refused.value.code is ErrorCode.TOO_MANY
            assert [each.id for each in await service.api.list_jobs(ME)] == jobs[::-1]
            assert len(list(service.store.documents.folder.iterdir())) == 6, "pages and original of three, and no more"
            # The same hand-over once more is the same fax, and nobody else is kept from theirs.
            assert await submit(service, pages, TO, key="2") == jobs[2]
            await submit(service, pages, TO, OTHER)
            clock.now += timedelta(minutes=59)
            with pytest.raises(ApiError):
                await submit(service, pages, TO)
            clock.now += timedelta(minutes=2)
            await submit(service, pages, TO)

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())


def test_drafts_and_print_jobs_count_too(tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path)
        pages = document(tmp_path)
        limited = replace(config, queue=replace(config.queue, max_faxes_per_hour=1))
        async with running(tmp_path, limited) as (service, _listener):

            async def handed_in(**claim: str) -> Handover:
                with pages.open("rb") as file:
                    return await service.intake.submit("lp", file.fileno(), file.fileno(), Claim(user=ME, **claim))

            draft = (await handed_in()).id
            await submit(service, pages, TO)
            with pytest.raises(ApiError) as printed:
                await handed_in(number=TO)
            with pytest.raises(ApiError) as sent:
                await service.api.submit_draft(ME, draft, Order(number=TO))
            assert printed.value.code is sent.value.code is ErrorCode.TOO_MANY
            assert [each.id for each in await service.api.list_drafts(ME)] == [draft], "it waits for a better time"

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())


def test_the_documents_of_a_person_that_wait_take_so_much_room_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MEGABYTE", 60_000)

    async def main() -> None:
        config = configured(tmp_path)
        limited = replace(config, queue=replace(config.queue, max_waiting_megabytes=1))
        pages = document(tmp_path)
        octets = 2 * pages.stat().st_size  # handed in twice: as the pages, and as what they were made from
        assert octets < 60_000 < 2 * octets
        async with running(tmp_path, limited) as (service, listener):
            first = await submit(service, pages, TO)
            assert service.store.documents.count_waiting_octets(ME) == octets
            with pytest.raises(ApiError, match=r"more than 1 megabytes, .*max_waiting_megabytes") as refused:
                await submit(service, pages, TO)
            assert refused.value.code is ErrorCode.TOO_MANY
            assert len(list(service.store.documents.folder.iterdir())) == 2, "the one document, whole"
            await submit(service, pages, TO, OTHER)
            gate.let_through()
            gate.let_through()
            await listener.until_job(first, "done")
            assert service.store.documents.count_waiting_octets(ME) == 0, "what is sent does not wait"
            await submit(service, pages, TO)
            gate.let_through()

    gate = Gate(tmp_path)
    script(tmp_path, {TO: ["ok-slow"]})
    asyncio.run(main())
    gate.close()


def test_a_document_that_would_take_the_room_of_calls_is_refused_before_it_is_copied(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reserve itself is free, so a call would be answered; with the document it would not be."""
    copied: list[int] = []
    monkeypatch.setattr(synced_files, "write_all", lambda _target, data: copied.append(len(data)))

    async def main() -> None:
        config = configured(tmp_path, state=small_disk / "state")
        pages = tmp_path / "large.tif"
        with pages.open("wb") as file:
            file.write(b"II*\0")
            file.truncate(2 << 20)
        async with running(tmp_path, config, reserve=5 << 19) as (service, _listener):
            assert service.store.free_octets() > 5 << 19
            with pytest.raises(ApiError) as refused:
                await submit(service, pages, TO)
            assert refused.value.code is ErrorCode.NO_SPACE
            assert copied == []

    script(tmp_path)
    asyncio.run(main())


def test_what_is_not_a_tiff_is_refused_before_it_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Megabytes of anything, handed in again and again, took the disk from everybody."""
    copied: list[int] = []
    monkeypatch.setattr(synced_files, "write_all", lambda _target, data: copied.append(len(data)))

    async def main() -> None:
        pages = tmp_path / "large"
        with pages.open("wb") as file:
            file.truncate(2 << 20)
        async with running(tmp_path) as (service, _listener):
            with pytest.raises(ApiError) as refused:
                await submit(service, pages, TO)
            assert refused.value.code is ErrorCode.BAD_DOCUMENT
            assert refused.value.sentence == Reason.UNKNOWN_FORMAT.sentence()
            assert copied == []
            assert list(service.store.documents.folder.iterdir()) == []

    script(tmp_path)
    asyncio.run(main())


def test_what_is_checked_is_written_to_disk_only_as_it_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk has no work with a copy that is gone when its pages have been written anew, nor with one refused."""
    synced: list[str] = []
    sync = os.fsync

    def note(file: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{file}")).suffix)
        sync(file)

    async def main() -> None:
        damaged = tmp_path / "damaged.tif"
        damaged.write_bytes(document(tmp_path).read_bytes()[:-200])
        async with running(tmp_path) as (service, _listener):
            monkeypatch.setattr(os, "fsync", note)
            with pytest.raises(ApiError):
                await submit(service, damaged, TO)
            assert ".new" not in synced
            await submit(service, document(tmp_path), TO)
            assert ".new" not in synced
            assert ".part" in synced, "the pages that stay"

    script(tmp_path)
    asyncio.run(main())
