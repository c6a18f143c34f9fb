# SPDX-License-Identifier: GPL-3.0-or-later
"""Two engines joined by a line in virtual time: what one sends, the other hears, unless the line spoils it.

A signal is lost to a listener who began to listen more than a moment after it began, as on a real line. `Fault`s are
looked up by the number of the signal, so that a failing run can be written down and played again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from faxcore.model.call import Outcome
from faxcore.model.sentence import Sentence
from faxcore.t30 import line as t30
from faxcore.t30.capabilities import OfferedDocument, PageInfo, Terminal
from faxcore.t30.frames import WITHOUT_X
from faxcore.t30.polling_calling import poll
from faxcore.t30.receive_state import ReceiveState
from faxcore.t30.receiver import answer
from faxcore.t30.sender import transmit

DELAY = 0.04
GRACE = 0.5
"""Seconds of a signal that a listener may miss and still understand it."""


class Fault(Enum):
    """What a line can do to one signal."""

    LOSE = "lose"
    GARBLE = "garble"
    DELAY = "delay"
    DOUBLE = "double"
    HALF = "half"
    """Of a burst, every second frame arrives; of a page, a third of the rows is bad; of anything else, nothing."""
    CUT = "cut"
    """The call is cut off here."""


@dataclass
class Signal:
    request: t30.Request
    start: float
    end: float
    fault: Fault | None = None
    seen: bool = False


@dataclass
class End:
    """One side: its script, what it waits for, and its own time."""

    script: Any
    name: str
    now: float = 0.0
    request: t30.Request | None = None
    inbox: list[Signal] = field(default_factory=list)
    result: Any = None
    finished: bool = False
    lost: bool = False
    kept: dict[int, tuple[Any, bool]] = field(default_factory=dict)
    kept_before: list[dict[int, tuple[Any, bool]]] = field(default_factory=list)
    """What was kept of the documents before the one under way."""
    page_in_hand: Any = None
    sent: list[str] = field(default_factory=list)
    bits_x: set[bool] = field(default_factory=set)
    """The bits X of the frames that it has sent, where they have one."""
    told: list[tuple[float, t30.Note]] = field(default_factory=list)
    """What its owner has heard, and when."""
    blocks_at: list[int] = field(default_factory=list)
    """Where in its page each block began that was heard."""

    @property
    def all_kept(self) -> list[tuple[Any, bool]]:
        """The pages of all the documents, in order."""
        return [kept[page] for kept in (*self.kept_before, self.kept) for page in sorted(kept)]

    def step(self, reply: t30.Reply | None) -> None:
        if reply is not None:
            self.now = reply.now
        try:
            self.request = self.script.send(reply)
        except StopIteration as stop:
            self.finished, self.result, self.request = True, stop.value, None


class Joined:
    """A call between `sender` and `receiver`, over a line with these faults. Where `polling`, the receiver is the one
    that calls, and fetches the pages.
    """

    def __init__(
        self,
        pages: Sequence[PageInfo],
        faults: Mapping[int, Fault] | None = None,
        sender: Terminal | None = None,
        receiver: Terminal | None = None,
        octets: int = 20_000,
        polling: bool = False,
        disk: Sequence[str] = (),
        documents: Sequence[OfferedDocument] = (),
        taken: bool = False,
    ) -> None:
        """`disk` is what becomes of each KeepPage in turn: "slow" (not yet), "full", or anything else for good; good
        behind the last. `documents` are those of which the called side offers one; `taken`: somebody else has it.
        """
        self.disk = list(disk)
        self.taken = taken
        self.faults = dict(faults or {})
        self.pages = pages
        self.octets = octets
        self.signals = 0
        if polling:
            self.caller = End(poll(receiver or Terminal("caller"), "1"), "caller")
            self.called = End(answer(sender or Terminal("called"), pages, documents), "called")
        else:
            self.caller = End(transmit(sender or Terminal("caller"), pages, "1"), "caller")
            self.called = End(answer(receiver or Terminal("called"), (), documents), "called")
        self.log: list[str] = []

    def spoils(self, request: t30.Request) -> Fault | None:
        """What the line does to such a signal, whenever it comes: nothing, unless a test says otherwise."""
        return None

    def coded(self, page: int) -> bytes:
        """What our pretended codec makes of a page: octets that name it."""
        unit = f"page {page} ".encode()
        return (unit * (self.octets // len(unit) + 1))[: self.octets]

    def run(self) -> tuple[Any, ReceiveState]:
        """How it ended for the caller, a Sending or, where it polled, a Receiving; and for the one that was called."""
        self.caller.step(None)
        self.called.step(None)
        for _ in range(20_000):
            ends = [end for end in (self.caller, self.called) if not end.finished]
            if not ends:
                return self.caller.result, self.called.result
            self._advance(sorted(ends, key=lambda end: end.now))
        raise AssertionError("the call does not end")

    def _advance(self, ends: list[End]) -> None:
        for end in ends:
            reply = self._reply(end)
            if reply is not None:
                end.step(reply)
                return
        # Everybody listens and nothing is on the way: the one whose patience ends first hears silence.
        first = min(ends, key=self._deadline)
        first.step(self._silence(first, self._deadline(first)))

    def _deadline(self, end: End) -> float:
        return end.now + getattr(end.request, "seconds", 0.0)

    def _peer(self, end: End) -> End:
        return self.called if end is self.caller else self.caller

    def _reply(self, end: End) -> t30.Reply | None:
        request, now = end.request, end.now
        if end.lost and not isinstance(
            request, t30.HangUp | t30.Note | t30.CodePage | t30.TakePages | t30.TakeDocument | t30.KeepPage
        ):
            return t30.Lost(now, Outcome.LINE_LOST, Sentence("The line was cut off."))
        match request:
            case t30.Dial():
                return t30.Done(now + 3.0)
            case t30.PickUp():
                return t30.Done(now + 3.0)
            case t30.HangUp():
                self._peer(end).lost = self._peer(end).lost or not self._pending(self._peer(end))
                return t30.Done(now)
            case t30.Note():
                end.told.append((now, request))
                if request.next_document:
                    end.kept_before.append(end.kept)
                    end.kept = {}
                return t30.Done(now)
            case t30.TakeDocument() if self.taken:
                return t30.NotOffered(now)
            case t30.TakePages() | t30.TakeDocument():
                return t30.Done(now)
            case t30.CodePage(page=page):
                return t30.Coded(now, self.coded(page))
            case t30.KeepPage(page=page, coded=coded, confirmed=confirmed):
                match self.disk.pop(0) if self.disk else "":
                    case "slow":
                        return t30.Keeping(now + 1.5)
                    case "full":
                        return t30.Kept(now, stored=False, rows=1000, bad_rows=0)
                end.kept[page] = (coded if coded is not None else end.page_in_hand, confirmed)
                return t30.Kept(now, stored=True, rows=1000, bad_rows=0)
            case t30.SendFrames() | t30.SendTraining() | t30.SendPage() | t30.SendBurst():
                return self._send(end, request)
        return self._receive(end)

    def _pending(self, end: End) -> bool:
        return any(not signal.seen for signal in end.inbox)

    def _send(self, end: End, request: t30.Request) -> t30.Reply:
        duration = _seconds(request)
        start = end.now + 0.075
        fault = self.faults.get(self.signals) or self.spoils(request)
        end.sent.append(_name(request))
        if isinstance(request, t30.SendFrames):
            end.bits_x |= {
                bool(frame.octets(False)[2] & 0x80) for frame in request.frames if frame.fcf not in WITHOUT_X
            }
        self.log.append(f"{self.signals:3} {start:8.2f} {end.name} {_name(request)} {fault.value if fault else ''}")
        self.signals += 1
        peer = self._peer(end)
        arrives = start + DELAY + (2.5 if fault is Fault.DELAY else 0.0)
        if fault is Fault.CUT:
            end.lost = peer.lost = True
        elif fault is not Fault.LOSE:
            peer.inbox.append(Signal(request, arrives, arrives + duration, fault))
            if fault is Fault.DOUBLE:
                peer.inbox.append(Signal(request, arrives + duration + 0.1, arrives + 2 * duration + 0.1))
        return t30.Done(start + duration)

    def _receive(self, end: End) -> t30.Reply | None:
        deadline = self._deadline(end)
        for signal in end.inbox:
            if signal.seen or signal.start + GRACE < end.now:
                signal.seen = True
                continue
            if signal.start > deadline:
                return self._silence(end, deadline)
            return self._understand(end, signal)
        peer = self._peer(end)
        if not peer.finished and peer.now <= deadline:
            return None
        return self._silence(end, deadline)

    def _silence(self, end: End, now: float) -> t30.Reply:
        return t30.Heard(now) if isinstance(end.request, t30.Listen) else t30.NoCarrier(now)

    def _understand(self, end: End, signal: Signal) -> t30.Reply:
        sent, wanted, now = signal.request, end.request, signal.end
        if isinstance(sent, t30.SendFrames) and not isinstance(wanted, t30.Listen):
            # Still there for the Listen that follows at once.
            return t30.NoCarrier(max(end.now, signal.start), other=True)
        signal.seen = True
        spoilt = signal.fault in (Fault.GARBLE, Fault.HALF)
        match wanted, sent:
            case t30.Listen(), t30.SendFrames(frames=frames):
                return t30.Heard(now, (), garbled=True) if spoilt else t30.Heard(now, frames)
            case t30.ReceiveTraining(modulation=ours), t30.SendTraining(modulation=theirs):
                bits = int(theirs.rate * 1.5)
                good = ours == theirs and not spoilt
                return t30.TrainingHeard(now, bits, bits if good else 40, 0 if good else bits // 2)
            case t30.ReceivePage(modulation=ours), t30.SendPage(modulation=theirs, data=data) if ours == theirs:
                end.page_in_hand = data if not spoilt else b"spoilt"
                bad = {Fault.GARBLE: 900, Fault.HALF: 330}.get(signal.fault, 0) if signal.fault else 0
                return t30.PageHeard(now, 1000, bad, 3, rtc=not spoilt)
            case t30.ReceiveBurst(modulation=ours), t30.SendBurst(modulation=theirs, frames=frames) if ours == theirs:
                step = {Fault.GARBLE: 0, Fault.HALF: 2}.get(signal.fault, 1) if signal.fault else 1
                end.blocks_at.append(wanted.block_at)
                return t30.BurstHeard(now, dict(list(frames.items())[::step]) if step else {}, rcp=step > 0)
            case t30.Listen(seconds=seconds), _:
                # A listener for V.21 does not understand an image carrier: it goes on listening behind it.
                end.now, end.request = now, replace(wanted, seconds=max(seconds - (now - end.now), 0.0))
                return self._receive(end) or t30.Heard(self._deadline(end))
        return t30.NoCarrier(now)


def _seconds(request: t30.Request) -> float:
    match request:
        case t30.SendFrames(frames=frames):
            return 1.0 + sum(8 * (len(frame.fif) + 5) for frame in frames) / 300
        case t30.SendTraining():
            return 3.0
        case t30.SendPage(modulation=modulation, data=data):
            return 0.5 + 8 * len(data) / modulation.rate
        case t30.SendBurst(modulation=modulation, frames=frames):
            return 0.7 + 8 * sum(len(data) + 6 for data in frames.values()) / modulation.rate
    raise AssertionError(request)


def _name(request: t30.Request) -> str:
    match request:
        case t30.SendFrames(frames=frames):
            return " ".join(frame.name for frame in frames)
        case t30.SendTraining(modulation=modulation):
            return f"TCF {modulation}"
        case t30.SendPage(modulation=modulation):
            return f"page {modulation}"
        case t30.SendBurst(modulation=modulation, frames=frames, short=short):
            return f"burst of {len(frames)} {modulation}{' short' if short else ''}"
    raise AssertionError(request)
