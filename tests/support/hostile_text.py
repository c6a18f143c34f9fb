# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that means harm, by what it would do to whoever takes it for more than text: promise P19's one list.

A test of a place where foreign text comes in, or is shown, goes through all of it.
"""

from __future__ import annotations

import unicodedata
from typing import Final

HOSTILE: Final = {
    "another folder": "../../etc/passwd",
    "an absolute path": "/etc/passwd",
    "a backslash": "..\\..\\x",
    "end of a string": "a\0b",
    "a header of a mail": "subject\r\nBcc: everybody@example.org",
    "a format": "%n%s%x{0.__class__}",
    "a shell": "$(reboot);`reboot`|reboot&",
    "a command to the modem": "0199000001;ATD0899123456",
    "text turned round": "\u202egnp.exe\u202c\u2066x\u2069\u200f",
    "far too long": "x" * 10_000,
    "too many marks": "e\u0301" * 5_000,
    "markup": "<b>bold</b><img src='file:///etc/passwd'>&amp;",
    "a formula": "=cmd|' /C calc'!A0",
    "half a character": "\ud800lone\udcff",
    "an option": "-rf",
    "a hidden file": ".hidden",
    "orders to a terminal": "\x1b[31mred\x9b0m\x1b]0;owned\x07",
    "other ends of lines": "\u2028two\u2029lines\x85",
    "orders to cupsd": "line\nPPD: *cupsFilter: evil\r\nSTATE: +paused\nATTR: x=y",
    "nothing": "",
    "blank": "\t \n",
}
TEXTS: Final = tuple(HOSTILE.values())
NAMES: Final = tuple(name.replace(" ", "-") for name in HOSTILE)
"""For `ids=` of a parametrization by TEXTS."""

_TURNING: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def assert_harmless(text: str, most: int = 200) -> None:
    """One line of at most so many characters, each of which can be shown and sent, and shows where it stands."""
    assert text.isprintable(), repr(text)
    assert len(text) <= most
    assert not _TURNING & set(text)
    assert text == unicodedata.normalize("NFC", text)
    text.encode()
