# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders that fetch a document: what comes is a reception of whoever ordered it, once, whatever happens meanwhile."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from faxcore.api.api_error import ApiError
from faxcore.config import QueueConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.contract.order import JobChange, Order
from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.document.tiff import count_pages
from faxcore.model.call import Outcome
from faxcore.model.job import JobKind, State
from faxcore.service import FaxService
from faxcore.store import schema
from faxcore.store.receptions import Receiving, ReceptionRow
from tests.service.test_crashes import kill_at
from tests.support.leftovers import until_clean, until_quiet
from tests.support.service_parts import ME, OTHER, NoWait, configured, document, log, running, script, submit
from tests.support.waiting import until

FROM, ELSEWHERE = "0199000002", "0199000007"


async def fetch(service: FaxService, number: str = FROM, person: str = ME, **order: Any) -> str:
    return await service.api.fetch_document(person, Order(number=number, **order))


async def arrived(service: FaxService, count: int = 1) -> list[Reception]:
    def find() -> bool:
        return len(service.store.receptions.all(ME)) == count

    await until("what was fetched to be filed", find)
    return await service.api.list_receptions(ME)


async def refused(work: Any) -> ErrorCode:
    with pytest.raises(ApiError) as error:
        await work
    return error.value.code


def test_what_is_fetched_is_a_reception_of_who_ordered_it(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path, configured(tmp_path)) as (service, listener):
            job = await fetch(service, sub_address="7", password="7391", last_name="Mairie")
            done = await listener.until_job(job, "done")
            assert (done.kind, done.number, done.has_password) == (JobKind.FETCH, "01 99 00 00 02 #7", True)
            assert (done.pages, done.confirmed, done.dials, done.tries) == (2, 2, 1, 1)
            told = await listener.until(lambda _person, name, _values: name == "ReceptionArrived")
            (reception,) = await arrived(service)
            assert told == reception
            assert (reception.caller, reception.called, reception.fetched) == ("01 99 00 00 02", "", True)
            assert (reception.outcome, reception.pages, reception.sub_address) == (Outcome.OK, 2, "")
            assert count_pages(Path(reception.tiff)) == 2 and Path(reception.pdf).exists()
            assert await service.api.list_receptions(OTHER) == []
            (call,) = (await service.api.show_job(ME, job)).calls
            assert (call.outcome, call.number) == (Outcome.OK, "+33199000002")
            found = await service.api.list_faxes(ME, FaxQuery(Folder.INBOX, words="0199000002"))
            assert [each.id for each in found.receptions] == [reception.id]
            kinds = service.store.database.rows(select(schema.delivery.c.kind))
            assert [row.kind for row in kinds] == ["reception"], "it is told of as a reception, and not twice"
            await until_clean(service)

    script(tmp_path, fetch={FROM: ["ok"]})
    asyncio.run(main())
    assert log(tmp_path) == [f"fetch {FROM} 7 7391", f"fetched {FROM} 1", f"fetched {FROM} 2"]


@pytest.mark.parametrize(("end", "outcome"), [("none", Outcome.NO_DOCUMENT), ("wrong", Outcome.PASSWORD)])
def test_where_nothing_is_to_be_had_it_is_not_tried_again(tmp_path: Path, end: str, outcome: Outcome) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await fetch(service)
            failed = await listener.until_job(job, "failed")
            assert str(failed.reason) == f"It is {end}."
            assert [call.outcome for call in (await service.api.show_job(ME, job)).calls] == [outcome]
            assert await service.api.list_receptions(ME) == []
            await until_quiet(service)
            assert service.store.list_unclean_calls() == []
            assert service.store.database.count(schema.reception) == 0

    script(tmp_path, fetch={FROM: [end]})
    asyncio.run(main())


