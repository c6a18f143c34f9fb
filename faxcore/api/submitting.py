# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents become drafts and jobs: all that belongs to one is on disk before anybody hears of it.

Repeating is harmless: a draft submitted twice is one job, and so is everything that is handed over twice with the same
key. A print job (same person, cupsd's name, pages and number) that is handed over twice is one draft or job, whatever
has become of it, until its backend has heard our answer; after that, it is a person's wish to send it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Final

from faxcore.announce.announcing import Announcing
from faxcore.api.api_error import ApiError, changed_draft, unknown_draft
from faxcore.api.call_estimates import CallEstimates
from faxcore.api.limits import Limits
from faxcore.api.nothing_to_send import refuse_nothing
from faxcore.api.orders import CheckedClaim, CheckedOrder, count_pages
from faxcore.api.own_limits import BillLimits, NewFax
from faxcore.api.own_payers import find_payer, refuse_payer
from faxcore.checkpoint import checkpoint
from faxcore.config.current import CurrentConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.printed import Accepted, Handover
from faxcore.model.job import JobKind
from faxcore.model.page import Resolution
from faxcore.model.priority import Priority
from faxcore.model.sentence import Sentence
from faxcore.queue.scheduler import Scheduler
from faxcore.store import deliveries
from faxcore.store.documents import DocumentRow
from faxcore.store.drafts import DraftRow
from faxcore.store.ids_and_times import new_id
from faxcore.store.limit_warnings import NewWarning
from faxcore.store.print_jobs import PrintJobRow
from faxcore.store.store import Store
from faxcore.store.store_error import StoreError
from faxcore.store.submissions import Addressee, NewSubmission, draft_key

MOST_DRAFTS: Final = 500
"""Drafts of one person that may wait at a time."""

Note = Callable[[Accepted, str], None]
"""Writes down what a print job has become, in the transaction in which it becomes that."""


class Submitting:
    """Adds drafts and jobs to the store."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        scheduler: Scheduler,
        announcing: Announcing,
        limits: Limits,
        bill_limits: BillLimits,
    ) -> None:
        self._store = store
        self.bill_limits = bill_limits
        self.estimates = CallEstimates(store, config)
        self._limits = limits
        self._config = config
        self._scheduler = scheduler
        self._announcing = announcing

    def add_claimed(self, claim: CheckedClaim, document: DocumentRow) -> Handover:
        """Make a draft of a print job, or a job if it says for whom; or give what this print job has become already."""
        to = claim.order.destination(self._config.value, claim.owner).key if claim.direct else ""
        before = self._store.print_jobs.get(claim.owner, claim.key) if claim.key else None
        if before is None:
            return self._add_printed(claim, document, to)
        same = (before.sha256, before.destination) == (document.sha256, to)
        if same and not before.heard:
            # cupsd hands it over again: its backend did not hear our answer.
            self._drop(document)
            return before.handover
        waits = before.handover.kind is Accepted.DRAFT and self._store.drafts.get(claim.owner, before.handover.id)
        if same and waits:
            self._drop(document)
            self._tell_again(claim.owner, before.handover.id)
            return before.handover
        # A person has printed it again: neither dropped nor sent, it asks.
        return self._add_printed(claim, document, to, again=True, repeats=self._job_of(claim.owner, before.handover))

    def _add_printed(
        self, claim: CheckedClaim, document: DocumentRow, to: str, again: bool = False, repeats: str = ""
    ) -> Handover:
        def note(kind: Accepted, id: str) -> None:
            if claim.key:
                row = PrintJobRow(document.sha256, to, Handover(kind, id), heard=False)
                self._store.print_jobs.put(claim.owner, claim.key, row)

        if claim.direct and not again:
            add = lambda: self.add_job(claim.owner, claim.order, document, note=note)  # noqa: E731
            return Handover(Accepted.JOB, self.with_document(document, add))
        with self.dropping(document):
            self.refuse_drafts(claim.owner)
            refuse_payer(self._config.value, claim.owner, self._today(), claim.order.payer)
            return Handover(Accepted.DRAFT, self._add_draft(claim, document, repeats, note))

    def begin_draft(self, owner: str, title: str, document: DocumentRow, kept: str = "") -> str:
        """Make a draft of a document that was not printed, and of what was typed already; its id. Whoever hands it in
        knows of it.
        """
        with self.dropping(document):
            self.refuse_drafts(owner)
            with self._store.transaction():
                self._store.documents.add(document)
                draft = self._store.drafts.add(owner, document.id, title)
                if kept:
                    self._store.drafts.save(draft, kept)
                return draft

    def refuse_drafts(self, owner: str) -> None:
        """Raise ApiError if this person has as many drafts as anybody may."""
        if self._store.drafts.count(owner) >= MOST_DRAFTS:
            raise ApiError(
                ErrorCode.STATE, Sentence("Too many printed documents wait for a recipient: send or discard some.")
            )

    def _job_of(self, owner: str, handover: Handover) -> str:
        """Find the job that a print job became, at once or by way of its draft; empty if there is none."""
        if handover.kind is Accepted.JOB:
            return handover.id
        return self.find_job(owner, draft_key(handover.id)) or ""

    def _add_draft(self, claim: CheckedClaim, document: DocumentRow, repeats: str, note: Note) -> str:
        with self._store.transaction():
            self._store.documents.add(document)
            draft = self._store.drafts.add(claim.owner, document.id, claim.order.title, repeats, claim.order.payer)
            note(Accepted.DRAFT, draft)
            self._store.deliveries.add(deliveries.DRAFT, draft, claim.owner)
        checkpoint("draft committed, backend not told")
        self._announcing.flush(claim.owner)
        return draft

    def _tell_again(self, owner: str, draft: str) -> None:
        self._store.deliveries.renew(deliveries.DRAFT, draft, owner)
        self._announcing.flush(owner)

    def add_job(
        self,
        owner: str,
        order: CheckedOrder,
        document: DocumentRow,
        draft: DraftRow | None = None,
        note: Note | None = None,
    ) -> str:
        """Add a job, and everything that belongs to it; its id. If it is there already with the same key, give that.
        `note` is called in the transaction.
        """
        key = draft_key(draft.id) if draft is not None else order.key or None
        same = self.find_job(owner, key) if key else None
        if same is not None:
            if draft is None or document.id != draft.document:
                self._drop(document)
            return same
        checkpoint("document copied, no row")

        def take_document() -> None:
            if draft is None or document.id != draft.document:
                self._store.documents.add(document)
            if draft is not None:
                self.take_draft(draft, document, keep=bool(order.draft))
                checkpoint("draft taken, not committed")

        job = self._add(owner, order, document, key, take_document, note)
        if draft is not None and not order.draft:
            self.forget_pages(draft, document)
        return job

    def take_draft(self, draft: DraftRow, document: DocumentRow, keep: bool) -> None:
        """Take a draft that becomes a submission of this document: its own, or one of the pages of it that go out; its
        own is kept then if it may be had back. In the caller's transaction. ApiError if its documents have changed, or
        if it is no more.
        """
        if not self._store.drafts.take(draft):
            raise changed_draft() if self._store.drafts.get(draft.owner, draft.id) else unknown_draft()
        if document.id != draft.document and not keep:
            self._store.documents.drop_unused([draft.document])

    def forget_pages(self, draft: DraftRow, document: DocumentRow) -> None:
        """Remove the files of a draft that has become a submission of another document than its own."""
        if document.id != draft.document:
            self._store.documents.remove_files(draft.document)

    def add_fetch(self, owner: str, order: CheckedOrder) -> str:
        """Add a job that fetches a document; its id. If it is there already with the same key, give that."""
        nothing = DocumentRow(new_id(), "", 0, Resolution.FINE, 0, False)
        return self.add_job(owner, replace(order, kind=JobKind.FETCH), nothing)

    def add_again(self, owner: str, order: CheckedOrder, document: DocumentRow) -> str:
        """Add a job of a document that another job of this person has; its id. If it is there already with the same
        key, give that.
        """
        key = order.key or None
        same = self.find_job(owner, key) if key else None
        return same or self._add(owner, order, document, key, lambda: None, None)

    def _add(
        self,
        owner: str,
        order: CheckedOrder,
        document: DocumentRow,
        key: str | None,
        take_document: Callable[[], None],
        note: Note | None,
    ) -> str:
        self._limits.refuse_too_many(owner)
        self._limits.refuse_urgent(owner, order.priority)
        to = order.destination(self._config.value, owner)
        addressee = Addressee(order.recipient, to, order.password, self.find_payer(owner, order, to.key))
        (addressee,) = self.estimates.estimate(order, document, (addressee,), self.estimates.learn_usual(to.key))
        new = make_submission(owner, order, document, (addressee,), key, Priority.NORMAL)
        warned = self.refuse_over_limits(new)
        with self._store.transaction():
            take_document()
            told = self.bill_limits.note(warned)
            checkpoint("document's row written, not committed")
            (job,) = self._store.submissions.add(new)
            if note is not None:
                note(Accepted.JOB, job)
            checkpoint("job's row written, not committed")
        found = self._store.jobs.get(job)
        assert found is not None
        self._announcing.job_changed(found)
        self.tell(told)
        self._scheduler.wake()
        checkpoint("job committed, client not told")
        return job

    def find_payer(self, owner: str, order: CheckedOrder, to: str) -> str:
        """Find the code of whoever pays for an order that is handed in now; empty: nobody does. ApiError if the payer
        may not be chosen, or if there must be one.
        """
        return find_payer(self._config.value, owner, to, self._today(), order.payer, order.kept_payer)

    def refuse_over_limits(self, new: NewSubmission) -> list[NewWarning]:
        """Raise ApiError if a submission, all of it, goes over a limit of the bill; else, give the warnings."""
        faxes = [
            NewFax(each.payer, new.pages, each.milliseconds_estimate, each.net_estimate) for each in new.addressees
        ]
        return self.bill_limits.refuse_over(new.owner, faxes, new.send_at)

    def tell(self, people: Iterable[str]) -> None:
        """Tell these people what waits for them."""
        for person in people:
            self._announcing.flush(person)

    def _today(self) -> date:
        return self._store.database.local_now().date()

    def find_job(self, owner: str, key: str) -> str | None:
        """Find the job that was handed over with this key."""
        return next(iter(self._store.submissions.jobs_of_key(owner, key)), None)

    def with_document(self, document: DocumentRow, add: Callable[[], str]) -> str:
        """Give what `add` gives; if it fails, the document is nobody's, and goes."""
        with self.dropping(document):
            return add()

    @contextmanager
    def dropping(self, document: DocumentRow) -> Iterator[None]:
        """Drop a document that is nobody's yet if what is done with it fails."""
        try:
            yield
        except (ApiError, StoreError):
            self._drop(document)
            raise

    def _drop(self, document: DocumentRow) -> None:
        self._store.documents.remove_files(document.id)


def make_submission(
    owner: str,
    order: CheckedOrder,
    document: DocumentRow,
    addressees: tuple[Addressee, ...],
    key: str | None,
    usual: Priority,
) -> NewSubmission:
    """Make a submission of a checked order and its document; `usual` is the priority of one that names none. ApiError
    if there is nothing to send.
    """
    if order.kind is JobKind.SEND:
        refuse_nothing(order, document.pages)
    return NewSubmission(
        owner=owner,
        document=document.id,
        title=order.title,
        subject=order.subject,
        message=order.message,
        draft=order.draft,
        draft_document=order.draft_document,
        header=order.header,
        pages=count_pages_of(order, document),
        addressees=addressees,
        key=key,
        priority=(order.priority or usual).rank,
        send_at=order.send_at,
        give_up_at=order.give_up_at,
        kind=order.kind,
    )


def count_pages_of(order: CheckedOrder, document: DocumentRow) -> int:
    """Count the pages that an order sends; 0 if it fetches them."""
    return count_pages(document.pages, order.header) if order.kind is JobKind.SEND else 0
