# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything a person reads, in that person's language: one catalogue for the windows, the commands and the mails.

Only the rooms that show something to a person translate. All others carry a `Sentence`, which `translate` turns into
text here.
"""

from __future__ import annotations

import gettext as _gettext
import os
from pathlib import Path

from faxcore.model.sentence import Sentence, fill
from faxcore.model.text import clean_text

_LOCALE = Path(__file__).parent / "locale"
_catalogue = _gettext.translation("facteur", _LOCALE, fallback=True)


def list_languages() -> list[str]:
    """List the languages that Facteur speaks: English, and those of the catalogues."""
    return ["en", *sorted(path.parent.name for path in _LOCALE.glob("*/LC_MESSAGES"))]


def gettext(message: str) -> str:
    """The message in the language of the environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG)."""
    return _catalogue.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The message for this count, in the language of the environment."""
    return _catalogue.ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """The message in the language of the environment, where one English word has several uses: `context` tells them
    apart.
    """
    return _catalogue.pgettext(context, message)


def translate(sentence: Sentence) -> str:
    """The text of a sentence in the language of the environment; the sentences among its values too."""
    if not sentence:
        return ""
    values = {
        name: translate(value) if isinstance(value, Sentence) else value for name, value in sentence.values.items()
    }
    return fill(gettext(sentence.text), values)


def show_sentence(sentence: Sentence, limit: int = 200) -> str:
    """The text of a sentence for a window: its values cleaned as `clean_text` does, the words around them as our
    translators have written them, with their no-break spaces; at most `limit` characters.
    """
    if not sentence:
        return ""
    words = gettext(sentence.text)
    if words == sentence.text:
        words = clean_text(words, 20 * limit)  # perhaps it is none of ours
    values = {
        name: show_sentence(value, limit) if isinstance(value, Sentence) else _clean_value(value, limit)
        for name, value in sentence.values.items()
    }
    return fill(words, values)[:limit].rstrip()


def _clean_value(value: object, limit: int) -> object:
    return clean_text(value, limit) if isinstance(value, str) else value


def environment_languages() -> tuple[str, ...]:
    """The languages of the environment, first choice first, as gettext looks for them."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return tuple(value.split(":"))
    return ()


def use_languages(*languages: str) -> None:
    """Read further messages in these languages, first choice first, rather than the environment's."""
    global _catalogue
    _catalogue = _gettext.translation(
        "facteur", Path(__file__).parent / "locale", languages=list(languages), fallback=True
    )
