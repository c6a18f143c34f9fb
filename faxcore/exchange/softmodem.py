# SPDX-License-Identifier: GPL-3.0-or-later
"""A soft modem with its computer: the library's T.31 modem between a pseudo-terminal and a line of the switch.

The library has faults that a real modem does not have; they are corrected here:

- Its buffer for page data holds 4096 octets and loses what does not fit. It asks to wait (CTS) at 3072, so it is fed
  in pieces of at most 512, and nothing while it asks.
- A V.21 frame longer than its buffers overruns them. Octets past FRAME_LIMIT are dropped, which spoils the frame.
- It loses octets between DLE ETX and OK, and also the rest of a piece whose first octet ends +FRM. Both are kept back
  until the modem can take them as a command.
- At hang-up it may report NO CARRIER twice, or when no command waits: one is let through, or none.
- It stores the time of +FIT, and does nothing when it is over: that is counted here, in line time, while it is the
  computer's turn in a call.
- +FRS ends only when the line is below -36 dBm0, on a noisy line never: after FRS_LIMIT it is ended with OK.
"""

from __future__ import annotations

import logging
import re
import time
from typing import Final

from faxcore.exchange.at_tracking import (
    DLE,
    ETX,
    AtTracker,
    Phase,
    ends_in_half_escape,
    find_end_of_data,
    parse_result_code,
)
from faxcore.exchange.library import SAMPLE_RATE, T31, CallEvent, Control, Samples
from faxcore.exchange.pseudo_terminal import PseudoTerminal
from faxcore.exchange.switch import CallerId, Switch, SwitchLine, SwitchOutcome

log = logging.getLogger(__name__)

PIECE: Final = 512
PENDING: Final = 4096
"""Octets read ahead from the computer, as many as a modem's serial buffer holds."""

FRAME_LIMIT: Final = 250
"""Octets of one V.21 frame with its DLE stuffing that both ends' buffers hold. T.30's frames have at most 90."""

FRS_LIMIT: Final = 20.0
"""Seconds of line time after which a wait for silence is given up."""

RING_GRACE: Final = 0.5
"""Seconds, of line time at its slowest, in which a computer may answer a bell before the clock runs fast again."""

MOST_ABORTS: Final = 64
"""Octets to end one command: if the library takes them for data, they must not overrun its buffer."""

INACTIVITY: Final = re.compile(rb"\+FIT=(\d{1,3})")

CAN: Final = b"\x18"
END_OF_DATA: Final = bytes([DLE, ETX])


