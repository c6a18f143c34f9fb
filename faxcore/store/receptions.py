# SPDX-License-Identifier: GPL-3.0-or-later
"""Receptions: what has come in, page by page, and what has become of it.

A reception is `receiving` while its call lasts, `kept` when the call is over and its pages are ours, and `filed` when
its TIFF and PDF are in the folder. One without any page is not a reception: its call alone remains.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from faxcore.contract.codec import decode, encode
from faxcore.model.call import CallReport, Outcome
from faxcore.model.sentence import Sentence, from_text, to_text
from faxcore.routing.routes import SEVERAL, Route
from faxcore.store.database import Database, new_id
from faxcore.store.jobs import MOST_LISTED, end_call


@dataclass(frozen=True)
class ReceptionRow:
    """One received document."""

    id: str
    call: str
    state: str
    line: str
    called: str
    caller: str
    caller_name: str
    sub_address: str | None
    """For whom it is, as its sender said (SUB); None: not known, as long as no page has come."""
    remote_id: str
    outcome: Outcome | None
    """None as long as its call lasts."""
    reason: Sentence
    received: str
    pages: int
    bad_rows: int
    rule: str
    folder: str
    tiff: str
    pdf: str


_COLUMNS = ", ".join(f"reception.{field.name}" for field in fields(ReceptionRow))


class Receptions:
    """The tables `reception`, `reception_page`, `reception_owner` and `call` (those in)."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def begin(self, line: str, called: str, caller: str, caller_name: str) -> tuple[str, str]:
        """A call is about to be answered; the ids of the call and of its reception, on disk."""
        call, reception, now = new_id(), new_id(), self._db.now()
        with self._db.transaction():
            self._db.execute(
                "INSERT INTO call (id, direction, line, number, started) VALUES (?, 'in', ?, ?, ?)",
                call,
                line,
                caller,
                now,
            )
            self._db.execute(
                "INSERT INTO reception (id, call, state, line, called, caller, caller_name, received)"
                " VALUES (?, ?, 'receiving', ?, ?, ?, ?, ?)",
                reception,
                call,
                line,
                called,
                caller,
                caller_name,
                now,
            )
        return call, reception

    def keep_page(self, reception: str, page: int, file: str, rows: int = 0, bad_rows: int = 0) -> None:
        """A page is in the call directory, synced."""
        self._db.execute(
            "INSERT OR REPLACE INTO reception_page (reception, page, file, rows, bad_rows) VALUES (?, ?, ?, ?, ?)",
            reception,
            page,
            file,
            rows,
            bad_rows,
        )

    def set_sub_address(self, reception: str, sub_address: str) -> None:
        """Note that a page of it was for this sub-address, "" for none."""
        self._db.execute(
            "UPDATE reception SET sub_address = CASE WHEN coalesce(sub_address, ?1) = ?1 THEN ?1 ELSE ?2 END"
            " WHERE id = ?3",
            sub_address,
            SEVERAL,
            reception,
        )

    def page_files(self, reception: str) -> list[str]:
        """The names of its page files, in order."""
        return [
            row[0]
            for row in self._db.rows("SELECT file FROM reception_page WHERE reception = ? ORDER BY page", reception)
        ]

    def page_rows(self, reception: str) -> dict[int, str]:
        """The name of the file of each page that has a row."""
        return {
            row[0]: row[1]
            for row in self._db.rows("SELECT page, file FROM reception_page WHERE reception = ?", reception)
        }

    def forget_pages(self, reception: str, pages: Iterable[int]) -> None:
        """These pages have no file any more."""
        for page in pages:
            self._db.execute("DELETE FROM reception_page WHERE reception = ? AND page = ?", reception, page)

    def keep(self, reception: str, report: CallReport, route: Route, owners: frozenset[str], folder: Path) -> None:
        """The call is over, and its pages have become a fax that belongs to somebody. In the caller's transaction."""
        row = self.get(reception)
        assert row is not None, reception
        end_call(self._db, row.call, report)
        files = self.page_files(reception)
        bad = self._db.value("SELECT sum(bad_rows) FROM reception_page WHERE reception = ?", reception)
        self._db.execute(
            "UPDATE reception SET state = 'kept', remote_id = ?, outcome = ?, reason = ?, received = ?, pages = ?,"
            " bad_rows = ?, rule = ?, trace = ?, folder = ? WHERE id = ?",
            report.remote_id,
            report.outcome.value,
            to_text(report.reason),
            self._db.now(),
            len(files),
            bad or 0,
            route.rule,
            json.dumps(encode(route.trace), ensure_ascii=False),
            str(folder),
            reception,
        )
        for person in sorted(owners):
            self._db.execute(
                "INSERT OR IGNORE INTO reception_owner (reception, person) VALUES (?, ?)", reception, person
            )

    def drop(self, reception: str, report: CallReport) -> None:
        """The call is over and brought no page."""
        row = self.get(reception)
        assert row is not None, reception
        with self._db.transaction():
            end_call(self._db, row.call, report)
            self._db.execute("DELETE FROM reception WHERE id = ?", reception)

    def name_files(self, reception: str, tiff: Path, pdf: Path) -> None:
        """Note the names that its files are going to have."""
        self._db.execute("UPDATE reception SET tiff = ?, pdf = ? WHERE id = ?", str(tiff), str(pdf), reception)

    def set_filed(self, reception: str) -> None:
        """Note that its files are in the folder."""
        self._db.execute("UPDATE reception SET state = 'filed' WHERE id = ?", reception)

    def get(self, id: str) -> ReceptionRow | None:
        """The reception with this id."""
        row = self._db.row(f"SELECT {_COLUMNS} FROM reception WHERE id = ?", id)
        return None if row is None else _reception(row)

    def of_call(self, call: str) -> ReceptionRow | None:
        """The reception of a call in."""
        row = self._db.row(f"SELECT {_COLUMNS} FROM reception WHERE call = ?", call)
        return None if row is None else _reception(row)

    def in_state(self, state: str) -> list[ReceptionRow]:
        """Receptions in this state, oldest first."""
        return [
            _reception(row)
            for row in self._db.rows(f"SELECT {_COLUMNS} FROM reception WHERE state = ? ORDER BY id", state)
        ]

    def trace(self, id: str) -> list[Sentence]:
        """The routing rules that were tried, each with why it matched or did not."""
        return decode(json.loads(self._db.value("SELECT trace FROM reception WHERE id = ?", id)), list[Sentence])

    def owners(self, id: str) -> list[str]:
        """The people whose it is."""
        sql = "SELECT person FROM reception_owner WHERE reception = ? ORDER BY person"
        return [row["person"] for row in self._db.rows(sql, id)]

    def all(self, person: str) -> list[ReceptionRow]:
        """The newest filed receptions of a person, newest first."""
        sql = (
            f"SELECT {_COLUMNS} FROM reception JOIN reception_owner ON reception_owner.reception = reception.id"
            " WHERE person = ? AND state = 'filed' ORDER BY reception.received DESC, reception.id DESC"
            f" LIMIT {MOST_LISTED}"
        )
        return [_reception(row) for row in self._db.rows(sql, person)]


def _reception(row: sqlite3.Row) -> ReceptionRow:
    values = dict(row)
    outcome = Outcome(values["outcome"]) if values["outcome"] else None
    return ReceptionRow(**values | {"outcome": outcome, "reason": from_text(values["reason"])})
