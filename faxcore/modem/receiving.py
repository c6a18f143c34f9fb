# SPDX-License-Identifier: GPL-3.0-or-later
"""The receiving half of the Class 1 driver: V.21 frames (+FRH) and image data (+FRM).

+FCERROR says that the other kind of carrier is there: during +FRM, the V.21 of a command. Some modems also send it for
the last flags of the command before (HylaFAX's manual, Class1RMPersistence): if it comes at once, +FRM is sent once
more, and the second of preamble with which a command begins leaves time for that. +FRH:3 says the same, and that the
modem continues as if told +FRH=3: the CONNECT after it announces the next frames.

Where a V.21 carrier is lost in its preamble, some modems (libspandsp's T.31, so iaxmodem and others on VoIP lines) say
NO CARRIER behind CONNECT without DLE ETX. A frame begins with the address FF: what begins with CR LF is a result code.

In a data state the octet after DLE has a meaning: ETX the end, DLE itself, SUB two of them (T.31, 8.5.3). Any other
octet tells something about the signal, for example that the carrier was lost for a moment (+FCL) or that octets were
lost, and is not data.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from faxcore.modem.hdlc import check_sequence
from faxcore.modem.modem_failed import ModemFailed, OnHook
from faxcore.modem.results import RESULTS, parse_result_code
from faxcore.modem.state import CONNECT_SECONDS, DLE, ETX, CallState, Direction, Doing, ImageCarrier
from faxcore.modem.transmitting import LONGEST_FRAME
from faxcore.t30.frames import REVERSED, is_final

FRAME_SECONDS = 4.0
"""Most seconds that a V.21 frame takes: 3 s (T.30, 5.4.3.1), and some more for flags before it."""
MOST_FRAMES = 32
"""Frames of one V.21 carrier: NSF, CSI, DIS and the like are five or six."""
MOST_OCTETS = LONGEST_FRAME + 24
"""Octets of a frame with its check sequence: the longest of any terminal, and a little more."""
EARLY_SECONDS = 0.6
"""Seconds after +FRM in which +FCERROR may mean the carrier before, whose last flags go on for a while. A command that
begins then still has some of its preamble left when +FRM is sent again.
"""
SHORTEST_SECONDS = 0.05
"""The shortest wait for a carrier."""
REFUSALS = 3
"""Times in a row that a modem may refuse to wait for a carrier before it is asked more slowly."""
PAUSE_SECONDS = 0.1
LATE_SECONDS = 1.0
"""Seconds of preamble that are left if a carrier began just when the wait for it was over, or was lost for a moment."""
SILENCE_SECONDS = 0.5
"""Seconds in which 200 ms of silence have to be found: a drop-out is shorter, and so is the pause between a page and
the command behind it, whose second of preamble leaves the time for this.
"""
RESULT = re.compile(rb"\r\n([ -~]{1,16})\r\n")
"""A result code in words (V.250, 5.7.1), as it may come in place of a frame."""
BEGINNING = re.compile(rb"\r(\n([ -~]{1,16}\r?)?)?")
"""The beginning of one, the rest of it to come."""
QUIET_SECONDS = 10.0
"""Seconds without an octet after which a carrier is taken for lost, though the modem has not said so."""
SHIELDED = {DLE: DLE, b"\x1a": DLE + DLE}
"""The data that the octet after a DLE stands for; an octet that is not here stands for nothing."""


class Receiver:
    """Receives frames and image data from a modem."""

    def __init__(self, modem: CallState) -> None:
        self._modem = modem

    def receive_frames(self, seconds: float) -> tuple[list[bytes], bool]:
        """Receive the frames of one V.21 carrier that starts within so many seconds, without check sequences.

        The second value is True if something could not be read, or if more frames came than any terminal sends: then
        the rest is not waited for. OnHook if the call is gone.
        """
        frames: list[bytes] = []
        spoilt = False
        deadline = time.monotonic() + seconds
        for _ in range(MOST_FRAMES):
            if not self._wait_for_frame(deadline):
                break
            latest = time.monotonic() + FRAME_SECONDS
            if not self._find_frame(latest):
                # The carrier has been lost, perhaps for a moment only: what is left of it is listened to at once.
                spoilt, deadline = True, max(deadline, time.monotonic() + LATE_SECONDS)
                continue
            octets, good = self._read_frame(latest)
            if not good:
                if len(octets) < 2 or is_final(octets):
                    return frames, True
                spoilt = True
                continue
            frames.append(octets[:-2])
            if is_final(octets):
                return frames, False
            deadline = time.monotonic() + CONNECT_SECONDS
        return frames, spoilt or bool(frames)

    def _wait_for_frame(self, deadline: float) -> bool:
        """Wait for a V.21 frame; returns whether one begins before the deadline."""
        if self._modem.connected and self._modem.doing is Doing.RECEIVING:
            self._modem.connected = False
            return True
        late = False
        refused = 0
        while (result := self._start_receiving("+FRH=3", deadline)) != "CONNECT":
            self._modem.doing = Doing.COMMAND
            if result == "ERROR":
                raise OnHook
            if not result:
                self._modem.doing = Doing.RECEIVING
                if not self._modem.break_off() or late:
                    return False
                # A carrier began just as we gave up waiting: the rest of it is still to come.
                late, deadline = True, time.monotonic() + LATE_SECONDS
            elif result not in ("NO CARRIER", "+FCERROR") or time.monotonic() >= deadline:
                return False
            else:
                # The carrier has gone, or is of the other kind: wait for the next.
                refused += 1
                if refused > REFUSALS:
                    self._modem.dialogue.read_line(time.monotonic() + PAUSE_SECONDS)
        return True

    def _start_receiving(self, command: str, deadline: float) -> str:
        """Send a command to receive; returns its result. OK is not an answer to it, but a late one to an earlier
        command; and +FRH:3 is not an answer to +FRH: its CONNECT comes later.
        """
        self._modem.doing = Doing.RECEIVING
        deadline = max(deadline, time.monotonic() + SHORTEST_SECONDS)
        result = self._modem.dialogue.command(command, deadline - time.monotonic())
        while result == "OK" or (result == "+FRH:3" and command == "+FRH=3"):
            result = self._modem.dialogue.wait_for_result(deadline)
        return result

    def _find_frame(self, deadline: float) -> bool:
        """Wait behind CONNECT for the octets of a frame, past the text of an OK that comes late. False if another
        result code stands in their place: the carrier is gone.
        """
        head, ended = b"", False
        while data := self._modem.port.read(deadline):
            head += data
            text = RESULT.match(head)
            if text is None and BEGINNING.fullmatch(head):
                continue
            result = "" if text is None else parse_result_code(text[1].decode("ascii"))
            if text is None or result not in RESULTS:
                break
            self._modem.dialogue.log_heard(result)
            head, ended = head[text.end() :], ended or result not in ("OK", "CONNECT")
            if ended and not head:
                self._modem.doing, self._modem.last = Doing.COMMAND, Direction.THEIRS
                return False
            self._modem.port.unread(head)
            head = b""
        self._modem.port.unread(head)
        return True

    def _read_frame(self, deadline: float) -> tuple[bytes, bool]:
        """Read the octets of one frame and its check sequence; returns them, and whether the sequence was right."""
        collected = bytearray()

        def keep(octets: bytes) -> bool:
            collected.extend(octets)
            return len(collected) <= MOST_OCTETS

        ended = self._read_data(keep, deadline)
        if not ended:
            self._modem.break_off()
            return bytes(collected), False
        result = self._modem.dialogue.wait_for_result(time.monotonic() + FRAME_SECONDS)
        self._modem.doing, self._modem.last = Doing.COMMAND, Direction.THEIRS
        # What is too long may have come in one piece, its end with it.
        fits = 5 <= len(collected) <= MOST_OCTETS
        if result:
            return bytes(collected), result == "OK" and fits
        if not self._modem.is_answering():
            raise ModemFailed("The modem on {device} does not answer after a frame.", device=self._modem.port.device)
        # Its OK was lost; the check sequence tells the same.
        return bytes(collected), fits and check_sequence(bytes(collected[:-2])) == collected[-2:]

    def receive_data(self, code: int, seconds: float, limit: float, feed: Callable[[bytes], bool]) -> ImageCarrier:
        """Receive image data at modulation `code`: the carrier must begin within `seconds`, and its data goes to `feed`
        as it comes, for at most `limit` seconds.

        After `feed` has returned False, the rest is waited for only as long as the carrier takes to end.
        """
        self._modem.give_up_waiting()
        result = self._wait_for_carrier(f"+FRM={code}", seconds)
        if result != "CONNECT":
            return self._handle_no_carrier(result)
        if self._read_data(feed, time.monotonic() + limit):
            self._modem.dialogue.wait_for_result(time.monotonic() + CONNECT_SECONDS)
            self._modem.doing = Doing.COMMAND
        else:
            self._modem.break_off()
        self._modem.last = Direction.THEIRS
        return ImageCarrier(True)

    def hears_silence(self) -> bool:
        """Return whether the line is silent now, behind a wait without a carrier. On a line that is always noisy, and
        with a modem that does not tell, it is not.
        """
        if self._modem.noisy:
            return False
        self._modem.doing = Doing.RECEIVING
        result = self._modem.dialogue.command("+FRS=20", SILENCE_SECONDS)
        if not result:
            self._modem.break_off()
        self._modem.doing = Doing.COMMAND
        return result == "OK"

    def _wait_for_carrier(self, command: str, seconds: float) -> str:
        """Wait for an image carrier; returns the result of the command."""
        began = time.monotonic()
        result = self._start_receiving(command, began + seconds)
        if result == "+FCERROR" and time.monotonic() - began < EARLY_SECONDS:
            result = self._start_receiving(command, began + seconds)
        return result

    def _handle_no_carrier(self, result: str) -> ImageCarrier:
        """Go on after a wait without an image carrier. OnHook if the call is gone."""
        if result == "+FRH:3" and self._modem.dialogue.wait_for_result(time.monotonic() + CONNECT_SECONDS) == "CONNECT":
            self._modem.connected = True
            return ImageCarrier(False, other=True)
        if not result:
            self._modem.break_off()
        self._modem.doing = Doing.COMMAND
        if result == "ERROR":
            raise OnHook
        return ImageCarrier(False, other=result in ("+FCERROR", "+FRH:3"))

    def _read_data(self, feed: Callable[[bytes], bool], deadline: float) -> bool:
        """Read the octets of a data state and feed them on, in document order. True at DLE ETX, False if no more come,
        or at the deadline.
        """
        escape = False
        wanted = True
        while data := self._modem.port.read(min(deadline, time.monotonic() + QUIET_SECONDS)):
            pieces: list[bytes] = []
            if escape:
                data = DLE + data
                escape = False
            while data:
                plain, dle, rest = data.partition(DLE)
                pieces.append(plain)
                if not dle:
                    break
                if not rest:
                    escape = True
                    break
                if rest[:1] == ETX:
                    self._modem.port.unread(rest[1:])
                    if wanted:
                        feed(b"".join(pieces).translate(REVERSED))
                    return True
                pieces.append(SHIELDED.get(rest[:1], b""))
                data = rest[1:]
            if wanted and not feed(b"".join(pieces).translate(REVERSED)):
                wanted = False
                deadline = min(deadline, time.monotonic() + 2.0)
        return False
