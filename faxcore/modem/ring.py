# SPDX-License-Identifier: GPL-3.0-or-later
"""What a modem says while it rings: RING, and between the rings who calls and which number was called.

Caller id comes as V.253's tags (AT+VCID=1): NMBR, NAME, and NDID for the number called; some modems print DNIS or
DDN for the last. It comes between the first two rings, so a call is known as well as it will be when the second RING
is heard. Its text is hostile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from faxcore.text import clean_text

_TAGS = {
    "NMBR": "caller",
    "NAME": "caller_name",
    "NDID": "called",
    "DNIS": "called",
    "DDN": "called",
    "DDN_NMBR": "called",
}
_RING = re.compile(r"RING(?:[ -]?([A-D1-9]))?(?: .*)?")
WITHHELD = {"P": "", "O": "", "PRIVATE": "", "OUT OF AREA": ""}
"""What stands for a number that the caller keeps to himself, or that is not known."""
CALLER_ID_SECONDS = 6.0
"""Seconds after the first RING in which caller id comes, if it comes at all."""
GIVEN_UP_SECONDS = 8.0
"""Seconds without a RING after which the caller has given up: the longest pause between two rings is 6."""


@dataclass(frozen=True)
class Ring:
    """A call that rings, as far as it is known."""

    rings: int = 0
    caller: str = ""
    caller_name: str = ""
    called: str = ""
    kind: str = ""
    """The distinctive ring, where the modem tells it: RING A, RING 2."""

    @property
    def known(self) -> bool:
        """Whether all is known that will be."""
        return self.rings >= 2 or bool(self.called and self.caller)

    def heard(self, line: str) -> Ring:
        """The same with one more line of the modem's."""
        if rung := _RING.fullmatch(line):
            return replace(self, rings=self.rings + 1, kind=self.kind or rung[1] or "")
        tag, separator, value = line.partition("=")
        name = _TAGS.get(tag.strip().upper())
        if not separator or name is None:
            return self
        text = clean_text(value, 40)
        if name != "caller_name":
            text = WITHHELD.get(text.upper(), "".join(c for c in text if c in "0123456789+*#"))
        return replace(self, **{name: text})  # type: ignore[arg-type]
