# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that is killed at a named point: python -m tests.support.crash_child POINT FOLDER

A point is a checkpoint of the product, at which the process sends itself SIGKILL. Accepted ids are written to
FOLDER/accepted, synced, when the client has its answer; nothing else of this process survives. With a file
FOLDER/archived, what it sends is archived; with a file FOLDER/fetches, it fetches a document. With a file
FOLDER/list.csv, its document goes to many. With a file FOLDER/several, it sends three faxes to one number. With a file
FOLDER/returns, a file in the place of the folder of received faxes goes when a fax waits for that folder. With a file
FOLDER/arrivals, so many faxes have to arrive as it says. With a file FOLDER/formats, received faxes are filed under the
name "first" in the format that it says. With a file FOLDER/priced, that is the tariff of sales. With a file
FOLDER/joins, its document is printed twice, and both become one fax.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from faxcore.api import own_broadcasts
from faxcore.checkpoint import checkpoint
from faxcore.config import BillingConfig, FileNaming, TariffText
from faxcore.contract.offered import NewOffer
from faxcore.contract.order import Order
from faxcore.contract.printed import Accepted, Claim, PartChoice
from faxcore.contract.received_fax import ReceptionChange
from faxcore.model.file_format import FileFormat
from faxcore.model.job import State
from faxcore.model.recipient import Recipient
from faxcore.service import FaxService
from tests.support import archived, service_parts

POINTS: dict[str, int] = {
    # the name of a checkpoint, and which passing of it; " #2" tells two passings of one checkpoint apart
    "document checked, not named": 1,
    "document copied, no row": 1,
    "document's row written, not committed": 1,
    "job's row written, not committed": 1,
    "job committed, client not told": 1,
    "before the claim": 1,
    "claimed, not composed": 1,
    "composed, not dialled": 1,
    "dialled": 1,
    "page confirmed on disk": 1,
    "last page out, not on disk": 1,
    "final-pending on disk, line not told": 1,
    "line told, end not heard": 1,
    "call ended, not on disk": 1,
    "call's end written, not committed": 1,
    "verdict written, not committed": 1,
    "verdict on disk, not told": 1,
    "reception begun": 1,
    "page safe, row not written": 1,
    "page's row written": 1,
    "page safe, row not written #2": 2,
    "call in ended, not on disk": 1,
    "reception written, not committed": 1,
    "reception kept, not filed": 1,
    "files made, no names": 1,
    "names chosen": 1,
    "a file placed": 1,
    "a file placed #2": 2,
    "filed, not committed": 1,
    "filed, not told": 1,
    "waiting, not committed": 1,
    "waiting, not told": 1,
    "draft committed, backend not told": 1,
    "draft taken, not committed": 1,
}

ARCHIVING: dict[str, int] = {
    "job done, its copy not made": 1,
    "copy in the archive, no names": 1,
    "copy filed, what was kept not removed": 1,
}
"""The checkpoints of a service that has an archive."""

BROADCASTING: dict[str, int] = {
    "broadcast begun, recipients missing": 1,
    "broadcast begun, recipients missing #2": 2,
    "broadcast whole, not accepted": 1,
    "part of a broadcast ready, not committed": 1,
    "part of a broadcast accepted, client not told": 1,
    "part of a broadcast ready, not committed #2": 2,
    "part of a broadcast accepted, client not told #2": 2,
    "part of a broadcast ready, not committed #3": 3,
    "part of a broadcast accepted, client not told #3": 3,
}
"""The checkpoints of a broadcast that is taken in in three parts."""
PART = 4
RECIPIENTS = tuple(f"01990000{place:02}" for place in range(20, 31))

FOLLOWING: dict[str, int] = {
    "last page out, not on disk": 1,
    "line told, end not heard": 1,
    "call ended, not on disk": 1,
    "verdict written, not committed": 1,
    "next fax claimed, not told": 1,
    "verdict on disk, not told": 1,
    "next fax claimed, line not told": 1,
    "page confirmed on disk #4": 4,
    "line told, end not heard #2": 2,
    "call ended, not on disk #2": 2,
}
"""The checkpoints of a service that sends several faxes in one call."""


APART: dict[str, int] = {
    "page safe, row not written #3": 3,
    "page's row written #3": 3,
    "page safe, row not written #4": 4,
    "page's row written #5": 5,
    "call in ended, not on disk": 1,
    "document begun, not apart": 1,
    "document begun, not apart #2": 2,
    "documents apart, call not closed": 1,
    "reception written, not committed": 1,
    "reception written, not committed #2": 2,
    "reception written, not committed #3": 3,
    "reception kept, not filed": 1,
    "reception kept, not filed #3": 3,
    "filed, not committed #2": 2,
    "filed, not told #2": 2,
}
"""The checkpoints of a service that receives three documents, of two, one and two pages, in one call."""


JOINING: dict[str, int] = {
    "pages of a draft made anew, no row": 1,
    "documents of a draft joined, not committed": 1,
    "documents of a draft joined, client not told": 1,
    "pages of a draft made anew, no row #2": 2,
    "draft taken, not committed": 1,
}
"""The checkpoints of two drafts that become one, of which a page is left out, and are sent."""


def arm(point: str, do: Callable[[], None] | None = None) -> None:
    """Have the process killed there, or something else done."""
    checkpoint.arm(
        point.partition(" #")[0], nth=(POINTS | ARCHIVING | BROADCASTING | FOLLOWING | APART | JOINING)[point], do=do
    )


