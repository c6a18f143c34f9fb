# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P20: nobody acts as another. Every method found by introspection has a rule here, or the test fails."""

import asyncio
import getpass
import os
import tempfile
from collections.abc import Awaitable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

import pytest
from dbus_next.constants import MessageType
from dbus_next.introspection import Node
from dbus_next.message import Message
from dbus_next.signature import Variant

from faxcore.bus import client
from faxcore.bus.gate import Gate
from faxcore.bus.programs import Programs
from faxcore.bus.rights import Rights
from faxcore.bus.shared_bus import SharedBus
from faxcore.bus.wire import Bus, open_bus, to_wire
from faxcore.config import Config
from faxcore.contract.address_book import Contact, ContactQuery
from faxcore.contract.administration import Reloaded
from faxcore.contract.bus import BUS_NAME, OBJECT_PATH, ErrorCode
from faxcore.contract.filed import CopyQuery
from faxcore.contract.invoiced import InvoiceMailing, InvoiceWish, MonthClosing
from faxcore.contract.ledgered import CallCorrection, LedgerSeal
from faxcore.contract.limited import LimitLift
from faxcore.contract.listed import FaxQuery
from faxcore.contract.methods import ADMIN, DESK, INTAKE, INTERFACES, METHODS, error_name
from faxcore.contract.offered import NewOffer
from faxcore.contract.order import JobChange, Order, OwnHeader
from faxcore.contract.printed import Accepted, Claim, Draft, KeptOrder, PartChoice
from faxcore.contract.received_fax import Assignment, Reception, ReceptionFile
from faxcore.contract.recorded import CallGrouping, CallQuery, TotalsQuery
from faxcore.contract.sent_fax import Job, Verdict
from faxcore.contract.stated import StatementQuery
from faxcore.model.job import State
from faxcore.model.page import Resolution
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import Sentence
from tests.support.service_fixture import as_nobody, make_document, needs_root, serving
from tests.support.waiting import until

TO = Order(number="0199000002")
BAD_ORDER, DENIED = error_name(ErrorCode.BAD_ORDER), error_name(ErrorCode.DENIED)
SCRIPT = {
    "dial": {"0199000002": ["busy", "ok"]},
    "ring": {"line-1": {"pages": 1, "end": "ok", "called": "0199000001"}},
}

