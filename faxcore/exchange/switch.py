# SPDX-License-Identifier: GPL-3.0-or-later
"""The switch: calls between lines, from dialling to release, and the events that each party sees of them.

A call goes DIALLING -> RINGING -> TALKING -> over, or ends earlier in one of the telephone network's ways:

    dead line                NO DIALTONE after 3 s
    line in use, busy number BUSY, 1 s after dialling
    nobody answers           NO ANSWER after 45 s of ringing; so does a line whose device no program has open
    number of no line        the network's announcement (three tones), then release: NO CARRIER after 12 s

All times are line time. A hang-up arrives after the last sound, so that the frame sent before it is not lost.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from faxcore.exchange.audio import Path, make_announcement
from faxcore.exchange.library import SAMPLE_RATE, Samples, make_silence
from faxcore.exchange.number_plan import normalise_number, parse_dial_string
from faxcore.exchange.settings import ExchangeSettings, LineSettings

log = logging.getLogger(__name__)

SETUP_SECONDS: Final = 1.0
NO_DIALTONE_SECONDS: Final = 3.0
RING_SECONDS: Final = 5.0
"""From one RING to the next: 1.5 s of bell, 3.5 s of silence (France, E.180 supplement 2)."""
CALLER_ID_SECONDS: Final = 0.8
"""From the first RING to the caller id: inside the first silence of the bell."""
ANNOUNCEMENT_SECONDS: Final = 12.0


class SwitchOutcome(Enum):
    """The way in which the network ends an attempt for the caller."""

    BUSY = "busy"
    NO_ANSWER = "no answer"
    NO_DIALTONE = "no dialtone"


@dataclass(frozen=True)
class CallerId:
    """The caller as shown to the called party: P (private) replaces a number or name that is withheld."""

    number: str
    name: str
    called: str


@dataclass(frozen=True)
class CallRecord:
    """A call that was answered and is over, as the network saw it. Times are seconds of line time."""

    caller: int
    """The line that called, counted from 1."""
    called: int
    talked: float
    """From the answer to the first hang-up."""


class Station(Protocol):
    """The station at the end of a line: a soft modem with its computer, a fax terminal, or a person."""

    def ring(self) -> None:
        """Ring the bell once."""

    def show_caller(self, caller: CallerId) -> None:
        """Show the caller id, between the first bell and the second."""

    def on_refused(self, outcome: SwitchOutcome) -> None:
        """Handle the failure of the call that this station dialled."""

    def on_connected(self) -> None:
        """Handle the connection of the call that this station dialled: it hears the other end."""

    def on_answered(self) -> None:
        """Handle the connection of the call that this station answered."""

    def on_released(self) -> None:
        """Handle the end of the call: the other end has hung up, or the caller gave up while the bell rang."""

    def send(self, count: int) -> Samples:
        """Return the station's next sound."""

    def hear(self, samples: Samples) -> None:
        """Take the next sound from the line."""

    def is_present(self) -> bool:
        """Return whether anything can answer here."""


class SwitchLine:
    """One subscriber's line: a station, its settings, and the call that it is in."""

    def __init__(self, index: int, settings: LineSettings):
        self.index = index
        self.settings = settings
        self.station: Station | None = None
        self.call: SwitchCall | None = None
        self.off_hook = False

    @property
    def numbers(self) -> tuple[str, ...]:
        """The line's numbers as the switch compares them."""
        return tuple(normalise_number(number) for number in self.settings.numbers)

    @property
    def there(self) -> Station:
        """The station, which every line has once the exchange has started."""
        assert self.station is not None
        return self.station

    def __str__(self) -> str:
        return f"line {self.index}"


