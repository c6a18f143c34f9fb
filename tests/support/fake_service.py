# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted stand-in of the service for the tests of the windows: the whole bus, in memory.

`FakeDesk` has the methods of `faxcore.bus.client.Desk` and may be used directly. `serve` puts one on a bus, for
programs in processes of their own: `python -m tests.support.fake_service ADDRESS` does that with sample data.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from dbus_next import Message, MessageType
from PIL import Image, ImageDraw, ImageFont

from faxcore.bus import wire
from faxcore.bus.client import BusError
from faxcore.contract import bus as contract

Values = dict[str, Any]

HEADERS: list[Values] = [
    {"id": "plain", "name": "No cover page", "heading": "", "sender": [], "cover": False},
    {
        "id": "cover",
        "name": "Cover page",
        "heading": "Cabinet Martin",
        "sender": ["12 rue des Lilas", "38000 Grenoble"],
        "cover": True,
    },
]

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def tiff(*texts: str, resolution: tuple[int, int] = (204, 196)) -> bytes:
    """A bilevel TIFF in fax geometry with one page for each text."""
    pages = []
    for text in texts:
        page = Image.new("1", (1728, round(297 * resolution[1] / 25.4)), 1)
        draw = ImageDraw.Draw(page)
        draw.multiline_text((160, 200), text, font=ImageFont.truetype(FONT, 38), fill=0, spacing=16)
        pages.append(page)
    out = io.BytesIO()
    pages[0].save(out, "TIFF", compression="group4", dpi=resolution, save_all=True, append_images=pages[1:])
    return out.getvalue()


