# SPDX-License-Identifier: GPL-3.0-or-later
"""The message of an order is on the cover page of every call, of a fax that is sent again too, and in the preview."""

import asyncio
from pathlib import Path

from faxcore.contract.order import Order
from faxcore.document.compose import PageOrder
from faxcore.document.sizes import PageSize
from tests.service.test_desk import printed
from tests.support.service_parts import ME, document, plain_composer, running, script

TO = "0199000002"
TYPED = "\n\nHello,\x07\n\n\n  here is\tthe roof. \u202e\r\nYours\n\n"
KEPT = "Hello,\n\nhere is the roof.\nYours"


def test_it_reaches_the_page_as_it_was_typed_but_harmless(tmp_path: Path, database: str) -> None:
    drawn: list[str] = []

    async def composer(pages: Path, out: Path, order: PageOrder) -> list[PageSize]:
        drawn.append(order.message)
        return await plain_composer(pages, out, order)

    async def main() -> None:
        async with running(tmp_path, composer=composer) as (service, listener):
            _kind, draft = await printed(service, document(tmp_path))
            order = Order(number=TO, message=TYPED, header="cover")
            with (tmp_path / "out").open("w+b") as out:
                await service.api.compose_draft(ME, draft, order, out.fileno())
            assert drawn == [KEPT]
            job = await service.api.submit_draft(ME, draft, order)
            await listener.until_job(job, "done")
            again = await service.api.send_again(ME, job, Order())
            await listener.until_job(again, "done")
            other = await service.api.send_again(ME, job, Order(number=TO, message="Another"))
            await listener.until_job(other, "done")

    script(tmp_path, {TO: ["busy", "ok", "ok", "ok"]})
    asyncio.run(main())
    # Of a call that found the number busy, too.
    assert set(drawn[:-1]) == {KEPT} and drawn[-1] == "Another"
