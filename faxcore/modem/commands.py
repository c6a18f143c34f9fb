# SPDX-License-Identifier: GPL-3.0-or-later
"""The AT dialogue: a command goes out, a result code comes back (V.250).

Echoes, empty lines and what a modem says unasked (RING, caller id) may stand between the two; only a result code
ends the wait. What was said before a command went out cannot be the answer to it: some modems say NO CARRIER twice, or
OK so late that nobody waits for it any more. So that is dropped.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Set

from faxcore.modem.modem_failed import ModemFailed
from faxcore.modem.port import Port
from faxcore.modem.results import RESULTS, numeric_code, result_code

ANSWER_SECONDS = 5.0
"""Seconds that a modem has for the answer to a command which needs nobody else."""
LONGEST_LINE = 256
NUMBER_SECONDS = 0.1
"""Seconds in which the line feed comes that tells a line with a number in it from a result code that is one."""
END = re.compile(rb"\r\n|\r|\n")


class AtDialogue:
    """Commands to a modem on a port, and its result codes. `log` gets each line both ways."""

    def __init__(self, port: Port, log: Callable[[str], None] = lambda _: None) -> None:
        self.port = port
        self._log = log

    def command(self, text: str, seconds: float = ANSWER_SECONDS, codes: Set[str] = RESULTS) -> str:
        """Send AT and this text; returns the result code. Empty if none came in time."""
        self.send(text)
        return self.result(time.monotonic() + seconds, codes=codes)

    def ask(self, text: str, seconds: float = ANSWER_SECONDS) -> tuple[str, list[str]]:
        """Send AT and this text; returns the result code and the lines before it."""
        self.send(text)
        lines: list[str] = []
        return self.result(time.monotonic() + seconds, lines.append), lines

    def send(self, text: str) -> None:
        """Send AT and this text, and do not wait."""
        self.port.discard()
        self._log(f"> AT{text}")
        self.port.write(f"AT{text}\r".encode("ascii"), time.monotonic() + ANSWER_SECONDS)

    def result(self, deadline: float, other: Callable[[str], None] = lambda _: None, codes: Set[str] = RESULTS) -> str:
        """The next result code, empty at the deadline. Other lines go to `other`."""
        while True:
            line = self.line(deadline)
            if line is None:
                return ""
            if (code := result_code(line)) in codes:
                return code
            other(line)

    def line(self, deadline: float) -> str | None:
        """The next line that is not empty, None at the deadline. What a modem says is hostile: it is bounded and
        cleaned.
        """
        text = ""
        while not text:
            head, end, number = self._ended(deadline)
            if not end:
                return None
            text = number or head.decode("ascii", "replace").strip("\r\n \0")
        text = "".join(character if character.isprintable() else "?" for character in text)
        self._log(f"< {text}")
        return text[:LONGEST_LINE]

    def _ended(self, deadline: float) -> tuple[bytes, bytes, str]:
        """A line of any length, what ends it (nothing at the deadline), and the result code that it is as a number.

        Such a code ends with a carriage return alone; behind it may be data already. A line of text that comes in two
        pieces may look like one, until its line feed comes.
        """
        collected = b""
        while data := self.port.read(deadline):
            collected += data
            end = END.search(collected)
            if end is None:
                if len(collected) > LONGEST_LINE:
                    raise ModemFailed(
                        "What answers on {device} is no modem, or one at another speed: it talks without end.",
                        device=self.port.device,
                    )
                continue
            head, rest = collected[: end.start()], collected[end.end() :]
            number = numeric_code(head)
            if end[0] == b"\r" and not rest:
                rest = self.port.read(min(deadline, time.monotonic() + NUMBER_SECONDS) if number else deadline)
            if end[0] == b"\r" and rest.startswith(b"\n"):
                number, rest = "", rest[1:]
            self.port.unread(rest)
            return head, end[0], number if end[0] == b"\r" else ""
        # Half a line is the beginning of the next.
        self.port.unread(collected)
        return b"", b"", ""
