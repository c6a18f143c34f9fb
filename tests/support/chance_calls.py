# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls on a line that answers by chance, each from a seed: what must be so of every one of them, for each of the four
scripts (send, answer, answer with a document to fetch, fetch).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from faxcore.model.call import Outcome
from faxcore.model.page import Coding, Resolution, Width
from faxcore.model.sentence import Sentence
from faxcore.t30 import line as t30
from faxcore.t30.bits import Bits
from faxcore.t30.capabilities import PageInfo, Terminal, our_dis
from faxcore.t30.frames import FCF, WITHOUT_X, Frame, pack_numbers, pack_selection
from faxcore.t30.polling_calling import poll
from faxcore.t30.receiver import answer
from faxcore.t30.selective import Selection
from faxcore.t30.sender import transmit

FINE = PageInfo(Width.A4, Resolution.FINE, 2286)
LONGEST = 6_000
"""Requests in which every call has to end."""
DCS = Bits.of(10, 15, 27, 31, at_11="0001", at_21="111").octets
PLAIN_DCS = Bits.of(10, 15, at_11="0001", at_21="111").octets


class AnyLine:
    """A line that answers by chance. `likely` frames come more often than others, so that calls get somewhere."""

    def __init__(self, seed: int, likely: list[Frame]) -> None:
        self.chance = random.Random(seed)
        self.likely = likely
        self.now = 0.0

    def reply(self, request: t30.Request) -> t30.Reply:
        chance = self.chance.random()
        self.now += chance
        if chance < 0.003 and not isinstance(
            request, t30.Note | t30.CodePage | t30.TakePages | t30.TakeDocument | t30.KeepPage
        ):
            return self.chance.choice([t30.Lost(self.now, Outcome.LINE_LOST, Sentence("cut")), t30.Cancelled(self.now)])
        match request:
            case t30.Listen():
                return self._heard(request)
            case t30.CodePage():
                return t30.Coded(self.now, bytes(self.chance.choice([0, 100, 20_000, 140_000])))
            case t30.KeepPage():
                if self.chance.random() < 0.2:
                    return t30.Keeping(self.now)
                rows = self.chance.choice([0, 2000])
                return t30.Kept(self.now, chance < 0.95, rows, 0, broken=self.chance.random() < 0.1)
            case t30.ReceiveTraining() | t30.ReceivePage() | t30.ReceiveBurst():
                return self._image(request)
        return t30.Done(self.now)

    def _heard(self, request: t30.Listen) -> t30.Reply:
        kind = self.chance.random()
        if kind < 0.1:
            self.now += request.seconds
            return t30.Heard(self.now)
        if kind < 0.2:
            return t30.Heard(self.now, garbled=True)
        if kind < 0.9:
            return t30.Heard(self.now, (self.chance.choice(self.likely),))
        fif = self.chance.randbytes(self.chance.choice([0, 1, 2, 3, 4, 20, 32]))
        return t30.Heard(self.now, (Frame(self.chance.choice(list(FCF)), fif, self.chance.random() < 0.5),))

    def _image(self, request: t30.Request) -> t30.Reply:
        if self.chance.random() < 0.2:
            other = self.chance.random() < 0.7
            return t30.NoCarrier(self.now, other, silent=not other and self.chance.random() < 0.5)
        match request:
            case t30.ReceiveTraining(modulation=modulation):
                bits = int(modulation.rate * 1.5)
                return t30.TrainingHeard(self.now, bits, self.chance.choice([0, bits]), 0)
            case t30.ReceivePage():
                return t30.PageHeard(
                    self.now, self.chance.choice([0, 300, 2286]), self.chance.choice([0, 200]), 0, True
                )
            case t30.ReceiveBurst(size=size):
                count = self.chance.choice([0, 5, 20, 256])
                frames = {number: bytes(size) for number in range(count)}
                return t30.BurstHeard(self.now, frames, rcp=self.chance.random() < 0.7)
        raise AssertionError(request)


def play(script: t30.Script[Any], reply: Callable[[t30.Request], t30.Reply]) -> tuple[Any, list[t30.Request]]:
    asked: list[t30.Request] = []
    answer: t30.Reply | None = None
    while True:
        try:
            request = script.send(answer)
        except StopIteration as stop:
            return stop.value, asked
        asked.append(request)
        assert len(asked) < LONGEST, "the call does not end"
        answer = reply(request)


