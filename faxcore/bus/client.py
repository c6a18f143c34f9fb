# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of the service: the only way in which windows, commands and the CUPS backend reach faxcore.

    from faxcore.bus import client

    async with client.connect() as desk:          # DBUS_SYSTEM_BUS_ADDRESS, or connect("unix:path=...")
        desk.on_reception_arrived = show_popup    # a plain function of one dictionary; likewise
        desk.on_draft_waiting = open_dialog       #   on_draft_waiting, on_job_changed
        desk.on_service_changed = tell_presence   # a plain function of one bool: the service came or went
        await desk.register()                     # again each time the service has appeared
        for draft in await desk.list_drafts():
            with open(path, "wb") as out:
                await desk.read_draft(draft["id"], out)

    async with client.connect_intake() as intake:     # the CUPS backend, as user lp
        kind, id = await intake.submit(pages, original, {"user": "anne", "title": "Letter", "print_job": 7})

Dictionaries are those of `faxcore.contract.bus`, as plain Python values (str, int, float, bool, lists, dictionaries).
Documents are open files or descriptors; the caller keeps and closes them; what the service writes begins where the
file is positioned. An `original` of None means that there is none.

`connect` succeeds while the service is away (`desk.present` is False then), so that the tray can wait for it; it
raises ServiceUnavailable only if there is no bus. Every method raises
- `ServiceUnavailable` if the service is not there, or does not answer in time: try again later;
- `BusError` otherwise: `name` is one of contract.ERROR_*, `message` is one sentence for a person. ERROR_DENIED also
  stands for the bus's own refusal.
Signals are believed only from the connection that owns the service's name now. `await desk.closed()` returns when
the bus itself has gone; make a new connection then. All this lives in one asyncio loop (qasync in the windows).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

from dbus_next.constants import MessageType
from dbus_next.errors import AuthError, InvalidAddressError
from dbus_next.message import Message

from faxcore.bus.wire import Bus, call_daemon, from_daemon, from_wire, open_bus, to_wire, wire_text
from faxcore.contract.bus import BUS_NAME, DESK, ERROR_DENIED, ERROR_INTERNAL, INTAKE, OBJECT_PATH
from faxcore.i18n import gettext as _

CALL_SECONDS: Final = 30.0
COMPOSE_SECONDS: Final = 120.0
"""Composing draws a cover page and a header line on up to 500 pages."""

Values = dict[str, Any]


class HasDescriptor(Protocol):
    """An open file."""

    def fileno(self) -> int: ...


Document = int | HasDescriptor


class BusError(Exception):
    """The service refuses, and says why in one sentence."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


class ServiceUnavailable(BusError):
    """There is no service, no bus, or no answer in time: nothing was promised, so try again later."""


_ABSENT: Final = frozenset(
    f"org.freedesktop.DBus.Error.{name}"
    for name in ("ServiceUnknown", "NameHasNoOwner", "NoReply", "Timeout", "TimedOut", "Disconnected", "NoServer")
)


class _Caller:
    """One connection to the bus, and the service as seen through it."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._owner = ""
        self.on_service_changed: Callable[[bool], None] | None = None
        bus.add_message_handler(self._heard)

    async def _start(self) -> None:
        rule = f"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{BUS_NAME}'"
        await call_daemon(self._bus, "AddMatch", "s", rule)
        owner = await call_daemon(self._bus, "GetNameOwner", "s", BUS_NAME)
        if owner is not None:
            self._owner = owner[0]

    @property
    def present(self) -> bool:
        """Whether the service is on the bus now."""
        return bool(self._owner)

    async def closed(self) -> None:
        """Return when the bus has gone, or when this connection has been closed."""
        await self._bus.gone()

    async def _call(
        self,
        interface: str,
        member: str,
        signature: str,
        body: Sequence[object],
        documents: Sequence[Document] = (),
        seconds: float = CALL_SECONDS,
    ) -> Any:
        message = Message(
            destination=BUS_NAME,
            path=OBJECT_PATH,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
            unix_fds=[_descriptor(document) for document in documents],
        )
        try:
            # Not wait_for: that of Python 3.11 forgets a cancellation that comes together with the answer.
            async with asyncio.timeout(seconds):
                reply = await self._bus.call(message)
        except (TimeoutError, EOFError, OSError) as error:
            raise ServiceUnavailable(ERROR_INTERNAL, _("The fax service does not answer.")) from error
        if reply is None:
            raise ServiceUnavailable(ERROR_INTERNAL, _("The connection to the fax service was closed."))
        if reply.message_type is MessageType.ERROR:
            raise _error(reply)
        values = [from_wire(value) for value in reply.body]
        return values[0] if len(values) == 1 else values

    def _heard(self, message: Message) -> None:
        if from_daemon(message, "NameOwnerChanged") and message.body[0] == BUS_NAME:
            self._owner = message.body[2]
            if self.on_service_changed is not None:
                self.on_service_changed(self.present)
        elif message.message_type is MessageType.SIGNAL and self._owner and message.sender == self._owner:
            self._signalled(message)

    def _signalled(self, message: Message) -> None:
        """A signal of the service itself."""


