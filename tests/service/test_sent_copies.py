# SPDX-License-Identifier: GPL-3.0-or-later
"""What was sent is archived as it was sent, when it is done, and nothing waits for the archive."""

import asyncio
import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest

from faxcore.config import ArchiveConfig, ArchiveRule, BudgetConfig, Config
from faxcore.config.owners import NamedPeople
from faxcore.contract.sent_fax import Job, Verdict
from faxcore.document.tiff import read_pages, write_pages
from faxcore.fax_folders.mount_points import MountPoints
from faxcore.service import FaxService
from tests.service.test_crashes import kill_at
from tests.service.test_retention import Clock
from tests.support.archived import archived, stamp, until_filed
from tests.support.leftovers import until_clean
from tests.support.service_parts import ME, Listener, configured, document, log, running, script, submit
from tests.support.small_disk import mount, unmount
from tests.support.waiting import async_test, until

TO = "0199000002"


def service_of(folder: Path, config: Config | None = None, **changes: Any) -> Any:
    return running(folder, config or archived(folder), composer=stamp, **changes)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def copy_of(folder: Path) -> list[tuple[int, int]]:
    """Each page of the one copy: the page with which its call began, and which page of the document it is."""
    (tiff,) = folder.glob("*.tif")
    return [(page.rows[0], page.rows[216]) for page in read_pages(tiff)]


async def sent(service: FaxService, listener: Listener, path: Path, **order: str) -> Job:
    job = await submit(service, path, **order)
    return await listener.until_job(job, "done")


def play(folder: Path, ends: list[str], pages: int = 3) -> list[tuple[int, int]]:
    """Send a document, with calls that end so; its copy."""

    async def main() -> None:
        async with service_of(folder) as (service, listener):
            job = await sent(service, listener, document(folder, pages))
            await until_filed(service, job.id)
            await until_clean(service)
            assert not list((folder / "state/calls").glob("*/*.tif"))

    script(folder, {TO: ends})
    asyncio.run(main())
    return copy_of(folder / "archive")


