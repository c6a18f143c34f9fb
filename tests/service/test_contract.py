# SPDX-License-Identifier: GPL-3.0-or-later
"""One scenario against the real service and against its stand-in: whoever tests a window tests what there will be.

What the scenario asserts is the contract: types, error codes, the order of lists, and which signals come.
"""

from __future__ import annotations

import asyncio
import io
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import IO, Any, Final, get_type_hints

import pytest
from PIL import Image

from faxcore.announce.announcing import News
from faxcore.bus import client
from faxcore.contract.address_book import Book, Contact, ContactKind, ContactPage, ContactQuery, Suggestion
from faxcore.contract.administration import DestinationPage, OpenDeliveryPage, Released, Snapshot
from faxcore.contract.bus import Document, ErrorCode
from faxcore.contract.estimated import Estimate
from faxcore.contract.filed import CopyPage, CopyQuery, CopyState
from faxcore.contract.invoiced import InvoiceMailing, InvoicePage, InvoiceWish, MonthClosing
from faxcore.contract.ledgered import CallCorrection, LedgerCheck, LedgerSeal
from faxcore.contract.limited import Counted, LimitLevel, LimitLift, LimitPeriod, LimitState
from faxcore.contract.listed import FaxPage, FaxQuery, Folder, ListsChange, NumberCount
from faxcore.contract.methods import DESK, METHODS
from faxcore.contract.offered import NewOffer, Offer
from faxcore.contract.order import HeaderChoice, JobChange, JudgedNumber, Order, OwnHeader
from faxcore.contract.page_reading import read_pages
from faxcore.contract.paying import PayerChoice, PayerKind
from faxcore.contract.priced import NO_PRICE, CallPrice, Pricing, count_unpriced, sum_prices
from faxcore.contract.printed import (
    Accepted,
    Claim,
    Draft,
    DraftPart,
    Handover,
    KeptOrder,
    PartChoice,
    Preview,
    PrintNotice,
)
from faxcore.contract.received_fax import Assignment, Reception, ReceptionChange, ReceptionFile, ReceptionPage
from faxcore.contract.recorded import CallGrouping, CallPage, CallQuery, CallRecord, TotalsPage, TotalsQuery
from faxcore.contract.sent_fax import Broadcast, Job, LiveCall, SentFax, StateCount, Verdict
from faxcore.contract.service_status import LineState, Status
from faxcore.contract.stated import (
    StatedCall,
    StatedCallPage,
    StatementGrouping,
    StatementLine,
    StatementPart,
    StatementQuery,
    add_all,
    add_lines,
)
from faxcore.document.tiff import count_pages
from faxcore.model.call import Direction, Outcome
from faxcore.model.job import JobKind, State
from faxcore.model.line_direction import LineDirection
from faxcore.model.number import NumberKind
from faxcore.model.page import Resolution
from faxcore.model.priority import Priority
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import NOTHING, Sentence, literal
from tests.support.bus_fixture import private_bus
from tests.support.fake_service import ME, FakeDesk, serve
from tests.support.service_fixture import make_document, public_folder, serving
from tests.support.service_parts import Gate
from tests.support.tariffs import TOP, UNPRICED
from tests.support.tariffs import rule as make_rule

PATIENCE: Final = 60.0
GOOD, UNCERTAIN = "0199000002", "0199000003"
TO: Final = Order(number=GOOD, last_name="Martin", subject="Roof", header="plain")
TARIFF: Final = (
    TOP.replace('20, on = "invoice"', '20, on = "call"')
    + UNPRICED
    + make_rule("per_page = 0.25", to=f'to = ["+33{GOOD[1:]}"]')
)
"""By the page to one number, and no price for any other."""


