# SPDX-License-Identifier: GPL-3.0-or-later
"""Suggestions for what is typed as a recipient: contacts, and whoever has had a fax of the same person before.

Only a fax that has arrived makes its number a suggestion: one that was typed wrong, and never answered, must not come
back by three letters. Whoever had the last fax comes first, then the contacts by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import func, select

from faxcore.contract.address_book import Contact, ContactKind, Suggestion
from faxcore.contract.listed import Folder
from faxcore.model.job import JobKind, State
from faxcore.model.recipient import Recipient
from faxcore.store import schema
from faxcore.store.contacts import Contacts
from faxcore.store.database import Database, in_pieces
from faxcore.store.entries import Entries, Kind
from faxcore.store.jobs import JobRow, Jobs
from faxcore.store.words import Term, search_terms

MOST: Final = 20
"""Suggestions in one answer."""
_LOOKED_AT: Final = 100
"""Sent faxes that are looked at for their recipients."""


class Suggestions:
    """Reads contacts and jobs."""

    def __init__(self, database: Database, contacts: Contacts, entries: Entries, jobs: Jobs) -> None:
        self._db = database
        self._contacts = contacts
        self._entries = entries
        self._jobs = jobs

    def find(self, person: str, words: str) -> list[Suggestion]:
        """Find whom a person may mean by these words; by none: those who had their last faxes."""
        terms = search_terms(words)
        if words.strip() and not terms:
            return []
        contacts = self._contacts.page(person, None, terms, MOST, "") if terms else []
        recent = self._list_recent(person, terms)
        last = {job.destination: job for job in self._find_last(person, [each.e164 for each in contacts])}
        last |= recent
        known = [_suggest_contact(each, last.get(each.e164)) for each in contacts]
        theirs = {each.e164 for each in contacts}
        names = self._contacts.find_names(person, recent)
        others = [_suggest_job(job, names.get(key, "")) for key, job in recent.items() if key not in theirs]
        # By time, newest first; those without one after them, in the order that they have.
        found = sorted((*known, *others), key=lambda each: each.last_sent, reverse=True)
        return found[:MOST]

    def _list_recent(self, person: str, terms: Sequence[Term]) -> dict[str, JobRow]:
        """The last faxes that have arrived, one for each number, newest first, in which these terms are."""
        if terms:
            entries = self._entries.search(person, Folder.SENT, terms, _LOOKED_AT)
        else:
            entries = self._entries.page(person, Folder.SENT, _LOOKED_AT)
        ids = [entry.subject for entry in entries if entry.kind is Kind.JOB]
        recent: dict[str, JobRow] = {}
        for job in sorted(self._jobs.several(ids), key=lambda job: job.id, reverse=True):
            if job.kind is JobKind.SEND:
                recent.setdefault(job.destination, job)
        return recent

    def _find_last(self, person: str, keys: Sequence[str]) -> list[JobRow]:
        """The last fax of a person that has arrived at each of these numbers."""
        job = schema.job
        mine = (job.c.state == State.DONE.value, job.c.owner == person, job.c.kind == JobKind.SEND.value)
        last = select(func.max(job.c.id)).where(*mine).group_by(job.c.destination)
        ids = []
        for piece in in_pieces(sorted({key for key in keys if key})):
            ids += [str(row[0]) for row in self._db.rows(last.where(job.c.destination.in_(piece)))]
        return self._jobs.several(ids)


def _suggest_contact(found: Contact, last: JobRow | None) -> Suggestion:
    if found.kind is ContactKind.GROUP:
        return Suggestion(Recipient(""), contact=found.id, group=found.name, members=len(found.members))
    suggestion = Suggestion(Recipient.named_as(found.number, found), contact=found.id)
    return suggestion if last is None else replace(suggestion, last_sent=last.created, payer=last.payer)


def _suggest_job(job: JobRow, name: str) -> Suggestion:
    """Make a suggestion of a fax; where it has no name, of the name that its number has in an address book."""
    recipient = job.recipient
    if name and recipient.display_name() == recipient.number:
        recipient = replace(recipient, last_name=name)
    return Suggestion(recipient, shown=job.number, last_sent=job.created, payer=job.payer)
