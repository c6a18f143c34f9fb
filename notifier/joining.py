# SPDX-License-Identifier: GPL-3.0-or-later
"""Words from different places put together to a text, as a person would write it: each sentence ends once, and what has
been said is not said again.
"""

from __future__ import annotations

from typing import Final

_ENDS: Final = (".", "!", "?", "…", ":")
_CLOSING: Final = '”»")\u202f\u00a0 '
"""Signs behind the end of a sentence that belong to it."""


def join_sentences(*parts: str) -> str:
    """Join what is to be read one after the other; what is empty, or says the same again, is left out."""
    told: list[str] = []
    for part in filter(None, map(str.strip, parts)):
        if _bare(part) not in map(_bare, told):
            told.append(part)
    return " ".join([*map(_end, told[:-1]), *told[-1:]])


def begin_sentence(words: str) -> str:
    """Begin with a capital letter."""
    return words[:1].upper() + words[1:]


def _end(sentence: str) -> str:
    return sentence if sentence.rstrip(_CLOSING).endswith(_ENDS) else f"{sentence}."


def _bare(sentence: str) -> str:
    return sentence.rstrip(".!… ").casefold()
