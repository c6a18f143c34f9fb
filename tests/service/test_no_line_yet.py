# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that has no line yet: it takes faxes, says what is missing, and goes on with the first line there is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from faxcore.config import Config, ExchangeConfig
from faxcore.contract.order import Order
from faxcore.contract.service_status import LineState
from tests.support.service_parts import ME, configured, document, running, script, submit
from tests.support.waiting import until

TO = "0199000002"


def without_a_line(folder: Path) -> Config:
    return replace(configured(folder), lines=(), exchange=ExchangeConfig(lines=0))


def test_a_fax_waits_for_the_first_line_and_goes_out_as_soon_as_there_is_one(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, without_a_line(tmp_path)) as (service, listener):
            assert (await service.api.judge_number(ME, TO)).called
            with document(tmp_path).open("rb") as pages:
                estimate = await service.api.estimate_document(ME, pages.fileno(), Order(number=TO))
            assert estimate.pages == 2
            job = await submit(service, document(tmp_path))
            status = await service.api.status(ME)
            assert (status.lines, status.queued) == ((), 1)
            (warning,) = status.warnings
            assert "no telephone line yet" in str(warning) and "faxctl setup" in str(warning)
            (held,) = status.held_back
            assert (str(held.reason), held.faxes) == ("There is no telephone line yet.", 1)
            (waiting,) = await service.api.list_jobs(ME)
            assert (waiting.state.value, str(waiting.progress)) == ("ready", "There is no telephone line yet.")
            assert service.take_on(configured(tmp_path)) == ("line", "exchange")
            done = await listener.until_job(job, "done")
            assert (done.dials, str(done.progress)) == (1, "")
            assert (await service.api.status(ME)).warnings == ()

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())


def test_the_last_line_goes_and_its_faxes_wait(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            await until("the line", lambda: [line.state for line in service.lines] == [LineState.IDLE])
            service.take_on(without_a_line(tmp_path))
            job = await submit(service, document(tmp_path))
            assert service.status().lines == ()
            service.take_on(configured(tmp_path))
            await listener.until_job(job, "done")

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())
