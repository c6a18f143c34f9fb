# SPDX-License-Identifier: GPL-3.0-or-later
"""F1: the manual's page of a window, in the reader's language, in whatever shows pages on this desktop.

The page is a file of this machine: the site that `packaging/manual` builds where that is installed or was built, else
the text of which it is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Final

from PyQt6.QtCore import QLocale, QUrl
from PyQt6.QtGui import QDesktopServices

_CHECKOUT: Final = Path(__file__).parents[2]

SITES: Final = (Path("/usr/share/doc/facteur/html"), _CHECKOUT / "build" / "site")
TEXTS: Final = (Path("/usr/share/doc/facteur"), _CHECKOUT / "docs")


class Topic(Enum):
    """The pages of the manual that belong to a window."""

    SENDING = "send"
    FAXES = "faxes"
    CONTACTS = "contacts"
    CONSUMPTION = "consumption"


def find_page(topic: Topic) -> Path | None:
    """Find the page on this machine; None if the manual is not installed."""
    return next((page for page in _list_pages(topic) if page.is_file()), None)


def open_manual(topic: Topic) -> bool:
    """Open the page beside the window; False if there is none, or nothing to open it with."""
    page = find_page(topic)
    return page is not None and QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))


def _list_pages(topic: Topic) -> Iterator[Path]:
    """List the places of a page, the best first."""
    own = "fr" if QLocale().language() is QLocale.Language.French else "user"
    for folder in dict.fromkeys((own, "user")):
        yield from (site / folder / f"{topic.value}.html" for site in SITES)
        yield from (texts / folder / f"{topic.value}.md" for texts in TEXTS)
