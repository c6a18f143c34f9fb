# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P20: nobody acts as another. Every method found by introspection has a rule here, or the test fails."""

import asyncio
import getpass
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dbus_next.constants import MessageType
from dbus_next.introspection import Node
from dbus_next.message import Message
from dbus_next.signature import Variant

from faxcore.api.user import UserApi
from faxcore.bus import client
from faxcore.bus.gate import Gate, Programs
from faxcore.bus.wire import Bus, open_bus
from faxcore.contract.bus import (
    BUS_NAME,
    DESK,
    ERROR_BAD_DOCUMENT,
    ERROR_BAD_NUMBER,
    ERROR_BAD_ORDER,
    ERROR_DENIED,
    ERROR_UNKNOWN,
    INTAKE,
    OBJECT_PATH,
)
from tests.support.service_fixture import as_nobody, make_document, needs_root, serving
from tests.support.waiting import until

pytestmark = pytest.mark.system

TO = {"number": "0199000002"}
SCRIPT = {
    "dial": {"0199000002": ["busy", "ok"]},
    "ring": {"line-1": {"pages": 1, "end": "ok", "called": "0199000001"}},
}

RULES: dict[str, str] = {
    "Submit": "cupsd only",
    "Register": "anybody, for himself",
    "Headers": "anybody",
    "Status": "anybody",
    "ListDrafts": "own only",
    "ReadDraft": "owner",
    "ComposeDraft": "owner",
    "DiscardDraft": "owner",
    "SubmitDraft": "owner",
    "SubmitDocument": "anybody, for himself",
    "ListJobs": "own only",
    "ShowJob": "owner",
    "ReadJob": "owner",
    "CancelJob": "owner",
    "ResolveJob": "owner",
    "ListReceptions": "own only",
    "ReadReception": "owner",
}


@pytest.fixture(scope="module")
def strict() -> Iterator[tuple[str, Path]]:
    """The bus as it is installed."""
    with serving(SCRIPT) as served:
        make_document(served[1])
        yield served


@pytest.fixture(scope="module")
def open_house() -> Iterator[tuple[str, Path]]:
    """A bus that lets everything pass: what is refused, the service refuses."""
    with serving({"dial": {"0199000002": ["ok"]}}, let_all=True) as served:
        make_document(served[1])
        yield served


async def raw(bus: Bus, interface: str | None, member: str, signature: str = "", *body: Any, **more: Any) -> Message:
    more = {"path": OBJECT_PATH, **more}
    reply = await bus.call(
        Message(destination=BUS_NAME, interface=interface, member=member, signature=signature, body=list(body), **more)
    )
    assert reply is not None
    return reply


async def error_of(bus: Bus, *call: Any, **more: Any) -> str:
    reply = await raw(bus, *call, **more)
    assert reply.message_type is MessageType.ERROR, reply.body
    assert "Traceback" not in str(reply.body) and "File" not in str(reply.body)
    return str(reply.error_name)


def test_every_method_has_a_rule(strict: tuple[str, Path]) -> None:
    async def main() -> None:
        bus = await open_bus(strict[0])
        node = Node.parse((await raw(bus, "org.freedesktop.DBus.Introspectable", "Introspect")).body[0])
        await bus.close()
        assert {interface.name for interface in node.interfaces} == {DESK, INTAKE}
        assert {method.name for interface in node.interfaces for method in interface.methods} == set(RULES)

    asyncio.run(main())


async def own_things(address: str, folder: Path) -> dict[str, str]:
    """A draft, a job and a reception of ours."""
    arrived = asyncio.get_running_loop().create_future()
    async with client.connect(address) as desk, client.connect_intake(address) as intake:
        desk.on_reception_arrived = lambda values: None if arrived.done() else arrived.set_result(values["id"])
        await desk.register()
        with (folder / "document.tif").open("rb") as pages:
            claim = {"user": getpass.getuser(), "title": "Ours", "print_job": 3}
            kind, draft = await intake.submit(pages, None, claim)
            assert kind == "draft"
            assert await intake.submit(pages, None, claim) == ("draft", draft), "a repeated hand-over is one draft"
            job = await desk.submit_document(pages, pages, TO)
        receptions = await desk.list_receptions()
        reception = receptions[0]["id"] if receptions else await asyncio.wait_for(arrived, 20)
        return {"draft": draft, "job": job, "reception": reception}


