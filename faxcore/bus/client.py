# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of the service: the only way in which windows, commands and the CUPS backend reach faxcore.

    from faxcore.bus import client

    async with client.connect() as desk:          # the nearest of `addresses`, or connect("unix:path=...")
        desk.on_reception_arrived = show_popup    # a plain function of one contract.Reception; likewise
        desk.on_draft_waiting = open_dialog       #   on_draft_waiting (Draft), on_job_changed (Job),
        desk.on_print_noticed = show_popup        #   on_print_noticed (PrintNotice), on_document_fetched (Fetching)
                                                  #   on_reception_changed (ReceptionChange)
                                                  #   and on_lists_changed (ListsChange)
        desk.on_service_changed = tell_presence   # a plain function of one bool: the service came or went
        await desk.register()                     # again each time the service has appeared
        for draft in await desk.list_drafts():
            with open(path, "wb") as out:
                await desk.read_draft(draft.id, out)

    async with client.connect_intake() as intake:     # the CUPS backend, as user lp
        handover = await intake.submit(pages, original, Claim(user="anne", title="Letter", key=job_uuid))
        await intake.acknowledge(handover.id)

The methods are those of `faxcore.contract.bus`, made from its table, with its types. Documents are open files or
descriptors; the caller keeps and closes them; what the service writes begins where the file is positioned. An
`original` of None means that there is none.

`connect` succeeds while the service is away (`desk.present` is False then), so that the tray can wait for it; it
raises ServiceUnavailable only if there is no bus. Every method raises
- `ServiceUnavailable` if the service is not there: try again later. If it is `AnswerLost`, the service may have done
  what it was asked: it did not answer in time, or the connection went before its answer came;
- `BusError` otherwise: `code` is one of contract.ErrorCode, `sentence` is for a person, and `str` gives its text in the
  language of this program. DENIED also stands for the bus's own refusal.
Signals are believed only from the connection that owns the service's name now. `await desk.closed()` returns when
the connection has gone: with the bus, with a service to whose own socket it led, or because a service has come that can
be reached nearer than by this bus. Make a new connection then. All this lives in one asyncio loop (qasync in the
windows).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from dbus_next.constants import MessageType
from dbus_next.message import Message

from faxcore.bus.addresses import list_addresses
from faxcore.bus.wire import BUS_TROUBLE, Bus, call_daemon, from_daemon, from_wire, open_bus, to_wire, wire_text
from faxcore.contract.admin_interface import Admin
from faxcore.contract.bus import BUS_NAME, OBJECT_PATH, Document, ErrorCode
from faxcore.contract.codec import NotDecoded, decode, encode
from faxcore.contract.interfaces import Desk, Intake
from faxcore.contract.limited import LimitWarning
from faxcore.contract.listed import ListsChange
from faxcore.contract.methods import ADMIN, DESK, ERROR_CODES, INTAKE, METHODS, SIGNALS, Method
from faxcore.contract.offered import Fetching
from faxcore.contract.printed import Draft, PrintNotice
from faxcore.contract.received_fax import Reception, ReceptionChange
from faxcore.contract.sent_fax import Job
from faxcore.i18n import translate
from faxcore.model.sentence import Sentence, from_plain, literal

log = logging.getLogger(__name__)

C = TypeVar("C", bound="_Connection")


