# SPDX-License-Identifier: GPL-3.0-or-later
"""Notices about print jobs: what the person who printed must be told, and no fax in the lists tells.

A print job that is refused leaves nothing else: its row here is kept as long as the note of what was told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, delete, exists, select

from faxcore.model.sentence import Sentence, from_text, to_text
from faxcore.store import deliveries, schema
from faxcore.store.database import Database
from faxcore.store.deliveries import Deliveries
from faxcore.store.ids_and_times import new_id

MOST: Final = 100
"""Notices of one person that are kept: of somebody whose every print job is refused, the newest."""

PIECE: Final = 500


@dataclass(frozen=True)
class PrintNoticeRow:
    """A notice about one print job."""

    id: str
    owner: str
    title: str
    created: str
    sentence: Sentence
    refused: bool


class PrintNotices:
    """The table `print_notice`, one row for each print job of a person."""

    def __init__(self, database: Database, deliveries: Deliveries) -> None:
        self._db = database
        self._deliveries = deliveries

    def put(self, owner: str, key: str, title: str, sentence: Sentence, refused: bool) -> str:
        """Keep a notice that this person has to be told; its id. One about the same print job before it goes."""
        table, id = schema.print_notice, new_id()
        of_owner = table.c.owner == owner
        with self._db.transaction():
            self._remove(select(table.c.id).where(of_owner, table.c.key == key))
            self._remove(select(table.c.id).where(of_owner).order_by(table.c.id.desc()).offset(MOST - 1).limit(PIECE))
            self._db.add(
                table,
                id=id,
                owner=owner,
                key=key,
                title=title,
                sentence=to_text(sentence),
                refused=refused,
                created=self._db.now(),
            )
            self._deliveries.add(deliveries.PRINT_NOTICE, id, owner)
        return id

    def several(self, ids: Sequence[str]) -> list[PrintNoticeRow]:
        """Those of these notices that are kept."""
        return [_notice(row) for row in self._db.rows(select(*_COLUMNS).where(schema.print_notice.c.id.in_(ids)))]

    def forget(self, days: int) -> int:
        """Forget notices that were told so many days ago; how many, PIECE at most."""
        table, told = schema.print_notice, schema.delivery
        waits = exists().where(told.c.subject == table.c.id, told.c.done.is_(None))
        old = select(table.c.id).where(table.c.created <= self._db.days_ago(days), ~waits).limit(PIECE)
        with self._db.transaction():
            return self._remove(old)

    def _remove(self, which: Select[Any]) -> int:
        """Remove notices, PIECE at most, with the notes of their telling; how many. In the caller's transaction."""
        ids = [row.id for row in self._db.rows(which)]
        self._db.run(delete(schema.delivery).where(schema.delivery.c.subject.in_(ids)))
        self._db.run(delete(schema.print_notice).where(schema.print_notice.c.id.in_(ids)))
        return len(ids)


_COLUMNS: Final = tuple(schema.print_notice.c[name] for name in PrintNoticeRow.__dataclass_fields__)


def _notice(row: Row[Any]) -> PrintNoticeRow:
    return PrintNoticeRow(**{**row._mapping, "sentence": from_text(row.sentence)})
