# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries: one for each fax in each person's lists, with its folder, its read mark and the words by which it is found.

A folder is a query: the entries of one person in it, by the fax's id, newest first, a page at a time. The bin is a
folder as well; from there a fax goes back to where its state puts it. A search goes by the entries' own numbers, the
order in which the index of words has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, delete, exists, func, literal_column, select, update
from sqlalchemy import text as sql_text

from faxcore.contract.listed import Folder
from faxcore.store import schema
from faxcore.store.database import Database, in_pieces
from faxcore.store.entry_words import EntryWords, write_words
from faxcore.store.words import Term, person_word

HIDDEN: Final = ""
"""The folder of a reception that its owners do not know yet."""
REMOVED: Final = "removed"
"""The folder of a fax that a person has removed for good. It is in none of their lists, and goes as what is in the bin
does.
"""
UNLISTED: Final = (HIDDEN, REMOVED)
"""The folders of faxes that are in no list."""


_MATCH: Final = sql_text(
    "SELECT rowid FROM entry_words WHERE entry_words MATCH :words AND rowid < :before ORDER BY rowid DESC LIMIT :window"
)
_FIRST_WINDOW: Final = 2000
_HIGHEST: Final = 2**62


class Kind(Enum):
    """The kinds of fax in a list."""

    DRAFT = "draft"
    JOB = "job"
    RECEPTION = "reception"


@dataclass(frozen=True)
class EntryRow:
    """One fax in a person's lists."""

    number: int
    """The order in which entries were made."""
    subject: str
    kind: Kind
    folder: str
    read: bool


@dataclass(frozen=True)
class CalledCount:
    """The faxes of a person's inbox that came for one number."""

    called: str
    """The key of the number."""
    faxes: int
    unread: int


