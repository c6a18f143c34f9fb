# SPDX-License-Identifier: GPL-3.0-or-later
"""The interfaces of the bus contract: what the service offers, and what it tells.

`Desk`, `Intake` and `Admin` are on the bus; their methods, with the types of arguments and results, are all of it. The
service's gate, the client, introspection, the tests' stand-in and docs/bus.md are made from them
(`faxcore.contract.methods`).
"""

from __future__ import annotations

from faxcore.contract.address_book import Contact, ContactPage, ContactQuery, Suggestion
from faxcore.contract.bus import Document
from faxcore.contract.estimated import Estimate
from faxcore.contract.filed import CopyPage, CopyQuery
from faxcore.contract.limited import LimitState, LimitWarning
from faxcore.contract.listed import FaxPage, FaxQuery, FolderCount, ListsChange, NumberCount
from faxcore.contract.offered import Fetching, NewOffer, Offer
from faxcore.contract.order import HeaderChoice, JobChange, JudgedNumber, Order, OwnHeader
from faxcore.contract.paying import PayerChoice
from faxcore.contract.printed import Claim, Draft, Handover, KeptOrder, PartChoice, Preview, PrintNotice
from faxcore.contract.received_fax import Assignment, Reception, ReceptionChange, ReceptionFile
from faxcore.contract.recorded import CallPage, CallQuery, TotalsPage, TotalsQuery
from faxcore.contract.sent_fax import Broadcast, Job, JobDetails, SentFax, Verdict
from faxcore.contract.service_status import Status
from faxcore.contract.stated import StatedCallPage, StatementPart, StatementQuery
from faxcore.model.page import Resolution
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import Sentence


