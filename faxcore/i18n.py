# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything a person reads, in that person's language: one catalogue for the service, the windows and the commands."""

from __future__ import annotations

import gettext as _gettext
from pathlib import Path

_catalogue = _gettext.translation("facteur", Path(__file__).parent / "locale", fallback=True)


def gettext(message: str) -> str:
    """The message in the language of the environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG)."""
    return _catalogue.gettext(message)


def mark(message: str) -> str:
    """The message itself: marked for the catalogue where it stands in a table, translated where it is shown."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """The message for this count, in the language of the environment."""
    return _catalogue.ngettext(singular, plural, count)


def use_languages(*languages: str) -> None:
    """Read further messages in these languages, first choice first, rather than the environment's."""
    global _catalogue
    _catalogue = _gettext.translation(
        "facteur", Path(__file__).parent / "locale", languages=list(languages), fallback=True
    )