RULES: dict[str, str] = {
    "Submit": "cupsd only",
    "Acknowledge": "cupsd only",
    "RefusePrint": "cupsd only",
    "Reload": "may_change",
    "VerifyAllCopies": "may_see",
    "ListUnassigned": "may_see",
    "AssignAnyReception": "may_change",
    "ListAllCalls": "may_see",
    "SumAllCalls": "may_see",
    "ListDeliveries": "may_see",
    "TestMail": "may_change",
    "RetryDeliveries": "may_change",
    "WriteSnapshot": "may_change",
    "ReleaseRestored": "may_change",
    "ReadMetrics": "may_see",
    "SumAllCosts": "may_see",
    "ListAllCosts": "may_see",
    "CorrectCall": "may_change",
    "CloseMonth": "may_change",
    "ListInvoices": "may_see",
    "WriteInvoice": "may_see",
    "SendInvoice": "may_change",
    "ShowInvoice": "may_see",
    "CheckLedger": "may_see",
    "FindSeal": "may_see",
    "ListAllPayers": "may_see",
    "ListAllLimits": "may_see",
    "LiftLimit": "may_change",
    "ListDestinations": "may_see",
    "ShowDestination": "may_see",
    "ForgetDestination": "may_change",
    "LockDestination": "may_change",
    "UnlockDestination": "may_change",
    "Register": "anybody, for himself",
    "Headers": "anybody",
    "ListPayers": "anybody",
    "ListLimits": "anybody, for himself",
    "Status": "anybody",
    "JudgeNumber": "anybody",
    "ListDrafts": "own only",
    "ReadDraft": "owner",
    "BeginDraft": "anybody, for himself",
    "BeginEmptyDraft": "anybody, for himself",
    "AddDocument": "owner",
    "JoinDrafts": "owner",
    "ArrangeDraft": "owner",
    "RedrawDraft": "owner",
    "ComposeDraft": "owner",
    "EstimateDocument": "anybody, for himself",
    "SaveDraft": "owner",
    "FindRepeats": "owner",
    "TakeBack": "owner",
    "DiscardDraft": "owner",
    "SubmitDraft": "owner",
    "SubmitDraftToMany": "owner",
    "SubmitDocument": "anybody, for himself",
    "SubmitCover": "anybody, for himself",
    "KeepLogo": "anybody, for himself",
    "FetchDocument": "anybody, for himself",
    "OfferDocument": "anybody, for himself",
    "ListOffers": "own only",
    "ShowOffer": "owner",
    "WithdrawOffer": "owner",
    "SendAgain": "owner",
    "ListJobs": "own only",
    "ShowJob": "owner",
    "ReadJob": "owner",
    "ReadSent": "owner",
    "CancelJob": "owner",
    "ChangeJob": "owner",
    "HoldJob": "owner",
    "ReleaseJob": "owner",
    "ResolveJob": "owner",
    "SubmitToMany": "anybody, for himself",
    "ListBroadcasts": "own only",
    "ShowBroadcast": "owner",
    "CancelBroadcast": "owner",
    "HoldBroadcast": "owner",
    "ReleaseBroadcast": "owner",
    "ListReceptions": "own only",
    "ListFaxes": "own only",
    "CountFolders": "own only",
    "ListNumbers": "own only",
    "AssignReception": "owner",
    "ListCalls": "own only",
    "SumCalls": "own only",
    "SumCosts": "own only",
    "ListCosts": "own only",
    "MarkFax": "owner",
    "CommentFax": "owner",
    "BinFax": "owner",
    "RestoreFax": "owner",
    "RemoveFax": "owner",
    "ReadReception": "owner",
    "ReadTranscript": "owner",
    "WriteReceipt": "owner",
    "VerifyCopies": "owner",
    "FindContacts": "own only",
    "SuggestRecipients": "own only",
    "SaveContacts": "anybody, for himself",
    "RemoveContact": "owner",
    "ListOwnHeaders": "own only",
    "SaveHeader": "anybody, for himself",
    "RemoveHeader": "owner",
    "PreviewHeader": "anybody, for himself",
}


@pytest.fixture(scope="module")
def strict() -> Iterator[tuple[str, Path]]:
    """The bus as it is installed."""
    with serving(SCRIPT) as served:
        make_document(served[1])
        yield served


@pytest.fixture(scope="module")
def let_all() -> Iterator[tuple[str, Path]]:
    """A bus that lets everything pass: what is refused, the service refuses."""
    with serving({"dial": {"0199000002": ["ok"]}}, let_all=True) as served:
        make_document(served[1])
        yield served


@pytest.fixture(scope="module")
def own_socket(let_all: tuple[str, Path]) -> tuple[str, Path]:
    """The service's own socket, where nobody but the service refuses anything."""
    return f"unix:path={let_all[1]}/socket", let_all[1]


@pytest.fixture(params=["let_all", "own_socket"])
def open_bus_service(request: pytest.FixtureRequest) -> tuple[str, Path]:
    """One of the two ways on which what is refused, the service refuses."""
    found: tuple[str, Path] = request.getfixturevalue(request.param)
    return found


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
        assert {interface.name for interface in node.interfaces} == {DESK, INTAKE, ADMIN}
        assert {method.name for interface in node.interfaces for method in interface.methods} == set(RULES)

    asyncio.run(main())