class Desk:
    """The methods for a user's programs."""

    async def register(self) -> None:
        """Send signals to this program until it leaves the bus; those that waited for the user come at once."""
        raise NotImplementedError

    async def headers(self) -> list[HeaderChoice]:
        """List the headers to choose from, the one that a fax has if none is chosen first, the caller's own last."""
        raise NotImplementedError

    async def list_own_headers(self) -> list[OwnHeader]:
        """List the headers that the caller has made, oldest first."""
        raise NotImplementedError

    async def keep_logo(self, picture: Document) -> str:
        """Keep a picture (PNG or JPEG, of 500 kB at most) for headers of one's own, in black and white as it stands on
        the paper; its name, the same for the same picture. A person has a hundred at most: then the oldest go that no
        header has.
        """
        raise NotImplementedError

    async def save_header(self, header: OwnHeader) -> OwnHeader:
        """Add a header of the caller's own, or change the one with its id; as it is kept. Faxes that are on their way
        keep the one that they had.
        """
        raise NotImplementedError

    async def remove_header(self, header: str) -> None:
        """Remove a header of the caller's own. Faxes that are on their way keep it."""
        raise NotImplementedError

    async def preview_header(self, header: OwnHeader, order: Order, out: Document) -> Preview:
        """Write the pages of a fax with this header to `out` as they would arrive: the cover page, if it has one, and
        an empty page with the header line. It need not be saved; of the order, everything but the header counts.
        """
        raise NotImplementedError

    async def list_payers(self) -> list[PayerChoice]:
        """List the budget lines and customers by which the caller may have faxes paid today, by code."""
        raise NotImplementedError

    async def list_limits(self) -> list[LimitState]:
        """List the limits of the bill that concern the caller, as they are now: their own, those of their groups, and
        those of the payers that they may choose.
        """
        raise NotImplementedError

    async def status(self) -> Status:
        """Tell the state of the service and of its lines."""
        raise NotImplementedError

    async def judge_number(self, number: str) -> JudgedNumber:
        """Tell what a number is, as it is typed, and how it is written; or why it would not be called."""
        raise NotImplementedError

    async def list_drafts(self) -> list[Draft]:
        """List the caller's drafts, oldest first."""
        raise NotImplementedError

    async def read_draft(self, draft: str, out: Document) -> None:
        """Write all pages of a draft to `out` as TIFF, those that are left out too: `Draft.parts` says which go out,
        and in which order.
        """
        raise NotImplementedError

    async def begin_draft(self, file: Document, title: str) -> Draft:
        """Make a draft of a file, which the service draws: PDF, PostScript, a picture or plain text; a TIFF in fax
        geometry goes in pixel for pixel. No program is told of it.
        """
        raise NotImplementedError

    async def begin_empty_draft(self, kept: KeptOrder) -> Draft:
        """Make a draft of what was typed before there is a document: `kept.order.key` is its name, and repeating it
        with the same one changes what is kept of the same draft. It can be sent with a document, or, where its header
        has a cover page, with a message or a subject. No program is told of it.
        """
        raise NotImplementedError

    async def add_document(self, draft: str, file: Document, title: str) -> Draft:
        """Add a file to a draft, behind its other documents, drawn as by `begin_draft` and as fine as the first one."""
        raise NotImplementedError

    async def join_drafts(self, draft: str, other: str) -> Draft:
        """Put the documents of another draft of the caller's behind those of this one; the other draft is no more."""
        raise NotImplementedError

    async def arrange_draft(self, draft: str, parts: list[PartChoice]) -> Draft:
        """Put the documents of a draft into this order, and leave pages of them out; those that are not named are
        removed from it. One page at least must stay.
        """
        raise NotImplementedError

    async def compose_draft(self, draft: str, order: Order, out: Document) -> Preview:
        """Write the pages of a draft to `out` as they will arrive, with cover page and header line."""
        raise NotImplementedError

    async def estimate_document(self, pages: Document, order: Order) -> Estimate:
        """Estimate the call that would send a bilevel TIFF in fax geometry; nothing of it is kept."""
        raise NotImplementedError

    async def find_repeats(self, fax: str, recipients: list[Recipient]) -> list[Job]:
        """List the caller's other faxes with the very pages of a draft or a job that went to one of these recipients
        today, or are on their way, newest first. What has failed or was cancelled is none; what is uncertain is.
        """
        raise NotImplementedError

    async def redraw_draft(self, draft: str, resolution: Resolution, photo: bool) -> Draft:
        """Draw the document of a draft anew from its file: so fine, and as a photo, whose greys are dots, or as text.
        Only where `redrawable` says so; the pages that are left out stay so.
        """
        raise NotImplementedError

    async def save_draft(self, draft: str, kept: KeptOrder) -> None:
        """Keep what has been typed for a draft, in place of what was kept before."""
        raise NotImplementedError

    async def discard_draft(self, draft: str) -> None:
        """Throw a draft away."""
        raise NotImplementedError

    async def submit_draft(self, draft: str, order: Order) -> str:
        """Make a job of a draft; its id. Repeating it for the same draft gives the same job."""
        raise NotImplementedError

    async def submit_draft_to_many(self, draft: str, recipients: list[Recipient], order: Order) -> Broadcast:
        """Make a broadcast of a draft: a job for each recipient, all or none; those with the same number are one. The
        order names no recipient. Repeating it for the same draft gives the same broadcast.
        """
        raise NotImplementedError

    async def take_back(self, fax: str) -> str:
        """Make a draft again of a fax, or of a whole broadcast, for which no call has been made, with the order that
        was given for it; its id. `fax` is the draft, or a job, or the broadcast. Repeating it for the same draft is
        harmless.
        """
        raise NotImplementedError

    async def submit_document(self, pages: Document, original: Document | None, order: Order) -> str:
        """Make a job of a bilevel TIFF in fax geometry, and of what it was made from; its id."""
        raise NotImplementedError

    async def submit_cover(self, order: Order) -> str:
        """Make a job of a cover page alone, on which a message or a subject stands; its id. The header has one."""
        raise NotImplementedError

    async def fetch_document(self, order: Order) -> str:
        """Make a job that fetches the document which the fax machine at a number offers (polling); its id. What comes
        is a reception of the caller's.
        """
        raise NotImplementedError

    async def send_again(self, job: str, order: Order) -> str:
        """Make a new job of a job's document, for the number of the order, or for the same recipient if it has none;
        its id. To the same number only when the job has ended.
        """
        raise NotImplementedError

    async def list_jobs(self) -> list[Job]:
        """List the caller's newest jobs, newest first, 200 at most; `list_faxes` gives all of them."""
        raise NotImplementedError

    async def show_job(self, job: str) -> JobDetails:
        """Show one job with its calls."""
        raise NotImplementedError

    async def read_job(self, job: str, out: Document) -> None:
        """Write the pages of a job to `out` as TIFF."""
        raise NotImplementedError

    async def read_sent(self, job: str, out: Document) -> SentFax:
        """Write the pages of a job to `out` as TIFF as they go over the line, with cover page and header line: those
        that went out where they are kept, else made as they go out.
        """
        raise NotImplementedError

    async def cancel_job(self, job: str) -> None:
        """Cancel a job; a call that is under way ends as soon as the protocol allows."""
        raise NotImplementedError

    async def hold_job(self, job: str) -> None:
        """Hold a job back until it is released; a call that is under way ends as soon as the protocol allows, unless
        its last page is out.
        """
        raise NotImplementedError

    async def change_job(self, job: str, change: JobChange) -> None:
        """Change the number, the header, the times, the priority or the payer of a job that has not ended. A call that
        is under way ends as soon as the protocol allows if it is to another number, or to be made later. Refused are
        another header while it lasts, and another number or time once its last page is out.
        """
        raise NotImplementedError

    async def release_job(self, job: str) -> None:
        """Let a held job go on: where it was broken off, at once or at the time that was set for it."""
        raise NotImplementedError

    async def resolve_job(self, job: str, verdict: Verdict) -> None:
        """Say of an uncertain job that it arrived, or that it is to be sent again."""
        raise NotImplementedError

    async def submit_to_many(
        self, pages: Document, original: Document | None, recipients: Document, order: Order
    ) -> Broadcast:
        """Make a broadcast of a bilevel TIFF in fax geometry: a job for each recipient of a list, all or none. The list
        is CSV, its first line names the columns: number, last_name, first_name, role, department, company, sub_address,
        password. The order names no recipient. A list with faults is refused, with the line of each.
        """
        raise NotImplementedError

    async def list_broadcasts(self) -> list[Broadcast]:
        """List the caller's newest broadcasts, newest first, 200 at most."""
        raise NotImplementedError

    async def show_broadcast(self, broadcast: str) -> Broadcast:
        """Show how far a broadcast is; `list_faxes` gives its faxes."""
        raise NotImplementedError

    async def cancel_broadcast(self, broadcast: str) -> None:
        """Cancel every fax of a broadcast that has not ended."""
        raise NotImplementedError

    async def hold_broadcast(self, broadcast: str) -> None:
        """Hold back every fax of a broadcast that has not ended, until it is released."""
        raise NotImplementedError

    async def release_broadcast(self, broadcast: str) -> None:
        """Let every fax of a broadcast go on that is held."""
        raise NotImplementedError

    async def offer_document(self, pages: Document, original: Document | None, offer: NewOffer) -> Offer:
        """Offer a bilevel TIFF in fax geometry to callers of the caller's own numbers, who fetch it (polling)."""
        raise NotImplementedError

    async def list_offers(self) -> list[Offer]:
        """List the caller's newest offers, newest first, 200 at most."""
        raise NotImplementedError

    async def show_offer(self, offer: str) -> Offer:
        """Show one offer with the calls that have fetched it."""
        raise NotImplementedError

    async def withdraw_offer(self, offer: str) -> None:
        """Offer a document no longer; a call that is fetching it goes on."""
        raise NotImplementedError

    async def list_receptions(self) -> list[Reception]:
        """List the caller's newest receptions, newest first, 200 at most; `list_faxes` gives all of them."""
        raise NotImplementedError

    async def list_faxes(self, query: FaxQuery) -> FaxPage:
        """List a page of the caller's faxes, newest first: a folder, all of them, or those with some words."""
        raise NotImplementedError

    async def count_folders(self) -> list[FolderCount]:
        """Count the caller's faxes in every folder."""
        raise NotImplementedError

    async def list_numbers(self) -> list[NumberCount]:
        """List the numbers whose received faxes the caller gets, in the order of the configuration, then those for
        which faxes came that are in the caller's inbox still; each with these faxes.
        """
        raise NotImplementedError

    async def assign_reception(self, assignment: Assignment) -> None:
        """Give one of the caller's received faxes to others, who are told of it. It leaves the caller's lists; one that
        was nobody's leaves those of everybody who sorts.
        """
        raise NotImplementedError

    async def mark_fax(self, fax: str, read: bool) -> None:
        """Note that the caller has read a fax, or has not."""
        raise NotImplementedError

    async def comment_fax(self, fax: str, text: str) -> None:
        """Note something of a fax, sent or received, in place of what was noted before; an empty text removes it. Lists
        find the fax by it. The owners of a received fax share one comment.
        """
        raise NotImplementedError

    async def bin_fax(self, fax: str) -> None:
        """Put a fax that is not under way into the caller's bin."""
        raise NotImplementedError

    async def restore_fax(self, fax: str) -> None:
        """Take a fax out of the bin again."""
        raise NotImplementedError

    async def remove_fax(self, fax: str) -> None:
        """Remove a fax that is in the caller's bin for good: it is in none of the caller's lists any more. Other owners
        have it still, and the service until what is in the bin goes by its rules.
        """
        raise NotImplementedError

    async def read_reception(self, reception: str, kind: ReceptionFile, out: Document) -> None:
        """Write one file of a reception to `out`."""
        raise NotImplementedError

    async def read_transcript(self, fax: str, out: Document) -> None:
        """Write the transcripts of the calls of a fax, sent or received, to `out` as text, oldest first, as long as the
        service keeps them.
        """
        raise NotImplementedError

    async def write_receipt(self, job: str, out: Document) -> None:
        """Write a receipt of a job that has ended to `out`, as PDF: what became of it, and its first page as it was
        sent; one that did not arrive is said not to have been delivered.
        """
        raise NotImplementedError

    async def verify_copies(self, query: CopyQuery) -> CopyPage:
        """Compare the files of the caller's filed faxes, received and archived, with what was filed: a page, oldest
        first, as far as that goes in some seconds.
        """
        raise NotImplementedError

    async def list_calls(self, query: CallQuery) -> CallPage:
        """List a page of the calls of the caller's faxes, sent and received, oldest first."""
        raise NotImplementedError

    async def sum_calls(self, query: TotalsQuery) -> TotalsPage:
        """Sum up the calls of the caller's faxes."""
        raise NotImplementedError

    async def sum_costs(self, query: StatementQuery) -> StatementPart:
        """Sum up what the caller's calls out cost, by the ledger: a part of them; whoever asks adds up all parts. What
        others' cost is for those whom the administrator has named, and, of a budget line, for its owner.
        """
        raise NotImplementedError

    async def list_costs(self, query: StatementQuery) -> StatedCallPage:
        """List a page of the caller's calls out with what they cost, by the ledger, in the order of their ends; others'
        as for `sum_costs`. An owner of a budget line sees of these no last digits of numbers.
        """
        raise NotImplementedError

    async def find_contacts(self, query: ContactQuery) -> ContactPage:
        """List a page of the contacts in the caller's address book and in the shared one."""
        raise NotImplementedError

    async def suggest_recipients(self, words: str) -> list[Suggestion]:
        """List whom the caller may mean by words that are typed as a recipient, the likeliest first, 20 at most:
        contacts, and those who have had a fax of the caller's before; without words, the last of these.
        """
        raise NotImplementedError

    async def save_contacts(self, contacts: list[Contact]) -> list[Contact]:
        """Add contacts, or change those that have an id, all or none, 50 at most; as they are kept. A new one with the
        number and the name of one in the same book adds to that one what it lacks.
        """
        raise NotImplementedError

    async def remove_contact(self, contact: str) -> None:
        """Remove a contact, from every group as well."""
        raise NotImplementedError


