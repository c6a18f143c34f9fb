# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of a modem while it rings: RING, and between the rings the caller and the number that was called.

Caller id comes as V.253's tags (AT+VCID=1): NMBR, NAME, and NDID for the number called. Other names are in use for
the last; ZyXEL modems send CALLER NUMBER: and CALLER NAME:; some hand over all of it in hexadecimal (MESG, or nothing
before it). It comes between the first two rings, so after the second RING nothing more will be known. Its text is
hostile.

A distinctive ring is told by a letter or digit after RING (AT-SDR=7), or by the lengths of its tones (AT+VDR=1,n): one
DRON line for each, and RING after the last. Rings have one, two or three tones and are numbered by them, as AT-SDR
does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from faxcore.model.text import clean_text
from faxcore.modem.caller_id import parse_caller_id

_TAGS = {
    "NMBR": "caller",
    "NAME": "caller_name",
    "NDID": "called",
    "DNIS": "called",
    "DDN": "called",
    "DDN_NMBR": "called",
    "DID": "called",
    "DDID": "called",
    "CALLED": "called",
    "CALLED NUMBER": "called",
    "DTMF": "called",
    "CALLER NUMBER": "caller",
    "CALLER NAME": "caller_name",
}
_TAGGED = re.compile(r"([A-Za-z_ ]+?) *[=:](.*)", re.DOTALL)
_MESSAGE = re.compile(r"(?:04|80)(?:[0-9A-Fa-f]{2}){4,}")
"""A whole message of caller id with no name before it."""
_RING = re.compile(r"RING(?:[ -]?([A-D1-9]))?(?: .*)?")
WITHHELD = ("P", "PRIVATE")
"""The texts in place of a number that the caller withholds."""
UNKNOWN = ("O", "OUT OF AREA")
"""Those in place of one that the exchange does not know."""
MOST_TONES = 3
CALLER_ID_SECONDS = 6.0
"""Seconds after the first RING in which caller id comes, if it comes at all."""
GIVEN_UP_SECONDS = 8.0
"""Seconds without a RING after which the caller has given up: the longest pause between two rings is 6."""


@dataclass(frozen=True)
class Ring:
    """A ringing call, as far as it is known."""

    rings: int = 0
    caller: str = ""
    caller_name: str = ""
    withheld: bool = False
    """The caller hides his number."""
    tells_caller: bool = False
    """Caller id has come: a number, or the word that there is none."""
    called: str = ""
    kind: str = ""
    """The distinctive ring, if the modem tells it: RING A, RING 2."""
    tones: int = 0
    """The tones of the present ring, if the modem tells them."""

    @property
    def is_complete(self) -> bool:
        """True if nothing more will be known."""
        return self.rings >= 2 or bool(self.called and self.caller)

    def with_line(self, line: str) -> Ring:
        """Return the call with the information of one more line of the modem."""
        if rung := _RING.fullmatch(line):
            tones = str(self.tones) if 1 <= self.tones <= MOST_TONES else ""
            return replace(self, rings=self.rings + 1, kind=self.kind or rung[1] or tones, tones=0)
        if _MESSAGE.fullmatch(line):
            line = f"MESG={line}"
        tagged = _TAGGED.fullmatch(line)
        if tagged is None:
            return self
        value = tagged[2]
        match tagged[1].strip().upper():
            case "DRON":
                return replace(self, tones=self.tones + 1)
            case "MESG":
                ring = self
                for name, text in parse_caller_id(value.strip()).items():
                    ring = ring._with_value(name, text)
                return ring
            case name:
                return self._with_value(name, value)

    def _with_value(self, tag: str, value: str) -> Ring:
        """Return the call with one more value of caller id."""
        name = _TAGS.get(tag)
        if name is None:
            return self
        text = clean_text(value, 40)
        if name == "caller_name":
            return replace(self, caller_name=text)
        instead = text.upper() if text.upper() in (*WITHHELD, *UNKNOWN) else ""
        number = "" if instead else "".join(c for c in text if c in "0123456789+*#")
        if name == "called":
            return replace(self, called=number)
        return replace(self, caller=number, withheld=instead in WITHHELD, tells_caller=True)
