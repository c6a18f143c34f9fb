# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of the bus contract that callers may fetch, or that are fetched from others."""

from __future__ import annotations

from dataclasses import dataclass, field

from faxcore.model.call import Outcome


@dataclass(frozen=True)
class NewOffer:
    """A wish to offer a document to callers who fetch it (polling)."""

    title: str = ""
    """The name of the document."""
    number: str = ""
    """One of the caller's own numbers; empty: all of them."""
    selective: str = ""
    """Its name among several (T.30's SEP): up to twenty digits, spaces, +, * and #. Empty: it is for callers who name
    none.
    """
    password: str = field(default="", repr=False)
    """The password that a caller's machine must say (PWD), in the same signs; empty: none."""
    times: int = 0
    """The number of times that it may be fetched as a whole; 0: as often as callers want."""
    until: str = ""
    """The time until which it is offered, as in an order; empty: until it is withdrawn."""


@dataclass(frozen=True)
class Fetching:
    """A call in which somebody has fetched an offered document, or a part of it."""

    id: str
    offer: str
    """The id of the offer."""
    title: str
    """The name of the document."""
    started: str
    line: str
    caller: str
    remote_id: str
    """The station id of the caller's machine."""
    pages: int
    confirmed: int
    """Pages that the caller's machine has confirmed."""
    outcome: Outcome


@dataclass(frozen=True)
class Offer:
    """A document that callers may fetch."""

    id: str
    title: str
    created: str
    pages: int
    number: str = ""
    """The caller's number at which it is offered; empty: all of them."""
    selective: str = ""
    has_password: bool = False
    """True if a password is needed, which nobody is shown."""
    times: int = 0
    """As in the wish."""
    until: str = ""
    fetched: int = 0
    """The number of times that it has been fetched as a whole."""
    ended: str = ""
    """The time at which it was withdrawn; empty: it was not."""
    open: bool = True
    """True if it is still offered."""
    fetchings: tuple[Fetching, ...] = ()
    """Calls that have fetched it, the newest first, 200 at most; only where one offer is shown."""