class SwitchCall:
    """One call from a line to a number. The switch steps it; stations never do."""

    def __init__(self, switch: Switch, caller: SwitchLine, dial_string: str, serial: int):
        self._switch = switch
        self.caller = caller
        self.called: SwitchLine | None = None
        self.number, seconds = parse_dial_string(dial_string)
        self._serial = serial
        self._now = 0
        self._events: list[tuple[int, Callable[[], None]]] = []
        self._paths: tuple[Path, Path] | None = None
        self._recording: Samples | None = None
        self._answered_at: int | None = None
        self.ringing = False
        self.over = False
        if not caller.settings.dialtone:
            self._later(NO_DIALTONE_SECONDS, lambda: self._refuse(SwitchOutcome.NO_DIALTONE))
        else:
            self._later(seconds + SETUP_SECONDS, self._route)

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        self._events.append((self._now + int(seconds * SAMPLE_RATE), action))

    def _refuse(self, outcome: SwitchOutcome) -> None:
        log.info("%s: %s", self.caller, outcome.value)
        self._end()
        self.caller.there.on_refused(outcome)

    def _end(self) -> None:
        self.over = True
        self.ringing = False
        for line in (self.caller, self.called):
            if line is not None and line.call is self:
                line.call = None
                line.off_hook = False

    def _route(self) -> None:
        settings = self._switch.settings
        silent = self.number in {normalise_number(n) for n in settings.silent_numbers}
        called = self._switch.find(self.number)
        if self.number in {normalise_number(n) for n in settings.busy_numbers}:
            self._refuse(SwitchOutcome.BUSY)
        elif silent or (called is not None and not called.there.is_present()):
            log.info("%s: the other end rings; nobody is there", self.caller)
            self._later(settings.no_answer_after, lambda: self._refuse(SwitchOutcome.NO_ANSWER))
        elif called is None:
            log.info("%s: nobody has that number: announcement", self.caller)
            self._recording = make_announcement(ANNOUNCEMENT_SECONDS)
            self.caller.there.on_connected()
            self._later(ANNOUNCEMENT_SECONDS, lambda: self._release(self.caller))
        elif called.off_hook or called.call is not None:
            self._refuse(SwitchOutcome.BUSY)
        else:
            self.called = called
            called.call = self
            self.ringing = True
            self._later(settings.no_answer_after, self._give_up)
            self._ring()
            self._later(CALLER_ID_SECONDS, self._show_caller)

    def _ring(self) -> None:
        if self.ringing and self.called is not None:
            log.info("%s: rings", self.called)
            self._later(RING_SECONDS, self._ring)
            self.called.there.ring()

    def _show_caller(self) -> None:
        if self.ringing and self.called is not None:
            settings = self.caller.settings
            number, name = ("P", "P") if settings.withheld else (normalise_number(settings.numbers[0]), settings.name)
            self.called.there.show_caller(CallerId(number, name, self.number))

    def _give_up(self) -> None:
        if self.ringing and self.called is not None:
            called = self.called
            self._refuse(SwitchOutcome.NO_ANSWER)
            called.there.on_released()

    def answer(self) -> None:
        """Connect the two parties, because the called one has gone off hook: both can talk from the next step on."""
        assert self.called is not None
        log.info("%s: answers %s", self.called, self.caller)
        self.ringing = False
        self._answered_at = self._now
        self.called.off_hook = True
        settings = self._switch.settings
        impairments = (self.caller.settings.impairments, self.called.settings.impairments)
        self._paths = (
            Path(impairments, settings.delay_ms, (settings.seed, self._serial, 0)),
            Path(impairments, settings.delay_ms, (settings.seed, self._serial, 1)),
        )
        limits = [i.hang_up_after for i in impairments if i.hang_up_after is not None]
        if limits:
            self._later(min(limits), self._cut)
        self.caller.there.on_connected()
        self.called.there.on_answered()

    def _cut(self) -> None:
        log.info("%s: the network cuts the call", self.caller)
        self._record_call()
        for line in (self.caller, self.called):
            if line is not None:
                self._release(line)

    def hang_up(self, line: SwitchLine) -> None:
        """Note that a party has gone on hook: the other is released after the delays of line and network."""
        other = self.called if line is self.caller else self.caller
        if line.call is self:
            line.call = None
        if other is None or other.call is not self:
            self._end()
        elif self.ringing:
            self._end()
            other.there.on_released()
        else:
            self._record_call()
            settings = self._switch.settings
            own = sum(p.settings.impairments.delay_ms for p in (self.caller, self.called) if p is not None)
            delay = (settings.delay_ms + own) / 1000
            self._later(delay + settings.release_after, lambda: self._release(other))

    def _record_call(self) -> None:
        """Record the call, unless it is recorded already: nobody talks from now on."""
        if self._answered_at is not None and self.called is not None:
            seconds = (self._now - self._answered_at) / SAMPLE_RATE
            self._switch.records.append(CallRecord(self.caller.index, self.called.index, seconds))
            self._answered_at = None

    def _release(self, line: SwitchLine) -> None:
        if line.call is self:
            line.call = None
            line.off_hook = False
            log.info("%s: released by the network", line)
            line.there.on_released()
        if self.caller.call is not self and (self.called is None or self.called.call is not self):
            self._end()

    def step(self, count: int) -> None:
        """Let `count` samples of line time pass."""
        due = [event for event in self._events if event[0] <= self._now]
        if due:
            self._events = [event for event in self._events if event[0] > self._now]
            for _, action in sorted(due, key=lambda event: event[0]):
                if not self.over:
                    action()
        self._now += count
        if self.over:
            return
        if self._recording is not None:
            self._announce(count)
        elif self._paths is not None and self.called is not None:
            self._talk(count, self._paths, self.called)

    def _announce(self, count: int) -> None:
        assert self._recording is not None
        if self.caller.call is self:
            self.caller.there.send(count)
            chunk, self._recording = self._recording[:count], self._recording[count:]
            if len(chunk) == count:
                self.caller.there.hear(chunk)

    def _talk(self, count: int, paths: tuple[Path, Path], called: SwitchLine) -> None:
        for speaker, listener, path in (
            (self.caller, called, paths[0]),
            (called, self.caller, paths[1]),
        ):
            said = speaker.there.send(count) if speaker.call is self else make_silence(count)
            heard = path.pass_on(said)
            if listener.call is self:
                listener.there.hear(heard)


