# SPDX-License-Identifier: GPL-3.0-or-later
"""Time and a telephone line, both virtual, so that a call of an hour takes a moment and always goes the same way.

The program under test has a `VirtualTerminal` open. Whenever it waits, time goes on to the next event: an answer of the
modem, a carrier of the other end, or the end of the program's patience.

Octets on the line are in document order here, first bit sent is the most significant.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

DLE, ETX = b"\x10", b"\x03"
REVERSED = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))
PREAMBLE, V21 = 1.0, 3
ANSWERED, RINGING = 3.0, 60.0
CED = 0.2 + 2.6 + 0.075
RATES = {24: 2400, 48: 4800, 72: 7200, 96: 9600, 73: 7200, 97: 9600, 121: 12000, 145: 14400}
TRAINING = {24: 0.94, 48: 0.71, 72: 0.25, 96: 0.25, 74: 0.14, 98: 0.14, 122: 0.14, 146: 0.14}
LONG_V17 = 1.39
CLOSING = 0.02
"""Seconds of flags behind the last frame of a carrier."""


@dataclass
class Sound:
    """A frame on V.21: its octets without check sequence, and whether that will be found right."""

    octets: bytes
    good: bool = True
    start: float = 0.0
    end: float = 0.0


@dataclass
class Carrier:
    """What one end sends without a pause: V.21 with frames, or an image carrier with octets."""

    code: int
    start: float
    frames: list[Sound] = field(default_factory=list)
    octets: bytes = b""
    data_at: float = 0.0
    end: float = float("inf")

    @property
    def rate(self) -> int:
        """Bits a second."""
        return 300 if self.code == V21 else RATES[long_code(self.code)]


def long_code(code: int) -> int:
    """The code of the same modulation with long training."""
    return code - 1 if code in (74, 98, 122, 146) else code


@dataclass(frozen=True)
class Say:
    """The other end sends frames in one carrier."""

    frames: tuple[Sound, ...]


@dataclass(frozen=True)
class SendData:
    """The other end sends an image carrier."""

    code: int
    octets: bytes


@dataclass(frozen=True)
class Hear:
    """The other end listens; it gets the carrier, or None after so many seconds without one."""

    seconds: float


@dataclass(frozen=True)
class Pause:
    """The other end does nothing."""

    seconds: float


@dataclass(frozen=True)
class HangUp:
    """The other end is gone."""


Act = Say | SendData | Hear | Pause | HangUp
FarEnd = Generator[Act, Carrier | None, None]


class World:
    """Virtual time and the line."""

    def __init__(self, far: FarEnd) -> None:
        self.now = 1000.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._number = itertools.count()
        self._far = far
        self._listening: float | None = None
        self._hearing = 0
        self.carriers: list[tuple[str, Carrier]] = []
        """Every carrier of the call, "ours" or "theirs", in the order in which they began."""
        self.theirs: Carrier | None = None
        self.ours: Carrier | None = None
        self.gone = False
        self.begun = False
        self.on_carrier: Callable[[], None] = lambda: None

    def at(self, seconds: float, what: Callable[[], None]) -> None:
        """Do it so many seconds from now."""
        heapq.heappush(self._events, (self.now + max(seconds, 0.0), next(self._number), what))

    def go_on(self, until: float) -> bool:
        """The next event, if one is due by then; else it is then, and False."""
        if not self._events or self._events[0][0] > until:
            self.now = max(self.now, until)
            return False
        when, _, what = heapq.heappop(self._events)
        self.now = max(self.now, when)
        what()
        return True

    # ------------------------------------------------------------ the other end

    def begin(self) -> None:
        """The call stands."""
        self.begun = True
        self._far_does(None)

    def _far_does(self, heard: Carrier | None) -> None:
        if self.gone:
            return
        try:
            act = next(self._far) if heard is None else self._far.send(heard)
        except StopIteration:
            act = HangUp()
        match act:
            case Pause(seconds=seconds):
                self.at(seconds, lambda: self._far_does(None))
            case Hear(seconds=seconds):
                self._listening = self.now
                self._hearing += 1
                turn = self._hearing
                self.at(seconds, lambda: self._heard_nothing(turn))
            case HangUp():
                self.gone = True
            case Say(frames=frames):
                self._far_sends(Carrier(V21, self.now, [Sound(f.octets, f.good) for f in frames]))
            case SendData(code=code, octets=octets):
                self._far_sends(Carrier(code, self.now, [], octets))

    def _heard_nothing(self, turn: int) -> None:
        if self._listening is None or turn != self._hearing:
            return
        if self.ours is not None:
            # Who hears flags, waits on.
            self.at(0.5, lambda: self._heard_nothing(turn))
            return
        self._listening = None
        self._far_does(None)

    def _far_sends(self, carrier: Carrier) -> None:
        timed(carrier)
        self.theirs = carrier
        self.carriers.append(("theirs", carrier))
        self.on_carrier()
        self.at(carrier.end - self.now, self._far_has_sent)

    def _far_has_sent(self) -> None:
        self.theirs = None
        self._far_does(None)

    # ------------------------------------------------------------ our end

    def we_send(self, code: int) -> Carrier:
        """Our carrier begins."""
        self.ours = Carrier(code, self.now)
        self.carriers.append(("ours", self.ours))
        return self.ours

    def we_have_sent(self) -> None:
        """Our carrier ends; the other end has heard it if it listened from the beginning of it."""
        carrier, self.ours = self.ours, None
        if carrier is None:
            return
        carrier.end = self.now
        if self._listening is None or self.gone:
            return
        if carrier.start >= self._listening - 0.5:
            self._listening = None
            self._far_does(carrier)


def frame_seconds(octets: bytes) -> float:
    """Of a frame with its check sequence and a flag, at 300 bit/s."""
    return (8 * (len(octets) + 2) * 1.03 + 8) / 300


def timed(carrier: Carrier) -> None:
    """Put times to a carrier that begins at carrier.start."""
    if carrier.code == V21:
        at = carrier.start + PREAMBLE
        for frame in carrier.frames:
            frame.start, frame.end = at, at + frame_seconds(frame.octets)
            at = frame.end
        carrier.end = at + CLOSING
    else:
        carrier.data_at = carrier.start + TRAINING.get(carrier.code, LONG_V17)
        carrier.end = carrier.data_at + 8 * len(carrier.octets) / carrier.rate
