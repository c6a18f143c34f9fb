# SPDX-License-Identifier: GPL-3.0-or-later
"""Two carriers joined in this process on a virtual clock: two players, stepped by turns, play a whole call with no
thread, no device and no waiting.

A method that waits for the other end yields to `JoinedLine.run`, which steps the end that is behind in time. A signal
is heard by whoever listens for it not more than a moment after it began; a listener for V.21 lets an image go by.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from faxcore.t30.carrier import CutOff, HeardFrames, ImageHeard, Interrupted
from faxcore.t30.limits import TRAINING_SECONDS
from faxcore.t30.modulation import ALL, Modulation

GRACE = 0.5
"""Seconds of a signal that a listener may miss and still understand it."""
SILENCE = 0.075
PIECE = 64
"""Octets that are fed at once."""


@dataclass
class Sent:
    """A signal on its way: V.21 frames, or an image at a modulation."""

    begins: float
    ends: float
    modulation: Modulation | None
    content: Any


class _Turn:
    """Awaited by a carrier that lets the other end go on."""

    def __await__(self) -> Generator[None]:
        yield


@dataclass
class JoinedCarrier:
    """One end of the line."""

    line: JoinedLine
    time: float = 0.0
    inbox: deque[Sent] = field(default_factory=deque)
    off_hook: bool = False
    gone: bool = False
    """The other end has hung up, or the line is cut."""
    cancel_at: float | None = None
    """The time at which a person cancels the call."""
    garbled: list[int] = field(default_factory=list)
    """FCFs of the last frames of the next carriers that come here garbled, each of them once."""
    spoilt_pages: int = 0
    """The next pages without error correction that come here spoilt."""
    sends: tuple[Modulation, ...] = ALL
    receives: tuple[Modulation, ...] = ALL
    finished: bool = False
    broken_off: int = 0

    @property
    def other(self) -> JoinedCarrier:
        one, other = self.line.ends
        return other if self is one else one

    def now(self) -> float:
        return self.time

    async def ensure_ready(self) -> None:
        pass

    async def dial(self, number: str) -> None:
        self.off_hook, self.time = True, self.time + 3.0

    async def pick_up(self) -> None:
        self.off_hook, self.time = True, self.time + 3.0

    async def hang_up(self) -> None:
        self.off_hook, self.other.gone = False, True

    async def break_off(self) -> None:
        self.broken_off += 1

    async def send_frames(self, frames: Sequence[bytes]) -> None:
        await self._send(1.0 + sum(8 * (len(frame) + 3) for frame in frames) / 300, None, tuple(frames))

    async def send_training(self, modulation: Modulation) -> None:
        zeros = bytes(int(modulation.rate * TRAINING_SECONDS / 8))
        await self._send(1.4 + TRAINING_SECONDS, modulation, zeros)

    async def send_page(self, modulation: Modulation, short: bool, data: bytes) -> None:
        await self._send(1.4 + 8 * len(data) / modulation.rate, modulation, data)

    async def send_burst(self, modulation: Modulation, short: bool, frames: Mapping[int, bytes]) -> None:
        octets = sum(len(data) + 6 for data in frames.values())
        await self._send(1.4 + 8 * octets / modulation.rate, modulation, dict(frames))

    async def hear_frames(self, seconds: float) -> HeardFrames:
        deadline = self.time + seconds
        while (sent := await self._next(deadline)) is not None:
            self.inbox.popleft()
            self._pass(sent.ends)
            if sent.modulation is None:
                fcf = sent.content[-1][2] if sent.content else 0
                if fcf not in self.garbled:
                    return HeardFrames(sent.content)
                self.garbled.remove(fcf)
                return HeardFrames(garbled=True)
        return HeardFrames()

    async def hear_training(self, modulation: Modulation, seconds: float, feed: Callable[[bytes], bool]) -> ImageHeard:
        return await self._hear(modulation, seconds, feed)

    async def hear_page(
        self, modulation: Modulation, short: bool, seconds: float, feed: Callable[[bytes], bool]
    ) -> ImageHeard:
        spoilt = self.spoilt_pages > 0
        heard = await self._hear(modulation, seconds, lambda octets: feed(_spoil(octets) if spoilt else octets))
        self.spoilt_pages -= spoilt and heard.heard
        return heard

    async def hear_burst(
        self, modulation: Modulation, short: bool, seconds: float, size: int, feed: Callable[[dict[int, bytes]], None]
    ) -> ImageHeard:
        heard = await self._hear(modulation, seconds, feed)
        return replace(heard, rcp=heard.heard)

    async def _hear(self, modulation: Modulation, seconds: float, feed: Callable[[Any], Any]) -> ImageHeard:
        sent = await self._next(self.time + seconds)
        if sent is None:
            return ImageHeard(False)
        if sent.modulation is None:
            self._pass(sent.begins)
            return ImageHeard(False, other=True)
        self.inbox.popleft()
        self._pass(sent.ends)
        if sent.modulation != modulation:
            return ImageHeard(False)
        if isinstance(sent.content, dict):
            for number, data in sent.content.items():
                feed({number: data})
        else:
            pieces = (sent.content[at : at + PIECE] for at in range(0, len(sent.content), PIECE))
            all(feed(piece) for piece in pieces)
        return ImageHeard(True)

    async def _send(self, seconds: float, modulation: Modulation | None, content: Any) -> None:
        begins = self.time + SILENCE
        if begins + seconds > self.line.cut_at:
            self.time = max(self.time, self.line.cut_at)
            raise CutOff
        sent = Sent(begins, begins + seconds, modulation, content)
        self.other.inbox.append(sent)
        try:
            self._pass(begins + seconds)
        except Interrupted:
            # Nobody can have heard it yet: it ends here, and brings nothing.
            sent.ends, sent.content = self.time, type(content)()
            raise
        await _Turn()

    async def _next(self, deadline: float) -> Sent | None:
        """Wait for a signal that begins before the deadline; None if none does."""
        while True:
            while self.inbox and self.inbox[0].begins + GRACE < self.time:
                self.inbox.popleft()
            if self.inbox:
                if self.inbox[0].begins <= deadline:
                    return self.inbox[0]
            elif self.time >= self.line.cut_at or (self.gone and self.off_hook):
                raise CutOff
            elif not self.other.finished and self.other.time <= deadline and not self.line.is_stuck:
                await _Turn()
                continue
            self._pass(min(deadline, self.line.cut_at))
            return None

    def _pass(self, to: float) -> None:
        """Let time pass; a person may cancel the call meanwhile, once."""
        before, self.time = self.time, max(self.time, to)
        if self.cancel_at is not None and before <= self.cancel_at < self.time:
            self.time, self.cancel_at = self.cancel_at, None
            raise Interrupted


def _spoil(octets: bytes) -> bytes:
    return bytes(octet ^ 0x5A for octet in octets)


class JoinedLine:
    """The line between two ends."""

    def __init__(self, cut_at: float = float("inf")) -> None:
        self.cut_at = cut_at
        self.is_stuck = False
        """Both ends listen, and nothing is on its way: the one that was stepped last hears silence."""
        self.ends = (JoinedCarrier(self), JoinedCarrier(self))

    def run(self, caller: Coroutine[Any, Any, Any], called: Coroutine[Any, Any, Any]) -> tuple[Any, Any]:
        """Step the two calls by turns until both are over; what they return."""
        results: dict[int, Any] = {}
        calls = (caller, called)
        for _ in range(100_000):
            going = [place for place in (0, 1) if place not in results]
            if not going:
                return results[0], results[1]
            before = self._state()
            for place in sorted(going, key=lambda place: self.ends[place].time):
                try:
                    calls[place].send(None)
                except StopIteration as end:
                    results[place], self.ends[place].finished = end.value, True
                if self._state() != before:
                    break
            self.is_stuck = self._state() == before
        raise AssertionError("the call does not end")

    def _state(self) -> tuple[object, ...]:
        return tuple((end.time, len(end.inbox), end.finished, end.gone) for end in self.ends)
