# SPDX-License-Identifier: GPL-3.0-or-later
"""The report on a call when it has ended, made from what its script has achieved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from faxcore.line.answer_time import estimate_answer
from faxcore.line.pages import IncomingPages
from faxcore.model.call import WITH_PHASE, CallReport
from faxcore.t30.capabilities import Agreement
from faxcore.t30.receive_state import ReceiveState
from faxcore.t30.send_state import SendState


def report_sending(
    sending: SendState, first_page: int, dialled: float | None, now: float, perhaps_answered: bool = False
) -> CallReport:
    """A call out. `dialled` and `now` are monotonic seconds: when dialling began, None for a document that follows
    another in a call; and when the line was on hook again, or the document was over. `perhaps_answered` is True if
    somebody may have answered though no fax machine was heard.
    """
    report = CallReport(
        outcome=sending.outcome,
        reason=sending.reason,
        phase=sending.phase if sending.outcome in WITH_PHASE else "",
        more=sending.more,
        not_begun=sending.not_begun,
        pages=sending.pages,
        sent=max(sending.sent - first_page + 1, 0),
        confirmed=sending.confirmed,
        octets=sum(octets for page, octets in sending.coded.items() if page <= sending.sent),
        remote_id=sending.remote_id,
        fallbacks=sending.fallbacks,
        paper=sending.paper.value if sending.paper else "",
        shortened=sending.shortened.value if sending.shortened else "",
        perhaps_answered=perhaps_answered,
        **_agreed(sending.agreement),
    )
    if dialled is None:
        begun = sending.answered_at
        return replace(report, seconds=0.0 if begun is None else now - begun)
    return _measure(report, dialled, sending.answered_at, now)


def report_receiving(
    receiving: ReceiveState, pages: IncomingPages, now: float, begun: float | None, offered: int = 0
) -> CallReport:
    """A document of a call in, in which so many pages were offered. `begun` is when the call was answered, or when this
    document of it began, None if it was not answered; `now` is when it was over.
    """
    return replace(
        _report_pages(receiving, pages),
        pages=offered,
        seconds=0.0 if begun is None else now - begun,
    )


def report_polling(
    receiving: ReceiveState, pages: IncomingPages, dialled: float, now: float, perhaps_answered: bool = False
) -> CallReport:
    """A call out that fetched a document; the times as in `report_sending`."""
    report = replace(_report_pages(receiving, pages), perhaps_answered=perhaps_answered)
    return _measure(report, dialled, receiving.answered_at, now)


def _report_pages(receiving: ReceiveState, pages: IncomingPages) -> CallReport:
    polled = receiving.polled
    return CallReport(
        outcome=receiving.outcome,
        reason=receiving.reason,
        phase=receiving.phase if receiving.outcome in WITH_PHASE else "",
        confirmed=receiving.confirmed,
        sent=0 if polled is None else polled.sent,
        fetched=0 if polled is None else polled.confirmed,
        received=len(pages.files),
        files=tuple(pages.files[number] for number in sorted(pages.files)),
        bad_rows=receiving.bad_rows,
        remote_id=receiving.remote_id,
        sub_address=receiving.sub_address,
        sender_id=receiving.sender_id,
        **_agreed(receiving.agreement or (None if polled is None else polled.agreement)),
    )


def _measure(report: CallReport, dialled: float, connected: float | None, now: float) -> CallReport:
    """Add the seconds of a call out, whose carrier was heard at `connected`, None if none was."""
    if connected is None:
        return replace(report, dial_seconds=now - dialled)
    answer = estimate_answer(dialled, connected)
    return replace(
        report,
        dial_seconds=answer.latest - dialled,
        seconds=now - answer.latest,
        answer_spread=answer.spread,
    )


def _agreed(agreement: Agreement | None) -> dict[str, Any]:
    if agreement is None:
        return {}
    return {
        "rate": agreement.modulation.rate,
        "modulation": agreement.modulation.name,
        "coding": agreement.format.coding.value,
        "resolution": agreement.format.resolution.value,
        "error_correction": agreement.error_correction,
    }
