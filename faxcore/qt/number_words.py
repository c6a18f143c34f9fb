# SPDX-License-Identifier: GPL-3.0-or-later
"""The words for a number that the service has judged: how it is written, in which country it is, when it is called."""

from __future__ import annotations

import re
from typing import Final

from PyQt6.QtCore import QLocale

from faxcore.contract.order import JudgedNumber
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.number import NumberKind
from faxcore.model.text import clean_text

UNFINISHED: Final = frozenset({"short", "impossible", "emergency"})
"""Rules that refuse the beginning of many a number: "01" is short, and "15" would call an ambulance."""

_SIGNS: Final = re.compile(r"[0-9+*#./() \-]*", re.ASCII)
"""The signs with which a number may go on."""


def describe_judgement(text: str, judged: JudgedNumber | None, strict: bool, checking: bool) -> tuple[str, bool]:
    """Say of a number that is being typed what the service says of it, and whether that is a fault. The beginning of a
    number is none, unless one is `strict`; `checking`: where there is no judgement, it is awaited.
    """
    if judged is None:
        return (_("The number is being checked …") if checking else ""), False
    if judged.called:
        return describe_number(judged), False
    if may_go_on(text.strip(), judged) and not strict:
        return _("This number is not complete yet."), False
    return translate(judged.reason), True


def describe_number(judged: JudgedNumber) -> str:
    """Say how a number that is called is written, with its country: "01 99 00 00 02 · France"."""
    where = _("internal number") if judged.kind is NumberKind.INTERNAL else name_country(judged.country)
    said = [clean_text(judged.shown, 60), where]
    if judged.hours:
        said.append(_("called {hours}").format(hours=clean_text(", ".join(judged.hours))))
    return " · ".join(filter(None, said))


def name_country(code: str) -> str:
    """Name a country in the reader's language; the code itself where it has no name there."""
    from babel import Locale, UnknownLocaleError  # here: a spare dialog does without it

    try:
        locale = Locale.parse(QLocale().bcp47Name(), sep="-")
    except (UnknownLocaleError, ValueError):
        return code
    return str(locale.territories.get(code, code))


def may_go_on(text: str, judged: JudgedNumber) -> bool:
    """Return whether a number that is refused may be the beginning of one that is not."""
    return judged.rule in UNFINISHED or (judged.rule == "characters" and _SIGNS.fullmatch(text) is not None)