async def own_things(address: str, folder: Path) -> dict[str, str]:
    """A draft, a job and a reception of ours."""
    arrived = asyncio.get_running_loop().create_future()
    async with client.connect(address) as desk, client.connect_intake(address) as intake:
        desk.on_reception_arrived = lambda reception: None if arrived.done() else arrived.set_result(reception.id)
        await desk.register()
        with (folder / "document.tif").open("rb") as pages:
            claim = Claim(user=getpass.getuser(), title="Ours", key="urn:uuid:3")
            handover = await intake.submit(pages, None, claim)
            assert handover.kind is Accepted.DRAFT
            assert await intake.submit(pages, None, claim) == handover, "a repeated hand-over is one draft"
            job = await desk.submit_document(pages, pages, TO)
            with tempfile.TemporaryFile() as recipients:
                recipients.write(b"number\n0199000097\n0199000096\n")
                recipients.flush()
                broadcast = (await desk.submit_to_many(pages, None, recipients, Order(title="Circular"))).id
            listed = await desk.list_faxes(FaxQuery(broadcast=broadcast))
            assert len(listed.jobs) == 2
        receptions = await desk.list_receptions()
        reception = receptions[0].id if receptions else await asyncio.wait_for(arrived, 20)
        with (folder / "document.tif").open("rb") as pages:
            offer = (await desk.offer_document(pages, None, NewOffer(title="Ours"))).id
            (contact,) = await desk.save_contacts([Contact(last_name="Ours", number="0199000002")])
            header = await desk.save_header(OwnHeader(name="Ours"))
        return {
            "contact": contact.id,
            "header": header.id,
            "draft": handover.id,
            "job": job,
            "reception": reception,
            "broadcast": broadcast,
            "offer": offer,
        }


def administer(admin: client.AdminClient, reception: str, out: IO[bytes]) -> dict[str, Awaitable[Any]]:
    """Every method of the administrator's, by its name; most of what is asked for is not there."""
    return {
        "Reload": admin.reload(),
        "VerifyAllCopies": admin.verify_all_copies(CopyQuery()),
        "ListUnassigned": admin.list_unassigned(""),
        "AssignAnyReception": admin.assign_any_reception(Assignment(reception, ("root",))),
        "ListAllCalls": admin.list_all_calls(CallQuery()),
        "SumAllCalls": admin.sum_all_calls(TotalsQuery()),
        "ListDeliveries": admin.list_deliveries(""),
        "TestMail": admin.test_mail("forged@example.org"),
        "RetryDeliveries": admin.retry_deliveries(),
        "WriteSnapshot": admin.write_snapshot(out),
        "ReadMetrics": admin.read_metrics(),
        "ReleaseRestored": admin.release_restored(),
        "SumAllCosts": admin.sum_all_costs(StatementQuery()),
        "ListAllCosts": admin.list_all_costs(StatementQuery()),
        "CorrectCall": admin.correct_call(CallCorrection("no-such-call", "forged", confirmed=1)),
        "CloseMonth": admin.close_month(MonthClosing("2026-10")),
        "ListInvoices": admin.list_invoices(""),
        "WriteInvoice": admin.write_invoice(InvoiceWish("2026-0001"), out),
        "SendInvoice": admin.send_invoice(InvoiceMailing("2026-0001")),
        "ShowInvoice": admin.show_invoice("2026-0001"),
        "CheckLedger": admin.check_ledger(LedgerSeal()),
        "FindSeal": admin.find_seal(LedgerSeal()),
        "ListAllPayers": admin.list_all_payers(),
        "ListAllLimits": admin.list_all_limits(""),
        "LiftLimit": admin.lift_limit(LimitLift("All", "1", "forged", person="root")),
        "ListDestinations": admin.list_destinations(""),
        "ShowDestination": admin.show_destination("0199000002"),
        "ForgetDestination": admin.forget_destination("0199000002"),
        "LockDestination": admin.lock_destination("0199000002"),
        "UnlockDestination": admin.unlock_destination("0199000002"),
    }


