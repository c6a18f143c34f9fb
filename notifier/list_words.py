# SPDX-License-Identifier: GPL-3.0-or-later
"""The history's words about its list: how many faxes there are, and why none is shown."""

from __future__ import annotations

from PyQt6.QtCore import QLocale

from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from notifier.fax_list import FaxList


def count_faxes(shown: FaxList, total: int | None, in_order: bool, present: bool) -> str:
    """Say how many faxes there are; empty as long as nobody knows. `total` counts all that there are.

    `in_order` is False if a person sorts by something else than time: then it says how many are sorted, if that is
    not all. `present` is False while the service is away.
    """
    if not shown.loaded:
        return _("Searching …") if shown.words and present else ""
    loaded = len(shown.faxes)
    if shown.words:
        return _count_found(shown, loaded, in_order)
    if not total:
        return ""
    words = ngettext("{count} fax", "{count} faxes", total).format(count=_number(total))
    if in_order or shown.complete or shown.first:
        return words
    return _("{total}, the newest {count} of them sorted").format(total=words, count=_number(loaded))


def explain_nothing(shown: FaxList, present: bool) -> str:
    """Say why there is no fax."""
    if not shown.loaded:
        searching = shown.words and present
        return _("Searching …") if searching else _("The history appears here when the fax service is running.")
    if shown.words:
        return _("No fax matches the search.")
    return _("No faxes yet.\n\nTo send one, print on the printer Fax. Faxes that arrive appear here too.")


def _count_found(shown: FaxList, loaded: int, in_order: bool) -> str:
    if shown.complete:
        return ngettext("{count} fax found", "{count} faxes found", loaded).format(count=_number(loaded))
    if in_order:
        # Whether there are more is known only when the next page has come.
        return _("at least {count} faxes found").format(count=_number(loaded))
    return _("at least {count} faxes found, the newest {count} of them sorted").format(count=_number(loaded))


def _number(count: int) -> str:
    return QLocale().toString(count)
