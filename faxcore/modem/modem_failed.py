# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of a modem, in words for the person who has plugged it in."""

from __future__ import annotations

from faxcore.model.sentence import Sentence, Value


class ModemFailed(Exception):
    """The modem is absent, silent, or answers rubbish. `sentence` says what to do; it is made of a message and the
    values in it.
    """

    def __init__(self, message: str, **values: Value) -> None:
        self.sentence = Sentence(message, values)
        super().__init__(str(self.sentence))


class ModemGone(ModemFailed):
    """The port itself is gone: unplugged, or the other end of a pseudo-terminal closed."""


class OnHook(Exception):
    """The modem refuses an off-hook command: the call has ended without our doing."""


class Interrupted(Exception):
    """The owner of the call wants attention now: what the modem is doing has to be broken off."""
