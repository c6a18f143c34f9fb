# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user can do: every method of Desk1 and Intake1, without the bus. The uid is the one that the bus reported.

Each method answers with plain values, or raises Refused. What it answers has been committed.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from faxcore.announce.announcing import Announcing
from faxcore.api.api_error import ApiError, unknown
from faxcore.api.intake import accept
from faxcore.api.orders import CheckedClaim, CheckedOrder, read_claim, read_order
from faxcore.api.views import call_values, draft_values, job_values, reception_values
from faxcore.config import Config
from faxcore.contract.bus import ERROR_BAD_DOCUMENT, ERROR_BAD_ORDER, ERROR_NO_SPACE, ERROR_STATE, ERROR_UNKNOWN
from faxcore.document import composing
from faxcore.i18n import gettext as _
from faxcore.model.job import Event, State, WrongState
from faxcore.queue.scheduler import Composer, Scheduler
from faxcore.store import outbox
from faxcore.store.database import new_id
from faxcore.store.drafts import DocumentRow, DraftRow
from faxcore.store.jobs import JobRow, NewJob
from faxcore.store.receptions import ReceptionRow
from faxcore.store.store import Store
from faxcore.store.synced_files import RESERVE, NotRegular, copy_out, remove

MOST_DRAFTS: Final = 500
"""Drafts of one user that may wait at a time."""

Values = dict[str, Any]


