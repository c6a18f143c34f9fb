# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be true after a power cut: a service starts on what is left, brings everything to its end, and keeps every
word that was given before the cut.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from faxcore.contract.order import Order
from faxcore.contract.received_fax import Reception, ReceptionFile
from faxcore.document.tiff import read_pages
from faxcore.model.call import Outcome
from faxcore.model.job import FINAL, State
from faxcore.service import FaxService
from faxcore.store.jobs import JobRow
from tests.support.archived import archived, stamp
from tests.support.leftovers import until_clean, until_quiet
from tests.support.office_flows import answer_all, check_held_and_changed, check_sent_to_many, digits
from tests.support.power_cut.flows import HANDED_IN, OFFERING, OFFICE_FLOWS, PAGES, PRINTED
from tests.support.service_parts import ME, log, running
from tests.support.waiting import until

RESTS: Final = FINAL | {State.UNCERTAIN}


def read_told(folder: Path) -> list[str]:
    """The lines of what clients were told before the cut."""
    path = folder / "told"
    return path.read_text().splitlines() if path.exists() else []


async def check(folder: Path, flow: str) -> None:
    """Live on with what a cut has left in this folder. AssertionError if a word was broken."""
    told, seen = read_told(folder), log(folder)
    changes: dict[str, Any] = {}
    if flow in OFFICE_FLOWS:
        answer_all(folder)
        changes = {"config": archived(folder), "composer": stamp}
    async with running(folder, **changes) as (service, _listener):
        value = service.store.database.value
        assert value(text("PRAGMA integrity_check")) == "ok"
        await CHECKS[flow](folder, service, told, seen)
        await until_quiet(service)
        dialled = sum(line.startswith(("dial ", "fetch ")) for line in log(folder))
        assert value(text("SELECT count(*) FROM call WHERE direction = 'out'")) >= dialled, "dialled without an intent"
        await until_clean(service)
        check_removed(folder, service)
        assert value(text("PRAGMA integrity_check")) == "ok"
        assert not service.broken.is_set()


async def check_sent(folder: Path, service: FaxService, told: Sequence[str], _seen: Sequence[str]) -> None:
    """What was accepted is sent once, or is called uncertain and may have arrived."""
    for draft in await service.api.list_drafts(ME):
        assert f"ordered {PRINTED}" not in told, "what was ordered is a draft again"
        await service.api.submit_draft(ME, draft.id, Order(number=PRINTED))
    jobs = await service.api.list_jobs(ME)
    for number in (PRINTED, HANDED_IN):
        found = [job.id for job in jobs if digits(job.number) == number]
        assert len(found) <= 1, f"there are two faxes for {number}"
        gone = f"removed {number}" in told
        assert not (gone and found), "what was removed is back"
        if not found:
            assert f"accepted {number}" not in told or f"removing {number}" in told, f"the fax for {number} is lost"
            assert not gone or log(folder).count(f"complete {number}") == 1
            continue
        job = service.store.jobs.get(found[0])
        assert job is not None
        if f"state {number} done" in told:
            assert job.state is State.DONE, "a fax that was told as sent is not"
        await until("the fax to be sent", lambda id=job.id: _is_over(service, id))
        check_job(folder, service, job.id, number)


def _is_over(service: FaxService, id: str) -> bool:
    job = service.store.jobs.get(id)
    return job is not None and job.state in RESTS


def check_job(folder: Path, service: FaxService, id: str, number: str) -> JobRow:
    """A fax that is over is what was handed in, and is called what it is."""
    job = service.store.jobs.get(id)
    assert job is not None
    assert job.state in (State.DONE, State.UNCERTAIN), job
    pages = list(read_pages(service.store.documents.pages_file(job.document)))
    assert pages == list(read_pages(folder / "document.tif"))
    if service.store.documents.get(job.document).has_original:
        assert (
            service.store.documents.original_file(job.document).read_bytes() == (folder / "document.tif").read_bytes()
        )
    complete = log(folder).count(f"complete {number}")
    assert complete <= 1, "it arrived twice"
    assert complete == 1 or job.state is State.UNCERTAIN, "it is called sent, and is not"
    return job