class Switch:
    """All lines and all calls."""

    def __init__(self, settings: ExchangeSettings):
        self.settings = settings
        self.lines = [SwitchLine(index, line) for index, line in enumerate(settings.lines, start=1)]
        self.records: list[CallRecord] = []
        self._calls: list[SwitchCall] = []
        self._serial = 0

    def find(self, number: str) -> SwitchLine | None:
        """Find the line that has this number."""
        return next((line for line in self.lines if number in line.numbers), None)

    @property
    def is_busy(self) -> bool:
        """True if any call is in progress."""
        return bool(self._calls)

    def dial(self, line: SwitchLine, dial_string: str) -> bool:
        """Take a station off hook and dial; False if it is in a call already."""
        if line.call is not None:
            return False
        self._serial += 1
        call = SwitchCall(self, line, dial_string, self._serial)
        log.info("%s: dials", line)
        # Whom somebody calls is told only to who asks for it: --verbose.
        log.debug("%s: the dial string is %r, the number %s", line, dial_string, call.number)
        line.call = call
        line.off_hook = True
        self._calls.append(call)
        return True

    def answer(self, line: SwitchLine) -> bool:
        """Let a station answer; False if no bell rings."""
        call = line.call
        if call is None or not call.ringing or call.called is not line:
            return False
        call.answer()
        return True

    def hook(self, line: SwitchLine, off: bool) -> None:
        """Take a station off hook without dialling, or put it on hook."""
        if off:
            line.off_hook = True
            return
        line.off_hook = False
        if line.call is not None and not (line.call.ringing and line.call.called is line):
            log.info("%s: hangs up", line)
            line.call.hang_up(line)

    def step(self, count: int) -> None:
        """Let `count` samples of line time pass on all calls."""
        for call in self._calls:
            call.step(count)
        self._calls = [call for call in self._calls if not call.over]
