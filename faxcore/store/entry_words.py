# SPDX-License-Identifier: GPL-3.0-or-later
"""The words by which entries are found, and the index of them.

Behind a fax's own words and the word of its person stand those of the comment on it, so that either may change alone.
PostgreSQL keeps its index by itself. FTS5 must be told, and of a row that goes it must be told the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlalchemy import text as sql_text

from faxcore.store import schema
from faxcore.store.database import Database, in_pieces
from faxcore.store.words import join_words, person_word

_INDEX: Final = sql_text("INSERT INTO entry_words (rowid, words) VALUES (:number, :words)")
_UNINDEX: Final = sql_text("INSERT INTO entry_words (entry_words, rowid, words) VALUES ('delete', :number, :words)")
_WORDS: Final = sql_table("entry_words", sql_column("rowid"), sql_column("words"))


class EntryWords:
    """The words of the table `entry`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def set_own(self, subject: str, person: str, words: str) -> None:
        """Change the words by which a fax is found in a person's lists, but for those of its comment."""
        table = schema.entry
        mine = (table.c.subject == subject, table.c.person == person)
        with self._db.transaction():
            for row in self._db.rows(select(table.c.number, table.c.words).where(*mine)):
                _own, commented = _read_words(row.words, person)
                self._replace(row.number, row.words, write_words(words, person, commented))

    def set_comment(self, subject: str, comment: str) -> None:
        """Let a fax be found by the words of a comment, in everybody's lists; no longer by those of the one before."""
        table = schema.entry
        commented = join_words([comment], [])
        everybodys = select(table.c.number, table.c.person, table.c.words).where(table.c.subject == subject)
        with self._db.transaction():
            for row in self._db.rows(everybodys):
                own, _commented = _read_words(row.words, row.person)
                self._replace(row.number, row.words, write_words(own, row.person, commented))

    def _replace(self, number: int, before: str, after: str) -> None:
        self._db.run(update(schema.entry).where(schema.entry.c.number == number).values(words=after))
        if self._db.is_sqlite:
            self._db.run(_UNINDEX.bindparams(number=number, words=before))
            self._db.run(_INDEX.bindparams(number=number, words=after))

    # ------------------------------------------------------------ the index

    def index(self, number: int, words: str) -> None:
        """Put a new entry into the index."""
        if self._db.is_sqlite:
            self._db.run(_INDEX.bindparams(number=number, words=words))

    def index_many(self, person: str, subjects: Sequence[str]) -> None:
        """Put new entries of a person into the index."""
        table = schema.entry
        if self._db.is_sqlite:
            for piece in in_pieces(subjects):
                new = select(table.c.number, table.c.words).where(table.c.person == person, table.c.subject.in_(piece))
                self._db.run(insert(_WORDS).from_select(["rowid", "words"], new))

    def unindex(self, *which: ColumnElement[bool]) -> None:
        """Take entries that are about to go out of the index."""
        table = schema.entry
        if self._db.is_sqlite:
            for row in self._db.rows(select(table.c.number, table.c.words).where(*which)):
                self._db.run(_UNINDEX.bindparams(number=row.number, words=row.words))

    def rebuild_index(self) -> None:
        """Make the index anew, after rows were added in bulk."""
        if self._db.is_sqlite:
            self._db.run(sql_text("INSERT INTO entry_words (entry_words) VALUES ('rebuild')"))


def write_words(own: str, person: str, commented: str = "") -> str:
    """Write the words of an entry: those of the fax, that of its person, and those of its comment behind it."""
    mark = person_word(person)
    return " ".join([own, mark, *(word for word in commented.split() if word != mark)])


def _read_words(words: str, person: str) -> tuple[str, str]:
    """Read the words of a fax and those of its comment."""
    own, _mark, commented = f" {words} ".rpartition(f" {person_word(person)} ")
    return own.strip(), commented.strip()
