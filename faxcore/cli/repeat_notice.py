# SPDX-License-Identifier: GPL-3.0-or-later
"""A word about a fax that repeats one of today. It goes all the same: who writes a command means it."""

from __future__ import annotations

import sys
from contextlib import suppress

from faxcore.bus.client import BusError, ServiceUnavailable, connect
from faxcore.cli.plain_output import format_time
from faxcore.contract.order import Order
from faxcore.contract.sent_fax import Job
from faxcore.i18n import gettext as _
from faxcore.model.job import State
from faxcore.model.recipient import Recipient


async def tell_repeats(address: str | None, job: str, order: Order) -> None:
    """Say on standard error that the same pages went to this number today, or are on their way; nothing if that cannot
    be asked any more.
    """
    with suppress(BusError, ServiceUnavailable):
        async with connect(address) as desk:
            found = await desk.find_repeats(job, [Recipient(order.number)])
        if found:
            print(_describe(found[0], job), file=sys.stderr, flush=True)


def _describe(earlier: Job, job: str) -> str:
    named = {"number": earlier.number, "time": format_time(earlier.changed), "earlier": earlier.id, "job": job}
    sentences = {
        State.DONE: _("The same pages were sent to {number} at {time} (fax {earlier})."),
        State.UNCERTAIN: _("The same pages went to {number} at {time}, and may have arrived (fax {earlier})."),
    }
    on_its_way = _("The same pages are on their way to {number} already (fax {earlier}).")
    stop = _("This fax goes as well; to stop it: faxctl cancel {job}")
    return f"{sentences.get(earlier.state, on_its_way)} {stop}".format(**named)
