# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries that a person has deleted, or put somewhere else, and may want back in the list where they stood."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from weakref import WeakSet

from notifier.faxes.entry import Entry
from notifier.faxes.loaded_list import LoadedList


class HiddenEntries:
    """Remembers from which lists entries were taken out, as long as these lists are in use."""

    def __init__(self) -> None:
        self._lists: dict[str, WeakSet[LoadedList]] = {}
        self._discarded: set[str] = set()
        """Documents that the service has still, as a person may take back that they were discarded."""

    def hide(self, entry: Entry, lists: Iterable[LoadedList]) -> None:
        """Take an entry out of these lists."""
        held = [listed for listed in lists if listed.entries.pop(entry.key, None) is not None]
        self._lists[entry.key] = WeakSet(held)
        if entry.draft is not None:
            self._discarded.add(entry.key)

    def restore(self, entry: Entry) -> Collection[LoadedList]:
        """Put an entry back; the lists in which it is again."""
        self._discarded.discard(entry.key)
        lists = list(self._lists.pop(entry.key, ()))
        for listed in lists:
            listed.entries[entry.key] = entry
        return lists

    def leave_out(self, listed: LoadedList, came: Iterable[Entry]) -> list[Entry]:
        """Leave what is to be discarded out of a list, and of what has just come for it."""
        for key in self._discarded:
            listed.entries.pop(key, None)
        return [entry for entry in came if entry.key not in self._discarded]
