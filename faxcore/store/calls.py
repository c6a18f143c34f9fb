# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls, out and in: what is known of each, in columns. A call is the unit of the bill, and stays when its fax is gone.
Of several faxes in one telephone call each has a row: it names the one before it (`follows`), and its seconds are those
of its own part.

When a call was answered comes from the line, which has seen it (`AnswerKnown.LINE`), or has heard what follows on it
(`SIGNALS`). Of a call whose end nobody saw it is known only if a page was confirmed: then it had been answered by that
time (`PAGE`), and lasted until the last confirmation at least.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, case, func, select, update

from faxcore.model.call import AnswerKnown, CallReport, Direction, Outcome
from faxcore.model.paper import Paper
from faxcore.model.sentence import Sentence, from_text, to_text
from faxcore.store import schema
from faxcore.store.call_counts import CallCounts
from faxcore.store.database import Database
from faxcore.store.ids_and_times import format_time, new_id
from faxcore.store.ledger import Ledger


@dataclass(frozen=True)
class CallRow:
    """One call."""

    id: str
    direction: Direction
    job: str | None
    line: str
    owner: str
    """The person who pays, whose job it is; empty for a call in."""
    destination: str
    """The number called: E.164 where it can be known, or digits as they were dialled."""
    dialled: str
    caller: str
    started: str
    answered: str | None
    answer_known: AnswerKnown
    ended: str | None
    """None as long as it lasts."""
    first_page: int
    pages: int
    sent: int
    confirmed: int
    received: int
    outcome: Outcome | None
    reason: Sentence
    rate: int
    remote_id: str
    seconds: float
    follows: str
    """The call before it in the same telephone call, whose line it went on with; empty: it was dialled for."""
    own_number: str
    """The key of our number as which a fax went out; empty: the line has none of its sender's, or it came in."""


@dataclass(frozen=True)
class _Answer:
    """The answer of a call: its time, and how that is known."""

    known: AnswerKnown
    at: str | None = None
    spread: float = 0.0
    seconds: float = 0.0
    """Connected, as far as that is known."""


PIECE: Final = 200
"""Rows that are changed at once."""
_NAMES: Final = ("owner", "dialled", "caller", "remote_id", "sender_id", "sub_address")
_COLUMNS = tuple(schema.call.c[name] for name in CallRow.__dataclass_fields__)