class Client(_Caller):
    """The user's desk: drafts, jobs and receptions of the user whose process this is."""

    def __init__(self, bus: Bus) -> None:
        super().__init__(bus)
        self.on_draft_waiting: Callable[[Values], None] | None = None
        self.on_job_changed: Callable[[Values], None] | None = None
        self.on_reception_arrived: Callable[[Values], None] | None = None

    async def register(self) -> None:
        """Have the signals sent here until this connection ends. What waited for this user is said at once."""
        await self._desk("Register")

    async def headers(self) -> list[Values]:
        """The headers to choose from: id, name, heading, sender, cover."""
        return list(await self._desk("Headers"))

    async def status(self) -> Values:
        """The service and its lines."""
        return dict(await self._desk("Status"))

    async def list_drafts(self) -> list[Values]:
        """DRAFT dictionaries of this user."""
        return list(await self._desk("ListDrafts"))

    async def read_draft(self, draft: str, out: Document) -> None:
        """Write the pages of the draft to `out` as TIFF."""
        await self._desk("ReadDraft", "sh", draft, 0, documents=(out,))

    async def compose_draft(self, draft: str, order: Mapping[str, str], out: Document) -> None:
        """Write the pages to `out` as they will arrive, with cover page and header line."""
        await self._desk("ComposeDraft", "sa{sv}h", draft, to_wire(order), 0, documents=(out,), seconds=COMPOSE_SECONDS)

    async def discard_draft(self, draft: str) -> None:
        """Throw the draft away."""
        await self._desk("DiscardDraft", "s", draft)

    async def submit_draft(self, draft: str, order: Mapping[str, str]) -> str:
        """Make the draft a job; its id. Repeating it for the same draft gives the same job."""
        return str(await self._desk("SubmitDraft", "sa{sv}", draft, to_wire(order)))

    async def submit_document(self, pages: Document, original: Document | None, order: Mapping[str, str]) -> str:
        """Make a job of a bilevel TIFF in fax geometry; its id."""
        with _or_nothing(original) as source:
            return str(await self._desk("SubmitDocument", "hha{sv}", 0, 1, to_wire(order), documents=(pages, source)))

    async def list_jobs(self) -> list[Values]:
        """JOB dictionaries of this user, newest first."""
        return list(await self._desk("ListJobs"))

    async def show_job(self, job: str) -> Values:
        """One JOB dictionary, with its calls."""
        return dict(await self._desk("ShowJob", "s", job))

    async def read_job(self, job: str, out: Document) -> None:
        """Write the pages of the job to `out` as TIFF."""
        await self._desk("ReadJob", "sh", job, 0, documents=(out,))

    async def cancel_job(self, job: str) -> None:
        """Cancel the job; a call that is under way ends as soon as the protocol allows."""
        await self._desk("CancelJob", "s", job)

    async def resolve_job(self, job: str, verdict: str) -> None:
        """Say of an uncertain job that it "arrived", or that it is to be sent "again"."""
        await self._desk("ResolveJob", "ss", job, verdict)

    async def list_receptions(self) -> list[Values]:
        """RECEPTION dictionaries of this user, newest first."""
        return list(await self._desk("ListReceptions"))

    async def read_reception(self, reception: str, kind: str, out: Document) -> None:
        """Write the reception to `out`; kind: "tiff", "pdf" or "transcript"."""
        await self._desk("ReadReception", "ssh", reception, kind, 0, documents=(out,))

    async def _desk(
        self,
        member: str,
        signature: str = "",
        *body: object,
        documents: Sequence[Document] = (),
        seconds: float = CALL_SECONDS,
    ) -> Any:
        harmless = [wire_text(value) if isinstance(value, str) else value for value in body]
        return await self._call(DESK, member, signature, harmless, documents, seconds)

    def _signalled(self, message: Message) -> None:
        if message.interface != DESK or message.signature != "a{sv}":
            return
        callback = {
            "DraftWaiting": self.on_draft_waiting,
            "JobChanged": self.on_job_changed,
            "ReceptionArrived": self.on_reception_arrived,
        }.get(message.member)
        if callback is not None:
            callback(from_wire(message.body[0]))


