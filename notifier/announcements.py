# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of a popup: its words, its buttons, and what becomes of it.

Text is plain here; who shows it escapes the body. In the summary foreign text (names, station ids) stands without angle
brackets (`in_summary`), because some services take it for markup against the specification.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from faxcore.i18n import gettext as _
from notifier.fax import Fax

SHORT_SECONDS: Final = 6.0
ARRIVAL_SECONDS: Final = 20.0
WAY_SECONDS: Final = 90.0
"""For a fax that goes out: longer than a page takes, as the next one is told of in its place."""
MOST: Final = 160
"""Characters of foreign text in one line of a popup."""
MOST_SUMMARY: Final = 60
MOST_REASON: Final = 400
"""Characters of a reason that nothing else tells: what is to be done stands at its end."""


class Act(Enum):
    """The action of a popup's button."""

    OPEN = "open"
    PRINT = "print"
    FORWARD = "forward"
    SHOW = "show"
    """Show the fax in the window."""
    CONTACT = "contact"
    """Put the number into an address book."""
    COMPLETE = "complete"
    """Open the dialog of a document that waits."""
    UNDO = "undo"
    """Take a fax back before it goes out."""
    AGAIN = "again"
    """Send a fax once more to the same number."""
    OTHER_NUMBER = "other-number"
    """Send a fax once more, to a number that is asked for."""
    INBOX = "inbox"
    OUTBOX = "outbox"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    TO_COMPLETE = "to-complete"
    """These show the folder of this name in the window."""


FOLDER_ACTS: Final = frozenset({Act.INBOX, Act.OUTBOX, Act.FAILED, Act.UNCERTAIN, Act.TO_COMPLETE})
"""Those whose value is the folder that they show."""


class Kind(Enum):
    """The popups that are told of together where there are many."""

    ARRIVED = "arrived"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    WAITING = "waiting"


@dataclass(frozen=True)
class Announcement:
    """One popup. `seconds` of None: it stays until somebody closes it. It takes the place of an earlier one with the
    same subject.
    """

    summary: str
    lines: tuple[str, ...]
    actions: tuple[tuple[Act, str], ...]
    """The buttons. Services show few, the first ones; a click beside them does the first, or `clicked`."""
    subject: str
    """The key of the fax, the id of the draft, or nothing."""
    urgent: bool = False
    seconds: float | None = None
    hints: Mapping[str, str] = field(default_factory=dict)
    only_instead: bool = False
    """True if it is nothing to be told of but where an earlier one with the same subject still stands."""
    clicked: Act | None = None
    """The action of a click beside the buttons; None: the first one's."""
    bare: tuple[str, ...] = ()
    """Its words where nobody may read names, numbers and subjects: the summary, then the lines. Empty: it has none of
    these, and is told as it is.
    """
    page_of: str = ""
    """The received fax whose first page is shown with it; empty: none."""
    instead_of: tuple[str, ...] = ()
    """Subjects of further popups that go when it comes."""
    kind: Kind | None = None
    """What it is told of together with, if there are many; None: always by itself."""
    name: str = ""
    """The name that stands for it in the popup of many."""
    when: str = ""
    """The time of what it tells of, as a text whose order is that of time: the popup of many names the newest first."""
    prompt: bool = False
    """True if it answers what this person did a moment ago, and is nothing worth later on."""


def conceal(notice: Announcement) -> Announcement:
    """Take names, numbers, subjects and the page out of a popup."""
    return replace(notice, summary=notice.bare[0], lines=notice.bare[1:], page_of="") if notice.bare else notice


def in_summary(text: str, most: int = MOST_SUMMARY) -> str:
    """Foreign text as it may stand in a summary."""
    return shorten(without_brackets(text), most)


def without_brackets(text: str) -> str:
    """Give a text that is no markup to anybody, and needs no escaping."""
    return text.replace("<", "‹").replace(">", "›")


def shorten(text: str, most: int = MOST) -> str:
    """Cut a text off that is longer than a line of a popup."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def offer_contact(fax: Fax) -> tuple[tuple[Act, str], ...]:
    """Offer to remember whose number it is, where nobody knows it."""
    return ((Act.CONTACT, _("Add to contacts …")),) if fax.unknown_number else ()


def list_names(names: tuple[str, ...], most: int = 2) -> str:
    """Name the first ones, and count the others."""
    short = [shorten(name, MOST_SUMMARY) for name in dict.fromkeys(names)]
    if len(short) <= most + 1:
        return ", ".join(short)
    return _("{names} and {count} more").format(names=", ".join(short[:most]), count=len(short) - most)
