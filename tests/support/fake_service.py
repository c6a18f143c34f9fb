# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted stand-in of the service for the tests of the windows: the whole contract, in memory.

`FakeDesk` does what the contract says, and `serve` puts it on a bus through the service's own gate:
`python -m tests.support.fake_service ADDRESS` does that with sample data. tests/service/test_contract.py plays one
scenario against this and against the real service, so that the two do not grow apart.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import stat
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont

from faxcore import people
from faxcore.announce.announcing import News
from faxcore.api.api_error import ApiError, not_ended
from faxcore.api.correcting import list_changes
from faxcore.api.header_book import check_header, offer_header, offer_own
from faxcore.api.nothing_to_send import refuse_bare, refuse_nothing
from faxcore.api.orders import (
    check_claim,
    check_order,
    check_order_to_many,
    check_password,
    check_reason,
    check_sub_address,
    check_time,
    read_moment,
    refuse_early_end,
)
from faxcore.api.own_contacts import check_contact
from faxcore.api.own_headers import add_own
from faxcore.api.own_payers import find_payer, list_all_payers, list_payers, refuse_payer
from faxcore.api.recipient_list import check_recipients, read_recipients
from faxcore.api.stating import refuse_purchase
from faxcore.bus.client import BusError
from faxcore.bus.doorway import Doorway
from faxcore.bus.gate import Gate
from faxcore.bus.programs import Programs
from faxcore.bus.rights import Rights
from faxcore.bus.shared_bus import join
from faxcore.bus.wire import Bus
from faxcore.config import BudgetConfig, Config, LimitConfig
from faxcore.config.mail_address import is_mail_address
from faxcore.contact_files.people_table import ListRefused
from faxcore.contract.address_book import Contact, ContactKind, ContactPage, ContactQuery, Suggestion
from faxcore.contract.admin_interface import Admin
from faxcore.contract.administration import (
    DestinationPage,
    LearntDestination,
    MailTest,
    OpenDeliveryPage,
    Released,
    Reloaded,
    Snapshot,
)
from faxcore.contract.bus import Document, ErrorCode
from faxcore.contract.estimated import Estimate
from faxcore.contract.filed import CopyPage, CopyQuery, CopyState, FiledCopy
from faxcore.contract.interfaces import Desk, Intake
from faxcore.contract.invoiced import (
    ClosedMonth,
    Invoice,
    InvoiceMail,
    InvoiceMailing,
    InvoicePage,
    InvoiceWish,
    MonthClosing,
)
from faxcore.contract.ledgered import CallCorrection, LedgerCheck, LedgerSeal
from faxcore.contract.limited import Counted, LimitLevel, LimitLift, LimitState
from faxcore.contract.listed import (
    FOLDERS,
    LONGEST_COMMENT,
    FaxPage,
    FaxQuery,
    Folder,
    FolderCount,
    ListsChange,
    NumberCount,
)
from faxcore.contract.methods import INTERFACES
from faxcore.contract.naming_contacts import sort_name
from faxcore.contract.offered import NewOffer, Offer
from faxcore.contract.order import UNDO_SECONDS, HeaderChoice, JobChange, JudgedNumber, Order, OwnHeader
from faxcore.contract.paying import PayerChoice
from faxcore.contract.priced import NO_PRICE, CallPrice, add_costs, count_unpriced, sum_prices
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
from faxcore.contract.received_fax import Assignment, ReadMark, Reception, ReceptionChange, ReceptionFile, ReceptionPage
from faxcore.contract.recorded import CallGrouping, CallPage, CallQuery, CallRecord, CallTotals, TotalsPage, TotalsQuery
from faxcore.contract.sent_fax import Broadcast, Call, Job, JobDetails, LiveCall, SentFax, StateCount, Verdict
from faxcore.contract.service_status import Line, LineState, Status
from faxcore.contract.stated import (
    StatedCall,
    StatedCallPage,
    StatementGrouping,
    StatementLine,
    StatementPart,
    StatementQuery,
    add_lines,
)
from faxcore.dialling.judging import judge_number
from faxcore.dialling.numbers import number_key, show_number
from faxcore.dialling.ruling import permit
from faxcore.document.document_error import DocumentError
from faxcore.document.tiff import count_pages, read_chosen_pages, write_to
from faxcore.document.undrawn import find_undrawn
from faxcore.model.call import Direction, Outcome
from faxcore.model.folding import fold
from faxcore.model.header import Header
from faxcore.model.job import FINAL, Event, JobKind, State, WrongState, move
from faxcore.model.page import Resolution
from faxcore.model.priority import Priority
from faxcore.model.recipient import RECIPIENT_NAMES, Recipient
from faxcore.model.sentence import NOTHING, Sentence, literal
from faxcore.model.text import clean_lines
from faxcore.store.draft_parts import (
    append_parts,
    choose_parts,
    count_sent,
    drawn_anew,
    list_kept,
    list_sent,
    only_part,
)
from faxcore.store.ids_and_times import format_time, new_id, read_clock
from faxcore.store.months import find_month
from faxcore.store.submissions import Addressee
from faxcore.store.words import Term, join_words, search_terms, split_words

ME: Final = people.name_of(os.getuid())
CONFIG: Final = Config(
    received=Path("/nowhere/received"),
    budgets=(BudgetConfig("4711", "Legal advice"),),
    limits=(LimitConfig("All", Counted.PAGES, 1000),),
    headers=(
        Header("plain", Sentence("No cover page")),
        Header("cover", Sentence("Cover page"), "Cabinet Martin", ("12 rue des Lilas", "38000 Grenoble"), "standard"),
    ),
)
BEGIN: Final = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
"""The time at which everything begins; each event is a second later."""
LINE: Final = "line-1"
ANNOUNCED: Final = (State.DONE, State.FAILED, State.UNCERTAIN)
"""States that are told of later if nobody listens."""

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


def _has_words(contact: Contact, terms: Sequence[str]) -> bool:
    texts = (contact.name, *(getattr(contact, name) for name in RECIPIENT_NAMES))
    words = join_words(texts, [contact.e164]).split()
    return all(any(word.startswith(term) for word in words) for term in terms)


def _suggest(contact: Contact) -> Suggestion:
    if contact.kind is ContactKind.GROUP:
        return Suggestion(Recipient(""), contact=contact.id, group=contact.name, members=len(contact.members))
    return Suggestion(Recipient.named_as(contact.number, contact), contact.shown, contact.id)


