# SPDX-License-Identifier: GPL-3.0-or-later
"""Several documents in one call: EOM behind each but the last, and a confirmation of its own for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from faxcore.model.call import Outcome
from faxcore.model.page import Resolution, Width
from faxcore.t30 import line as t30
from faxcore.t30.capabilities import PageInfo, Terminal
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.receive_state import ReceiveState
from faxcore.t30.receiver import answer
from faxcore.t30.selective import Selection
from faxcore.t30.send_state import SendState
from faxcore.t30.sender import transmit, transmit_next
from tests.support.joined import End, Fault, Joined

FINE = PageInfo(Width.A4, Resolution.FINE, 1000)
STANDARD = PageInfo(Width.A4, Resolution.STANDARD, 500)
PLAIN = Terminal("plain", error_correction=False)


class InOneCall(Joined):
    """A call in which documents follow each other, each with its terminal."""

    def __init__(self, documents: Sequence[tuple[Terminal, Sequence[PageInfo]]], **changes: Any) -> None:
        super().__init__(documents[0][1], **changes)
        self.documents = documents
        self.under_way = 0
        self.caller = End(self._send_all(), "caller")

    def _send_all(self) -> t30.Script[list[SendState]]:
        terminal, pages = self.documents[0]
        states = [(yield from transmit(terminal, pages, "1"))]
        for terminal, pages in self.documents[1:]:
            if not states[-1].more or states[-1].outcome is not Outcome.OK:
                break
            self.under_way += 1
            states.append((yield from transmit_next(terminal, pages, states[-1])))
        return states

    def coded(self, page: int) -> bytes:
        return f"document {self.under_way} ".encode() + super().coded(page)

    def _reply(self, end: End) -> t30.Reply | None:
        reply = super()._reply(end)
        if end is self.caller and isinstance(end.request, t30.Note) and end.request.final:
            return t30.Done(end.now, more=self.under_way < len(self.documents) - 1)
        return reply


def of(*pages: int, terminal: Terminal | None = None) -> list[tuple[Terminal, list[PageInfo]]]:
    """Documents with so many pages each."""
    return [(terminal or Terminal("caller"), [FINE] * count) for count in pages]


def notes(call: Joined) -> list[str]:
    """What the owner of the call was told of confirmations."""
    told = [note for _time, note in call.caller.told]
    return ["final" if note.final else f"page {note.page}" for note in told if note.final or note.confirmed]


def run(call: InOneCall) -> tuple[list[SendState], ReceiveState]:
    sent: tuple[list[SendState], ReceiveState] = call.run()
    return sent


def came(received: ReceiveState) -> list[ReceiveState]:
    """The documents of a call at the end that was called."""
    return [*received.earlier, received]


@pytest.mark.parametrize("receiver", [Terminal("r"), PLAIN], ids=["ecm", "plain"])
def test_three_documents_go_out_in_one_call_each_with_its_confirmation(receiver: Terminal) -> None:
    call = InOneCall(of(2, 1, 2), receiver=receiver)
    sent, received = run(call)
    assert [(each.outcome, each.confirmed, each.more) for each in sent] == [
        (Outcome.OK, 2, True),
        (Outcome.OK, 1, True),
        (Outcome.OK, 2, False),
    ]
    assert received.complete
    assert [(each.outcome, each.confirmed, each.kept) for each in came(received)] == [
        (Outcome.OK, 2, 2),
        (Outcome.OK, 1, 1),
        (Outcome.OK, 2, 2),
    ]
    assert [len(pages) for pages in (*call.called.kept_before, call.called.kept)] == [2, 1, 2]
    assert notes(call) == ["page 1", "final", "page 2", "final", "page 1", "page 1", "final", "page 2"]
    commands = [name.removeprefix("PPS-") for name in call.caller.sent if name.endswith(("MPS", "EOM", "EOP"))]
    assert commands == ["MPS", "EOM", "EOM", "MPS", "EOP"]
    assert [data[:10] for data, _confirmed in call.called.all_kept] == [
        f"document {number}".encode() for number in (0, 0, 1, 2, 2)
    ]
    assert call.caller.sent.count("DCN") == 1


def test_the_page_counter_of_error_correction_goes_on_over_the_documents() -> None:
    sent, _received = run(InOneCall(of(2, 3)))
    assert [each.transmissions for each in sent] == [2, 5]


def test_each_document_has_its_own_format_and_sub_address() -> None:
    documents = [
        (Terminal("+33 1"), [FINE]),
        (Terminal("+33 1", selection=Selection(sub_address="42")), [STANDARD]),
        (Terminal("+33 1"), [FINE]),
    ]
    call = InOneCall(documents, receiver=Terminal("r", takes_sub_address=True))
    sent, received = run(call)
    assert [each.sub_address for each in came(received)] == ["", "42", ""]
    assert [each.remote_id for each in came(received)] == ["+33 1"] * 3
    assert [each.agreement.format.resolution for each in sent if each.agreement] == [
        Resolution.FINE,
        Resolution.STANDARD,
        Resolution.FINE,
    ]
    assert [name for name in call.caller.sent if "DCS" in name] == ["TSI DCS", "SUB TSI DCS", "TSI DCS"]


def test_each_document_is_let_in_by_its_own_password() -> None:
    right, wrong = (Terminal("caller", selection=Selection(password=said)) for said in ("7391", "666"))
    receiver = Terminal("r", selection=Selection(password="7391"))
    call = InOneCall([*of(1, 1, terminal=right), *of(1, terminal=wrong)], receiver=receiver)
    sent, received = run(call)
    assert [each.outcome for each in sent] == [Outcome.OK, Outcome.OK, Outcome.PASSWORD]
    assert not sent[2].not_begun
    assert [(each.outcome, each.confirmed) for each in came(received)] == [
        (Outcome.OK, 1),
        (Outcome.OK, 1),
        (Outcome.PASSWORD, 0),
    ]


def test_pages_of_another_width_go_on_with_the_document_before_them() -> None:
    """A machine changes between sheets of two sizes by EOM, too. To another sub-address they are another document."""
    wide = PageInfo(Width.A3, Resolution.FINE, 1000)
    call = Joined([FINE, wide, wide, FINE])
    _sent, received = call.run()
    assert (received.confirmed, received.earlier, list(call.called.kept)) == (4, [], [1, 2, 3, 4])
    other = Terminal("caller", selection=Selection(sub_address="42"))
    documents = [(Terminal("caller"), [FINE]), (other, [wide])]
    _all_sent, received = run(InOneCall(documents, receiver=Terminal("r", takes_sub_address=True)))
    assert [(each.confirmed, each.sub_address) for each in came(received)] == [(1, ""), (1, "42")]


def test_what_goes_wrong_in_a_document_is_no_fault_of_the_one_before() -> None:
    class CutOff(InOneCall):
        def spoils(self, request: t30.Request) -> Fault | None:
            return Fault.CUT if self.under_way and isinstance(request, t30.SendBurst) else None

    _sent, received = run(CutOff(of(2, 2)))
    assert [(each.outcome, each.confirmed, bool(each.reason)) for each in came(received)] == [
        (Outcome.OK, 2, False),
        (Outcome.LINE_LOST, 0, True),
    ]


def test_a_document_whose_second_behind_it_never_comes_is_called_incomplete() -> None:
    """It may have been one of two sizes of paper: then pages of it are missing."""
    call = Joined([FINE, STANDARD])
    call.spoils = lambda request: Fault.CUT if "PPS-EOM" in call.caller.sent and _is_dis(request) else None  # type: ignore[method-assign]
    _sent, received = call.run()
    assert (received.earlier, received.outcome, received.confirmed) == ([], Outcome.OK_PARTIAL, 1)


def _is_dis(request: t30.Request) -> bool:
    return isinstance(request, t30.SendFrames) and request.frames[-1].fcf is FCF.DIS


@pytest.mark.parametrize("selection", [Selection(sub_address="42"), Selection(password="7391")])
def test_a_document_that_the_other_end_cannot_take_touches_none_before_it(selection: Selection) -> None:
    wanted = Terminal("caller", selection=selection)
    sent, received = run(InOneCall([*of(1), *of(1, terminal=wanted)]))
    assert [each.outcome for each in sent] == [Outcome.OK, Outcome.INCOMPATIBLE]
    assert not sent[1].not_begun
    assert received.confirmed == 1


def takes_one(politely: bool) -> t30.Script[ReceiveState]:
    """An other end that hangs up as soon as it has confirmed an EOM: with DCN, or without a word."""
    receiving = answer(Terminal("r"))
    request, told = next(receiving), False
    while True:
        reply = yield request
        if isinstance(reply, t30.Heard):
            told = told or any(frame.name == "PPS-EOM" for frame in reply.frames)
        if told and isinstance(request, t30.SendFrames) and request.frames[-1].fcf is FCF.MCF:
            if politely:
                yield t30.SendFrames((Frame(FCF.DCN),))
            yield t30.HangUp()
            return ReceiveState()
        request = receiving.send(reply)


@pytest.mark.parametrize("politely", [True, False], ids=["DCN", "gone"])
def test_an_other_end_that_takes_one_document_a_call_has_that_one(politely: bool) -> None:
    call = InOneCall(of(2, 1))
    call.called = End(takes_one(politely), "called")
    sent, _received = run(call)
    assert (sent[0].outcome, sent[0].confirmed) == (Outcome.OK, 2)
    assert sent[1].not_begun
    assert (sent[1].sent, sent[1].confirmed, sent[1].agreement) == (0, 0, None)
    assert str(sent[1].reason) == "The other fax machine did not go on to another fax in the same call."


def test_a_document_whose_eom_is_never_answered_is_in_doubt_and_the_next_is_not_begun() -> None:
    class Silent(InOneCall):
        def spoils(self, request: t30.Request) -> Fault | None:
            silent = isinstance(request, t30.SendFrames) and "PPS-EOM" in self.caller.sent
            return Fault.LOSE if silent else None

    sent, _received = run(Silent(of(1, 1)))
    assert [(each.outcome, each.more) for each in sent] == [(Outcome.UNCONFIRMED, True)]


def test_a_page_given_up_ends_the_call_behind_its_document() -> None:
    """EOM is not asked for a document that did not get through whole."""

    class Bad(InOneCall):
        def spoils(self, request: t30.Request) -> Fault | None:
            return Fault.GARBLE if isinstance(request, t30.SendBurst) else None

    sent, _received = run(Bad(of(2, 1)))
    assert len(sent) == 1 and sent[0].outcome is Outcome.CANNOT_TRAIN
    assert not sent[0].more


def test_whatever_signal_is_lost_no_document_counts_that_is_not_there() -> None:
    total = InOneCall(of(1, 1, 1))
    run(total)
    for lost in range(total.signals):
        for fault in (Fault.LOSE, Fault.GARBLE, Fault.CUT, Fault.DOUBLE):
            call = InOneCall(of(1, 1, 1), faults={lost: fault})
            sent, received = run(call)
            there = sum(each.outcome is Outcome.OK for each in sent)
            assert there <= sum(each.confirmed for each in came(received)), (lost, fault, call.log)
            assert all(each.outcome is Outcome.OK for each in sent[:-1]), "a document is begun behind a good one only"
