# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of faxes as people see them: a page of a folder, newest first, with the rows that its entries stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from faxcore.contract.listed import FaxPage, FaxQuery, Folder, FolderCount
from faxcore.contract.printed import Draft
from faxcore.contract.received_fax import ReadMark, Reception
from faxcore.contract.sent_fax import Job
from faxcore.store.drafts import DraftRow, Drafts
from faxcore.store.entries import Entries, Kind
from faxcore.store.jobs import JobRow, Jobs
from faxcore.store.receptions import Receptions
from faxcore.store.views import CallProgress, view_draft, view_job, view_reception
from faxcore.store.words import search_terms

Fax = TypeVar("Fax", Draft, Job, Reception)

MOST: Final = 200
"""Faxes on one page at most."""


class Listing:
    """Pages of folders."""

    def __init__(self, entries: Entries, drafts: Drafts, jobs: Jobs, receptions: Receptions) -> None:
        self._entries = entries
        self._drafts = drafts
        self._jobs = jobs
        self._receptions = receptions

    def page(
        self,
        person: str,
        query: FaxQuery,
        progress: Callable[[JobRow], CallProgress],
        read_marks: Callable[[Sequence[str]], Mapping[str, Sequence[ReadMark]]] = lambda _receptions: {},
    ) -> FaxPage:
        """The faxes that a query asks for; `progress` says where a job's call is, `read_marks` who has read what."""
        most = min(max(query.most, 1), MOST)
        terms = search_terms(query.words)
        if query.broadcast:
            entries = self._entries.page_of_submission(person, query.broadcast, most, query.after)
        elif terms:
            before = int(query.after) if query.after.isascii() and query.after.isdigit() else None
            entries = self._entries.search(person, query.folder, terms, most, before, query.number, query.unread)
        else:
            entries = self._entries.page(person, query.folder, most, query.after, query.number, query.unread)
        after = ""
        if len(entries) == most:
            # With zeros, so that the places of a search are in the order of text as well.
            searched = terms and not query.broadcast
            after = f"{entries[-1].number:020}" if searched else entries[-1].subject
        ids: dict[Kind, list[str]] = {kind: [] for kind in Kind}
        for entry in entries:
            ids[entry.kind].append(entry.subject)
        read = {entry.subject for entry in entries if entry.read}
        marks = read_marks(ids[Kind.RECEPTION])
        return FaxPage(
            drafts=_newest_first(self.view_drafts(self._drafts.several(ids[Kind.DRAFT]))),
            jobs=_newest_first(view_job(each, progress(each)) for each in self._jobs.several(ids[Kind.JOB])),
            receptions=_newest_first(
                view_reception(each, each.id in read, marks.get(each.id, ()))
                for each in self._receptions.several(ids[Kind.RECEPTION])
            ),
            after=after,
        )

    def view_drafts(self, drafts: Sequence[DraftRow]) -> list[Draft]:
        """Make drafts of their rows, each with the job that its print job became before."""
        repeated = [draft.repeats for draft in drafts if draft.repeats]
        earlier = {job.id: job for job in self._jobs.several(repeated)} if repeated else {}
        return [view_draft(draft, earlier.get(draft.repeats)) for draft in drafts]

    def count(self, person: str) -> list[FolderCount]:
        """Count every folder, those that are empty too."""
        found = self._entries.count(person)
        return [FolderCount(folder, *found.get(folder.value, (0, 0))) for folder in Folder]


def _newest_first(faxes: Iterable[Fax]) -> tuple[Fax, ...]:
    return tuple(sorted(faxes, key=lambda fax: fax.id, reverse=True))