class FakeDesk(Desk, Intake, Admin):
    """Drafts, jobs and receptions of one user in memory; `refuse` makes the next calls of a method fail.

    Nothing happens by itself: `add_...` and `set_job` are what printing, the queue and the lines do.
    """

    def __init__(self) -> None:
        self.drafts: dict[str, Draft] = {}
        self.texts: dict[str, tuple[str, ...]] = {}
        """What stands on the pages, by draft or job."""
        self.documents: dict[str, bytes] = {}
        """TIFFs that were handed in, by draft or job."""
        self.jobs: dict[str, Job] = {}
        self.calls: dict[str, list[Call]] = {}
        self.receptions: list[Reception] = []
        self.unassigned: list[Reception] = []
        self.people = {"daemon"}
        """Those to whom faxes can be given."""
        self.asked: list[tuple[Any, ...]] = []
        self.refuse: dict[str, BusError] = {}
        self.copy_state = CopyState.UNCHANGED
        self.tell: Callable[[News], bool] = lambda _news: False
        """Says something to whoever has registered; True if there is somebody."""
        self.binned: set[str] = set()
        self.destinations: dict[str, LearntDestination] = {}
        """What calls have taught, by number."""
        self.invoices: list[Invoice] = []
        """The invoices that a closing of any month makes, in order."""
        self.is_nobody = False
        """True: the caller is not the administrator, where statements are concerned."""
        self.sees_all = False
        """True: the caller may see what others' calls cost."""
        self.unpriced: tuple[str, ...] = ()
        self._corrected: dict[str, StatedCall] = {}
        self.lifted = 0
        """Pages by which the limit is lifted."""
        self._broadcasts: dict[str, Broadcast] = {}
        self.price: Callable[[str, int], CallPrice] = lambda _number, _confirmed: NO_PRICE
        """Prices a call out to a number, or one in to none, in which so many pages were confirmed."""
        self.offers: dict[str, Offer] = {}
        self.contacts: dict[str, Contact] = {}
        self.own_headers: dict[str, OwnHeader] = {}
        self.logos: set[str] = set()
        self.read: set[str] = set()
        self.print_notices: dict[str, PrintNotice] = {}
        """By the printing system's name for the print job."""
        self._untold: list[tuple[str, str]] = []
        self._of_draft: dict[str, str] = {}
        self._taken: dict[str, Draft] = {}
        """Drafts that can be had back."""
        self._keys: dict[str, str] = {}
        self._later: dict[str, str] = {}
        self._passwords: dict[str, str] = {}
        self._print_jobs: dict[str, tuple[object, Handover]] = {}
        self._heard: set[str] = set()
        self._seconds = 0

    def add_draft(
        self,
        title: str,
        *texts: str,
        octets: bytes = b"",
        earlier: Job | None = None,
        payer: str = "",
        age: timedelta = timedelta(0),
    ) -> str:
        """Let a document wait; one that was printed so long ago."""
        created = format_time(datetime.now(UTC) - age)  # by the clock: the windows ask how old it is
        id = self._begin(title, texts, octets, created, earlier, payer)
        self._untold.append(("draft", id))
        self._flush()
        return id

    def _begin(
        self,
        title: str,
        texts: tuple[str, ...],
        octets: bytes,
        created: str,
        earlier: Job | None = None,
        payer: str = "",
    ) -> str:
        id = new_id()
        self.texts[id] = texts
        self.documents[id] = octets
        parts = only_part(title, len(texts), Resolution.FINE) if texts else ()
        self.drafts[id] = Draft(id, title, created, len(texts), Resolution.FINE, earlier, payer, parts=parts)
        return id

    def add_job(self, *texts: str, **values: Any) -> str:
        """Let there be a job, as far as these values say."""
        id = new_id()
        now = self._now()
        usual: dict[str, Any] = {
            "state": State.READY,
            "title": "Letter",
            "number": "01 23 45 67 89",
            "recipient": "Claire Martin",
            "subject": "",
            "header": "plain",
            "created": now,
            "changed": now,
            "pages": 1,
        }
        self.jobs[id] = Job(id=id, **(usual | values))
        self.texts[id] = texts or (self.jobs[id].title,)
        self.documents[id] = b""
        self.calls[id] = []
        return id

    def set_job(self, job: str, **values: Any) -> None:
        """Let something happen to a job."""
        before = self.jobs[job]
        after = replace(before, **values)
        if after.state not in (State.PENDING, State.READY, State.HELD):
            after = replace(after, undoable=False)
        if after.state is not before.state and "changed" not in values:
            after = replace(after, changed=self._now())
        if after.state in FINAL:
            after = replace(after, give_up_at="")
        self.jobs[job] = after
        if after.state is not before.state and after.state in ANNOUNCED:
            self._untold.append((after.state.value, job))
        if self.tell(after):
            self._untold = [each for each in self._untold if each != (after.state.value, job)]

    def begin_call(self, job: str) -> None:
        """Let a line make the call of a waiting job, as far as it is dialled."""
        self.calls[job].append(Call(self._now(), LINE))
        first = Sentence("preparing the pages")
        before = self.jobs[job]
        self.set_job(job, state=State.ACTIVE, dials=before.dials + 1, progress=first, live=LiveCall(LINE))
        self.set_job(job, progress=Sentence("dialling"))

    def end_call(self, job: str, outcome: Outcome = Outcome.OK) -> None:
        """Let the call go well, find the other end busy, or end without the last confirmation."""
        pages = self.jobs[job].pages
        if outcome is Outcome.BUSY:
            self._end_call(job, outcome, Sentence("The line is busy."), State.SLEEPING)
            return
        for page in range(1, pages):
            told = Sentence("sending page {page} of {pages}", {"page": page, "pages": pages})
            self.set_job(
                job, progress=told, live=LiveCall(LINE, "+33199000099", page, 14400, True, 13 * (pages - page + 1))
            )
            self.set_job(job, confirmed=page)
        self.set_job(job, state=State.FINAL_PENDING)
        if outcome is Outcome.OK:
            self.set_job(job, confirmed=pages)
            self._end_call(job, outcome, NOTHING, State.DONE)
        else:
            self._end_call(job, Outcome.UNCONFIRMED, Sentence("No answer to the last page."), State.UNCERTAIN)

    def _end_call(self, job: str, outcome: Outcome, reason: Sentence, state: State) -> None:
        call = replace(self.calls[job][-1], outcome=outcome, reason=reason, confirmed=self.jobs[job].confirmed)
        if outcome is not Outcome.BUSY:
            call = replace(call, sent=self.jobs[job].pages, rate=14400)
        number = number_key(self.jobs[job].number, CONFIG.dialling)
        self.calls[job][-1] = replace(call, price=self.price(number, call.confirmed))
        if outcome is not Outcome.BUSY:
            self.destinations[number] = LearntDestination(number, reached=self._now())
        tries = self.jobs[job].tries + int(outcome is not Outcome.BUSY)
        self.set_job(job, state=state, reason=reason, progress=NOTHING, live=None, tries=tries)

    def add_reception(self, **values: Any) -> Reception:
        """Let a fax arrive."""
        usual: dict[str, Any] = {
            "id": new_id(),
            "received": self._now(),
            "line": LINE,
            "called": "101",
            "caller": "102",
            "remote_id": "+33 1 98 76 54 32",
            "outcome": Outcome.OK,
            "pages": 2,
        }
        reception = Reception(**(usual | values))
        self.receptions.insert(0, reception)
        self._untold.append(("reception", reception.id))
        self._flush()
        return reception

    def change_reception(self, id: str, **values: Any) -> Reception:
        """Let the files of a fax come into their folder, or be late for another reason."""
        at = next(at for at, each in enumerate(self.receptions) if each.id == id)
        self.receptions[at] = replace(self.receptions[at], **values)
        if id not in self.binned:
            self.tell(ReceptionChange(replace(self.receptions[at], read=id in self.read)))
        return self.receptions[at]

    def add_print_notice(self, key: str, title: str, sentence: Sentence, refused: bool = True) -> None:
        """Let a print job be refused, or be faxed otherwise than expected."""
        notice = PrintNotice(new_id(), title, self._now(), sentence, refused)
        self.print_notices[key] = notice
        self._untold.append(("print-notice", notice.id))
        self._flush()

    def forget_news(self) -> None:
        """Let everything so far have been told already, to a program that has ended."""
        self._untold.clear()

    # ------------------------------------------------------------ the contract

    async def register(self) -> None:
        """As the contract has it, like everything that follows."""
        self._ask("register")
        asyncio.get_running_loop().call_soon(self._flush)

    async def headers(self) -> list[HeaderChoice]:
        self._ask("headers")
        return [*map(offer_header, CONFIG.headers), *map(offer_own, self.own_headers.values())]

    async def list_own_headers(self) -> list[OwnHeader]:
        self._ask("list_own_headers")
        return list(self.own_headers.values())

    async def keep_logo(self, picture: Document) -> str:
        self._ask("keep_logo")
        with os.fdopen(os.dup(picture if isinstance(picture, int) else picture.fileno()), "rb") as file:
            file.seek(0)
            octets = file.read()
        if not octets.startswith((b"\x89PNG", b"\xff\xd8\xff")):
            raise BusError(ErrorCode.BAD_DOCUMENT, Sentence("This is no picture that can be a logo."))
        self.logos.add(hashlib.sha256(octets).hexdigest())
        return hashlib.sha256(octets).hexdigest()

    async def save_header(self, header: OwnHeader) -> OwnHeader:
        self._ask("save_header", header)
        if header.id and header.id not in self.own_headers:
            raise BusError(ErrorCode.UNKNOWN, Sentence("You have no header with this name."))
        with _as_bus_errors():
            checked = check_header(header, CONFIG)
        if checked.picture and checked.picture not in self.logos:
            raise BusError(ErrorCode.BAD_ORDER, Sentence("The picture of this header is not kept any more."))
        names = {each.name for each in self.own_headers.values() if each.id != header.id}
        if not checked.name or checked.name in names:
            raise BusError(ErrorCode.BAD_ORDER, Sentence("A header needs a name."))
        kept = replace(checked, id=header.id or new_id())
        self.own_headers[kept.id] = kept
        return kept

    async def remove_header(self, header: str) -> None:
        self._ask("remove_header", header)
        if self.own_headers.pop(header, None) is None:
            raise BusError(ErrorCode.UNKNOWN, Sentence("You have no header with this name."))

    async def preview_header(self, header: OwnHeader, order: Order, out: Document) -> Preview:
        self._ask("preview_header", header, order)
        with _as_bus_errors():
            shown = check_header(header, CONFIG)
        covers = (f"FAX\n\n{shown.heading}",) if shown.cover else ()
        _write(out, tiff(*covers, "2026-03-04 09:31"))
        return Preview(len(covers) + 1, "", True, origins=(*(0 for _each in covers), 1))

    def _config(self, header: str) -> Config:
        own = self.own_headers.get(header)
        return CONFIG if own is None else add_own(CONFIG, own)

    async def list_payers(self) -> list[PayerChoice]:
        self._ask("list_payers")
        return list_payers(CONFIG, ME, BEGIN.date())

    async def list_all_payers(self) -> list[PayerChoice]:
        self._ask("list_all_payers")
        return list_all_payers(CONFIG)

    async def list_limits(self) -> list[LimitState]:
        self._ask("list_limits")
        return self._list_limits()

    async def list_all_limits(self, person: str) -> list[LimitState]:
        self._ask("list_all_limits", person)
        return self._list_limits()

    async def lift_limit(self, lift: LimitLift) -> None:
        self._ask("lift_limit", lift)
        if lift.limit != CONFIG.limits[0].name:
            raise BusError(ErrorCode.UNKNOWN, Sentence("There is no such limit."))
        if not lift.reason or not lift.by.isdigit():
            raise BusError(ErrorCode.BAD_ORDER, Sentence("By how much, and why?"))
        self.lifted += int(lift.by)

    def _list_limits(self) -> list[LimitState]:
        (limit,) = CONFIG.limits
        used = sum(job.confirmed for job in self.jobs.values())
        queued = sum(job.pages - job.confirmed for job in self.jobs.values() if job.state not in FINAL)
        bound = limit.bound + self.lifted
        about = (limit.name, ME, "", "", limit.counted, limit.per, bound, self.lifted, used, queued)
        return [LimitState(*about, bound - used - queued, "2026-03-31", LimitLevel.FINE, limit.blocks, limit.contact)]

    async def status(self) -> Status:
        self._ask("status")
        states = [job.state for job in self.jobs.values()]
        return Status(
            version="0",
            codec="python",
            lines=(Line(LINE, LineState.IDLE, numbers=("0199000001",), modem="fake"),),
            queued=states.count(State.READY) + states.count(State.SLEEPING),
            active=states.count(State.ACTIVE) + states.count(State.FINAL_PENDING),
            drafts=len(self.drafts),
            received_folder=str(CONFIG.received),
        )

    async def find_contacts(self, query: ContactQuery) -> ContactPage:
        self._ask("find_contacts", query)
        terms = split_words(query.words)
        group = self.contacts.get(query.group)
        chosen = self.contacts.values() if group is None else [self.contacts[id] for id in group.members]
        found = [each for each in chosen if query.book in (None, each.book) and _has_words(each, terms)]
        return ContactPage(tuple(found) if group else tuple(sorted(found, key=sort_name)))

    async def suggest_recipients(self, words: str) -> list[Suggestion]:
        self._ask("suggest_recipients", words)
        found = [_suggest(each) for each in self.contacts.values() if words and _has_words(each, split_words(words))]
        for job in self.jobs.values():
            known = {each.shown for each in found}
            if job.state is State.DONE and job.number not in known and fold(job.recipient).startswith(fold(words)):
                to = Recipient(job.number, "" if job.recipient == job.number else job.recipient)
                found.append(Suggestion(to, job.number, last_sent=job.created))
        return sorted(found, key=lambda each: each.last_sent, reverse=True)

    async def save_contacts(self, contacts: list[Contact]) -> list[Contact]:
        self._ask("save_contacts", contacts)
        saved = []
        for each in contacts:
            if each.id and each.id not in self.contacts:
                raise BusError(ErrorCode.UNKNOWN, Sentence("There is no contact with this name."))
            with _as_bus_errors():
                checked, key = check_contact(each, CONFIG.dialling)
            shown = show_number(checked.number, CONFIG.dialling)
            saved.append(replace(checked, id=each.id or new_id(), e164=key, shown=shown))
        self.contacts |= {each.id: each for each in saved}
        return saved

    async def remove_contact(self, contact: str) -> None:
        self._ask("remove_contact", contact)
        if self.contacts.pop(contact, None) is None:
            raise BusError(ErrorCode.UNKNOWN, Sentence("There is no contact with this name."))

    async def submit(self, pages: Document, original: Document | None, claim: Claim) -> Handover:
        self._ask("submit", claim)
        with _as_bus_errors():
            checked = check_claim(claim, CONFIG)
            number = checked.order.destination(CONFIG, ME) if checked.direct else None
            refuse_payer(CONFIG, ME, BEGIN.date(), claim.payer)
        octets, texts = _take(pages)
        kind = Accepted.JOB if checked.direct else Accepted.DRAFT
        drawn = (hashlib.sha256(octets).digest(), number)
        before = self._print_jobs.get(claim.key) if claim.key else None
        if before is not None and before[0] == drawn and before[1].id not in self._heard | self.drafts.keys():
            return before[1]
        if before is not None and before[0] == drawn and before[1].id in self.drafts:
            if before[1].id in self._heard:
                self._untold.append(("draft", before[1].id))
                self._flush()
            return before[1]
        if checked.direct and before is None:
            id = self._submit(replace(claim, key=""), claim.title, texts, octets)
        else:
            kind = Accepted.DRAFT
            earlier = self.jobs.get(self._of_draft.get(before[1].id, before[1].id)) if before else None
            id = self.add_draft(checked.order.title, *texts, octets=octets, earlier=earlier, payer=claim.payer)
        self._print_jobs[claim.key] = (drawn, Handover(kind, id))
        return Handover(kind, id)

    async def acknowledge(self, handover: str) -> None:
        self._ask("acknowledge", handover)
        self._heard.add(handover)

    async def refuse_print(self, claim: Claim, reason: Sentence) -> None:
        self._ask("refuse_print", claim, reason)
        with _as_bus_errors():
            checked = check_claim(replace(claim, header=""), CONFIG)
            check_reason(reason)
        self.add_print_notice(checked.key, checked.order.title, reason)

    async def judge_number(self, number: str) -> JudgedNumber:
        self._ask("judge_number", number)
        return judge_number(number, CONFIG, CONFIG.find_sender(ME))

    async def list_drafts(self) -> list[Draft]:
        self._ask("list_drafts")
        return list(self.drafts.values())

    async def read_draft(self, draft: str, out: Document) -> None:
        self._ask("read_draft", draft)
        self._draft(draft)
        _write(out, self._octets(draft))

    async def begin_draft(self, file: Document, title: str) -> Draft:
        self._ask("begin_draft", title)
        octets, texts = _take(file)
        id = self._begin(title, texts, octets, format_time(datetime.now(UTC)))
        self.drafts[id] = replace(self.drafts[id], redrawable=True)
        return self.drafts[id]

    async def begin_empty_draft(self, kept: KeptOrder) -> Draft:
        self._ask("begin_empty_draft", kept)
        key = kept.order.key
        same = [id for id, draft in self.drafts.items() if key and draft.kept.order.key == key]
        id = same[0] if same else self._begin("", (), b"", format_time(datetime.now(UTC)))
        self.drafts[id] = replace(self.drafts[id], kept=kept)
        return self.drafts[id]

    async def add_document(self, draft: str, file: Document, title: str) -> Draft:
        self._ask("add_document", draft, title)
        self._draft(draft)
        octets, texts = _take(file)
        return self._append(draft, texts, octets, only_part(title, len(texts), Resolution.FINE), redrawable=True)

    async def join_drafts(self, draft: str, other: str) -> Draft:
        self._ask("join_drafts", draft, other)
        self._draft(draft)
        joined = self._draft(other)
        if draft == other:
            raise BusError(ErrorCode.BAD_ORDER, Sentence("A draft cannot be joined with itself."))
        if joined.parts:
            self._append(draft, self.texts[other], self._octets(other), joined.parts, joined.redrawable)
        del self.drafts[other]
        return self.drafts[draft]

    def _append(
        self, draft: str, texts: tuple[str, ...], octets: bytes, more: tuple[DraftPart, ...], redrawable: bool
    ) -> Draft:
        found = self._draft(draft)
        mine, theirs = list_kept(found.parts), list_kept(more)
        self.documents[draft] = _join((self._octets(draft), mine), (octets, theirs))
        self.texts[draft] = (*(self.texts[draft][page - 1] for page in mine), *(texts[page - 1] for page in theirs))
        self.drafts[draft] = replace(found, redrawable=redrawable and not found.parts)
        return self._arrange(draft, append_parts(found.parts, more))

    async def arrange_draft(self, draft: str, parts: list[PartChoice]) -> Draft:
        self._ask("arrange_draft", draft, parts)
        chosen = choose_parts(self._draft(draft).parts, parts)
        if chosen is None:
            raise BusError(ErrorCode.BAD_ORDER, Sentence("This order of documents is not possible."))
        return self._arrange(draft, chosen)

    async def redraw_draft(self, draft: str, resolution: Resolution, photo: bool) -> Draft:
        self._ask("redraw_draft", draft, resolution, photo)
        found = self._draft(draft)
        if not found.redrawable:
            raise BusError(ErrorCode.STATE, Sentence("This document cannot be drawn anew."))
        parts = drawn_anew(found.parts[0], found.parts[0].pages, resolution, photo)
        self.drafts[draft] = replace(found, resolution=resolution, parts=parts)
        return self.drafts[draft]

    def _arrange(self, draft: str, parts: tuple[DraftPart, ...]) -> Draft:
        self.drafts[draft] = replace(self.drafts[draft], parts=parts, title=parts[0].title, pages=count_sent(parts))
        return self.drafts[draft]

    def _sent_texts(self, draft: str) -> tuple[str, ...]:
        return tuple(self.texts[draft][page - 1] for page in list_sent(self.drafts[draft].parts))

    def _sent_octets(self, draft: str) -> bytes:
        pages = list_sent(self.drafts[draft].parts)
        whole = pages == list(range(1, len(self.texts[draft]) + 1))
        return self.documents[draft] if whole else _join((self._octets(draft), pages))

    async def compose_draft(self, draft: str, order: Order, out: Document) -> Preview:
        self._ask("compose_draft", draft, order)
        self._draft(draft)
        with _as_bus_errors():
            checked = check_order(order, self._config(order.header), ME)
            number = checked.destination(CONFIG, ME).shown if checked.recipient.number else ""
            refuse_bare(checked.header, self.drafts[draft].pages)
        who = replace(checked.recipient, number=number).display_name()
        cover = f"FAX\n\nTo: {who}\nNumber: {number}\nSubject: {order.subject}"
        texts = ((cover,) if checked.header.cover else ()) + self._sent_texts(draft)
        heads = (f"2026-03-04 09:31  {who}  {at}/{len(texts)}\n\n" for at in range(1, len(texts) + 1))
        _write(out, tiff(*(head + text for head, text in zip(heads, texts, strict=True))))
        estimate = _estimate(len(texts)) if checked.recipient.number else None
        covers = (0,) if checked.header.cover else ()
        origins = (*covers, *list_sent(self.drafts[draft].parts))
        return Preview(len(texts), CONFIG.station_id, True, find_undrawn(checked.recipient, None), estimate, origins)

    async def estimate_document(self, pages: Document, order: Order) -> Estimate:
        self._ask("estimate_document", order)
        with _as_bus_errors():
            check_order(order, CONFIG, ME).destination(CONFIG, ME)
        _octets, texts = _take(pages)
        return _estimate(len(texts))

    async def find_repeats(self, fax: str, recipients: list[Recipient]) -> list[Job]:
        self._ask("find_repeats", fax, recipients)
        if fax not in self.drafts:
            self._sent(fax)
        to = {number_key(each.number, CONFIG.dialling) for each in recipients}
        pages = self._octets(fax)
        found = [
            job
            for job in self.jobs.values()
            if job.id != fax
            and job.state not in (State.FAILED, State.CANCELLED)
            and number_key(job.number, CONFIG.dialling) in to
            and self._octets(job.id) == pages
        ]
        return sorted(found, key=lambda job: job.id, reverse=True)

    async def save_draft(self, draft: str, kept: KeptOrder) -> None:
        self._ask("save_draft", draft, kept)
        self.drafts[draft] = replace(self._draft(draft), kept=kept)

    async def discard_draft(self, draft: str) -> None:
        self._ask("discard_draft", draft)
        self._draft(draft)
        del self.drafts[draft]

    async def submit_draft(self, draft: str, order: Order) -> str:
        self._ask("submit_draft", draft, order)
        if draft in self._of_draft:
            return self._of_draft[draft]
        found = self._draft(draft)
        self._refuse_nothing(found, order)
        paid = replace(_hold_back(order), payer=order.payer or found.payer)
        job = self._submit(paid, found.title, self._sent_texts(draft), self._sent_octets(draft))
        self._take_draft(draft, job, KeptOrder(order))
        return job

    def _refuse_nothing(self, draft: Draft, order: Order) -> None:
        with _as_bus_errors():
            refuse_nothing(check_order(order, self._config(order.header), ME), draft.pages)

    def _take_draft(self, draft: str, fax: str, kept: KeptOrder) -> None:
        found = self.drafts.pop(draft)
        self._of_draft[draft] = fax
        if kept.order.undoable:
            self._taken[draft] = replace(found, kept=replace(kept, order=replace(kept.order, undoable=False)))

    def _jobs_of(self, fax: str) -> list[str]:
        return [job.id for job in self.jobs.values() if fax in (job.id, job.broadcast)]

    async def take_back(self, fax: str) -> str:
        self._ask("take_back", fax)
        if fax in self.drafts:
            return fax
        whole = self.jobs[fax].broadcast or fax if fax in self.jobs else fax
        draft = next((id for id, its in self._of_draft.items() if whole in (id, its)), "")
        if not draft:
            raise BusError(ErrorCode.UNKNOWN, Sentence("There is no fax with this name."))
        jobs = self._jobs_of(self._of_draft[draft])
        if draft not in self._taken or not all(self.jobs[job].undoable for job in jobs):
            raise BusError(ErrorCode.STATE, Sentence("It is too late to take this fax back."))
        for job in jobs:
            del self.calls[job]
            self.tell(replace(self.jobs.pop(job), state=State.CANCELLED, undoable=False))
        self._broadcasts.pop(self._of_draft.pop(draft), None)
        self.drafts[draft] = self._taken.pop(draft)
        return draft

    async def submit_document(self, pages: Document, original: Document | None, order: Order) -> str:
        self._ask("submit_document", order)
        with _as_bus_errors():
            check_order(order, CONFIG, ME).destination(CONFIG, ME)
            refuse_payer(CONFIG, ME, BEGIN.date(), order.payer)
        if order.key and order.key in self._keys:
            return self._keys[order.key]
        octets, texts = _take(pages)
        return self._submit(order, "", texts, octets)

    async def submit_cover(self, order: Order) -> str:
        self._ask("submit_cover", order)
        with _as_bus_errors():
            checked = check_order(order, self._config(order.header), ME)
            checked.destination(CONFIG, ME)
            if order.key and order.key in self._keys:
                return self._keys[order.key]
            refuse_nothing(checked, 0)
        return self._submit(order, "", (), _write_no_page())

    async def fetch_document(self, order: Order) -> str:
        self._ask("fetch_document", order)
        if order.key and order.key in self._keys:
            return self._keys[order.key]
        job = self._submit(order, "", (), b"")
        self.jobs[job] = replace(self.jobs[job], kind=JobKind.FETCH, pages=0)
        return job

    async def send_again(self, job: str, order: Order) -> str:
        self._ask("send_again", job, order)
        found = self._sent(job)
        if order.key and order.key in self._keys:
            return self._keys[order.key]
        if not order.number:
            number, _, behind = found.number.partition(" #")
            theirs = order.password or self._passwords.get(job, "")
            order = replace(order, number=number, last_name=found.recipient, password=theirs)
            order = replace(order, sub_address=order.sub_address or behind)
        completed = replace(order, header=order.header or found.header, subject=order.subject or found.subject)
        completed = replace(completed, payer=order.payer or found.payer)
        with _as_bus_errors():
            to = check_order(completed, CONFIG, ME).destination(CONFIG, ME)
            if found.state not in FINAL and to.shown == found.number:
                raise not_ended(found.state)
        return self._submit(completed, found.title, self.texts[job], self.documents[job])

    async def submit_to_many(
        self, pages: Document, original: Document | None, recipients: Document, order: Order
    ) -> Broadcast:
        self._ask("submit_to_many", order)
        if order.key and order.key in self._keys:
            return self._broadcast(self._keys[order.key])
        with _as_bus_errors():
            check_order_to_many(order, CONFIG, ME)
            refuse_payer(CONFIG, ME, BEGIN.date(), order.payer)
            try:
                to = read_recipients(_read(recipients), lambda number: permit(number, CONFIG, CONFIG.find_sender(ME)))
            except ListRefused as error:
                raise ApiError(ErrorCode.BAD_ORDER, error.sentence) from error
        id = self._send_to_many(to, order, *_take(pages))
        if order.key:
            self._keys[order.key] = id
        return self._broadcast(id)

    async def submit_draft_to_many(self, draft: str, recipients: list[Recipient], order: Order) -> Broadcast:
        self._ask("submit_draft_to_many", draft, recipients, order)
        if draft in self._of_draft:
            return self._broadcast(self._of_draft[draft])
        found = self._draft(draft)
        self._refuse_nothing(found, order)
        order = replace(order, title=order.title or found.title, payer=order.payer or found.payer)
        with _as_bus_errors():
            check_order_to_many(order, CONFIG, ME)
            try:
                to = check_recipients(recipients, lambda number: permit(number, CONFIG, CONFIG.find_sender(ME)))
            except ListRefused as error:
                raise ApiError(ErrorCode.BAD_NUMBER, error.sentence) from error
        id = self._send_to_many(to, _hold_back(order), self._sent_octets(draft), self._sent_texts(draft))
        self._take_draft(draft, id, KeptOrder(order, tuple(recipients)))
        return self._broadcast(id)

    def _send_to_many(self, to: Sequence[Addressee], order: Order, octets: bytes, texts: tuple[str, ...]) -> str:
        id = new_id()
        self._broadcasts[id] = Broadcast(id, order.title, order.subject, self._now(), len(to))
        for each in to:
            theirs = replace(
                order, key="", sub_address=each.to.sub_address, password=each.password, **asdict(each.recipient)
            )
            job = self._submit(theirs, "", texts, octets)
            self.jobs[job] = replace(self.jobs[job], broadcast=id, priority=order.priority or Priority.BULK)
        return id

    async def list_broadcasts(self) -> list[Broadcast]:
        self._ask("list_broadcasts")
        return [self._broadcast(id) for id in reversed(self._broadcasts)]

    async def show_broadcast(self, broadcast: str) -> Broadcast:
        self._ask("show_broadcast", broadcast)
        return self._broadcast(broadcast)

    async def cancel_broadcast(self, broadcast: str) -> None:
        await self._do_with_each(broadcast, self.cancel_job)

    async def hold_broadcast(self, broadcast: str) -> None:
        await self._do_with_each(broadcast, self.hold_job)

    async def release_broadcast(self, broadcast: str) -> None:
        await self._do_with_each(broadcast, self.release_job)

    async def _do_with_each(self, broadcast: str, do: Callable[[str], Awaitable[None]]) -> None:
        self._broadcast(broadcast)
        for job in [job.id for job in self.jobs.values() if job.broadcast == broadcast]:
            with suppress(BusError):
                await do(job)

    def _broadcast(self, id: str) -> Broadcast:
        if id not in self._broadcasts:
            raise BusError(ErrorCode.UNKNOWN, Sentence("There is no broadcast with this name."))
        states = Counter(job.state for job in self.jobs.values() if job.broadcast == id)
        counts = (StateCount(state, states[state]) for state in sorted(states, key=lambda each: each.value))
        return replace(self._broadcasts[id], states=tuple(counts))

    async def list_jobs(self) -> list[Job]:
        self._ask("list_jobs")
        return list(reversed(self.jobs.values()))

    async def show_job(self, job: str) -> JobDetails:
        self._ask("show_job", job)
        shown = self._job(job)
        return JobDetails(shown, tuple(self.calls[job]), Recipient(shown.number, shown.recipient))

    async def read_job(self, job: str, out: Document) -> None:
        self._ask("read_job", job)
        self._sent(job)
        _write(out, self._octets(job))

    async def read_sent(self, job: str, out: Document) -> SentFax:
        self._ask("read_sent", job)
        self._sent(job)
        _write(out, self._octets(job))
        return SentFax(as_sent=False)

    async def cancel_job(self, job: str) -> None:
        self._ask("cancel_job", job)
        state = self._move(job, Event.CANCELLED)
        self.set_job(job, state=state, reason=Sentence("Cancelled."), progress=NOTHING, live=None, next_try="")

    async def hold_job(self, job: str) -> None:
        self._ask("hold_job", job)
        state = self._move(job, Event.HELD)
        self.set_job(job, state=state, reason=NOTHING, progress=NOTHING, live=None, next_try="")

    async def release_job(self, job: str) -> None:
        self._ask("release_job", job)
        state, at = self._move(job, Event.RELEASED), self._later.get(job, "")
        if at > format_time(read_clock()):
            self.set_job(job, state=move(state, Event.POSTPONED), next_try=at)
        else:
            self.set_job(job, state=state)

    async def change_job(self, job: str, change: JobChange) -> None:
        self._ask("change_job", job, change)
        found = self._job(job)
        in_call = found.state in (State.ACTIVE, State.FINAL_PENDING)
        if FOLDERS[found.state] is not Folder.OUTBOX or (in_call and change.header is not None):
            raise BusError(ErrorCode.STATE, Sentence("This cannot be done any more."))
        if change == JobChange() or (change.priority is Priority.URGENT):
            raise BusError(ErrorCode.BAD_ORDER if change == JobChange() else ErrorCode.DENIED, Sentence("No."))
        given = {name: value for name, value in vars(change).items() if value is not None}
        end = given.get("give_up_at", found.give_up_at)
        number, _, behind = found.number.partition(" #")
        order = {"number": number, "send_at": self._later.get(job, "")} | given | {"give_up_at": end}
        if change.number is None:
            order["sub_address"] = behind
        with _as_bus_errors():
            checked = check_order(Order(**order), CONFIG, ME)
            number = checked.destination(CONFIG, ME).shown
            refuse_payer(CONFIG, ME, BEGIN.date(), checked.payer)
        values: dict[str, Any] = {"number": number, "give_up_at": checked.give_up_at or ""}
        if change.password is not None:
            values["has_password"] = bool(self._keep_password(job, checked.password))
        elif found.has_password and number != found.number:
            raise BusError(ErrorCode.BAD_ORDER, Sentence("Its password is for the number that it has."))
        if number != found.number:
            values |= {"confirmed": 0, "dials": 0, "tries": 0}
        if change.header is not None:
            values |= {
                "header": checked.header.id,
                "pages": len(self.texts[job]) + (checked.header.cover is not None),
            }
        if change.priority is not None:
            values["priority"] = change.priority
        if change.payer is not None:
            values["payer"] = change.payer
        if change.send_at is not None and not in_call:
            later = checked.send_at if checked.send_at and checked.send_at > format_time(read_clock()) else ""
            self._later[job] = later
            if found.state is not State.HELD:
                values |= {"state": State.PENDING if later else State.READY, "next_try": later}
        self.set_job(job, **values)

    async def resolve_job(self, job: str, verdict: Verdict) -> None:
        self._ask("resolve_job", job, verdict)
        arrived = verdict is Verdict.ARRIVED
        state = self._move(job, Event.SAID_ARRIVED if arrived else Event.SAID_AGAIN)
        anew = {} if arrived else {"dials": 0, "tries": 0}
        self.set_job(job, state=state, reason=NOTHING, **anew)
        # Who has said it need not be told of it again.
        self._untold = [each for each in self._untold if each[1] != job]

    async def offer_document(self, pages: Document, original: Document | None, offer: NewOffer) -> Offer:
        self._ask("offer_document", offer)
        with _as_bus_errors():
            check_sub_address(offer.selective)
            check_password(offer.password)
            refuse_early_end(None, check_time(offer.until))
        if offer.times < 0 or offer.number not in ("", "0199000001"):
            raise BusError(ErrorCode.DENIED if offer.number else ErrorCode.BAD_ORDER, Sentence("No."))
        _octets, texts = _take(pages)
        told = {name: getattr(offer, name) for name in ("title", "number", "selective", "times", "until")}
        if told["until"]:
            told["until"] = check_time(offer.until)
        made = Offer(id=new_id(), created=self._now(), pages=len(texts), has_password=bool(offer.password), **told)
        self.offers[made.id] = made
        return made

    async def list_offers(self) -> list[Offer]:
        self._ask("list_offers")
        return list(reversed(self.offers.values()))

    async def show_offer(self, offer: str) -> Offer:
        self._ask("show_offer", offer)
        if offer not in self.offers:
            raise BusError(ErrorCode.UNKNOWN, Sentence("There is no offer with this name."))
        return self.offers[offer]

    async def withdraw_offer(self, offer: str) -> None:
        found = await self.show_offer(offer)
        if found.ended:
            raise BusError(ErrorCode.STATE, Sentence("This document is offered no longer."))
        self.offers[offer] = replace(found, ended=self._now(), open=False)

    async def list_receptions(self) -> list[Reception]:
        self._ask("list_receptions")
        return list(self.receptions)

    async def list_faxes(self, query: FaxQuery) -> FaxPage:
        self._ask("list_faxes", query)
        number = number_key(query.number, CONFIG.dialling) if query.number else ""
        terms = search_terms(query.words)
        found = [
            fax
            for fax in self._faxes()
            if (getattr(fax, "broadcast", "") == query.broadcast if query.broadcast else self._is_in(fax, query.folder))
            and (not number or (isinstance(fax, Reception) and number_key(fax.called, CONFIG.dialling) == number))
            and (not query.unread or fax.id not in self.read)
            and (not query.after or fax.id < query.after)
            and is_found(_words(fax), terms)
        ]
        page = sorted(found, key=lambda fax: fax.id, reverse=True)[: query.most]
        return FaxPage(
            tuple(fax for fax in page if isinstance(fax, Draft)),
            tuple(fax for fax in page if isinstance(fax, Job)),
            tuple(replace(fax, read=fax.id in self.read) for fax in page if isinstance(fax, Reception)),
            page[-1].id if len(page) == query.most else "",
        )

    async def count_folders(self) -> list[FolderCount]:
        self._ask("count_folders")
        return self._count()

    def _count(self) -> list[FolderCount]:
        found = {folder: [fax.id for fax in self._faxes() if self._is_in(fax, folder)] for folder in Folder}
        return [FolderCount(folder, len(ids), len(set(ids) - self.read)) for folder, ids in found.items()]

    async def list_numbers(self) -> list[NumberCount]:
        self._ask("list_numbers")
        inbox = [each for each in self.receptions if self._is_in(each, Folder.INBOX) and each.called]
        found: dict[str, list[Reception]] = {}
        for each in inbox:
            found.setdefault(show_number(each.called, CONFIG.dialling), []).append(each)
        return [
            NumberCount(number, faxes[0].called_name, len(faxes), len({each.id for each in faxes} - self.read))
            for number, faxes in found.items()
        ]

    async def assign_reception(self, assignment: Assignment) -> None:
        self._ask("assign_reception", assignment)
        self._assign(assignment)
        self.receptions = [each for each in self.receptions if each.id != assignment.reception]
        self._tell_of_lists()

    async def assign_any_reception(self, assignment: Assignment) -> None:
        self._ask("assign_any_reception", assignment)
        self._assign(assignment)
        self.unassigned = [each for each in self.unassigned if each.id != assignment.reception]

    async def list_unassigned(self, after: str) -> ReceptionPage:
        self._ask("list_unassigned", after)
        return ReceptionPage(tuple(each for each in self.unassigned if not after or each.id < after))

    async def mark_fax(self, fax: str, read: bool) -> None:
        self._ask("mark_fax", fax, read)
        self._fax(fax)
        (self.read.add if read else self.read.discard)(fax)
        marks = (ReadMark("me", "me", "2026-11-28T09:00:00+00:00"),) if read else ()
        self.receptions = [replace(each, read_by=marks) if each.id == fax else each for each in self.receptions]
        self._tell_of_lists()

    async def comment_fax(self, fax: str, text: str) -> None:
        self._ask("comment_fax", fax, text)
        comment = clean_lines(text, LONGEST_COMMENT)
        if isinstance(self._fax(fax), Draft):
            raise BusError(ErrorCode.STATE, Sentence("This document is no fax yet: comment on it when it is sent."))
        if fax in self.jobs:
            self.jobs[fax] = replace(self.jobs[fax], comment=comment)
            self.tell(self.jobs[fax])
        else:
            self.receptions = [replace(each, comment=comment) if each.id == fax else each for each in self.receptions]
            self._tell_of_lists()

    async def bin_fax(self, fax: str) -> None:
        self._ask("bin_fax", fax)
        if _folder(self._fax(fax)) in (Folder.OUTBOX, Folder.TO_COMPLETE):
            raise BusError(ErrorCode.STATE, Sentence("This fax is not finished: cancel or discard it instead."))
        self.binned.add(fax)
        self._tell_of_lists()

    async def restore_fax(self, fax: str) -> None:
        self._ask("restore_fax", fax)
        self._fax(fax)
        self.binned.discard(fax)
        self._tell_of_lists()

    async def remove_fax(self, fax: str) -> None:
        self._ask("remove_fax", fax)
        self._fax(fax)
        if fax not in self.binned:
            sentence = Sentence("Only what is in the bin is removed for good: put it there first.")
            raise BusError(ErrorCode.STATE, sentence)
        self.jobs.pop(fax, None)
        self.receptions = [each for each in self.receptions if each.id != fax]
        self._tell_of_lists()

    async def read_reception(self, reception: str, kind: ReceptionFile, out: Document) -> None:
        self._ask("read_reception", reception, kind)
        found = next((each for each in self.receptions if each.id == reception), None)
        if found is None:
            raise BusError(ErrorCode.UNKNOWN, Sentence("There is no received fax with this name."))
        files = {
            ReceptionFile.TIFF: tiff(*["A page that came"] * found.pages),
            ReceptionFile.PDF: b"%PDF-1.4\n",
            ReceptionFile.TRANSCRIPT: b"A call came in.\n",
        }
        _write(out, files[kind])

    async def read_transcript(self, fax: str, out: Document) -> None:
        self._ask("read_transcript", fax)
        found = self._fax(fax)
        if not (isinstance(found, Reception) or (isinstance(found, Job) and found.dials)):
            sentence = Sentence("There is no record of a call of this fax, or it is not kept any more.")
            raise BusError(ErrorCode.STATE, sentence)
        _write(out, b"A call.\n")

    async def write_receipt(self, job: str, out: Document) -> None:
        self._ask("write_receipt", job)
        if self._sent(job).state not in FINAL:
            sentence = Sentence("This fax has not ended yet: there is a receipt of it when it has.")
            raise BusError(ErrorCode.STATE, sentence)
        _write(out, b"%PDF-1.4\n")

    async def verify_copies(self, query: CopyQuery) -> CopyPage:
        self._ask("verify_copies", query)
        filed = [each for each in self.receptions if each.tiff and (not query.ids or each.id in query.ids)]
        if set(query.ids) - {each.id for each in filed}:
            sentence = Sentence("There is no fax with this name whose files are in a folder, or in the archive.")
            raise BusError(ErrorCode.UNKNOWN, sentence)
        filed = sorted((each for each in filed if each.id > query.after), key=lambda each: each.id)
        return CopyPage(tuple(FiledCopy(each.id, False, self.copy_state, each.tiff, each.pdf) for each in filed))

    async def verify_all_copies(self, query: CopyQuery) -> CopyPage:
        return await self.verify_copies(query)

    async def list_calls(self, query: CallQuery) -> CallPage:
        self._ask("list_calls", query)
        found = sorted(self._records(query), key=lambda each: each.id)
        page = [each for each in found if each.id > query.after][: query.most]
        return CallPage(tuple(page), page[-1].id if len(page) == query.most else "")

    async def list_all_calls(self, query: CallQuery) -> CallPage:
        page = await self.list_calls(query)
        return replace(page, calls=tuple(replace(each, purchase=each.price) for each in page.calls))

    async def sum_calls(self, query: TotalsQuery) -> TotalsPage:
        self._ask("sum_calls", query)
        keys: dict[CallGrouping, Callable[[CallRecord], str]] = {
            CallGrouping.PERSON: lambda _each: ME,
            CallGrouping.NUMBER: lambda each: each.own_number,
            CallGrouping.LINE: lambda each: each.line,
            CallGrouping.DESTINATION: lambda each: each.other_number,
            CallGrouping.COUNTRY: lambda each: each.other_number[:3],
            CallGrouping.MONTH: lambda each: each.started[:7],
            CallGrouping.CAUSE: lambda each: each.outcome.value if each.outcome else "",
        }
        found: dict[str, CallTotals] = {}
        for each in self._records(CallQuery(query.since, query.until, failed=query.by is CallGrouping.CAUSE)):
            if query.by in (CallGrouping.DESTINATION, CallGrouping.COUNTRY) and each.direction is Direction.IN:
                continue
            key, went = keys[query.by](each), each.outcome is Outcome.OK
            before = found.get(key, CallTotals(key))
            found[key] = CallTotals(
                key,
                before.calls + 1,
                before.faxes + int(went),
                before.pages + each.confirmed,
                before.seconds + each.seconds,
                before.failures + int(not went and each.outcome is not None),
                add_costs((*before.costs, *sum_prices([each.price]))),
                before.unpriced + count_unpriced([each.price]),
            )
        return TotalsPage(tuple(found[key] for key in sorted(found) if key > query.after or not query.after))

    async def sum_all_calls(self, query: TotalsQuery) -> TotalsPage:
        return await self.sum_calls(query)

    async def sum_costs(self, query: StatementQuery) -> StatementPart:
        self._ask("sum_costs", query)
        with _as_bus_errors():
            refuse_purchase(query)
        keys: dict[StatementGrouping, Callable[[StatedCall], str]] = {
            StatementGrouping.PERSON: lambda each: each.person,
            StatementGrouping.LINE: lambda each: each.line,
            StatementGrouping.NUMBER: lambda each: each.own_number,
            StatementGrouping.PAYER: lambda each: each.payer,
            StatementGrouping.MONTH: lambda each: each.began[:7],
        }
        lines = [
            StatementLine(
                keys[query.by](each),
                1,
                each.pages,
                each.milliseconds,
                sum_prices([each.price]),
                count_unpriced([each.price]),
            )
            for each in self._stated(query)
        ]
        at = int(query.after or 0)
        return StatementPart(tuple(add_lines(lines[at : at + 2])), str(at + 2) if at + 2 < len(lines) else "")

    async def list_costs(self, query: StatementQuery) -> StatedCallPage:
        self._ask("list_costs", query)
        with _as_bus_errors():
            refuse_purchase(query)
        calls, at = self._stated(query), int(query.after or 0)
        return StatedCallPage(tuple(calls[at : at + 2]), str(at + 2) if at + 2 < len(calls) else "")

    async def sum_all_costs(self, query: StatementQuery) -> StatementPart:
        return await self.sum_costs(self._as_administrator(query))

    async def list_all_costs(self, query: StatementQuery) -> StatedCallPage:
        return await self.list_costs(self._as_administrator(query))

    def _as_administrator(self, query: StatementQuery) -> StatementQuery:
        if self.is_nobody:
            raise BusError(ErrorCode.DENIED, Sentence("You are not the administrator."))
        return replace(query, purchase=False, everybody=False)

    async def correct_call(self, correction: CallCorrection) -> StatedCall:
        self._ask("correct_call", correction)
        found = next((each for each in self._stated(StatementQuery()) if each.call == correction.call), None)
        if not correction.reason.strip():
            raise BusError(ErrorCode.BAD_ORDER, Sentence("Say why."))
        if found is None:
            raise BusError(ErrorCode.UNKNOWN, Sentence("There is no such call in the ledger."))
        with _as_bus_errors():
            changes = list_changes({"milliseconds": found.milliseconds, "answered": "x", "pages": 0}, correction)
        pages = changes.get("confirmed", found.pages)
        corrected = replace(
            found,
            place=found.place + 1000,
            pages=pages,
            milliseconds=changes.get("milliseconds", found.milliseconds),
            price=self.price(found.other_number, pages),
            corrected_by=ME,
            remark=correction.reason,
        )
        if (corrected.pages, corrected.milliseconds) == (found.pages, found.milliseconds):
            raise BusError(ErrorCode.BAD_ORDER, Sentence("The ledger says so already."))
        self._corrected[found.call] = corrected
        return corrected

    async def close_month(self, closing: MonthClosing) -> ClosedMonth:
        self._ask("close_month", closing)
        try:
            _since, until = find_month(closing.month)
        except ValueError:
            raise BusError(ErrorCode.BAD_ORDER, Sentence("That is no month.")) from None
        if until > format_time(datetime.now(UTC)):
            raise BusError(ErrorCode.STATE, Sentence("That month is not over."))
        sums = tuple(each.sum for each in self.invoices if each.sum.month == closing.month)
        if closing.dry_run:
            sums = tuple(replace(each, number="") for each in sums)
        return ClosedMonth(closing.month, 7, "5" * 64, sums, self.unpriced, len(self.unpriced))

    async def list_invoices(self, after: str) -> InvoicePage:
        self._ask("list_invoices", after)
        if after and not after.isdigit():
            raise BusError(ErrorCode.BAD_ORDER, Sentence("There is no such place."))
        first = int(after or 0)
        end = str(first + 1) if first + 1 < len(self.invoices) else ""
        return InvoicePage(tuple(each.sum for each in self.invoices[first : first + 1]), end)

    async def show_invoice(self, number: str) -> Invoice:
        self._ask("show_invoice", number)
        return self._find_invoice(number)

    async def write_invoice(self, wish: InvoiceWish, out: Document) -> bool:
        self._ask("write_invoice", wish)
        found = self._find_invoice(wish.number)
        _write(out, b"%PDF-1.4\n")
        return not found.obstacles

    async def send_invoice(self, mailing: InvoiceMailing) -> InvoiceMail:
        self._ask("send_invoice", mailing)
        found = self._find_invoice(mailing.number)
        address = mailing.to or f"{found.sum.payer.lower()}@example.org"
        if any(mail.address == address for mail in found.mails) and not mailing.again:
            raise BusError(ErrorCode.STATE, Sentence("The invoice goes there already."))
        sent = InvoiceMail(address, "2026-03-02T09:00:00.000000Z")
        self.invoices[self.invoices.index(found)] = replace(found, mails=(*found.mails, sent))
        return sent

    def _find_invoice(self, number: str) -> Invoice:
        for each in self.invoices:
            if each.sum.number == number:
                return each
        raise BusError(ErrorCode.UNKNOWN, Sentence("There is no invoice with this number."))

    def _stated(self, query: StatementQuery) -> list[StatedCall]:
        """The calls of a statement; this service has one user, whose are all that went out, and who sees no others'."""
        if (query.everybody or query.person not in ("", ME)) and not self.sees_all:
            raise BusError(ErrorCode.DENIED, Sentence("Others' calls are not yours to see."))
        if query.after and not query.after.isdigit():
            raise BusError(ErrorCode.BAD_ORDER, Sentence("There is no such place."))
        return [
            replace(self._corrected[each.id], price=replace(self._corrected[each.id].price, steps=()))
            if each.id in self._corrected
            else StatedCall(
                each.id,
                place,
                each.started,
                each.direction,
                each.line,
                ME,
                each.own_number,
                each.other_number,
                self.jobs[each.fax].payer,
                each.outcome,
                round(each.seconds * 1000),
                each.confirmed,
                each.price,
            )
            for place, each in enumerate(self._records(CallQuery(query.since, query.until)), start=1)
            if each.direction is Direction.OUT and each.outcome is not None
            if query.payer in ("", self.jobs[each.fax].payer)
        ]

    def _records(self, query: CallQuery) -> Iterator[CallRecord]:
        """The calls that are asked for; each has the name of its fax with a number behind it."""
        with _as_bus_errors():
            since, until = read_moment(query.since), read_moment(query.until) or "9"
        number = number_key(query.number, CONFIG.dialling) if query.number else ""
        for each in (*self._sent_calls(), *self._received_calls()):
            numbers = (number_key(text, CONFIG.dialling) for text in (each.own_number, each.other_number))
            if (
                since <= read_moment(each.started) < until
                and query.line in ("", each.line)
                and query.direction in (None, each.direction)
                and (not number or number in numbers)
                and (not query.failed or each.outcome not in (None, Outcome.OK))
            ):
                yield each

    def _sent_calls(self) -> Iterator[CallRecord]:
        for job, calls in self.calls.items():
            fetched = self.jobs[job].kind is JobKind.FETCH
            for count, call in enumerate(calls):
                yield CallRecord(
                    f"{job}-{count}",
                    Direction.OUT,
                    call.started,
                    call.line,
                    other_number=number_key(self.jobs[job].number, CONFIG.dialling),
                    persons=(ME,),
                    fax=job,
                    fetched=fetched,
                    pages=self.jobs[job].pages,
                    confirmed=call.confirmed,
                    ended=call.started if call.outcome else "",
                    rate=call.rate,
                    outcome=call.outcome,
                    reason=call.reason,
                    price=replace(call.price, steps=()),
                )

    def _received_calls(self) -> Iterator[CallRecord]:
        for each in self.receptions:
            yield CallRecord(
                f"{each.id}-0",
                Direction.IN,
                each.received,
                each.line,
                number_key(each.called, CONFIG.dialling),
                each.caller,
                each.remote_id,
                (ME,),
                each.id,
                pages=each.pages,
                confirmed=each.pages,
                ended=each.received,
                outcome=each.outcome,
                reason=each.reason,
                price=replace(self.price("", each.pages), steps=()),
            )

    async def list_deliveries(self, after: str) -> OpenDeliveryPage:
        self._ask("list_deliveries", after)
        return OpenDeliveryPage()

    async def test_mail(self, address: str) -> MailTest:
        self._ask("test_mail", address)
        if not is_mail_address(address):
            raise BusError(ErrorCode.BAD_ORDER, Sentence("That is not a valid mail address."))
        raise BusError(ErrorCode.STATE, Sentence("No mail is sent."))

    async def retry_deliveries(self) -> None:
        self._ask("retry_deliveries")

    async def write_snapshot(self, out: Document) -> Snapshot:
        self._ask("write_snapshot")
        _write(out, b"SQLite format 3\0")
        return Snapshot(format_time(datetime.now(UTC)), "/nowhere/state")

    async def read_metrics(self) -> str:
        self._ask("read_metrics")
        return "# TYPE facteur_database_up gauge\nfacteur_database_up 1\n"

    async def release_restored(self) -> Released:
        self._ask("release_restored")
        return Released(0)

    async def check_ledger(self, before: LedgerSeal) -> LedgerCheck:
        self._ask("check_ledger", before)
        if before.place < 0:
            raise BusError(ErrorCode.BAD_ORDER, Sentence("There is no such place."))
        return LedgerCheck(LedgerSeal(max(before.place, 1), "5ea1"), complete=True)

    async def find_seal(self, wanted: LedgerSeal) -> LedgerSeal:
        self._ask("find_seal", wanted)
        if wanted.place < 0:
            raise BusError(ErrorCode.BAD_ORDER, Sentence("There is no such place."))
        return LedgerSeal(wanted.place or 1, "5ea1" if wanted.place < 2 else "")

    async def list_destinations(self, after: str) -> DestinationPage:
        self._ask("list_destinations", after)
        return DestinationPage(tuple(found for number, found in sorted(self.destinations.items()) if number > after))

    async def show_destination(self, number: str) -> LearntDestination:
        self._ask("show_destination", number)
        return self._destination(number)

    async def forget_destination(self, number: str) -> None:
        self._ask("forget_destination", number)
        if self._destination(number).locked:
            raise BusError(ErrorCode.STATE, Sentence("What is known of this number is locked: unlock it first."))
        del self.destinations[self._destination(number).number]

    async def lock_destination(self, number: str) -> None:
        self._ask("lock_destination", number)
        key = number_key(number, CONFIG.dialling)
        if key not in self.destinations:
            with _as_bus_errors():
                key = check_order(Order(number=number), CONFIG, ME).destination(CONFIG, ME).key
        known = self.destinations.get(key, LearntDestination(key))
        self.destinations[key] = replace(known, locked=True, until="")

    async def unlock_destination(self, number: str) -> None:
        self._ask("unlock_destination", number)
        found = self._destination(number)
        if not found.locked:
            raise BusError(ErrorCode.STATE, Sentence("What is known of this number is not locked."))
        self.destinations[found.number] = replace(found, locked=False)

    def _destination(self, number: str) -> LearntDestination:
        key = number_key(number, CONFIG.dialling)
        if key not in self.destinations:
            raise BusError(ErrorCode.UNKNOWN, Sentence("Nothing is known of this number."))
        return self.destinations[key]

    async def reload(self) -> Reloaded:
        self._ask("reload")
        return Reloaded()

    # ------------------------------------------------------------ inside

    def _ask(self, method: str, *values: Any) -> None:
        self.asked.append((method, *values))
        if method in self.refuse:
            raise self.refuse[method]

    def _now(self) -> str:
        self._seconds += 1
        return (BEGIN + timedelta(seconds=self._seconds)).isoformat()

    def _flush(self) -> None:
        """Tell what has not been told, oldest first, as long as somebody listens."""
        while self._untold:
            kind, id = self._untold[0]
            found: dict[str, Any] = self.jobs
            if kind == "draft":
                found = self.drafts
            elif kind == "reception":
                found = {each.id: each for each in self.receptions}
            elif kind == "print-notice":
                found = {each.id: each for each in self.print_notices.values()}
            if id in found and not self.tell(found[id]):
                return
            self._untold.pop(0)

    def _submit(self, order: Order, title: str, texts: tuple[str, ...], octets: bytes) -> str:
        with _as_bus_errors():
            checked = check_order(order, self._config(order.header), ME, title=title)
            to = checked.destination(CONFIG, ME)
            number, payer = to.shown, find_payer(CONFIG, ME, to.key, BEGIN.date(), checked.payer)
        job = self.add_job(
            *texts,
            title=checked.title,
            number=number,
            recipient=replace(checked.recipient, number=number).display_name(),
            subject=checked.subject,
            header=checked.header.id,
            pages=len(texts) + (checked.header.cover is not None),
            payer=payer,
        )
        self.documents[job] = octets
        self.jobs[job] = replace(self.jobs[job], has_password=bool(self._keep_password(job, checked.password)))
        if checked.send_at is not None and checked.send_at > format_time(read_clock()):
            self._later[job] = checked.send_at
            self.jobs[job] = replace(self.jobs[job], state=State.PENDING, next_try=checked.send_at)
        self.jobs[job] = replace(self.jobs[job], give_up_at=checked.give_up_at or "")
        if order.key:
            self._keys[order.key] = job
        self.jobs[job] = replace(self.jobs[job], undoable=order.undoable)
        self.tell(self.jobs[job])
        return job

    def _keep_password(self, job: str, password: str) -> str:
        self._passwords[job] = password
        return password

    def _faxes(self) -> list[News]:
        return [*self.drafts.values(), *self.jobs.values(), *self.receptions]

    def _tell_of_lists(self) -> None:
        self.tell(ListsChange(tuple(self._count())))

    def _is_in(self, fax: News, folder: Folder | None) -> bool:
        here = Folder.BIN if fax.id in self.binned else _folder(fax)
        return here is folder or (folder is None and here is not Folder.BIN)

    def _assign(self, assignment: Assignment) -> None:
        if not any(each.id == assignment.reception for each in (*self.receptions, *self.unassigned)):
            raise BusError(ErrorCode.UNKNOWN, Sentence("There is no received fax with this name."))
        for name in assignment.to:
            if name not in self.people:
                raise BusError(ErrorCode.BAD_ORDER, Sentence("There is nobody called {name}.", {"name": name}))
        if not assignment.to:
            raise BusError(ErrorCode.BAD_ORDER, Sentence("Say who gets the fax."))

    def _fax(self, id: str) -> News:
        found = next((fax for fax in self._faxes() if fax.id == id), None)
        if found is None:
            raise BusError(ErrorCode.UNKNOWN, Sentence("There is no fax with this name."))
        return found

    def _draft(self, draft: str) -> Draft:
        if draft not in self.drafts:
            raise BusError(ErrorCode.UNKNOWN, Sentence("There is no draft with this name."))
        return self.drafts[draft]

    def _sent(self, job: str) -> Job:
        found = self._job(job)
        if found.kind is JobKind.FETCH:
            raise BusError(ErrorCode.STATE, Sentence("It has no document of its own."))
        return found

    def _job(self, job: str) -> Job:
        if job not in self.jobs:
            raise BusError(ErrorCode.UNKNOWN, Sentence("There is no fax with this name."))
        return self.jobs[job]

    def _move(self, job: str, event: Event) -> State:
        state = self._job(job).state
        try:
            return move(state, event)
        except WrongState as error:
            told = Sentence("This cannot be done any more: the fax is {state}.", {"state": Sentence(state.value)})
            raise BusError(ErrorCode.STATE, told) from error

    def _octets(self, id: str) -> bytes:
        return self.documents[id] or (tiff(*self.texts[id]) if self.texts[id] else _write_no_page())


