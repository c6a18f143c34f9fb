# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax with a long page, from a service to foreign machines that print A4 only, or pages of any length."""

import asyncio
import getpass
from dataclasses import dataclass, replace
from pathlib import Path

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest

from faxcore.config import LineConfig, NumberConfig
from faxcore.contract.order import Order
from faxcore.contract.printed import Claim
from faxcore.document.compose import compose
from faxcore.document.tiff import page_sizes, read_pages, write_pages
from faxcore.exchange import Exchange, ExchangeSettings, LineSettings, TerminalSettings
from faxcore.lines.worker_line import worker_command
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.paper import Paper
from tests.support.pages import text_page
from tests.support.service_parts import ME, configured, running, submit
from tests.support.waiting import until

OURS, THEIRS = "0199000001", "0199000002"
SHORT, LEGAL = 400, 1370
A4_ROWS = round(297 * Resolution.STANDARD.rows_per_mm)


@dataclass(frozen=True)
class Sent:
    """What became of a fax."""

    pages: int
    confirmed: int
    reason: str
    arrived: list[int]
    """Rows of the pages that arrived."""


def blank(rows: int) -> Page:
    """Nothing but a line at the end, so that no white row may be left out."""
    return Page(Width.A4, Resolution.STANDARD, bytes(216 * (rows - 1)) + b"\xff" * 216)


def send_twice(folder: Path, paper: Paper) -> tuple[list[Sent], list[int]]:
    """Send a fax of a short page and one of Legal size, twice; what became of them, and the preview between them."""
    document = folder / "document.tif"
    write_pages(document, [text_page(Resolution.STANDARD, 1, rows=SHORT), blank(LEGAL)])
    lines = (LineSettings((OURS,)), LineSettings((THEIRS,), terminal=TerminalSettings(paper=paper)))

    async def main(exchange: Exchange) -> tuple[list[Sent], list[int]]:
        line = LineConfig("line-1", exchange.device(1), OURS, (NumberConfig(OURS, (getpass.getuser(),)),))
        config = replace(configured(folder), lines=(line,))
        async with running(folder, config, worker=worker_command, composer=compose) as (service, listener):
            await until("the line to be idle", lambda: service.lines[0].state.value == "idle", 60)

            async def send() -> Sent:
                job = await submit(service, document, THEIRS)
                await listener.until_job(job, "done", "failed")
                received = await asyncio.to_thread(exchange.received, 2, 60)
                assert received.file is not None
                shown = (await service.api.show_job(ME, job)).job
                arrived = [size.length for size in page_sizes(received.file)]
                return Sent(shown.pages, shown.confirmed, str(shown.reason), arrived)

            first = await send()
            with document.open("rb") as pages, document.open("rb") as original:
                draft = await service.intake.submit(
                    "lp", pages.fileno(), original.fileno(), Claim(user=ME, title="long", key="urn:uuid:1")
                )
            with (folder / "preview.tif").open("w+b") as out:
                await service.api.compose_draft(ME, draft.id, Order(number=THEIRS, last_name="Martin"), out.fileno())
            preview = [page.length for page in read_pages(folder / "preview.tif")]
            return [first, await send()], preview

    with Exchange(ExchangeSettings(folder / "exchange", lines, speed=20.0, seed=3)) as exchange:
        return asyncio.run(main(exchange))


def test_a_machine_that_prints_a4_only_gets_no_longer_page(tmp_path: Path) -> None:
    """The first fax was planned for any length, and says that it went out otherwise; the next one is planned so."""
    (first, second), preview = send_twice(tmp_path, Paper.A4)
    assert first.pages == first.confirmed == second.confirmed == 2
    assert first.arrived == second.arrived == preview
    assert preview[0] == SHORT and preview[1] <= A4_ROWS
    assert first.reason.startswith("The other fax machine prints no pages longer than A4")
    assert second.reason == ""


@pytest.mark.parametrize("paper", [Paper.B4, Paper.UNLIMITED])
def test_a_machine_that_prints_so_long_a_page_gets_it_as_it_is(tmp_path: Path, paper: Paper) -> None:
    sent, preview = send_twice(tmp_path, paper)
    assert sent == [Sent(2, 2, "", [SHORT, LEGAL])] * 2
    assert preview == [SHORT, LEGAL]