async def main(folder: Path) -> None:
    changes: dict[str, Any] = {}
    if (folder / "archived").exists():
        changes = {"config": archived.archived(folder), "composer": archived.stamp}
    if (folder / "formats").exists():
        formats = (FileFormat((folder / "formats").read_text()),)
        changes = {"config": service_parts.configured(folder, naming=FileNaming("first", formats))}
    if (folder / "priced").exists():
        sale = TariffText(folder / "priced", (folder / "priced").read_text())
        changes = {"config": service_parts.configured(folder, billing=BillingConfig(sale))}
    composer = service_parts.CountingComposer()
    if (folder / "several").exists():
        changes = {"composer": composer}
    async with service_parts.running(folder, **changes) as (service, listener):
        if (folder / "draft").exists():
            await print_and_submit(service, folder)
        elif (folder / "joins").exists():
            drafts = [await hand_over(service, folder, f"urn:uuid:{at}") for at in range(2)]
            await join_and_submit(service, drafts)
        elif (folder / "list.csv").exists():
            accepted(folder, await submit_to_many(service, folder))
        elif (folder / "several").exists():
            await submit_several(service, listener, folder, composer)
        elif (folder / "offers").exists():
            await offer_and_be_called(service, folder)
        elif (folder / "fetches").exists():
            job = await service.api.fetch_document(service_parts.ME, Order(number="0199000002"))
            accepted(folder, job)
            await listener.until_job(job, "done")
            await listener.until(lambda _p, name, _v: name == "ReceptionArrived")
        elif (folder / "document.tif").exists():
            accepted(folder, await service_parts.submit(service, folder / "document.tif"))
        await listener.until(lambda _p, name, v: name == "ReceptionArrived" or getattr(v, "state", None) is State.DONE)
        if (folder / "arrivals").exists():
            await listener.until_arrived(int((folder / "arrivals").read_text()))
        if (folder / "archived").exists():
            await archived.until_filed(service, (folder / "accepted").read_text().strip())
        if (folder / "returns").exists():
            (folder / "received").unlink()
            service.filing.wake()
            await listener.until(lambda _p, _name, v: isinstance(v, ReceptionChange) and v.reception.tiff != "")
        # The point was not passed: a bug of the test, which sees that we ended in peace.


async def submit_several(
    service: Any, listener: service_parts.Listener, folder: Path, composer: service_parts.CountingComposer
) -> None:
    """Three faxes to one number, which go out when the second is ready to follow the first."""
    gate = service_parts.Gate(folder)
    jobs = [await service_parts.submit(service, folder / "document.tif") for _ in range(3)]
    for job in jobs:
        accepted(folder, job)
    await composer.until(2)
    gate.let_through()
    for job in jobs:
        await listener.until_job(job, "done")


async def print_and_submit(service: Any, folder: Path) -> None:
    with (folder / "document.tif").open("rb") as pages, open(os.devnull, "rb") as nothing:
        claim = Claim(user=service_parts.ME, title="printed", key="urn:uuid:7")
        handover = await service.intake.submit("lp", pages.fileno(), nothing.fileno(), claim)
        assert handover.kind is Accepted.DRAFT
        accepted(folder, handover.id)
        if (folder / "draft").read_text():
            await submit_draft_to_many(service, folder, handover.id)
        else:
            await service.api.submit_draft(service_parts.ME, handover.id, Order(number="0199000002"))


async def hand_over(service: FaxService, folder: Path, key: str) -> str:
    """Print the document; its draft."""
    with (folder / "document.tif").open("rb") as pages, open(os.devnull, "rb") as nothing:
        claim = Claim(user=service_parts.ME, title="printed", key=key)
        return (await service.intake.submit("lp", pages.fileno(), nothing.fileno(), claim)).id


async def join_and_submit(service: FaxService, drafts: Sequence[str]) -> str:
    """Make these drafts one, the last document first and without its first page, and send it; its job."""
    for other in drafts[1:]:
        await service.api.join_drafts(service_parts.ME, drafts[0], other)
    (draft,) = await service.api.list_drafts(service_parts.ME)
    first, second = draft.parts
    choices = [PartChoice(second.id, (1,)), PartChoice(first.id)]
    await service.api.arrange_draft(service_parts.ME, draft.id, choices)
    return await service.api.submit_draft(service_parts.ME, draft.id, Order(number="0199000002"))


async def submit_draft_to_many(service: FaxService, folder: Path, draft: str) -> str:
    """Submit a draft for the numbers in the file `draft`, in three parts; the broadcast, always the same."""
    own_broadcasts.PART = PART  # type: ignore[misc]
    recipients = [Recipient(number) for number in (folder / "draft").read_text().split()]
    return (await service.api.submit_draft_to_many(service_parts.ME, draft, recipients, Order())).id


async def submit_to_many(service: FaxService, folder: Path) -> str:
    """Hand the document in for everybody in the list, three parts of them; the broadcast, always the same."""
    own_broadcasts.PART = PART  # type: ignore[misc]
    with (folder / "document.tif").open("rb") as pages, (folder / "list.csv").open("rb") as recipients:
        descriptors = pages.fileno(), pages.fileno(), recipients.fileno()
        order = Order(title="Circular", key="once")
        return (await service.api.submit_to_many(service_parts.ME, *descriptors, order)).id


async def offer_and_be_called(service: Any, folder: Path) -> None:
    with (folder / "document.tif").open("rb") as pages, open(os.devnull, "rb") as nothing:
        await service.api.offer_document(service_parts.ME, pages.fileno(), nothing.fileno(), NewOffer())
    (folder / "ring-0").touch()


def accepted(folder: Path, id: str) -> None:
    with (folder / "accepted").open("a") as file:
        print(id, file=file, flush=True)
        os.fsync(file.fileno())


if __name__ == "__main__":
    arm(sys.argv[1])
    asyncio.run(main(Path(sys.argv[2])))