@needs_root
def test_nobody_sees_or_touches_what_is_anothers(strict: tuple[str, Path]) -> None:
    address, folder = strict
    ids = asyncio.run(own_things(address, folder))

    async def attack() -> dict[str, Any]:
        result: dict[str, Any] = {}
        async with client.connect(address) as desk, client.connect_intake(address) as intake:
            with tempfile.TemporaryFile() as out:
                attempts = {
                    "Submit": intake.submit(out, None, {"user": "root", "title": "forged"}),
                    "ReadDraft": desk.read_draft(ids["draft"], out),
                    "ComposeDraft": desk.compose_draft(ids["draft"], TO, out),
                    "DiscardDraft": desk.discard_draft(ids["draft"]),
                    "SubmitDraft": desk.submit_draft(ids["draft"], TO),
                    "ShowJob": desk.show_job(ids["job"]),
                    "ReadJob": desk.read_job(ids["job"], out),
                    "CancelJob": desk.cancel_job(ids["job"]),
                    "ResolveJob": desk.resolve_job(ids["job"], "arrived"),
                    "ReadReception": desk.read_reception(ids["reception"], "tiff", out),
                }
                for name, attempt in attempts.items():
                    try:
                        result[name] = await attempt
                    except client.BusError as error:
                        result[name] = error.name
                result["written"] = out.seek(0, os.SEEK_END)
            result["ListDrafts"] = await desk.list_drafts()
            result["ListJobs"] = await desk.list_jobs()
            result["ListReceptions"] = await desk.list_receptions()
        return result

    seen = as_nobody(attack)
    owners = {name for name, rule in RULES.items() if rule == "owner"}
    assert {name: seen.pop(name) for name in owners} == dict.fromkeys(owners, ERROR_UNKNOWN)
    assert seen.pop("Submit") == ERROR_DENIED
    # What another test gave him is his own.
    listed = {each["id"] for method in ("ListDrafts", "ListJobs", "ListReceptions") for each in seen.pop(method)}
    assert not listed & set(ids.values())
    assert seen == {"written": 0}


@needs_root
def test_no_signal_reaches_another_user(strict: tuple[str, Path]) -> None:
    """Nobody listens with all his might, and hears his own fax alone."""
    address, folder = strict

    async def listen() -> list[str]:
        heard: list[str] = []
        ended: list[str] = []
        async with client.connect(address) as desk:

            def note(values: dict[str, Any]) -> None:
                heard.append(values["id"])
                if values["state"] in ("failed", "done"):
                    ended.append(values["id"])

            desk.on_job_changed = note
            desk.on_draft_waiting = desk.on_reception_arrived = lambda values: heard.append(values["id"])
            await desk.register()
            with (folder / "document.tif").open("rb") as pages:
                own = await desk.submit_document(pages, None, {"number": "0199000002"})
            await until("the end of his own fax", lambda: own in ended)
            return sorted(set(heard))

    (folder / "document.tif").chmod(0o644)
    heard = as_nobody(listen)
    ours = asyncio.run(own_ids(address))
    assert heard and not set(heard) & set(ours)


async def own_ids(address: str) -> list[str]:
    async with client.connect(address) as desk:
        lists = [await desk.list_jobs(), await desk.list_drafts(), await desk.list_receptions()]
    return [each["id"] for listed in lists for each in listed]