@needs_root
def test_nobody_sees_or_touches_what_is_anothers(strict: tuple[str, Path]) -> None:
    address, folder = strict
    ids = asyncio.run(own_things(address, folder))

    async def attack() -> dict[str, Any]:
        result: dict[str, Any] = {}
        async with AsyncExitStack() as connections:
            desk, intake, admin = [
                await connections.enter_async_context(connect(address))
                for connect in (client.connect, client.connect_intake, client.connect_admin)
            ]
            with tempfile.TemporaryFile() as out:
                attempts = {
                    "Submit": intake.submit(out, None, Claim(user="root", title="forged")),
                    "Acknowledge": intake.acknowledge(ids["draft"]),
                    "RefusePrint": intake.refuse_print(Claim(user="root", title="forged"), Sentence("Forged.")),
                    **administer(admin, ids["reception"], out),
                    "AssignReception": desk.assign_reception(Assignment(ids["reception"], ("root",))),
                    "ReadDraft": desk.read_draft(ids["draft"], out),
                    "AddDocument": desk.add_document(ids["draft"], out, "forged"),
                    "JoinDrafts": desk.join_drafts(ids["draft"], ids["draft"]),
                    "ArrangeDraft": desk.arrange_draft(ids["draft"], [PartChoice("1")]),
                    "RedrawDraft": desk.redraw_draft(ids["draft"], Resolution.STANDARD, True),
                    "ComposeDraft": desk.compose_draft(ids["draft"], TO, out),
                    "DiscardDraft": desk.discard_draft(ids["draft"]),
                    "FindRepeats": desk.find_repeats(ids["draft"], [Recipient("0199000002")]),
                    "TakeBack": desk.take_back(ids["job"]),
                    "SaveDraft": desk.save_draft(ids["draft"], KeptOrder(TO)),
                    "SubmitDraft": desk.submit_draft(ids["draft"], TO),
                    "SubmitDraftToMany": desk.submit_draft_to_many(ids["draft"], [Recipient("0199000002")], Order()),
                    "SendAgain": desk.send_again(ids["job"], TO),
                    "ShowJob": desk.show_job(ids["job"]),
                    "ReadJob": desk.read_job(ids["job"], out),
                    "ReadSent": desk.read_sent(ids["job"], out),
                    "ReadTranscript": desk.read_transcript(ids["reception"], out),
                    "WriteReceipt": desk.write_receipt(ids["job"], out),
                    "CancelJob": desk.cancel_job(ids["job"]),
                    "ChangeJob": desk.change_job(ids["job"], JobChange(number="0199000003")),
                    "HoldJob": desk.hold_job(ids["job"]),
                    "ReleaseJob": desk.release_job(ids["job"]),
                    "ResolveJob": desk.resolve_job(ids["job"], Verdict.ARRIVED),
                    "ShowBroadcast": desk.show_broadcast(ids["broadcast"]),
                    "CancelBroadcast": desk.cancel_broadcast(ids["broadcast"]),
                    "HoldBroadcast": desk.hold_broadcast(ids["broadcast"]),
                    "ReleaseBroadcast": desk.release_broadcast(ids["broadcast"]),
                    "ShowOffer": desk.show_offer(ids["offer"]),
                    "WithdrawOffer": desk.withdraw_offer(ids["offer"]),
                    "MarkFax": desk.mark_fax(ids["reception"], True),
                    "CommentFax": desk.comment_fax(ids["reception"], "forged"),
                    "BinFax": desk.bin_fax(ids["reception"]),
                    "RemoveFax": desk.remove_fax(ids["reception"]),
                    "RestoreFax": desk.restore_fax(ids["job"]),
                    "ReadReception": desk.read_reception(ids["reception"], ReceptionFile.TIFF, out),
                    "RemoveContact": desk.remove_contact(ids["contact"]),
                    "RemoveHeader": desk.remove_header(ids["header"]),
                    "VerifyCopies": desk.verify_copies(CopyQuery(ids=(ids["reception"],))),
                }
                for name, attempt in attempts.items():
                    try:
                        result[name] = await attempt
                    except client.BusError as error:
                        result[name] = error.code.value
                result["written"] = out.seek(0, os.SEEK_END)
            result["verified"] = [each.id for each in (await desk.verify_copies(CopyQuery())).copies]
            result["ListDrafts"] = [draft.id for draft in await desk.list_drafts()]
            result["ListOffers"] = [offer.id for offer in await desk.list_offers()]
            result["ListJobs"] = [job.id for job in await desk.list_jobs()]
            result["ListBroadcasts"] = [broadcast.id for broadcast in await desk.list_broadcasts()]
            assert (await desk.list_faxes(FaxQuery(broadcast=ids["broadcast"]))).jobs == ()
            page = await desk.list_faxes(FaxQuery())
            result["ListFaxes"] = [each.id for each in (*page.drafts, *page.jobs, *page.receptions)]
            calls = (await desk.list_calls(CallQuery(person="root"))).calls
            result["ListCalls"] = [name for call in calls for name in (call.fax, *call.persons)]
            sums = (await desk.sum_calls(TotalsQuery(CallGrouping.PERSON, person="root"))).totals
            result["SumCalls"] = [each.key for each in sums]
            mine = StatementQuery()
            result["ListCosts"] = [each.person for each in (await desk.list_costs(mine)).calls]
            result["SumCosts"] = [each.key for each in (await desk.sum_costs(mine)).lines]
            others = (StatementQuery(purchase=True), StatementQuery(everybody=True), StatementQuery(person="root"))
            for ask in (desk.list_costs, desk.sum_costs):
                for query in others:
                    with pytest.raises(client.BusError) as denied:
                        await ask(query)
                    assert denied.value.code is ErrorCode.DENIED
            result["CountFolders"] = [str(each.faxes) for each in await desk.count_folders()]
            result["ListNumbers"] = [each.number for each in await desk.list_numbers()]
            result["FindContacts"] = [each.id for each in (await desk.find_contacts(ContactQuery())).contacts]
            result["SuggestRecipients"] = [each.contact for each in await desk.suggest_recipients("ours")]
            with pytest.raises(client.BusError) as unknown:
                await desk.save_contacts([Contact(ids["contact"], last_name="Taken", number="0199000002")])
            assert unknown.value.code is ErrorCode.UNKNOWN
            with pytest.raises(client.BusError) as unknown:
                await desk.save_header(OwnHeader(ids["header"], "Taken"))
            assert unknown.value.code is ErrorCode.UNKNOWN
            offered = [each.id for each in await desk.headers()]
            result["ListOwnHeaders"] = [*offered, *(each.id for each in await desk.list_own_headers())]
            result["ListReceptions"] = [reception.id for reception in await desk.list_receptions()]
        return result

    seen = as_nobody(attack)
    owners = {name for name, rule in RULES.items() if rule == "owner"}
    assert {name: seen.pop(name) for name in owners} == dict.fromkeys(owners, "unknown")
    closed = [name for name, rule in RULES.items() if rule in ("cupsd only", "may_see", "may_change")]
    assert [seen.pop(name) for name in closed] == ["denied"] * 33
    assert ids["reception"] not in seen.pop("verified")
    assert not {"root", *ids.values()} & {*seen.pop("ListCalls"), *seen.pop("SumCalls")}
    assert "root" not in {*seen.pop("ListCosts"), *seen.pop("SumCosts")}
    # What another test gave him is his own.
    assert sum(map(int, seen.pop("CountFolders"))) == len(seen["ListFaxes"])
    assert "01 99 00 00 01" not in seen.pop("ListNumbers")
    lists = ("ListDrafts", "ListOffers", "ListJobs", "ListReceptions", "ListFaxes", "ListBroadcasts", "FindContacts")
    listed = {id for method in (*lists, "SuggestRecipients", "ListOwnHeaders") for id in seen.pop(method)}
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

            def note(news: Draft | Job | Reception) -> None:
                heard.append(news.id)
                if isinstance(news, Job) and news.state in (State.FAILED, State.DONE):
                    ended.append(news.id)

            desk.on_job_changed = desk.on_draft_waiting = desk.on_reception_arrived = note
            desk.on_print_noticed = lambda notice: heard.append(notice.title)
            await desk.register()
            with (folder / "document.tif").open("rb") as pages:
                own = await desk.submit_document(pages, None, TO)
            await until("the end of his own fax", lambda: own in ended)
            return sorted(set(heard))

    async def be_refused() -> None:
        async with client.connect_intake(address) as intake:
            await intake.refuse_print(
                Claim(user=getpass.getuser(), title="refused", key="urn:uuid:4"), Sentence("Why.")
            )

    asyncio.run(be_refused())
    (folder / "document.tif").chmod(0o644)
    heard = as_nobody(listen)
    ours = [*asyncio.run(own_ids(address)), "refused"]
    assert heard and not set(heard) & set(ours)


