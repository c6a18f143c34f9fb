# SPDX-License-Identifier: GPL-3.0-or-later
"""Modems that do what they should, and say it oddly, late or not at all."""

from __future__ import annotations

from tests.unit.modem.fake_modem import CONNECT, DLE, ETX, OK, Echoing, FakeModem, Life


class Numeric(Echoing):
    """Gives its result codes as numbers, whatever it is told, and echoes."""

    numbers = {"OK": b"0", "CONNECT": b"1", "NO CARRIER": b"3", "ERROR": b"4", "BUSY": b"7", "+FCERROR": b"+F4"}

    def say(self, octets: bytes) -> Life[None]:
        for word, number in self.numbers.items():
            octets = octets.replace(f"\r\n{word}\r\n".encode(), number + b"\r")
        yield from super().say(octets)


class Quiet(FakeModem):
    """Says no result codes after a reset: that is how its settings are stored."""

    quiet = True

    def command(self, text: str) -> Life[None]:
        self.quiet = text == "Z" or (self.quiet and "Q0" not in text)
        yield from super().command(text)

    def say(self, octets: bytes) -> Life[None]:
        if not self.quiet:
            yield from super().say(octets)


class Lagging(FakeModem):
    """Says once more OK, to the last command, when it has heard the next."""

    def command(self, text: str) -> Life[None]:
        if text.startswith(("+FT", "+FR")):
            yield from self.say(OK)
        yield from super().command(text)


class WithoutOk(FakeModem):
    """Sends what it is given, and does not say when it has."""

    def send(self, command: str) -> Life[None]:
        octets = yield from self.read_data()
        self.sent.append(octets)


class Racing(FakeModem):
    """A carrier begins just as the computer gives up waiting for it, so many times."""

    def __init__(self, times: int, *heard: bytes) -> None:
        super().__init__(*heard)
        self.times = times

    def hear(self, connected: bool = False) -> Life[None]:
        if self.times:
            self.times -= 1
            yield from self.read_all()
            yield from self.say(CONNECT + b"\xff\x03" + DLE + ETX + OK)
        else:
            yield from super().hear(connected)