@needs_root
def test_the_bus_itself_lets_only_cupsd_in(strict: tuple[str, Path]) -> None:
    async def main() -> list[str]:
        bus = await open_bus(strict[0])
        names = [
            await error_of(bus, "org.freedesktop.DBus.Properties", "GetAll", "s", DESK),
            await error_of(bus, INTAKE, "Submit", "hha{sv}", 0, 0, {}),
            await error_of(bus, None, "Status"),
        ]
        forged = Message.new_signal(OBJECT_PATH, DESK, "JobChanged", "a{sv}", [{"id": Variant("s", "forged")}])
        await bus.send(forged)
        request = Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member="RequestName",
            signature="su",
            body=[BUS_NAME, 0],
        )
        reply = await bus.call(request)
        assert reply is not None
        names.append(str(reply.error_name))
        await bus.close()
        return names

    assert as_nobody(main) == ["org.freedesktop.DBus.Error.AccessDenied"] * 4


def test_the_gate_refuses_what_is_not_in_the_contract(open_house: tuple[str, Path]) -> None:
    async def main() -> None:
        bus = await open_bus(open_house[0])
        for call in (
            ("org.freedesktop.DBus.Properties", "GetAll", "s", DESK),
            ("org.freedesktop.DBus.Properties", "Get", "ss", DESK, "Secret"),
            ("org.freedesktop.DBus.Peer", "Ping"),
            ("org.freedesktop.DBus.ObjectManager", "GetManagedObjects"),
            (DESK, "Nonsense"),
            (None, "Status"),
            ("org.example.Other", "Status"),
        ):
            assert await error_of(bus, *call) == ERROR_DENIED, call
        assert await error_of(bus, DESK, "Status", path="/org/facteur") == ERROR_DENIED
        assert await error_of(bus, DESK, "Status", "s", "more") == ERROR_BAD_ORDER
        assert await error_of(bus, DESK, "ShowJob", "u", 7) == ERROR_BAD_ORDER
        with open(os.devnull) as nothing:
            fds = [nothing.fileno()]
            assert await error_of(bus, DESK, "Status", unix_fds=fds) == ERROR_BAD_ORDER
            assert await error_of(bus, DESK, "ReadDraft", "sh", "x", 5, unix_fds=fds) == ERROR_BAD_ORDER
            assert await error_of(bus, DESK, "ReadDraft", "sh", "x", 0) == ERROR_BAD_ORDER
            two = fds * 2
            assert await error_of(bus, DESK, "SubmitDocument", "hha{sv}", 0, 0, {}, unix_fds=two) == ERROR_BAD_ORDER
        await bus.close()

    asyncio.run(main())


@needs_root
def test_the_service_itself_lets_only_cupsd_in(open_house: tuple[str, Path]) -> None:
    async def main() -> str:
        bus = await open_bus(open_house[0])
        with open(os.devnull) as nothing:
            fds = [nothing.fileno()] * 2
            name = await error_of(bus, INTAKE, "Submit", "hha{sv}", 0, 1, {"user": Variant("s", "root")}, unix_fds=fds)
        await bus.close()
        return name

    assert as_nobody(main) == ERROR_DENIED


@pytest.mark.parametrize(
    ("order", "name", "words"),
    [
        ({"number": "01990"}, ERROR_BAD_NUMBER, "01990"),
        ({"number": "0899123456"}, ERROR_BAD_NUMBER, "special charges"),
        ({}, ERROR_BAD_NUMBER, "no telephone number"),
        ({**TO, "header": "nonsense"}, ERROR_BAD_ORDER, "nonsense"),
        ({**TO, "colour": "red"}, ERROR_BAD_ORDER, "colour"),
        ({**TO, "subject": 7}, ERROR_BAD_ORDER, "subject"),
    ],
)
def test_a_bad_order_is_said_in_one_sentence(
    open_house: tuple[str, Path], order: dict[str, Any], name: str, words: str
) -> None:
    async def main() -> None:
        async with client.connect(open_house[0]) as desk:
            with (open_house[1] / "document.tif").open("rb") as pages:
                with pytest.raises(client.BusError) as error:
                    await desk.submit_document(pages, None, order)
                assert error.value.name == name
                assert words in error.value.message
                assert await desk.list_jobs() == []

    asyncio.run(main())