class UserApi:
    """The service's side of the counter."""

    def __init__(
        self,
        store: Store,
        config: Config,
        sending: Scheduler,
        announcing: Announcing,
        status: Callable[[], Values],
        composer: Composer = composing.compose,
        reserve: int = RESERVE,
    ) -> None:
        self._store = store
        self._config = config
        self._sending = sending
        self._announcing = announcing
        self._status = status
        self._composer = composer
        self._reserve = reserve

    # ------------------------------------------------------------ what there is

    async def headers(self, _uid: int) -> list[Values]:
        """The headers to choose from."""
        return [
            {
                "id": header.id,
                "name": _(header.name),
                "heading": header.heading,
                "sender": list(header.sender_lines),
                "cover": header.cover is not None,
            }
            for header in self._config.headers
        ]

    async def status(self, uid: int) -> Values:
        """The service and its lines."""
        jobs = self._store.jobs
        return {
            **self._status(),
            "queued": jobs.count(State.READY, State.SLEEPING),
            "active": jobs.count(State.ACTIVE, State.FINAL_PENDING),
            "drafts": self._store.drafts.count(uid),
        }

    # ------------------------------------------------------------ drafts

    async def submit_print_job(self, _uid: int, pages: int, original: int, claim: Mapping[str, Any]) -> tuple[str, str]:
        """A print job: a draft, or a job at once if it says for whom. The owner is the user that cupsd names."""
        claimed = read_claim(claim, self._config)
        if claimed.direct:
            claimed.order.destination(self._config)
        document = await accept(self._store, pages, original, self._reserve)
        return self._add_claimed(claimed, document)

    async def list_drafts(self, uid: int) -> list[Values]:
        """The caller's drafts, oldest first."""
        return [draft_values(draft) for draft in self._store.drafts.all(uid)]

    async def read_draft(self, uid: int, draft: str, out: int) -> None:
        """The draft's pages."""
        await _copy_out(self._store.drafts.pages_file(self._draft(uid, draft).document), out)

    async def compose_draft(self, uid: int, draft: str, order: Mapping[str, Any], out: int) -> None:
        """The draft's pages as they will arrive."""
        found = self._draft(uid, draft)
        made = self._store.documents / f"{new_id()}.preview"
        try:
            await self._compose(found.document, read_order(order, self._config), made)
            await _copy_out(made, out)
        finally:
            remove(made)

    async def discard_draft(self, uid: int, draft: str) -> None:
        """Throw a draft away."""
        self._store.drafts.discard(self._draft(uid, draft))

    async def submit_draft(self, uid: int, draft: str, order: Mapping[str, Any]) -> str:
        """The draft becomes a job, once."""
        done = self._store.jobs.of_draft(uid, draft)
        if done is not None:
            return done
        found = self._draft(uid, draft)
        return self._add_job(
            uid,
            read_order({"title": found.title, **order}, self._config),
            self._store.drafts.document(found.document),
            found,
        )

    # ------------------------------------------------------------ jobs

    async def submit_document(self, uid: int, pages: int, original: int, order: Mapping[str, Any]) -> str:
        """A document becomes a job without having been printed."""
        wanted = read_order(order, self._config)
        wanted.destination(self._config)
        document = await accept(self._store, pages, original, self._reserve)
        return self._with_document(document, lambda: self._add_job(uid, wanted, document))

    async def list_jobs(self, uid: int) -> list[Values]:
        """The caller's jobs, newest first."""
        return [job_values(job, self._sending.progress(job.id)) for job in self._store.jobs.all(uid)]

    async def show_job(self, uid: int, job: str) -> Values:
        """One job and its calls."""
        found = self._job(uid, job)
        calls = [call_values(call) for call in self._store.jobs.calls(job)]
        return {**job_values(found, self._sending.progress(job)), "calls": calls}

    async def read_job(self, uid: int, job: str, out: int) -> None:
        """The job's pages."""
        await _copy_out(self._store.drafts.pages_file(self._job(uid, job).document), out)

    async def cancel_job(self, uid: int, job: str) -> None:
        """Cancel a job that has not ended."""
        found = self._job(uid, job)
        try:
            await self._sending.cancel(found)
        except WrongState:
            raise _wrong_state(found) from None

    async def resolve_job(self, uid: int, job: str, verdict: str) -> None:
        """A person says what became of an uncertain job."""
        found = self._job(uid, job)
        if verdict not in ("arrived", "again"):
            raise ApiError(ERROR_BAD_ORDER, _("The answer must be “arrived” or “again”."))
        try:
            if verdict == "arrived":
                after = self._store.jobs.event(job, Event.SAID_ARRIVED, reason="")
            else:
                after = self._store.jobs.again(job)
        except WrongState:
            raise _wrong_state(found) from None
        self._announcing.job_changed(after)
        self._sending.look()

    # ------------------------------------------------------------ receptions

    async def list_receptions(self, uid: int) -> list[Values]:
        """The caller's receptions, newest first."""
        return [reception_values(reception) for reception in self._store.receptions.all(uid)]

    async def read_reception(self, uid: int, reception: str, kind: str, out: int) -> None:
        """One file of a reception, from our own copy: what stands in the folder may be anything by now."""
        found = self._reception(uid, reception)
        names = {"tiff": "reception.tif", "pdf": "reception.pdf", "transcript": "transcript"}
        if kind not in names:
            raise ApiError(ERROR_BAD_ORDER, _("The kind must be tiff, pdf or transcript."))
        await _copy_out(self._store.call_folder(found.call) / names[kind], out)

    # ------------------------------------------------------------ inside

    def _draft(self, uid: int, id: str) -> DraftRow:
        draft = self._store.drafts.get(uid, id)
        if draft is None:
            raise unknown(_("draft"))
        return draft

    def _job(self, uid: int, id: str) -> JobRow:
        job = self._store.jobs.get(id)
        if job is None or job.uid != uid:
            raise unknown(_("fax"))
        return job

    def _reception(self, uid: int, id: str) -> ReceptionRow:
        reception = self._store.receptions.get(id)
        if reception is None or reception.state != "filed" or uid not in self._store.receptions.owners(id):
            raise unknown(_("received fax"))
        return reception

    def _add_claimed(self, claim: CheckedClaim, document: DocumentRow) -> tuple[str, str]:
        if claim.direct:
            if claim.print_job is not None:
                key = claim.order.destination(self._config).key
                same = self._store.jobs.same_print_job(claim.uid, claim.print_job, document.sha256, key)
                if same is not None:
                    self._drop(document)
                    return "job", same
            return "job", self._with_document(
                document, lambda: self._add_job(claim.uid, claim.order, document, print_job=claim.print_job)
            )
        if claim.print_job is not None:
            same = self._store.drafts.same_print_job(claim.uid, claim.print_job, document.sha256)
            if same is not None:
                self._drop(document)
                return "draft", same
        if self._store.drafts.count(claim.uid) >= MOST_DRAFTS:
            self._drop(document)
            raise ApiError(ERROR_STATE, _("Too many printed documents wait for a recipient: send or discard some."))
        return "draft", self._with_document(document, lambda: self._add_draft(claim, document))

    def _add_draft(self, claim: CheckedClaim, document: DocumentRow) -> str:
        with self._store.transaction():
            self._store.drafts.add_document(document)
            draft = self._store.drafts.add(claim.uid, document.id, claim.order.title, claim.print_job)
            self._store.outbox.add(outbox.DRAFT, draft, claim.uid)
        self._announcing.draft_waiting(claim.uid)
        return draft

    def _add_job(
        self,
        uid: int,
        order: CheckedOrder,
        document: DocumentRow,
        draft: DraftRow | None = None,
        print_job: int | None = None,
    ) -> str:
        """A job, and everything that belongs to it, on disk."""
        new = NewJob(
            uid,
            document.id,
            draft.id if draft is not None else None,
            print_job,
            order.title,
            order.destination(self._config),
            order.recipient,
            order.subject,
            order.header,
            # What composing finds in the end counts; until then: a cover page is one page.
            document.pages + (order.header.cover is not None),
        )
        with self._store.transaction():
            if draft is None:
                self._store.drafts.add_document(document)
            else:
                self._store.drafts.take(draft.id)
            job = self._store.jobs.add(new)
        found = self._store.jobs.get(job)
        assert found is not None
        self._announcing.job_changed(found)
        self._sending.look()
        return job

    def _with_document(self, document: DocumentRow, add: Callable[[], str]) -> str:
        """What `add` gives; if it fails, the document is nobody's."""
        try:
            return add()
        except (ApiError, sqlite3.Error):
            self._drop(document)
            raise

    def _drop(self, document: DocumentRow) -> None:
        remove(self._store.drafts.pages_file(document.id), self._store.drafts.original_file(document.id))

    async def _compose(self, document: str, order: CheckedOrder, made: Path) -> None:
        station = next((line.station_id for line in self._config.all_lines()), "") or self._config.station_id
        on_pages = composing.PageOrder(
            order.header, order.recipient, order.subject, station, datetime.now(UTC).astimezone()
        )
        try:
            await self._composer(self._store.drafts.pages_file(document), made, on_pages)
        except composing.ComposeFailed as error:
            raise ApiError(ERROR_NO_SPACE if error.no_space else ERROR_BAD_DOCUMENT, str(error)) from error


def _wrong_state(job: JobRow) -> ApiError:
    return ApiError(
        ERROR_STATE, _("This cannot be done any more: the fax is {state}.").format(state=state_in_words(job.state))
    )


def state_in_words(state: State) -> str:
    """A job's state for a sentence."""
    return {
        State.READY: _("waiting for a line"),
        State.ACTIVE: _("being sent"),
        State.FINAL_PENDING: _("being sent"),
        State.SLEEPING: _("waiting for its next try"),
        State.DONE: _("sent"),
        State.FAILED: _("failed"),
        State.CANCELLED: _("cancelled"),
        State.UNCERTAIN: _("uncertain"),
    }[state]


async def _copy_out(path: Path, out: int) -> None:
    try:
        await asyncio.to_thread(copy_out, path, out)
    except NotRegular:
        raise ApiError(ERROR_BAD_ORDER, _("The descriptor to write to must be a file.")) from None
    except FileNotFoundError:
        raise ApiError(ERROR_UNKNOWN, _("The file is not there (any more).")) from None
