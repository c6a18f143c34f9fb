# SPDX-License-Identifier: GPL-3.0-or-later
"""The orders of the bus contract: a fax to be sent or changed, with the number judged while it is typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from faxcore.model.number import NumberKind
from faxcore.model.priority import Priority
from faxcore.model.sentence import NOTHING, Sentence

UNDO_SECONDS: Final = 5
"""Seconds for which a fax whose order is `undoable` is not sent yet."""
LONGEST_COVER_MESSAGE: Final = 4000
"""Characters of a message that are kept: about two pages."""


@dataclass(frozen=True)
class HeaderChoice:
    """A header that a sender may choose."""

    id: str
    name: Sentence
    heading: str = ""
    sender: tuple[str, ...] = ()
    """Lines of the sender's address."""
    cover: bool = False
    """True if it has a cover page."""
    logo: bool = False
    """True if a picture stands above its heading, which a header of one's own may have too."""
    own: bool = False
    """True for one that the sender has made; all others are the administrator's."""
    message: str = ""
    """The text that a message begins with where this header is chosen."""


@dataclass(frozen=True)
class OwnHeader:
    """A header that somebody has made for their own faxes."""

    id: str = ""
    """Empty: a new one."""
    name: str = ""
    """As it stands among those to choose from."""
    heading: str = ""
    """Whose fax it is, at the top of the cover page."""
    sender: tuple[str, ...] = ()
    """Lines of the sender's address."""
    cover: bool = False
    """True if it has a cover page."""
    language: str = ""
    """Of the words on the cover page, as "fr"; empty: as without this header."""
    logo: str = ""
    """The id of a header of the administrator's whose logo this one has; empty: none."""
    message: str = ""
    """The text that a message begins with, with its line ends."""
    picture: str = ""
    """The name of a logo of one's own, as `keep_logo` gave it, which counts for more than `logo`; empty: none."""


@dataclass(frozen=True)
class Order:
    """A wish to send: everything besides the pages."""

    number: str = ""
    last_name: str = ""
    first_name: str = ""
    role: str = ""
    company: str = ""
    department: str = ""
    """The part of the company."""
    subject: str = ""
    title: str = ""
    """The name of the document."""
    message: str = ""
    """The text of the cover page below the subject, with its line ends; on a fax without one it is not seen."""
    header: str = ""
    """The id of a header; empty: that of its sender's own number, else the first."""
    key: str = ""
    """A name for this hand-over, unique for its sender: repeated with the same one, it is the same fax, or the same
    draft. Empty: none.
    """
    send_at: str = ""
    """The time to send it at, in ISO 8601 with its difference from UTC; empty: at once."""
    give_up_at: str = ""
    """The time from which on it is not tried any more, written so too; empty: some hours behind its first call, as the
    configuration says.
    """
    priority: Priority | None = None
    """None: normal, and bulk for a broadcast."""
    sub_address: str = ""
    """For whom it is behind the fax machine that answers (T.30's SUB), or which of its documents is to be fetched
    (SEP): up to twenty digits, spaces, +, * and #. Digits may stand behind # in the number as well.
    """
    password: str = field(default="", repr=False)
    """The password for the fax machine that answers (T.30's SID, and PWD to fetch), in the same signs; empty: none.
    To one that takes no password nothing is sent.
    """
    payer: str = ""
    """The code of the budget line or customer that pays; empty: by the rules of the service, or by default."""
    undoable: bool = False
    """True for a draft that goes out some seconds later than it could, so that `take_back` comes in time."""
    typed_again: tuple[str, ...] = ()
    """Numbers of the recipients that were typed a second time, in any spelling: one that is no recipient's is refused
    as OTHER_NUMBER. A draft goes to a new number only with it, where the administrator wants that (NEW_NUMBER).
    """


@dataclass(frozen=True)
class JobChange:
    """A wish to change a fax that has not ended. A field that is absent stays as it is."""

    number: str | None = None
    """Judged like the number of a new fax. To another number it is sent from the first page on, with all its calls."""
    header: str | None = None
    """The id of a header; empty: as in an order. Only as long as no page has arrived."""
    send_at: str | None = None
    """As in an order; empty: at once."""
    give_up_at: str | None = None
    """As in an order; empty: some hours behind its next call, as the configuration says."""
    priority: Priority | None = None
    password: str | None = field(default=None, repr=False)
    """As in an order; empty: none. It was for the number that the fax had: to another number it must be said anew."""
    payer: str | None = None
    """As in an order, from the next call on. To another number, whoever was chosen still pays."""


@dataclass(frozen=True)
class JudgedNumber:
    """A number and what would become of it; of one that is not called, only the rule, the reason and the groups."""

    called: bool
    shown: str = ""
    """As it is written in its country, or here."""
    country: str = ""
    """Two letters; empty for an internal number."""
    kind: NumberKind | None = None
    e164: str = ""
    """In international form, as +33199000002; empty for an internal number."""
    sub_address: str = ""
    rule: str = ""
    """The rule that lets it through or forbids it; for one of the configuration, "rule" and its name."""
    reason: Sentence = NOTHING
    """Why it is not called."""
    lines: tuple[str, ...] = ()
    """The lines on which it may be called for whoever asks."""
    hours: tuple[str, ...] = ()
    """Hours of the week within which it is called, as "Mon-Fri 18:00-08:00"; empty: all the week."""
    grouped: str = ""
    """The number as it was typed, perhaps half of it, with its digits in the groups of its country."""