async def check_received(folder: Path, service: FaxService, told: Sequence[str], seen: Sequence[str]) -> None:
    """Every page that was confirmed is in a fax, and in both files of it, in the folder and on the bus."""
    for number in range(len(PAGES)):
        (folder / f"ring-{number}").touch()
    await until("every caller to be answered", lambda: log(folder).count("rang line-1") == len(PAGES))
    last = f"confirmed line-1 {PAGES[-1]}"
    if not seen or seen[-1] == last or seen.count("rang line-1") < len(PAGES):
        await until("the last caller to be gone", lambda: log(folder)[-1] == last)
    await until("everything to be filed", lambda: _is_filed(service))
    receptions = sorted(await service.api.list_receptions(ME), key=lambda found: found.id)
    gone = [line.split()[1] for line in told if line.startswith("removing ")]
    for line in told:
        what, _space, id = line.partition(" ")
        if what == "arrived" and id not in gone:
            assert any(found.id == id for found in receptions), "a fax that was told of is lost"
        assert what != "removed" or all(found.id != id for found in receptions), "what was removed is back"
    brought = [await read_everywhere(service, found) for found in receptions]
    promised = count_confirmed(log(folder))
    if gone and all(found.id != gone[0] for found in receptions):
        promised = promised[1:]
    for pages in brought:
        if promised and len(pages) >= promised[0]:
            promised.pop(0)
    assert not any(promised), f"pages that were confirmed are lost: {promised} of {brought}"


def _is_filed(service: FaxService) -> bool:
    unfiled = text("SELECT count(*) FROM reception WHERE state <> 'filed'")
    return service.store.database.value(unfiled) == 0


def count_confirmed(seen: Sequence[str], begins: str = "rang ", page: str = "confirmed ") -> list[int]:
    """Count the pages of which each other end was told that they are safe; one without any is left out."""
    calls: list[int] = []
    for line in seen:
        if line.startswith(begins):
            calls.append(0)
        elif line.startswith(page):
            calls[-1] += 1
    return [pages for pages in calls if pages]


async def check_fetched(folder: Path, service: FaxService, told: Sequence[str], _seen: Sequence[str]) -> None:
    """What was ordered is fetched once as a whole, and every page that the other end knows to be safe is in a fax."""
    jobs = await service.api.list_jobs(ME)
    assert len(jobs) == 1 or (not jobs and f"accepted {OFFERING}" not in told), "the order is lost, or there are two"
    for job in jobs:
        assert job.state is State.DONE or f"state {OFFERING} done" not in told, "what was fetched is not any more"
        await until("the document to be fetched", lambda id=job.id: _is_over(service, id))
    await until("everything to be filed", lambda: _is_filed(service))
    receptions = sorted(await service.api.list_receptions(ME), key=lambda found: found.id)
    for line in told:
        what, _space, id = line.partition(" ")
        assert what != "arrived" or any(found.id == id for found in receptions), "a fax that was told of is lost"
    brought = [await read_everywhere(service, found) for found in receptions]
    assert sum(found.outcome is Outcome.OK for found in receptions) == len(jobs), "it is fetched twice, or not at all"
    promised = count_confirmed(log(folder), "fetch ", "fetched ")
    for pages in brought:
        if promised and len(pages) >= promised[0]:
            promised.pop(0)
    assert not any(promised), f"pages that were fetched are lost: {promised} of {brought}"


async def read_everywhere(service: FaxService, reception: Reception) -> list[int]:
    """The first octet of each page of a fax, which are numbered from 1; the same in the folder and on the bus."""
    rows = [page.rows[0] for page in read_pages(Path(reception.tiff))]
    assert rows == list(range(1, len(rows) + 1)), rows
    for path, kind in ((reception.tiff, ReceptionFile.TIFF), (reception.pdf, ReceptionFile.PDF)):
        with tempfile.TemporaryFile() as out:
            await service.api.read_reception(ME, reception.id, kind, out.fileno())
            out.seek(0)
            assert out.read() == Path(path).read_bytes(), f"the bus gives another {kind.value}"
    assert Path(reception.pdf).read_bytes().endswith(b"%%EOF\n")
    return rows


def check_removed(folder: Path, service: FaxService) -> None:
    """Nothing is left of a fax that is gone: no file of its calls, and none of another's in its place."""
    known = service.store.database.rows(
        text(
            "SELECT call.id FROM call LEFT JOIN reception ON reception.call = call.id"
            " WHERE call.job IS NOT NULL OR reception.id IS NOT NULL"
        )
    )
    left = {path.name for path in (folder / "state/calls").iterdir()} - {row.id for row in known}
    assert not left, "files are left of what was removed"


CHECKS: Final = {
    "send": check_sent,
    "receive": check_received,
    "fetch": check_fetched,
    "broadcast": check_sent_to_many,
    "change": check_held_and_changed,
}
