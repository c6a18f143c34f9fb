# SPDX-License-Identifier: GPL-3.0-or-later
"""The real service with one fax that came and one that was sent, for what windows do with a fax."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore.contract.listed import FaxQuery, Folder
from faxcore.contract.order import Order
from faxcore.contract.received_fax import Reception
from faxcore.model.call import Outcome
from faxcore.qt.link import DeskLink
from notifier.fax import Fax, of_job, of_reception
from tests.support.service_fixture import make_document
from tests.system.notifier.desktop import until

SCRIPT: Final = {
    "ring": {"line-1": [{"pages": 3, "end": "ok", "called": "0199000001", "caller": "+33199000044"}]},
    "dial": {"0199000002": ["ok"]},
}


@dataclass(frozen=True)
class Faxes:
    """The faxes of the service."""

    link: DeskLink
    received: Fax
    """Three pages."""
    sent: Fax
    """Two pages."""


@asynccontextmanager
async def real_faxes(address: str, folder: Path, received: bool = True) -> AsyncIterator[Faxes]:
    """The link to a service that plays SCRIPT, when both faxes are there; where nothing rings, only the one sent."""
    link = DeskLink(address=address)
    linking = asyncio.ensure_future(link.run())
    try:
        await until(lambda: link.present)
        order = Order("0199000002", last_name="Lefevre", subject="Order 4711")
        with make_document(folder).open("rb") as pages:
            job = await link.desk.submit_document(pages, None, order)
        found: list[Fax] = []
        async with asyncio.timeout(30):
            while received and not found:
                page = await link.desk.list_faxes(FaxQuery(folder=Folder.INBOX))
                found = [of_reception(each) for each in page.receptions]
                await asyncio.sleep(0.02)
        sent = of_job((await link.desk.show_job(job)).job)
        yield Faxes(link, found[0] if received else sent, sent)
    finally:
        linking.cancel()
        await asyncio.gather(linking, return_exceptions=True)


def fax_named(name: str) -> Fax:
    """A fax that came from somebody who calls himself so."""
    when, called = "2026-11-28T10:00:00+00:00", "0199000001"
    return of_reception(Reception("1", when, "line-1", called, caller="", remote_id=name, outcome=Outcome.OK, pages=1))
