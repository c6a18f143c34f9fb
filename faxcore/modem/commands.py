# SPDX-License-Identifier: GPL-3.0-or-later
"""The AT dialogue: a command is sent, a result code comes back (V.250).

Echoes, empty lines and unsolicited lines (RING, caller id) may come between the two; only a result code ends the wait.
A line that came before a command was sent cannot be the answer to it: some modems send NO CARRIER twice, or OK so late
that nobody waits for it any more. So such lines are dropped.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Set

from faxcore.modem.modem_failed import ModemFailed
from faxcore.modem.port import Port
from faxcore.modem.results import RESULTS, parse_numeric_code, parse_result_code

ANSWER_SECONDS = 5.0
"""Seconds that a modem has for the answer to a command which does not depend on the other end."""
LONGEST_LINE = 256
NUMBER_SECONDS = 0.1
"""Seconds in which a line feed comes, if it comes: it tells a line of text with a number from a numeric result code."""
END = re.compile(rb"\r\n|\r|\n")


class AtDialogue:
    """Commands to a modem on a port, and its result codes. `log` gets each line both ways."""

    def __init__(self, port: Port, log: Callable[[str], None] = lambda _: None) -> None:
        self.port = port
        self._log = log

    def command(self, text: str, seconds: float = ANSWER_SECONDS, codes: Set[str] = RESULTS) -> str:
        """Send AT and this text; returns the result code. Empty if none came in time."""
        self.send(text)
        return self.wait_for_result(time.monotonic() + seconds, codes=codes)

    def ask(self, text: str, seconds: float = ANSWER_SECONDS) -> tuple[str, list[str]]:
        """Send AT and this text; returns the result code and the lines before it."""
        self.send(text)
        lines: list[str] = []
        return self.wait_for_result(time.monotonic() + seconds, lines.append), lines

    def send(self, text: str) -> None:
        """Send AT and this text, and do not wait."""
        self.port.discard()
        self._log(f"> AT{text}")
        self.port.write(f"AT{text}\r".encode("ascii"), time.monotonic() + ANSWER_SECONDS)

    def wait_for_result(
        self, deadline: float, other: Callable[[str], None] = lambda _: None, codes: Set[str] = RESULTS
    ) -> str:
        """Wait for the next result code; empty at the deadline. Other lines go to `other`."""
        while True:
            line = self.read_line(deadline)
            if line is None:
                return ""
            if (code := parse_result_code(line)) in codes:
                return code
            other(line)

    def read_line(self, deadline: float) -> str | None:
        """Read the next line that is not empty; None at the deadline. A modem's text is hostile: it is bounded and
        cleaned.
        """
        text = ""
        while not text:
            head, end, number = self._read_to_line_end(deadline)
            if not end:
                return None
            text = number or head.decode("ascii", "replace").strip("\r\n \0")
        text = "".join(character if character.isprintable() else "?" for character in text)
        self._log(f"< {text}")
        return text[:LONGEST_LINE]

    def log_heard(self, text: str) -> None:
        """Log what the modem said where data was awaited, or dropped, and no line was read."""
        self._log(f"< {text}")

    def _read_to_line_end(self, deadline: float) -> tuple[bytes, bytes, str]:
        """Read a line of any length. Returns the line, its end (empty at the deadline), and its numeric result code.

        A numeric code ends with a carriage return alone; data may already follow it. A line of text that comes in two
        pieces may look like a numeric code until its line feed comes.
        """
        collected = b""
        while data := self.port.read(deadline):
            collected += data
            end = END.search(collected)
            if end is None:
                if len(collected) > LONGEST_LINE:
                    raise ModemFailed(
                        "The device on {device} does not behave like a modem (wrong speed?).",
                        device=self.port.device,
                    )
                continue
            head, rest = collected[: end.start()], collected[end.end() :]
            number = parse_numeric_code(head)
            if end[0] == b"\r" and not rest:
                rest = self.port.read(min(deadline, time.monotonic() + NUMBER_SECONDS) if number else deadline)
            if end[0] == b"\r" and rest.startswith(b"\n"):
                number, rest = "", rest[1:]
            self.port.unread(rest)
            return head, end[0], number if end[0] == b"\r" else ""
        # Half a line is the beginning of the next.
        self.port.unread(collected)
        return b"", b"", ""
