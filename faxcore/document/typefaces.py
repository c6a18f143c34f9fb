# SPDX-License-Identifier: GPL-3.0-or-later
"""The fonts that names are drawn with: the project's own, then those of the system, from a fixed list of places.

The project's own has Latin, Greek, Cyrillic, Hebrew and Arabic; the others are of Debian's packages fonts-noto-core and
fonts-noto-cjk, where these are installed. What no font has is drawn as a question mark, and said before
(`list_missing`).
Arabic, Hebrew and Indic writing are set by HarfBuzz and FriBiDi, which Pillow uses by its libraqm; without FriBiDi
(libfribidi0) they cannot be drawn either.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).parent / "fonts"
FONT: Final = FONTS / "DejaVuSans.ttf"
_NOTO: Final = Path("/usr/share/fonts/truetype/noto")
_CJK: Final = Path("/usr/share/fonts/opentype/noto")
_CJK_NAME: Final = "NotoCJK"
_SCRIPTS: Final = (
    *("Devanagari", "Thai", "Arabic", "Hebrew", "Bengali", "Tamil", "Telugu", "Kannada", "Malayalam", "Gujarati"),
    *("Gurmukhi", "Sinhala", "Khmer", "Lao", "Myanmar", "Ethiopic", "Armenian", "Georgian"),
)
_SIMPLE_BELOW: Final = "\u0530"
"""Characters below it are Latin, Greek and Cyrillic: all are in the project's own font, and need no setting."""
_SIMPLE_SIGNS: Final = frozenset("→…–—‘’‚“”„•€")
UNKNOWN: Final = "?"
"""Stands for what no font has."""


@dataclass(frozen=True)
class Typeface:
    """One font: its name, and its file."""

    name: str
    regular: Path


OWN: Final = Typeface("project", FONT)
BOLD: Final = FONTS / "DejaVuSans-Bold.ttf"
KNOWN: Final = (
    *(Typeface(f"Noto{script}", _NOTO / f"NotoSans{script}-Regular.ttf") for script in _SCRIPTS),
    Typeface(_CJK_NAME, _CJK / "NotoSansCJK-Regular.ttc"),
)
"""Those that may be installed, in the order in which they are asked."""


def is_simple(text: str) -> bool:
    """Return whether the project's own font has all of a text, and draws each of its characters for itself."""
    return all(char in _SIMPLE_SIGNS or (char < _SIMPLE_BELOW and not unicodedata.combining(char)) for char in text)


def split(text: str) -> Iterator[tuple[str, Typeface]]:
    """Split a text into parts that one font draws each; what no font has is replaced."""
    part, face = "", OWN
    for char in text:
        found = face if _stays(char, face) else _find(char)
        if found is None:
            if part.endswith(UNKNOWN) and face is OWN:
                continue
            char, found = UNKNOWN, OWN
        if part and found is not face:
            yield part, face
            part = ""
        part, face = part + char, found
    if part:
        yield part, face


def list_missing(text: str) -> str:
    """List the characters of a text that no font has, each once; nothing for most texts."""
    if is_simple(text):
        return ""
    return "".join(dict.fromkeys(char for char in text if _find(char) is None))


def _stays(char: str, face: Typeface) -> bool:
    """Return whether a character belongs to what is before it: a mark to its letter, and what all writing has."""
    return (char == " " or unicodedata.category(char)[0] in "MP") and _has(char, face)


def _find(char: str) -> Typeface | None:
    return OWN if char.isspace() else next((face for face in (OWN, *KNOWN) if _has(char, face)), None)


def _has(char: str, face: Typeface) -> bool:
    return ord(char) in _read_characters(face.regular) and (is_simple(char) or _can_set(char, face))


def _can_set(char: str, face: Typeface) -> bool:
    """Return whether the libraries are there that this character needs."""
    if face.name != _CJK_NAME and (face is not OWN or unicodedata.bidirectional(char) in ("R", "AL", "AN")):
        return _has_setter()
    return True


@cache
def _has_setter() -> bool:
    from PIL import features

    return bool(features.check_feature("raqm")) and bool(features.check_feature("fribidi"))


@cache
def _read_characters(font: Path) -> frozenset[int]:
    """Read the characters that a font has; none if it is not installed."""
    from fontTools.ttLib import TTFont

    try:
        with TTFont(font, fontNumber=0, lazy=True) as opened:
            return frozenset(opened["cmap"].getBestCmap())
    except FileNotFoundError:
        return frozenset()
