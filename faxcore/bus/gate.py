# SPDX-License-Identifier: GPL-3.0-or-later
"""One gate for every method call, by whichever way it comes: the shared bus, or a connection to our own socket.

Rules:
1. Every METHOD_CALL ends in `_answer`, whatever its interface: `Properties`, `Peer` and `Introspectable` too. What is
   not in the contract's table is refused, and so is everything of a caller whose uid is not known.
2. A caller is a person: the uid that the bus daemon or the kernel reports is mapped to a name here, and nothing that a
   message says of its sender is believed.
3. Descriptors are taken only where the contract has them; every one is closed when the call ends.
4. Who may do what is told by `rights`; what somebody does as an administrator is in the log.
5. Every user has a share of the service's time, whatever they ask for and by whichever way (`share`).
6. A method's error is one of the contract's codes, with one sentence. What nobody foresaw is INTERNAL; its traceback is
   in the log and never on the bus.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any, Final

from dbus_next.constants import MessageFlag, MessageType
from dbus_next.message import Message

from faxcore import people
from faxcore.api.api_error import ApiError, from_trouble, internal
from faxcore.bus.closing import CLOSER
from faxcore.bus.introspection import INTROSPECTABLE, xml
from faxcore.bus.pace import Pace
from faxcore.bus.packing import Packer
from faxcore.bus.programs import Programs
from faxcore.bus.reading import Unread
from faxcore.bus.rights import Rights, is_ours, written_down
from faxcore.bus.share import Share, metered
from faxcore.bus.way import Way
from faxcore.bus.wire import from_wire, take_descriptors, to_wire, wire_text
from faxcore.contract.bus import OBJECT_PATH, ErrorCode
from faxcore.contract.codec import NotDecoded, decode, encode
from faxcore.contract.methods import ADMIN, BY_NAME, DESK, INTAKE, Method, error_name
from faxcore.model.sentence import Sentence, to_plain
from faxcore.model.text import clean_text
from faxcore.store.store_error import StoreError

log = logging.getLogger(__name__)

MOST_CALLS: Final = 8
"""Calls of one user without documents that are worked on at a time."""

MOST_DOCUMENTS: Final = 2
"""Calls of one user with documents that are worked on at a time: each may have a process that checks or composes."""

MOST_WAITING_DOCUMENTS: Final = 16
"""Calls with documents of one user that may wait for that: each holds descriptors."""

MOST_WAITING: Final = 256
"""Calls of one user that may wait for that; more are refused."""

FINISH_SECONDS: Final = 10
ASK_SECONDS: Final = 0.002
"""Of the event loop's time, that it costs to ask in which groups somebody is."""
PART: Final = 0.2
"""Of the event loop's time, for one user's calls."""
AT_ONCE: Final = 0.25
"""Seconds of that which a user may use up before there is any waiting; a tray that has just come uses a twentieth."""
DOCUMENT_PART: Final = 0.35
"""Of a processor's time, for one user's documents."""
DOCUMENT_SECONDS: Final = 0.1
"""Of a processor's time that a document is taken to need: that of one page, with the process that checks it."""
DOCUMENTS_AT_ONCE: Final = 20
"""Documents that a user may hand in or have made before there is any waiting."""

Handlers = Mapping[str, object]
"""By interface, the object whose functions do its methods' work: each takes the person who calls, then the method's
arguments.
"""


class NameTaken(Exception):
    """Another service has our name already, or the bus does not let us have it."""


def bind(handlers: Handlers) -> dict[tuple[str, str], tuple[Method, Callable[..., Coroutine[Any, Any, Any]]]]:
    """Find who does the work of each method of the contract. AttributeError if nobody does."""
    return {key: (method, getattr(handlers[method.interface], method.function)) for key, method in BY_NAME.items()}


