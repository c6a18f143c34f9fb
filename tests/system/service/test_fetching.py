# SPDX-License-Identifier: GPL-3.0-or-later
"""A service fetches documents over a real line: from a foreign terminal, and from one that wants a password."""

import asyncio
import getpass
from dataclasses import replace
from pathlib import Path

import pytest

from faxcore.config import LineConfig, NumberConfig
from faxcore.contract.order import Order
from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.document.tiff import read_pages, write_pages
from faxcore.exchange import Exchange, ExchangeSettings, LineSettings, TerminalSettings
from faxcore.lines.worker_line import worker_command
from faxcore.model.page import Resolution
from tests.support.pages import text_page
from tests.support.service_parts import ME, configured, running
from tests.support.waiting import until
from tests.system.service.test_passwords import RIGHT, WRONG, answering

OURS, THEIRS = "0199000001", "0199000002"
PAGES = [text_page(Resolution.STANDARD, number, rows=300) for number in (1, 2)]


async def fetch(folder: Path, exchange: Exchange, **order: str) -> tuple[Job, list[Reception]]:
    """Have the document at line 2 fetched; the order when it has ended, and what came."""
    line = LineConfig("line-1", exchange.device(1), OURS, (NumberConfig(OURS, (getpass.getuser(),)),))
    config = replace(configured(folder), lines=(line,))
    async with running(folder, config, worker=worker_command) as (service, listener):
        await until("the line to be idle", lambda: service.lines[0].state.value == "idle", 60)
        job = await service.api.fetch_document(ME, Order(number=THEIRS, **order))
        ended = await listener.until_job(job, "done", "failed")
        if ended.state.value == "done":
            await listener.until(lambda _person, name, _news: name == "ReceptionArrived")
        for transcript in service.store.folder.rglob("transcript"):
            assert RIGHT not in await asyncio.to_thread(transcript.read_text)
        return ended, await service.api.list_receptions(ME)


@pytest.mark.parametrize("offers", [True, False])
def test_from_a_foreign_terminal_that_offers_a_document_or_none(tmp_path: Path, offers: bool) -> None:
    document = tmp_path / "offered.tif"
    write_pages(document, PAGES)
    theirs = LineSettings((THEIRS,), terminal=TerminalSettings(offers=document if offers else None))
    settings = ExchangeSettings(tmp_path / "exchange", (LineSettings((OURS,)), theirs), speed=20.0, seed=3)
    with Exchange(settings) as exchange:
        ended, receptions = asyncio.run(fetch(tmp_path, exchange))
    if not offers:
        assert (ended.state.value, ended.dials) == ("failed", 1)
        assert "no document to fetch" in str(ended.reason)
        assert receptions == []
        return
    assert (ended.state.value, ended.pages, ended.dials) == ("done", 2, 1)
    (reception,) = receptions
    assert (reception.remote_id, reception.fetched, reception.pages) == ("SPANDSP", True, 2)
    assert list(read_pages(Path(reception.tiff))) == PAGES


@pytest.mark.parametrize(("wanted", "state"), [(RIGHT, "done"), (WRONG, "failed")])
def test_with_a_password(tmp_path: Path, wanted: str, state: str) -> None:
    write_pages(tmp_path / "offered.tif", PAGES[:1])
    with Exchange(ExchangeSettings(tmp_path / "exchange", speed=20.0, seed=3)) as exchange:
        process = answering(exchange, tmp_path, wanted, "--offer", tmp_path / "offered.tif")
        ended, receptions = asyncio.run(fetch(tmp_path, exchange, password=RIGHT))
        process.communicate(timeout=60)
    assert (ended.state.value, len(receptions), ended.dials) == (state, int(state == "done"), 1)
    assert ("the password" in str(ended.reason)) == (state == "failed")
