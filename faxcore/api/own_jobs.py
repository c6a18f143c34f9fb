# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions of people on their own faxes on the way out: look, change, cancel, hold, release, send again,
decide.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from faxcore.announce.announcing import Announcing
from faxcore.api.api_error import ApiError, not_ended, wrong_state
from faxcore.api.changing import check_change
from faxcore.api.foreign_files import ForeignFiles
from faxcore.api.limits import Limits
from faxcore.api.lists import ListApi
from faxcore.api.orders import check_order, complete_order, refuse_fetching
from faxcore.api.own_headers import with_own
from faxcore.api.submitting import Submitting
from faxcore.config.current import CurrentConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import JobChange, Order
from faxcore.contract.sent_fax import Job, JobDetails, Verdict
from faxcore.model.job import FINAL, Event, WrongState
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.queue.scheduler import Scheduler
from faxcore.store.call_costs import NO_PRICES
from faxcore.store.jobs import JobRow
from faxcore.store.store import Store
from faxcore.store.views import view_call, view_job


class JobApi(ListApi):
    """The actions of people on their own jobs."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        scheduler: Scheduler,
        announcing: Announcing,
        files: ForeignFiles,
        submitting: Submitting,
        limits: Limits,
    ) -> None:
        super().__init__(store, config, scheduler, announcing)
        self._files = files
        self._submitting = submitting
        self._limits = limits

    async def fetch_document(self, person: str, order: Order) -> str:
        """Make a job that fetches what the fax machine at a number offers."""
        config = with_own(self._config.value, self._store, person, order.header)
        return self._submitting.add_fetch(person, check_order(order, config, person))

    async def send_again(self, person: str, job: str, order: Order) -> str:
        """Make a job of a job's document, for the same recipient or another."""
        found = self._job(person, job)
        refuse_fetching(found)
        config = with_own(self._config.value, self._store, person, order.header or found.header_id)
        checked = check_order(complete_order(order, found, config), config, person, title=found.title)
        checked = replace(checked, kept_payer=found.payer)
        if found.state not in FINAL and checked.destination(config, person).key == found.destination:
            raise not_ended(found.state)
        return self._submitting.add_again(person, checked, self._store.documents.get(found.document))

    async def list_jobs(self, person: str) -> list[Job]:
        """List the caller's jobs, newest first."""
        jobs = [view_job(job, self._scheduler.progress(job)) for job in self._store.jobs.all(person)]
        return self._announcing.names.add_to_jobs(person, jobs)

    async def show_job(self, person: str, job: str) -> JobDetails:
        """Show one job and its calls."""
        found = self._job(person, job)
        calls = self._store.calls.of_job(job)
        costs = self._store.call_costs.find([call.id for call in calls], with_steps=True)
        shown = tuple(view_call(call, costs.get(call.id, NO_PRICES).sale) for call in calls)
        (named,) = self._announcing.names.add_to_jobs(person, [view_job(found, self._scheduler.progress(found))])
        return JobDetails(named, shown, found.recipient)

    async def read_job(self, person: str, job: str, out: int) -> None:
        """Write the job's pages to `out`."""
        found = self._job(person, job)
        refuse_fetching(found)
        await self._copy_out(person, self._store.documents.pages_file(found.document), out)

    async def cancel_job(self, person: str, job: str) -> None:
        """Cancel a job that has not ended."""
        found = self._job(person, job)
        try:
            await self._scheduler.cancel(found)
        except WrongState:
            raise wrong_state(found.state) from None

    async def hold_job(self, person: str, job: str) -> None:
        """Hold a job back that has not ended."""
        found = self._job(person, job)
        try:
            await self._scheduler.hold(found)
        except WrongState:
            raise wrong_state(found.state) from None

    async def change_job(self, person: str, job: str, change: JobChange) -> None:
        """Change a job that has not ended."""
        found = self._job(person, job)
        wish = check_change(change, found, self._store, self._config.value)
        self._limits.refuse_urgent(person, change.priority)
        if wish.payer not in (None, found.payer):
            number = found.destination if wish.to is None else wish.to.key
            left = max(0, found.pages - found.confirmed)
            self._submitting.bill_limits.refuse_moved(found.id, wish.payer or "", left, number, found.send_at)
        await self._scheduler.change(found, wish)

    async def release_job(self, person: str, job: str) -> None:
        """Let a held job go on."""
        found = self._job(person, job)
        try:
            self._scheduler.release(found)
        except WrongState:
            raise wrong_state(found.state) from None

    async def resolve_job(self, person: str, job: str, verdict: Verdict) -> None:
        """Take a person's word for what became of an uncertain job."""
        found = self._job(person, job)
        try:
            if verdict is Verdict.ARRIVED:
                self._store.jobs.event(job, Event.SAID_ARRIVED, reason=NOTHING)
            else:
                self._store.jobs.again(job)
        except WrongState:
            raise wrong_state(found.state) from None
        self._scheduler.report(job)
        self._scheduler.wake()

    # ------------------------------------------------------------ inside

    def _job(self, person: str, id: str) -> JobRow:
        job = self._store.jobs.get(id)
        if job is None or job.owner != person:
            raise ApiError(ErrorCode.UNKNOWN, Sentence("There is no fax with this name."))
        return job

    async def _copy_out(self, person: str, path: Path, out: int) -> None:
        await self._files.give(person, path, out)