@pytest.mark.parametrize("contents", [b"", b"not a TIFF", b"II*\0\x08\0\0\0" + b"\xff" * 100])
def test_a_bad_document_is_refused_and_leaves_nothing(open_house: tuple[str, Path], contents: bytes) -> None:
    async def main() -> None:
        async with client.connect(open_house[0]) as desk:
            with tempfile.TemporaryFile() as pages:
                pages.write(contents)
                with pytest.raises(client.BusError) as error:
                    await desk.submit_document(pages, None, TO)
                assert error.value.name == ERROR_BAD_DOCUMENT
            reading, writing = os.pipe()
            with pytest.raises(client.BusError) as error:
                await desk.submit_document(reading, None, TO)
            assert error.value.name == ERROR_BAD_DOCUMENT
            os.close(reading)
            os.close(writing)
        assert list((open_house[1] / "state/documents").iterdir()) == []

    asyncio.run(main())


def test_a_claim_for_an_unknown_user_is_refused(open_house: tuple[str, Path]) -> None:
    async def main() -> None:
        async with client.connect_intake(open_house[0]) as intake:
            with (open_house[1] / "document.tif").open("rb") as pages:
                for claim in ({"user": "no-such-user"}, {"title": "x"}, {"user": "root", "print_job": "7"}):
                    with pytest.raises(client.BusError) as error:
                        await intake.submit(pages, None, {"title": "x", **claim})
                    assert error.value.name == ERROR_BAD_ORDER

    asyncio.run(main())


@needs_root
def test_cupsd_hands_in_a_print_job_and_can_do_nothing_else_with_it(strict: tuple[str, Path]) -> None:
    address, folder = strict
    (folder / "document.tif").chmod(0o644)

    async def backend() -> list[Any]:
        async with client.connect_intake(address) as intake, client.connect(address) as desk:
            with (folder / "document.tif").open("rb") as pages:
                kind, draft = await intake.submit(pages, None, {"user": "nobody", "title": "Letter", "print_job": 44})
            with tempfile.TemporaryFile() as out:
                try:
                    await desk.read_draft(draft, out)
                except client.BusError as error:
                    return [kind, draft, error.name]
        return []

    async def owner() -> list[str]:
        async with client.connect(address) as desk:
            return [draft["id"] for draft in await desk.list_drafts()]

    kind, draft, error = as_nobody(backend, "lp")
    assert (kind, error) == ("draft", ERROR_UNKNOWN)
    assert as_nobody(owner) == [draft]


def test_a_caller_whose_uid_is_not_to_be_had_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """He has left meanwhile, or the daemon is out of order: no uid is no right (CVE-2021-3560)."""

    async def nothing(*_arguments: object) -> None:
        return None

    monkeypatch.setattr("faxcore.bus.caller.call_daemon", nothing)

    class Deaf:
        """A bus that nobody hears on."""

        connected = True

        def __init__(self) -> None:
            self.sent: list[Message] = []

        def add_message_handler(self, _handler: object) -> None:
            return None

        def send(self, message: Message) -> None:
            self.sent.append(message)

    async def main() -> list[Message]:
        bus = Deaf()
        desk: Any = SimpleNamespace(**{name: None for name in dir(UserApi) if not name.startswith("_")})
        service = Gate(bus, desk, desk, Programs(), "lp")  # type: ignore[arg-type]
        call = Message(path=OBJECT_PATH, interface=DESK, member="Status", sender=":1.7", serial=1)
        assert service._heard(call)
        await asyncio.gather(*service._tasks)
        return bus.sent

    (reply,) = asyncio.run(main())
    assert reply.error_name == ERROR_DENIED
