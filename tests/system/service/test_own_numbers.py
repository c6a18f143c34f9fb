# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes of two departments over a real line: the other end sees the number of each, and never both in one call."""

import asyncio
import getpass
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from faxcore.config import Config, LineConfig, NumberConfig, PersonConfig
from faxcore.contract.order import JobChange
from faxcore.document.tiff import write_pages
from faxcore.exchange import Exchange, ExchangeSettings, LineSettings
from faxcore.lines.worker_line import worker_command
from faxcore.model.page import Resolution
from faxcore.store.receptions import Receiving
from tests.support.pages import text_page
from tests.support.service_parts import ME, OTHER, configured, running, submit
from tests.support.waiting import until

OURS, THEIRS = "0199000001", "0199000002"
SURGERY, LEGAL = "+33 1 99 00 00 11", "+33 1 99 00 00 12"


def office(folder: Path, exchange: Exchange) -> Config:
    """Two lines: the surgery and the legal department send on the first, I receive on the second."""
    numbers = (
        NumberConfig("0199000011", (ME,), station_id=SURGERY),
        NumberConfig("0199000012", (OTHER,), station_id=LEGAL),
    )
    receiving = NumberConfig(THEIRS, (getpass.getuser(),))
    lines = (
        LineConfig("line-1", exchange.device(1), OURS, numbers),
        LineConfig("line-2", exchange.device(2), THEIRS, (receiving,)),
    )
    return replace(configured(folder), lines=lines, persons=(PersonConfig(OTHER),))


async def receive(folder: Path, exchange: Exchange) -> list[tuple[str, int, bool]]:
    """Three faxes wait for one number, the second of the other department; what comes there, oldest first: from whom,
    how many pages, and whether it came behind another one in the same call.
    """
    document = folder / "document.tif"
    write_pages(document, [text_page(Resolution.STANDARD, 1, rows=300)])
    async with running(folder, office(folder, exchange), worker=worker_command) as (service, listener):
        await until("the lines to be idle", lambda: all(line.state.value == "idle" for line in service.lines), 60)
        people, later = (ME, OTHER, ME), (datetime.now(UTC) + timedelta(days=1)).isoformat()
        jobs = [await submit(service, document, THEIRS, person=person, send_at=later) for person in people]
        for person, job in zip(people, jobs, strict=True):
            await service.api.change_job(person, job, JobChange(send_at=""))
        for job in jobs:
            await listener.until_job(job, "done")
        store = service.store
        await until("both calls to be filed", lambda: len(store.receptions.in_state(Receiving.FILED)) == 3, 60)
        rows = store.receptions.in_state(Receiving.FILED)
        follows = {row.id: row.follows for row in store.database.rows(text("SELECT id, follows FROM call"))}
        return [(row.remote_id, row.pages, bool(follows[row.call])) for row in rows]


def test_each_department_has_its_number_and_its_call(tmp_path: Path) -> None:
    lines = (LineSettings((OURS,)), LineSettings((THEIRS,)))
    with Exchange(ExchangeSettings(tmp_path / "exchange", lines, speed=20.0, seed=3)) as exchange:
        receptions = asyncio.run(receive(tmp_path, exchange))
    assert receptions == [(SURGERY, 1, False), (SURGERY, 1, True), (LEGAL, 1, False)]