class Intake:
    """The way in for print jobs: open to the printing system's own user only."""

    async def submit(self, pages: Document, original: Document | None, claim: Claim) -> Handover:
        """Hand over a bilevel TIFF and what it was made from. The same print job is the same draft or job, until the
        answer was acknowledged; after that it is one that a person has printed again, and becomes a draft that asks.
        """
        raise NotImplementedError

    async def acknowledge(self, handover: str) -> None:
        """Say that the answer to `submit` was heard: the id that was in it."""
        raise NotImplementedError

    async def refuse_print(self, claim: Claim, reason: Sentence) -> None:
        """Say why a print job is not faxed: the person who printed is told. Repeating it for the same print job tells
        once more.
        """
        raise NotImplementedError


class Listener:
    """Hears the service's signals. They go to the one program only whose user is concerned."""

    def draft_waiting(self, draft: Draft) -> None:
        """A printed document waits for its recipient."""
        raise NotImplementedError

    def job_changed(self, job: Job) -> None:
        """A job has changed its state or its progress."""
        raise NotImplementedError

    def print_noticed(self, notice: PrintNotice) -> None:
        """A print job was refused, or is faxed otherwise than expected."""
        raise NotImplementedError

    def limit_warned(self, warning: LimitWarning) -> None:
        """A limit of the caller's, or of a budget line that they own, is nearly used up: once in its period."""
        raise NotImplementedError

    def reception_arrived(self, reception: Reception) -> None:
        """A fax has been received. Its files are in their folder, or it says why they are not yet."""
        raise NotImplementedError

    def document_fetched(self, fetching: Fetching) -> None:
        """A caller has fetched an offered document, or a part of it."""
        raise NotImplementedError

    def reception_changed(self, change: ReceptionChange) -> None:
        """The files of a fax that has been told of have come into their folder, or are late for another reason."""
        raise NotImplementedError

    def lists_changed(self, change: ListsChange) -> None:
        """The user has marked faxes as read or not, put some into the bin or taken some out, commented on some, or some
        were given to others; told once for many. What comes, and what changes by itself, is told by the other signals.
        """
        raise NotImplementedError