class SoftModem:
    """The station at a line that a computer uses."""

    def __init__(self, line: SwitchLine, switch: Switch, port: PseudoTerminal):
        self.line = line
        self.port = port
        self._switch = switch
        self._pending = bytearray()
        self._requests: list[tuple[Control, str]] = []
        self._power_on()

    def _power_on(self) -> None:
        self._modem = T31(self._to_computer, self._control)
        self._dialogue = AtTracker()
        self._pending.clear()
        self._requests.clear()
        self._clear_to_send = True
        self._frame = 0
        self._aborts = 0
        self._held: list[bytes] | None = None
        self._shows_caller = False
        self._dialling = False
        self._grace = 0
        self._listening = 0
        self._in_frs = False
        self._speed_checked = 0.0
        self._dropped_dtr = False
        self._patience = 0
        """Seconds that the computer may be silent in a call (+FIT); 0: for ever."""
        self._silent = 0

    def close(self) -> None:
        """Free the modem and remove its device."""
        self._modem.close()
        self.port.close()

    # Output of the library

    def _to_computer(self, data: bytes) -> None:
        if self._held is not None:
            self._held.append(data)
            return
        code = parse_result_code(data)
        if code is not None:
            log.debug("%s: %s", self.line, code)
            self._dialogue.note_result(code)
            if self._dialogue.phase is Phase.COMMAND:
                self._dialling = self._in_frs = False
            self._frame = self._aborts = 0
        self.port.write(data)

    def _control(self, operation: Control, text: str, level: bool) -> int:
        if operation is Control.CTS:
            self._clear_to_send = level
        elif operation is Control.CALL:
            if self.line.call is not None:
                return -1
            self._dialling = True
            self._requests.append((operation, text))
        elif operation is Control.ANSWER:
            self._dialogue.note_answering()
            self._requests.append((operation, text))
        elif operation in (Control.HANGUP, Control.OFFHOOK):
            self._requests.append((operation, text))
        return 0

    def _perform_requests(self) -> None:
        """Carry out the modem's requests to its line, made in callbacks, in which the modem must not be used."""
        while self._requests:
            operation, text = self._requests.pop(0)
            if operation is Control.CALL:
                self._switch.dial(self.line, text)
            elif operation is Control.ANSWER:
                if not self._switch.answer(self.line):
                    self._modem.give_result("NO CARRIER")
            else:
                self._switch.hook(self.line, operation is Control.OFFHOOK)
                self._modem.forget_call_information()

    # Input from the computer

    def serve(self) -> None:
        """Take the octets of the computer, as far as the modem can use them, and notice if it has hung up."""
        if self.port.has_hung_up():
            self._computer_gone()
        self._check_speed()
        room = PENDING - len(self._pending)
        if room > 0:
            said = self.port.read(room)
            self._pending += said
            self._silent = 0 if said else self._silent
        while self._pending and self._feed():
            self._perform_requests()
        self._perform_requests()
        self.port.flush()

    def _computer_gone(self) -> None:
        """End the call after DTR has dropped for good; the modem is then as after power-on."""
        log.info("%s: its device was closed", self.line)
        self._switch.hook(self.line, False)
        self._modem.close()
        self._power_on()

    def _check_speed(self) -> None:
        now = time.monotonic()
        if now - self._speed_checked < 0.05:
            return
        self._speed_checked = now
        zero = self.port.speed_is_zero()
        if zero and not self._dropped_dtr and (self.line.off_hook or self.line.call is not None):
            log.info("%s: DTR dropped (B0)", self.line)
            self._pending.clear()
            self._requests.append((Control.HANGUP, ""))
            self.on_released()
        self._dropped_dtr = zero

    def _feed(self) -> bool:
        """Give the modem the next piece; False if it can't take any now."""
        match self._dialogue.phase:
            case Phase.COMMAND:
                end = self._pending.find(b"\r") + 1 or len(self._pending)
                piece = self._take(end)
                self._dialogue.command_octets(piece)
                if piece.endswith(b"\r"):
                    self._note_command(piece)
                self._modem.computer_sent(piece)
                self._grace = 0
            case Phase.LISTENING:
                self._take(1)
                self._abort()
            case Phase.FRAMES:
                self._feed_frame()
            case Phase.PAGE:
                return self._feed_page()
            case Phase.SENDING:
                return False
        return True

    def _take(self, count: int) -> bytes:
        piece = bytes(self._pending[:count])
        del self._pending[:count]
        return piece

    def _note_command(self, piece: bytes) -> None:
        line = piece.upper().replace(b" ", b"")
        log.debug("%s: %s", self.line, line.decode("ascii", "replace").strip())
        if b"+VCID=" in line or b"#CID=" in line:
            self._shows_caller = b"ID=1" in line
        if patience := INACTIVITY.search(line):
            self._patience = int(patience[1])
        elif line.startswith((b"ATZ", b"AT&F")):
            self._patience = 0
        self._listening = 0
        self._in_frs = b"+FRS=" in line

    def _abort(self) -> None:
        """End the modem's work for a command, because of an octet from the computer (T.31, 8.3; V.250, 5.6.1)."""
        if self._dialling:
            self._switch.hook(self.line, False)
            self._modem.give_result("NO CARRIER")
        elif self._aborts < MOST_ABORTS:
            self._aborts += 1
            self._modem.computer_sent(CAN)

    def _feed_frame(self) -> None:
        end = find_end_of_data(bytes(self._pending))
        piece = self._take(end if end is not None else len(self._pending))
        body = piece[:-2] if end is not None else piece
        room = max(0, FRAME_LIMIT - self._frame)
        if len(body) > room:
            log.warning("%s: a frame is too long for the modem: %d octets dropped", self.line, len(body) - room)
            body = body[:room]
            if ends_in_half_escape(body):
                body = body[:-1]
        self._frame += len(body)
        if end is not None:
            self._dialogue.note_end_of_data()
            body += piece[-2:]
        self._modem.computer_sent(body)

    def _feed_page(self) -> bool:
        if not self._clear_to_send:
            return False
        window = bytes(self._pending[:PIECE])
        end = find_end_of_data(window)
        if end is None:
            if ends_in_half_escape(window):
                window = window[:-1]
            if not window:
                return False
            self._modem.computer_sent(self._take(len(window)))
            return True
        piece = self._take(end)
        self._dialogue.note_end_of_data()
        self._modem.computer_sent(piece)
        return True

    # Events of the line

    def ring(self) -> None:
        """Send RING to the computer."""
        self._grace = int(RING_GRACE * SAMPLE_RATE)
        self._modem.event(CallEvent.ALERTING)
        self._perform_requests()

    def show_caller(self, caller: CallerId) -> None:
        """Send DATE, TIME, NMBR, NAME and NDID (the number called), if AT+VCID=1 asked for them."""
        if not self._shows_caller:
            return
        now = time.localtime()
        items = [("DATE", time.strftime("%m%d", now)), ("TIME", time.strftime("%H%M", now))]
        items.append(("NMBR", caller.number))
        if caller.name:
            items.append(("NAME", caller.name))
        items.append(("NDID", caller.called))
        self._modem.show_call_information(items)

    def on_refused(self, outcome: SwitchOutcome) -> None:
        """Send BUSY, NO ANSWER or NO DIALTONE to the computer."""
        events = {
            SwitchOutcome.BUSY: CallEvent.BUSY,
            SwitchOutcome.NO_ANSWER: CallEvent.NO_ANSWER,
            SwitchOutcome.NO_DIALTONE: CallEvent.NO_DIALTONE,
        }
        self._dialling = False
        self._modem.event(events[outcome])

    def on_connected(self) -> None:
        """Send CNG and listen for V.21: the call is through."""
        self._dialling = False
        self._modem.event(CallEvent.CONNECTED)

    def on_answered(self) -> None:
        """Send CED, then V.21 as by +FTH=3: the call is answered."""
        self._modem.event(CallEvent.ANSWERED)

    def on_released(self) -> None:
        """End the call on a dead line: NO CARRIER if a command waits for its result, otherwise nothing is sent."""
        log.debug("%s: on hook", self.line)
        said: list[bytes] = []
        self._held = said
        self._modem.event(CallEvent.HANGUP)
        self._held = None
        for data in said:
            if data.endswith(END_OF_DATA):
                self.port.write(data)
        codes = [code for code in map(parse_result_code, said) if code is not None]
        if codes and self._dialogue.phase is not Phase.COMMAND:
            self._modem.give_result(codes[0])
        self._modem.forget_call_information()
        self._dialogue.phase = Phase.COMMAND
        self._clear_to_send = True
        self._grace = 0

    def send(self, count: int) -> Samples:
        """Return the modem's sound."""
        return self._modem.send(count)

    def hear(self, samples: Samples) -> None:
        """Give the modem sound."""
        if self._in_frs and self._dialogue.phase is Phase.LISTENING:
            self._listening += len(samples)
            if self._listening > FRS_LIMIT * SAMPLE_RATE:
                log.warning("%s: no silence on the line within %.0f s", self.line, FRS_LIMIT)
                self._abort()
        self._modem.hear(samples)

    def pass_time(self, count: int) -> None:
        """Let line time pass, in a call or not."""
        self._grace = max(0, self._grace - count)
        waits = self.line.off_hook and self._dialogue.phase in (Phase.COMMAND, Phase.FRAMES, Phase.PAGE)
        self._silent = self._silent + count if waits else 0
        if self._patience and self._silent > self._patience * SAMPLE_RATE:
            log.info("%s: its computer has said nothing for %d s", self.line, self._patience)
            self._silent = 0
            self._switch.hook(self.line, False)
            self.on_released()

    def is_present(self) -> bool:
        """Return whether a program has the device open."""
        return self.port.opened

    def watched_descriptors(self) -> tuple[int, ...]:
        """Return the descriptors to watch for something to serve; not the computer's, while there is no room."""
        octets, openings = self.port.filenos()
        return (octets, openings) if len(self._pending) < PENDING else (openings,)

    def awaits_computer(self) -> bool:
        """Return whether it is the computer's turn: then line time must not run faster than real time."""
        if not self.port.opened:
            return False
        if self.port.count_unread():
            return True
        match self._dialogue.phase:
            case Phase.COMMAND:
                return self.line.off_hook or self._grace > 0
            case Phase.FRAMES:
                return True
            case Phase.PAGE:
                return self._clear_to_send and (
                    not self._pending or (len(self._pending) == 1 and self._pending[0] == DLE)
                )
            case _:
                # On a noisy line +FRS lasts until the computer breaks it off, after a time of its own.
                return self._in_frs