async def own_ids(address: str) -> list[str]:
    async with client.connect(address) as desk:
        lists = [await desk.list_jobs(), await desk.list_drafts(), await desk.list_receptions()]
    return [each.id for listed in lists for each in listed]


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


def test_the_gate_refuses_what_is_not_in_the_contract(open_bus_service: tuple[str, Path]) -> None:
    async def main() -> None:
        bus = await open_bus(open_bus_service[0])
        for call in (
            ("org.freedesktop.DBus.Properties", "GetAll", "s", DESK),
            ("org.freedesktop.DBus.Properties", "Get", "ss", DESK, "Secret"),
            ("org.freedesktop.DBus.Peer", "Ping"),
            ("org.freedesktop.DBus.ObjectManager", "GetManagedObjects"),
            (DESK, "Nonsense"),
            (None, "Status"),
            ("org.example.Other", "Status"),
        ):
            assert await error_of(bus, *call) == DENIED, call
        assert await error_of(bus, DESK, "Status", path="/org/facteur") == DENIED
        assert await error_of(bus, DESK, "Status", "s", "more") == BAD_ORDER
        assert await error_of(bus, DESK, "ShowJob", "u", 7) == BAD_ORDER
        with open(os.devnull) as nothing:
            fds = [nothing.fileno()]
            assert await error_of(bus, DESK, "Status", unix_fds=fds) == BAD_ORDER
            assert await error_of(bus, DESK, "ReadDraft", "sh", "x", 5, unix_fds=fds) == BAD_ORDER
            assert await error_of(bus, DESK, "ReadDraft", "sh", "x", 0) == BAD_ORDER
            two = fds * 2
            assert await error_of(bus, DESK, "SubmitDocument", "hha{sv}", 0, 0, {}, unix_fds=two) == BAD_ORDER
        await bus.close()

    asyncio.run(main())


