# SPDX-License-Identifier: GPL-3.0-or-later
"""The replies to the requests of a script, by who gives them. `now` is the time of the carrier's own clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from faxcore.model.call import Outcome
from faxcore.model.sentence import Sentence
from faxcore.t30.frames import Frame


@dataclass(frozen=True)
class Done:
    """The request has been carried out."""

    now: float
    more: bool = False
    """In reply to a Note that is final: another document follows in this call."""


@dataclass(frozen=True)
class Lost:
    """The line is gone, or could not be had; nothing but HangUp makes sense any more."""

    now: float
    outcome: Outcome
    reason: Sentence


@dataclass(frozen=True)
class Cancelled:
    """A person wants this call to end. Said once; the line stays usable for the DCN."""

    now: float


@dataclass(frozen=True)
class Heard:
    """The frames of one carrier, in order; empty: silence. `garbled`: a carrier was there, and a check sequence was
    wrong or a frame was not understood. `octets`: all the frames whose check sequence was right, as they came, where
    the line can tell: those that were not understood too.
    """

    now: float
    frames: tuple[Frame, ...] = ()
    garbled: bool = False
    octets: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class NoCarrier:
    """No such carrier. `other`: a V.21 carrier is there instead, so Listen (+FCERROR of T.31). `silent`: it is certain
    that there is none at all, so nobody is in the middle of a page that cannot be followed.
    """

    now: float
    other: bool = False
    silent: bool = False


@dataclass(frozen=True)
class TrainingHeard:
    """A training check: its length, its longest run of zeros and its ones, all in bits."""

    now: float
    bits: int
    zero_run: int
    ones: int


@dataclass(frozen=True)
class PageHeard:
    """A page without error correction has ended: by RTC, or by loss of the carrier."""

    now: float
    rows: int
    bad_rows: int
    worst_run: int
    rtc: bool


@dataclass(frozen=True)
class BurstHeard:
    """The frames of a burst whose check sequence was right, by number. `rcp`: its end was heard, and not only lost."""

    now: float
    frames: dict[int, bytes] = field(default_factory=dict)
    rcp: bool = False


@dataclass(frozen=True)
class Coded:
    """A coded page, with RTC or EOFB."""

    now: float
    data: bytes


@dataclass(frozen=True)
class Kept:
    """A page is on disk, or could not be put there. `broken`: its coding broke off before its end."""

    now: float
    stored: bool
    rows: int
    bad_rows: int
    broken: bool = False


@dataclass(frozen=True)
class Keeping:
    """The page is not on disk yet; it goes on, and may be asked for again."""

    now: float


@dataclass(frozen=True)
class NotOffered:
    """This document is offered no longer, or as many calls as may have it are fetching it."""

    now: float


CarrierReply: TypeAlias = Done | Lost | Cancelled | Heard | NoCarrier | TrainingHeard | PageHeard | BurstHeard
PagesReply: TypeAlias = Done | Coded | Kept | Keeping
OwnerReply: TypeAlias = Done | NotOffered | Cancelled

Reply: TypeAlias = CarrierReply | PagesReply | OwnerReply
