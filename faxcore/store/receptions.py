# SPDX-License-Identifier: GPL-3.0-or-later
"""Receptions: what has come in, page by page, and what has become of it.

A reception is `receiving` while its call lasts, `kept` when the call is over and its pages are ours, and `filed` when
its TIFF and PDF are in the folder. Where that is not possible at once it is `waiting`: its owners know it already, with
the reason, which is not written down because the next try after a start finds it anew. One without any page is not a
reception: its call alone remains.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, case, delete, func, select, update

from faxcore.contract.codec import decode, encode
from faxcore.contract.listed import Folder
from faxcore.model.call import CallReport, Direction, Outcome
from faxcore.model.sentence import NOTHING, Sentence, from_text, to_text
from faxcore.routing.routes import NOBODY, SEVERAL, Route
from faxcore.store import schema
from faxcore.store.calls import Calls
from faxcore.store.database import Database, in_pieces
from faxcore.store.entries import Entries, Kind, is_removed
from faxcore.store.ids_and_times import new_id
from faxcore.store.jobs import MOST_LISTED, JobRow
from faxcore.store.words import join_words


class Receiving(Enum):
    """The states of a reception."""

    RECEIVING = "receiving"
    KEPT = "kept"
    WAITING = "waiting"
    FILED = "filed"


ASSIGNED: Final = "assigned"
"""The rule of a fax that somebody has given to somebody."""
KNOWN: Final = frozenset({Receiving.WAITING, Receiving.FILED})
"""The states in which its owners know a reception."""


@dataclass(frozen=True)
class ReceptionRow:
    """One received document."""

    id: str
    call: str
    state: Receiving
    line: str
    called: str
    called_key: str
    """The same for every way to write the number called."""
    called_name: str
    """The name of that number, as "Surgery"; empty if it has none."""
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
    """The paths of its files; empty if it is not filed, or not in this format."""
    tiff_sha256: str
    pdf_sha256: str
    """Of the files as they were filed; empty if they are not, or were before this was kept."""
    fetched_for: str
    """The person whose order has fetched it; empty: it came by itself."""
    comment: str = ""
    """The note of its owners, in lines."""
    waiting: Sentence = NOTHING
    """The reason why its files are not in the folder yet, for its owners; not in the database."""


_NAMES: Final = tuple(name for name in ReceptionRow.__dataclass_fields__ if name != "waiting")
_ALL: Final = select(*(schema.reception.c[name] for name in _NAMES))
"""Every reception; to make it takes as long as to find one."""


class Receptions:
    """The tables `reception`, `reception_page` and `reception_owner`."""

    def __init__(self, database: Database, calls: Calls, entries: Entries) -> None:
        self._db = database
        self._calls = calls
        self._entries = entries
        self._waiting: dict[str, Sentence] = {}

    # ------------------------------------------------------------ while the call lasts

    def begin(
        self,
        line: str,
        called: str,
        caller: str,
        caller_name: str,
        called_key: str = "",
        called_name: str = "",
        payer: str = "",
    ) -> tuple[str, str]:
        """A call is about to be answered, for which this payer pays; the ids of the call and of its reception, on
        disk.
        """
        reception = new_id()
        with self._db.transaction():
            call = self._calls.begin_in(line, called_key or called, caller, payer=payer)
            self._db.add(
                schema.reception,
                id=reception,
                call=call,
                state=Receiving.RECEIVING.value,
                line=line,
                called=called,
                called_key=called_key,
                called_name=called_name,
                caller=caller,
                caller_name=caller_name,
                received=self._db.now(),
            )
        return call, reception

    def begin_next(self, before: ReceptionRow) -> ReceptionRow:
        """Another document comes in the call of this reception, behind its own: it has a part of the call to itself. In
        the caller's transaction.
        """
        id = new_id()
        payer = self._calls.find_payer(before.call)
        call = self._calls.begin_in(before.line, before.called_key or before.called, before.caller, before.call, payer)
        same = ("line", "called", "called_key", "called_name", "caller", "caller_name")
        values = {name: getattr(before, name) for name in same}
        self._db.add(
            schema.reception,
            id=id,
            call=call,
            state=Receiving.RECEIVING.value,
            received=self._db.now(),
            **values,
        )
        row = self.get(id)
        assert row is not None
        return row

    def in_one_call(self, call: str) -> list[ReceptionRow]:
        """The receptions of a call in that is not over: one for each document whose part of the call has begun, in
        order.
        """
        following = {row.follows: row.id for row in self._calls.find_open(Direction.IN) if row.follows}
        found, part = list[ReceptionRow](), call
        while part and (row := self.of_call(part)) is not None:
            found.append(row)
            part = following.get(part, "")
        return found

    def begin_fetched(self, call: str, line: str, job: JobRow) -> None:
        """A call is going to be made that fetches a document for a job's owner. In the caller's transaction."""
        self._db.add(
            schema.reception,
            id=new_id(),
            call=call,
            state=Receiving.RECEIVING.value,
            line=line,
            caller=job.number.partition(" #")[0],
            caller_name=job.recipient.person() or job.company,
            sub_address="",
            received=self._db.now(),
            fetched_for=job.owner,
        )

    def keep_page(self, reception: str, page: int, file: str, rows: int = 0, bad_rows: int = 0) -> None:
        """A page is in the call directory, synced."""
        values = {"file": file, "rows": rows, "bad_rows": bad_rows}
        new = self._db.insert(schema.reception_page).values(reception=reception, page=page, **values)
        self._db.run(new.on_conflict_do_update(index_elements=["reception", "page"], set_=values))

    def set_sub_address(self, reception: str, sub_address: str) -> None:
        """Note that a page of it was for this sub-address, "" for none."""
        table = schema.reception
        same = func.coalesce(table.c.sub_address, sub_address) == sub_address
        self._change(reception, sub_address=case((same, sub_address), else_=SEVERAL))

    def page_files(self, reception: str) -> list[str]:
        """The names of its page files, in order."""
        return list(self.page_rows(reception).values())

    def page_rows(self, reception: str) -> dict[int, str]:
        """The name of the file of each page that has a row, in order."""
        table = schema.reception_page
        statement = select(table.c.page, table.c.file).where(table.c.reception == reception).order_by(table.c.page)
        return {row.page: row.file for row in self._db.rows(statement)}

    def forget_pages(self, reception: str, pages: Iterable[int]) -> None:
        """These pages have no file any more."""
        table = schema.reception_page
        for page in pages:
            self._db.run(delete(table).where(table.c.reception == reception, table.c.page == page))

    # ------------------------------------------------------------ when the call is over

    def keep(
        self,
        reception: str,
        report: CallReport,
        route: Route,
        owners: frozenset[str],
        folder: Path,
        numbers: Sequence[str] = (),
    ) -> None:
        """The call is over, and its pages have become a fax that belongs to somebody; `numbers` are the keys of those
        by which it is found. In the caller's transaction.
        """
        row = self.get(reception)
        assert row is not None, reception
        self._calls.end(row.call, report)
        table = schema.reception_page
        bad = self._db.value(select(func.sum(table.c.bad_rows)).where(table.c.reception == reception))
        self._change(
            reception,
            state=Receiving.KEPT.value,
            remote_id=report.remote_id,
            outcome=report.outcome.value,
            reason=to_text(report.reason),
            received=self._db.now(),
            pages=len(self.page_files(reception)),
            bad_rows=int(bad or 0),
            rule=route.rule,
            trace=json.dumps(encode(route.trace), ensure_ascii=False),
            folder=str(folder),
        )
        self._db.add_all(
            schema.reception_owner, [{"reception": reception, "person": person} for person in sorted(owners)]
        )
        words = words_of_reception(replace(row, remote_id=report.remote_id), numbers, report.sender_id)
        for person in sorted(owners):
            self._entries.add(Kind.RECEPTION, reception, person, None, words, row.called_key)

    def assign(
        self, row: ReceptionRow, new: Iterable[str], leaving: Iterable[str], why: Sentence, numbers: Sequence[str]
    ) -> None:
        """Add owners to one that is known, and take it from those who leave it; `why` is for its trace, `numbers` as
        for `keep`. In the caller's transaction.
        """
        owner, gone = schema.reception_owner, list(leaving)
        self._db.run(delete(owner).where(owner.c.reception == row.id, owner.c.person.in_(gone)))
        self._entries.leave(row.id, gone)
        words = words_of_reception(row, numbers)
        for person in new:
            self._db.add(owner, reception=row.id, person=person)
            self._entries.add(Kind.RECEPTION, row.id, person, Folder.INBOX, words, row.called_key)
        if row.comment:
            self._entries.words.set_comment(row.id, row.comment)
        trace = [*self.trace(row.id), why]
        self._change(row.id, rule=ASSIGNED, trace=json.dumps(encode(trace), ensure_ascii=False))

    def drop(self, reception: str, report: CallReport) -> None:
        """The call is over and brought no page."""
        row = self.get(reception)
        assert row is not None, reception
        with self._db.transaction():
            self._calls.end(row.call, report)
            self._db.run(delete(schema.reception).where(schema.reception.c.id == reception))

    def set_folder(self, reception: str, folder: Path) -> None:
        """Note that its files are going to lie in another folder, under names that are not chosen yet."""
        self._change(reception, folder=str(folder), tiff="", pdf="")

    def name_files(self, reception: str, tiff: Path | None, pdf: Path | None) -> None:
        """Note the names that its files are going to have; None of a format in which it is not filed."""
        self._change(reception, tiff=str(tiff or ""), pdf=str(pdf or ""))

    def set_filed(self, reception: str, tiff_sha256: str, pdf_sha256: str) -> None:
        """Note that its files are in the folder, and what is in them; from now on it is in its owners' inboxes."""
        self._change(reception, state=Receiving.FILED.value, tiff_sha256=tiff_sha256, pdf_sha256=pdf_sha256)
        self._entries.move(reception, Folder.INBOX)

    def set_waiting(self, reception: str) -> None:
        """Note that its files cannot be put in the folder yet, and that it is in its owners' inboxes all the same."""
        self._change(reception, state=Receiving.WAITING.value)
        self._entries.move(reception, Folder.INBOX)

    def set_comment(self, id: str, comment: str) -> None:
        """Note what its owners say of a reception."""
        with self._db.transaction():
            self._change(id, comment=comment)
            self._entries.words.set_comment(id, comment)

    def explain(self, reception: str, waiting: Sentence) -> None:
        """Remember the reason why its files are not in the folder yet, as long as the service runs."""
        if waiting:
            self._waiting[reception] = waiting
        else:
            self._waiting.pop(reception, None)

    def fill_called_keys(self, key: Callable[[str], str]) -> None:
        """Fill in what rows of 0.1 do not say: the key of the number called."""
        table = schema.reception
        missing = select(table.c.id, table.c.called).where(table.c.called_key == "", table.c.called != "")
        with self._db.transaction():
            for row in self._db.rows(missing):
                self._change(row.id, called_key=key(row.called))
                self._entries.set_called(row.id, key(row.called))

    def _change(self, reception: str, **values: object) -> None:
        self._db.run(update(schema.reception).where(schema.reception.c.id == reception).values(**values))

    # ------------------------------------------------------------ reading

    def get(self, id: str) -> ReceptionRow | None:
        """The reception with this id."""
        row = self._db.row(_ALL.where(schema.reception.c.id == id))
        return None if row is None else self._reception(row)

    def several(self, ids: Sequence[str]) -> list[ReceptionRow]:
        """Those of these receptions that there are, in no order."""
        table = schema.reception
        return [
            self._reception(row) for piece in in_pieces(ids) for row in self._db.rows(_ALL.where(table.c.id.in_(piece)))
        ]

    def of_call(self, call: str) -> ReceptionRow | None:
        """The reception of a call in, or of one out that fetches."""
        row = self._db.row(_ALL.where(schema.reception.c.call == call))
        return None if row is None else self._reception(row)

    def count_unfiled(self) -> int:
        """Count the faxes that have been received, and are not in their folder yet."""
        late = (Receiving.KEPT.value, Receiving.WAITING.value)
        return self._db.count(schema.reception, schema.reception.c.state.in_(late))

    def in_state(self, *states: Receiving) -> list[ReceptionRow]:
        """Receptions in one of these states, oldest first."""
        table = schema.reception
        wanted = table.c.state.in_([state.value for state in states])
        return [self._reception(row) for row in self._db.rows(_ALL.where(wanted).order_by(table.c.id))]

    def trace(self, id: str) -> list[Sentence]:
        """The routing rules that were tried, each with why it matched or did not."""
        text = self._db.value(select(schema.reception.c.trace).where(schema.reception.c.id == id))
        return decode(json.loads(text or "[]"), list[Sentence])

    def owners(self, id: str) -> list[str]:
        """The people whose it is."""
        table = schema.reception_owner
        statement = select(table.c.person).where(table.c.reception == id).order_by(table.c.person)
        return [row.person for row in self._db.rows(statement)]

    def list_nobodys(self, after: str, most: int) -> list[ReceptionRow]:
        """List what nobody has sorted yet, from behind the id `after`, newest first."""
        table = schema.reception
        known = table.c.state.in_([state.value for state in KNOWN])
        statement = _ALL.where(table.c.rule == NOBODY, known)
        if after:
            statement = statement.where(table.c.id < after)
        return [self._reception(row) for row in self._db.rows(statement.order_by(table.c.id.desc()).limit(most))]

    def all(self, person: str) -> list[ReceptionRow]:
        """The newest receptions that a person knows, newest first."""
        table, owner = schema.reception, schema.reception_owner
        statement = (
            _ALL.join_from(table, owner)
            .where(
                owner.c.person == person,
                table.c.state.in_([state.value for state in KNOWN]),
                ~is_removed(table.c.id, person),
            )
            .order_by(table.c.received.desc(), table.c.id.desc())
            .limit(MOST_LISTED)
        )
        return [self._reception(row) for row in self._db.rows(statement)]

    def _reception(self, row: Row[Any]) -> ReceptionRow:
        values = dict(zip(_NAMES, row, strict=True))
        values.update(
            state=Receiving(row.state),
            outcome=Outcome(row.outcome) if row.outcome else None,
            reason=from_text(row.reason),
            waiting=self._waiting.get(row.id, NOTHING),
        )
        return ReceptionRow(**values)


def words_of_reception(row: ReceptionRow, numbers: Sequence[str], sender_id: str = "") -> str:
    """The words by which a received fax is found; `numbers` are the keys of those of its call."""
    texts = [row.line, row.called_name, row.caller_name, row.remote_id, sender_id, row.sub_address or ""]
    return join_words(texts, [row.called, row.caller, row.remote_id, *numbers])
