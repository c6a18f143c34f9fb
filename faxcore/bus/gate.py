# SPDX-License-Identifier: GPL-3.0-or-later
"""The service on the bus: one gate for every method call, and signals to one program at a time.

Rules:
1. Every METHOD_CALL ends in `_answer`, whatever its interface: `Properties`, `Peer` and `Introspectable` too. What is
   not in `methods` is refused, and so is everything of a caller whose uid the daemon does not say.
2. Descriptors are taken only where the signature has them; every one is closed when the call ends.
3. A method's error is one of the contract's, with one sentence. What nobody foresaw is ERROR_INTERNAL; its traceback
   is in the log and never on the bus.
4. Signals have a destination: no private word is ever broadcast.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pwd
import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from dbus_next.constants import MessageFlag, MessageType, NameFlag
from dbus_next.message import Message

from faxcore.announce.announcing import Announcing
from faxcore.api.api_error import ApiError, from_trouble
from faxcore.api.user import UserApi
from faxcore.bus.caller import Callers
from faxcore.bus.introspection import INTROSPECTABLE, xml
from faxcore.bus.wire import Bus, call_daemon, close_all, from_wire, open_bus, take_descriptors, to_wire, wire_text
from faxcore.contract.bus import (
    BUS_NAME,
    DESK,
    ERROR_BAD_ORDER,
    ERROR_DENIED,
    ERROR_INTERNAL,
    ERROR_STATE,
    INTAKE,
    OBJECT_PATH,
)
from faxcore.i18n import gettext as _

log = logging.getLogger(__name__)

MOST_CALLS: Final = 8
"""Calls of one user that are worked on at a time; with `READERS` threads for copying, nobody can use them all."""

MOST_WAITING: Final = 256
"""Calls of one user that may wait for that; more are refused."""

_OWNER: Final = 1  # RequestName's answer: primary owner


class NameTaken(Exception):
    """Another service has our name already, or the bus does not let us have it."""


@dataclass(frozen=True)
class Method:
    """One method of the contract."""

    takes: str
    gives: str
    names: tuple[str, ...]
    """The arguments' names, for introspection."""
    run: Callable[..., Awaitable[Any]]
    intake: bool = False


def methods(desk: UserApi) -> dict[tuple[str, str], Method]:
    """Every method there is, and who does its work."""
    return {
        (INTAKE, "Submit"): Method("hha{sv}", "ss", ("pages", "original", "claim"), desk.submit_print_job, intake=True),
        (DESK, "Headers"): Method("", "aa{sv}", (), desk.headers),
        (DESK, "Status"): Method("", "a{sv}", (), desk.status),
        (DESK, "ListDrafts"): Method("", "aa{sv}", (), desk.list_drafts),
        (DESK, "ReadDraft"): Method("sh", "", ("draft", "out"), desk.read_draft),
        (DESK, "ComposeDraft"): Method("sa{sv}h", "", ("draft", "order", "out"), desk.compose_draft),
        (DESK, "DiscardDraft"): Method("s", "", ("draft",), desk.discard_draft),
        (DESK, "SubmitDraft"): Method("sa{sv}", "s", ("draft", "order"), desk.submit_draft),
        (DESK, "SubmitDocument"): Method("hha{sv}", "s", ("pages", "original", "order"), desk.submit_document),
        (DESK, "ListJobs"): Method("", "aa{sv}", (), desk.list_jobs),
        (DESK, "ShowJob"): Method("s", "a{sv}", ("job",), desk.show_job),
        (DESK, "ReadJob"): Method("sh", "", ("job", "out"), desk.read_job),
        (DESK, "CancelJob"): Method("s", "", ("job",), desk.cancel_job),
        (DESK, "ResolveJob"): Method("ss", "", ("job", "verdict"), desk.resolve_job),
        (DESK, "ListReceptions"): Method("", "aa{sv}", (), desk.list_receptions),
        (DESK, "ReadReception"): Method("ssh", "", ("reception", "kind", "out"), desk.read_reception),
    }


class Programs:
    """The users' programs that have registered for signals."""

    def __init__(self) -> None:
        self._uids: dict[str, int] = {}
        self.bus: Bus | None = None

    def add(self, name: str, uid: int) -> None:
        """This connection, of this uid, wants to be told."""
        self._uids[name] = uid

    def forget(self, name: str) -> None:
        """It has left the bus."""
        self._uids.pop(name, None)

    def tell(self, uid: int, member: str, values: dict[str, Any]) -> bool:
        """Send a signal to the programs of this user; whether there are any."""
        if self.bus is None or not self.bus.connected:
            return False
        names = [name for name, owner in self._uids.items() if owner == uid]
        for name in names:
            message = Message.new_signal(OBJECT_PATH, DESK, member, "a{sv}", [to_wire(values)])
            message.destination = name
            self.bus.send(message)
        return bool(names)


