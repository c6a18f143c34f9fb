# SPDX-License-Identifier: GPL-3.0-or-later
"""A modem that is played by the test, on virtual time: a good one, and by name those that fail.

`FakeModem(*heard)` answers as a Class 1 modem does. Each +FRH or +FRM takes the next piece of `heard`: octets for the
computer as they come from the modem, or SILENCE, which lasts until the computer breaks it off. What the computer said
is in `commands`, what it sent as data in `sent`.

A modem's life is a generator: it yields the seconds for which it does nothing, or None when it waits for its computer.
It goes on whenever the driver waits, and `now` goes on to the moment at which the one or the other has waited enough;
each octet takes its time, so that who listens to one that never stops comes to the end of his patience too. In
`real_time.py` the same modem lives in a thread, on a real pseudo-terminal.
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import TypeVar

from faxcore.modem import class1
from faxcore.modem.port import SPEED, Port
from faxcore.t30.frames import REVERSED
from tests.support.virtual_terminal import ROOM, VirtualTerminal

T = TypeVar("T")
Life = Generator[float | None, None, T]
OCTET_SECONDS = 10 / SPEED
FOREVER = itertools.repeat(None)
"""The life of a modem that does nothing more."""
OK, ERROR, CONNECT, NO_CARRIER, FCERROR = (
    f"\r\n{code}\r\n".encode() for code in ("OK", "ERROR", "CONNECT", "NO CARRIER", "+FCERROR")
)
SILENCE = b""
DLE, ETX = b"\x10", b"\x03"


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
        self.now = 1000.0
        """The time, in seconds, as the driver reads it too."""
        self.terminal = VirtualTerminal(self, OCTET_SECONDS)
        self.terminal.attend = self.attend
        self.device = self.terminal.device
        self._life: Iterator[float | None] = itertools.chain(self.live(), FOREVER)
        self._next = self.now
        """When it goes on."""
        self._over = ExitStack()

    def __enter__(self) -> FakeModem:
        self._over.callback(self.terminal.close)
        self._over.enter_context(self.terminal.virtual())
        return self

    def __exit__(self, *_: object) -> None:
        self._over.close()

    def driver(self) -> class1.Class1:
        """The driver under test on this modem."""
        return class1.Class1(Port(self.device))

    def begin(self, octets: bytes) -> None:
        """It says something of its own accord, before it does anything else."""
        self._life = itertools.chain(self.say(octets), self._life)

    # ------------------------------------------------------------ time

    def attend(self) -> None:
        """Live on up to this moment."""
        while self._next <= self.now:
            seconds = next(self._life)
            if seconds is None:
                return
            self._next = self.now + seconds

    def go_on(self, until: float) -> bool:
        """Let time go on until the modem does something, or until then."""
        if self.now < self._next <= until:
            self.now = self._next
            return True
        self.now = max(self.now, until)
        return False

    # ------------------------------------------------------------ the modem's own life

    def live(self) -> Life[None]:
        while True:
            line = (yield from self.read_until(b"\r")).lstrip(b"\x18\0").removesuffix(b"\r")
            if line.startswith(b"AT"):
                yield from self.command(line[2:].decode("ascii"))
            elif line:
                yield from self.say(ERROR)

    def command(self, text: str) -> Life[None]:
        self.commands.append(text)
        if text.startswith(("+FRH", "+FRM")) and not text.endswith("?"):
            yield from self.hear()
            return
        known = sorted((start for start in self.answers if text.startswith(start)), key=len)
        answer = self.answers[known[-1]] if known else OK
        yield from self.say(answer)
        if answer.endswith(CONNECT) and not text.startswith("D"):
            yield from self.send(text)
        elif answer.endswith(CONNECT):
            yield from self.hear(connected=True)

    def hear(self, connected: bool = False) -> Life[None]:
        """A carrier, or silence until the computer breaks it off."""
        heard = self._heard.pop(0) if self._heard else SILENCE
        if heard != SILENCE:
            yield from self.say(heard.removeprefix(CONNECT) if connected else heard)
        else:
            yield from self.read_all()
            yield from self.say(OK)

    def send(self, command: str) -> Life[None]:
        """The computer sends data: V.21 frames until the final one, or a page."""
        while True:
            octets = yield from self.read_data()
            self.sent.append(octets)
            final = command.startswith("+FTM") or len(octets) < 2 or bool(octets[1] & 0x08)
            yield from self.say(OK if final else CONNECT)
            if final:
                return

    def say(self, octets: bytes) -> Life[None]:
        while octets:
            room = ROOM - len(self.terminal.said)
            self.terminal.say(octets[:room])
            octets = octets[room:]
            if octets:
                yield None

    def read(self, count: int) -> Life[bytes]:
        """At most so many octets, at least one."""
        while not self.terminal.written:
            yield None
        octets = bytes(self.terminal.written[:count])
        del self.terminal.written[:count]
        return octets

    def read_all(self) -> Life[bytes]:
        """All that is there, at least one octet."""
        return (yield from self.read(ROOM))

    def read_data(self) -> Life[bytes]:
        """Octets in document order, up to DLE ETX."""
        octets = b""
        while True:
            octets += (yield from self.read_until(DLE)).removesuffix(DLE)
            second = yield from self.read(1)
            if second == ETX:
                return octets.translate(REVERSED)
            octets += DLE if second == DLE else b""

    def read_until(self, end: bytes) -> Life[bytes]:
        octets = b""
        while not octets.endswith(end):
            octets += yield from self.read(1)
        return octets


# ---------------------------------------------------------------- those that fail


class Silent(FakeModem):
    """Takes everything and says nothing."""

    def say(self, octets: bytes) -> Life[None]:
        yield from ()


class Babbling(FakeModem):
    """Talks without end, and never makes sense."""

    rubbish = bytes(range(0x21, 0x7F)) * 20

    def live(self) -> Life[None]:
        while True:
            yield from self.say(self.rubbish)


class BabblingLines(Babbling):
    """Talks without end, in lines."""

    rubbish = b"\r\nwhat?\r\n" * 50


class Echoing(FakeModem):
    """Its echo stays on, whatever it is told."""

    def command(self, text: str) -> Life[None]:
        yield from self.say(f"AT{text}\r".encode())
        yield from super().command(text)


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

    def command(self, text: str) -> Life[None]:
        yield 1.0
        yield from super().command(text)


class TooLate(FakeModem):
    """Answers a reset when the driver has asked again already."""

    def command(self, text: str) -> Life[None]:
        if text == "Z" and self.commands.count("Z") < 1:
            yield 9.0
        yield from super().command(text)


class ConnectThenNothing(FakeModem):
    """Says CONNECT to +FRH and +FRM, and then nothing more until it is told to stop."""

    def hear(self, connected: bool = False) -> Life[None]:
        yield from self.say(CONNECT)
        yield from self.read_all()
        yield from self.say(OK)


class Hanging(FakeModem):
    """Says CONNECT to +FRH and +FRM, and nothing ever after."""

    def hear(self, connected: bool = False) -> Life[None]:
        yield from self.say(CONNECT)
        while True:
            yield from self.read_all()


class NotTaking(FakeModem):
    """Says CONNECT to +FTM, and takes no data."""

    def send(self, command: str) -> Life[None]:
        if command.startswith("+FTM"):
            yield from FOREVER
        yield from super().send(command)


class Stuttering(FakeModem):
    """Each octet comes by itself."""

    def say(self, octets: bytes) -> Life[None]:
        for octet in octets:
            yield from super().say(bytes((octet,)))
            yield 0.01


class LeftTransmitting(FakeModem):
    """Was left in the middle of a page: what comes is data, until it ends."""

    def live(self) -> Life[None]:
        self.sent.append((yield from self.read_data()))
        yield from self.say(OK)
        yield from super().live()


class Stuck(FakeModem):
    """Says nothing until Data Terminal Ready drops."""

    dropped = False

    def live(self) -> Life[None]:
        while not self.dropped:
            self.terminal.written.clear()
            yield None
        yield from super().live()


class Unplugged(FakeModem):
    """Its cable comes off at the first command that begins so."""

    def __init__(self, at: str, *heard: bytes, after: bytes = b"") -> None:
        super().__init__(*heard)
        self._at, self._after = at, after

    def command(self, text: str) -> Life[None]:
        if text.startswith(self._at):
            yield from self.say(self._after)
            # What was said is read first: a hang-up of a terminal would throw it away.
            yield 0.05
            self.terminal.unplug()
            yield from FOREVER
        yield from super().command(text)


class Answering(FakeModem):
    """Says what it was given to say, one piece for each command, and then nothing."""

    def command(self, text: str) -> Life[None]:
        yield from self.say(self._heard.pop(0) if self._heard else b"")