class FakeDesk:
    """Drafts, jobs and receptions of one user in memory; `refuse` makes the next calls of a method fail."""

    def __init__(self) -> None:
        self.present = True
        self.drafts: dict[str, Values] = {}
        self.pages: dict[str, tuple[str, ...]] = {}
        self.jobs: dict[str, Values] = {}
        self.receptions: list[Values] = []
        self.asked: list[tuple[Any, ...]] = []
        self.refuse: dict[str, BusError] = {}
        self.hold: asyncio.Event | None = None
        self.on_draft_waiting: Callable[[Values], None] | None = None
        self.on_job_changed: Callable[[Values], None] | None = None
        self.on_reception_arrived: Callable[[Values], None] | None = None
        self._ids = itertools.count(1)

    def add_draft(self, title: str, *texts: str) -> str:
        """A document that waits."""
        draft = f"draft-{next(self._ids)}"
        self.pages[draft] = texts
        self.drafts[draft] = {
            "id": draft,
            "title": title,
            "created": "2026-03-04T09:30:00+00:00",
            "pages": len(texts),
            "resolution": "fine",
        }
        if self.on_draft_waiting is not None:
            self.on_draft_waiting(self.drafts[draft])
        return draft

    def add_job(self, **values: Any) -> str:
        """A job, as far as these values say."""
        job = f"job-{next(self._ids)}"
        self.jobs[job] = {
            "id": job,
            "state": "ready",
            "title": "Letter",
            "number": "+33123456789",
            "recipient": "Claire Martin",
            "subject": "",
            "header": "plain",
            "created": "2026-03-04T09:31:00+00:00",
            "changed": "2026-03-04T09:31:00+00:00",
            "reason": "",
            "pages": 1,
            "confirmed": 0,
            "tries": 0,
            "progress": "",
        } | values
        return job

    def change_job(self, job: str, **values: Any) -> None:
        """Something happened to a job."""
        self.jobs[job] |= values
        if self.on_job_changed is not None:
            self.on_job_changed(dict(self.jobs[job]))

    def add_reception(self, **values: Any) -> Values:
        """A fax arrived."""
        reception = {
            "id": f"reception-{next(self._ids)}",
            "received": "2026-03-04T10:02:00+00:00",
            "line": "line1",
            "called": "101",
            "sub_address": "",
            "caller": "102",
            "remote_id": "+33 1 98 76 54 32",
            "outcome": "complete",
            "reason": "",
            "tiff": "",
            "pdf": "",
            "pages": 2,
            "bad_rows": 0,
        } | values
        self.receptions.insert(0, reception)
        if self.on_reception_arrived is not None:
            self.on_reception_arrived(dict(reception))
        return reception

    # ------------------------------------------------------------ the contract

    async def register(self) -> None:
        self._ask("register")

    async def headers(self) -> list[Values]:
        self._ask("headers")
        return HEADERS

    async def status(self) -> Values:
        self._ask("status")
        return {"version": "0", "lines": [], "queued": 0, "active": 0, "drafts": len(self.drafts)}

    async def list_drafts(self) -> list[Values]:
        self._ask("list_drafts")
        return list(self.drafts.values())

    async def read_draft(self, draft: str, out: Any) -> None:
        self._ask("read_draft", draft)
        _write(out, tiff(*self._draft(draft)))

    async def compose_draft(self, draft: str, order: Mapping[str, str], out: Any) -> None:
        self._ask("compose_draft", draft, dict(order))
        if self.hold is not None:
            await self.hold.wait()
        self._check(order)
        who = f"{order.get('first_name', '')} {order.get('last_name', '')}".strip()
        cover = (f"FAX\n\nTo: {who}\nNumber: {order.get('number', '')}\nSubject: {order.get('subject', '')}",)
        texts = (cover if order.get("header") == "cover" else ()) + self._draft(draft)
        _write(
            out, tiff(*(f"2026-03-04 09:31  {who}  {at}/{len(texts)}\n\n{text}" for at, text in enumerate(texts, 1)))
        )

    async def discard_draft(self, draft: str) -> None:
        self._ask("discard_draft", draft)
        self._draft(draft)
        del self.drafts[draft]

    async def submit_draft(self, draft: str, order: Mapping[str, str]) -> str:
        self._ask("submit_draft", draft, dict(order))
        self._draft(draft)
        self._check(order)
        values = self.drafts.pop(draft)
        name = f"{order.get('first_name', '')} {order.get('last_name', '')}".strip() or order["number"]
        return self.add_job(title=values["title"], number=order["number"], recipient=name, pages=values["pages"])

    async def list_jobs(self) -> list[Values]:
        self._ask("list_jobs")
        return list(reversed(self.jobs.values()))

    async def show_job(self, job: str) -> Values:
        self._ask("show_job", job)
        call = {
            "started": "2026-03-04T09:31:05+00:00",
            "outcome": "failed",
            "reason": "busy",
            "sent": 0,
            "confirmed": 0,
        }
        return self._job(job) | {"calls": [call | {"rate": 9600, "remote_id": "", "seconds": 4.5, "line": "line1"}]}

    async def read_job(self, job: str, out: Any) -> None:
        self._ask("read_job", job)
        _write(out, tiff(str(self._job(job)["title"])))

    async def cancel_job(self, job: str) -> None:
        self._ask("cancel_job", job)
        self._job(job)
        self.change_job(job, state="cancelled")

    async def resolve_job(self, job: str, verdict: str) -> None:
        self._ask("resolve_job", job, verdict)
        if self._job(job)["state"] != "uncertain":
            raise BusError(contract.ERROR_STATE, "This fax needs no decision.")
        self.change_job(job, state="done" if verdict == "arrived" else "ready")

    async def list_receptions(self) -> list[Values]:
        self._ask("list_receptions")
        return list(self.receptions)

    async def read_reception(self, reception: str, kind: str, out: Any) -> None:
        self._ask("read_reception", reception, kind)
        _write(out, b"%PDF-1.4\n")

    def _ask(self, method: str, *values: Any) -> None:
        self.asked.append((method, *values))
        if method in self.refuse:
            raise self.refuse[method]

    def _draft(self, draft: str) -> tuple[str, ...]:
        if draft not in self.drafts:
            raise BusError(contract.ERROR_UNKNOWN, "There is no such document.")
        return self.pages[draft]

    def _job(self, job: str) -> Values:
        if job not in self.jobs:
            raise BusError(contract.ERROR_UNKNOWN, "There is no such fax.")
        return self.jobs[job]

    def _check(self, order: Mapping[str, str]) -> None:
        if "x" in order.get("number", ""):
            raise BusError(contract.ERROR_BAD_NUMBER, "A fax number has digits only: 01 23 45 67 89, for example.")


def _write(out: Any, octets: bytes) -> None:
    with os.fdopen(os.dup(out if isinstance(out, int) else out.fileno()), "wb") as file:
        file.write(octets)


