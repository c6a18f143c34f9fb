# SPDX-License-Identifier: GPL-3.0-or-later
"""Words about a list: how many faxes there are, why none is shown, and where one comes back to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PyQt6.QtCore import QLocale

from faxcore.contract.listed import Folder, FolderCount
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.sentence import mark
from notifier.faxes.loaded_list import LoadedList
from notifier.faxes.place import Place

_NOTHING: Final = {
    Folder.INBOX: mark("No fax has come yet."),
    Folder.TO_COMPLETE: mark("No document waits.\n\nTo send one, press New fax, or print on the printer Fax."),
    Folder.OUTBOX: mark("Nothing waits to be sent."),
    Folder.SENT: mark("Nothing has been sent yet.\n\nPress New fax, or print on the printer Fax."),
    Folder.FAILED: mark("No fax has failed."),
    Folder.UNCERTAIN: mark("No fax needs a decision."),
    Folder.BIN: mark("The bin is empty."),
}


def count_entries(shown: LoadedList, counts: Mapping[Folder, FolderCount], present: bool) -> str:
    """Say how many faxes there are; empty as long as nobody knows. `present` is False while the service is away."""
    where = shown.where
    if not shown.loaded:
        return _("Searching …") if where.words and present else ""
    loaded = sum(max(1, len(entry.broadcast)) for entry in shown.entries.values())
    if where.words:
        if shown.complete:
            return ngettext("{count} found", "{count} found", loaded).format(count=_number(loaded))
        return _("at least {count} found").format(count=_number(loaded))
    if shown.complete and not shown.first:
        return _number(loaded) if loaded else ""
    if where.asks_service or where.broadcast or not counts:
        return ""
    total = count_of(counts, where.folder)
    return _number(total) if total else ""


def count_of(counts: Mapping[Folder, FolderCount], folder: Folder | None) -> int:
    """Count the faxes of a folder; of None those of all but the bin."""
    return sum(each.faxes for kind, each in counts.items() if kind is folder or (not folder and kind is not Folder.BIN))


def explain_nothing(shown: LoadedList, present: bool) -> str:
    """Say why there is no fax."""
    where = shown.where
    if not present and not shown.loaded:
        return _("Your faxes appear here when the fax service is running.")
    if not shown.loaded:
        return _("Searching …") if where.words else ""
    if where.words:
        return _("Nothing is found.")
    if where.unread:
        return _("Everything is read.")
    if where.folder is None:
        return _("No faxes yet.\n\nPress New fax, or print on the printer Fax. Faxes that arrive appear here too.")
    return _(_NOTHING[where.folder])


def tell_back(shown: LoadedList, base: Place) -> str:
    """Name the way out of a broadcast, or from an older fax to the newest; empty where there is none."""
    if shown.where.broadcast:
        return _("← Back to {place}").format(place=base.title())
    return _("Show the newest") if shown.first else ""


def _number(count: int) -> str:
    return QLocale().toString(count)
