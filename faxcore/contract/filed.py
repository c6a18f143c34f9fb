# SPDX-License-Identifier: GPL-3.0-or-later
"""The filed copies of the bus contract, and whether each is as it was filed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from faxcore.model.sentence import NOTHING, Sentence


class CopyState(Enum):
    """The states of the files of a filed fax."""

    UNCHANGED = "unchanged"
    """Both are as they were filed."""
    CHANGED = "changed"
    """One is not what was filed, or something else is in its place."""
    MISSING = "missing"
    """One is not in its folder any more."""
    AWAY = "away"
    """The folder is away, or cannot be read."""
    UNKNOWN = "unknown"
    """No hash is known: it was filed by a release that kept none."""


@dataclass(frozen=True)
class CopyQuery:
    """A wish to compare filed faxes with what is known of them, a page at a time."""

    ids: tuple[str, ...] = ()
    """Of these faxes; empty: of all that are filed."""
    after: str = ""
    """The `after` of the page before; empty: the first page."""


@dataclass(frozen=True)
class FiledCopy:
    """The files of a filed fax, and what has become of them."""

    id: str
    sent: bool
    """True for the archived copy of a fax that was sent."""
    state: CopyState
    tiff: str = ""
    pdf: str = ""
    files: tuple[str, ...] = ()
    """Those of them that are changed or missing."""
    reason: Sentence = NOTHING
    """The reason why the folder is away."""


@dataclass(frozen=True)
class CopyPage:
    """A page of filed faxes, oldest first."""

    copies: tuple[FiledCopy, ...] = ()
    after: str = ""
    """Where the next page begins; empty: this was the last one."""
