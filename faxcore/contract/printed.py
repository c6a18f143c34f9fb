# SPDX-License-Identifier: GPL-3.0-or-later
"""The printed documents of the bus contract: handed over by a print job, or waiting as drafts for a recipient."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from faxcore.contract.estimated import Estimate
from faxcore.contract.order import Order
from faxcore.contract.sent_fax import Job
from faxcore.model.page import Resolution
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import Sentence


class Accepted(Enum):
    """The result of a print job."""

    DRAFT = "draft"
    JOB = "job"


@dataclass(frozen=True)
class Claim(Order):
    """The printing system's words about a print job; with a number it is sent without a dialog."""

    user: str = ""
    """The name that the printing system gives. `key` is the name that it gives the print job."""


@dataclass(frozen=True)
class Handover:
    """The answer to a print job: a draft or a job, which is on disk."""

    kind: Accepted
    id: str


@dataclass(frozen=True)
class PrintNotice:
    """Something about a print job that the person who printed must know, and that no fax in the lists tells."""

    id: str
    title: str
    """The name of the document."""
    created: str
    sentence: Sentence
    refused: bool
    """True if the document is not faxed; False if it is, but perhaps otherwise than its sender expects."""


@dataclass(frozen=True)
class KeptOrder:
    """The order that a person has typed for a draft so far. It is kept as it is, and judged when it is sent."""

    order: Order = Order()
    """Without a recipient, or with the one that is not among the recipients yet: perhaps half a number."""
    recipients: tuple[Recipient, ...] = ()
    """Those that are chosen already, in their order."""


@dataclass(frozen=True)
class DraftPart:
    """One of the documents of a draft, in the order in which they are sent."""

    id: str
    """Its name within the draft."""
    title: str
    first: int
    """Its first page among those that `read_draft` writes, which are numbered from 1."""
    pages: int
    resolution: Resolution
    """Of its first page."""
    left_out: tuple[int, ...] = ()
    """The pages of it that are not sent, numbered from 1."""
    photo: bool = False
    """True if `redraw_draft` has drawn it for photos."""


@dataclass(frozen=True)
class PartChoice:
    """A document that stays in a draft."""

    id: str
    left_out: tuple[int, ...] = ()
    """The pages of it that are not to be sent, numbered from 1."""


@dataclass(frozen=True)
class Draft:
    """Documents, printed or handed over, that have no recipient yet; or what was typed before the first of them."""

    id: str
    title: str
    """The name of the first document."""
    created: str
    pages: int
    """Those that are sent; what was left out does not count."""
    resolution: Resolution
    """Of the first page, and of a cover page where there is no other."""
    earlier: Job | None = None
    """The fax that this very print job became before: it was printed again, and a person is asked."""
    payer: str = ""
    """The code of the payer that was chosen when it was printed; an order that names another counts for more."""
    kept: KeptOrder = KeptOrder()
    """The order that has been typed for it, as `save_draft` was told last."""
    parts: tuple[DraftPart, ...] = ()
    """Its documents, in the order in which they are sent; none as long as there is none."""
    redrawable: bool = False
    """True if it is one document whose file is kept, so that `redraw_draft` can draw it otherwise."""


@dataclass(frozen=True)
class Preview:
    """A document as it will arrive: what is written on it."""

    pages: int
    station_id: str
    """The sender's number in the header line."""
    certain: bool
    """False where the fax may go out on a line with another number."""
    undrawn: str = ""
    """The characters of names that no font of the service's machine has: a question mark stands for them."""
    estimate: Estimate | None = None
    """The length of the call, and its cost; None as long as there is no number."""
    origins: tuple[int, ...] = ()
    """For each page, the one that it was made of among those that `read_draft` writes, 1 being the first; 0: none of
    them, as for a cover page.
    """