METHODS = {
    "Register": "register",
    "Headers": "headers",
    "Status": "status",
    "ListDrafts": "list_drafts",
    "ReadDraft": "read_draft",
    "ComposeDraft": "compose_draft",
    "DiscardDraft": "discard_draft",
    "SubmitDraft": "submit_draft",
    "ListJobs": "list_jobs",
    "ShowJob": "show_job",
    "ReadJob": "read_job",
    "CancelJob": "cancel_job",
    "ResolveJob": "resolve_job",
    "ListReceptions": "list_receptions",
    "ReadReception": "read_reception",
}


async def serve(desk: FakeDesk, address: str) -> wire.Bus:
    """Put this desk on the bus, for any caller."""
    bus = await wire.open_bus(address)
    registered: set[str] = set()
    tasks: set[asyncio.Task[None]] = set()

    async def answer(message: Message, body: list[Any], descriptors: list[int]) -> None:
        try:
            result = await getattr(desk, METHODS[message.member])(*body)
        except BusError as error:
            await bus.send(Message.new_error(message, error.name, error.message))
            return
        finally:
            wire.close_all(descriptors)
        if message.member == "Register":
            registered.add(message.sender)
        signature, values = _returned(result)
        await bus.send(Message.new_method_return(message, signature, values))

    def heard(message: Message) -> bool:
        if message.message_type is not MessageType.METHOD_CALL or message.interface != contract.DESK:
            return False
        descriptors = wire.take_descriptors(message)
        kinds = message.signature.replace("a{sv}", "d")
        body = [
            descriptors[value] if kind == "h" else wire.from_wire(value)
            for kind, value in zip(kinds, message.body, strict=True)
        ]
        task = asyncio.ensure_future(answer(message, body, descriptors))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return True

    def signal(member: str) -> Callable[[Values], None]:
        def send(values: Values) -> None:
            for caller in registered:
                said = Message.new_signal(contract.OBJECT_PATH, contract.DESK, member, "a{sv}", [wire.to_wire(values)])
                said.destination = caller
                bus.send_message(said) if hasattr(bus, "send_message") else asyncio.ensure_future(bus.send(said))

        return send

    bus.add_message_handler(heard)
    desk.on_draft_waiting = signal("DraftWaiting")
    desk.on_job_changed = signal("JobChanged")
    desk.on_reception_arrived = signal("ReceptionArrived")
    await wire.call_daemon(bus, "RequestName", "su", contract.BUS_NAME, 4)
    return bus


def _returned(result: Any) -> tuple[str, list[Any]]:
    match result:
        case None:
            return "", []
        case str():
            return "s", [result]
        case dict():
            return "a{sv}", [wire.to_wire(result)]
        case _:
            return "aa{sv}", [[wire.to_wire(values) for values in result]]


def sample() -> FakeDesk:
    """A desk on which there is something to see."""
    desk = FakeDesk()
    desk.add_draft("Quote 2026-17 for the new roof", "Dear Madam,\n\nhere is our quote.", "Terms", "Annex")
    desk.add_job(state="done", confirmed=1, tries=1, subject="Order 4711")
    desk.add_job(
        state="active", recipient="Dupont SA", number="0476543210", pages=3, confirmed=1, progress="page 2 of 3"
    )
    desk.add_job(state="failed", recipient="", reason="The line was busy five times.", tries=5)
    desk.add_job(
        state="uncertain", recipient="Jean Petit", subject="Contract", reason="The last confirmation was lost."
    )
    desk.add_job(state="sleeping", recipient="Mairie de Lyon", reason="No answer.", tries=2)
    desk.add_reception(remote_id="<b>Bobby & sons</b>")
    desk.add_reception(outcome="partial", reason="The caller hung up.", pages=1, remote_id="", caller="0198765432")
    return desk


async def _main(address: str) -> None:
    desk = sample()
    await serve(desk, address)
    while True:  # for a person at a keyboard: each line of input prints a document
        line = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        if not line:
            return
        match line.split():
            case ["draft", *title]:
                desk.add_draft(" ".join(title), "A page", "Another")
            case ["fax"]:
                desk.add_reception()
            case ["job", job, state]:
                desk.change_job(job, state=state)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
