# SPDX-License-Identifier: GPL-3.0-or-later
"""The carrier of calls: what every kind of line can do, in terms of frames, bursts, pages and modulations.

Its methods are coroutines. A carrier on a blocking device never waits for anything in them but the device, and its
calls are played by `faxcore.line.player.run_blocking`; a carrier with an event loop, or one of two that a test joins on
a virtual clock, awaits. So one player serves all of them, and none needs a thread.

Any method may raise the failures below: `CutOff`, `DeviceFailed`, `Interrupted`. Frames are octets in document order,
with address and control and without check sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from faxcore.model.call import Outcome
from faxcore.model.sentence import Sentence, Value
from faxcore.t30.modulation import Modulation

LONGEST_TRAINING: Final = 5.0
"""Seconds of a training check that is heard, at most."""
LONGEST_PAGE: Final = 900.0
"""Seconds of one page's carrier: MAX_ROWS rows of a dithered photograph at 2400 bit/s, and more than anybody sends."""
LONGEST_BURST: Final = 320.0
"""Seconds of one burst: 64 kB at 2400 bit/s take 235."""


class CutOff(Exception):
    """The call has ended without our doing."""


class DeviceFailed(Exception):
    """The device that the carrier works with is absent, silent, or answers rubbish. `sentence` says what to do; it is
    made of a message and the values in it.
    """

    def __init__(self, message: str, **values: Value) -> None:
        self.sentence = Sentence(message, values)
        super().__init__(str(self.sentence))


class Interrupted(Exception):
    """The owner of the call wants attention now: what the carrier is doing has to be broken off."""


class NotConnected(Exception):
    """Dialling, or answering, has come to nothing. `perhaps_answered`: somebody may have answered, but was not heard as
    a fax machine.
    """

    def __init__(self, outcome: Outcome, reason: Sentence, perhaps_answered: bool = False) -> None:
        self.outcome, self.reason, self.perhaps_answered = outcome, reason, perhaps_answered
        super().__init__(str(reason))


@dataclass(frozen=True)
class HeardFrames:
    """The frames of one V.21 carrier whose check sequence was right; none: silence. `garbled`: something could not be
    read.
    """

    octets: tuple[bytes, ...] = ()
    garbled: bool = False


@dataclass(frozen=True)
class ImageHeard:
    """The result of waiting for an image carrier: heard (and fed on), a V.21 carrier instead, or none. `silent`: it is
    certain that nobody sends anything; a carrier that cannot tell leaves it out. `rcp`: the end of a burst was heard.
    """

    heard: bool
    other: bool = False
    silent: bool = False
    rcp: bool = False


class Carrier(Protocol):
    """A line that carries one call at a time."""

    @property
    def sends(self) -> tuple[Modulation, ...]:
        """The modulations that it sends, fastest first."""

    @property
    def receives(self) -> tuple[Modulation, ...]:
        """The modulations that it receives, fastest first."""

    def now(self) -> float:
        """Read the line's own monotonic clock, in seconds."""

    async def ensure_ready(self) -> None:
        """See that a call can begin."""

    async def dial(self, number: str) -> None:
        """Call this number; returns when a fax machine answers. NotConnected otherwise."""

    async def pick_up(self) -> None:
        """Answer the call that rings, with CED. NotConnected if nobody is there any more."""

    async def hang_up(self) -> None:
        """Go on hook, whatever goes on."""

    async def send_frames(self, frames: Sequence[bytes]) -> None:
        """Send one V.21 carrier: preamble and these frames."""

    async def send_training(self, modulation: Modulation) -> None:
        """Send the training check, with long training."""

    async def send_page(self, modulation: Modulation, short: bool, data: bytes) -> None:
        """Send a coded page without error correction."""

    async def send_burst(self, modulation: Modulation, short: bool, frames: Mapping[int, bytes]) -> None:
        """Send the frames of a block, by their numbers, then RCP."""

    async def hear_frames(self, seconds: float) -> HeardFrames:
        """Hear the frames of one V.21 carrier, which begins within so many seconds."""

    async def hear_training(self, modulation: Modulation, seconds: float, feed: Callable[[bytes], bool]) -> ImageHeard:
        """Hear a training check; its octets go to `feed` as they come, until that returns False."""

    async def hear_page(
        self, modulation: Modulation, short: bool, seconds: float, feed: Callable[[bytes], bool]
    ) -> ImageHeard:
        """Hear a page without error correction; its octets go to `feed` as they come, until that returns False."""

    async def hear_burst(
        self, modulation: Modulation, short: bool, seconds: float, size: int, feed: Callable[[dict[int, bytes]], None]
    ) -> ImageHeard:
        """Hear a burst of frames of `size` octets; those whose check sequence is right go to `feed`, by their numbers,
        as they come.
        """

    async def break_off(self) -> None:
        """Stop what goes on, behind Interrupted: the call stays up for a DCN."""