def _hold_back(order: Order) -> Order:
    soonest = format_time(read_clock() + timedelta(seconds=UNDO_SECONDS))
    return replace(order, send_at=order.send_at or soonest) if order.undoable else order


def _folder(fax: News) -> Folder:
    if isinstance(fax, Draft):
        return Folder.TO_COMPLETE
    return FOLDERS[fax.state] if isinstance(fax, Job) else Folder.INBOX


def _words(fax: News) -> list[str]:
    if isinstance(fax, Draft):
        return join_words([fax.title], []).split()
    if isinstance(fax, Job):
        key = number_key(fax.number, CONFIG.dialling)
        return join_words([fax.recipient, fax.subject, fax.title, fax.comment], [key, fax.number]).split()
    numbers = [fax.called, fax.caller, fax.remote_id]
    texts = [fax.line, fax.remote_id, fax.sub_address, fax.comment]
    return join_words(texts, [*numbers, *(number_key(each, CONFIG.dialling) for each in numbers)]).split()


def is_found(words: Sequence[str], terms: Sequence[Term]) -> bool:
    """Return whether every term has a way of which every word begins one of these."""
    return all(
        any(all(any(word.startswith(begin) for word in words) for begin in way) for way in term) for term in terms
    )


@contextmanager
def _as_bus_errors() -> Iterator[None]:
    """Refuse as the service would."""
    try:
        yield
    except ApiError as error:
        raise BusError(error.code, error.sentence) from error


