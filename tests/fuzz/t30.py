# SPDX-License-Identifier: GPL-3.0-or-later
"""The target t30: what the other machine sends, as frames and images of a whole call, to each of our scripts.

The first octet says which script plays, with which terminal. Each further octet is an answer of the line; for frames,
its low bits are their number, and each frame is its length and its octets. Behind the input the line is silent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from faxcore.model.call import Outcome
from faxcore.model.page import Coding, Resolution, Width
from faxcore.model.sentence import Sentence
from faxcore.t30 import line as t30
from faxcore.t30.bits import Bits
from faxcore.t30.capabilities import PageInfo, Terminal, our_dis
from faxcore.t30.frames import FCF, Frame, is_final, pack_numbers, pack_selection, pack_station_id, parse_frame
from faxcore.t30.internet_address import pack_address
from faxcore.t30.polling_calling import poll
from faxcore.t30.receiver import answer
from faxcore.t30.selective import Selection
from faxcore.t30.sender import transmit
from faxcore.t30.transcript import format_reply, format_request, format_result
from tests.fuzz.bounds import Pieces, bounded

_MOST_REQUESTS: Final = 6000
"""Requests in which every call has to end."""
_PAGES: Final = [PageInfo(Width.A4, Resolution.FINE, 2286)] * 3
RECEIVE, SEND, POLL, OFFER = range(4)
PLAIN, GUARDED, JBIG, SHORT = 4, 8, 16, 32
_GARBLED, _LATE = 8, 16

WORDS: Final = tuple(bytes((5, 0xFF, 0xC8, fcf, 0, 0)) for fcf in FCF)


def check(data: bytes) -> None:
    """Run one input; AssertionError for what must not be."""
    with bounded():
        _play(Pieces(data))


def _play(pieces: Pieces) -> None:
    flags = pieces.octet()
    selection = Selection("12", "34", "56", "78") if flags & GUARDED else Selection()
    terminal = Terminal(
        "+33 1",
        error_correction=not flags & PLAIN,
        codings=tuple(Coding) if flags & JBIG else (Coding.MMR, Coding.MR, Coding.MH),
        frame_size=64 if flags & SHORT else 256,
        selection=selection,
        takes_sub_address=bool(flags & GUARDED),
    )
    scripts = {
        RECEIVE: lambda: answer(terminal),
        SEND: lambda: transmit(terminal, _PAGES, "5"),
        POLL: lambda: poll(terminal, "5"),
        OFFER: lambda: answer(terminal, _PAGES),
    }
    script: t30.Script[Any] = scripts[flags % 4]()
    line, reply, asked, hung_up = _Line(pieces), None, 0, 0
    while True:
        try:
            request = script.send(reply)
        except StopIteration as stop:
            end = stop.value
            break
        asked += 1
        hung_up += isinstance(request, t30.HangUp)
        assert asked < _MOST_REQUESTS, "the call does not end"
        reply = line.reply(request)
        told = (*format_request(request), *format_reply(request, reply))
        assert all(text.isprintable() for text in told), f"a transcript has {told}"
    assert hung_up == 1 and isinstance(request, t30.HangUp), "the call does not end on hook, once"
    assert format_result(end).isprintable()
    assert bool(end.reason) == (end.outcome is not Outcome.OK), f"{end.outcome}: {end.reason}"
    if flags % 4 != SEND:
        assert end.confirmed <= line.promised, "a page is confirmed that was not kept"


class _Line:
    """The line, as the input has it."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._now = 0.0
        self.promised = 0
        """Pages that were put on disk to be confirmed."""

    def reply(self, request: t30.Request) -> t30.Reply:
        self._now += 0.5
        match request:
            case t30.Listen():
                return self._heard(request)
            case t30.ReceiveTraining() | t30.ReceivePage() | t30.ReceiveBurst():
                return self._image(request)
            case t30.CodePage():
                return t30.Coded(self._now, bytes(700 * self._pieces.octet()))
            case t30.KeepPage():
                return self._kept(request)
            case t30.HangUp() | t30.Note() | t30.TakePages() | t30.TakeDocument():
                return t30.Done(self._now)
        if self._pieces.octet() == 0xFF:
            return t30.Lost(self._now, Outcome.LINE_LOST, Sentence("cut"))
        return t30.Done(self._now)

    def _heard(self, request: t30.Listen) -> t30.Reply:
        how = self._pieces.octet()
        if self._pieces.over or how & _LATE:
            self._now += request.seconds
        octets = [self._pieces.piece() for _ in range(how % 8)]
        parsed = [parse_frame(each) for each in octets]
        # As the line worker has it: what is not understood is told as octets only.
        frames = tuple(frame for frame in parsed if frame is not None)
        strange = bool(how & _GARBLED) or None in parsed or bool(octets and not is_final(octets[-1]))
        return t30.Heard(self._now, frames, strange, tuple(octets))

    def _image(self, request: t30.Request) -> t30.Reply:
        how = self._pieces.octet()
        if how < 3:
            return t30.NoCarrier(self._now, other=how == 1, silent=how == 2)
        match request:
            case t30.ReceiveTraining(modulation=modulation):
                bits = int(modulation.rate * 1.5)
                return t30.TrainingHeard(self._now, bits, bits * (how % 4) // 3, how)
            case t30.ReceivePage():
                return t30.PageHeard(self._now, 20 * how, how % 16 * 20, how % 64, bool(how & 1))
            case t30.ReceiveBurst(size=size):
                frames = {number: bytes(size) for number in range(0, how, 1 + how % 2)}
                return t30.BurstHeard(self._now, frames, rcp=how % 3 > 0)
        raise AssertionError(request)

    def _kept(self, request: t30.KeepPage) -> t30.Reply:
        how = self._pieces.octet()
        if how % 16 == 15 and not self._pieces.over:
            return t30.Keeping(self._now)
        stored = how % 16 != 14
        self.promised += stored and request.confirmed
        return t30.Kept(self._now, stored, 8 * how, how % 3, broken=how % 16 == 13)


def seeds() -> Iterator[tuple[str, bytes]]:
    """Calls that get somewhere, from each side."""
    dcs, plain = Bits.of(10, 15, 27, 31, at_11="0001", at_21="111"), Bits.of(10, 15, at_11="0001", at_21="111")
    tsi, sub = Frame(FCF.TSI, pack_station_id("+1 2"), x=True), Frame(FCF.SUB, pack_selection("12"), x=True)
    ira = Frame(FCF.IRA, pack_address("a@b.example"), x=True)
    pages = (FCF.MPS, FCF.EOM, FCF.EOP, FCF.PRI_EOP)
    ends = [Frame(FCF.PPS, bytes((fcf,)) + pack_numbers(page, 0, 19), x=True) for page, fcf in enumerate(pages)]
    dcn, odd = _carrier(Frame(FCF.DCN)), b"\x01\x05\xff\xc8\x99\x01\x02"
    for name, end in (("mps", FCF.MPS), ("eop", FCF.EOP), ("eom", FCF.EOM), ("crp", FCF.CRP), ("dcn", FCF.DCN)):
        body = b"\0" + _carrier(tsi, sub, ira, Frame(FCF.DCS, plain.octets, x=True)) + b"\x07" + b"\xc9"
        yield f"receive-plain-{name}", bytes((PLAIN,)) + body + _carrier(Frame(end, x=True)) + b"\xc8" * 9 + dcn
    for index, end in enumerate(ends):
        body = b"\0" + _carrier(tsi, Frame(FCF.DCS, dcs.octets, x=True)) + b"\x07" + b"\x15" + _carrier(end)
        yield f"receive-ecm-{index}", b"\0" + body + b"\xc8" * 5 + dcn
        yield f"receive-odd-{index}", bytes((GUARDED | JBIG,)) + b"\0" + odd + body[1:] + _carrier(ends[0]) * 3
    for name, command in (("ctc", Frame(FCF.CTC, b"\0\x66", x=True)), ("eor", Frame(FCF.EOR, b"\xf4", x=True))):
        body = b"\0" + _carrier(Frame(FCF.DCS, dcs.octets, x=True)) + b"\x07" + b"\x15" + _carrier(command) * 2
        yield f"receive-{name}", bytes((SHORT,)) + body + dcn
    yield from _seeds_of_callers()


def _seeds_of_callers() -> Iterator[tuple[str, bytes]]:
    csi, nsf = Frame(FCF.CSI, pack_station_id("+1 2")), Frame(FCF.NSF, b"\xb5\0\x01")
    for flags in (PLAIN, 0, GUARDED, JBIG | SHORT):
        dis = our_dis(Terminal(error_correction=not flags & PLAIN), offers_document=True)
        offered = b"\0" + _carrier(nsf, csi, Frame(FCF.DIS, dis.octets))
        answers = b"".join(_carrier(Frame(fcf)) + b"\0\0" for fcf in (FCF.CFR, FCF.MCF, FCF.MCF, FCF.RTN, FCF.RNR))
        yield f"send-{flags}", bytes((SEND | flags,)) + offered + answers
        unwelcome = (Frame(FCF.PPR, b"\xf0" * 32), Frame(FCF.FNV, b"\x81\x40"), Frame(FCF.CTR))
        wrong = b"".join(map(_carrier, unwelcome))
        yield f"send-wrong-{flags}", bytes((SEND | flags,)) + offered + b"\0" + _carrier(Frame(FCF.CFR)) + wrong * 2
        commands = _carrier(Frame(FCF.DCS, Bits.of(10, 15, at_11="0001", at_21="111").octets))
        yield f"poll-{flags}", bytes((POLL | flags,)) + offered + commands + b"\x07\xc9" + _carrier(Frame(FCF.EOP))
        fields = (Frame(FCF.PWD, pack_selection("34")), Frame(FCF.SEP, pack_selection("56")))
        dtc = _carrier(*fields, Frame(FCF.DTC, dis.octets))
        yield f"offer-{flags}", bytes((OFFER | flags,)) + b"\0" + dtc + answers


def _carrier(*frames: Frame) -> bytes:
    """A carrier with these frames, as an answer in an input."""
    octets = [frame.octets(final=frame is frames[-1]) for frame in frames]
    return bytes((len(octets),)) + b"".join(bytes((len(each),)) + each for each in octets)
