# SPDX-License-Identifier: GPL-3.0-or-later
"""The transmitting terminal: phases A to E of T.30, page by page.

`transmit` is a whole outgoing call, unless the owner of the call has another document to follow in it: then EOM behind
the last page leads back to phase B, and `transmit_next` goes on from there. Each document has a state and a
confirmation of its own. A terminal that is polled uses `send_pages` (faxcore/t30/polling_called.py).
However the call ends, its state is in a `SendState`: pages are confirmed only by an answer that says so, and if the
answer to the very last page has been lost, the outcome is UNCONFIRMED, neither success nor failure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from faxcore.model.call import Outcome
from faxcore.model.paper import Paper
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import NO_OTHERS, Offer, PageInfo, Terminal, choose_pages
from faxcore.t30.dialogue import check_duration, disconnect
from faxcore.t30.ecm_sender import send_corrected_page
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.identification import hear_offer
from faxcore.t30.limits import RESENDS, T1
from faxcore.t30.line import Coded, CodePage, Dial, Note, Script, SendPage, TakePages, do, expect, play_as_caller
from faxcore.t30.post_message import ANSWERS, BEGUN_AGAIN, PageFate
from faxcore.t30.send_state import (
    SendState,
    announce_end,
    confirm,
    make_unexpected_answer,
)
from faxcore.t30.send_terms import SendTerms
from faxcore.t30.send_training import begin_document, train_again

NOT_GONE_ON = (Outcome.REMOTE_DCN, Outcome.TIMEOUT, Outcome.LINE_LOST)
"""Ends of a call, in place of a DIS after EOM, of an other end that takes one document a call."""


def transmit(
    terminal: Terminal,
    pages: Sequence[PageInfo],
    number: str,
    first_page: int = 1,
    shorter: Mapping[Paper, Sequence[PageInfo]] = NO_OTHERS,
) -> Script[SendState]:
    """Play a whole outgoing call: dial, send the pages from `first_page` (1 = first) to the last, hang up. Never raises
    CallFailed. `shorter` are the same pages as they were made for shorter paper, if there are any. The line is left as
    it is if another document is to follow (`SendState.more`, and OK).
    """
    sending = SendState(confirmed=first_page - 1, done=first_page - 1, pages=len(pages))
    yield from play_as_caller(_send(_reach(number, sending), terminal, pages, shorter, sending))
    return sending


def transmit_next(
    terminal: Terminal,
    pages: Sequence[PageInfo],
    before: SendState,
    first_page: int = 1,
    shorter: Mapping[Paper, Sequence[PageInfo]] = NO_OTHERS,
) -> Script[SendState]:
    """Send another document in the call in which the one before was confirmed behind its EOM; else as `transmit`."""
    sending = SendState(
        confirmed=first_page - 1,
        done=first_page - 1,
        pages=len(pages),
        transmissions=before.transmissions,
        remote_id=before.remote_id,
        connected_at=before.connected_at,
    )
    yield from play_as_caller(_send(_go_on(sending), terminal, pages, shorter, sending))
    return sending


def _send(
    begin: Script[Offer],
    terminal: Terminal,
    pages: Sequence[PageInfo],
    shorter: Mapping[Paper, Sequence[PageInfo]],
    sending: SendState,
) -> Script[None]:
    try:
        offer = yield from begin
        pages = yield from _choose_pages(offer, pages, shorter, sending)
        yield from send_pages(terminal, offer, pages, sending)
    except CallFailed as failure:
        sending.outcome, sending.reason = failure.outcome, failure.reason
        connected = sending.answered_at is not None
        yield from disconnect(connected and not failure.hung_up)
    else:
        if not sending.more:
            yield from disconnect(True)


def _reach(number: str, sending: SendState) -> Script[Offer]:
    """Dial, and hear what the other end can (phases A and B)."""
    answered = yield from do(Dial(number))
    sending.answered_at = sending.connected_at = answered
    sending.phase = "B"
    sending.remote_id, offer = yield from hear_offer(answered + T1)
    return offer


def _go_on(sending: SendState) -> Script[Offer]:
    """Hear again what the other end can, after an EOM that it has confirmed (phase B)."""
    sending.answered_at = yield from do(Note(state="negotiating"))
    sending.phase = "B"
    try:
        sending.remote_id, offer = yield from hear_offer(sending.answered_at + T1, sending.remote_id, after_eom=True)
    except CallFailed as failure:
        sending.not_begun = failure.outcome in NOT_GONE_ON
        if not sending.not_begun:
            raise
        ended = CallFailed(failure.outcome, "The other fax machine did not go on to another fax in the same call.")
        ended.hung_up = failure.hung_up
        raise ended from failure
    return offer


def _choose_pages(
    offer: Offer, pages: Sequence[PageInfo], shorter: Mapping[Paper, Sequence[PageInfo]], sending: SendState
) -> Script[Sequence[PageInfo]]:
    """Choose the pages that the other end can print, before the first goes out, and have that written down."""
    sending.paper = offer.paper
    chosen = choose_pages(offer, pages, shorter, sending.done + 1)
    if chosen is None:
        return pages
    others = shorter[chosen]
    sending.pages, sending.shortened = len(others), chosen
    yield from do(TakePages(chosen, len(others)))
    yield from do(Note(page=len(others), shortened=chosen))
    return others


def send_pages(terminal: Terminal, offer: Offer, pages: Sequence[PageInfo], sending: SendState) -> Script[None]:
    """Send the pages (phases B to D): pages of one geometry follow each other by MPS; after a change of geometry, EOM
    leads back to phase B.
    """
    terms = yield from begin_document(terminal, offer, pages, sending)
    resends = 0
    while True:
        number = sending.done + 1
        command = _command_after(number, pages)
        answer, terms = yield from _send_page(number, command, terms, sending)
        meaning = ANSWERS.get(answer.fcf)
        if meaning is None:
            raise make_unexpected_answer(answer, number)
        match meaning.fate:
            case PageFate.AGAIN if resends < _most_resends(answer, command, terminal):
                resends += 1
            case PageFate.AGAIN | PageFate.REFUSED:
                raise _make_page_refusal(number, answer)
            case PageFate.CONFIRMED | PageFate.GIVEN_UP:
                resends = 0
                yield from _count_page(number, meaning.fate, sending)
                if command is FCF.EOP:
                    return check_complete(sending)
                if command is FCF.EOM:
                    terms = yield from _begin_next_format(terminal, pages, sending)
                    continue
        if meaning.trains:
            terms = yield from train_again(terminal, answer, terms, pages, sending)


def _most_resends(answer: Frame, command: FCF, terminal: Terminal) -> int:
    """Return how often a page is sent again at most; the terminal may want a refused last page not to be."""
    last_refused = answer.fcf is FCF.RTN and command is FCF.EOP
    return 0 if last_refused and not terminal.resend_last_page else RESENDS


def _begin_next_format(terminal: Terminal, pages: Sequence[PageInfo], sending: SendState) -> Script[SendTerms]:
    """Begin phase B again, behind EOM, for pages of another geometry."""
    sending.phase = "B"
    now = yield from do(Note(state="negotiating"))
    heard = yield from hear_offer(now + T1, sending.remote_id, polled=sending.is_polled, after_eom=True)
    sending.remote_id, offer = heard
    return (yield from begin_document(terminal, offer, pages, sending))


def _count_page(number: int, fate: PageFate, sending: SendState) -> Script[None]:
    """Count page `number` as finished, confirmed or given up. CallFailed if the one before it was given up too."""
    sending.done = number
    if fate is PageFate.GIVEN_UP:
        sending.incomplete += 1
        if sending.given_up == number - 1 > 0:
            check_complete(sending)
        sending.given_up = number
    if not sending.incomplete:
        sending.confirmed = number
        yield from do(Note(page=number, confirmed=True))


def check_complete(sending: SendState) -> None:
    """Raise CallFailed if pages were given up because the line was too bad."""
    if sending.incomplete:
        arrived = sending.done > sending.incomplete
        raise CallFailed(
            Outcome.OK_PARTIAL if arrived else Outcome.CANNOT_TRAIN,
            "The line is too bad: a page could not be sent even at the lowest speed.",
        )


def _command_after(number: int, pages: Sequence[PageInfo]) -> FCF:
    """Return the post-message command after page `number`: EOP, MPS, or EOM if the next page has another geometry."""
    if number == len(pages):
        return FCF.EOP
    here, there = pages[number - 1], pages[number]
    same = (here.width, here.resolution) == (there.width, there.resolution)
    return FCF.MPS if same else FCF.EOM


def _send_page(number: int, command: FCF, terms: SendTerms, sending: SendState) -> Script[tuple[Frame, SendTerms]]:
    """Send one page (phases C and D); returns the answer to its post-message command, and the terms after it."""
    agreement = terms.agreement
    sending.page, sending.phase = number, "C"
    coded = yield from expect(CodePage(number, agreement.format, agreement.min_row_bits), Coded)
    sending.coded[number] = len(coded.data)
    rate, corrected = agreement.modulation.rate, agreement.error_correction
    now = yield from do(Note("page", number, rate=rate, error_correction=corrected, octets=len(coded.data)))
    check_duration(sending.connected_at, now)
    if agreement.error_correction:
        counter = sending.transmissions % 256
        answer, terms = yield from send_corrected_page(coded.data, command, counter, terms, sending)
        if answer.fcf not in BEGUN_AGAIN:  # after which the other end still waits for this number
            sending.transmissions += 1
        return answer, terms
    modulation = agreement.modulation
    yield from do(SendPage(modulation, coded.data, short=modulation.short_training))
    asked = (yield from announce_end(command, sending)) or command
    return (yield from confirm(Frame(asked), sending)), terms


def _make_page_refusal(number: int, answer: Frame) -> CallFailed:
    if answer.fcf in (FCF.RTN, FCF.PIN):
        return CallFailed(Outcome.REJECTED, "The other fax machine could not read page {page}.", page=number)
    return make_unexpected_answer(answer, number)