@needs_root
def test_the_service_itself_lets_only_cupsd_in(open_bus_service: tuple[str, Path]) -> None:
    async def main() -> list[str]:
        bus = await open_bus(open_bus_service[0])
        with open(os.devnull) as nothing:
            fds = [nothing.fileno()] * 2
            name = await error_of(bus, INTAKE, "Submit", "hha{sv}", 0, 1, {"user": Variant("s", "root")}, unix_fds=fds)
        names = [
            name,
            await error_of(bus, INTAKE, "Acknowledge", "s", "x"),
            await error_of(bus, INTAKE, "RefusePrint", "a{sv}a{sv}", {"user": Variant("s", "root")}, {}),
            await error_of(bus, ADMIN, "Reload"),
        ]
        await bus.close()
        return names

    assert as_nobody(main) == [DENIED] * 4


@needs_root
@pytest.mark.parametrize("bus", ["strict", "let_all", "own_socket"])
def test_only_the_administrator_reloads(request: pytest.FixtureRequest, bus: str) -> None:
    """Neither a user nor cupsd's may, whatever the bus lets through; root, who is the service's user too, may."""
    address, _folder = request.getfixturevalue(bus)

    async def reload() -> str:
        async with client.connect_admin(address) as admin:
            try:
                return repr(await admin.reload())
            except client.BusError as error:
                return error.code.value

    assert [as_nobody(reload, user) for user in ("nobody", "lp")] == ["denied", "denied"]
    assert asyncio.run(reload()) == repr(Reloaded())


@pytest.mark.parametrize(
    ("order", "code", "words"),
    [
        (Order(number="01990"), ErrorCode.BAD_NUMBER, "01990"),
        (Order(number="0899123456"), ErrorCode.BAD_NUMBER, "special charges"),
        (Order(), ErrorCode.BAD_NUMBER, "not a telephone number"),
        (replace(TO, header="nonsense"), ErrorCode.BAD_ORDER, "nonsense"),
    ],
)
def test_a_bad_order_is_said_in_one_sentence(
    open_bus_service: tuple[str, Path], order: Order, code: ErrorCode, words: str
) -> None:
    async def main() -> None:
        async with client.connect(open_bus_service[0]) as desk:
            with (open_bus_service[1] / "document.tif").open("rb") as pages:
                with pytest.raises(client.BusError) as error:
                    await desk.submit_document(pages, None, order)
                assert error.value.code is code
                assert words in str(error.value)
                assert await desk.list_jobs() == []

    asyncio.run(main())


