# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases of 0.1 carried over: their tables are set aside, the new ones made, and every row copied, in one
transaction of SQLite. A job of then becomes a submission with one job, and a call's report in JSON becomes columns.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, text

from faxcore import people
from faxcore.contract.codec import decode
from faxcore.contract.listed import FOLDERS, Folder
from faxcore.model.call import AnswerKnown, CallReport, Direction
from faxcore.model.job import State
from faxcore.model.sentence import to_text
from faxcore.store import schema
from faxcore.store.deliveries import Channel
from faxcore.store.entries import Kind
from faxcore.store.ids_and_times import format_time
from faxcore.store.old_schema import MIGRATIONS
from faxcore.store.store_error import StoreTooNew
from faxcore.store.submissions import draft_key
from faxcore.store.words import join_words, person_word, words_of_draft

_TABLES: Final = (
    "confirmation",
    "reception_owner",
    "reception_page",
    "reception",
    "call",
    "job",
    "draft",
    "document",
    "announcement",
    "destination",
)
"""Those that name others first."""
_MANY: Final = 500
_TEXTS: Final = ("last_name", "first_name", "role", "company", "subject", "title", "sub_address")
"""The columns of a job whose words are looked for."""


def set_aside(connection: Connection, version: int) -> None:
    """Bring old tables to the last of their forms, and rename them. StoreTooNew for a form that nobody knows."""
    if version > len(MIGRATIONS):
        raise StoreTooNew(f"the database is of version {version}; this release knows {len(MIGRATIONS)}")
    driver: Any = connection.connection.dbapi_connection
    # A function of those scripts that carry rows over in which the owner was a uid.
    driver.create_function("person_of", 1, people.name_of, deterministic=True)
    for script in MIGRATIONS[version:]:
        for statement in script.split(";"):
            connection.exec_driver_sql(statement)
    indexes = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
    for (name,) in indexes.fetchall():
        connection.exec_driver_sql(f"DROP INDEX {name}")
    for table in _TABLES:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO old_{table}")


def copy_rows(connection: Connection) -> None:
    """Copy every row of the tables that were set aside into the new ones, and drop the old."""
    for table, rows in (
        (schema.document, _rows(connection, "SELECT * FROM old_document")),
        (schema.draft, _rows(connection, "SELECT * FROM old_draft")),
        (schema.submission, map(_submission, _rows(connection, "SELECT * FROM old_job"))),
        (schema.job, map(_job, _rows(connection, "SELECT * FROM old_job"))),
        (schema.call, map(_call, _rows(connection, _CALLS))),
        (schema.confirmation, _rows(connection, "SELECT * FROM old_confirmation")),
        (schema.reception, map(_reception, _rows(connection, "SELECT * FROM old_reception"))),
        (schema.reception_page, _rows(connection, "SELECT * FROM old_reception_page")),
        (schema.reception_owner, _rows(connection, "SELECT * FROM old_reception_owner")),
        (schema.entry, _entries(connection)),
        (schema.delivery, map(_delivery, _rows(connection, "SELECT * FROM old_announcement"))),
        (schema.destination, _rows(connection, "SELECT * FROM old_destination")),
    ):
        _insert(connection, table, rows)
    connection.exec_driver_sql(_ANSWERS)
    connection.exec_driver_sql("INSERT INTO entry_words (entry_words) VALUES ('rebuild')")
    for name in _TABLES:
        connection.exec_driver_sql(f"DROP TABLE old_{name}")
    connection.exec_driver_sql("PRAGMA user_version = 0")


_CALLS: Final = """
    SELECT old_call.*, coalesce(old_job.owner, '') AS owner,
        coalesce(old_job.destination, old_reception.called, '') AS destination
    FROM old_call LEFT JOIN old_job ON old_job.id = old_call.job
        LEFT JOIN old_reception ON old_reception.call = old_call.id ORDER BY old_call.id
"""


_ANSWERS: Final = f"""
    UPDATE call SET answer_known = '{AnswerKnown.PAGE.value}',
        answered = (SELECT min(at) FROM confirmation WHERE confirmation.call = call.id)
    WHERE answered IS NULL AND EXISTS (SELECT 1 FROM confirmation WHERE confirmation.call = call.id)
"""


def _rows(connection: Connection, sql: str) -> Iterator[dict[str, Any]]:
    for row in connection.execute(text(sql)).mappings():
        yield dict(row)


def _insert(connection: Connection, table: Any, rows: Iterator[dict[str, Any]]) -> None:
    names = {column.name: column.type.python_type for column in table.columns}
    batch = []
    for row in rows:
        # SQLite had no booleans.
        batch.append(
            {name: bool(value) if names[name] is bool else value for name, value in row.items() if name in names}
        )
        if len(batch) == _MANY:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)


def _submission(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "key": draft_key(row["draft"]) if row["draft"] else None}


def _job(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "submission": row["id"], "dials": row["tries"]}


def _call(row: dict[str, Any]) -> dict[str, Any]:
    out = row["direction"] == Direction.OUT.value
    begun = {**row, "dialled": row["number"] if out else "", "caller": "" if out else row["number"]}
    if not row["outcome"]:
        return {**_EMPTY_CALL, **begun}
    report = decode(json.loads(row["report"]), CallReport)
    known = {name: getattr(report, name) for name in CallReport.__dataclass_fields__ if name in schema.call.c}
    answered = None
    if report.seconds and row["ended"]:
        answered = format_time(datetime.fromisoformat(row["ended"]) - timedelta(seconds=report.seconds))
    return {
        **begun,
        **known,
        "outcome": report.outcome.value,
        "reason": to_text(report.reason),
        "answered": answered,
        "answer_known": (AnswerKnown.LINE if answered else AnswerKnown.NOT).value,
    }


_EMPTY_CALL: Final = {
    **{name: value for name, value in vars(CallReport).items() if name in schema.call.c},
    "reason": "",
    "answered": None,
    "answer_known": AnswerKnown.NOT.value,
}


def _reception(row: dict[str, Any]) -> dict[str, Any]:
    # The key depends on the region, which the configuration says; the service fills it in (`fill_called_keys`).
    return {**row, "called_key": ""}


def _delivery(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "channel": Channel.PROGRAM.value}


def _entries(connection: Connection) -> Iterator[dict[str, Any]]:
    for row in _rows(connection, "SELECT id, owner, title FROM old_draft ORDER BY id"):
        yield _entry(Kind.DRAFT, row["id"], row["owner"], Folder.TO_COMPLETE.value, words_of_draft(row["title"]))
    for row in _rows(connection, "SELECT * FROM old_job ORDER BY id"):
        texts = [
            row[name] for name in ("last_name", "first_name", "role", "company", "subject", "title", "sub_address")
        ]
        words = join_words(texts, [row["destination"], row["number"]])
        yield _entry(Kind.JOB, row["id"], row["owner"], FOLDERS[State(row["state"])].value, words)
    owners = "SELECT old_reception.*, person FROM old_reception JOIN old_reception_owner ON reception = id ORDER BY id"
    for row in _rows(connection, owners):
        texts = [row["line"], row["caller_name"], row["remote_id"], row["sub_address"] or ""]
        words = join_words(texts, [row["called"], row["caller"], row["remote_id"]])
        folder = Folder.INBOX.value if row["state"] == "filed" else ""
        yield _entry(Kind.RECEPTION, row["id"], row["person"], folder, words)


def _entry(kind: Kind, subject: str, person: str, folder: str, words: str) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "subject": subject,
        "person": person,
        "folder": folder,
        "called": "",
        "words": f"{words} {person_word(person)}",
    }
