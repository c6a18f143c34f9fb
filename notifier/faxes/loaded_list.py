# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries of a place as far as they are loaded.

The service gives a list by pages, newest first, in the order of the ids: each page ends with the place where the next
one begins. A fax that is behind that place is not put in before its page has come: the list would have a gap that
nobody sees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from faxcore.contract.listed import FaxPage, FaxQuery
from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from notifier.fax import Fax
from notifier.faxes.entry import Entry, enter_fax, read_entries
from notifier.faxes.place import Place

PAGE: Final = 120
"""Entries that are asked for at once: some screens full, and no more than are decoded between two pictures of a search
that is typed.
"""


@dataclass(eq=False)
class LoadedList:
    """The known part of a place, by the keys of its entries."""

    where: Place = field(default_factory=Place)
    first: str = ""
    """The place where the list begins; empty: with the newest fax."""
    wanted: str = ""
    """The key of the entry that is to be selected when it is loaded."""
    entries: dict[str, Entry] = field(default_factory=dict)
    loaded: bool = False
    after: str = ""
    """The place where the next page begins; empty: the list is complete, or not loaded."""
    least: int = 0
    """Entries that are to be loaded whatever is in sight: as many as there were before it was asked for anew."""
    stale: bool = False
    """True if its first page must be asked for again: something came that may belong to it."""
    _looked_for: set[str] = field(default_factory=set)
    _early: dict[str, Fax] = field(default_factory=dict)
    """Faxes that were told of while the first page was on its way."""
    _since: set[str] = field(default_factory=set)
    """Entries that were put in since the first page was asked for."""

    @property
    def complete(self) -> bool:
        """True if there is nothing more to load."""
        return self.loaded and not self.after

    @property
    def lacks(self) -> bool:
        """True if it has fewer entries than it had before it was asked for anew."""
        return not self.complete and len(self.entries) < self.least

    def first_query(self) -> FaxQuery:
        """Make the wish for the first page."""
        self.stale = False
        self._since.clear()
        return self.where.query(self.first, PAGE)

    def next_query(self) -> FaxQuery:
        """Make the wish for the next page of a list that is not complete."""
        return self.where.query(self.after, PAGE)

    def take(self, query: FaxQuery, page: FaxPage) -> tuple[list[Entry], list[str]]:
        """Put a page in; the entries that are new or changed, and the keys of those that have left this list."""
        again = self.loaded and query.after == self.first
        if not again:  # asked for again, the first page moves nothing
            forward = not query.after or page.after < query.after
            self.after = page.after if forward else ""
        came = {entry.key: entry for entry in read_entries(page.drafts, page.jobs, page.receptions)}
        if not self.loaded:
            self.loaded = True
            for key, fax in self._early.items():
                if key in came:
                    came[key] = _newer(came[key], enter_fax(fax))
                elif self._fits(fax.id) and self._takes(fax, new=True):
                    came[key] = enter_fax(fax)
            self._early.clear()
        known = self.entries
        changed = [each for key, each in came.items() if key not in known or _newer(known[key], each) != known[key]]
        self.entries |= {entry.key: entry for entry in changed}
        gone = self._find_gone(page, set(came)) if again else []
        for key in gone:
            del self.entries[key]
        return changed, gone

    def _find_gone(self, page: FaxPage, came: set[str]) -> list[str]:
        """Find what stood in a page and does not any more. What words find, is not in the order of the ids."""
        if self.where.words:
            return []
        here = (key for key, entry in self.entries.items() if entry.place > page.after)
        return [key for key in here if key not in came and key not in self._since]

    def put(self, fax: Fax, new: bool) -> Entry | None:
        """Take a fax that is `new`, or has changed; its entry, if it belongs to what is loaded."""
        self._since.add(fax.key)
        if fax.key in self.entries:
            entry = enter_fax(fax)
            self.entries[fax.key] = entry
            return entry
        if self.where.asks_service:
            # A job that tells of each page is asked for once.
            self.stale = self.stale or fax.key not in self._looked_for
            self._looked_for.add(fax.key)
        elif not self.loaded:
            self._early[fax.key] = fax
        elif self._fits(fax.id) and self._takes(fax, new):
            self.entries[fax.key] = enter_fax(fax)
            return self.entries[fax.key]
        return None

    def is_left_by(self, fax: Fax) -> bool:
        """Return whether a fax has gone to another folder than that of this list."""
        return isinstance(fax.of, Job) and fax.key in self.entries and not self._stays(fax.of)

    def _stays(self, job: Job) -> bool:
        return bool(self.where.words) or self.where.folder is None or self.where.takes_job(job)

    def _takes(self, fax: Fax, new: bool) -> bool:
        if isinstance(fax.of, Reception):
            return new and self.where.takes_arrivals()  # one that only changed may be in the bin
        return self.where.takes_job(fax.of)

    def _fits(self, id: str) -> bool:
        """Return whether a fax with this id belongs to the part that is loaded."""
        return (not self.first or id < self.first) and id > self.after


def list_from(where: Place, key: str) -> LoadedList:
    """Make the list of a place that begins with this entry, which is to be selected."""
    return LoadedList(where, first=place_before(key), wanted=key)


def place_before(key: str) -> str:
    """Find the place in a list just before this fax: no id lies between an id and the same with a letter more."""
    return key.partition(":")[2] + "0"


def _newer(one: Entry, other: Entry) -> Entry:
    """Choose the later of two states of an entry; the second if they are of the same time."""
    if one.fax is not None and other.fax is not None:
        before, after = one.fax.of, other.fax.of
        if isinstance(before, Job) and isinstance(after, Job) and before.changed > after.changed:
            return one
    return other
