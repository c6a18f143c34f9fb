# SPDX-License-Identifier: GPL-3.0-or-later
"""The flows that are recorded: python -m tests.support.power_cut.flows FLOW FOLDER

A service starts on an empty disk, faxes are sent, received or fetched, and one of those sent or received is removed by
its owner; or an office works (`tests.support.office_flows`). What a client is told is added to FOLDER/told, a line
each, before anything else is done; what the far end sees stands in FOLDER/log.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from faxcore.contract.order import Order
from faxcore.contract.printed import Claim
from faxcore.contract.sent_fax import Job
from faxcore.model.job import State
from faxcore.service import FaxService
from faxcore.store.store import Store
from tests.support.archived import archived, stamp
from tests.support.many_faxes import Ids, add_jobs
from tests.support.office_flows import Ask, Say, digits, hold_and_change, prepare_office, send_to_many
from tests.support.service_parts import ME, Listener, document, running, script
from tests.support.waiting import until

PRINTED: Final = "0199000002"
HANDED_IN: Final = "0199000003"
OFFERING: Final = "0199000004"
PAGES: Final = (3, 2)
"""The pages of the two calls that come in."""
MANY: Final = 1_000
IN_CALL: Final = 50


def prepare(folder: Path, flow: str) -> None:
    """Make what is outside of the disk: documents, and what the other machines do."""
    folder.mkdir()
    if flow in OFFICE_FLOWS:
        prepare_office(folder)
        return
    document(folder)
    rings = [
        {"pages": pages, "end": "ok", "called": "0199000001", "when": str(folder / f"ring-{number}")}
        for number, pages in enumerate(PAGES)
    ]
    script(
        folder,
        {PRINTED: ["partial", "ok"], HANDED_IN: ["ok"]},
        fetch={OFFERING: ["partial", "ok"]},
        **({"ring": {"line-1": rings}} if flow == "receive" else {}),
    )


class Witness:
    """Writes down what the service tells, as whoever is told would remember it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "told"

    def say(self, *words: str) -> None:
        """Add a line."""
        with self._file.open("a") as file:
            print(*words, file=file)

    def listen(self, listener: Listener) -> None:
        """Write down the news that programs of people are told."""
        tell = listener.tell

        def tell_and_say(person: str, news: Any) -> bool:
            if isinstance(news, Job):
                self.say("state", digits(news.number), news.state.value)
                if news.confirmed:
                    self.say("confirmed", digits(news.number), str(news.confirmed))
            elif type(news).__name__ == "Reception":
                self.say("arrived", news.id)
            return tell(person, news)

        listener.tell = tell_and_say  # type: ignore[method-assign]


async def send(folder: Path, witness: Witness) -> None:
    """A print job is completed in the dialog and sent in two calls; what is handed in is sent, and removed."""
    async with running(folder) as (service, listener):
        witness.listen(listener)
        with (folder / "document.tif").open("rb") as pages, open(os.devnull, "rb") as nothing:
            claim = Claim(user=ME, title="printed", key="urn:uuid:7")
            draft = (await service.intake.submit("lp", pages.fileno(), nothing.fileno(), claim)).id
        witness.say("accepted", PRINTED)
        await service.api.submit_draft(ME, draft, Order(number=PRINTED))
        witness.say("ordered", PRINTED)
        await listener.until(lambda _p, _n, news: _is_done(news, PRINTED))
        with (folder / "document.tif").open("rb") as pages, (folder / "document.tif").open("rb") as original:
            job = await service.api.submit_document(ME, pages.fileno(), original.fileno(), Order(number=HANDED_IN))
        witness.say("accepted", HANDED_IN)
        witness.say("ordered", HANDED_IN)
        await listener.until(lambda _p, _n, news: _is_done(news, HANDED_IN))
        await remove(service, witness, job, HANDED_IN)


def _is_done(news: object, number: str) -> bool:
    return isinstance(news, Job) and digits(news.number) == number and news.state is State.DONE


async def receive(folder: Path, witness: Witness) -> None:
    """Two calls bring pages, one after the other; what the first one brought is removed."""
    async with running(folder) as (service, listener):
        witness.listen(listener)
        for number in range(len(PAGES)):
            (folder / f"ring-{number}").touch()
            await until("the fax", lambda count=number + 1: _have_arrived(listener, count))
        first = (await service.api.list_receptions(ME))[-1]
        await remove(service, witness, first.id, first.id)


async def fetch(folder: Path, witness: Witness) -> None:
    """A document is fetched in two calls, the first of which breaks off."""
    async with running(folder) as (service, listener):
        witness.listen(listener)
        await service.api.fetch_document(ME, Order(number=OFFERING))
        witness.say("accepted", OFFERING)
        await until("both receptions", lambda: _have_arrived(listener, 2))


def _have_arrived(listener: Listener, count: int) -> bool:
    return sum(name == "ReceptionArrived" for _person, name, _news in listener.heard) == count


async def remove(service: FaxService, witness: Witness, fax: str, name: str) -> None:
    """Put a fax into the bin, and empty that as the rules of retention do when its days are over."""
    await until("the sweep after the start", lambda: service.sweeping.rests)
    witness.say("removing", name)
    await service.api.bin_fax(ME, fax)
    assert service.store.retention.empty_bins(0) == 1
    witness.say("removed", name)


async def change_many(folder: Path, _witness: Witness) -> None:
    """A thousand faxes, some of them in a call, are changed in one transaction."""
    store, ids = Store(folder / "state"), Ids()
    add_jobs(store, ME, MANY - IN_CALL, State.SLEEPING, ids)
    add_jobs(store, ME, IN_CALL, State.ACTIVE, ids)
    with store.transaction():
        store.database.run(text("UPDATE job SET changed = '2026-01-03T00:00:00.000Z'"))
    store.close()


async def work_in_office(folder: Path, witness: Witness, work: OfficeFlow) -> None:
    """What an office does, each thing once."""
    async with running(folder, archived(folder), composer=stamp) as (service, listener):
        witness.listen(listener)
        await work(service, folder, lambda asked: asked(), witness.say)


Flow = Callable[[Path, Witness], Awaitable[None]]
OfficeFlow = Callable[[FaxService, Path, Ask, Say], Awaitable[None]]
OFFICE_FLOWS: Final[dict[str, OfficeFlow]] = {"broadcast": send_to_many, "change": hold_and_change}
FLOWS: Final[dict[str, Flow]] = {
    "send": send,
    "receive": receive,
    "fetch": fetch,
    **{name: partial(work_in_office, work=work) for name, work in OFFICE_FLOWS.items()},
}
OTHERS: Final[dict[str, Flow]] = {"many": change_many}


def main(folder: Path, flow: str) -> None:
    prepare(folder, flow)
    asyncio.run(asyncio.wait_for((FLOWS | OTHERS)[flow](folder, Witness(folder)), 120))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main(Path(sys.argv[2]), sys.argv[1])
