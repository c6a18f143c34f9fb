# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the store as values of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from faxcore.contract.limited import LimitWarning
from faxcore.contract.offered import Fetching, Offer
from faxcore.contract.priced import NO_PRICE, CallPrice
from faxcore.contract.printed import Draft, PrintNotice
from faxcore.contract.received_fax import ReadMark, Reception
from faxcore.contract.sent_fax import Call, Job, LiveCall
from faxcore.model.call import Outcome
from faxcore.model.job import FINAL, State
from faxcore.model.priority import Priority
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.routing.routes import NOBODY
from faxcore.store.calls import CallRow
from faxcore.store.draft_parts import count_sent
from faxcore.store.drafts import DraftRow
from faxcore.store.jobs import JobRow
from faxcore.store.limit_warnings import WarningRow
from faxcore.store.offers import FetchingRow, OfferRow
from faxcore.store.print_notices import PrintNoticeRow
from faxcore.store.receptions import Receiving, ReceptionRow
from faxcore.store.taken_drafts import WAITING

TRYING: Final = Sentence("This fax is being put in its folder just now. It can be opened here meanwhile.")
"""Why a reception is late of which no reason is known yet: the service has been started again."""


@dataclass(frozen=True)
class CallProgress:
    """The progress of a job's call, or what keeps it from having one: a sentence and what it is made of."""

    sentence: Sentence = NOTHING
    live: LiveCall | None = None
    opens: str = ""
    """When the hours begin for which it waits; empty: it waits for none."""


NO_CALL: Final = CallProgress()


def view_draft(draft: DraftRow, earlier: JobRow | None = None) -> Draft:
    """Make a draft of its row, and of the job that its print job became before."""
    before = None if earlier is None else view_job(earlier)
    parts = draft.parts
    resolution = parts[0].resolution if parts else draft.resolution
    about = (draft.id, draft.title, draft.created, count_sent(parts), resolution)
    return Draft(*about, earlier=before, payer=draft.payer, kept=draft.kept, parts=parts, redrawable=draft.redrawable)


def view_job(job: JobRow, progress: CallProgress = NO_CALL) -> Job:
    """Make a job of its row, and of where its call is."""
    return Job(
        id=job.id,
        state=job.state,
        title=job.title,
        number=job.number,
        recipient=job.recipient.display_name(),
        subject=job.subject,
        header=job.header_id,
        created=job.created,
        changed=job.changed,
        pages=job.pages,
        confirmed=job.confirmed,
        dials=job.dials,
        tries=job.tries,
        reason=job.reason,
        progress=progress.sentence,
        live=progress.live,
        next_try=_next_try(job) or progress.opens,
        give_up_at="" if job.state in FINAL else job.deadline or "",
        priority=Priority.of_rank(job.priority),
        broadcast=job.submission if job.recipients > 1 else "",
        has_password=bool(job.password),
        kind=job.kind,
        payer=job.payer,
        comment=job.comment,
        undoable=job.undoable and job.state in WAITING and not job.dials,
    )


def _next_try(job: JobRow) -> str:
    times = {State.SLEEPING: job.next_try, State.PENDING: job.send_at}
    return times.get(job.state) or ""


def view_call(call: CallRow, price: CallPrice = NO_PRICE) -> Call:
    """Make a call of its row, and of what it cost."""
    return Call(
        started=call.started,
        line=call.line,
        outcome=call.outcome,
        reason=call.reason,
        sent=call.sent,
        confirmed=call.confirmed,
        rate=call.rate,
        remote_id=call.remote_id,
        seconds=call.seconds,
        number=call.destination,
        follows=bool(call.follows),
        price=price,
    )


def view_offer(offer: OfferRow, now: str, fetchings: Sequence[FetchingRow] = ()) -> Offer:
    """Make an offer of its row, as it is at this time, and of the calls that have fetched from it."""
    return Offer(
        id=offer.id,
        title=offer.title,
        created=offer.created,
        pages=offer.pages,
        number=offer.number,
        selective=offer.selective,
        has_password=bool(offer.password),
        times=offer.times,
        until=offer.until or "",
        fetched=offer.fetched,
        ended=offer.ended or "",
        open=offer.is_open(now),
        fetchings=tuple(view_fetching(each) for each in fetchings),
    )


def view_fetching(fetching: FetchingRow) -> Fetching:
    """Make a fetching of its row."""
    return Fetching(
        id=fetching.id,
        offer=fetching.offer,
        title=fetching.title,
        started=fetching.started,
        line=fetching.line,
        caller=fetching.caller,
        remote_id=fetching.remote_id,
        pages=fetching.pages,
        confirmed=fetching.fetched,
        outcome=fetching.outcome,
    )


def view_print_notice(notice: PrintNoticeRow) -> PrintNotice:
    """Make a notice about a print job of its row."""
    return PrintNotice(notice.id, notice.title, notice.created, notice.sentence, notice.refused)


def view_warning(warning: WarningRow) -> LimitWarning:
    """Make a warning of a limit of its row."""
    return LimitWarning(warning.id, warning.name, warning.created, warning.sentence)


def view_reception(reception: ReceptionRow, read: bool = False, read_by: Sequence[ReadMark] = ()) -> Reception:
    """Make a reception of the row of one that its owners know; `read` by whom it is shown to, and by others."""
    filed = reception.state is Receiving.FILED
    return Reception(
        id=reception.id,
        received=reception.received,
        line=reception.line,
        called=reception.called,
        called_name=reception.called_name,
        caller=reception.caller,
        remote_id=reception.remote_id,
        outcome=reception.outcome or Outcome.OK_PARTIAL,
        pages=reception.pages,
        bad_rows=reception.bad_rows,
        sub_address=reception.sub_address or "",
        reason=reception.reason,
        tiff=reception.tiff if filed else "",
        pdf=reception.pdf if filed else "",
        read=read,
        waiting=NOTHING if filed else reception.waiting or TRYING,
        fetched=bool(reception.fetched_for),
        read_by=tuple(read_by),
        unassigned=reception.rule == NOBODY,
        comment=reception.comment,
    )