class Calls:
    """The table `call`."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._db = database
        self._ledger = ledger
        self.counts = CallCounts()

    def begin_out(
        self,
        job: str,
        owner: str,
        line: str,
        destination: str,
        dialled: str,
        first_page: int,
        id: str = "",
        follows: str = "",
        own_number: str = "",
        payer: str = "",
    ) -> str:
        """A call that is going to be made, or to go on with a job behind the one that `follows` names; its id. In the
        caller's transaction.
        """
        id = id or new_id()
        self._db.add(
            schema.call,
            id=id,
            direction=Direction.OUT.value,
            job=job,
            owner=owner,
            line=line,
            destination=destination,
            dialled=dialled,
            first_page=first_page,
            follows=follows,
            own_number=own_number,
            payer=payer,
            started=self._db.now(),
        )
        return id

    def begin_in(self, line: str, called: str, caller: str, follows: str = "", payer: str = "") -> str:
        """A call that is going to be answered, or the part of one in which another document comes behind that of
        `follows`; its id. In the caller's transaction.
        """
        id = new_id()
        self._db.add(
            schema.call,
            id=id,
            direction=Direction.IN.value,
            line=line,
            destination=called,
            caller=caller,
            follows=follows,
            payer=payer,
            started=self._db.now(),
        )
        return id

    def find_payer(self, id: str) -> str:
        """Find the code of whoever pays for a call; empty: nobody does."""
        return str(self._db.value(select(schema.call.c.payer).where(schema.call.c.id == id)))

    def set_shortened(self, id: str, paper: Paper) -> None:
        """Note that its pages were made anew for this paper, as the other end prints no more."""
        self._db.run(update(schema.call).where(schema.call.c.id == id).values(shortened=paper.value))

    def end(self, id: str, report: CallReport) -> None:
        """The call is over, and stands in the ledger."""
        ended = self._db.later(-report.behind) if report.behind else self._db.now()
        answer = self._find_answer(id, report, ended)
        with self._db.transaction():
            self._write_end(id, report, ended, answer)
            self._ledger.add_call(id)
        self.counts.add(self._direction_of(id), report)

    def _direction_of(self, id: str) -> Direction:
        return Direction(self._db.value(select(schema.call.c.direction).where(schema.call.c.id == id)))

    def _write_end(self, id: str, report: CallReport, ended: str, answer: _Answer) -> None:
        self._db.run(
            update(schema.call)
            .where(schema.call.c.id == id)
            .values(
                ended=ended,
                answered=answer.at,
                answer_known=answer.known.value,
                answer_spread=answer.spread,
                pages=report.pages,
                sent=report.sent,
                confirmed=report.confirmed,
                octets=report.octets,
                received=report.received,
                fetched=report.fetched,
                offer=report.offer,
                outcome=report.outcome.value,
                reason=to_text(report.reason),
                rate=report.rate,
                modulation=report.modulation,
                coding=report.coding,
                resolution=report.resolution,
                error_correction=report.error_correction,
                remote_id=report.remote_id,
                sender_id=report.sender_id,
                sub_address=report.sub_address,
                bad_rows=report.bad_rows,
                dial_seconds=report.dial_seconds,
                seconds=answer.seconds,
                fallbacks=report.fallbacks,
                phase=report.phase,
            )
        )

    def _find_answer(self, id: str, report: CallReport, ended: str) -> _Answer:
        if report.seconds:
            at = format_time(datetime.fromisoformat(ended) - timedelta(seconds=report.seconds))
            known = AnswerKnown.SIGNALS if report.answer_spread else AnswerKnown.LINE
            return _Answer(known, at, report.answer_spread, report.seconds)
        table, call = schema.confirmation, schema.call
        times = (func.min(table.c.at).label("first"), func.max(table.c.at).label("last"))
        seen = self._db.row(select(*times).where(table.c.call == id))
        if seen is not None and seen.first:
            begun = self._db.value(select(call.c.started).where(call.c.id == id))
            spread, seconds = _measure(begun, seen.first), _measure(seen.first, seen.last)
            return _Answer(AnswerKnown.PAGE, seen.first, spread, seconds)
        return _Answer(AnswerKnown.PERHAPS if report.perhaps_answered else AnswerKnown.NOT)

    def forget_names(self, days: int) -> int:
        """Remove persons and the other ends' numbers and names from calls that ended so many days ago; from how many,
        PIECE at most.
        """
        table = schema.call
        old = select(table.c.id).where(schema.HAS_NAMES, table.c.ended <= self._db.days_ago(days))
        ids = [row.id for row in self._db.rows(old.order_by(table.c.ended).limit(PIECE))]
        if ids:
            # The number that a call in was for is our own.
            ours = case((table.c.direction == Direction.IN.value, table.c.destination), else_="")
            gone = {"destination": ours, **dict.fromkeys(_NAMES, "")}
            self._db.run(update(table).where(table.c.id.in_(ids)).values(**gone))
        return len(ids)

    def find_open(self, direction: Direction) -> list[CallRow]:
        """The calls whose end has not been written, oldest first."""
        table = schema.call
        statement = select(*_COLUMNS).where(table.c.ended.is_(None), table.c.direction == direction.value)
        return [_call(row) for row in self._db.rows(statement.order_by(table.c.id))]

    def of_job(self, job: str) -> list[CallRow]:
        """The calls made for a job, oldest first."""
        table = schema.call
        return [_call(row) for row in self._db.rows(select(*_COLUMNS).where(table.c.job == job).order_by(table.c.id))]


def _measure(begin: str, end: str) -> float:
    """Measure the seconds between two times; 0.0 if the clock was set back meanwhile."""
    return max((datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds(), 0.0)


def make_interrupted(reason: Sentence) -> CallReport:
    """Make the report of a call whose end nobody saw: it may have been answered."""
    return CallReport(Outcome.LINE_LOST, reason, perhaps_answered=True)


def _call(row: Row[Any]) -> CallRow:
    return CallRow(
        **{
            **row._mapping,
            "direction": Direction(row.direction),
            "answer_known": AnswerKnown(row.answer_known),
            "outcome": Outcome(row.outcome) if row.outcome else None,
            "reason": from_text(row.reason),
        }
    )
