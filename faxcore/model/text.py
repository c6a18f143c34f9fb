# SPDX-License-Identifier: GPL-3.0-or-later
"""Foreign text (from a line, a print job, a file, a window) made harmless to show, to store and to draw."""

from __future__ import annotations

import unicodedata
from typing import Final

_FILE_NAME_BYTES: Final = 180
"""Octets of UTF-8 in a safe file name: file systems allow 255, and dates and suffixes are added."""


def clean_text(text: str, limit: int = 200) -> str:
    """The text on one line: printable characters only, white space folded, NFC, at most `limit` characters.

    Control characters of both sets (C0, C1), bidirectional and other invisible format characters, lone
    surrogates and unassigned code points go; line ends and tabulators become a space.
    """
    # Ten kilobytes of combining marks are not worth normalizing to keep two hundred characters.
    spaced = "".join(" " if char.isspace() else char for char in text[: 20 * limit])
    kept = "".join(char for char in spaced if char.isprintable())
    return " ".join(unicodedata.normalize("NFC", kept).split())[:limit].rstrip()


def clean_lines(text: str, limit: int) -> str:
    """The text with its lines, each as `clean_text` makes it; without empty ones before the first and behind the last,
    and never two in a row.
    """
    kept: list[str] = []
    for line in text[: 20 * limit].splitlines():
        cleaned = clean_text(line, limit)
        if cleaned or (kept and kept[-1]):
            kept.append(cleaned)
    return "\n".join(kept)[:limit].strip()


def safe_file_name(text: str, limit: int = 80, otherwise: str = "document") -> str:
    """A name for a file or folder made of foreign text: letters, digits, space, `-` and `_` of any script.

    It never begins with a dot, a dash or a space, never names a parent folder, has at most `limit` characters
    and fits every file system together with a date and a suffix. Nothing left gives `otherwise`.
    """
    cleaned = clean_text(text, 4 * limit)
    kept = "".join(char if _in_file_name(char) else " " for char in cleaned)
    folded = " ".join(kept.split()).lstrip("-_ ")[:limit]
    fitting = folded.encode()[:_FILE_NAME_BYTES].decode(errors="ignore").rstrip()
    return fitting or otherwise


def _in_file_name(char: str) -> bool:
    # Marks belong to the letters that they stand on: Indic vowels, Arabic points, what NFC can't compose.
    return char in " -_" or unicodedata.category(char)[0] in "LM" or unicodedata.category(char) == "Nd"
