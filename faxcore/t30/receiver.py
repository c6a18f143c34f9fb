# SPDX-License-Identifier: GPL-3.0-or-later
"""The receiving terminal: phases A to E of T.30, page by page.

`answer` is a whole incoming call; a caller that polls uses `receive_documents` (faxcore/t30/polling_calling.py). A page
is confirmed (MCF, RTP) only when the line says that it is on disk. However the call ends, its state is in a
`ReceiveState`; pages confirmed so far stay valid when it breaks off.

EOM ends a document, or only the pages of one format in it: T.30 has one command for both, and what follows tells
(`begins_document`). Each document of an incoming call has a state of its own; what a caller fetches is one document.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from faxcore.model.call import Outcome
from faxcore.t30 import post_message
from faxcore.t30.bits import Bits
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import Agreement, OfferedDocument, PageInfo, Terminal, our_dis, read_dcs, read_width
from faxcore.t30.dialogue import check_duration, disconnect, hear_answer, make_carrier
from faxcore.t30.ecm_receiver import receive_corrected_page
from faxcore.t30.frames import FCF, Frame, pack_station_id, unpack_station_id
from faxcore.t30.limits import (
    FAIR,
    FULL_MM,
    LAST_SECONDS,
    POOR,
    T1,
    T2,
    TRAINING_ONES,
    TRAINING_RUN,
    TRAINING_RUN_CORRECTED,
    TRAINING_SECONDS,
    TRAINING_WAIT,
    TRIES,
    WORST_RUN,
)
from faxcore.t30.line import (
    NoCarrier,
    Note,
    PageHeard,
    PickUp,
    ReceivePage,
    ReceiveTraining,
    Script,
    TrainingHeard,
    do,
    listen,
    perform,
)
from faxcore.t30.page_storage import keep_page, keep_partial_page
from faxcore.t30.polling_called import refuse_fields, send_to_caller
from faxcore.t30.receive_state import (
    ReceiveState,
    begin_next_document,
    command_key,
    count_page,
    find_page_end,
    is_repeat,
    judge_document,
    next_command,
    respond,
    respond_again,
    send_repeatable,
)
from faxcore.t30.receive_terms import ReceiveTerms
from faxcore.t30.repeated_command import is_in_time
from faxcore.t30.selective import Selection, find_wrong_fields, make_our_refusal, read_selection


def answer(
    terminal: Terminal,
    offered: Sequence[PageInfo] = (),
    documents: Sequence[OfferedDocument] = (),
    receiving: ReceiveState | None = None,
) -> Script[ReceiveState]:
    """Play a whole incoming call: pick up, receive, hang up. Never raises CallFailed. `offered` is a document that the
    caller may poll, with the fields that the terminal wants of everybody; or there are several, each with its own,
    which concern nobody who sends. `receiving` is the state of the call, for whoever looks at it meanwhile.
    """
    receiving = receiving or ReceiveState()
    yield from conclude(receiving, _answer(terminal, offered, documents, receiving))
    return receiving


def _answer(
    terminal: Terminal, offered: Sequence[PageInfo], documents: Sequence[OfferedDocument], receiving: ReceiveState
) -> Script[None]:
    receiving.answered_at = receiving.begun_at = yield from do(PickUp())
    receiving.phase = "B"
    dis = our_dis(terminal, bool(offered), documents)
    polled = yield from receive_documents(
        terminal.selection, dis, lambda: identify(terminal, dis, receiving), receiving, apart=True
    )
    if polled:
        yield from send_to_caller(polled, terminal, offered, receiving, documents)


def conclude(receiving: ReceiveState, call: Script[None]) -> Script[None]:
    """Play a call to its end, and hang up: with DCN if it failed, or if we were the sender."""
    try:
        yield from call
    except CallFailed as failure:
        if not receiving.complete:
            receiving.outcome, receiving.reason = failure.outcome, failure.reason
            if receiving.polled is not None:
                receiving.phase = receiving.polled.phase
            if receiving.confirmed and failure.outcome is not Outcome.LOCAL_ABORT:
                receiving.outcome = Outcome.OK_PARTIAL
        polite = receiving.answered_at is not None and not receiving.complete
        yield from disconnect(polite and not failure.hung_up)
    else:
        yield from disconnect(receiving.polled is not None)
    judge_document(receiving)


def receive_documents(
    wanted: Selection,
    ours: Bits,
    begin: Callable[[], Script[tuple[Frame, ...]]],
    receiving: ReceiveState,
    apart: bool = False,
) -> Script[tuple[Frame, ...]]:
    """Receive all the documents of a call (phases B to D), `apart` or as one; EOM leads back to phase B. Returns ()
    after the last, or the DTC of a caller that wants a document of ours instead.

    `wanted` holds the fields that a sender must send, `ours` is the DIS or DTC that a DCS must keep to, and `begin`
    sends it until it is answered.
    """
    command = yield from begin()
    while command[-1].fcf is FCF.DCS:
        receiving.phase = "B"
        terms = yield from train(command, ours, wanted, receiving)
        command = yield from receive_pages(terms, receiving)
        match post_message.COMMANDS.get(command[-1].fcf):
            case FCF.EOP:
                receiving.complete = True
                yield from hear_dcn(receiving)
                return ()
            case FCF.EOM:
                receiving.phase = "B"
                command = (yield from await_next_document(receiving)) or (yield from begin())
                if apart and begins_document(command, terms.agreement, receiving):
                    yield from begin_next_document(receiving)
    return command


def begins_document(command: tuple[Frame, ...], before: Agreement, receiving: ReceiveState) -> bool:
    """Return whether the command behind an EOM begins another document. A machine that sends sheets of different widths
    in one document changes between them by EOM, too: pages of another width than `before` from the same
    sender to the same sub-address go on with the document. Anything else is no reason to end the pages of one.
    """
    dcs = Bits.parse(command[-1].fif)
    if command[-1].fcf is not FCF.DCS or dcs is None:
        return True
    senders = [unpack_station_id(frame.fif) for frame in command if frame.fcf is FCF.TSI] or [receiving.remote_id]
    same = (senders[-1], read_selection(command).sub_address) == (receiving.remote_id, receiving.sub_address)
    return not same or read_width(dcs) is before.format.width


def await_next_document(receiving: ReceiveState) -> Script[tuple[Frame, ...]]:
    """Wait after an answered EOM: phase B begins when T2 has passed (T.30, 5.4.3.1), and a repeated EOM is answered
    again. Returns the DCS or DTC of a sender that does not wait for that, or ().
    """
    for _ in range(TRIES):
        heard = yield from listen(T2)
        match heard.frames:
            case [*_, Frame(FCF.DCS | FCF.DTC)]:
                return heard.frames
            case [*_, Frame(FCF.DCN)]:
                raise CallFailed(Outcome.REMOTE_DCN, "The other fax machine ended the call between two documents.")
            case [*_, last] if last.fcf is FCF.CRP or is_repeat(receiving, last):
                yield from respond_again(receiving)
            case [] if not heard.garbled:
                break
    return ()


def identify(terminal: Terminal, dis: Bits, receiving: ReceiveState) -> Script[tuple[Frame, ...]]:
    """Send CSI and DIS every T4 (phase B, called) until a DCS or DTC comes, or T1 is over."""
    csi = (Frame(FCF.CSI, pack_station_id(terminal.station_id)),) if terminal.station_id else ()
    ours = make_carrier(*csi, Frame(FCF.DIS, dis.octets))
    now = yield from do(Note(state="negotiating"))
    deadline = now + T1
    while now < deadline:
        yield from send_repeatable(receiving, ours)
        heard = yield from hear_answer(FCF.DIS)
        now = heard.now
        match heard.frames:
            case [*_, Frame(FCF.DCS | FCF.DTC)]:
                return heard.frames
            case [*_, Frame(FCF.DCN)]:
                raise CallFailed(Outcome.REMOTE_DCN, "The other fax machine ended the call before it sent anything.")
    raise CallFailed(Outcome.NO_FAX, "The caller was not a fax machine, or sent nothing.")


def train(command: tuple[Frame, ...], ours: Bits, wanted: Selection, receiving: ReceiveState) -> Script[ReceiveTerms]:
    """Receive the training check that follows a DCS, until one is good enough for CFR (phase B, connector F); returns
    what is agreed then. A sender whose fields are wrong gets no CFR, but FNV, or DCN.
    """
    refusals = 0
    while True:
        agreement = yield from _read_dcs(command, ours, wanted, receiving)
        wrong = find_wrong_fields(wanted, command)
        heard = yield from perform(ReceiveTraining(agreement.modulation, TRAINING_WAIT))
        if wrong and not _heard_command_instead(heard):
            refusals += 1
            if refusals == TRIES:
                raise make_our_refusal(wrong)
            command = yield from refuse_fields(wrong, command[-1], FCF.DCS, receiving)
            continue
        if is_good_training(heard, agreement):
            yield from respond(receiving, Frame(FCF.CFR))
            yield from do(Note(state="page", page=receiving.next_page))
            return ReceiveTerms(agreement, ours)
        # A sender that is already sending repeats its DCS: FTT would only collide with that.
        if not _heard_command_instead(heard):
            yield from respond(receiving, Frame(FCF.FTT))
        command = yield from next_command(receiving)
        while command[-1].fcf is not FCF.DCS:
            command = yield from next_command(receiving)


def _heard_command_instead(heard: object) -> bool:
    """Return whether a command was heard in place of the image carrier."""
    return isinstance(heard, NoCarrier) and heard.other


def _read_dcs(command: tuple[Frame, ...], ours: Bits, wanted: Selection, receiving: ReceiveState) -> Script[Agreement]:
    """Read a DCS and the frames before it: the sender, the recipient and the agreement."""
    for frame in command:
        if frame.fcf is FCF.TSI:
            receiving.remote_id = unpack_station_id(frame.fif)
    said = read_selection(command)
    receiving.sub_address = said.sub_address
    receiving.sender_id = "" if wanted.password else said.password
    dcs = Bits.parse(command[-1].fif)
    if dcs is None:
        raise CallFailed(Outcome.PROTOCOL, "The other fax machine sent a DCS that is too short.")
    receiving.agreement = agreement = read_dcs(dcs, ours)
    receiving.confirmed_block = b""
    told = Note(
        state="training",
        remote_id=receiving.remote_id,
        rate=agreement.modulation.rate,
        sub_address=receiving.sub_address,
    )
    yield from do(told)
    return agreement


def is_good_training(heard: object, agreement: Agreement) -> bool:
    """Return whether a training check was good enough for CFR."""
    if not isinstance(heard, TrainingHeard) or not heard.bits:
        return False
    share = TRAINING_RUN_CORRECTED if agreement.error_correction else TRAINING_RUN
    least = share * TRAINING_SECONDS * agreement.modulation.rate
    return heard.zero_run >= least and heard.ones < TRAINING_ONES * heard.bits


def receive_pages(terms: ReceiveTerms, receiving: ReceiveState) -> Script[tuple[Frame, ...]]:
    """Receive the pages that follow each other by MPS (phases C and D); returns the command that ended the last, once
    it is answered, or a new DCS.
    """
    while True:
        check_duration(receiving.answered_at, receiving.responded_at)
        receiving.phase = "C"
        if terms.agreement.error_correction:
            command, terms = yield from receive_corrected_page(terms, receiving)
        else:
            command = yield from receive_plain_page(terms, receiving)
        if post_message.COMMANDS.get(command[-1].fcf) is not FCF.MPS:
            return command


def receive_plain_page(terms: ReceiveTerms, receiving: ReceiveState) -> Script[tuple[Frame, ...]]:
    """Receive a page without error correction, and answer according to its quality.

    A post-message command without a page is either a repeat (our answer was lost) or the page was lost (RTN). Only time
    tells them apart (faxcore/t30/repeated_command.py).
    """
    agreement = terms.agreement
    while True:
        request = ReceivePage(agreement.modulation, agreement.format, T2, terms.short_training)
        heard = yield from perform(request)
        receiving.phase = "D" if isinstance(heard, PageHeard) else "C"
        over = find_page_end(heard)
        try:
            command = yield from next_command(receiving, terms.find_command_wait(heard) if over is None else T2, over)
        except CallFailed:
            if isinstance(heard, PageHeard) and heard.rows:
                yield from keep_partial_page(agreement, None, receiving)
            raise
        last = command[-1]
        if last.fcf is FCF.DCS:
            return command
        if last.fcf not in post_message.COMMANDS:
            continue
        if isinstance(heard, PageHeard):
            answer = yield from judge_page(heard, last, agreement, receiving)
            yield from respond(receiving, Frame(answer), command_key(last))
        elif is_repeat(receiving, last) and is_in_time(
            agreement, receiving.responded_at, heard.now, receiving.heard_at
        ):
            yield from respond_again(receiving)
            continue
        else:
            answer = FCF.RTN
            yield from respond(receiving, Frame(answer), command_key(last))
        if post_message.COMMANDS[last.fcf] in post_message.CONFIRMS[answer]:
            return command


def judge_page(heard: PageHeard, command: Frame, agreement: Agreement, receiving: ReceiveState) -> Script[FCF]:
    """Keep a page and judge its quality: MCF, RTP, or RTN, with which it is kept unconfirmed (T.30, 5.3.6.1.7).
    `command` is the post-message command after it.
    """
    share = heard.bad_rows / heard.rows if heard.rows else 1.0
    whole = heard.rtc or heard.rows >= FULL_MM * agreement.format.resolution.rows_per_mm
    accepted = whole and share <= POOR and heard.worst_run < WORST_RUN and heard.rows > 0
    kept = yield from keep_page(agreement, None, accepted, command, receiving)
    if not accepted:
        return FCF.RTN
    yield from count_page(receiving, kept)
    return FCF.MCF if share <= FAIR else FCF.RTP


def hear_dcn(receiving: ReceiveState) -> Script[None]:
    """Wait for DCN after our confirmation of EOP (phase E). A repeated command is confirmed again, until DCN or silence
    ends the call.
    """
    while True:
        command = yield from next_command(receiving, LAST_SECONDS)
        if is_repeat(receiving, command[-1]):
            yield from respond_again(receiving)