def test_what_came_of_a_call_that_broke_off_is_kept_and_the_rest_fetched_again(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await fetch(service)
            await listener.until_job(job, "done")
            both = await arrived(service, 2)
            assert [(each.outcome, each.pages) for each in both] == [(Outcome.OK, 2), (Outcome.LINE_LOST, 1)]

    script(tmp_path, fetch={FROM: ["busy", "partial", "ok"]})
    asyncio.run(main())


def test_calls_that_always_break_off_are_bounded(tmp_path: Path) -> None:
    """Each begins with the first page: that a page came is no progress."""
    queue = QueueConfig(dials=9, tries=2, wait=NoWait())

    async def main() -> Job:
        async with running(tmp_path, configured(tmp_path, queue=queue)) as (service, listener):
            job = await fetch(service)
            failed = await listener.until_job(job, "failed")
            assert len(await arrived(service, 2)) == failed.dials
            return failed

    script(tmp_path, fetch={FROM: ["partial"]})
    assert asyncio.run(main()).dials == 2


def test_it_belongs_to_who_ordered_it_on_whosever_line_it_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faxcore.people.find", {ME: ME, OTHER: OTHER}.get)

    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            await listener.until_job(await fetch(service, person=OTHER), "done")
            await until("it to be filed", lambda: service.store.receptions.all(OTHER))
            (reception,) = await service.api.list_receptions(OTHER)
            assert reception.fetched
            assert await service.api.list_receptions(ME) == []
            row = service.store.receptions.get(reception.id)
            assert row is not None and row.rule == "order"

    script(tmp_path, fetch={FROM: ["ok"]})
    asyncio.run(main())


def test_it_is_held_changed_and_cancelled_as_others_are(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await fetch(service, password="7391")
            await listener.until(
                lambda _p, _name, news: isinstance(news, Job) and bool(news.live) and news.live.page == 1
            )
            await service.api.hold_job(ME, job)
            await listener.until_job(job, "held")
            assert await refused(service.api.change_job(ME, job, JobChange(number=ELSEWHERE))) is ErrorCode.BAD_ORDER
            assert await refused(service.api.change_job(ME, job, JobChange(header=""))) is ErrorCode.STATE
            await service.api.change_job(ME, job, JobChange(number=ELSEWHERE, password=""))
            await service.api.release_job(ME, job)
            await listener.until_job(job, "done")
            other = await fetch(service)
            await listener.until_job(other, "active")
            await service.api.cancel_job(ME, other)
            await listener.until_job(other, "cancelled")
            for work in (
                service.api.send_again(ME, job, Order(number=FROM)),
                service.api.write_receipt(ME, job, -1),
            ):
                assert await refused(work) is ErrorCode.STATE
            assert await refused(service.api.cancel_job(OTHER, job)) is ErrorCode.UNKNOWN

    script(tmp_path, fetch={FROM: ["hang"], ELSEWHERE: ["ok"]})
    asyncio.run(main())


@pytest.mark.parametrize("wish", ["cancel", "hold"])
def test_one_that_is_broken_off_between_its_claim_and_its_call_is_not_dialled(tmp_path: Path, wish: str) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            await until("the line to be free", lambda: service.lines[0].free)
            job = await fetch(service)
            service.scheduler.turn()
            claimed = service.store.jobs.get(job)
            assert claimed is not None and claimed.state is State.ACTIVE
            await (service.api.cancel_job(ME, job) if wish == "cancel" else service.api.hold_job(ME, job))
            assert service.lines[0].call == "", "all of this came before the call's first step"
            ended = await listener.until_job(job, "cancelled", "held", "done")
            assert ended.state.value == ("cancelled" if wish == "cancel" else "held")
            await until_quiet(service)
            assert service.lines[0].free

    script(tmp_path, fetch={FROM: ["ok"]})
    asyncio.run(main())
    assert log(tmp_path) == []


def test_a_worker_that_dies_leaves_what_it_has_kept(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await fetch(service)
            await listener.until_job(job, "done")
            both = await arrived(service, 2)
            assert [(each.outcome, each.pages) for each in both] == [(Outcome.OK, 2), (Outcome.OK_PARTIAL, 1)]

    script(tmp_path, fetch={FROM: ["die", "ok"]})
    asyncio.run(main())


IN_CALL = ("page safe, row not written", "page's row written", "page safe, row not written #2")
POINTS = (
    *(("claimed, not composed", "ok"), *((point, "ok") for point in IN_CALL)),
    *((point, "ok-alone") for point in IN_CALL),
    ("call ended, not on disk", "ok"),
    ("reception written, not committed", "ok"),
    ("call's end written, not committed", "ok"),
    ("verdict on disk, not told", "ok"),
    ("reception kept, not filed", "ok"),
    ("filed, not committed", "ok"),
    ("filed, not told", "ok"),
)


@pytest.mark.parametrize(("point", "end"), POINTS)
def test_a_service_that_is_killed_has_it_fetched_once(tmp_path: Path, point: str, end: str) -> None:
    """Once as a whole: what a call that broke off has brought is kept beside it, and says that it is incomplete."""

    async def restart() -> list[ReceptionRow]:
        async with running(tmp_path) as (service, listener):
            (accepted,) = (tmp_path / "accepted").read_text().split()
            (job,) = await service.api.list_jobs(ME)
            assert job.id == accepted
            if job.state.value != "done":
                await listener.until_job(job.id, "done")
            unfiled = set(Receiving) - {Receiving.FILED}
            await until("all to be filed", lambda: not service.store.receptions.in_state(*unfiled))
            await until_clean(service)
            return service.store.receptions.all(ME)

    (tmp_path / "fetches").touch()
    script(tmp_path, fetch={FROM: [end, "ok"]})
    kill_at(point, tmp_path)
    kept = asyncio.run(restart())
    assert [each.pages for each in kept if each.outcome is Outcome.OK] == [2]
    assert all(count_pages(Path(each.tiff)) == each.pages for each in kept)
    assert len(kept) <= 2
    if end == "ok-alone":
        assert log(tmp_path).count(f"fetch {FROM}") == len(kept) == 1, "its worker went on: it is not fetched again"


def test_a_document_that_is_fetched_and_one_that_is_sent_share_the_lines(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            for job in (await fetch(service), await submit(service, document(tmp_path), FROM), await fetch(service)):
                await listener.until_job(job, "done")
            assert len(await arrived(service, 2)) == 2

    script(tmp_path, {FROM: ["ok"]}, fetch={FROM: ["ok"]})
    asyncio.run(main())


def test_what_was_fetched_stays_when_its_order_is_removed(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path, configured(tmp_path)) as (service, listener):
            job = await fetch(service)
            await listener.until_job(job, "done")
            (reception,) = await arrived(service)
            await until_clean(service)
            done = service.store.jobs.get(job)
            assert done is not None
            assert service.store.retention.remove_jobs([done.state], -1) == 1
            assert service.store.jobs.get(job) is None
            row = service.store.receptions.get(reception.id)
            assert row is not None
            assert (service.store.call_folder(row.call) / "reception.tif").exists()
            assert (await service.api.list_receptions(ME)) == [reception]

    script(tmp_path, fetch={FROM: ["ok"]})
    asyncio.run(main())
