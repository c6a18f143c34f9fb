# SPDX-License-Identifier: GPL-3.0-or-later
"""Undo: a fax of the dialog waits for some seconds, in which it becomes its draft again, all of it or not at all."""

import asyncio
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faxcore.checkpoint import checkpoint
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery
from faxcore.contract.order import UNDO_SECONDS, Order
from faxcore.contract.printed import Draft, KeptOrder, PartChoice
from faxcore.model.job import State
from faxcore.model.recipient import Recipient
from faxcore.service import FaxService
from tests.service.test_broadcasts import refused
from tests.service.test_draft_parts import add, begin, draw, read
from tests.service.test_kept_orders import CLAIRE, LAB, draft_of
from tests.support import CHECKOUT
from tests.support.service_parts import ME, OTHER, Gate, document, log, running, script

ORDER = Order(number="0199000002", last_name="Petit", subject="Roof", header="cover", password="7391", undoable=True)
MANY = Order(subject="Roof", undoable=True)
KEPT = replace(ORDER, undoable=False)


async def only_draft(service: FaxService) -> Draft:
    (draft,) = await service.api.list_drafts(ME)
    page = await service.api.list_faxes(ME, FaxQuery())
    assert (page.jobs, [each.id for each in page.drafts]) == ((), [draft.id])
    assert not await service.api.list_jobs(ME) and not await service.api.list_broadcasts(ME)
    return draft