def _read(file: Document) -> bytes:
    """Read a whole file that is handed in."""
    descriptor = file if isinstance(file, int) else file.fileno()
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _estimate(pages: int) -> Estimate:
    return Estimate(pages, 20 + 12 * pages, 19 + 11 * pages, 30 + 30 * pages, False)


def _take(pages: Document) -> tuple[bytes, tuple[str, ...]]:
    """Read a document that is handed in: what it is, and a text for each of its pages."""
    descriptor = pages if isinstance(pages, int) else pages.fileno()
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise BusError(ErrorCode.BAD_DOCUMENT, Sentence("The document must be a regular file."))
    octets = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    try:
        count = count_pages(io.BytesIO(octets))
    except DocumentError as error:
        raise BusError(ErrorCode.BAD_DOCUMENT, error.sentence) from error
    return octets, tuple(f"Page {page}" for page in range(1, count + 1))


def _join(*documents: tuple[bytes, list[int]]) -> bytes:
    """Write these pages of documents as one document, 1 being the first of each."""
    joined = io.BytesIO()
    places = ((io.BytesIO(octets), [page - 1 for page in pages]) for octets, pages in documents)
    write_to(joined, (page for file, numbers in places for page in read_chosen_pages(file, numbers)))
    return joined.getvalue()