class BusError(Exception):
    """The service refuses, and says why in one sentence."""

    def __init__(self, code: ErrorCode, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return translate(self.sentence)


class ServiceUnavailable(BusError):
    """There is no service, no bus, or no answer in time: nothing was promised, so try again later."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(ErrorCode.INTERNAL, sentence)


class AnswerLost(ServiceUnavailable):
    """The service was asked, and no answer came: nobody knows whether it has done what it was asked."""


_ABSENT: Final = frozenset(
    f"org.freedesktop.DBus.Error.{name}" for name in ("ServiceUnknown", "NameHasNoOwner", "NoServer")
)
_UNANSWERED: Final = frozenset(
    f"org.freedesktop.DBus.Error.{name}" for name in ("NoReply", "Timeout", "TimedOut", "Disconnected")
)
_FULL: Final = "org.freedesktop.DBus.Error.LimitsExceeded"
"""The bus holds as much for the service as it may: somebody floods it."""
FULL_SECONDS: Final = 0.05
"""Seconds until what the bus has not taken is said again."""
_CLOSED: Final = Sentence("The connection to the fax service was closed.")
_NOT_RUNNING: Final = Sentence("The fax service is not running.")
_OTHER_RELEASE: Final = Sentence(
    "The fax service is of another release than this program: log out and in again, or restart the computer."
)


class _Connection:
    """One connection to the bus, and the service as seen through it."""

    def __init__(self, bus: Bus, nearest: bool = True) -> None:
        """`nearest` is False if the service has a nearer address, at which it was not."""
        self._bus = bus
        self._nearest = nearest
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
        """True while the service is on the bus."""
        return bool(self._owner)

    async def closed(self) -> None:
        """Return when the bus has gone, or when this connection has been closed."""
        await self._bus.gone()

    async def call(self, method: Method, arguments: tuple[Any, ...]) -> Any:
        """Call a method of the contract; its answer in the contract's types."""
        with contextlib.ExitStack() as opened:
            body, documents = _pack(method, arguments, opened)
            reply = await self._ask(method, body, documents)
        if reply.message_type is MessageType.ERROR:
            raise _error(reply)
        if not method.gives:
            return None
        try:
            return decode(from_wire(reply.body[0]), method.result)
        except (NotDecoded, IndexError) as error:
            log.error("%s: %s", method.name, error)
            raise BusError(ErrorCode.INTERNAL, _OTHER_RELEASE) from error

    async def _ask(self, method: Method, body: list[Any], documents: list[int]) -> Message:
        try:
            # Not wait_for: that of Python 3.11 forgets a cancellation that comes together with the answer.
            async with asyncio.timeout(method.seconds):
                reply = await self._call(method, body, documents)
                while reply is not None and reply.error_name == _FULL:
                    # The bus has not let the service have it: nothing has been done, and there is room soon.
                    await asyncio.sleep(FULL_SECONDS)
                    reply = await self._call(method, body, documents)
        except (TimeoutError, EOFError, OSError) as error:
            raise AnswerLost(Sentence("The fax service does not answer.")) from error
        if reply is None:
            raise AnswerLost(_CLOSED)
        return reply

    async def _call(self, method: Method, body: list[Any], documents: list[int]) -> Message | None:
        """Give the answer; None if the connection went before it came."""
        if not self._bus.connected:
            raise ServiceUnavailable(_CLOSED)
        message = Message(
            destination=BUS_NAME,
            path=OBJECT_PATH,
            interface=method.interface,
            member=method.name,
            signature=method.takes,
            body=body,
            unix_fds=documents,
        )
        return await self._bus.call(message)

    def _heard(self, message: Message) -> None:
        if from_daemon(message, "NameOwnerChanged") and message.body[0] == BUS_NAME:
            self._owner = message.body[2]
            if self.present and not self._nearest:
                self._bus.disconnect()
            elif self.on_service_changed is not None:
                self.on_service_changed(self.present)
        elif message.message_type is MessageType.SIGNAL and self._owner and message.sender in (self._owner, None):
            # The bus writes a sender on everything; without one it comes from the service's own socket.
            self._signalled(message)

    def _signalled(self, message: Message) -> None:
        """Take a signal of the service itself."""


def _with_methods(interface: str) -> Callable[[type[C]], type[C]]:
    """Give a class the methods of an interface, as the contract has them."""

    def make(method: Method) -> Callable[..., Any]:
        async def call(self: _Connection, *arguments: Any) -> Any:
            return await self.call(method, arguments)

        call.__name__, call.__doc__ = method.function, method.summary
        return call

    def add(kind: type[C]) -> type[C]:
        for method in METHODS:
            if method.interface == interface:
                setattr(kind, method.function, make(method))
        return kind

    return add


@_with_methods(DESK)
class Client(_Connection, Desk):
    """The desk of the user whose process this is: drafts, jobs and receptions."""

    def __init__(self, bus: Bus, nearest: bool = True) -> None:
        super().__init__(bus, nearest)
        self.on_draft_waiting: Callable[[Draft], None] | None = None
        self.on_job_changed: Callable[[Job], None] | None = None
        self.on_print_noticed: Callable[[PrintNotice], None] | None = None
        self.on_limit_warned: Callable[[LimitWarning], None] | None = None
        self.on_document_fetched: Callable[[Fetching], None] | None = None
        self.on_reception_arrived: Callable[[Reception], None] | None = None
        self.on_reception_changed: Callable[[ReceptionChange], None] | None = None
        self.on_lists_changed: Callable[[ListsChange], None] | None = None

    def _signalled(self, message: Message) -> None:
        if message.interface != DESK or message.signature != "a{sv}":
            return
        signal = next((signal for signal in SIGNALS if signal.name == message.member), None)
        callback = None if signal is None else getattr(self, f"on_{signal.function}")
        if signal is None or callback is None:
            return
        try:
            news: object = decode(from_wire(message.body[0]), signal.kind)
        except NotDecoded as error:
            log.error("%s: %s", signal.name, error)
        else:
            callback(news)


@_with_methods(INTAKE)
class IntakeClient(_Connection, Intake):
    """The way in for print jobs: only cupsd's own user is let through."""


@_with_methods(ADMIN)
class AdminClient(_Connection, Admin):
    """The administrator's actions."""


@asynccontextmanager
async def connect(address: str | None = None) -> AsyncIterator[Client]:
    """Make a Client at this address, or where `addresses` says. ServiceUnavailable if there is nobody, and no bus."""
    async with _connected(Client, address) as desk:
        yield desk


@asynccontextmanager
async def connect_intake(address: str | None = None) -> AsyncIterator[IntakeClient]:
    """Make an IntakeClient, as `connect`."""
    async with _connected(IntakeClient, address) as intake:
        yield intake


@asynccontextmanager
async def connect_admin(address: str | None = None) -> AsyncIterator[AdminClient]:
    """Make an AdminClient, as `connect`."""
    async with _connected(AdminClient, address) as admin:
        yield admin


@asynccontextmanager
async def _connected(kind: type[C], address: str | None) -> AsyncIterator[C]:
    bus, nearest = await _open_nearest(list_addresses(address))
    try:
        connection = kind(bus, nearest)
        try:
            await connection._start()
        except BUS_TROUBLE as error:
            raise ServiceUnavailable(_CLOSED) from error
        yield connection
    finally:
        await bus.close()


async def _open_nearest(addresses: Sequence[str | None]) -> tuple[Bus, bool]:
    """Open the first that can be opened; True if it is the first of all."""
    trouble: BaseException | None = None
    for address in addresses:
        try:
            return await open_bus(address), trouble is None
        except BUS_TROUBLE as error:
            trouble = error
    raise ServiceUnavailable(Sentence("The system bus cannot be reached.")) from trouble


def _pack(method: Method, arguments: tuple[Any, ...], opened: contextlib.ExitStack) -> tuple[list[Any], list[int]]:
    """Make the body of a call, and the descriptors that go with it; what has to be closed again goes to `opened`."""
    body: list[Any] = []
    documents: list[int] = []
    for parameter, value in zip(method.parameters, arguments, strict=True):
        if parameter.is_document:
            body.append(len(documents))
            documents.append(_descriptor(value, opened))
        elif parameter.signature == "a{sv}":
            body.append(to_wire(encode(value)))
        elif parameter.signature == "aa{sv}":
            body.append([to_wire(encode(each)) for each in value])
        elif parameter.signature == "b":
            body.append(bool(value))
        else:
            body.append(wire_text(str(encode(value))))
    return body, documents


def _descriptor(document: Document | None, opened: contextlib.ExitStack) -> int:
    if document is None:
        # An empty file stands for none.
        nothing = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        opened.callback(os.close, nothing)
        return nothing
    if isinstance(document, int):
        return document
    flush = getattr(document, "flush", None)
    if flush is not None:
        flush()
    return document.fileno()


def _error(reply: Message) -> BusError:
    name = str(reply.error_name)
    if name in _ABSENT:
        return ServiceUnavailable(_NOT_RUNNING)
    if name in _UNANSWERED:
        return AnswerLost(_NOT_RUNNING)
    if name == "org.freedesktop.DBus.Error.AccessDenied":
        return BusError(ErrorCode.DENIED, Sentence("The system bus does not let this user do that."))
    return BusError(ERROR_CODES.get(name, ErrorCode.INTERNAL), _sentence(reply.body))


def _sentence(body: list[Any]) -> Sentence:
    try:
        return from_plain(from_wire(body[1]))
    except (ValueError, IndexError):
        return literal(str(body[0]) if body else "")
