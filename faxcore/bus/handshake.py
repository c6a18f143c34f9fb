# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's half of D-Bus's handshake ("Authentication Protocol" in its specification), line by line.

Only EXTERNAL is spoken: the uid is the one that the kernel gives of the other end of the socket, and a client that
claims another one is rejected.
"""

from __future__ import annotations

from typing import Final

MOST_LINES: Final = 16
"""Lines of a client before its first message; an honest one needs four."""

_REJECTED: Final = "REJECTED EXTERNAL"


class Handshake:
    """One client's handshake, from its first line to BEGIN."""

    def __init__(self, uid: int, guid: str) -> None:
        """`uid` is whose the socket's other end is; `guid`, 32 hexadecimal digits, names this server."""
        self._uid = uid
        self._guid = guid
        self._lines = 0
        self._asked_uid = False
        self._known = False
        self.ended = False
        """The client has begun: what comes next is a message."""

    def answer(self, line: str) -> str | None:
        """Take a line without its end, and give the one to be sent; None after BEGIN. ValueError for a client that
        begins unknown, or does not come to an end.
        """
        self._lines += 1
        if self._lines > MOST_LINES:
            raise ValueError("the handshake does not come to an end")
        asked_uid, self._asked_uid = self._asked_uid, False
        match line.split(" "):
            case ["AUTH", "EXTERNAL"]:
                self._asked_uid = True
                return "DATA"
            case ["AUTH", "EXTERNAL", claimed]:
                return self._judge(claimed)
            case ["DATA", *claimed] if asked_uid and len(claimed) <= 1:
                return self._judge("".join(claimed))
            case ["AUTH", *_] | ["CANCEL"] | ["ERROR", *_]:
                self._known = False
                return _REJECTED
            case ["NEGOTIATE_UNIX_FD"] if self._known:
                return "AGREE_UNIX_FD"
            case ["BEGIN"]:
                if not self._known:
                    raise ValueError("the client begins before it is known")
                self.ended = True
                return None
            case _:
                return "ERROR"

    def _judge(self, claimed: str) -> str:
        """Judge a uid, the hexadecimal digits of its decimal ones; an empty one claims nothing."""
        self._known = not claimed or claimed.lower() == str(self._uid).encode().hex()
        return f"OK {self._guid}" if self._known else _REJECTED