@async_test
async def test_a_fax_is_archived_under_date_time_and_its_own_name(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    async with service_of(tmp_path) as (service, listener):
        job = await sent(service, listener, document(tmp_path), title="Bill 7/2026: ../paid?")
        await until_filed(service, job.id)
        copy = service.store.sent_copies.get(job.id)
        assert copy is not None
        pdf, tiff = names(tmp_path / "archive")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d-\d\d-\d\d Bill 7 2026 paid\.tif", tiff), tiff
        assert (copy.tiff, copy.pdf) == (str(tmp_path / "archive" / tiff), str(tmp_path / "archive" / pdf))
        assert Path(copy.pdf).stem == Path(copy.tiff).stem and Path(copy.pdf).read_bytes().startswith(b"%PDF")
        for path, known in ((copy.tiff, copy.tiff_sha256), (copy.pdf, copy.pdf_sha256)):
            assert hashlib.sha256(Path(path).read_bytes()).hexdigest() == known
        await until_clean(service)
    assert copy_of(tmp_path / "archive") == [(1, 1), (1, 2)]


def test_each_page_is_archived_as_it_went_out_in_the_call_that_confirmed_it(tmp_path: Path) -> None:
    assert play(tmp_path, ["partial", "no-fax", "ok"]) == [(1, 1), (2, 2), (2, 3)]


def test_a_call_whose_worker_died_behind_its_first_page_counts(tmp_path: Path) -> None:
    assert play(tmp_path, ["die", "ok"]) == [(1, 1), (2, 2), (2, 3)]


def test_a_last_page_that_was_refused_counts_in_the_call_that_takes_it(tmp_path: Path) -> None:
    assert play(tmp_path, ["refused", "ok"]) == [(1, 1), (1, 2), (3, 3)]


def test_pages_are_archived_as_they_were_made_for_the_paper_of_the_other_end(tmp_path: Path) -> None:
    rows = 9000
    page = replace(
        next(iter(read_pages(document(tmp_path, 1)))),
        rows=b"".join((b"\xf0" if row % 31 < 20 else b"\0") * 216 for row in range(rows)),
    )
    write_pages(tmp_path / "long.tif", [page])

    async def main() -> None:
        async with service_of(tmp_path) as (service, listener):
            job = await sent(service, listener, tmp_path / "long.tif")
            await until_filed(service, job.id)
            await until_clean(service)

    script(tmp_path, {TO: ["A4 partial", "A4 ok"]})
    asyncio.run(main())
    (tiff,) = (tmp_path / "archive").glob("*.tif")
    pages = list(read_pages(tiff))
    assert len(pages) > 3 and max(len(page.rows) // 216 for page in pages) < 2400
    assert [page.rows[0] for page in pages] == [1] + [2] * (len(pages) - 1)


@pytest.mark.parametrize("end", ["unconfirmed", "die-final"])
@async_test
async def test_an_uncertain_fax_is_archived_when_a_person_says_that_it_arrived(tmp_path: Path, end: str) -> None:
    script(tmp_path, {TO: ["partial", end]})
    async with service_of(tmp_path) as (service, listener):
        job = await submit(service, document(tmp_path, 3))
        await listener.until_job(job, "uncertain")
    async with service_of(tmp_path) as (service, _listener):
        await until_clean_of_all_but_copies(service)
        assert names(tmp_path / "archive") == []
        await service.api.resolve_job(ME, job, Verdict.ARRIVED)
        await until_filed(service, job)
        await until_clean(service)
    assert copy_of(tmp_path / "archive") == [(1, 1), (2, 2), (2, 3)]


@async_test
async def test_an_uncertain_fax_that_is_sent_again_is_archived_with_its_last_call(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["unconfirmed", "ok"]})
    async with service_of(tmp_path) as (service, listener):
        job = await submit(service, document(tmp_path, 3))
        await listener.until_job(job, "uncertain")
        await service.api.resolve_job(ME, job, Verdict.AGAIN)
        await until_filed(service, job)
        await until_clean(service)
    assert copy_of(tmp_path / "archive") == [(1, 1), (1, 2), (3, 3)]


async def until_clean_of_all_but_copies(service: FaxService) -> None:
    await until("the sweep", lambda: service.sweeping.rests)


@pytest.mark.parametrize("ends", [["partial", "no-fax"], ["partial", "hang"]])
@async_test
async def test_of_a_fax_that_does_not_arrive_nothing_is_kept(tmp_path: Path, ends: list[str]) -> None:
    script(tmp_path, {TO: ends})
    async with service_of(tmp_path) as (service, listener):
        job = await submit(service, document(tmp_path, 3))
        if ends[-1] == "hang":
            await until("the second call", lambda: f"dial {TO} 2" in log(tmp_path))
            await until("what the first has brought", lambda: list((tmp_path / "state/calls").glob("*/document.tif")))
            await service.api.cancel_job(ME, job)
        await listener.until_job(job, "failed", "cancelled")
        await until("the end", lambda: not service.store.list_unclean_calls())
        assert service.store.sent_copies.get(job) is None
    assert names(tmp_path / "archive") == []


@async_test
async def test_without_an_archive_nothing_is_kept(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["partial", "ok"]})
    async with running(tmp_path, composer=stamp) as (service, listener):
        job = await sent(service, listener, document(tmp_path, 3))
        assert service.store.sent_copies.get(job.id) is None
        await until_clean(service)


@async_test
async def test_an_archive_whose_disk_is_away_holds_up_nobody(tmp_path: Path) -> None:
    """Faxes are sent meanwhile, nothing is written below, the operator is told, and all comes in when it is back."""
    disk = tmp_path / "disk"
    disk.mkdir()
    (tmp_path / "fstab").write_text(f"/dev/sdb1 {disk} ext4 defaults 0 2\n")
    config = configured(tmp_path, archive=ArchiveConfig(folder=disk / "archive"))
    changes: dict[str, Any] = {"mount_points": lambda state: MountPoints(state, tmp_path / "fstab", units=())}
    clock = Clock()
    script(tmp_path, {TO: ["ok"], "0199000003": ["partial", "ok"]})
    async with service_of(tmp_path, config, clock=clock, **changes) as (service, listener):
        first = await sent(service, listener, document(tmp_path, 3))
        second = await listener.until_job(await submit(service, document(tmp_path), "0199000003"), "done")
        wanted = f"A sent fax cannot be archived in {disk}/archive yet: the disk that belongs at {disk}"
        await until("the word", lambda: [wanted in str(said) for said in service.health.warnings()] == [True])
        # Not even who throws it away, nor the sweep, takes the only copy.
        await service.api.bin_fax(ME, first.id)
        clock.now += timedelta(days=400)
        assert service.store.retention.empty_bins(30) == 0
    async with service_of(tmp_path, config, clock=clock, **changes) as (service, listener):
        await until_clean_of_all_but_copies(service)
        assert list(disk.iterdir()) == []
        if not mount(disk, 4):
            pytest.skip("only root may mount a small file system, and not in every container")
        try:
            await service.archiving.watch.look()
            for job in (first, second):
                await until_filed(service, job.id)
            await until("no more warnings", lambda: not service.health.warnings())
            assert len(names(disk / "archive")) == 4
            await until_clean(service)
            assert service.store.retention.empty_bins(30) == 1
            assert len(names(disk / "archive")) == 4, "these files are their owner's"
        finally:
            unmount(disk)


