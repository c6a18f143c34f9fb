# SPDX-License-Identifier: GPL-3.0-or-later
"""The same document to the same number on one day is found, so that a person can be asked."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order
from faxcore.contract.printed import PartChoice
from faxcore.contract.sent_fax import Verdict
from faxcore.document.tiff import write_pages
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.recipient import Recipient
from faxcore.service import FaxService
from tests.service.test_broadcasts import refused
from tests.service.test_desk import printed
from tests.support.service_parts import ME, OTHER, Gate, document, running, script, submit

CLAIRE, LAB = Recipient("0033 1 99 00 00 02"), Recipient("0199000003")


async def find(service: FaxService, fax: str, *to: Recipient, person: str = ME) -> list[str]:
    return [job.id for job in await service.api.find_repeats(person, fax, list(to))]


def test_a_document_printed_twice_is_the_same_to_the_same_number(tmp_path: Path, database: str) -> None:
    """In any spelling of the number, and whatever file it comes from; not to another number, not another document."""

    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            _kind, first = await printed(service, document(tmp_path))
            assert await find(service, first, CLAIRE) == []
            job = await service.api.submit_draft(ME, first, Order(number="0199000002"))
            await listener.until_job(job, "done")
            again = document(tmp_path, name="again.tif")
            assert again.read_bytes() == (tmp_path / "document.tif").read_bytes()
            with_date(again, 2)
            assert again.read_bytes() != (tmp_path / "document.tif").read_bytes()
            _kind, second = await printed(service, again)
            assert await find(service, second, CLAIRE) == [job]
            assert await find(service, second, LAB, CLAIRE) == [job]
            assert await find(service, second, LAB) == []
            assert await find(service, second, Recipient("abc"), Recipient("15")) == []
            assert await find(service, second) == []
            _kind, other = await printed(service, document(tmp_path, pages=3))
            assert await find(service, other, CLAIRE) == []
            (found,) = await service.api.find_repeats(ME, second, [CLAIRE])
            assert (found.number, found.state.value) == ("01 99 00 00 02", "done")

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_a_document_without_a_page_is_another_one_and_the_same_as_itself(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            jobs = {}
            for left_out in ((), (2,)):
                draft = await arranged(service, tmp_path, left_out)
                assert await find(service, draft, CLAIRE) == []
                jobs[left_out] = await service.api.submit_draft(ME, draft, Order(number="0199000002"))
                await listener.until_job(jobs[left_out], "done")
            for left_out, job in jobs.items():
                assert await find(service, await arranged(service, tmp_path, left_out), CLAIRE) == [job]
            assert await find(service, await arranged(service, tmp_path, (1,)), CLAIRE) == []

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


async def arranged(service: FaxService, folder: Path, left_out: tuple[int, ...]) -> str:
    """Let a document of three pages be printed, and leave pages of it out; its draft."""
    _kind, draft = await printed(service, document(folder, pages=3))
    (kept,) = [each for each in await service.api.list_drafts(ME) if each.id == draft]
    await service.api.arrange_draft(ME, draft, [PartChoice(kept.parts[0].id, left_out)])
    return draft


def with_date(path: Path, pages: int) -> None:
    """Write the same pages as another program would: in a file of another length."""
    rows = [Page(Width.A4, Resolution.FINE, bytes([number]) * 216 * 200) for number in range(1, pages + 1)]
    write_pages(path, rows)
    with path.open("ab") as file:
        file.write(b"2026:11:28 10:42:00\0")


def test_on_its_way_and_uncertain_count_and_what_failed_does_not(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            path = document(tmp_path)
            _kind, draft = await printed(service, path)
            uncertain = await submit(service, path, "0199000003")
            await listener.until_job(uncertain, "uncertain")
            assert await find(service, draft, LAB) == [uncertain]
            failed = await submit(service, path, "0199000004")
            await listener.until_job(failed, "failed")
            assert await find(service, draft, Recipient("0199000004")) == []
            waiting = await submit(service, path, send_at=tomorrow())
            assert await find(service, draft, CLAIRE) == [waiting]
            second = await submit(service, path, "0199000002", send_at=tomorrow())
            assert await find(service, second, CLAIRE) == [waiting], "it repeats itself"
            await service.api.cancel_job(ME, waiting)
            await service.api.cancel_job(ME, second)
            assert await find(service, draft, CLAIRE) == []
            await service.api.resolve_job(ME, uncertain, Verdict.ARRIVED)
            assert await find(service, draft, LAB) == [uncertain]

    script(tmp_path, {"0199000003": ["unconfirmed"], "0199000004": ["no-fax"] * 9})
    asyncio.run(main())


def tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


def test_yesterdays_fax_is_no_repeat(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        clock = [datetime.now(UTC)]
        async with running(tmp_path, clock=lambda: clock[0]) as (service, listener):
            path = document(tmp_path)
            job = await submit(service, path)
            await listener.until_job(job, "done")
            _kind, draft = await printed(service, path)
            assert await find(service, draft, CLAIRE) == [job]
            clock[0] += timedelta(days=1)
            assert await find(service, draft, CLAIRE) == []

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_a_fax_that_is_being_sent_counts(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        gate = Gate(tmp_path)
        async with running(tmp_path) as (service, listener):
            path = document(tmp_path)
            job = await submit(service, path)
            await listener.until_dialling(job)
            _kind, draft = await printed(service, path)
            assert await find(service, draft, CLAIRE) == [job]
            gate.let_through()
            await listener.until_job(job, "done")
        gate.close()

    script(tmp_path, {"0199000002": ["ok-slow"]})
    asyncio.run(main())


def test_it_is_the_callers_own_faxes_and_drafts_only(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            path = document(tmp_path)
            _kind, draft = await printed(service, path)
            theirs = await submit(service, path, person=OTHER)
            await listener.until(lambda _who, _name, value: getattr(value, "id", "") == theirs)
            assert await find(service, draft, CLAIRE) == []
            for fax, person in ((draft, OTHER), (theirs, ME), ("none", ME)):
                error = await refused(service.api.find_repeats(person, fax, [CLAIRE]))
                assert error.code is ErrorCode.UNKNOWN
            fetched = await service.api.fetch_document(ME, Order(number="0199000002"))
            assert (await refused(service.api.find_repeats(ME, fetched, [CLAIRE]))).code is ErrorCode.STATE

    script(tmp_path, {"0199000002": ["ok", "ok"]})
    asyncio.run(main())