@pytest.mark.parametrize(
    ("method", "order", "sentence"),
    [
        ("SubmitDocument", {"number": "0199000002", "colour": "red"}, "An order has no field “colour”."),
        ("SubmitDocument", {"subject": 7}, "The field “subject” is missing or of the wrong type."),
        ("SubmitDocument", {"title": ["x"]}, "The field “title” is missing or of the wrong type."),
        ("Submit", {"user": "root", "key": 7}, "The field “key” is missing or of the wrong type."),
    ],
)
def test_an_order_of_another_form_is_refused_by_the_name_of_its_field(
    open_bus_service: tuple[str, Path], method: str, order: dict[str, Any], sentence: str
) -> None:
    async def main() -> Message:
        bus = await open_bus(open_bus_service[0])
        interface = INTAKE if method == "Submit" else DESK
        with open(os.devnull) as nothing:
            fds = [nothing.fileno()] * 2
            reply = await raw(bus, interface, method, "hha{sv}", 0, 1, to_wire(order), unix_fds=fds)
        await bus.close()
        return reply

    reply = asyncio.run(main())
    assert (reply.error_name, reply.signature) == (BAD_ORDER, "sa{sv}")
    assert reply.body[0] == sentence


def test_a_word_that_no_vocabulary_has_is_refused(open_bus_service: tuple[str, Path]) -> None:
    async def main() -> list[Any]:
        bus = await open_bus(open_bus_service[0])
        reply = await raw(bus, DESK, "ResolveJob", "ss", "no-such-fax", "perhaps")
        await bus.close()
        return [reply.error_name, reply.body[0]]

    assert asyncio.run(main()) == [BAD_ORDER, "The field “verdict” is missing or of the wrong type."]


@pytest.mark.parametrize("contents", [b"", b"not a TIFF", b"II*\0\x08\0\0\0" + b"\xff" * 100])
def test_a_bad_document_is_refused_and_leaves_nothing(open_bus_service: tuple[str, Path], contents: bytes) -> None:
    async def main() -> None:
        async with client.connect(open_bus_service[0]) as desk:
            with tempfile.TemporaryFile() as pages:
                pages.write(contents)
                with pytest.raises(client.BusError) as error:
                    await desk.submit_document(pages, None, TO)
                assert error.value.code is ErrorCode.BAD_DOCUMENT
            reading, writing = os.pipe()
            with pytest.raises(client.BusError) as error:
                await desk.submit_document(reading, None, TO)
            assert error.value.code is ErrorCode.BAD_DOCUMENT
            os.close(reading)
            os.close(writing)
        assert list((open_bus_service[1] / "state/documents").iterdir()) == []

    asyncio.run(main())


def test_a_claim_for_an_unknown_user_is_refused(open_bus_service: tuple[str, Path]) -> None:
    async def main() -> None:
        async with client.connect_intake(open_bus_service[0]) as intake:
            with (open_bus_service[1] / "document.tif").open("rb") as pages:
                for claim in (Claim(user="no-such-user"), Claim(title="x")):
                    with pytest.raises(client.BusError) as error:
                        await intake.submit(pages, None, claim)
                    assert error.value.code is ErrorCode.BAD_ORDER

    asyncio.run(main())


@needs_root
def test_cupsd_hands_in_a_print_job_and_can_do_nothing_else_with_it(strict: tuple[str, Path]) -> None:
    address, folder = strict
    (folder / "document.tif").chmod(0o644)

    async def backend() -> list[Any]:
        async with client.connect_intake(address) as intake, client.connect(address) as desk:
            with (folder / "document.tif").open("rb") as pages:
                handover = await intake.submit(pages, None, Claim(user="nobody", title="Letter", key="urn:uuid:44"))
            with tempfile.TemporaryFile() as out:
                try:
                    await desk.read_draft(handover.id, out)
                except client.BusError as error:
                    return [handover.kind.value, handover.id, error.code.value]
        return []

    async def owner() -> list[str]:
        async with client.connect(address) as desk:
            return [draft.id for draft in await desk.list_drafts()]

    kind, draft, error = as_nobody(backend, "lp")
    assert (kind, error) == ("draft", "unknown")
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
        nobody = SimpleNamespace(**{method.function: None for method in METHODS})
        gate = Gate(dict.fromkeys(INTERFACES, nobody), Programs(), Rights(Config))
        service = SharedBus(bus, gate)  # type: ignore[arg-type]
        call = Message(path=OBJECT_PATH, interface=DESK, member="Status", sender=":1.7", serial=1)
        assert service._heard(call)
        await asyncio.gather(*gate._tasks)
        return bus.sent

    (reply,) = asyncio.run(main())
    assert reply.error_name == DENIED
