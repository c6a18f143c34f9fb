# SPDX-License-Identifier: GPL-3.0-or-later
"""The AT dialogue: a command goes out, a result code comes back (V.250).

Echoes, empty lines and what a modem says unasked (RING, caller id) may stand between the two; only a result code
ends the wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from faxcore.modem.failure import ModemFailed
from faxcore.modem.port import Port

RESULTS = frozenset(
    {
        "OK",
        "ERROR",
        "CONNECT",
        "NO CARRIER",
        "BUSY",
        "NO ANSWER",
        "NO DIALTONE",
        "NO DIAL TONE",
        "+FCERROR",
        "FCERROR",
    }
)
"""Result codes that end a command, as V.250 and T.31 print them, and as some modems do."""

ANSWER_SECONDS = 5.0
"""Seconds that a modem has for the answer to a command which needs nobody else."""
LONGEST_LINE = 256


class Dialogue:
    """Commands to a modem on a port, and its result codes. `log` gets each line both ways."""

    def __init__(self, port: Port, log: Callable[[str], None] = lambda _: None) -> None:
        self.port = port
        self._log = log

    def command(self, text: str, seconds: float = ANSWER_SECONDS) -> str:
        """Send AT and this text; returns the result code. Empty if none came in time."""
        self.send(text)
        return self.result(time.monotonic() + seconds)

    def ask(self, text: str, seconds: float = ANSWER_SECONDS) -> tuple[str, list[str]]:
        """Send AT and this text; returns the result code and the lines before it."""
        self.send(text)
        lines: list[str] = []
        return self.result(time.monotonic() + seconds, lines.append), lines

    def send(self, text: str) -> None:
        """Send AT and this text, and do not wait."""
        self._log(f"> AT{text}")
        self.port.write(f"AT{text}\r".encode("ascii"), time.monotonic() + ANSWER_SECONDS)

    def result(self, deadline: float, other: Callable[[str], None] = lambda _: None) -> str:
        """The next result code, empty at the deadline. Other lines go to `other`."""
        while True:
            line = self.line(deadline)
            if line is None:
                return ""
            code = "+FCERROR" if line == "FCERROR" else line
            code = "NO DIALTONE" if code == "NO DIAL TONE" else code
            if code in RESULTS:
                return code
            if code.startswith("CONNECT"):
                return "CONNECT"
            other(line)

    def line(self, deadline: float) -> str | None:
        """The next line that is not empty, None at the deadline. What a modem says is hostile: it is bounded and
        cleaned.
        """
        collected = b""
        while True:
            data = self.port.read(deadline)
            if not data:
                return None
            collected += data
            head, newline, rest = collected.partition(b"\n")
            if not newline:
                if len(collected) > LONGEST_LINE:
                    raise ModemFailed(
                        "What answers on {device} is no modem, or one at another speed: it talks without end.",
                        device=self.port.device,
                    )
                continue
            self.port.unread(rest)
            text = head.decode("ascii", "replace").strip("\r\n \0")
            if text:
                text = "".join(character if character.isprintable() else "?" for character in text)
                self._log(f"< {text}")
                return text[:LONGEST_LINE]
            collected = b""