class Entries:
    """The table `entry`."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.words = EntryWords(database)

    # ------------------------------------------------------------ writing

    def add(self, kind: Kind, subject: str, person: str, folder: Folder | None, words: str, called: str = "") -> None:
        """A fax that is new in a person's lists; hidden without a folder. In the transaction of its own row."""
        statement = self._db.insert(schema.entry).values(
            person=person,
            subject=subject,
            kind=kind.value,
            folder=HIDDEN if folder is None else folder.value,
            called=called,
            words=write_words(words, person),
        )
        once = statement.on_conflict_do_nothing(index_elements=["subject", "person"])
        with self._db.transaction():
            for row in self._db.returning(once.returning(schema.entry.c.number, schema.entry.c.words)):
                self.words.index(row.number, row.words)

    def add_many(self, kind: Kind, person: str, folder: Folder | None, words: Mapping[str, str]) -> None:
        """Faxes that are new in a person's lists, by their ids, each with its words. In their rows' transaction."""
        table = schema.entry
        rows = [
            {
                "person": person,
                "subject": subject,
                "kind": kind.value,
                "folder": HIDDEN if folder is None else folder.value,
                "words": write_words(theirs, person),
            }
            for subject, theirs in words.items()
        ]
        self._db.add_all(table, rows)
        self.words.index_many(person, list(words))

    def move(self, subject: str, folder: Folder) -> None:
        """A fax has changed its state, and so its folder, in every list; in a bin it stays."""
        table = schema.entry
        self._db.run(
            update(table)
            .where(table.c.subject == subject, table.c.folder.not_in((Folder.BIN.value, REMOVED, folder.value)))
            .values(folder=folder.value)
        )

    def show(self, person: str, subjects: Sequence[str], folder: Folder) -> None:
        """Show hidden faxes of a person in a folder."""
        table = schema.entry
        hidden = (table.c.person == person, table.c.folder == HIDDEN, table.c.subject.in_(subjects))
        self._db.run(update(table).where(*hidden).values(folder=folder.value))

    def page_of_submission(self, person: str, submission: str, most: int, after: str) -> list[EntryRow]:
        """The newest entries of a submission's faxes, from behind the id `after`."""
        table, job = schema.entry, schema.job
        theirs = select(job.c.id).where(job.c.submission == submission, job.c.owner == person)
        mine = (table.c.person == person, table.c.folder.not_in(UNLISTED), table.c.subject.in_(theirs))
        statement = _select().where(*mine)
        if after:
            statement = statement.where(table.c.subject < after)
        return self._read(statement.order_by(table.c.subject.desc()).limit(most))

    def set_called(self, subject: str, called: str) -> None:
        """Note the key of the number that was called."""
        self._db.run(update(schema.entry).where(schema.entry.c.subject == subject).values(called=called))

    def bin(self, person: str, subject: str) -> bool:
        """Put a fax into a person's bin; False if it is not in their lists."""
        return self._change(person, subject, folder=Folder.BIN.value, binned=self._db.now())

    def restore(self, person: str, subject: str, folder: Folder) -> bool:
        """Take a fax out of the bin again."""
        return self._change(person, subject, folder=folder.value, binned=None)

    def remove_for_good(self, person: str, subject: str) -> bool:
        """Take a fax out of a person's lists for good; since when it has been in the bin stays noted."""
        return self._change(person, subject, folder=REMOVED)

    def mark_read(self, person: str, subject: str, read: bool) -> bool:
        """Note whether a person has read a fax."""
        return self._change(person, subject, read=self._db.now() if read else None)

    def _change(self, person: str, subject: str, **values: object) -> bool:
        table = schema.entry
        mine = (table.c.subject == subject, table.c.person == person, table.c.folder.not_in(UNLISTED))
        return bool(self._db.run(update(table).where(*mine).values(**values)))

    def remove(self, *subjects: str) -> None:
        """Faxes that are gone."""
        self._remove(schema.entry.c.subject.in_(subjects))

    def leave(self, subject: str, people: Sequence[str]) -> None:
        """A fax is in these people's lists no more."""
        self._remove(schema.entry.c.subject == subject, schema.entry.c.person.in_(people))

    def _remove(self, *which: ColumnElement[bool]) -> None:
        table = schema.entry
        with self._db.transaction():
            self.words.unindex(*which)
            self._db.run(delete(table).where(*which))

    # ------------------------------------------------------------ lists

    def get(self, person: str, subject: str) -> EntryRow | None:
        """One fax in a person's lists."""
        table = schema.entry
        row = self._db.row(_select().where(table.c.subject == subject, table.c.person == person))
        return None if row is None else _entry(row)

    def page(
        self,
        person: str,
        folder: Folder | None,
        most: int,
        after: str = "",
        called: str = "",
        unread: bool = False,
    ) -> list[EntryRow]:
        """The newest entries of a folder, or of all but the bin, whose fax comes behind the id `after`. `called` is the
        key of one number of the inbox; `unread` leaves out what has been read.
        """
        table = schema.entry
        statement = _select().where(*self._where(person, folder, called, unread))
        if after:
            statement = statement.where(table.c.subject < after)
        return self._read(statement.order_by(table.c.subject.desc()).limit(most))

    def search(
        self,
        person: str,
        folder: Folder | None,
        terms: Sequence[Term],
        most: int,
        before: int | None = None,
        called: str = "",
        unread: bool = False,
    ) -> list[EntryRow]:
        """The newest entries of a folder, or of all but the bin, in which these terms are, by their numbers: those that
        have one below `before`.
        """
        table = schema.entry
        statement = _select().where(*self._where(person, folder, called, unread))
        if before is not None:
            statement = statement.where(table.c.number < before)
        statement = statement.order_by(table.c.number.desc()).limit(most)
        if not self._db.is_sqlite:
            query = _query(person, terms, " & ", " | ", "'{}'", "'{}':*")
            vector: ColumnElement[Any] = literal_column("entry.vector")
            return self._read(statement.where(vector.op("@@")(func.to_tsquery("simple", query))))
        # Of a word that is in every fax only the newest are looked at first: mostly they are enough.
        query = _query(person, terms, " AND ", " OR ", '"{}"', '"{}"*')
        for window in (_FIRST_WINDOW, -1):
            found: Any = _MATCH.bindparams(words=query, before=before or _HIGHEST, window=window)
            entries = self._read(statement.where(table.c.number.in_(found)))
            if len(entries) == most:
                break
        return entries

    def _read(self, statement: Select[Any]) -> list[EntryRow]:
        return [_entry(row) for row in self._db.rows(statement)]

    def list_readers(self, subjects: Sequence[str]) -> list[tuple[str, str, str]]:
        """List who has read these faxes, and when, the first one first: subject, person, time."""
        table = schema.entry
        return sorted(
            (
                (row.subject, row.person, row.read)
                for piece in in_pieces(subjects)
                for row in self._db.rows(_READERS.where(table.c.subject.in_(piece)))
            ),
            key=lambda found: found[2],
        )

    def count(self, person: str) -> dict[str, tuple[int, int]]:
        """Count the entries of each folder: all, and those not read."""
        table = schema.entry
        unread = func.sum(case((table.c.read.is_(None), 1), else_=0))
        rows = self._db.rows(
            select(table.c.folder, func.count().label("faxes"), unread.label("not_read"))
            .where(table.c.person == person, table.c.folder.not_in(UNLISTED))
            .group_by(table.c.folder)
        )
        return {row.folder: (int(row.faxes), int(row.not_read)) for row in rows}

    def count_numbers(self, person: str) -> list[CalledCount]:
        """Count the entries of the inbox by the number that was called, where that is known."""
        table = schema.entry
        inbox, faxes = self._inbox(person), func.count().label("faxes")
        counted = select(table.c.called, faxes).where(*inbox, table.c.called > "").group_by(table.c.called)
        # Not by the column itself: for its order SQLite would look at every fax in place of the few that are not read.
        called = table.c.called.concat("").label("number")
        not_read = select(called, faxes).where(*inbox, table.c.read.is_(None)).group_by(called)
        unread = {row.number: int(row.faxes) for row in self._db.rows(not_read)}
        return [CalledCount(row.called, int(row.faxes), unread.get(row.called, 0)) for row in self._db.rows(counted)]

    def find_newest(self, person: str, called: str) -> str:
        """Find the fax of the inbox that came last for the number with this key; empty if there is none."""
        table = schema.entry
        newest = select(func.max(table.c.subject)).where(*self._inbox(person), table.c.called == called)
        return str(self._db.value(newest) or "")

    def _inbox(self, person: str) -> tuple[ColumnElement[bool], ...]:
        return schema.entry.c.person == person, schema.entry.c.folder == Folder.INBOX.value

    def _where(self, person: str, folder: Folder | None, called: str, unread: bool) -> Iterable[Any]:
        table = schema.entry
        yield table.c.person == person
        if folder is not None:
            yield table.c.folder == folder.value
        else:
            yield table.c.folder.not_in((*UNLISTED, Folder.BIN.value))
        if called:
            yield table.c.called == called
        if unread:
            yield table.c.read.is_(None)


def _query(person: str, terms: Sequence[Term], both: str, either: str, whole: str, beginning: str) -> str:
    """The query in the words of FTS5 or of PostgreSQL. Words are letters and digits only."""
    parts = [whole.format(person_word(person))]
    for term in terms:
        ways = [both.join(beginning.format(word) for word in way) for way in term]
        parts.append("(" + either.join(f"({way})" for way in ways) + ")")
    return both.join(parts)


_READERS: Final = select(schema.entry.c.subject, schema.entry.c.person, schema.entry.c.read).where(
    schema.entry.c.read.is_not(None), schema.entry.c.folder != HIDDEN
)


def is_removed(subject: ColumnElement[str], person: str) -> ColumnElement[bool]:
    """True for a fax that a person has removed for good."""
    table = schema.entry
    return exists().where(table.c.subject == subject, table.c.person == person, table.c.folder == REMOVED)


def _select() -> Select[Any]:
    table = schema.entry
    return select(table.c.number, table.c.subject, table.c.kind, table.c.folder, table.c.read)


def _entry(row: Any) -> EntryRow:
    return EntryRow(row.number, row.subject, Kind(row.kind), row.folder, row.read is not None)