def _write_no_page() -> bytes:
    written = io.BytesIO()
    write_to(written, [])
    return written.getvalue()


def _write(out: Document, octets: bytes) -> None:
    descriptor = out if isinstance(out, int) else out.fileno()
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise BusError(ErrorCode.BAD_ORDER, Sentence("The descriptor to write to must be a file."))
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(octets)


class _Handler:
    """A desk as the gate wants it: each method takes the person first, and refuses with ApiError."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._desk, name)

        async def run(_person: str, *arguments: Any) -> Any:
            try:
                return await method(*arguments)
            except BusError as error:
                raise ApiError(error.code, error.sentence) from error

        return run


RIGHTS: Final = Rights(lambda: replace(CONFIG, intake_user=ME))


async def serve(desk: FakeDesk, address: str, clock: Callable[[], float] = time.monotonic) -> Bus:
    """Put this desk on the bus, through the service's own gate, for this user. It goes when the bus is closed."""
    programs = Programs()
    bus, shared = await join(address, Gate(dict.fromkeys(INTERFACES, _Handler(desk)), programs, RIGHTS, clock))
    desk.tell = lambda news: programs.tell(ME, news)
    await shared.start()
    return bus


async def serve_directly(desk: FakeDesk, path: Path, clock: Callable[[], float] = time.monotonic) -> Doorway:
    """Have this desk listen at a path, through the service's own doorway, until that is stopped."""
    programs = Programs()
    doorway = Doorway(path, Gate(dict.fromkeys(INTERFACES, _Handler(desk)), programs, RIGHTS, clock))
    desk.tell = lambda news: programs.tell(ME, news)
    await doorway.start()
    return doorway


