# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of faxes as far as it is loaded: the usual one, what a search found, or what begins with an older fax.

The service gives a list by pages, newest first, in the order of the ids: each page ends with the place where the next
one begins. A fax that is behind that place is not put in before its page has come: the list would have a gap that
nobody sees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from faxcore.contract.listed import FaxPage, FaxQuery
from faxcore.contract.sent_fax import Job
from notifier.fax import Fax, of_job, of_reception

PAGE: Final = 200
"""Faxes that are asked for at once: some screens full."""


@dataclass(eq=False)
class FaxList:
    """The faxes with some words, or all of them, as far as they are loaded."""

    words: str = ""
    """What is searched for; empty: every fax."""
    first: str = ""
    """The place where the list begins; empty: with the newest fax."""
    wanted: str = ""
    """The key of a fax to be selected when the list is shown."""
    faxes: dict[str, Fax] = field(default_factory=dict)
    loaded: bool = False
    """True once its first page has come."""
    after: str = ""
    """The place where the next page begins; empty: the list is complete, or not loaded."""
    stale: bool = False
    """True if its first page must be asked for again: a fax came that may have the words."""
    _looked_for: set[str] = field(default_factory=set)
    _early: dict[str, Fax] = field(default_factory=dict)
    """Faxes that were told of while the first page was on its way."""

    @property
    def complete(self) -> bool:
        """True if there is nothing more to load."""
        return self.loaded and not self.after

    def first_query(self) -> FaxQuery:
        """Make the wish for the first page."""
        self.stale = False
        return FaxQuery(words=self.words, after=self.first, most=PAGE)

    def next_query(self) -> FaxQuery:
        """Make the wish for the next page of a list that is not complete."""
        return FaxQuery(words=self.words, after=self.after, most=PAGE)

    def take(self, query: FaxQuery, page: FaxPage) -> list[Fax]:
        """Put a page in; the faxes that are new or changed. Drafts have a list of their own."""
        if not (self.loaded and query.after == self.first):  # asked for again, the first page moves nothing
            forward = not query.after or page.after < query.after
            self.after = page.after if forward else ""
        came = {fax.key: fax for fax in put_in_words(page)}
        if not self.loaded:
            self.loaded = True
            for key, fax in self._early.items():
                if key in came or self._fits(fax.id):
                    came[key] = _newer(came.get(key, fax), fax)
            self._early.clear()
        known = self.faxes
        changed = [fax for key, fax in came.items() if key not in known or _newer(known[key], fax) != known[key]]
        self.faxes |= {fax.key: fax for fax in changed}
        return changed

    def put(self, fax: Fax) -> bool:
        """Take a new fax, or a change of one; True if it is in the list now."""
        if fax.key in self.faxes or (self.loaded and not self.words and self._fits(fax.id)):
            self.faxes[fax.key] = fax
            return True
        if self.words:
            # Only the service knows if it has the words; a job that tells of each page is asked for once.
            self.stale = self.stale or fax.key not in self._looked_for
            self._looked_for.add(fax.key)
        elif not self.loaded:
            self._early[fax.key] = fax
        return False

    def _fits(self, id: str) -> bool:
        """Return whether a fax with this id belongs to the part that is loaded."""
        return (not self.first or id < self.first) and id > self.after


def put_in_words(page: FaxPage) -> list[Fax]:
    """Put the jobs and receptions of a page in words."""
    return [*map(of_job, page.jobs), *map(of_reception, page.receptions)]


def list_from(key: str) -> FaxList:
    """Make the list that begins with this fax, which is to be selected."""
    return FaxList(first=place_before(key), wanted=key)


def place_before(key: str) -> str:
    """Find the place in a list just before this fax: no id lies between an id and the same with a letter more."""
    return key.partition(":")[2] + "0"


def _newer(one: Fax, other: Fax) -> Fax:
    """Choose the later of two states of a fax; the second if they are of the same time."""
    if isinstance(one.of, Job) and isinstance(other.of, Job) and one.of.changed > other.of.changed:
        return one
    return other
