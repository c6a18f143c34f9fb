# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sees of a call under way: whom it has reached, which page of how many, how fast, and how long still."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from faxcore.contract.listed import FaxQuery
from faxcore.contract.sent_fax import Job, LiveCall
from faxcore.document.compose import PageOrder
from faxcore.document.sizes import PageSize
from faxcore.document.tiff import page_sizes
from faxcore.service import FaxService
from tests.support.service_parts import ME, document, running, script, submit
from tests.support.waiting import until

TO = "0199000002"


class Monotonic:
    """A monotonic clock that is moved by hand."""

    now = 1000.0


async def compose_three(_pages: Path, out: Path, _order: PageOrder) -> Sequence[PageSize]:
    """Compose three pages, whatever there is."""
    document(out.parent, 3, out.name)
    return page_sizes(out)


async def live(service: FaxService, job: str) -> Job:
    return (await service.api.show_job(ME, job)).job


def test_a_call_under_way_is_told_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    clock = Monotonic()

    async def main() -> None:
        parts = {"composer": compose_three, "monotonic": lambda: clock.now}
        async with running(tmp_path, **parts) as (service, listener):
            job = await submit(service, document(tmp_path))
            waiting = await listener.until_job(job, "ready")
            assert waiting.live is None
            dialling = await listener.until_job(job, "active")
            assert (str(dialling.progress), dialling.live) == ("preparing the pages", LiveCall("line-1"))
            sending = await listener.until(lambda _p, _n, news: isinstance(news, Job) and news.confirmed == 1)
            assert str(sending.progress) == "sending page 1 of 3", "as many as were composed"
            assert sending.live == LiveCall("line-1", "+33199000099", 1, 14400, True, 38)
            clock.now += 10
            (listed,) = (await service.api.list_faxes(ME, FaxQuery())).jobs
            (newest,) = await service.api.list_jobs(ME)
            assert listed == newest == await live(service, job)
            assert listed.live is not None and listed.live.seconds_left == 28
            clock.now += 1000
            late = (await live(service, job)).live
            assert late is not None and late.seconds_left == 25, "the other two pages are still to come"
            await service.api.cancel_job(ME, job)
            assert (await listener.until_job(job, "cancelled")).live is None

    script(tmp_path, {TO: ["hang-after-1"]})
    asyncio.run(main())


def test_a_second_call_knows_nothing_of_the_first(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until(lambda _p, _n, news: isinstance(news, Job) and news.confirmed == 1)
            await service.api.hold_job(ME, job)
            assert (await listener.until_job(job, "held")).live is None
            listener.heard.clear()
            await service.api.release_job(ME, job)
            await listener.until_dialling(job)
            await until("the call", lambda: service.lines[0].call != "")
            assert (await live(service, job)).live == LiveCall("line-1")
            await service.api.cancel_job(ME, job)
            await listener.until_job(job, "cancelled")

    script(tmp_path, {TO: ["hang-after-1", "hang"]})
    asyncio.run(main())
