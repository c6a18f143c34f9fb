# SPDX-License-Identifier: GPL-3.0-or-later
"""The words by which a fax is found: names, numbers in every spelling, subjects; accents and capitals folded.

What a person types is folded the same way, and each word of it may be the beginning of one. Digits that are written in
groups are one word as well: "01 99 00" and "+33 1 99 00" find the fax to +33199000002, and "12 34" finds "room 12 34".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from faxcore.dialling.numbers import Destination, spellings
from faxcore.model.folding import fold
from faxcore.model.recipient import RECIPIENT_NAMES, Recipient

_WORD: Final = re.compile(r"[^\W_]+")
_DIGITS: Final = re.compile(r"\+?\(?[0-9](?:[ ./()\-\u00a0\u202f]*[0-9])+")
"""Digits in groups, as numbers are written."""
_TRUNK: Final = re.compile(r"\(0\)")
_LONGEST: Final = 64
_MOST_TERMS: Final = 12


def split_words(text: str) -> list[str]:
    """The folded words of a text."""
    return [word[:_LONGEST] for word in _WORD.findall(fold(text))]


def person_word(person: str) -> str:
    """The word by which the index knows whose an entry is; it begins as no word that somebody types."""
    return "qxz" + person.encode().hex()


def join_words(texts: Iterable[str], numbers: Iterable[str]) -> str:
    """The words to search for: those of the texts, and every spelling of the numbers."""
    words = dict.fromkeys(word for text in texts for word in split_words(text))
    words |= dict.fromkeys(digits for number in numbers for digits in spellings(number))
    return " ".join(words)


def words_of_job(recipient: Recipient, to: Destination, subject: str, title: str) -> str:
    """The words of a job: whom it is for, and what it is about."""
    names = (getattr(recipient, name) for name in RECIPIENT_NAMES)
    return join_words([*names, subject, title, to.sub_address], [to.key, to.shown])


def words_of_draft(title: str) -> str:
    """The words of a draft."""
    return join_words([title], [])


Term = list[list[str]]
"""Alternatives, one of which must be there; each is words, every one of which must be the beginning of one."""


def search_terms(typed: str) -> list[Term]:
    """Make the terms of a search, every one of which must be there, of what somebody types."""
    terms: list[Term] = []
    rest = typed
    for found in _DIGITS.findall(typed):
        digits = "".join(char for char in _TRUNK.sub("", found) if char.isdigit())
        # Behind "00" alone there is nothing: PostgreSQL refuses a search for no word.
        ways = [[digits], [digits.removeprefix("00") or digits], split_words(found)]
        terms.append([way for number, way in enumerate(ways) if way not in ways[:number]])
        rest = rest.replace(found, " ", 1)
    terms += [[[word]] for word in split_words(rest)]
    return terms[:_MOST_TERMS]
