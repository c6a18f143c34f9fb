# SPDX-License-Identifier: GPL-3.0-or-later
"""The report on a call when it has ended, made from what its script has achieved."""

from __future__ import annotations

from typing import Any

from faxcore.line.pages import IncomingPages
from faxcore.model.call import WITH_PHASE, CallReport
from faxcore.t30.capabilities import Agreement
from faxcore.t30.receive_state import ReceiveState
from faxcore.t30.send_state import SendState


def report_sending(sending: SendState, first_page: int, dialled: float | None, now: float) -> CallReport:
    """A call out. `dialled` and `now` are monotonic seconds: when dialling began, None for a document that follows
    another in a call; and when the line was on hook again, or the document was over.
    """
    answered = sending.answered_at
    return CallReport(
        outcome=sending.outcome,
        reason=sending.reason,
        phase=sending.phase if sending.outcome in WITH_PHASE else "",
        more=sending.more,
        not_begun=sending.not_begun,
        pages=sending.pages,
        sent=max(sending.sent - first_page + 1, 0),
        confirmed=sending.confirmed,
        remote_id=sending.remote_id,
        fallbacks=sending.fallbacks,
        paper=sending.paper.value if sending.paper else "",
        shortened=sending.shortened.value if sending.shortened else "",
        dial_seconds=0.0 if dialled is None else (now if answered is None else answered) - dialled,
        seconds=0.0 if answered is None else now - answered,
        **_agreed(sending.agreement),
    )


def report_receiving(
    receiving: ReceiveState, pages: IncomingPages, now: float, dialled: float | None = None, offered: int = 0
) -> CallReport:
    """A document of a call in, in which so many pages were offered; or, where we have `dialled`, a call that polled.
    `now` is when it was over.
    """
    answered, begun = receiving.answered_at, receiving.begun_at
    polled = receiving.polled
    return CallReport(
        outcome=receiving.outcome,
        reason=receiving.reason,
        phase=receiving.phase if receiving.outcome in WITH_PHASE else "",
        confirmed=receiving.confirmed,
        pages=offered,
        sent=0 if polled is None else polled.sent,
        fetched=0 if polled is None else polled.confirmed,
        received=len(pages.files),
        files=tuple(pages.files[number] for number in sorted(pages.files)),
        bad_rows=receiving.bad_rows,
        remote_id=receiving.remote_id,
        sub_address=receiving.sub_address,
        sender_id=receiving.sender_id,
        dial_seconds=0.0 if dialled is None else (now if answered is None else answered) - dialled,
        seconds=0.0 if begun is None else now - begun,
        **_agreed(receiving.agreement or (None if polled is None else polled.agreement)),
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
