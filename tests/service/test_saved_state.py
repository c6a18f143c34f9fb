# SPDX-License-Identifier: GPL-3.0-or-later
"""A state folder that an earlier release has left opens with every draft, job, call and reception in its place.

`saved/state-0.1.zip` was written by the service of 0.1 (two migrations of the database), with scripted line workers:
two drafts, nine jobs in six states with eleven calls, two receptions; owners are the uid 0, and reasons are texts.
"""

import asyncio
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from faxcore.document.tiff import read_pages
from faxcore.model.call import Outcome
from faxcore.model.job import State
from faxcore.model.sentence import literal
from faxcore.store.schema import REVISION
from faxcore.store.store import Store
from tests.support.service_parts import configured, running, script

SAVED = Path(__file__).parent / "saved/state-0.1.zip"
OWNER = "root"
"""Uid 0 on any machine."""

JOBS = [
    # state, number, reason, pages confirmed, tries, calls
    ("done", "01 99 00 00 02", "", 2, 1, 1),
    ("failed", "01 99 00 00 03", "The end is busy.", 0, 3, 3),
    ("uncertain", "01 99 00 00 04", "No answer to the last page.", 1, 1, 1),
    ("done", "01 99 00 00 05", "", 2, 2, 2),
    ("done", "01 99 00 00 07", "", 2, 1, 1),
    ("done", "01 99 00 00 02 #42", "", 2, 1, 1),
    ("sleeping", "01 99 00 00 03", "The end is busy.", 0, 1, 1),
    ("cancelled", "01 99 00 00 03", "Cancelled.", 0, 1, 1),
    ("ready", "01 99 00 00 09", "", 0, 0, 0),
]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """The folder of a service whose state is the saved one."""
    with zipfile.ZipFile(SAVED) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def test_every_row_is_in_its_place(saved: Path) -> None:
    store = Store(saved / "state")
    assert store.database.value(text("SELECT version_num FROM alembic_version")) == REVISION
    assert store.database.value(text("PRAGMA integrity_check")) == "ok"
    assert store.database.rows(text("PRAGMA foreign_key_check")) == []
    jobs = sorted(store.jobs.all(OWNER), key=lambda job: job.id)
    shown = [
        (job.state.value, job.number, str(job.reason), job.confirmed, job.tries, len(store.calls.of_job(job.id)))
        for job in jobs
    ]
    assert shown == JOBS
    assert jobs[1].reason == literal("The end is busy."), "what an older release wrote stands for itself"
    assert jobs[5].sub_address == "42"
    assert (jobs[0].recipient.last_name, jobs[0].header.id, str(jobs[0].header.name)) == (
        "Martin",
        "plain",
        "No cover page",
    )
    (call,) = store.calls.of_job(jobs[0].id)
    assert (call.outcome, call.rate, call.remote_id) == (Outcome.OK, 14400, "+33199000099")
    assert [draft.title for draft in store.drafts.all(OWNER)] == ["A waiting letter", "A second letter"]
    received = store.receptions.all(OWNER)
    assert [(each.line, each.outcome, each.pages, each.called) for each in received] == [
        ("line-2", Outcome.OK_PARTIAL, 1, "0199000002"),
        ("line-1", Outcome.OK, 2, "0199000001"),
    ]
    assert all(each.tiff.startswith("/srv/fax/2026-") for each in received)
    assert [str(each) for each in store.receptions.trace(received[1].id)][-1].startswith("number: ")
    assert store.deliveries.waiting(OWNER, 10) == [], "everything had been told"
    assert store.call_history.experience("+33199000007").begin_at in ("V.27ter 4800", ""), "for a week"
    known = store.database.value(text("SELECT count(*) FROM document"))
    assert len(list(store.documents.folder.glob("*.tif"))) == known == 11
    store.close()


def test_the_service_goes_on_with_it(saved: Path) -> None:
    async def main() -> None:
        async with running(saved, configured(saved, lines=2)) as (service, listener):
            jobs = {job.id: job for job in await service.api.list_jobs(OWNER)}
            assert len(jobs) == len(JOBS)
            waiting = [job.id for job in jobs.values() if job.state in (State.READY, State.SLEEPING)]
            service.store.database.run(text("UPDATE job SET next_try = created WHERE next_try IS NOT NULL"))
            service.scheduler.wake()
            for job in waiting:
                await listener.until_job(job, "done")
            for draft in await service.api.list_drafts(OWNER):
                with (saved / "out").open("w+b") as out:
                    await service.api.read_draft(OWNER, draft.id, out.fileno())
                assert len(list(read_pages(saved / "out"))) == 2
            for reception in await service.api.list_receptions(OWNER):
                details = service.store.receptions.get(reception.id)
                assert details is not None
                assert (service.store.call_folder(details.call) / "reception.pdf").read_bytes().startswith(b"%PDF")

    script(saved, {"0199000003": ["ok"], "0199000009": ["ok"]})
    asyncio.run(main())
