# SPDX-License-Identifier: GPL-3.0-or-later
"""The received faxes of the bus contract, with what a person may change of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from faxcore.model.call import Outcome
from faxcore.model.sentence import NOTHING, Sentence


class ReceptionFile(Enum):
    """The files of a received fax."""

    TIFF = "tiff"
    PDF = "pdf"
    TRANSCRIPT = "transcript"


@dataclass(frozen=True)
class ReadMark:
    """Somebody has read a received fax."""

    person: str
    name: str
    """The person's full name; without one, the same as `person`."""
    at: str


@dataclass(frozen=True)
class Reception:
    """One received document."""

    id: str
    received: str
    line: str
    called: str
    """The number called; empty where the line does not tell."""
    caller: str
    remote_id: str
    """The station id of the sender's machine."""
    outcome: Outcome
    pages: int
    bad_rows: int = 0
    sub_address: str = ""
    called_name: str = ""
    """The name of the number called, as the configuration had it then; empty if it had none."""
    reason: Sentence = NOTHING
    tiff: str = ""
    """Path of the file in the folder of received faxes; empty if it is not filed in this format, as of the next."""
    pdf: str = ""
    read: bool = False
    """True if the caller has marked it as read."""
    waiting: Sentence = NOTHING
    """The reason why its files are not in its folder yet; nothing when they are. Meanwhile `tiff` and `pdf` are empty,
    and the service has its own copy for its owners.
    """
    fetched: bool = False
    """True if the caller's order has fetched it (polling): `caller` is the number where it was offered."""
    read_by: tuple[ReadMark, ...] = ()
    """Those of its owners who have read it, the first one first."""
    unassigned: bool = False
    """True if it is nobody's, and waits for somebody who sorts it (`assign_reception`)."""
    contact: str = ""
    """The name that the address books of whoever asks have for the caller's number, or else for the station id; empty
    if they have none.
    """
    caller_shown: str = ""
    """The caller's number as numbers are written here, as the next one."""
    called_shown: str = ""
    station_shown: str = ""
    """The station id; one that is a number, as numbers are written here."""
    comment: str = ""
    """The note of its owners (`comment_fax`), in lines: they share one."""


@dataclass(frozen=True)
class ReceptionPage:
    """A page of received faxes, newest first."""

    receptions: tuple[Reception, ...] = ()
    after: str = ""
    """Where the next page begins; empty: this was the last one."""


@dataclass(frozen=True)
class Assignment:
    """Whose a received fax is to be."""

    reception: str
    to: tuple[str, ...] = ()
    """Names of people and groups: whoever is in a group at that moment."""


@dataclass(frozen=True)
class ReceptionChange:
    """A received fax that its owner knows already, as it is now: its files have come into their folder, or they are
    late for another reason.
    """

    reception: Reception
