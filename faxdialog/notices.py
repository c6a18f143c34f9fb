# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences across the dialog: each has an owner, which takes away its own and no other's.

A preview that comes in the moment in which the service goes says nothing of the service; so it must not wipe away
what is said of it.
"""

from __future__ import annotations

from enum import IntEnum

from faxcore.qt.message import Buttons, MessageBar
from faxcore.qt.speaking import speak


class Owner(IntEnum):
    """Those who say something across the dialog, the most important first."""

    OUTAGE = 1
    """The service is away."""
    DOCUMENT = 2
    """The document is not there, or cannot be had."""
    ORDER = 3
    """An order was refused, or may not have been done."""
    REPEAT = 4
    """The same document went to the same number today."""
    PREVIEW = 5
    """The pages cannot be shown."""
    HELP = 6
    """The manual cannot be opened."""


class Notices:
    """The sentences that the owners say now; the most important one is seen."""

    def __init__(self, bar: MessageBar) -> None:
        self._bar = bar
        self._said: dict[Owner, tuple[str, bool, Buttons]] = {}
        self._seen: tuple[str, bool, Buttons] = ("", True, ())

    def say(self, owner: Owner, sentence: str, grave: bool = True, buttons: Buttons = ()) -> None:
        """Say this for its owner, with these buttons, instead of what it said before."""
        self._said[owner] = (sentence, grave, buttons)
        self._tell()

    def repeat(self, owner: Owner) -> None:
        """Say once more, to who does not see it, what this owner says."""
        if owner in self._said:
            speak(self._bar.window() or self._bar, self._said[owner][0])

    def clear(self, *owners: Owner) -> None:
        """Let these owners say nothing more."""
        for owner in owners:
            self._said.pop(owner, None)
        self._tell()

    def _tell(self) -> None:
        wanted: tuple[str, bool, Buttons] = self._said[min(self._said)] if self._said else ("", True, ())
        if wanted != self._seen:
            self._seen = wanted
            self._bar.say(*wanted)
            speak(self._bar.window() or self._bar, wanted[0])