class Gate:
    """The contract's object on a bus."""

    def __init__(self, bus: Bus, desk: UserApi, announcing: Announcing, programs: Programs, intake_user: str) -> None:
        self._bus = bus
        self._callers = Callers(bus)
        self._programs = programs
        self._announcing = announcing
        self._intake_user = intake_user
        self._methods = methods(desk) | {(DESK, "Register"): Method("", "", (), self._register)}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: defaultdict[int, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(MOST_CALLS))
        self._waiting: defaultdict[int, int] = defaultdict(int)
        programs.bus = bus
        bus.add_message_handler(self._heard)

    @property
    def table(self) -> dict[tuple[str, str], Method]:
        """Every method, by interface and name."""
        return self._methods

    async def start(self) -> None:
        """Take the name: from now on clients find us. NameTaken if another service has it."""
        await self._callers.start()
        answer = await call_daemon(self._bus, "RequestName", "su", BUS_NAME, NameFlag.DO_NOT_QUEUE.value)
        if answer is None:
            raise NameTaken(f"the bus does not let this user be {BUS_NAME}: its policy is not installed")
        if answer[0] != _OWNER:
            raise NameTaken(f"{BUS_NAME} is running already")

    async def stop(self) -> None:
        """Give the name up and finish what was begun."""
        if self._bus.connected:
            await call_daemon(self._bus, "ReleaseName", "s", BUS_NAME)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=10)
        for task in self._tasks:
            task.cancel()

    def _heard(self, message: Message) -> bool:
        left = self._callers.hear(message)
        if left is not None:
            self._programs.forget(left)
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        task = asyncio.get_running_loop().create_task(self._answer(message, take_descriptors(message)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _answer(self, message: Message, descriptors: list[int]) -> None:
        try:
            reply = await self._reply(message, descriptors)
        except ApiError as error:
            reply = Message.new_error(message, error.name, wire_text(error.sentence))
        except (OSError, sqlite3.Error) as error:
            log.exception("%s.%s", message.interface, message.member)
            refused = from_trouble(error)
            reply = Message.new_error(message, refused.name, wire_text(refused.sentence))
        except Exception:  # noqa: BLE001 - the gate: a fault of ours must not leave the caller without an answer
            log.exception("%s.%s", message.interface, message.member)
            reply = Message.new_error(
                message, ERROR_INTERNAL, _("The fax service could not do this; its log says why.")
            )
        finally:
            close_all(descriptors)
        if not message.flags & MessageFlag.NO_REPLY_EXPECTED and self._bus.connected:
            self._bus.send(reply)

    async def _reply(self, message: Message, descriptors: list[int]) -> Message:
        uid = await self._callers.uid(message.sender)
        if uid is None:
            raise _denied()
        if (message.interface, message.member) == (INTROSPECTABLE, "Introspect") and not message.signature:
            return Message.new_method_return(message, "s", [xml(self._methods, message.path)])
        method = self._methods.get((message.interface, message.member))
        if method is None or message.path != OBJECT_PATH or (method.intake and not self._may_submit(uid)):
            raise _denied()
        arguments = _arguments(message, method, descriptors)
        if self._waiting[uid] >= MOST_WAITING:
            raise ApiError(ERROR_STATE, _("Too many requests at a time: please wait a little."))
        self._waiting[uid] += 1
        try:
            async with self._turns[uid]:
                if method.run == self._register and self._callers.here(message.sender):
                    self._programs.add(message.sender, uid)
                result = await method.run(uid, *arguments)
        finally:
            self._waiting[uid] -= 1
        return Message.new_method_return(message, method.gives, _body(method.gives, result))

    async def _register(self, uid: int) -> None:
        # After the answer, so that the program has its callbacks in place.
        asyncio.get_running_loop().call_soon(self._announcing.flush, uid)

    def _may_submit(self, uid: int) -> bool:
        try:
            return uid in (0, os.getuid(), pwd.getpwnam(self._intake_user).pw_uid)
        except KeyError:
            return uid in (0, os.getuid())


async def join(
    address: str | None, desk: UserApi, announcing: Announcing, programs: Programs, intake_user: str
) -> tuple[Bus, Gate]:
    """Join the bus at this address (or DBUS_SYSTEM_BUS_ADDRESS), not yet under our name."""
    bus = await open_bus(address)
    return bus, Gate(bus, desk, announcing, programs, intake_user)


def _denied() -> ApiError:
    return ApiError(ERROR_DENIED, _("This is not allowed."))


def _arguments(message: Message, method: Method, descriptors: list[int]) -> list[Any]:
    """The arguments, descriptors in their places. Refused if they are not what the contract says."""
    wanted = method.takes.count("h")
    if message.signature != method.takes or len(descriptors) != wanted:
        raise ApiError(ERROR_BAD_ORDER, _("The arguments of this call are not those of the contract."))
    arguments, used = [], set()
    for kind, value in zip(message.signature_tree.types, message.body, strict=True):
        if kind.token == "h":
            if value >= wanted or value in used:
                raise ApiError(ERROR_BAD_ORDER, _("The arguments of this call are not those of the contract."))
            used.add(value)
            arguments.append(descriptors[value])
        else:
            arguments.append(from_wire(value))
    return arguments


def _body(gives: str, result: Any) -> list[Any]:
    match gives:
        case "":
            return []
        case "ss":
            return list(result)
        case "a{sv}":
            return [to_wire(result)]
        case "aa{sv}":
            return [[to_wire(values) for values in result]]
        case _:
            return [result]