ANSWERS = [
    *(
        Frame(fcf)
        for fcf in (
            FCF.CFR,
            FCF.CFR,
            FCF.MCF,
            FCF.MCF,
            FCF.FTT,
            FCF.RTN,
            FCF.RTP,
            FCF.RNR,
            FCF.CTR,
            FCF.ERR,
            FCF.PIP,
            FCF.CRP,
        )
    ),
    *(Frame(FCF.DIS, our_dis(Terminal(error_correction=ecm)).octets) for ecm in (True, False)),
    *(Frame(FCF.PPR, octets) for octets in (b"\xff" * 32, b"\x01" + bytes(31), b"")),
]
COMMANDS = [
    *(Frame(FCF.DCS, octets, x=True) for octets in (DCS, PLAIN_DCS, DCS[:2])),
    *(Frame(fcf, x=True) for fcf in (FCF.MPS, FCF.EOP, FCF.EOM, FCF.PRI_MPS, FCF.CRP, FCF.RR)),
    *(Frame(FCF.EOR, octets, x=True) for octets in (b"\0", b"\xf2", b"\xf4", b"")),
    *(Frame(FCF.CTC, octets, x=True) for octets in (b"\0\x66", b"")),
    *(
        Frame(FCF.PPS, bytes((fcf2,)) + pack_numbers(page, block, last), x=True)
        for fcf2 in (0, 0xF2, 0xF4, 0xF1)
        for page, block, last in ((0, 0, 4), (0, 0, 19), (1, 0, 4), (0, 1, 19), (0, 0, 255))
    ),
]
DTC = Frame(FCF.DTC, our_dis(Terminal()).octets)
PASSWORD = Frame(FCF.PWD, pack_selection("1"))
OFFER = Frame(FCF.DIS, our_dis(Terminal(), offers_document=True).octets)


def send(seed: int, pages: int, ecm: bool) -> None:
    """A call out ends, and confirms no page without an answer."""
    line = AnyLine(seed, ANSWERS)
    sending, asked = play(transmit(Terminal("1", ecm), [FINE] * pages, "5"), line.reply)
    notes = [request for request in asked if isinstance(request, t30.Note) and request.confirmed]
    assert isinstance(asked[-1], t30.HangUp)
    assert sum(isinstance(request, t30.HangUp) for request in asked) == 1
    assert sending.confirmed == len(notes) <= pages
    assert (sending.outcome is Outcome.OK) == (sending.confirmed == pages)
    assert bool(sending.reason) == (sending.outcome is not Outcome.OK)


def receive(seed: int, ecm: bool, codings: tuple[Coding, ...]) -> None:
    """A call in ends, and confirms only what was kept."""
    line = AnyLine(seed, COMMANDS)
    promised: list[int] = []

    def reply(request: t30.Request) -> t30.Reply:
        said = line.reply(request)
        if isinstance(said, t30.Kept) and isinstance(request, t30.KeepPage) and request.confirmed and said.stored:
            promised.append(request.page)
        return said

    receiving, asked = play(answer(Terminal("1", ecm, codings)), reply)
    assert isinstance(asked[-1], t30.HangUp)
    assert receiving.confirmed <= len(promised)
    assert receiving.kept >= receiving.confirmed
    assert bool(receiving.reason) == (receiving.outcome is not Outcome.OK)


def offer(seed: int, password: bool, pages: int) -> None:
    """A terminal that may be polled ends its call, and says no command."""
    line = AnyLine(seed, [*ANSWERS, *COMMANDS, DTC, DTC, PASSWORD])
    terminal = Terminal("1", selection=Selection(password="1") if password else Selection())
    receiving, asked = play(answer(terminal, [FINE] * pages), line.reply)
    assert isinstance(asked[-1], t30.HangUp)
    assert sum(isinstance(request, t30.HangUp) for request in asked) == 1
    assert bool(receiving.reason) == (receiving.outcome is not Outcome.OK)
    if receiving.polled is not None and receiving.outcome is Outcome.OK:
        assert receiving.polled.confirmed == pages
    for request in asked:
        if isinstance(request, t30.SendFrames):
            assert not any(frame.x for frame in request.frames)


def fetch(seed: int, ecm: bool) -> None:
    """A call that polls ends, and every frame of it has the bit X."""
    line = AnyLine(seed, [*COMMANDS, OFFER, Frame(FCF.FNV, b"\x80"), DTC])
    polling, asked = play(poll(Terminal("1", ecm), "5"), line.reply)
    assert isinstance(asked[-1], t30.HangUp)
    assert polling.kept >= polling.confirmed
    assert bool(polling.reason) == (polling.outcome is not Outcome.OK)
    for request in asked:
        if isinstance(request, t30.SendFrames):
            assert all(frame.x for frame in request.frames if frame.fcf not in WITHOUT_X)