def sample() -> FakeDesk:
    """A desk on which there is something to see; all of it has been told already."""
    desk = FakeDesk()
    desk.add_draft("Quote 2026-17 for the new roof", "Dear Madam,\n\nhere is our quote.", "Terms", "Annex")
    desk.add_job(state=State.DONE, confirmed=1, dials=1, tries=1, subject="Order 4711")
    desk.add_job(
        state=State.ACTIVE,
        recipient="Dupont SA",
        number="04 76 54 32 10",
        pages=3,
        confirmed=1,
        progress=literal("page 2 of 3"),
    )
    failed = desk.add_job(state=State.FAILED, recipient="", reason=literal("The line was busy five times."), dials=5)
    desk.calls[failed] = [
        Call("2026-03-04T09:31:05+00:00", LINE, Outcome.BUSY, literal("busy"), rate=9600, seconds=4.5)
    ]
    desk.add_job(
        state=State.UNCERTAIN,
        recipient="Jean Petit",
        subject="Contract",
        reason=literal("The last confirmation was lost."),
    )
    desk.add_job(state=State.SLEEPING, recipient="Mairie de Lyon", reason=literal("No answer."), dials=2)
    desk.add_reception(remote_id="<b>Bobby & sons</b>")
    desk.add_reception(
        outcome=Outcome.OK_PARTIAL,
        reason=literal("The caller hung up."),
        pages=1,
        remote_id="",
        caller="0198765432",
    )
    desk.forget_news()
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
                desk.set_job(job, state=State(state))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