def test_a_fax_is_a_draft_again_with_all_that_was_typed(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            draft = await draft_of(service, tmp_path)
            (before,) = await service.api.list_drafts(ME)
            job = await service.api.submit_draft(ME, draft, ORDER)
            shown = (await service.api.show_job(ME, job)).job
            assert (shown.state, shown.undoable) == (State.PENDING, True)
            wait = (datetime.fromisoformat(shown.next_try) - datetime.fromisoformat(shown.created)).total_seconds()
            assert UNDO_SECONDS - 1 < wait < UNDO_SECONDS + 1
            assert await service.api.take_back(ME, job) == draft
            after = await only_draft(service)
            assert after == replace(before, kept=KeptOrder(KEPT))
            heard = await listener.until_job(job, "cancelled")
            assert not heard.undoable
            with (tmp_path / "out").open("w+b") as out:
                await service.api.read_draft(ME, draft, out.fileno())
            assert await service.api.take_back(ME, draft) == draft, "repeating it is harmless"
            again = await service.api.submit_draft(ME, draft, replace(ORDER, number="0199000003", undoable=False))
            await listener.until_job(again, "done")

    script(tmp_path, {"0199000003": ["ok"]})
    asyncio.run(main())
    assert [line for line in log(tmp_path) if line.startswith("complete")] == ["complete 0199000003"]


def test_a_broadcast_is_taken_back_as_a_whole(tmp_path: Path, database: str) -> None:
    """By its own name, by that of one of its faxes, and by the draft's."""

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            draft = await draft_of(service, tmp_path)
            to = [CLAIRE, LAB, *(Recipient(f"01990001{digit:02}") for digit in range(80))]
            for name in ("broadcast", "job", "draft"):
                begun = await service.api.submit_draft_to_many(ME, draft, to, MANY)
                jobs = (await service.api.list_faxes(ME, FaxQuery(broadcast=begun.id, most=200))).jobs
                assert len(jobs) == 82 and all(job.undoable and job.state is State.PENDING for job in jobs)
                fax = {"broadcast": begun.id, "job": jobs[40].id, "draft": draft}[name]
                assert await service.api.take_back(ME, fax) == draft
                kept = (await only_draft(service)).kept
                assert kept == KeptOrder(replace(MANY, undoable=False), tuple(to))

    script(tmp_path, {})
    asyncio.run(main())


@pytest.mark.parametrize("way", ["one", "many"])
def test_documents_in_their_order_and_pages_left_out_are_there_again(tmp_path: Path, database: str, way: str) -> None:
    """Though only some of the pages would have gone out; what is not had back is forgotten after a day."""

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            draw(tmp_path, "first", 2)
            draw(tmp_path, "second", 3)
            draft = (await begin(service, tmp_path, "first")).id
            first, second = (await add(service, tmp_path, draft, "second")).parts
            before = await service.api.arrange_draft(ME, draft, [PartChoice(second.id, (1, 3)), PartChoice(first.id)])
            pages = await read(service, tmp_path, draft)

            async def submit() -> str:
                if way == "one":
                    return await service.api.submit_draft(ME, draft, ORDER)
                return (await service.api.submit_draft_to_many(ME, draft, [CLAIRE, LAB], MANY)).id

            fax = await submit()
            assert count_files(service) == 2, "what goes out, and the draft's own"
            assert await service.api.take_back(ME, fax) == draft
            after = await only_draft(service)
            assert (after.parts, after.pages, after.title) == (before.parts, 3, "second")
            assert await read(service, tmp_path, draft) == pages and len(pages) == 5
            assert count_files(service) == 1
            await submit()
            assert service.store.taken_drafts.forget_documents(1) == 0
            assert service.store.taken_drafts.forget_documents(0) == 1
            assert count_files(service) == 1
            assert (await refused(service.api.take_back(ME, draft))).code is ErrorCode.STATE

    script(tmp_path, {})
    asyncio.run(main())


def count_files(service: FaxService) -> int:
    return len(list(service.store.documents.folder.glob("*.tif")))


def test_it_goes_out_by_itself_when_its_seconds_are_over(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            draft = await draft_of(service, tmp_path)
            job = await service.api.submit_draft(ME, draft, ORDER)
            await listener.until_job(job, "done")
            error = await refused(service.api.take_back(ME, job))
            assert error.code is ErrorCode.STATE and "too late" in str(error)
            assert not (await service.api.show_job(ME, job)).job.undoable
            assert await service.api.list_drafts(ME) == []

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_a_fax_that_is_being_sent_is_not_taken_back(tmp_path: Path) -> None:
    """Nor a broadcast of which one fax is: all of it or nothing."""

    async def main() -> None:
        gate = Gate(tmp_path)
        async with running(tmp_path) as (service, listener):
            draft = await draft_of(service, tmp_path)
            begun = await service.api.submit_draft_to_many(ME, draft, [CLAIRE, LAB], MANY)
            first, second = sorted((await service.api.list_faxes(ME, FaxQuery())).jobs, key=lambda job: job.id)
            await listener.until_dialling(first.id)
            for fax in (begun.id, second.id, draft):
                assert (await refused(service.api.take_back(ME, fax))).code is ErrorCode.STATE
            for job in (first, second):
                gate.let_through()
                await listener.until_job(job.id, "done")
            assert await service.api.list_drafts(ME) == []
        gate.close()

    script(tmp_path, {"0199000002": ["ok-slow"], "0199000003": ["ok-slow"]})
    asyncio.run(main())


def test_what_is_set_for_later_is_taken_back_until_then(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            draft = await draft_of(service, tmp_path)
            at = (datetime.now(UTC) + timedelta(hours=2)).replace(microsecond=0).isoformat()
            job = await service.api.submit_draft(ME, draft, replace(ORDER, send_at=at))
            shown = (await service.api.show_job(ME, job)).job
            assert datetime.fromisoformat(shown.next_try) == datetime.fromisoformat(at)
            await service.api.hold_job(ME, job)
            assert await service.api.take_back(ME, job) == draft
            assert (await only_draft(service)).kept.order == replace(KEPT, send_at=at)

    asyncio.run(main())


def test_only_what_was_sent_so_is_taken_back_and_by_its_owner_only(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            draft = await draft_of(service, tmp_path)
            job = await service.api.submit_draft(ME, draft, ORDER)
            for person, fax in ((OTHER, job), (OTHER, draft), (ME, "none"), (ME, "")):
                assert (await refused(service.api.take_back(person, fax))).code is ErrorCode.UNKNOWN
            await service.api.take_back(ME, job)
            at_once = await service.api.submit_draft(ME, draft, replace(ORDER, undoable=False))
            assert not (await service.api.show_job(ME, at_once)).job.undoable
            assert (await refused(service.api.take_back(ME, at_once))).code is ErrorCode.STATE
            await listener.until_job(at_once, "done")

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


# ------------------------------------------------------------ killed between

TAKEN_BACK = {"draft put back, not committed": False, "draft put back, client not told": True}
"""The points at which the service is killed, and whether it is a draft then."""


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("point", TAKEN_BACK)
def test_killed_at_any_point_there_is_the_draft_or_its_fax(
    tmp_path: Path, database: str, point: str, many: bool
) -> None:
    document(tmp_path)
    script(tmp_path, {"0199000002": ["ok"], "0199000003": ["ok"]})
    killed = subprocess.run(
        [sys.executable, "-m", __name__, str(tmp_path), point, "many" if many else "one"],
        cwd=CHECKOUT,
        timeout=90,
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-3000:]

    async def restart() -> None:
        async with running(tmp_path) as (service, listener):
            drafts = await service.api.list_drafts(ME)
            jobs = await service.api.list_jobs(ME)
            assert (len(drafts), len(jobs)) == ((1, 0) if TAKEN_BACK[point] else (0, 1 + many))
            # A service that was killed meanwhile sends it all the same.
            for job in jobs:
                await listener.until_job(job.id, "done")
            for draft in drafts:
                assert draft.kept.order.subject == "Roof" and len(draft.kept.recipients) == 2 * many

    asyncio.run(restart())


async def be_killed(folder: Path, point: str, many: bool) -> None:
    """Take a fax back in a service that is killed at this point."""
    async with running(folder) as (service, _listener):
        draft = await draft_of(service, folder)
        if many:
            await service.api.submit_draft_to_many(ME, draft, [CLAIRE, LAB], MANY)
        else:
            await service.api.submit_draft(ME, draft, ORDER)
        checkpoint.arm(point)
        await service.api.take_back(ME, draft)


if __name__ == "__main__":
    asyncio.run(be_killed(Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "many"))
