# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts without capitals and accents, for comparing and searching: "LEFEVRE" and "Lefèvre" are one."""

from __future__ import annotations

import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"})
"""Letters that Unicode does not take apart."""


def fold(text: str) -> str:
    """Give the text in small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(char for char in parts if not unicodedata.combining(char)).translate(_LETTERS)