class Intake(_Caller):
    """The way in for print jobs: only cupsd's own user is let through."""

    async def submit(self, pages: Document, original: Document | None, claim: Mapping[str, Any]) -> tuple[str, str]:
        """Hand over a bilevel TIFF and what it was made from; ("draft" or "job", id) once it is on disk."""
        with _or_nothing(original) as source:
            kind, made = await self._call(INTAKE, "Submit", "hha{sv}", (0, 1, to_wire(claim)), (pages, source))
        return str(kind), str(made)


@asynccontextmanager
async def connect(address: str | None = None) -> AsyncIterator[Client]:
    """A Desk on the bus at this address, or at DBUS_SYSTEM_BUS_ADDRESS. ServiceUnavailable if there is no bus."""
    async with _joined(address) as bus:
        desk = Client(bus)
        await desk._start()
        yield desk


@asynccontextmanager
async def connect_intake(address: str | None = None) -> AsyncIterator[Intake]:
    """An Intake on the bus, as `connect`."""
    async with _joined(address) as bus:
        intake = Intake(bus)
        await intake._start()
        yield intake


@asynccontextmanager
async def _joined(address: str | None) -> AsyncIterator[Bus]:
    try:
        bus = await open_bus(address)
    except (OSError, EOFError, AuthError, InvalidAddressError) as error:
        raise ServiceUnavailable(ERROR_INTERNAL, _("The system bus cannot be reached.")) from error
    try:
        yield bus
    finally:
        await bus.close()


def _descriptor(document: Document) -> int:
    if isinstance(document, int):
        return document
    flush = getattr(document, "flush", None)
    if flush is not None:
        flush()
    return document.fileno()


class _or_nothing:  # noqa: N801 - reads as a clause: with _or_nothing(original) as source
    """A document, or an empty file that stands for none."""

    def __init__(self, document: Document | None) -> None:
        self._document = document
        self._empty = -1

    def __enter__(self) -> Document:
        if self._document is not None:
            return self._document
        self._empty = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        return self._empty

    def __exit__(self, *_error: object) -> None:
        if self._empty >= 0:
            os.close(self._empty)


def _error(reply: Message) -> BusError:
    text = str(reply.body[0]) if reply.body else ""
    if reply.error_name in _ABSENT:
        return ServiceUnavailable(ERROR_INTERNAL, _("The fax service is not running."))
    if reply.error_name == "org.freedesktop.DBus.Error.AccessDenied":
        return BusError(ERROR_DENIED, _("The system bus does not let this user do that."))
    return BusError(str(reply.error_name), text)