def price_call(number: str, confirmed: int) -> CallPrice:
    """Price a call as the tariff does."""
    if number != f"+33{GOOD[1:]}":
        return CallPrice(Pricing.UNPRICED, tariff="Test", steps=(Sentence("No price."),))
    net = 250_000 * confirmed
    return CallPrice(Pricing.PRICED, "EUR", net, 20_000_000, net // 5, "Test", "one", (Sentence("A step."),))


class FarEnd:
    """The telephones at the other end, while the scenario is a user."""

    def begin(self, job: str) -> None:
        """A line dials for this job, if it does not so by itself."""

    def end(self, job: str, outcome: Outcome = Outcome.OK) -> None:
        """The call goes through and ends like this."""

    def ring(self) -> None:
        """A fax of one page comes in."""

    def take_folder(self) -> None:
        """The folder of received faxes cannot be used."""

    def give_folder_back(self) -> None:
        """It can be used again, from the next fax on."""


class ScriptedFarEnd(FarEnd):
    """The real service has calls as its line worker's script says."""

    SCRIPT: Final = {"dial": {GOOD: ["ok-slow"], UNCERTAIN: ["unconfirmed", "unconfirmed", "ok-slow"]}}

    def __init__(self, folder: Path, gate: Gate, received: Path) -> None:
        self._folder = folder
        self._received = received
        self._gate = gate
        self._rings = 0

    def end(self, job: str, outcome: Outcome = Outcome.OK) -> None:
        if outcome is Outcome.OK:
            self._gate.let_through()

    def ring(self) -> None:
        self._rings += 1
        (self._folder / f"ring-{self._rings}").touch()

    def take_folder(self) -> None:
        self._received.write_text("a file in its place")

    def give_folder_back(self) -> None:
        self._received.unlink()


class FakeFarEnd(FarEnd):
    """The stand-in has calls as it is told."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk
        self._is_away = False
        self._late: list[str] = []

    def begin(self, job: str) -> None:
        self._desk.begin_call(job)

    def end(self, job: str, outcome: Outcome = Outcome.OK) -> None:
        self._desk.end_call(job, outcome)

    def ring(self) -> None:
        if self._is_away:
            self._late.append(self._desk.add_reception(pages=1, waiting=literal("Its folder is away.")).id)
            return
        for each in self._late:
            self._desk.change_reception(each, waiting=NOTHING, tiff="/nowhere/fax.tif", pdf="/nowhere/fax.pdf")
        self._late.clear()
        self._desk.add_reception(pages=1, tiff="/nowhere/new.tif", pdf="/nowhere/new.pdf")

    def take_folder(self) -> None:
        self._is_away = True

    def give_folder_back(self) -> None:
        self._is_away = False


@asynccontextmanager
async def real(own_socket: bool = False) -> AsyncIterator[tuple[str, FarEnd]]:
    """The service with scripted lines, on the bus or at its own socket."""
    with public_folder() as folder:
        rings = [{"pages": 1, "end": "ok", "when": str(folder / f"ring-{number}")} for number in (1, 2)]
        with serving(ScriptedFarEnd.SCRIPT | {"ring": {"line-1": rings}}, tariff=TARIFF) as (address, place):
            gate = Gate(place)
            try:
                reached = f"unix:path={place}/socket" if own_socket else address
                yield reached, ScriptedFarEnd(folder, gate, place / "received")
            finally:
                gate.close()


@asynccontextmanager
async def fake(desk: FakeDesk | None = None) -> AsyncIterator[tuple[str, FarEnd]]:
    """The stand-in, behind the service's gate."""
    desk = desk or FakeDesk()
    desk.price = price_call
    with public_folder() as folder, private_bus(folder / "bus") as address:
        bus = await serve(desk, address)
        try:
            yield address, FakeFarEnd(desk)
        finally:
            await bus.close()


class Ear:
    """Everything that a desk is told, in its order."""

    def __init__(self, desk: client.Client) -> None:
        self.heard: list[News] = []
        self._more = asyncio.Event()
        desk.on_draft_waiting = desk.on_job_changed = desk.on_reception_arrived = desk.on_print_noticed = self._hear
        desk.on_reception_changed = self._hear

    def _hear(self, news: News) -> None:
        self.heard.append(news)
        self._more.set()

    async def until(self, test: Callable[[News], bool]) -> Any:
        async with asyncio.timeout(PATIENCE):
            while True:
                found = [news for news in self.heard if test(news)]
                if found:
                    return found[-1]
                self._more.clear()
                await self._more.wait()

    async def until_job(self, job: str, state: State, progress: str = "") -> Job:
        found = await self.until(
            lambda news: (
                isinstance(news, Job)
                and (news.id, news.state) == (job, state)
                and (not progress or str(news.progress) == progress)
            )
        )
        assert isinstance(found, Job)
        return found

    def story(self, job: str) -> list[tuple[str, str, int]]:
        """State, progress and confirmed pages of a job, as it was told."""
        told = [news for news in self.heard if isinstance(news, Job) and news.id == job]
        return [(news.state.value, str(news.progress), news.confirmed) for news in told]


class User:
    """A user with a document, who plays the scenario."""

    def __init__(
        self, desk: client.Client, intake: client.IntakeClient, far_end: FarEnd, document: io.BufferedReader
    ) -> None:
        self.desk = desk
        self.intake = intake
        self.far_end = far_end
        self.document = document
        self.ear = Ear(desk)

    async def play(self) -> None:
        """Do everything that the contract has."""
        await self.look_around()
        await self.judge_numbers()
        first, second = await self.print_two()
        await self.be_refused()
        await self.read(first)
        await self.order_wrongly(first)
        await self.keep_an_order(second)
        await self.arrange(second)
        await self.begin_without_document()
        await self.take_one_back(second)
        await self.keep_contacts()
        await self.keep_headers(first)
        job = await self.send(first)
        await self.decide()
        await self.discard(second)
        await self.print_without_a_dialog()
        reception = await self.receive()
        await self.look_through_folders(job, reception)
        await self.repeat()
        broadcast = await self.send_to_several()
        await self.look_through_calls(job, reception)
        # Its call, and the comment on it that came and went.
        assert self.ear.story(job)[-1][0] == "done" and len(self.ear.story(job)) == 8 + 2
        await self.ask_for_what_there_is_not(first.id, job, reception, broadcast)
        await self.give_away(reception)

    async def give_away(self, reception: str) -> None:
        """A received fax goes to somebody else, and is ours no more."""
        desk = self.desk
        await self.refused(ErrorCode.BAD_ORDER, desk.assign_reception(Assignment(reception, ())))
        await self.refused(ErrorCode.BAD_ORDER, desk.assign_reception(Assignment(reception, ("nobody-at-all",))))
        before = [each.id for each in await desk.list_receptions()]
        await desk.assign_reception(Assignment(reception, ("daemon",)))
        assert [each.id for each in await desk.list_receptions()] == [id for id in before if id != reception]
        await self.refused(ErrorCode.UNKNOWN, desk.assign_reception(Assignment(reception, ("daemon",))))

    async def look_around(self) -> None:
        headers = await self.desk.headers()
        assert [header.id for header in headers] == ["plain", "cover"]
        assert [header.cover for header in headers] == [False, True]
        for header in headers:
            assert_contract(header, HeaderChoice)
        (payer,) = await self.desk.list_payers()
        assert_contract(payer, PayerChoice)
        assert (payer.code, payer.name, payer.kind) == ("4711", "Legal advice", PayerKind.BUDGET)
        assert (payer.valid_from, payer.valid_until, payer.is_default) == ("", "", False)
        (limit,) = await self.desk.list_limits()
        assert_contract(limit, LimitState)
        assert (limit.name, limit.counted, limit.per, limit.level) == (
            "All",
            Counted.PAGES,
            LimitPeriod.MONTH,
            LimitLevel.FINE,
        )
        assert (limit.bound, limit.used, limit.queued, limit.left, limit.lifted) == (1000, 0, 0, 1000, 0)
        status = await self.until_idle()
        assert_contract(status, Status)
        assert (status.queued, status.active, status.drafts, status.trouble) == (0, 0, 0, NOTHING)
        assert status.version and status.codec and status.received_folder
        (line,) = status.lines
        assert (line.name, line.state, line.numbers) == ("line-1", LineState.IDLE, ("0199000001",))
        assert (line.call, line.page, line.detail) == ("", 0, NOTHING)
        assert (line.direction, line.groups, line.priority, line.hours) == (LineDirection.BOTH, (), 0, ())
        assert (line.dials, line.dials_at, status.kept_free) == (True, "", ())
        assert (status.rules, status.held_back) == ((), ())
        assert await self.desk.list_drafts() == await self.desk.list_jobs() == await self.desk.list_receptions() == []

    async def judge_numbers(self) -> None:
        for typed in ("0199000002", "Fax: +33 (0)1 99 00 00 02", "01.99.00.00.02"):
            judged = await self.desk.judge_number(typed)
            assert_contract(judged, JudgedNumber)
            assert (judged.called, judged.shown, judged.e164) == (True, "01 99 00 00 02", "+33199000002")
            assert (judged.country, judged.kind, judged.reason) == ("FR", NumberKind.FIXED, NOTHING)
            assert judged.lines
        assert (await self.desk.judge_number("0612345678")).kind is NumberKind.MOBILE
        assert (await self.desk.judge_number("0199000002#47")).sub_address == "47"
        for refused, rule in (("112", "emergency"), ("0899123456", "kind"), ("+44 20 7946 0000", "country"), ("", "")):
            judged = await self.desk.judge_number(refused)
            assert replace(judged, grouped="") == JudgedNumber(called=False, rule=judged.rule, reason=judged.reason)
            assert judged.reason and (not rule or judged.rule == rule)

    async def until_idle(self) -> Status:
        async with asyncio.timeout(PATIENCE):
            while True:
                status = await self.desk.status()
                if all(line.state is LineState.IDLE for line in status.lines):
                    return status
                await asyncio.sleep(0.01)

    async def print_two(self) -> tuple[Draft, Draft]:
        """One that waits until a program registers, one that is told of at once; a repeated hand-over is no other."""
        claim = Claim(user=ME, title="Letter", key="urn:uuid:7", payer="4711")
        handover = await self.intake.submit(self.document, None, claim)
        assert handover.kind is Accepted.DRAFT
        assert await self.intake.submit(self.document, self.document, claim) == handover
        assert self.ear.heard == []
        await self.desk.register()
        first = await self.ear.until(lambda news: isinstance(news, Draft))
        assert first.id == handover.id
        other = await self.intake.submit(self.document, None, replace(claim, key="urn:uuid:8", title="Quote", payer=""))
        second = await self.ear.until(lambda news: news.id == other.id)
        assert self.ear.heard == [first, second] == await self.desk.list_drafts()
        assert [draft.title for draft in (first, second)] == ["Letter", "Quote"]
        assert first.pages == 2
        assert first.created <= second.created
        assert (first.payer, second.payer) == ("4711", "")
        for draft in (first, second):
            assert_contract(draft, Draft)
        assert (await self.desk.status()).drafts == 2
        await self.refused(
            ErrorCode.BAD_ORDER, self.intake.submit(self.document, None, replace(claim, user="no-such-user"))
        )
        await self.refused(
            ErrorCode.BAD_NUMBER, self.intake.submit(self.document, None, replace(claim, number="01990"))
        )
        nobody = replace(claim, key="urn:uuid:10", payer="nonsense")
        await self.refused(ErrorCode.BAD_ORDER, self.intake.submit(self.document, None, nobody))
        return first, second

    async def be_refused(self) -> None:
        """A print job that is not faxed is told of; again if it is refused once more."""
        claim = Claim(user=ME, title="Damaged", key="urn:uuid:9", header="nonsense")
        reasons = [Sentence("The document has no pages."), Sentence("“{name}” is damaged.", {"name": "Damaged"})]
        for reason in reasons:
            await self.intake.refuse_print(claim, reason)
            told = await self.ear.until(lambda news: isinstance(news, PrintNotice) and news.sentence == reason)  # noqa: B023
            assert_contract(told, PrintNotice)
            assert (told.title, told.refused) == ("Damaged", True)
        for wrong, reason in ((replace(claim, user="no-such-user"), reasons[0]), (claim, NOTHING)):
            await self.refused(ErrorCode.BAD_ORDER, self.intake.refuse_print(wrong, reason))

    async def read(self, draft: Draft) -> None:
        with tempfile.TemporaryFile() as bare, tempfile.TemporaryFile() as composed:
            await self.desk.read_draft(draft.id, bare)
            assert count_pages(bare) == draft.pages
            preview = await self.desk.compose_draft(draft.id, TO, composed)
            assert preview.pages == count_pages(composed) == draft.pages
            assert isinstance(preview.station_id, str)
            assert preview.certain
            assert preview.estimate is not None
            self.assert_estimate(preview.estimate, draft.pages)
            without_number = await self.desk.compose_draft(draft.id, replace(TO, number=""), composed)
            assert without_number.pages == draft.pages
            assert without_number.estimate is None
            bare.seek(0)
            self.assert_estimate(await self.desk.estimate_document(bare, TO), draft.pages)

    def assert_estimate(self, estimate: Estimate, pages: int) -> None:
        assert_contract(estimate, Estimate)
        assert estimate.pages == pages
        assert 10 < estimate.least <= estimate.seconds <= estimate.most

    async def keep_an_order(self, draft: Draft) -> None:
        kept = KeptOrder(Order(number="0199", subject="Roof"), (Recipient(GOOD, "Petit"), Recipient("abc")))
        await self.desk.save_draft(draft.id, kept)
        assert {each.id: each.kept for each in await self.desk.list_drafts()}[draft.id] == kept
        await self.desk.save_draft(draft.id, KeptOrder())
        assert await self.desk.find_repeats(draft.id, [Recipient(GOOD), Recipient("abc")]) == []
        await self.refused(ErrorCode.UNKNOWN, self.desk.find_repeats("no-such-fax", [Recipient(GOOD)]))
        to_many = self.desk.submit_draft_to_many
        for code, recipients, order in (
            (ErrorCode.BAD_NUMBER, [Recipient(GOOD), Recipient("abc")], Order()),
            (ErrorCode.BAD_NUMBER, [], Order()),
            (ErrorCode.BAD_ORDER, [Recipient(GOOD)], TO),
            (ErrorCode.BAD_ORDER, [Recipient(GOOD)], Order(header="no-such-header")),
        ):
            await self.refused(code, to_many(draft.id, recipients, order))

    async def arrange(self, draft: Draft) -> None:
        """Several documents in one draft, as one waits; all of it is the caller's own, and undone in the end."""
        desk = self.desk
        before = await desk.list_drafts()
        begun = await desk.begin_draft(self.document, "First")
        assert_contract(begun, Draft)
        assert (begun.title, begun.pages, await desk.list_drafts()) == ("First", draft.pages, [*before, begun])
        assert begun.redrawable
        drawn = await desk.redraw_draft(begun.id, Resolution.FINE, True)
        assert_contract(drawn, Draft)
        assert drawn == replace(begun, parts=(replace(begun.parts[0], photo=True),))
        begun = await desk.redraw_draft(begun.id, Resolution.FINE, False)
        added = await desk.add_document(begun.id, self.document, "Second")
        await self.refused(ErrorCode.STATE, desk.redraw_draft(begun.id, Resolution.FINE, True))
        (first, second) = added.parts
        assert_contract(second, DraftPart)
        assert (second.title, second.first, second.pages) == ("Second", draft.pages + 1, draft.pages)
        assert (added.pages, first, second.left_out) == (2 * draft.pages, begun.parts[0], ())
        turned = await desk.arrange_draft(begun.id, [PartChoice(second.id, (1,)), PartChoice(first.id)])
        assert turned.parts == (replace(second, left_out=(1,)), first)
        assert (turned.title, turned.pages) == ("Second", 2 * draft.pages - 1)
        with tempfile.TemporaryFile() as out:
            await desk.read_draft(begun.id, out)
            assert count_pages(out) == 2 * draft.pages
            assert (await desk.compose_draft(begun.id, TO, out)).pages == turned.pages
        everything = tuple(range(1, draft.pages + 1))
        for wrong in ([], [PartChoice(first.id, everything)], [PartChoice(first.id, (9,))], [PartChoice("none")]):
            await self.refused(ErrorCode.BAD_ORDER, desk.arrange_draft(begun.id, wrong))
        other = await desk.begin_draft(self.document, "Third")
        await self.refused(ErrorCode.BAD_ORDER, desk.join_drafts(begun.id, begun.id))
        await self.refused(ErrorCode.UNKNOWN, desk.join_drafts(begun.id, "none"))
        joined = await desk.join_drafts(begun.id, other.id)
        assert [part.title for part in joined.parts] == ["Second", "First", "Third"]
        assert [part.left_out for part in joined.parts] == [(1,), (), ()]
        assert await desk.list_drafts() == [*before, joined]
        with tempfile.TemporaryFile() as nothing:
            await self.refused(ErrorCode.BAD_DOCUMENT, desk.add_document(begun.id, nothing, "Nothing"))
            await self.refused(ErrorCode.BAD_DOCUMENT, desk.begin_draft(nothing, "Nothing"))
        await desk.discard_draft(begun.id)
        assert await desk.list_drafts() == before

    async def begin_without_document(self) -> None:
        """An order without a document yet: it takes one, or is a cover page alone."""
        desk, before = self.desk, await self.desk.list_drafts()
        typed = KeptOrder(Order(subject="Roof", header="cover", key="window"))
        begun = await desk.begin_empty_draft(typed)
        assert_contract(begun, Draft)
        assert (begun.title, begun.pages, begun.parts, begun.kept, begun.redrawable) == ("", 0, (), typed, False)
        assert await desk.begin_empty_draft(typed) == begun
        assert await desk.list_drafts() == [*before, begun]
        plain, cover = Order(GOOD, header="plain", subject="Roof"), Order(GOOD, header="cover")
        with tempfile.TemporaryFile() as out:
            await self.refused(ErrorCode.BAD_ORDER, desk.compose_draft(begun.id, plain, out))
            assert not any((await desk.compose_draft(begun.id, cover, out)).origins)
        for order in (plain, cover):
            await self.refused(ErrorCode.BAD_ORDER, desk.submit_draft(begun.id, order))
            await self.refused(ErrorCode.BAD_ORDER, desk.submit_cover(order))
        await self.refused(ErrorCode.BAD_NUMBER, desk.submit_cover(replace(cover, number="01990", subject="Roof")))
        added = await desk.add_document(begun.id, self.document, "First")
        assert ([part.title for part in added.parts], added.kept, added.redrawable) == (["First"], typed, True)
        await desk.discard_draft(begun.id)
        assert await desk.list_drafts() == before

    async def take_one_back(self, draft: Draft) -> None:
        """A fax of a draft is that draft again, with its order, as long as it has not gone out."""
        job = await self.desk.submit_draft(draft.id, replace(TO, undoable=True))
        shown = (await self.desk.show_job(job)).job
        assert (shown.state, shown.undoable) == (State.PENDING, True)
        for fax in (job, draft.id):
            assert await self.desk.take_back(fax) == draft.id
        await self.refused(ErrorCode.UNKNOWN, self.desk.take_back(job))
        await self.refused(ErrorCode.UNKNOWN, self.desk.show_job(job))
        assert not (await self.ear.until_job(job, State.CANCELLED)).undoable
        assert {each.id: each.kept for each in await self.desk.list_drafts()}[draft.id] == KeptOrder(TO)
        begun = await self.desk.submit_draft_to_many(draft.id, [Recipient(GOOD)], Order(undoable=True))
        assert await self.desk.take_back(begun.id) == draft.id
        await self.refused(ErrorCode.UNKNOWN, self.desk.show_broadcast(begun.id))
        await self.desk.save_draft(draft.id, KeptOrder())

    async def keep_contacts(self) -> None:
        desk = self.desk
        for wrong in (Contact(last_name="Petit"), Contact(kind=ContactKind.GROUP), Contact(number="none")):
            with pytest.raises(client.BusError):
                await desk.save_contacts([Contact(last_name="Zola", number=GOOD), wrong])
        assert (await desk.find_contacts(ContactQuery())).contacts == ()
        petit, lab = await desk.save_contacts(
            [
                Contact(last_name="Pétit", first_name="Claire", number=GOOD),
                Contact(kind=ContactKind.COMPANY, company="Lab", number=UNCERTAIN, book=Book.SHARED),
            ]
        )
        for each in (petit, lab):
            assert_contract(each, Contact)
        (group,) = await desk.save_contacts([Contact(kind=ContactKind.GROUP, name="All", members=(lab.id, petit.id))])
        assert await self.contacts() == [group, lab, petit]
        assert await self.contacts(words="pet") == await self.contacts(words=GOOD) == [petit]
        assert await self.contacts(book=Book.SHARED) == [lab] and await self.contacts(group=group.id) == [lab, petit]
        (suggestion,) = await desk.suggest_recipients("claire")
        assert_contract(suggestion, Suggestion)
        assert (suggestion.contact, suggestion.recipient.number) == (petit.id, GOOD)
        (changed,) = await desk.save_contacts([replace(petit, last_name="Zola")])
        assert (changed.id, await self.contacts(words="pet"), await self.contacts(words="zola")) == (
            petit.id,
            [],
            [changed],
        )
        for each in (group, lab, petit):
            await desk.remove_contact(each.id)
        assert await self.contacts() == []

    async def keep_headers(self, draft: Draft) -> None:
        desk, offered = self.desk, await self.desk.headers()
        for wrong in (OwnHeader(), OwnHeader(name="A", language="xx"), OwnHeader(name="A", logo="none")):
            with pytest.raises(client.BusError):
                await desk.save_header(wrong)
        kept = await desk.save_header(OwnHeader(name=" Surgery\x07", heading="Dr Petit", cover=True, message="Dear"))
        assert_contract(kept, OwnHeader)
        assert kept == OwnHeader(kept.id, "Surgery", "Dr Petit", cover=True, message="Dear")
        with pytest.raises(client.BusError):
            await desk.save_header(OwnHeader(name="Surgery"))
        with tempfile.TemporaryFile() as picture:
            Image.new("1", (60, 20)).save(picture, "PNG")
            name = await desk.keep_logo(picture)
            assert name and await desk.keep_logo(picture) == name
            await self.refused(ErrorCode.BAD_DOCUMENT, desk.keep_logo(self.document))
        assert (await desk.save_header(replace(kept, picture=name))).picture == name
        await self.refused(ErrorCode.BAD_ORDER, desk.save_header(replace(kept, picture="none")))
        changed = await desk.save_header(replace(kept, heading="Dr Zola"))
        assert await desk.list_own_headers() == [changed]
        own = HeaderChoice(kept.id, literal("Surgery"), "Dr Zola", cover=True, own=True, message="Dear")
        assert await desk.headers() == [*offered, own]
        with tempfile.TemporaryFile() as out:
            preview = await desk.preview_header(replace(changed, heading="Dr Hugo"), Order(), out)
            assert_contract(preview, Preview)
            assert preview.pages == len(preview.origins) and out.seek(0, os.SEEK_END)
        with tempfile.TemporaryFile() as out:
            await desk.compose_draft(draft.id, Order(header=kept.id), out)
        await desk.remove_header(kept.id)
        assert await desk.headers() == offered and await desk.list_own_headers() == []
        for missing in (desk.remove_header(kept.id), desk.save_header(changed)):
            with pytest.raises(client.BusError):
                await missing

    async def contacts(self, **query: Any) -> list[Contact]:
        page = await self.desk.find_contacts(ContactQuery(**query))
        assert_contract(page, ContactPage)
        return list(page.contacts)

    async def order_wrongly(self, draft: Draft) -> None:
        with tempfile.TemporaryFile() as out:
            wrong = {
                replace(TO, number="01990"): ErrorCode.BAD_NUMBER,
                replace(TO, number="15"): ErrorCode.BAD_NUMBER,
                replace(TO, header="nonsense"): ErrorCode.BAD_ORDER,
            }
            for order, code in wrong.items():
                await self.refused(code, self.desk.compose_draft(draft.id, order, out))
                await self.refused(code, self.desk.submit_draft(draft.id, order))
                await self.refused(code, self.desk.submit_document(self.document, None, order))
                await self.refused(code, self.desk.estimate_document(self.document, order))
            nobody = replace(TO, payer="nonsense")
            await self.refused(ErrorCode.BAD_ORDER, self.desk.submit_draft(draft.id, nobody))
            await self.refused(ErrorCode.BAD_ORDER, self.desk.submit_document(self.document, None, nobody))
            await self.refused(ErrorCode.BAD_ORDER, self.desk.fetch_document(nobody))
            await self.refused(ErrorCode.BAD_NUMBER, self.desk.submit_draft(draft.id, Order()))
            assert out.seek(0, os.SEEK_END) == 0
            out.write(b"not a TIFF")
            await self.refused(ErrorCode.BAD_DOCUMENT, self.desk.submit_document(out, None, TO))
        reading, writing = os.pipe()
        try:
            await self.refused(ErrorCode.BAD_DOCUMENT, self.desk.submit_document(reading, None, TO))
            await self.refused(ErrorCode.BAD_ORDER, self.desk.read_draft(draft.id, writing))
        finally:
            os.close(reading)
            os.close(writing)
        assert draft in await self.desk.list_drafts()
        assert await self.desk.list_jobs() == []

    async def send(self, draft: Draft) -> str:
        """A draft on its whole way, and a job that is cancelled while it waits for the same line."""
        job = await self.desk.submit_draft(draft.id, TO)
        assert await self.desk.submit_draft(draft.id, replace(TO, subject="Again")) == job
        assert draft not in await self.desk.list_drafts()
        self.far_end.begin(job)
        await self.ear.until_job(job, State.ACTIVE, "dialling")
        await self.watch(job, draft)
        with tempfile.TemporaryFile() as out:
            await self.refused(ErrorCode.STATE, self.desk.write_receipt(job, out))
            assert out.seek(0, os.SEEK_END) == 0
        await self.cancel_a_waiting_one(job)
        await self.hold_one(job)
        await self.change_one(job)
        await self.send_one_later()
        await self.send_one_again(job)
        await self.send_to_somebody_behind_a_machine(job)
        await self.fetch_one()
        await self.offer_one()
        self.far_end.end(job)
        done = await self.ear.until_job(job, State.DONE)
        self.look_at_the_call(job)
        assert done.live is None
        await self.ask_for_a_receipt(job)
        assert self.ear.story(job) == [
            ("ready", "", 0),
            ("active", "preparing the pages", 0),
            ("active", "dialling", 0),
            ("active", "sending page 1 of 2", 0),
            ("active", "sending page 1 of 2", 1),
            ("final-pending", "sending page 1 of 2", 1),
            ("final-pending", "sending page 1 of 2", 2),
            ("done", "", 2),
        ]
        assert_contract(done, Job)
        shown = await self.desk.show_job(job)
        assert shown.job == done
        (call,) = shown.calls
        assert not call.follows, "it was dialled for"
        assert (call.line, call.outcome, call.reason) == ("line-1", Outcome.OK, NOTHING)
        assert (call.sent, call.confirmed, call.rate) == (2, 2, 14400)
        assert_contract(call.price, CallPrice)
        assert call.price == replace(price_call("+33199000002", 2), steps=call.price.steps) and call.price.steps
        for attempt in (self.desk.cancel_job(job), self.desk.resolve_job(job, Verdict.AGAIN)):
            await self.refused(ErrorCode.STATE, attempt)
        with tempfile.TemporaryFile() as out:
            await self.desk.read_job(job, out)
            assert count_pages(out) == draft.pages
        with tempfile.TemporaryFile() as out:
            told = await self.desk.read_sent(job, out)
            assert_contract(told, SentFax)
            assert not told.as_sent and count_pages(out) == draft.pages
        return job

    def look_at_the_call(self, job: str) -> None:
        """While a page was on its way, it was told to whom, how fast, and how long that would take."""
        (live,) = {
            news.live
            for news in self.ear.heard
            if isinstance(news, Job) and news.id == job and news.live and news.live.page and news.confirmed == 0
        }
        assert_contract(live, LiveCall)
        assert (live.line, live.remote_id, live.page) == ("line-1", "+33199000099", 1)
        assert (live.rate, live.error_correction) == (14400, True)
        # Two pages of 14,400 octets, of which the second is not coded yet.
        assert 20 < live.seconds_left <= 26

    async def watch(self, job: str, draft: Draft) -> None:
        """The job while its call lasts."""
        shown = await self.desk.show_job(job)
        assert_contract(shown.job, Job)
        assert (shown.job.title, shown.job.subject, shown.job.header) == (draft.title, "Roof", "plain")
        assert shown.job.payer == draft.payer == "4711"
        assert (shown.job.number, shown.job.recipient) == ("01 99 00 00 02", "Martin")
        assert (shown.job.pages, shown.job.dials, shown.job.tries, shown.job.reason) == (2, 1, 0, NOTHING)
        assert [(call.outcome, call.line) for call in shown.calls] == [(None, "line-1")]
        assert shown.job.live == LiveCall("line-1"), "nobody has answered yet"
        status = await self.desk.status()
        assert (status.queued, status.active, status.drafts) == (0, 1, 1)

    async def cancel_a_waiting_one(self, job: str) -> None:
        waiting = await self.desk.submit_document(self.document, None, replace(TO, title="Waits"))
        assert [each.id for each in await self.desk.list_jobs()] == [waiting, job], "newest first"
        assert (await self.desk.status()).queued == 1
        await self.refused(ErrorCode.STATE, self.desk.resolve_job(waiting, Verdict.ARRIVED))
        await self.desk.cancel_job(waiting)
        cancelled = await self.ear.until_job(waiting, State.CANCELLED)
        assert cancelled == (await self.desk.show_job(waiting)).job
        assert (cancelled.title, str(cancelled.reason), cancelled.tries) == ("Waits", "Cancelled.", 0)
        assert self.ear.story(waiting) == [("ready", "", 0), ("cancelled", "", 0)]
        assert (await self.desk.show_job(waiting)).calls == ()
        await self.refused(ErrorCode.STATE, self.desk.cancel_job(waiting))

    async def hold_one(self, busy: str) -> None:
        """A fax waits, since another is being sent to its number: it is held, released and held again."""
        job = await self.desk.submit_document(self.document, None, replace(TO, title="Held"))
        await self.refused(ErrorCode.STATE, self.desk.release_job(job))
        await self.desk.hold_job(job)
        held = await self.ear.until_job(job, State.HELD)
        assert (held.reason, held.next_try) == (NOTHING, "")
        await self.refused(ErrorCode.STATE, self.desk.hold_job(job))
        await self.desk.release_job(job)
        assert (await self.desk.show_job(job)).job.state is State.READY
        await self.desk.hold_job(job)
        await self.desk.cancel_job(job)
        await self.ear.until_job(job, State.CANCELLED)
        assert [state for state, _progress, _confirmed in self.ear.story(job)] == [
            "ready",
            "held",
            "ready",
            "held",
            "cancelled",
        ]
        assert (await self.desk.show_job(busy)).job.state is State.ACTIVE

    async def change_one(self, busy: str) -> None:
        """A fax that waits is changed in everything that can be; one that is being sent has the header that it has."""
        job = await self.desk.submit_document(self.document, None, replace(TO, title="Changed"))
        before = (await self.desk.show_job(job)).job
        for change, code in (
            (JobChange(), ErrorCode.BAD_ORDER),
            (JobChange(number="112"), ErrorCode.BAD_NUMBER),
            (JobChange(header="nonsense"), ErrorCode.BAD_ORDER),
            (JobChange(send_at="soon"), ErrorCode.BAD_ORDER),
            (JobChange(give_up_at="2001-01-01T00:00+00:00"), ErrorCode.BAD_ORDER),
            (JobChange(priority=Priority.URGENT), ErrorCode.DENIED),
            (JobChange(payer="nonsense"), ErrorCode.BAD_ORDER),
        ):
            await self.refused(code, self.desk.change_job(job, change))
        await self.refused(ErrorCode.STATE, self.desk.change_job(busy, JobChange(header="cover")))
        assert (await self.desk.show_job(job)).job == before, "nothing of it was changed"
        at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
        later, end = at.isoformat(), (at + timedelta(hours=1)).isoformat()
        change = JobChange(UNCERTAIN, "cover", later, end, Priority.BULK, payer="4711")
        await self.desk.change_job(job, change)
        changed = await self.ear.until_job(job, State.PENDING)
        assert changed == (await self.desk.show_job(job)).job
        assert (changed.number, changed.recipient, changed.header) == ("01 99 00 00 03", "Martin", "cover")
        assert (changed.pages, changed.priority) == (before.pages + 1, Priority.BULK)
        assert (before.payer, changed.payer) == ("", "4711")
        assert datetime.fromisoformat(changed.next_try) == at
        assert datetime.fromisoformat(changed.give_up_at) == at + timedelta(hours=1)
        await self.desk.change_job(job, JobChange(number=GOOD, send_at="", give_up_at="", header=""))
        ready = await self.ear.until(lambda news: news.id == job and news.state is State.READY and news != before)
        assert (ready.number, ready.header, ready.next_try, ready.give_up_at) == (before.number, "plain", "", "")
        assert ready.priority is Priority.BULK, "what is not named stays"
        await self.desk.cancel_job(job)
        await self.ear.until_job(job, State.CANCELLED)
        await self.refused(ErrorCode.STATE, self.desk.change_job(job, JobChange(number=UNCERTAIN)))

    async def send_one_again(self, busy: str) -> None:
        """To another number while it is being sent; to the same one when it has ended."""
        await self.refused(ErrorCode.STATE, self.desk.send_again(busy, Order()))
        copy = await self.desk.send_again(busy, Order(number="0199000003", last_name="Dupont"))
        await self.desk.hold_job(copy)
        shown, first = [(await self.desk.show_job(job)).job for job in (copy, busy)]
        assert (shown.number, shown.recipient, shown.payer) == ("01 99 00 00 03", "Dupont", first.payer)
        assert (shown.title, shown.subject, shown.header) == (first.title, first.subject, first.header)
        repeated = await self.desk.find_repeats(copy, [Recipient(first.number)])
        assert_contract(repeated[0], Job)
        assert busy in [each.id for each in repeated]
        assert busy not in [each.id for each in await self.desk.find_repeats(busy, [Recipient(first.number)])]
        await self.desk.cancel_job(copy)
        await self.ear.until_job(copy, State.CANCELLED)

    async def send_to_somebody_behind_a_machine(self, busy: str) -> None:
        """A sub-address is shown with the number; a password is not shown, and is told to no other number."""
        wrong = ({"sub_address": "4a"}, {"sub_address": "4" * 21}, {"password": "secret"})
        for order in wrong:
            attempt = self.desk.submit_document(self.document, None, replace(TO, **order))
            await self.refused(ErrorCode.BAD_ORDER, attempt)
        twice = replace(TO, number=f"{GOOD}#42", sub_address="43")
        await self.refused(ErrorCode.BAD_NUMBER, self.desk.submit_document(self.document, None, twice))
        copy = await self.desk.send_again(busy, Order(number=UNCERTAIN, sub_address="4 2*", password="7391"))
        await self.desk.hold_job(copy)
        shown = (await self.desk.show_job(copy)).job
        assert (shown.number, shown.has_password) == ("01 99 00 00 03 #4 2*", True)
        assert not (await self.desk.show_job(busy)).job.has_password
        assert "7391" not in str(shown)
        await self.refused(ErrorCode.BAD_ORDER, self.desk.change_job(copy, JobChange(number=GOOD)))
        await self.refused(ErrorCode.BAD_ORDER, self.desk.change_job(copy, JobChange(password="secret")))
        await self.desk.change_job(copy, JobChange(number=GOOD, password=""))
        changed = (await self.desk.show_job(copy)).job
        assert (changed.number, changed.has_password) == ("01 99 00 00 02", False)
        await self.desk.cancel_job(copy)
        await self.ear.until_job(copy, State.CANCELLED)

    async def fetch_one(self) -> None:
        """What fetches is a job like others, but for the document that it has not got."""
        await self.refused(ErrorCode.BAD_NUMBER, self.desk.fetch_document(Order(number="112")))
        await self.refused(ErrorCode.BAD_ORDER, self.desk.fetch_document(Order(number=GOOD, sub_address="4a")))
        await self.refused(ErrorCode.BAD_ORDER, self.desk.fetch_document(Order(number=GOOD, send_at="soon")))
        later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        order = Order(number=GOOD, sub_address="7", password="7391", send_at=later, key="the list")
        job = await self.desk.fetch_document(order)
        assert await self.desk.fetch_document(order) == job
        shown = (await self.desk.show_job(job)).job
        assert (shown.kind, shown.state, shown.number) == (JobKind.FETCH, State.PENDING, "01 99 00 00 02 #7")
        assert (shown.pages, shown.has_password) == (0, True)
        await self.refused(ErrorCode.STATE, self.desk.send_again(job, Order(number=UNCERTAIN)))
        await self.desk.hold_job(job)
        await self.desk.cancel_job(job)
        cancelled = await self.ear.until_job(job, State.CANCELLED)
        assert cancelled.kind is JobKind.FETCH
        with tempfile.TemporaryFile() as out:
            await self.refused(ErrorCode.STATE, self.desk.write_receipt(job, out))
            await self.refused(ErrorCode.STATE, self.desk.read_job(job, out))
            await self.refused(ErrorCode.STATE, self.desk.read_sent(job, out))

    async def offer_one(self) -> None:
        """A document is offered, shown and withdrawn."""
        for offer, code in (
            (NewOffer(selective="4a"), ErrorCode.BAD_ORDER),
            (NewOffer(password="secret"), ErrorCode.BAD_ORDER),
            (NewOffer(times=-1), ErrorCode.BAD_ORDER),
            (NewOffer(until="2001-01-01T00:00+00:00"), ErrorCode.BAD_ORDER),
            (NewOffer(number=GOOD), ErrorCode.DENIED),
        ):
            await self.refused(code, self.desk.offer_document(self.document, None, offer))
        later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        wanted = NewOffer("Price list", "0199000001", "12", "7391", 3, later)
        made = await self.desk.offer_document(self.document, self.document, wanted)
        assert_contract(made, Offer)
        assert (made.title, made.number, made.selective, made.has_password) == ("Price list", "0199000001", "12", True)
        assert (made.pages, made.times, made.fetched, made.open, made.ended) == (2, 3, 0, True, "")
        assert datetime.fromisoformat(made.until) > datetime.now(UTC)
        assert await self.desk.show_offer(made.id) == made
        assert await self.desk.list_offers() == [made]
        await self.desk.withdraw_offer(made.id)
        ended = await self.desk.show_offer(made.id)
        assert not ended.open and ended.ended
        await self.refused(ErrorCode.STATE, self.desk.withdraw_offer(made.id))
        await self.refused(ErrorCode.UNKNOWN, self.desk.show_offer("no-such-offer"))

    async def send_one_later(self) -> None:
        at = "2100-02-28T23:30:00+01:00"
        await self.refused(ErrorCode.BAD_ORDER, self.desk.submit_document(self.document, None, replace(TO, send_at=at)))
        await self.refused(
            ErrorCode.BAD_ORDER, self.desk.submit_document(self.document, None, replace(TO, send_at="soon"))
        )
        later = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
        there = later.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()
        until = (later + timedelta(hours=2)).isoformat()
        early = replace(TO, send_at=there, give_up_at=later.isoformat())
        await self.refused(ErrorCode.BAD_ORDER, self.desk.submit_document(self.document, None, early))
        order = replace(TO, send_at=there, give_up_at=until)
        job = await self.desk.submit_document(self.document, None, order)
        shown = (await self.desk.show_job(job)).job
        assert_contract(shown, Job)
        assert datetime.fromisoformat(shown.give_up_at) == later + timedelta(hours=2)
        assert (shown.state, datetime.fromisoformat(shown.next_try)) == (State.PENDING, later)
        await self.desk.hold_job(job)
        await self.desk.release_job(job)
        again = (await self.desk.show_job(job)).job
        assert again == replace(shown, changed=again.changed)
        await self.desk.cancel_job(job)
        cancelled = await self.ear.until_job(job, State.CANCELLED)
        assert (cancelled.next_try, cancelled.give_up_at) == ("", "")

    async def decide(self) -> None:
        """Two uncertain faxes: one is said to have arrived, the other is sent again."""
        arrived, again = [await self.send_without_answer() for _ in range(2)]
        await self.desk.resolve_job(arrived, Verdict.ARRIVED)
        done = await self.ear.until_job(arrived, State.DONE)
        assert (done.reason, done.confirmed) == (NOTHING, 1)
        await self.refused(ErrorCode.STATE, self.desk.resolve_job(arrived, Verdict.ARRIVED))
        await self.desk.resolve_job(again, Verdict.AGAIN)
        self.far_end.begin(again)
        self.far_end.end(again)
        sent = await self.ear.until_job(again, State.DONE)
        assert (sent.dials, sent.tries, sent.confirmed) == (1, 1, 2)
        states = [state for state, _progress, _confirmed in self.ear.story(again)]
        assert list(dict.fromkeys(states)) == ["ready", "active", "final-pending", "uncertain", "done"]
        assert states[states.index("uncertain") + 1] == "ready"
        outcomes = [call.outcome for call in (await self.desk.show_job(again)).calls]
        assert outcomes == [Outcome.UNCONFIRMED, Outcome.OK], "oldest first"

    async def send_without_answer(self) -> str:
        job = await self.desk.submit_document(self.document, None, replace(TO, number=UNCERTAIN))
        self.far_end.begin(job)
        self.far_end.end(job, Outcome.UNCONFIRMED)
        uncertain = await self.ear.until_job(job, State.UNCERTAIN)
        assert uncertain.reason == Sentence("No answer to the last page.")
        assert self.ear.story(job)[-1] == ("uncertain", "", 1)
        return job

    async def discard(self, draft: Draft) -> None:
        await self.desk.discard_draft(draft.id)
        assert await self.desk.list_drafts() == []
        await self.refused(ErrorCode.UNKNOWN, self.desk.discard_draft(draft.id))
        await self.refused(ErrorCode.UNKNOWN, self.desk.submit_draft(draft.id, TO))

    async def print_without_a_dialog(self) -> None:
        claim = Claim(user=ME, title="Direct", key="urn:uuid:9", number=GOOD, last_name="Petit")
        handover = await self.intake.submit(self.document, self.document, claim)
        assert handover.kind is Accepted.JOB
        assert await self.intake.submit(self.document, self.document, claim) == handover
        newest = (await self.desk.list_jobs())[0]
        assert (newest.id, newest.title, newest.recipient) == (handover.id, "Direct", "Petit")
        self.far_end.begin(handover.id)
        self.far_end.end(handover.id)
        await self.ear.until_job(handover.id, State.DONE)
        # Whatever has become of it, it is the same until its backend has heard so.
        assert await self.intake.submit(self.document, None, claim) == handover
        await self.intake.acknowledge(handover.id)
        await self.print_again(claim, handover)

    async def print_again(self, claim: Claim, first: Handover) -> None:
        """The same print job comes again after its answer was heard: a person is asked, and nothing is sent."""
        asks = await self.intake.submit(self.document, None, claim)
        assert asks.kind is Accepted.DRAFT
        assert await self.intake.submit(self.document, None, claim) == asks
        draft = await self.ear.until(lambda news: news.id == asks.id)
        assert draft.earlier is not None
        assert (draft.earlier.id, draft.earlier.state) == (first.id, State.DONE)
        assert [each.earlier for each in await self.desk.list_drafts()] == [draft.earlier]
        await self.intake.acknowledge(asks.id)
        assert await self.intake.submit(self.document, None, claim) == asks, "it waits: it is shown once more"
        await self.desk.discard_draft(asks.id)

    async def look_through_folders(self, job: str, reception: str) -> None:
        """Folders, searching, pages, read marks and the bin."""

        async def ids(**query: Any) -> list[str]:
            page = await self.desk.list_faxes(FaxQuery(**query))
            assert_contract(page, FaxPage)
            return [each.id for each in (*page.drafts, *page.jobs, *page.receptions)]

        async def counts() -> dict[Folder, tuple[int, int]]:
            return {each.folder: (each.faxes, each.unread) for each in await self.desk.count_folders()}

        assert {folder: faxes for folder, (faxes, _unread) in (await counts()).items()} == {
            Folder.INBOX: 2,
            Folder.TO_COMPLETE: 0,
            Folder.OUTBOX: 0,
            Folder.SENT: 4,
            Folder.FAILED: 7,
            Folder.UNCERTAIN: 0,
            Folder.BIN: 0,
        }
        assert set(await ids(folder=Folder.SENT)) >= {job}
        assert len(await ids()) == 13
        called = (await self.desk.list_receptions())[0].called
        assert len(await ids(folder=Folder.INBOX, number=called)) == 2
        assert await ids(folder=Folder.INBOX, number="0199000009") == []
        for words in ("mart roof", "MÄRTIN", "01 99 00 00 02", "+33 (0)1 99 00 00 02", "0033199000002"):
            assert job in await ids(words=words), words
        assert await ids(words="roof martinez") == []
        first = await self.desk.list_faxes(FaxQuery(most=5))
        behind = await self.desk.list_faxes(FaxQuery(most=5, after=first.after))
        last = await self.desk.list_faxes(FaxQuery(most=5, after=behind.after))
        pages = [[each.id for each in (*page.jobs, *page.receptions)] for page in (first, behind, last)]
        assert [len(page) for page in pages] == [5, 5, 3] and last.after == ""
        assert sorted(sum(pages, [])) == sorted(await ids()) and min(pages[0]) > max(pages[1]) > max(pages[2])
        changed: asyncio.Queue[ListsChange] = asyncio.Queue()
        self.desk.on_lists_changed = changed.put_nowait
        await self.desk.mark_fax(reception, True)
        async with asyncio.timeout(PATIENCE):
            told = await changed.get()
        self.desk.on_lists_changed = None
        assert_contract(told, ListsChange)
        assert list(told.folders) == await self.desk.count_folders()
        listed = (await self.desk.list_faxes(FaxQuery(folder=Folder.INBOX))).receptions
        assert [each.read for each in listed if each.id == reception] == [True]
        assert (await counts())[Folder.INBOX] == (2, 1)
        (number,) = await self.desk.list_numbers()
        assert_contract(number, NumberCount)
        assert (number.faxes, number.unread) == (2, 1)
        assert len(await ids(folder=Folder.INBOX, number=number.number)) == 2
        unread = await ids(folder=Folder.INBOX, unread=True)
        assert len(unread) == 1 and reception not in unread
        await self.desk.mark_fax(reception, False)
        for fax in (job, reception):
            await self.desk.comment_fax(fax, "  Rappeler\tMme Œuvrard\r\n\nlundi\x07 ")
            assert await ids(words="oeuvrard lun") == [fax]
            page = await self.desk.list_faxes(FaxQuery(words="rappeler"))
            assert [each.comment for each in (*page.jobs, *page.receptions)] == ["Rappeler Mme Œuvrard\n\nlundi"]
            await self.desk.comment_fax(fax, " \n")
            assert await ids(words="rappeler") == []
        for fax in (job, reception):
            with tempfile.TemporaryFile() as out:
                await self.desk.read_transcript(fax, out)
                assert out.seek(0, os.SEEK_END) > 0
            await self.refused(ErrorCode.STATE, self.desk.remove_fax(fax))
            await self.desk.bin_fax(fax)
            assert fax not in await ids() and fax in await ids(folder=Folder.BIN)
            await self.desk.restore_fax(fax)
            assert fax in await ids() and await ids(folder=Folder.BIN) == []

    async def repeat(self) -> None:
        """What is handed over again with the same key is the same."""
        order = replace(TO, title="Once", key="mine-1")
        job = await self.desk.submit_document(self.document, None, order)
        assert await self.desk.submit_document(self.document, None, order) == job
        await self.refused(ErrorCode.STATE, self.desk.bin_fax(job))
        self.far_end.begin(job)
        self.far_end.end(job)
        await self.ear.until_job(job, State.DONE)

    async def send_to_several(self) -> str:
        """One document for several recipients, held and cancelled as one."""

        def recipients(text: str) -> IO[bytes]:
            file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever uses it
            file.write(text.encode())
            file.flush()
            return file

        order = Order(title="Circular", subject="Roof", key="many-1")
        with recipients("number\n0199000096\n15\n") as wrong:
            await self.refused(ErrorCode.BAD_ORDER, self.desk.submit_to_many(self.document, None, wrong, order))
        with recipients("Nom;Numéro\nMartin;0199000096\nDupont;0199000097\nMartin;0199000096\n") as several:
            named = replace(order, number="0199000096")
            await self.refused(ErrorCode.BAD_ORDER, self.desk.submit_to_many(self.document, None, several, named))
            begun = await self.desk.submit_to_many(self.document, None, several, order)
            assert (await self.desk.submit_to_many(self.document, None, several, order)).id == begun.id
        assert_contract(begun, Broadcast)
        assert (begun.title, begun.subject, begun.recipients) == ("Circular", "Roof", 2)
        await self.desk.hold_broadcast(begun.id)
        faxes = (await self.desk.list_faxes(FaxQuery(broadcast=begun.id))).jobs
        assert [fax.recipient for fax in faxes] == ["Dupont", "Martin"]
        for fax in faxes:
            assert (fax.broadcast, fax.priority) == (begun.id, Priority.BULK)
            await self.ear.until_job(fax.id, State.HELD)
        assert (await self.desk.show_broadcast(begun.id)).states == (StateCount(State.HELD, 2),)
        await self.desk.cancel_broadcast(begun.id)
        for fax in faxes:
            await self.ear.until_job(fax.id, State.CANCELLED)
        (listed,) = await self.desk.list_broadcasts()
        assert listed == replace(begun, states=(StateCount(State.CANCELLED, 2),))
        await self.desk.release_broadcast(begun.id)
        assert await self.desk.show_broadcast(begun.id) == listed, "there is nothing to release"
        return begun.id

    async def receive(self) -> str:
        """Two faxes come in, each is told of and can be read, also the one whose folder is away."""
        self.far_end.take_folder()
        self.far_end.ring()
        first = await self.ear.until(lambda news: isinstance(news, Reception))
        self.assert_received(first)
        assert first.waiting and first.tiff == first.pdf == ""
        assert await self.desk.list_receptions() == [first]
        await self.assert_readable(first.id)
        self.far_end.give_folder_back()
        self.far_end.ring()
        second = await self.ear.until(lambda news: isinstance(news, Reception) and news.id != first.id)
        self.assert_received(second)
        change = await self.ear.until(lambda news: isinstance(news, ReceptionChange) and news.reception.pdf != "")
        assert_contract(change, ReceptionChange)
        assert replace(change.reception, tiff="", pdf="", waiting=first.waiting) == first
        assert not change.reception.waiting and not second.waiting and second.pdf
        assert await self.desk.list_receptions() == [second, change.reception], "newest first"
        await self.assert_readable(second.id)
        await self.verify(change.reception, second)
        return second.id

    async def look_through_calls(self, job: str, reception: str) -> None:
        """Each call stands in the log, out and in, and in the sums."""
        page = await self.desk.list_calls(CallQuery())
        assert_contract(page, CallPage)
        assert [each.id for each in page.calls] == sorted(each.id for each in page.calls) and not page.after
        (sent,) = (each for each in page.calls if each.fax == job)
        assert (sent.direction, sent.line, sent.other_number) == (Direction.OUT, "line-1", "+33199000002")
        assert (sent.outcome, sent.confirmed, sent.fetched, sent.reason) == (Outcome.OK, 2, False, NOTHING)
        (received,) = (each for each in page.calls if each.fax == reception)
        assert (received.direction, received.outcome, received.confirmed) == (Direction.IN, Outcome.OK, 1)
        assert received.station_id and received.other_number
        assert {each.persons for each in page.calls} == {(ME,)}
        for each in page.calls:
            number = each.other_number if each.direction is Direction.OUT else ""
            assert each.price == replace(price_call(number, each.confirmed), steps=())
            assert each.purchase == NO_PRICE, "what the carrier takes is for the administrator only"
        by_ones = [await self.desk.list_calls(CallQuery(most=1))]
        while by_ones[-1].after:
            by_ones.append(await self.desk.list_calls(CallQuery(most=1, after=by_ones[-1].after)))
        assert tuple(call for each in by_ones for call in each.calls) == page.calls
        to_good = (await self.desk.list_calls(CallQuery(number=GOOD, direction=Direction.OUT))).calls
        assert sent in to_good and {each.other_number for each in to_good} == {"+33199000002"}
        failed = (await self.desk.list_calls(CallQuery(failed=True))).calls
        assert Outcome.UNCONFIRMED in {each.outcome for each in failed} and sent not in failed
        assert not (await self.desk.list_calls(CallQuery(line="no-such-line"))).calls
        assert not (await self.desk.list_calls(CallQuery(until=min(each.started for each in page.calls)))).calls
        await self.refused(ErrorCode.BAD_ORDER, self.desk.list_calls(CallQuery(since="yesterday")))
        await self.sum_calls(page.calls)
        await self.state_costs([each for each in page.calls if each.direction is Direction.OUT and each.outcome])

    async def sum_calls(self, calls: Sequence[CallRecord]) -> None:
        sums = await self.desk.sum_calls(TotalsQuery(CallGrouping.LINE))
        assert_contract(sums, TotalsPage)
        (total,) = sums.totals
        assert (total.key, total.calls, total.pages) == ("line-1", len(calls), sum(each.confirmed for each in calls))
        prices = [each.price for each in calls]
        assert (total.costs, total.unpriced) == (sum_prices(prices), count_unpriced(prices))
        assert total.costs[0].net > 0 < total.unpriced
        causes = (await self.desk.sum_calls(TotalsQuery(CallGrouping.CAUSE))).totals
        assert total.failures == sum(each.failures for each in causes) > 0
        for by, expected in ((CallGrouping.PERSON, ME), (CallGrouping.COUNTRY, "+33")):
            assert [each.key for each in (await self.desk.sum_calls(TotalsQuery(by))).totals] == [expected]
        destinations = (await self.desk.sum_calls(TotalsQuery(CallGrouping.DESTINATION))).totals
        behind = (await self.desk.sum_calls(TotalsQuery(CallGrouping.DESTINATION, after=destinations[0].key))).totals
        assert behind == destinations[1:] and destinations[0].key == "+33199000002"
        await self.refused(ErrorCode.BAD_ORDER, self.desk.sum_calls(TotalsQuery(until="tomorrow")))

    async def state_costs(self, calls: Sequence[CallRecord]) -> None:
        """A statement has what the calls out cost, however they are put together."""
        listed: list[StatedCall] = []
        async for page in read_pages(lambda after: self.desk.list_costs(StatementQuery(after=after))):
            assert_contract(page, StatedCallPage)
            listed += page.calls
        costs = {each.call: (each.price, each.other_number, each.pages, each.outcome) for each in listed}
        assert costs == {each.id: (each.price, each.other_number, each.confirmed, each.outcome) for each in calls}
        assert len(listed) == len(calls)
        prices = [each.price for each in calls]
        for by in StatementGrouping:
            lines = await self.sum_costs(StatementQuery(by))
            total = add_all(lines)
            assert (total.calls, total.pages) == (len(calls), sum(each.confirmed for each in calls))
            assert (total.costs, total.unpriced) == (sum_prices(prices), count_unpriced(prices))
        assert [each.key for each in await self.sum_costs(StatementQuery(StatementGrouping.PERSON))] == [ME]
        assert await self.sum_costs(StatementQuery(until=calls[0].started)) == []
        by_payer = await self.sum_costs(StatementQuery(StatementGrouping.PAYER))
        assert {each.key for each in by_payer} == {each.payer for each in listed} == {"", "4711"}
        assert await self.sum_costs(StatementQuery(StatementGrouping.PAYER, payer="4711")) == by_payer[1:]
        assert await self.sum_costs(StatementQuery(since=(datetime.now(UTC) + timedelta(days=1)).isoformat())) == []
        for wrong in (StatementQuery(since="yesterday"), StatementQuery(after="nowhere")):
            await self.refused(ErrorCode.BAD_ORDER, self.desk.sum_costs(wrong))
            await self.refused(ErrorCode.BAD_ORDER, self.desk.list_costs(wrong))
        for refused in (self.desk.sum_costs, self.desk.list_costs):
            await self.refused(ErrorCode.DENIED, refused(StatementQuery(purchase=True)))
            await self.refused(ErrorCode.DENIED, refused(StatementQuery(everybody=True)))
            await self.refused(ErrorCode.DENIED, refused(StatementQuery(person="somebody-else", payer="4711")))

    async def sum_costs(self, query: StatementQuery) -> list[StatementLine]:
        lines: list[StatementLine] = []
        async for part in read_pages(lambda after: self.desk.sum_costs(replace(query, after=after))):
            assert_contract(part, StatementPart)
            lines += part.lines
        return add_lines(lines)

    async def ask_for_a_receipt(self, job: str) -> None:
        with tempfile.TemporaryFile() as out:
            await self.desk.write_receipt(job, out)
            out.seek(0)
            assert out.read(5) == b"%PDF-"

    async def verify(self, *received: Reception) -> None:
        """Their files are what was filed."""
        page = await self.desk.verify_copies(CopyQuery())
        assert_contract(page, CopyPage)
        wanted = {(each.id, each.tiff, each.pdf) for each in received}
        assert {(each.id, each.tiff, each.pdf) for each in page.copies} == wanted and not page.after
        assert {(each.state, each.files, each.sent) for each in page.copies} == {(CopyState.UNCHANGED, (), False)}
        alone = await self.desk.verify_copies(CopyQuery(ids=(received[0].id,)))
        assert [each.id for each in alone.copies] == [received[0].id]
        await self.refused(ErrorCode.UNKNOWN, self.desk.verify_copies(CopyQuery(ids=("no-such-thing",))))

    def assert_received(self, reception: Reception) -> None:
        assert_contract(reception, Reception)
        assert (reception.line, reception.outcome, reception.pages) == ("line-1", Outcome.OK, 1)
        assert reception.remote_id and reception.caller

    async def assert_readable(self, reception: str) -> None:
        begins = {ReceptionFile.TIFF: b"II*\0", ReceptionFile.PDF: b"%PDF-", ReceptionFile.TRANSCRIPT: b""}
        for kind, begin in begins.items():
            with tempfile.TemporaryFile() as out:
                await self.desk.read_reception(reception, kind, out)
                out.seek(0)
                octets = out.read()
                assert octets.startswith(begin) and octets
                if kind is ReceptionFile.TIFF:
                    assert count_pages(io.BytesIO(octets)) == 1

    async def ask_for_what_there_is_not(self, draft: str, job: str, reception: str, broadcast: str) -> None:
        """Everything that takes an id, with ids of nothing and ids of something else; no signal comes of it."""
        heard = len(self.ear.heard)
        kinds = {
            "draft": (job, reception),
            "job": (draft, reception),
            "reception": (draft, job, broadcast),
            "broadcast": (draft, job),
            "contact": (draft, job),
        }
        asked = set()
        for method in METHODS:
            named = [parameter.name for parameter in method.parameters if parameter.name in kinds]
            order = Order() if "recipients" in [parameter.name for parameter in method.parameters] else TO
            if method.interface != DESK or not named:
                continue
            asked.add(method.function)
            for id in (*kinds[named[0]], "", "no-such-thing", "../x", "%s'\"", "é" * 5000):
                with tempfile.TemporaryFile() as out:
                    values: dict[Any, Any] = {
                        str: id,
                        Document: out,
                        Verdict: Verdict.ARRIVED,
                        JobChange: JobChange(number=GOOD),
                        ReceptionFile: ReceptionFile.PDF,
                        KeptOrder: KeptOrder(TO),
                        list[Recipient]: [Recipient(GOOD)],
                        list[PartChoice]: [PartChoice("1")],
                        Order: order,
                        Resolution: Resolution.FINE,
                        bool: True,
                    }
                    arguments = [values[parameter.kind] for parameter in method.parameters]
                    await self.refused(ErrorCode.UNKNOWN, getattr(self.desk, method.function)(*arguments))
                    assert out.seek(0, os.SEEK_END) == 0, method.function
        assert len(asked) == 26
        assert len(self.ear.heard) == heard

    async def refused(self, code: ErrorCode, attempt: Awaitable[object]) -> None:
        with pytest.raises(client.BusError) as error:
            await attempt
        assert error.value.code is code, error.value
        assert error.value.sentence
        assert "{" not in str(error.value)


def assert_contract(value: object, kind: type) -> None:
    """Every field has the type that the contract gives it: no text where there is a vocabulary or a sentence."""
    assert type(value) is kind
    hints = get_type_hints(kind)
    for field in fields(value):  # type: ignore[arg-type]
        found, wanted = getattr(value, field.name), hints[field.name]
        assert isinstance(found, getattr(wanted, "__origin__", wanted)), field.name
        for each in found if isinstance(found, tuple) else ():
            if is_dataclass(each) and not isinstance(each, Sentence):
                assert_contract(each, type(each))


async def administrate(admin: client.AdminClient) -> None:
    """The log is everybody's; what calls have taught is shown, locked and forgotten."""
    assert await admin.list_unassigned("") == ReceptionPage()
    with pytest.raises(client.BusError) as refused_one:
        await admin.assign_any_reception(Assignment("no-such-thing", ("daemon",)))
    assert refused_one.value.code is ErrorCode.UNKNOWN
    assert await admin.list_deliveries("") == OpenDeliveryPage()
    for attempt, code in (
        (admin.test_mail("nobody"), ErrorCode.BAD_ORDER),
        (admin.test_mail("anne@example.org"), ErrorCode.STATE),
    ):
        with pytest.raises(client.BusError) as without_mail:
            await attempt
        assert without_mail.value.code is code
    await admin.retry_deliveries()
    with tempfile.TemporaryFile() as out:
        snapshot = await admin.write_snapshot(out)
        out.seek(0)
        assert out.read(16) == b"SQLite format 3\0"
    assert_contract(snapshot, Snapshot)
    assert snapshot.state.endswith("/state") and snapshot.moment[-1] == "Z"
    assert "facteur_database_up 1\n" in await admin.read_metrics()
    assert await admin.release_restored() == Released(0)
    calls = await admin.list_all_calls(CallQuery())
    assert_contract(calls, CallPage)
    assert all(each.purchase == each.price and each.price.state is not Pricing.NONE for each in calls.calls)
    checked = await admin.check_ledger(LedgerSeal())
    assert_contract(checked, LedgerCheck)
    assert checked.complete and not checked.findings
    assert checked.last == await admin.find_seal(LedgerSeal()) == await admin.find_seal(checked.last)
    assert await admin.find_seal(LedgerSeal(10_000)) == LedgerSeal(10_000)
    for unheard in (admin.check_ledger(LedgerSeal(-1)), admin.find_seal(LedgerSeal(-1))):
        with pytest.raises(client.BusError) as no_place:
            await unheard
        assert no_place.value.code is ErrorCode.BAD_ORDER
    assert [payer.code for payer in await admin.list_all_payers()] == ["4711"]
    me = (await admin.list_all_limits(""))[0].person
    for unheard_lift, code in (
        (LimitLift("None", "5", "why", me), ErrorCode.UNKNOWN),
        (LimitLift("All", "many", "why", me), ErrorCode.BAD_ORDER),
        (LimitLift("All", "5", "", me), ErrorCode.BAD_ORDER),
    ):
        with pytest.raises(client.BusError) as not_lifted:
            await admin.lift_limit(unheard_lift)
        assert not_lifted.value.code is code
    await admin.lift_limit(LimitLift("All", "50", "the great mailing", me))
    (lifted,) = await admin.list_all_limits(me)
    assert_contract(lifted, LimitState)
    assert (lifted.bound, lifted.lifted, lifted.used > 0) == (1050, 50, True)
    (total,) = (await admin.sum_all_calls(TotalsQuery(CallGrouping.LINE))).totals
    assert total.calls == len(calls.calls) > 0
    (by_line,) = (await admin.sum_all_costs(StatementQuery(StatementGrouping.LINE, person=ME))).lines
    assert by_line.key == "line-1" and by_line.calls > 0
    stated = await admin.list_all_costs(StatementQuery(purchase=True))
    assert_contract(stated, StatedCallPage)
    assert Pricing.PRICED in {each.price.state for each in stated.calls}
    await correct(admin, next(each for each in stated.calls if each.price.net))
    await bill(admin)
    page = await admin.list_destinations("")
    assert_contract(page, DestinationPage)
    assert [each.number for each in page.destinations] == ["+33199000002", "+33199000003"] and page.after == ""
    behind = await admin.list_destinations("+33199000002")
    assert behind.destinations == page.destinations[1:]
    first = page.destinations[0]
    assert first.together, "nothing has taught that it takes one fax a call"
    assert await admin.show_destination("01 99 00 00 02") == first
    assert (first.begin_at, first.error_correction, first.locked, first.reached > "") == ("", True, False, True)
    for number in (GOOD, "0199000009"):
        await admin.lock_destination(number)
    assert await admin.show_destination(GOOD) == replace(first, locked=True)
    for refused, code in (
        (admin.forget_destination(GOOD), ErrorCode.STATE),
        (admin.unlock_destination(UNCERTAIN), ErrorCode.STATE),
        (admin.lock_destination("112"), ErrorCode.BAD_NUMBER),
        (admin.show_destination("0199000008"), ErrorCode.UNKNOWN),
        (admin.forget_destination("0199000008"), ErrorCode.UNKNOWN),
        (admin.unlock_destination(""), ErrorCode.UNKNOWN),
    ):
        with pytest.raises(client.BusError) as error:
            await refused
        assert error.value.code is code and error.value.sentence
    await admin.unlock_destination(GOOD)
    await admin.forget_destination(GOOD)
    left = (await admin.list_destinations("")).destinations
    assert [(each.number, each.locked) for each in left] == [("+33199000003", False), ("+33199000009", True)]


async def bill(admin: client.AdminClient) -> None:
    """No month is over that has calls, so there is no invoice."""
    with tempfile.TemporaryFile() as out, pytest.raises(client.BusError) as unknown:
        await admin.write_invoice(InvoiceWish("2026-0001"), out)
    assert unknown.value.code is ErrorCode.UNKNOWN
    assert await admin.list_invoices("") == InvoicePage()
    for asked, code in (
        (admin.close_month(MonthClosing("9998-12")), ErrorCode.STATE),
        (admin.close_month(MonthClosing("9998-12", dry_run=True)), ErrorCode.STATE),
        (admin.close_month(MonthClosing("October")), ErrorCode.BAD_ORDER),
        (admin.list_invoices("x"), ErrorCode.BAD_ORDER),
        (admin.show_invoice("2026-0001"), ErrorCode.UNKNOWN),
        (admin.send_invoice(InvoiceMailing("2026-0001", "anne@example.org")), ErrorCode.UNKNOWN),
    ):
        with pytest.raises(client.BusError) as refused:
            await asked
        assert refused.value.code is code


async def correct(admin: client.AdminClient, call: StatedCall) -> None:
    """A call is corrected once, by whoever says why, and priced anew."""
    wanted = CallCorrection(call.call, "The other end says so.", confirmed=call.pages + 4)
    for wrong, code in (
        (replace(wanted, reason=" "), ErrorCode.BAD_ORDER),
        (replace(wanted, call="no-such-call"), ErrorCode.UNKNOWN),
        (replace(wanted, answered=False), ErrorCode.BAD_ORDER),
        (replace(wanted, seconds=-1), ErrorCode.BAD_ORDER),
        (replace(wanted, confirmed=None), ErrorCode.BAD_ORDER),
    ):
        with pytest.raises(client.BusError) as refused:
            await admin.correct_call(wrong)
        assert refused.value.code is code, wrong
    corrected = await admin.correct_call(wanted)
    assert_contract(corrected, StatedCall)
    assert (corrected.call, corrected.pages, corrected.remark) == (call.call, call.pages + 4, wanted.reason)
    assert corrected.place > call.place and corrected.corrected_by and corrected.price.steps
    assert corrected.price.net == 250_000 * corrected.pages
    counts = [each for each in (await admin.list_all_costs(StatementQuery())).calls if each.call == call.call]
    assert counts in ([], [replace(corrected, price=replace(corrected.price, steps=()))])
    with pytest.raises(client.BusError) as again:
        await admin.correct_call(wanted)
    assert again.value.code is ErrorCode.BAD_ORDER


async def play(served: Any) -> None:
    async with served as (address, far_end), client.connect(address) as desk, client.connect_intake(address) as intake:
        with tempfile.TemporaryDirectory() as folder, make_document(Path(folder)).open("rb") as document:
            await User(desk, intake, far_end, document).play()
        async with client.connect_admin(address) as admin:
            await administrate(admin)


@pytest.mark.parametrize("served", [real, partial(real, own_socket=True), fake], ids=["bus", "own socket", "stand-in"])
def test_the_scenario(served: Callable[[], Any]) -> None:
    asyncio.run(play(served()))


class OldestFirst(FakeDesk):
    async def list_jobs(self) -> list[Job]:
        return (await super().list_jobs())[::-1]


class Texts(FakeDesk):
    """States are texts that no vocabulary has, as they once were."""

    async def show_job(self, job: str) -> Any:
        found = await super().show_job(job)
        return replace(found, job=replace(found.job, state="complete"))  # type: ignore[arg-type]


class Lenient(FakeDesk):
    """Lets a fax that has ended be cancelled once more."""

    async def cancel_job(self, job: str) -> None:
        if self._job(job).state is not State.CANCELLED:
            await super().cancel_job(job)


class Silent(FakeDesk):
    """A cancelled job is not told of."""

    async def cancel_job(self, job: str) -> None:
        tell, self.tell = self.tell, lambda _news: True
        await super().cancel_job(job)
        self.tell = tell


class Forgetful(FakeDesk):
    """Forgets the news that waits for whoever registers."""

    async def register(self) -> None:
        self.forget_news()


class Talkative(FakeDesk):
    """A signal comes for what has not changed."""

    async def read_job(self, job: str, out: Document) -> None:
        await super().read_job(job, out)
        self.tell(self.jobs[job])


@pytest.mark.parametrize("kind", [OldestFirst, Texts, Lenient, Silent, Forgetful, Talkative])
def test_the_scenario_sees_a_stand_in_that_does_what_the_service_never_does(
    kind: type[FakeDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.PATIENCE", 2.0)
    with pytest.raises((AssertionError, pytest.fail.Exception, client.BusError, TimeoutError)):
        asyncio.run(play(fake(kind())))
