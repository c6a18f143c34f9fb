# SPDX-License-Identifier: GPL-3.0-or-later
"""Implements the part of the user-facing API that is about lists: folders, searching, read marks and the bin."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from faxcore.announce.announcing import Announcing
from faxcore.api.api_error import ApiError
from faxcore.api.call_records import CallRecords
from faxcore.api.inbox_numbers import list_numbers
from faxcore.api.stating import Stating, find_view, refuse_purchase
from faxcore.config.current import CurrentConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FOLDERS, LONGEST_COMMENT, FaxPage, FaxQuery, Folder, FolderCount, NumberCount
from faxcore.contract.recorded import CallPage, CallQuery, TotalsPage, TotalsQuery
from faxcore.contract.stated import StatedCallPage, StatementPart, StatementQuery
from faxcore.dialling.numbers import number_key
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_lines, clean_text
from faxcore.queue.scheduler import Scheduler
from faxcore.store.entries import UNLISTED, EntryRow, Kind
from faxcore.store.store import Store

MOST_TYPED: Final = 200
"""Characters of a search."""


class ListApi:
    """The lists in which people find their faxes."""

    def __init__(self, store: Store, config: CurrentConfig, scheduler: Scheduler, announcing: Announcing) -> None:
        self._store = store
        self._config = config
        self._scheduler = scheduler
        self._announcing = announcing
        self._records = CallRecords(store, config)
        self._stating = Stating(store.ledger_statements)

    async def list_faxes(self, person: str, query: FaxQuery) -> FaxPage:
        """List a page of the caller's faxes."""
        number = number_key(query.number, self._config.value.dialling) if query.number else ""
        words = clean_text(query.words, MOST_TYPED)
        wanted = replace(query, number=number, words=words)
        page = self._store.listing.page(person, wanted, self._scheduler.progress, self._announcing.read_marks.find)
        return self._announcing.names.add_to_page(person, page)

    async def count_folders(self, person: str) -> list[FolderCount]:
        """Count the caller's faxes in every folder."""
        return self._store.listing.count(person)

    async def list_numbers(self, person: str) -> list[NumberCount]:
        """List the numbers of the caller's inbox."""
        return list_numbers(self._store, self._config.value, person)

    async def list_calls(self, person: str, query: CallQuery) -> CallPage:
        """List a page of the calls of the caller's faxes."""
        return self._records.page(person, query)

    async def sum_calls(self, person: str, query: TotalsQuery) -> TotalsPage:
        """Sum up the calls of the caller's faxes."""
        return await self._records.sums(person, query)

    async def sum_costs(self, person: str, query: StatementQuery) -> StatementPart:
        """Sum up what the caller's calls cost, or others' that the caller may see."""
        refuse_purchase(query)
        view = find_view(self._config.value, person, query)
        return await self._stating.sum_part(view.owner, query)

    async def list_costs(self, person: str, query: StatementQuery) -> StatedCallPage:
        """List a page of the caller's calls with what they cost, or of others' that the caller may see."""
        refuse_purchase(query)
        return self._stating.page_of(person, find_view(self._config.value, person, query), query)

    async def mark_fax(self, person: str, fax: str, read: bool) -> None:
        """Note that the caller has read a fax, or has not; its other owners see it."""
        entry = self._entry(person, fax)
        self._store.entries.mark_read(person, fax, read)
        if entry.read == read:
            return
        self._announcing.list_changes.note([person])
        if entry.kind is Kind.RECEPTION:
            reception = self._store.receptions.get(fax)
            assert reception is not None, fax
            self._announcing.reception_changed(reception, but=person)

    async def comment_fax(self, person: str, fax: str, text: str) -> None:
        """Note something of a fax of the caller's; its other owners see it."""
        entry = self._entry(person, fax)
        comment = clean_lines(text, LONGEST_COMMENT)
        if entry.kind is Kind.DRAFT:
            raise ApiError(ErrorCode.STATE, Sentence("This document is no fax yet: comment on it when it is sent."))
        if entry.kind is Kind.JOB:
            self._store.jobs.set_comment(fax, comment)
            job = self._store.jobs.get(fax)
            assert job is not None, fax
            self._announcing.job_changed(job, self._scheduler.progress(job))
        else:
            self._store.receptions.set_comment(fax, comment)
            reception = self._store.receptions.get(fax)
            assert reception is not None, fax
            self._announcing.list_changes.note([person])
            self._announcing.reception_changed(reception, but=person)

    async def bin_fax(self, person: str, fax: str) -> None:
        """Put a fax that is not under way into the caller's bin."""
        entry = self._entry(person, fax)
        if entry.folder in (Folder.OUTBOX.value, Folder.TO_COMPLETE.value):
            sentence = Sentence("This fax is not finished: cancel or discard it instead.")
            raise ApiError(ErrorCode.STATE, sentence)
        self._store.entries.bin(person, fax)
        self._announcing.list_changes.note([person])

    async def restore_fax(self, person: str, fax: str) -> None:
        """Take a fax out of the bin again."""
        entry = self._entry(person, fax)
        if entry.folder == Folder.BIN.value:
            job = self._store.jobs.get(fax) if entry.kind is Kind.JOB else None
            self._store.entries.restore(person, fax, Folder.INBOX if job is None else FOLDERS[job.state])
            self._announcing.list_changes.note([person])

    async def remove_fax(self, person: str, fax: str) -> None:
        """Take a fax of the bin out of the caller's lists for good."""
        if self._entry(person, fax).folder != Folder.BIN.value:
            raise ApiError(
                ErrorCode.STATE, Sentence("Only what is in the bin is removed for good: put it there first.")
            )
        self._store.entries.remove_for_good(person, fax)
        self._announcing.list_changes.note([person])

    def _entry(self, person: str, id: str) -> EntryRow:
        entry = self._store.entries.get(person, id)
        if entry is None or entry.folder in UNLISTED:
            raise ApiError(ErrorCode.UNKNOWN, Sentence("There is no fax with this name."))
        return entry
