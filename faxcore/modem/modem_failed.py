# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of a modem, in words for the person who has plugged it in."""

from __future__ import annotations

from faxcore.i18n import gettext


class ModemFailed(Exception):
    """The modem is absent, silent, or answers rubbish. The text is one sentence that says what to do.

    It is given in English with {names} for its values, and translated here.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(gettext(sentence).format(**values))


class ModemGone(ModemFailed):
    """The port itself is gone: unplugged, or the other end of a pseudo-terminal closed."""


class OnHook(Exception):
    """The modem refuses an off-hook command: the call has ended without our doing."""


class Interrupted(Exception):
    """The owner of the call wants attention now: what the modem is doing has to be broken off."""
