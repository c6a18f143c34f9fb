# SPDX-License-Identifier: GPL-3.0-or-later
"""A modem on a pseudo-terminal that is played by a thread of the test: a good one, and by name those that fail.

`FakeModem(*heard)` answers as a Class 1 modem does. Each +FRH or +FRM takes the next piece of `heard`: octets for the
computer as they come from the modem, or SILENCE, which lasts until the computer breaks it off. What the computer said
is in `commands`, what it sent as data in `sent`.

Time is scaled: `faster(20)` makes the clock of the driver run twenty times as fast, so that its real time-outs are
tested in a twentieth of the time.
"""

from __future__ import annotations

import os
import select
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from unittest import mock

from faxcore.modem import class1, commands, port, receiving, reset, state, transmitting
from faxcore.modem.port import Port
from faxcore.t30.frames import REVERSED

OK, ERROR, CONNECT, NO_CARRIER, FCERROR = (
    f"\r\n{code}\r\n".encode() for code in ("OK", "ERROR", "CONNECT", "NO CARRIER", "+FCERROR")
)
SILENCE = b""
DLE, ETX = b"\x10", b"\x03"


class ScaledTime:
    """Stands for the modules time and select in the driver."""

    def __init__(self, speed: float) -> None:
        self.speed = speed

    def monotonic(self) -> float:
        return time.monotonic() * self.speed

    def select(
        self, reading: list[int], writing: list[int], broken: list[int], seconds: float
    ) -> tuple[list[int], list[int], list[int]]:
        return select.select(reading, writing, broken, seconds / self.speed)


@contextmanager
def faster(speed: float) -> Iterator[ScaledTime]:
    """The driver's clock, so many times as fast."""
    scaled = ScaledTime(speed)
    with ExitStack() as patched:
        for module in (class1, commands, state, port, receiving, reset, transmitting):
            patched.enter_context(mock.patch.object(module, "time", scaled))
        patched.enter_context(mock.patch.object(port, "select", scaled))
        yield scaled


def from_modem(octets: bytes) -> bytes:
    """Octets in document order as a modem hands them over: reversed, DLE doubled, ended."""
    return octets.translate(REVERSED).replace(DLE, DLE + DLE) + DLE + ETX


def frame(octets: bytes, result: bytes = OK) -> bytes:
    """What +FRH says to one frame; two octets stand for the check sequence."""
    return CONNECT + from_modem(octets + b"\x12\x34") + result


def image(octets: bytes) -> bytes:
    """What +FRM says to an image carrier with these octets."""
    return CONNECT + from_modem(octets) + NO_CARRIER


