# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of the bus contract that only the administrator asks for."""

from __future__ import annotations

from dataclasses import dataclass

from faxcore.model.sentence import NOTHING, Sentence


@dataclass(frozen=True)
class LearntDestination:
    """A number that was called, and what calls have taught of it: the next ones are made by that."""

    number: str
    """In international form where it has one."""
    begin_at: str = ""
    """The modulation and speed at which its calls begin, as V.29 9600; empty: the fastest."""
    error_correction: bool = True
    """False if its calls are made without."""
    training_failures: int = 0
    """Calls in a row that have ended in the training of V.17."""
    correction_failures: int = 0
    """Calls in a row that have ended in error correction, without a page."""
    paper: str = ""
    """The longest paper that it prints, a4 or b4; empty: any, or unknown."""
    together: bool = True
    """False if each fax has a call of its own there, as the other end does not take several in one."""
    until: str = ""
    """The time at which that is forgotten; empty if there is nothing to forget, or it is locked."""
    reached: str = ""
    """The time at which a fax machine last answered there; empty: never, or long ago."""
    locked: bool = False
    """True if calls do not change it any more."""


@dataclass(frozen=True)
class DestinationPage:
    """A page of the numbers of which something is known, in their order as texts."""

    destinations: tuple[LearntDestination, ...] = ()
    after: str = ""
    """Where the next page begins; empty: this was the last one."""


@dataclass(frozen=True)
class OpenDelivery:
    """News that are to go out of the house, and have not gone."""

    id: str
    channel: str
    """ "mail", "printer" or "command"."""
    kind: str
    """The kind of news, as "reception" or "job-failed"."""
    subject: str
    """The id of the fax, or of what else they are about."""
    person: str
    """The person who is told; empty if it is nobody in particular."""
    address: str
    """The mail address, by the configuration as it is now, or the printer."""
    created: str
    attempts: int = 0
    next_try: str = ""
    """Empty: at once, or never again."""
    given_up: bool = False
    reason: Sentence = NOTHING
    """Why the last attempt came to nothing."""


@dataclass(frozen=True)
class OpenDeliveryPage:
    """A page of news that have not gone, newest first."""

    deliveries: tuple[OpenDelivery, ...] = ()
    after: str = ""
    """Where the next page begins; empty: this was the last one."""


@dataclass(frozen=True)
class MailTest:
    """The end of a test mail."""

    sent: bool
    """True if the mail server has taken it."""
    reason: Sentence = NOTHING
    warning: str = ""
    """A fault in the office's own templates, which were left out."""


@dataclass(frozen=True)
class Snapshot:
    """A snapshot of the database that was written for a backup."""

    moment: str
    """The time of which it is."""
    state: str
    """The service's state folder, which has the files that belong to it."""


@dataclass(frozen=True)
class Released:
    """Faxes that were released together."""

    faxes: int


@dataclass(frozen=True)
class Reloaded:
    """A configuration that was read again."""

    changed: tuple[str, ...] = ()
    """The sections that were changed, and are in force now."""
