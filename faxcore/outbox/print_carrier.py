# SPDX-License-Identifier: GPL-3.0-or-later
"""Received faxes on paper: printed on the queue that their route, number or line names, by a process of its own that
knows the printing system. It is printed again if the service ends after the queue took it and before that was noted.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import datetime
from typing import Final

from faxcore.fax_folders.own_copies import own_copies
from faxcore.lines.process import reap, start
from faxcore.model.sentence import Sentence, Value, literal
from faxcore.model.text import clean_text
from faxcore.outbox.outbox import Attempt, Carrying
from faxcore.store.deliveries import DeliveryRow
from faxcore.store.receptions import KNOWN, ReceptionRow
from faxcore.store.store import Store

COMMAND: Final = (sys.executable, "-m", "faxcore.cups.print_received")
RUN_SECONDS: Final = 60.0
GIVE_UP_SECONDS: Final = 2 * 86_400.0


class PrintCarrier:
    """Prints received faxes."""

    give_up_seconds = GIVE_UP_SECONDS
    is_open = True

    def __init__(self, store: Store) -> None:
        self._store = store

    async def rest(self) -> None:
        """Nothing to end."""

    async def carry(self, delivery: DeliveryRow) -> Attempt:
        """Print one fax."""
        reception = self._store.receptions.get(delivery.subject)
        own = None if reception is None else own_copies(self._store.call_folder(reception.call)).pdf
        if reception is None or own is None or reception.state not in KNOWN or not own.exists():
            return Attempt(Carrying.NEEDLESS)
        printer = delivery.address
        values: dict[str, Value] = {"printer": printer}
        with tempfile.TemporaryFile() as said:
            process = await start(
                [*COMMAND, printer, _title(reception), str(own)],
                outlives_us=False,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=said,
            )
            code = await reap(process, RUN_SECONDS)
            said.seek(0)
            words = clean_text(said.read(2000).decode("utf-8", "replace"))
        values["reason"] = words
        match code:
            case 0:
                return Attempt(Carrying.TOLD)
            case 3:  # as print_received says
                missing = Sentence("The printing system has no printer {printer}.", values)
                return Attempt(Carrying.LATER, missing)
            case 4:
                return Attempt(Carrying.DOWN, literal(words))
            case _:
                refused = Sentence("The printer {printer} did not take it: {reason}", values)
                return Attempt(Carrying.LATER, refused)

    def explain_down(self, reason: Sentence, waiting: int) -> Sentence:
        """Say that nothing is printed."""
        return Sentence("No received fax is printed (waiting: {count}): {reason}", {"count": waiting, "reason": reason})

    def explain_given_up(self, count: int) -> Sentence:
        """Say that something was given up."""
        return Sentence(
            "Received faxes could not be printed today: {count}. `faxctl deliveries list` says which, and why.",
            {"count": count},
        )


def _title(reception: ReceptionRow) -> str:
    """Make the title of a print job."""
    when = f"{datetime.fromisoformat(reception.received).astimezone():%Y-%m-%d %H:%M}"
    return f"Fax {when} {clean_text(reception.remote_id or reception.caller, 40)}".strip()