class FakeModem:
    """A good modem of Class 1."""

    answers: dict[str, bytes] = {
        "+FCLASS=?": b"\r\n0,1,1.0\r\n" + OK,
        "+FTM=?": b"\r\n24,48,72,73,74,96,97,98,121,122,145,146\r\n" + OK,
        "+FRM=?": b"\r\n24,48,72,73,74,96,97,98,121,122,145,146\r\n" + OK,
        "I3": b"\r\nFake modem\r\n" + OK,
        "D": CONNECT,
        "A": CONNECT,
        "+FTH": CONNECT,
        "+FTM": CONNECT,
    }
    """Answers by the beginning of a command; everything else is OK, +FRH and +FRM hear."""

    def __init__(self, *heard: bytes) -> None:
        self._heard = list(heard)
        self.commands: list[str] = []
        self.sent: list[bytes] = []
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.device = os.ttyname(self._slave)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._buffer = b""

    def __enter__(self) -> FakeModem:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(10)
        assert not self._thread.is_alive()
        self.unplug()
        os.close(self._slave)

    def unplug(self) -> None:
        """The cable comes off."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def driver(self) -> class1.Class1:
        """The driver under test on this modem."""
        return class1.Class1(Port(self.device))

    # ------------------------------------------------------------ the modem's own life

    def _run(self) -> None:
        try:
            self.live()
        except (EndOfTest, OSError):
            # The test is over, or the cable is off: so is this modem.
            pass

    def live(self) -> None:
        while True:
            line = self.read_until(b"\r").lstrip(b"\x18\0").removesuffix(b"\r")
            if line.startswith(b"AT"):
                self.command(line[2:].decode("ascii"))
            elif line:
                self.say(ERROR)

    def command(self, text: str) -> None:
        self.commands.append(text)
        if text.startswith(("+FRH", "+FRM")) and not text.endswith("?"):
            self.hear()
            return
        known = sorted((start for start in self.answers if text.startswith(start)), key=len)
        answer = self.answers[known[-1]] if known else OK
        self.say(answer)
        if answer.endswith(CONNECT) and not text.startswith("D"):
            self.send(text)
        elif answer.endswith(CONNECT):
            self.hear(connected=True)

    def hear(self, connected: bool = False) -> None:
        """A carrier, or silence until the computer breaks it off."""
        heard = self._heard.pop(0) if self._heard else SILENCE
        if heard != SILENCE:
            self.say(heard.removeprefix(CONNECT) if connected else heard)
        else:
            self.read_some()
            self._buffer = b""
            self.say(OK)

    def send(self, command: str) -> None:
        """The computer sends data: V.21 frames until the final one, or a page."""
        while True:
            octets = self.read_data()
            self.sent.append(octets)
            final = command.startswith("+FTM") or len(octets) < 2 or bool(octets[1] & 0x08)
            self.say(OK if final else CONNECT)
            if final:
                return

    def say(self, octets: bytes) -> None:
        while octets:
            if self._over.is_set():
                raise EndOfTest
            _, writable, _ = select.select([], [self._master], [], 0.01)
            if writable:
                octets = octets[os.write(self._master, octets[:256]) :]

    def read_some(self) -> bytes:
        """At least one octet, unless some are left over."""
        while not self._buffer:
            if self._over.is_set():
                raise EndOfTest
            if select.select([self._master], [], [], 0.01)[0]:
                self._buffer = os.read(self._master, 4096)
        return self._buffer

    def read_data(self) -> bytes:
        """Octets in document order, up to DLE ETX."""
        octets = b""
        while True:
            octets += self.read_until(DLE).removesuffix(DLE)
            second, self._buffer = self.read_some()[:1], self._buffer[1:]
            if second == ETX:
                return octets.translate(REVERSED)
            octets += DLE if second == DLE else b""

    def read_until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            before, self._buffer = self._buffer, b""
            self._buffer = before + self.read_some()
        found, _, self._buffer = self._buffer.partition(end)
        return found + end


class EndOfTest(Exception):
    """The thread of the modem has to end."""


# ---------------------------------------------------------------- those that fail


class Silent(FakeModem):
    """Takes everything and says nothing."""

    def say(self, octets: bytes) -> None:
        pass


class Babbling(FakeModem):
    """Talks without end, and never makes sense."""

    rubbish = bytes(range(0x21, 0x7F)) * 20

    def live(self) -> None:
        while True:
            self.say(self.rubbish)


class BabblingLines(Babbling):
    """Talks without end, in lines."""

    rubbish = b"\r\nwhat?\r\n" * 50


class Echoing(FakeModem):
    """Its echo stays on, whatever it is told."""

    def command(self, text: str) -> None:
        self.say(f"AT{text}\r".encode())
        super().command(text)


class DataOnly(FakeModem):
    """Knows nothing of fax."""

    answers = FakeModem.answers | {"+FCLASS=?": b"\r\n0\r\n" + OK}


class Class2Only(FakeModem):
    """Knows Class 2 and 2.0."""

    answers = FakeModem.answers | {"+FCLASS=?": b"\r\n0,2,2.0\r\n" + OK}


class WithoutFclass(FakeModem):
    """Does not know +FCLASS."""

    answers = FakeModem.answers | {"+FCLASS": ERROR}


class RefusingClass1(FakeModem):
    """Says that it has Class 1, and refuses it."""

    answers = FakeModem.answers | {"+FCLASS=1": ERROR}


class OnHookAgain(FakeModem):
    """Is on hook when a page is to be sent or heard: the call was cut off."""

    answers = FakeModem.answers | {"+FTH": ERROR, "+FTM": ERROR}


class StumblingAtWishes(FakeModem):
    """Refuses everything that a fax can do without."""

    answers = FakeModem.answers | dict.fromkeys(("X4", "S0", "+FAE", "+FAR", "+FIT", "+VCID", "#CID", "I3"), ERROR)


class Late(FakeModem):
    """Takes its time for each answer, but not too much."""

    def command(self, text: str) -> None:
        self._over.wait(0.05)
        super().command(text)


class TooLate(FakeModem):
    """Answers a reset when the driver has asked again already."""

    def command(self, text: str) -> None:
        if text == "Z" and self.commands.count("Z") < 1:
            self._over.wait(0.2)
        super().command(text)


class ConnectThenNothing(FakeModem):
    """Says CONNECT to +FRH and +FRM, and then nothing more until it is told to stop."""

    def hear(self, connected: bool = False) -> None:
        self.say(CONNECT)
        self.read_some()
        self._buffer = b""
        self.say(OK)


class Hanging(FakeModem):
    """Says CONNECT to +FRH and +FRM, and nothing ever after."""

    def hear(self, connected: bool = False) -> None:
        self.say(CONNECT)
        while True:
            self.read_some()
            self._buffer = b""


class NotTaking(FakeModem):
    """Says CONNECT to +FTM, and takes no data."""

    def send(self, command: str) -> None:
        if command.startswith("+FTM"):
            self._over.wait()
            raise EndOfTest
        super().send(command)


class Stuttering(FakeModem):
    """Each octet comes by itself."""

    def say(self, octets: bytes) -> None:
        for start in range(len(octets)):
            super().say(octets[start : start + 1])
            time.sleep(0.0005)


class LeftTransmitting(FakeModem):
    """Was left in the middle of a page: what comes is data, until it ends."""

    def live(self) -> None:
        self.sent.append(self.read_data())
        self.say(OK)
        super().live()


class Stuck(FakeModem):
    """Says nothing until Data Terminal Ready drops."""

    def __init__(self, *heard: bytes) -> None:
        super().__init__(*heard)
        self.dropped = threading.Event()

    def live(self) -> None:
        while self.read_some() and not self.dropped.is_set():
            self._buffer = b""
        super().live()


class Unplugged(FakeModem):
    """Its cable comes off at the first command that begins so."""

    def __init__(self, at: str, *heard: bytes, after: bytes = b"") -> None:
        super().__init__(*heard)
        self._at, self._after = at, after

    def command(self, text: str) -> None:
        if text.startswith(self._at):
            self.say(self._after)
            # What was said is read first: a hang-up of a pseudo-terminal would throw it away.
            self._over.wait(0.05)
            self.unplug()
            raise EndOfTest
        super().command(text)


class Answering(FakeModem):
    """Says what it was given to say, one piece for each command, and then nothing."""

    def command(self, text: str) -> None:
        self.say(self._heard.pop(0) if self._heard else b"")
