# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents become drafts and jobs: all that belongs to one is on disk before anybody hears of it.

Repeating is harmless: a draft submitted twice is one job, and so is everything that is handed over twice with the same
key. A print job without a key that is handed over twice (same person, print job and pages) is one draft, or one job as
long as that has not ended.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from faxcore.announce.announcing import Announcing
from faxcore.api.api_error import ApiError
from faxcore.api.orders import CheckedClaim, CheckedOrder
from faxcore.checkpoint import checkpoint
from faxcore.config.current import CurrentConfig
from faxcore.contract.bus import Accepted, ErrorCode, Handover
from faxcore.model.sentence import Sentence
from faxcore.queue.scheduler import Scheduler
from faxcore.store import deliveries
from faxcore.store.documents import DocumentRow
from faxcore.store.drafts import DraftRow
from faxcore.store.store import Store
from faxcore.store.store_error import StoreError
from faxcore.store.submissions import Addressee, NewSubmission, draft_key

MOST_DRAFTS: Final = 500
"""Drafts of one person that may wait at a time."""


class Submitting:
    """Adds drafts and jobs to the store."""

    def __init__(self, store: Store, config: CurrentConfig, scheduler: Scheduler, announcing: Announcing) -> None:
        self._store = store
        self._config = config
        self._scheduler = scheduler
        self._announcing = announcing

    def add_claimed(self, claim: CheckedClaim, document: DocumentRow) -> Handover:
        """Make a draft of a print job, or a job if it says for whom; or give the one that it has become already."""
        kind = Accepted.JOB if claim.direct else Accepted.DRAFT
        same = self._same(claim, document)
        if same is not None:
            self._drop(document)
            return Handover(kind, same)
        if claim.direct:
            add = lambda: self.add_job(claim.owner, claim.order, document, print_job=claim.print_job)  # noqa: E731
        else:
            if self._store.drafts.count(claim.owner) >= MOST_DRAFTS:
                self._drop(document)
                raise ApiError(
                    ErrorCode.STATE,
                    Sentence("Too many printed documents wait for a recipient: send or discard some."),
                )
            add = lambda: self._add_draft(claim, document)  # noqa: E731
        return Handover(kind, self.with_document(document, add))

    def _same(self, claim: CheckedClaim, document: DocumentRow) -> str | None:
        """Find what this very print job has become already: its backend did not hear our answer."""
        if claim.direct and claim.order.key:
            return self.find_job(claim.owner, claim.order.key)
        if claim.print_job is None:
            return None
        if claim.direct:
            key = claim.order.destination(self._config.value).key
            return self._store.submissions.same_print_job(claim.owner, claim.print_job, document.sha256, key)
        return self._store.drafts.same_print_job(claim.owner, claim.print_job, document.sha256)

    def _add_draft(self, claim: CheckedClaim, document: DocumentRow) -> str:
        with self._store.transaction():
            self._store.documents.add(document)
            draft = self._store.drafts.add(claim.owner, document.id, claim.order.title, claim.print_job)
            self._store.deliveries.add(deliveries.DRAFT, draft, claim.owner)
        self._announcing.flush(claim.owner)
        return draft

    def add_job(
        self,
        owner: str,
        order: CheckedOrder,
        document: DocumentRow,
        draft: DraftRow | None = None,
        print_job: int | None = None,
    ) -> str:
        """Add a job, and everything that belongs to it; its id. If it is there already with the same key, give that."""
        key = draft_key(draft.id) if draft is not None else order.key or None
        same = self.find_job(owner, key) if key else None
        if same is not None:
            if draft is None:
                self._drop(document)
            return same
        checkpoint("document copied, no row")
        new = NewSubmission(
            owner=owner,
            document=document.id,
            title=order.title,
            subject=order.subject,
            header=order.header,
            # What composing finds in the end counts; until then: a cover page is one page.
            pages=document.pages + (order.header.cover is not None),
            addressees=(Addressee(order.recipient, order.destination(self._config.value)),),
            key=key,
            print_job=print_job,
        )
        with self._store.transaction():
            if draft is None:
                self._store.documents.add(document)
            else:
                self._store.drafts.take(draft.id)
                checkpoint("draft taken, not committed")
            checkpoint("document's row written, not committed")
            (job,) = self._store.submissions.add(new)
            checkpoint("job's row written, not committed")
        found = self._store.jobs.get(job)
        assert found is not None
        self._announcing.job_changed(found)
        self._scheduler.wake()
        checkpoint("job committed, client not told")
        return job

    def find_job(self, owner: str, key: str) -> str | None:
        """Find the job that was handed over with this key."""
        return next(iter(self._store.submissions.jobs_of_key(owner, key)), None)

    def with_document(self, document: DocumentRow, add: Callable[[], str]) -> str:
        """Give what `add` gives; if it fails, the document is nobody's, and goes."""
        try:
            return add()
        except (ApiError, StoreError):
            self._drop(document)
            raise

    def _drop(self, document: DocumentRow) -> None:
        self._store.documents.remove_files(document.id)