class Gate:
    """The contract's object."""

    def __init__(
        self,
        handlers: Handlers,
        programs: Programs,
        rights: Rights,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._programs = programs
        self._shares: defaultdict[int, Share] = defaultdict(lambda: Share(PART, AT_ONCE, clock))
        self._document_shares: defaultdict[int, Share] = defaultdict(
            lambda: Share(DOCUMENT_PART, DOCUMENTS_AT_ONCE * DOCUMENT_SECONDS, clock)
        )
        self._rights = rights
        self._methods = bind(handlers)
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: defaultdict[int, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(MOST_CALLS))
        self._waiting: defaultdict[tuple[int, bool], int] = defaultdict(int)
        self._document_turns: defaultdict[int, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(MOST_DOCUMENTS)
        )
        self._packer = Packer()
        self._pace = Pace()

    def take(self, message: Message, way: Way) -> None:
        """Answer a method call, some time soon; its descriptors are ours from now on."""
        task = asyncio.get_running_loop().create_task(self._answer(message, take_descriptors(message), way))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def share(self, uid: int) -> Share:
        """Find a user's share of the event loop's time."""
        return self._shares[uid]

    def forget(self, sender: str) -> None:
        """Tell this caller nothing more: it has left."""
        self._programs.forget(sender)

    def forget_way(self, way: Way) -> None:
        """Tell nobody anything more who came by this way: it is closed."""
        self._programs.forget_way(way)

    async def finish(self) -> None:
        """Finish what was begun, if that does not take long."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=FINISH_SECONDS)
        for task in self._tasks:
            task.cancel()

    async def stop(self) -> None:
        """Finish, and take no more."""
        await self.finish()
        self._packer.close()

    async def _answer(self, message: Message, descriptors: list[int], way: Way) -> None:
        try:
            reply = await self._reply(message, descriptors, way)
        except ApiError as error:
            reply = _error(message, error)
        except (OSError, StoreError) as error:
            log.exception("%s.%s", message.interface, message.member)
            reply = _error(message, from_trouble(error))
        except Exception:  # noqa: BLE001 - the gate: a fault of ours must not leave the caller without an answer
            log.exception("%s.%s", message.interface, message.member)
            reply = _error(message, internal())
        finally:
            CLOSER.close(descriptors)
        if not message.flags & MessageFlag.NO_REPLY_EXPECTED:
            way.send(reply)

    async def _reply(self, message: Message, descriptors: list[int], way: Way) -> Message:
        uid = await way.uid(message.sender)
        if uid is None:
            raise _denied()
        if (message.interface, message.member) == (INTROSPECTABLE, "Introspect") and not message.signature:
            return Message.new_method_return(message, "s", [xml(message.path)])
        method, run = self._methods.get((message.interface, message.member), (None, None))
        if method is None or run is None or message.path != OBJECT_PATH:
            raise _denied()
        if not self._rights.is_open(uid, method.interface):
            raise _denied()
        arguments = _arguments(message, method, descriptors)
        documents = bool(descriptors)
        turns, most = (self._document_turns, MOST_WAITING_DOCUMENTS) if documents else (self._turns, MOST_WAITING)
        if self._waiting[uid, documents] >= most:
            raise ApiError(ErrorCode.STATE, Sentence("Too many requests at a time: please wait a little."))
        person = people.name_of(uid)
        self._waiting[uid, documents] += 1
        try:
            async with turns[uid]:
                await self._shares[uid].turn()
                # cupsd's user hands in for everybody; there each person's limits hold.
                if not documents:
                    await self._pace.turn()
                elif method.interface != INTAKE:
                    await self._document_shares[uid].turn()
                    self._document_shares[uid].charge(DOCUMENT_SECONDS)
                if (method.interface, method.function) == (DESK, "register") and way.is_here(message.sender):
                    self._programs.add(message.sender, person, way)
                with self._pace.hurried() if documents else nullcontext():
                    result = await self._do(method, partial(run, person, *arguments), uid, person)
        finally:
            self._waiting[uid, documents] -= 1
        gives = method.gives
        return await self._packer.pack(
            uid, result, lambda: Message.new_method_return(message, gives, _body(gives, result))
        )

    async def _do(self, method: Method, work: Callable[[], Coroutine[Any, Any, Any]], uid: int, person: str) -> Any:
        """Do the work of a method; what is done as an administrator is written down."""
        charge = self._shares[uid].charge
        if method.interface != ADMIN:
            return await metered(work(), charge)
        if not is_ours(uid):
            charge(ASK_SECONDS)
            await self._rights.refuse(uid, person, method)
        if method.only_shows:
            return await metered(work(), charge)
        with written_down(uid, person, method):
            return await metered(work(), charge)


def is_of_the_contract(message: Message) -> bool:
    """Tell by its header whether a message is a call whose arguments are worth unpacking."""
    if message.message_type is not MessageType.METHOD_CALL:
        return False
    method = BY_NAME.get((message.interface, message.member))
    return method is not None and message.signature == method.takes


def _denied() -> ApiError:
    return ApiError(ErrorCode.DENIED, Sentence("This is not allowed."))


def _error(message: Message, error: ApiError) -> Message:
    """Make an error of the bus: its sentence in English for anybody, and as a value for programs that translate."""
    return Message(
        message_type=MessageType.ERROR,
        reply_serial=message.serial,
        destination=message.sender,
        error_name=error_name(error.code),
        signature="sa{sv}",
        body=[wire_text(str(error.sentence)), to_wire(to_plain(error.sentence))],
    )


def _arguments(message: Message, method: Method, descriptors: list[int]) -> list[Any]:
    """Read the arguments, descriptors in their places. ApiError if they are not what the contract says."""
    wanted = method.takes.count("h")
    if message.signature != method.takes or len(descriptors) != wanted or isinstance(message, Unread):
        raise _not_the_contract()
    arguments, used = [], set()
    for parameter, value in zip(method.parameters, message.body, strict=True):
        if parameter.is_document:
            if value >= wanted or value in used:
                raise _not_the_contract()
            used.add(value)
            arguments.append(descriptors[value])
        else:
            arguments.append(_read(from_wire(value), parameter.kind, parameter.name))
    return arguments


def _read(plain: object, kind: Any, name: str) -> Any:
    try:
        return decode(plain, kind, strict=True)
    except NotDecoded as error:
        field = clean_text(error.field or name, 60)
        if error.unknown:
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("An order has no field “{name}”.", {"name": field})) from error
        sentence = Sentence("The field “{name}” is missing or of the wrong type.", {"name": field})
        raise ApiError(ErrorCode.BAD_ORDER, sentence) from error


def _not_the_contract() -> ApiError:
    return ApiError(ErrorCode.BAD_ORDER, Sentence("The arguments of this call are not those of the contract."))


def _body(gives: str, result: Any) -> list[Any]:
    match gives:
        case "":
            return []
        case "a{sv}":
            return [to_wire(encode(result))]
        case "aa{sv}":
            return [[to_wire(encode(value)) for value in result]]
        case _:
            return [result]
