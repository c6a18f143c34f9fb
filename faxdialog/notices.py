# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences across the dialog: each has an owner, which takes away its own and no other's.

A preview that comes in the moment in which the service goes says nothing of the service; so it must not wipe away
what is said of it.
"""

from __future__ import annotations

from enum import IntEnum

from faxcore.qt.message import MessageBar
from faxcore.qt.speaking import speak


class Owner(IntEnum):
    """Those who say something across the dialog, the most important first."""

    OUTAGE = 1
    """The service is away."""
    DOCUMENT = 2
    """The document is not there, or cannot be had."""
    ORDER = 3
    """An order was refused, or may not have been done."""
    PREVIEW = 4
    """The pages cannot be shown."""
    HELP = 5
    """The manual cannot be opened."""


class Notices:
    """The sentences that the owners say now; the most important one is seen."""

    def __init__(self, bar: MessageBar) -> None:
        self._bar = bar
        self._said: dict[Owner, tuple[str, bool]] = {}

    def say(self, owner: Owner, sentence: str, grave: bool = True) -> None:
        """Say this for its owner, instead of what it said before."""
        self._said[owner] = (sentence, grave)
        self._tell()

    def clear(self, *owners: Owner) -> None:
        """Let these owners say nothing more."""
        for owner in owners:
            self._said.pop(owner, None)
        self._tell()

    def _tell(self) -> None:
        sentence, grave = self._said[min(self._said)] if self._said else ("", True)
        if (sentence, bool(sentence)) != (self._bar.text.text(), not self._bar.isHidden()):
            self._bar.say(sentence, grave)
            speak(self._bar.window() or self._bar, sentence)
