# SPDX-License-Identifier: GPL-3.0-or-later
"""A wish that is not granted: one of the contract's errors, with one sentence for the person who had the wish."""

from __future__ import annotations

import sqlite3

from faxcore.bus.contract import ERROR_INTERNAL, ERROR_NO_SPACE, ERROR_UNKNOWN
from faxcore.i18n import gettext as _
from faxcore.spool.database import is_full


class Refused(Exception):
    """`name` is one of contract.ERROR_*."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name
        self.sentence = sentence


def no_space() -> Refused:
    """The disk is full."""
    return Refused(
        ERROR_NO_SPACE,
        _("The disk of the fax service is full: nothing was accepted. Please make space, or tell the administrator."),
    )


def unknown(what: str) -> Refused:
    """There is no such thing, or it is somebody else's, which must look the same."""
    return Refused(ERROR_UNKNOWN, _("There is no {what} with this name.").format(what=what))


def from_trouble(error: OSError | sqlite3.Error) -> Refused:
    """A full disk is said; everything else is in the log only."""
    if is_full(error):
        return no_space()
    return Refused(ERROR_INTERNAL, _("The fax service could not do this; its log says why."))
