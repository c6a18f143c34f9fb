# SPDX-License-Identifier: GPL-3.0-or-later
"""The consumption window before the real service, with faxes that were sent and failed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from PyQt6 import sip
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from faxcore.contract.order import Order
from faxcore.contract.recorded import CallGrouping
from faxcore.model.job import FINAL, State
from faxcore.qt.link import DeskLink
from notifier.consumption.bar_delegate import PART_ROLE
from notifier.consumption.consumption_desk import ConsumptionDesk
from notifier.consumption.periods import Period
from tests.service.test_contract import GOOD, TARIFF, UNCERTAIN
from tests.support.service_fixture import make_document, serving
from tests.system.notifier.desktop import SECONDS, until

Play = Callable[[Awaitable[None]], None]
SCRIPT = {"dial": {GOOD: ["ok"] * 2, UNCERTAIN: ["unconfirmed"]}}


@asynccontextmanager
async def shown(address: str) -> AsyncIterator[ConsumptionDesk]:
    """The window on the screen, and a link to the service."""
    link = DeskLink(address=address)
    linking = asyncio.ensure_future(link.run())
    await until(lambda: link.present)
    desk = ConsumptionDesk(link)
    try:
        yield desk
    finally:
        desk.close()
        linking.cancel()
        await asyncio.gather(linking, return_exceptions=True)
        sip.delete(desk.window)


def rows(desk: ConsumptionDesk) -> list[list[str]]:
    """The cells of the table, as they are read."""
    table = desk.window.totals
    places = range(table.rowCount())
    return [[str(table.index(row, column).data()) for column in range(table.columnCount())] for row in places]


async def send(desk: ConsumptionDesk, document: Path, number: str) -> None:
    """Send a page to this number, and wait until the fax has ended, after one call."""
    client = desk._link.desk
    with document.open("rb") as pages:
        fax = await client.submit_document(pages, None, Order(number))
    async with asyncio.timeout(SECONDS):
        while (await client.show_job(fax)).job.state not in FINAL | {State.UNCERTAIN}:
            await asyncio.sleep(0.01)


def test_calls_are_summed_up_by_month_and_by_reason_of_failure(play: Play) -> None:
    async def scenario(address: str, folder: Path) -> None:
        page = make_document(folder, pages=1)
        async with shown(address) as desk:
            desk.show()
            await until(lambda: desk.work.is_idle)
            window = desk.window
            assert window.empty.isVisible() and not window.table.isVisible()
            await send(desk, page, GOOD)
            await send(desk, page, GOOD)
            await send(desk, page, UNCERTAIN)
            desk.show()
            await until(lambda: len(rows(desk)) == 2)
            month, whole = rows(desk)
            assert whole[0] == "All together" and month[1:] == whole[1:]
            assert month[1:4] == ["3", "2", "2"] and month[5] == "1"
            assert month[6] == "0.50 EUR, with VAT 0.60 EUR · calls without a price: 1"
            assert window.limits.text().startswith("All: 2 pages of 1000 pages a month used")
            by = window.by.findData(CallGrouping.CAUSE)
            window.by.setFocus()
            window.by.setCurrentIndex(by)
            window.by.activated.emit(by)
            await until(lambda: [row[0] for row in rows(desk)] == ["may have arrived", "All together"])
            assert window.totals.index(0, 5).data(PART_ROLE) == 1.0
            last = window.period.findData(Period.LAST_YEAR)
            window.period.setCurrentIndex(last)
            window.period.activated.emit(last)
            await until(window.empty.isVisible)

    with serving(SCRIPT, tariff=TARIFF) as (address, folder):
        play(scenario(address, folder))


def test_a_service_that_is_away_is_said_and_the_window_fills_when_it_is_back(play: Play) -> None:
    async def scenario(address: str) -> None:
        link = DeskLink(address=address)
        desk = ConsumptionDesk(link)
        desk.show()
        await until(lambda: desk.work.is_idle)
        assert desk.window.notice.text.text().startswith("The fax service does not answer.")
        linking = asyncio.ensure_future(link.run())
        await until(lambda: not desk.window.notice.isVisible())
        QTest.keyClick(desk.window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: not desk.window.isVisible())
        desk.close()
        linking.cancel()
        await asyncio.gather(linking, return_exceptions=True)
        sip.delete(desk.window)

    with serving({}) as (address, _folder):
        play(scenario(address))
