# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for the end of a fax, over restarts of the service."""

from __future__ import annotations

import asyncio
import sys
from typing import Final

from faxcore.bus.client import Client, ServiceUnavailable, connect
from faxcore.contract.sent_fax import JobDetails
from faxcore.i18n import gettext as _
from faxcore.model.job import FINAL, State

AGAIN_SECONDS: Final = 1.0

_ENDED: Final = FINAL | {State.UNCERTAIN}


async def wait_for_end(address: str | None, job: str) -> JobDetails:
    """Wait until a fax of this id has ended, and give it. BusError if there is none. While the service is away it is
    waited for; standard error says so, once.
    """
    said = False
    while True:
        try:
            async with connect(address) as desk:
                return await _wait_here(desk, job)
        except ServiceUnavailable:
            if not said:
                print(_("The fax service is away: waiting until it is back."), file=sys.stderr, flush=True)
            said = True
        await asyncio.sleep(AGAIN_SECONDS)


async def _wait_here(desk: Client, job: str) -> JobDetails:
    """Do so on one connection. ServiceUnavailable if it ends, or the service leaves it."""
    changed = asyncio.Event()
    desk.on_job_changed = lambda news: changed.set() if news.id == job else None
    desk.on_service_changed = lambda _present: changed.set()
    await desk.register()
    closed = asyncio.ensure_future(desk.closed())
    try:
        while True:
            changed.clear()
            found = await desk.show_job(job)
            if found.job.state in _ENDED:
                return found
            change = asyncio.ensure_future(changed.wait())
            await asyncio.wait((closed, change), return_when=asyncio.FIRST_COMPLETED)
            change.cancel()
            # After the end of the connection, or the service's, the next question says so.
    finally:
        closed.cancel()