@async_test
async def test_a_fax_follows_the_archive_to_another_folder(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    (tmp_path / "archive").write_text("a file where the folder should be")
    async with service_of(tmp_path) as (service, listener):
        job = await sent(service, listener, document(tmp_path))
        await until("the word", lambda: service.health.warnings())
        service.take_on(replace(service.config.value, archive=ArchiveConfig()))
        await until("no more warnings", lambda: not service.health.warnings())
        service.take_on(replace(service.config.value, archive=ArchiveConfig(folder=tmp_path / "other")))
        await until_filed(service, job.id)
        await until_clean(service)
    assert copy_of(tmp_path / "other") == [(1, 1), (1, 2)]


@async_test
async def test_rules_say_where_in_the_archive_it_comes(tmp_path: Path) -> None:
    """Also to a fax that waits, when the configuration is read again."""
    script(tmp_path, {TO: ["ok"]})
    rules = (ArchiveRule("theirs", numbers=("0199000003",)), ArchiveRule("mine/{recipient}", persons=(ME,)))
    config = configured(tmp_path, archive=ArchiveConfig(folder=tmp_path / "archive", rules=rules))
    async with service_of(tmp_path, config) as (service, listener):
        first = await sent(service, listener, document(tmp_path))
        await until_filed(service, first.id)
        (tmp_path / "archive/theirs").write_text("a file where the folder should be")
        rules = (ArchiveRule("theirs"),)
        service.take_on(replace(config, archive=ArchiveConfig(folder=tmp_path / "archive", rules=rules)))
        second = await sent(service, listener, document(tmp_path))
        await until("the word", lambda: "archive/theirs" in str(service.health.warnings()))
        service.take_on(config)
        await until_filed(service, second.id)
        assert service.health.warnings() == ()
    assert len(names(tmp_path / "archive/mine/Martin")) == 4


@async_test
async def test_a_fax_is_filed_by_who_pays_for_it(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    rules = (ArchiveRule("budget/{payer}", payers=("4711",)),)
    archive = ArchiveConfig(folder=tmp_path / "archive", rules=rules)
    court = BudgetConfig("4711", "Court", default_for=NamedPeople((ME,)))
    config = configured(tmp_path, archive=archive, budgets=(court,))
    async with service_of(tmp_path, config) as (service, listener):
        job = await sent(service, listener, document(tmp_path))
        await until_filed(service, job.id)
    assert len(names(tmp_path / "archive/budget/4711")) == 2


POINTS = (
    "composed, not dialled",
    "dialled",
    "page confirmed on disk",
    "final-pending on disk, line not told",
    "verdict written, not committed",
    "job done, its copy not made",
    "copy in the archive, no names",
    "a file placed",
    "a file placed #2",
    "copy filed, what was kept not removed",
)


@pytest.mark.parametrize("point", POINTS)
def test_a_service_that_is_killed_archives_a_fax_once(tmp_path: Path, point: str) -> None:
    """Each page is as it went out in the call that confirmed it, whatever was on its way; the copy is there once."""
    document(tmp_path, 3)
    (tmp_path / "archived").touch()
    script(tmp_path, {TO: ["die", "ok"]})
    kill_at(point, tmp_path)

    async def restart() -> None:
        async with service_of(tmp_path) as (service, listener):
            (job,) = await service.api.list_jobs(ME)
            if job.state.value not in ("done", "uncertain"):
                job = await listener.until_job(job.id, "done", "uncertain")
            if job.state.value == "uncertain":
                await service.api.resolve_job(ME, job.id, Verdict.ARRIVED)
            await until_filed(service, job.id)
            await until_clean(service)

    asyncio.run(restart())
    begun = [int(line.split()[2]) for line in log(tmp_path) if line.startswith("dial")]
    assert len(names(tmp_path / "archive")) == 2
    copy = copy_of(tmp_path / "archive")
    assert [page for _call, page in copy] == [1, 2, 3]
    assert [call for call, _page in copy] == [1, *[begun[-1]] * 2], begun
