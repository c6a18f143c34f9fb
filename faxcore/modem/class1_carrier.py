# SPDX-License-Identifier: GPL-3.0-or-later
"""A Class 1 modem as the carrier of calls: modulations become codes of T.31, bursts become bits, and result codes the
end of a call that was not connected.

The modem blocks: no method here awaits anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from faxcore.model.call import Outcome
from faxcore.model.sentence import Sentence
from faxcore.modem import hdlc
from faxcore.modem.class1 import Class1
from faxcore.modem.dial_results import ANSWERED, CERTAIN, DIALLED, NOT_UNDERSTOOD
from faxcore.modem.modulations import modulation_code
from faxcore.t30.carrier import (
    LONGEST_BURST,
    LONGEST_PAGE,
    LONGEST_TRAINING,
    HeardFrames,
    ImageHeard,
    NotConnected,
)
from faxcore.t30.limits import TRAINING_SECONDS
from faxcore.t30.modulation import Modulation


class Class1Carrier:
    """A modem that carries calls."""

    def __init__(self, modem: Class1, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` is the time of the line, in seconds: the real one, but for a simulated line that runs faster."""
        self._modem = modem
        self.now = clock

    @property
    def sends(self) -> tuple[Modulation, ...]:
        """The modulations that the modem sends."""
        return self._modem.sends

    @property
    def receives(self) -> tuple[Modulation, ...]:
        """The modulations that the modem receives."""
        return self._modem.receives

    async def ensure_ready(self) -> None:
        """Bring a modem back that has been switched off and on."""
        self._modem.ensure_ready()

    async def dial(self, number: str) -> None:
        """Dial, and wait for the answer."""
        _require_connection(self._modem.dial(number), DIALLED)

    async def pick_up(self) -> None:
        """Answer the call that rings."""
        _require_connection(self._modem.pick_up(), ANSWERED)

    async def hang_up(self) -> None:
        """Go on hook."""
        self._modem.hang_up()

    async def break_off(self) -> None:
        """Bring the modem back to its command state."""
        self._modem.break_off()

    async def send_frames(self, frames: Sequence[bytes]) -> None:
        """Send one V.21 carrier."""
        self._modem.send_frames(list(frames))

    async def send_training(self, modulation: Modulation) -> None:
        """Send zeros for the time of a training check."""
        self._send(modulation, False, bytes(int(modulation.rate * TRAINING_SECONDS / 8)))

    async def send_page(self, modulation: Modulation, short: bool, data: bytes) -> None:
        """Send a page."""
        self._send(modulation, short, data)

    async def send_burst(self, modulation: Modulation, short: bool, frames: Mapping[int, bytes]) -> None:
        """Send a burst, as bits."""
        self._send(modulation, short, hdlc.make_burst(dict(frames), modulation.rate))

    def _send(self, modulation: Modulation, short: bool, octets: bytes) -> None:
        self._modem.send_data(modulation_code(modulation, short), octets, modulation.rate)

    async def hear_frames(self, seconds: float) -> HeardFrames:
        """Hear one V.21 carrier."""
        octets, garbled = self._modem.receive_frames(seconds)
        return HeardFrames(tuple(octets), garbled)

    async def hear_training(self, modulation: Modulation, seconds: float, feed: Callable[[bytes], bool]) -> ImageHeard:
        """Hear a training check."""
        heard = self._modem.receive_data(modulation_code(modulation, False), seconds, LONGEST_TRAINING, feed)
        return ImageHeard(heard.heard, heard.other)

    async def hear_page(
        self, modulation: Modulation, short: bool, seconds: float, feed: Callable[[bytes], bool]
    ) -> ImageHeard:
        """Hear a page."""
        return self._hear(modulation, short, seconds, LONGEST_PAGE, feed)

    async def hear_burst(
        self, modulation: Modulation, short: bool, seconds: float, size: int, feed: Callable[[dict[int, bytes]], None]
    ) -> ImageHeard:
        """Hear a burst, and read its frames out of its bits."""
        reader = hdlc.BurstReader(size)

        def read(octets: bytes) -> bool:
            more = reader.feed(octets)
            feed(reader.frames)
            return more

        heard = self._hear(modulation, short, seconds, LONGEST_BURST, read)
        return replace(heard, rcp=reader.rcp > 0)

    def _hear(
        self, modulation: Modulation, short: bool, seconds: float, limit: float, feed: Callable[[bytes], bool]
    ) -> ImageHeard:
        heard = self._modem.receive_data(modulation_code(modulation, short), seconds, limit, feed)
        # Is somebody sending all the same, whom the modem cannot follow?
        silent = not heard.heard and not heard.other and self._modem.hears_silence()
        return ImageHeard(heard.heard, heard.other, silent)


def _require_connection(result: str, ends: Mapping[str, tuple[Outcome, Sentence]]) -> None:
    """Raise NotConnected for a result code that is not CONNECT."""
    if result != "CONNECT":
        outcome, reason = ends.get(result, NOT_UNDERSTOOD)
        raise NotConnected(outcome, reason, result not in CERTAIN)
