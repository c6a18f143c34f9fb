# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings: one thing that was looked at, how it is, and what to do.

A finding is a sentence with values, and what may leave the house is said by their type: numbers, and text that is
`Public`, as a version or the name of a package. Any other text (names, numbers to call, addresses, paths, what another
program said) is hidden in a report, whoever forgot to think of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from faxcore.model.sentence import NOTHING, Sentence, Value

HIDDEN: Final = "(hidden)"


class Verdict(StrEnum):
    """The verdict on a thing."""

    GOOD = "ok"
    WARNING = "warning"
    WRONG = "wrong"


class Area(StrEnum):
    """The things that are looked at, in their order."""

    SERVICE = "service"
    CONFIGURATION = "configuration"
    LINES = "lines"
    QUEUE = "queue"
    NEWS = "news"
    DATABASE = "database"
    FOLDERS = "folders"
    PRINTER = "printer"
    MACHINE = "machine"
    PACKAGES = "packages"


class Public(str):
    """A text that may leave the house."""

    __slots__ = ()


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    area: Area
    verdict: Verdict
    sentence: Sentence
    remedy: Sentence = NOTHING


def good(area: Area, text: str, **values: Value) -> Finding:
    """Make a finding of a thing that is as it should be."""
    return Finding(area, Verdict.GOOD, Sentence(text, values))


def hide(sentence: Sentence) -> Sentence:
    """Make the sentence as it may leave the house."""
    return Sentence(sentence.text, _hide_all(sentence.values)) if sentence else NOTHING


def _hide_all(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: _hide(value) for name, value in values.items()}


def _hide(value: Value) -> Value:
    if isinstance(value, Sentence):
        return hide(value)
    if isinstance(value, str) and not isinstance(value, Public):
        return HIDDEN if value else ""
    return value
