# SPDX-License-Identifier: GPL-3.0-or-later
"""A store with many faxes, made in bulk: jobs, receptions and news of one person, with names as people have them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import psycopg
import uuid6
from sqlalchemy import text

from faxcore.contract.codec import encode
from faxcore.contract.listed import FOLDERS, Folder
from faxcore.model.header import SHIPPED
from faxcore.model.job import State
from faxcore.store import deliveries, schema
from faxcore.store.deliveries import Channel
from faxcore.store.entries import Kind
from faxcore.store.store import Store
from faxcore.store.words import join_words, person_word

NAMES: Final = ("Martin", "Lefèvre", "Dubois", "Müller", "Schröder", "Nguyên", "Sato", "Rossi", "Ó Briain", "Petit")
SUBJECTS: Final = ("Résultats", "Ordonnance", "Facture", "Devis toiture", "Rendez-vous", "Convocation", "Plan")
HEADER: Final = json.dumps(encode(SHIPPED[0]), ensure_ascii=False)
_PIECE: Final = 2000


class Ids:
    """Ids in the order of their making, and the same ones in each run."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._milliseconds = 1_700_000_000_000

    def __call__(self) -> str:
        self._milliseconds += 1
        number = self._milliseconds << 80 | 0x7 << 76 | 0x8 << 60 | self._random.getrandbits(60)
        return str(uuid6.UUID(int=number))


def add_jobs(
    store: Store,
    owner: str,
    count: int,
    state: State,
    ids: Ids,
    told: bool = True,
    pages: int = 1,
    settled: bool = True,
) -> str:
    """Add so many jobs to as many destinations; with `told` False the news of them wait. Their document, of so many
    pages, whose file is not there. Without `settled`, `settle` has to follow when all is added.
    """
    rng = random.Random(2)
    rows = {table: [] for table in (schema.submission, schema.job, schema.entry, schema.delivery)}  # type: ignore[var-annotated]
    document = ids()
    now = "2026-01-02T03:04:05.678Z"
    store.database.add(
        schema.document, id=document, sha256="", pages=pages, resolution="fine", octets=1000, created=now
    )
    for number in range(count):
        submission, job = ids(), ids()
        name, subject, destination = rng.choice(NAMES), rng.choice(SUBJECTS), f"+33199{number:06}"
        words = join_words([name, "Claire", subject, f"No {number}"], [destination])
        rows[schema.submission].append(
            {"id": submission, "owner": owner, "document": document, "subject": subject, "header": HEADER}
        )
        rows[schema.job].append(
            {
                "id": job,
                "submission": submission,
                "owner": owner,
                "state": state.value,
                "number": destination,
                "dial": destination,
                "destination": destination,
                "last_name": name,
                "first_name": "Claire",
                "created": now,
                "changed": now,
                "next_try": now if state is State.SLEEPING else None,
                "pages": pages,
            }
        )
        rows[schema.entry].append(_entry(owner, job, Kind.JOB, FOLDERS[state], words))
        if not told:
            rows[schema.delivery].append(_delivery(ids(), f"{deliveries.JOB}-{state.value}", job, owner))
    _insert(store, rows, settled)
    return document


def add_receptions(store: Store, owner: str, count: int, ids: Ids, settled: bool = True) -> None:
    """Add so many received faxes; as `add_jobs`."""
    rows = {table: [] for table in (schema.call, schema.reception, schema.reception_owner, schema.entry)}  # type: ignore[var-annotated]
    now = "2026-01-02T03:04:05.678Z"
    for number in range(count):
        call, reception, caller = ids(), ids(), f"+33198{number:06}"
        rows[schema.call].append({"id": call, "direction": "in", "line": "line-1", "started": now, "ended": now})
        rows[schema.reception].append(
            {
                "id": reception,
                "call": call,
                "state": "filed",
                "line": "line-1",
                "called": "0199000001",
                "called_key": "+33199000001",
                "caller": caller,
                "remote_id": caller,
                "outcome": "ok",
                "received": now,
                "pages": 1,
            }
        )
        rows[schema.reception_owner].append({"reception": reception, "person": owner})
        words = join_words(["line-1"], ["+33199000001", caller])
        rows[schema.entry].append(_entry(owner, reception, Kind.RECEPTION, Folder.INBOX, words, "+33199000001"))
    _insert(store, rows, settled)


def _entry(person: str, subject: str, kind: Kind, folder: Folder, words: str, called: str = "") -> dict[str, Any]:
    return {
        "person": person,
        "subject": subject,
        "kind": kind.value,
        "folder": folder.value,
        "called": called,
        "words": f"{words} {person_word(person)}",
    }


def _delivery(id: str, kind: str, subject: str, person: str) -> dict[str, Any]:
    return {"id": id, "kind": kind, "subject": subject, "person": person, "channel": Channel.PROGRAM.value}


def _insert(store: Store, rows: dict[Any, list[dict[str, Any]]], settled: bool) -> None:
    with store.transaction():
        for table, values in rows.items():
            waiting: Iterator[dict[str, Any]] = iter(values)
            while piece := list(islice(waiting, _PIECE)):
                store.database.add_all(table, piece)
    if settled:
        settle(store)


def settle(store: Store) -> None:
    """Make the index of words anew, and let the database look at what it has."""
    with store.transaction():
        store.entries.words.rebuild_index()
    if store.database.is_sqlite:
        store.database.run(text("ANALYZE"))
    else:
        # It takes longer than the store would wait.
        with psycopg.connect(store.database.url, autocommit=True) as connection:
            connection.execute("ANALYZE")
