# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the service and its lines, in the bus contract."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from faxcore.model.line_direction import LineDirection
from faxcore.model.sentence import NOTHING, Sentence


class LineState(Enum):
    """The states of a line."""

    STARTING = "starting"
    ABSENT = "absent"
    IDLE = "idle"
    RINGING = "ringing"
    SENDING = "sending"
    RECEIVING = "receiving"


@dataclass(frozen=True)
class Line:
    """A telephone line as it is now."""

    name: str
    state: LineState
    detail: Sentence = NOTHING
    numbers: tuple[str, ...] = ()
    modem: str = ""
    call: str = ""
    page: int = 0
    direction: LineDirection = LineDirection.BOTH
    groups: tuple[str, ...] = ()
    """Names of groups of lines that it is in."""
    priority: int = 0
    """Of the free lines the one with the highest dials."""
    hours: tuple[str, ...] = ()
    """Hours of the week within which it dials, as "Mon-Fri 08:00-18:00"; empty: all the week."""
    dials: bool = True
    """True if it may dial now."""
    dials_at: str = ""
    """The time from which it may dial again; empty: it may now, or never."""


@dataclass(frozen=True)
class KeptLines:
    """Lines that stay free for receiving: no fax goes out on them."""

    count: int
    """The number of lines that stay free."""
    group: str = ""
    """Of the lines in this group; empty: of all."""
    free: int = 0
    """How many are free now."""


@dataclass(frozen=True)
class RuleNow:
    """A rule of sending as it is in force, without the people and numbers that it is for."""

    name: str
    refuse: bool = False
    """True if what it fits is not sent."""
    lines: tuple[str, ...] = ()
    """Lines and groups of lines on which it has faxes go out; empty: any."""
    hours: tuple[str, ...] = ()
    """Hours in which they go out, as the configuration has them; empty: at any time."""
    open: bool = True
    """True if they may go out at this hour."""


@dataclass(frozen=True)
class HeldBack:
    """A reason why faxes do not go out now."""

    reason: Sentence
    faxes: int
    """Faxes of everybody that it holds back."""
    more: bool = False
    """True if there may be more: of a long queue only the first ready ones of each person are looked at."""


@dataclass(frozen=True)
class Status:
    """The service and its lines."""

    version: str
    codec: str
    lines: tuple[Line, ...] = ()
    queued: int = 0
    """Faxes of everybody that wait."""
    active: int = 0
    """Faxes of everybody that are being sent."""
    drafts: int = 0
    """Drafts of the caller."""
    received_folder: str = ""
    trouble: Sentence = NOTHING
    """The reason why received faxes cannot be put in their folder now."""
    kept_free: tuple[KeptLines, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    """Things that the administrator should see to before a fax is missed: the disk is nearly full, a line is silent."""
    rules: tuple[RuleNow, ...] = ()
    """The rules of sending; the first that fits a fax counts."""
    limits: tuple[Sentence, ...] = ()
    """The bounds of the queue."""
    held_back: tuple[HeldBack, ...] = ()
    """The reasons why faxes that wait do not go out now, the one of most faxes first."""
    stops_at: str = ""
    """The time until which calls may come to their end, as the service was told to stop: it takes no more. Empty: it
    goes on.
    """
    restored: int = 0
    """Faxes of everybody that are held because they come from a backup, until `ReleaseRestored`."""
