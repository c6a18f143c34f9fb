# SPDX-License-Identifier: GPL-3.0-or-later
"""A wish that is not granted: one of the contract's errors, with one sentence for the person who had the wish."""

from __future__ import annotations

import sqlite3

from faxcore.contract.bus import ERROR_INTERNAL, ERROR_NO_SPACE, ERROR_UNKNOWN
from faxcore.i18n import gettext as _
from faxcore.store.database import is_full


class ApiError(Exception):
    """`name` is one of contract.ERROR_*."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name
        self.sentence = sentence


def no_space() -> ApiError:
    """The disk is full."""
    return ApiError(
        ERROR_NO_SPACE,
        _("The disk of the fax service is full: nothing was accepted. Please make space, or tell the administrator."),
    )


def unknown(what: str) -> ApiError:
    """There is no such thing, or it is somebody else's, which must look the same."""
    return ApiError(ERROR_UNKNOWN, _("There is no {what} with this name.").format(what=what))


def from_trouble(error: OSError | sqlite3.Error) -> ApiError:
    """A full disk is said; everything else is in the log only."""
    if is_full(error):
        return no_space()
    return ApiError(ERROR_INTERNAL, _("The fax service could not do this; its log says why."))
