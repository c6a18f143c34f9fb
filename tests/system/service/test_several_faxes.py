# SPDX-License-Identifier: GPL-3.0-or-later
"""Three faxes in one call, from a service with a real worker over the exchange to a foreign machine."""

import asyncio
import getpass
from dataclasses import replace
from pathlib import Path

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time

from faxcore.config import LineConfig, NumberConfig
from faxcore.document.compose import compose
from faxcore.document.tiff import read_pages, write_pages
from faxcore.exchange import Exchange, ExchangeSettings, LineSettings, TerminalSettings
from faxcore.lines.worker_line import worker_command
from faxcore.model.page import Resolution
from tests.support.pages import text_page
from tests.support.service_parts import ME, OTHER, configured, running, submit
from tests.support.waiting import until

OURS, THEIRS = "0199000001", "0199000002"
STRIP = 216 * 15
"""Octets of the header line on a standard page."""


def test_three_faxes_of_two_people_in_two_formats_go_out_in_one_call(tmp_path: Path) -> None:
    documents = []
    for number, resolution in enumerate((Resolution.STANDARD, Resolution.FINE, Resolution.STANDARD)):
        documents.append(tmp_path / f"{number}.tif")
        pages = [text_page(resolution, 10 * number + page, rows=600) for page in range(2 if number == 1 else 1)]
        write_pages(documents[-1], pages)

    async def main(exchange: Exchange) -> None:
        line = LineConfig("line-1", exchange.device(1), OURS, (NumberConfig(OURS, (getpass.getuser(),)),))
        config = replace(configured(tmp_path), lines=(line,))
        async with running(tmp_path, config, worker=worker_command, composer=compose) as (service, listener):
            await until("the line to be idle", lambda: service.lines[0].state.value == "idle", 60)
            people = (ME, OTHER, ME)
            jobs = [await submit(service, path, THEIRS, person) for path, person in zip(documents, people, strict=True)]
            for job in (jobs[0], jobs[2]):
                await listener.until_job(job, "done", "failed", "uncertain")
            shown = [await service.api.show_job(person, job) for job, person in zip(jobs, people, strict=True)]
            assert [(each.job.state.value, each.job.confirmed, each.job.dials) for each in shown] == [
                ("done", 1, 1),
                ("done", 2, 1),
                ("done", 1, 1),
            ]
            calls = [call for each in shown for call in each.calls]
            assert sorted(call.follows for call in calls) == [False, True, True]
            received = await asyncio.to_thread(exchange.received, 2, 60)
            assert received.file is not None
            came = list(read_pages(received.file))
            order = [
                jobs.index(job) for job in sorted(jobs, key=lambda job: service.store.calls.of_job(job)[0].started)
            ]
            sent = [page for place in order for page in read_pages(documents[place])]
            assert [page.resolution for page in came] == [page.resolution for page in sent]
            assert all(any(page.rows[:STRIP]) for page in came), "each page has its header line"

    lines = (LineSettings((OURS,)), LineSettings((THEIRS,), terminal=TerminalSettings()))
    with Exchange(ExchangeSettings(tmp_path / "exchange", lines, speed=8.0, seed=3)) as exchange:
        asyncio.run(main(exchange))
