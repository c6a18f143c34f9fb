# SPDX-License-Identifier: GPL-3.0-or-later
"""The signs with which a number is written, each made the plain one that means the same, by what Unicode says of it.

A sign that nobody sees goes; a digit of any script becomes 0 to 9; a space of any width, a dash of any length and the
full-width forms of East Asia become those of a keyboard. Everything else stays as it is, and is somebody else's to
judge: no digit comes, goes, or changes its value or its place.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_SEEN: Final = frozenset(map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)))
"""Format characters that are drawn: Unicode's property Prepended_Concatenation_Mark (PropList.txt)."""
_SELECTORS: Final = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x34F)))
"""Marks that nobody sees: the variation selectors, and the combining grapheme joiner."""
_MEANT: Final = {
    "\N{MINUS SIGN}": "-",
    **dict.fromkeys("\N{MIDDLE DOT}\N{BULLET}\N{BULLET OPERATOR}\N{DOT OPERATOR}\N{HYPHENATION POINT}", "."),
    **dict.fromkeys("\N{FRACTION SLASH}\N{DIVISION SLASH}", "/"),
}
_LINE_ENDS: Final = frozenset("\n\r\v\f\x85\u2028\u2029")


def plain_signs(text: str) -> str:
    """Write a text with plain signs; each end of a line becomes one newline, every other white space one space."""
    return "".join(map(_plain, text))


def _plain(char: str) -> str:
    if char.isascii() and char.isprintable():
        return char
    category = unicodedata.category(char)
    if (category == "Cf" and char not in _SEEN) or char in _SELECTORS:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if char in _LINE_ENDS:
        return "\n"
    if category == "Zs" or char == "\t":
        return " "
    if category == "Pd":
        return "-"
    form, _space, of = unicodedata.decomposition(char).partition(" ")
    if form in ("<wide>", "<small>"):
        return _plain(chr(int(of, 16)))
    return _MEANT.get(char, char)
