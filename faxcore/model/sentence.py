# SPDX-License-Identifier: GPL-3.0-or-later
"""A sentence for a person as a value: the English message and the values in it, translated only where it is shown.

    Sentence("The modem on {device} is gone ({cause}).", {"device": "/dev/ttyACM0", "cause": "No such device"})

The message is the id in the catalogue, so a sentence may be stored, sent over the bus and written into a transcript in
one language and read in another. A value is a text, a number, or a sentence of its own. `faxcore.i18n.translate` makes
the text for a reader; `str` gives English, for logs and transcripts.
"""

from __future__ import annotations

import json
import re
import reprlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Final, Union

Value = Union[str, int, float, "Sentence"]

_MOST_VALUES: Final = 20
_DEEPEST: Final = 8
"""Sentences in sentences."""
_PLACE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FORM: Final = re.compile(r"(\.[0-9])?[a-z]?")
"""Digits behind the point at most: a message may come from another program, and must not ask for a gigabyte."""


@dataclass(frozen=True)
class Sentence:
    """A message with its values. False when there is nothing to say."""

    text: str = ""
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return fill(self.text, self.values)


NOTHING: Final = Sentence()
"""No sentence: there is nothing to say."""


def mark(message: str) -> str:
    """The message itself: marked for the catalogue where it stands in a table and becomes a sentence later."""
    return message


def literal(text: str) -> Sentence:
    """A sentence that is what it is in every language: text from elsewhere, or a row of an older release."""
    return Sentence("{text}", {"text": text}) if text else NOTHING


def fill(message: str, values: Mapping[str, object]) -> str:
    """The message with its values in their places: `{name}` or `{name:.1f}`, and no look into a value. One with other
    places, or whose places and values do not match, is given as it is.
    """
    if not values:
        return message
    try:
        return "".join(_pieces(message, values))
    except (KeyError, TypeError, ValueError):
        # A newer program's sentence, or a broken translation: the message alone says more than an error would.
        return message


def _pieces(message: str, values: Mapping[str, object]) -> Iterator[str]:
    for text, place, form, conversion in Formatter().parse(message):
        yield text
        if place is None:
            continue
        if conversion or not _PLACE.fullmatch(place) or not _FORM.fullmatch(form or ""):
            raise ValueError(f"{place!r} is not a place of a sentence")
        value = values[place]
        yield format(value, form) if form else str(value)


def without_texts(sentence: Sentence) -> Sentence:
    """The sentence as the log may have it: a text in it may be anybody's name, number or address."""
    return Sentence(sentence.text, {name: _without_text(value) for name, value in sentence.values.items()})


def _without_text(value: Value) -> Value:
    if isinstance(value, Sentence):
        return without_texts(value)
    return "…" if isinstance(value, str) and value else value


def to_plain(sentence: Sentence) -> dict[str, object]:
    """The sentence as JSON has it: {"text": ..., "values": {...}}, and {} for none."""
    if not sentence:
        return {}
    if not sentence.values:
        return {"text": sentence.text}
    values = {
        name: to_plain(value) if isinstance(value, Sentence) else value for name, value in sentence.values.items()
    }
    return {"text": sentence.text, "values": values}


def from_plain(plain: object) -> Sentence:
    """The sentence that `to_plain` made. ValueError if it is not one."""
    return _from_plain(plain, _DEEPEST)


def _from_plain(plain: object, depth: int) -> Sentence:
    if isinstance(plain, Mapping) and not plain:
        return NOTHING
    if (
        not isinstance(plain, Mapping)
        or not isinstance(plain.get("text"), str)
        or not plain.keys() <= {"text", "values"}
    ):
        raise ValueError(f"{reprlib.repr(plain)} is not a sentence")
    values = plain.get("values", {})
    if not isinstance(values, Mapping) or len(values) > _MOST_VALUES or not depth:
        raise ValueError(f"{reprlib.repr(plain)} is not a sentence")
    return Sentence(plain["text"], {str(name): _value(value, depth - 1) for name, value in values.items()})


def _value(plain: object, depth: int) -> Value:
    if isinstance(plain, Mapping):
        return _from_plain(plain, depth)
    if isinstance(plain, str | int | float):
        return plain
    raise ValueError(f"{reprlib.repr(plain)} is not a value of a sentence")


def to_text(sentence: Sentence) -> str:
    """The sentence as one text, for a column of the store; empty for none."""
    return json.dumps(to_plain(sentence), ensure_ascii=False) if sentence else ""


def from_text(text: str) -> Sentence:
    """The sentence of a column. A text that `to_text` did not make, as older releases wrote them, stands for itself."""
    if text.startswith("{"):
        try:
            return from_plain(json.loads(text))
        except (ValueError, RecursionError):
            return literal(text)
    return literal(text)
