# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger: a row for each call that has ended, out and in, written once and sealed to the row before it.

A row's seal is the SHA-256 of the seal before it and of everything that the row says. So whoever changes a value,
takes a row out, or puts one in has to write every seal behind it anew, and whoever has noted a seal elsewhere finds
that. The newest rows can be cut off without a trace in what is left: that is found by a seal noted elsewhere only.

Of persons, of the other end's number, and of the steps that led to a price, which name that number, a row's seal has
digests: SHA-256 of a random salt of the row's own, and the text. When text and salt have been removed, as nobody may
keep them longer, the digests stay, the chain still holds, and nobody can find the text by trying all numbers.

What was written wrong is not changed: a further row corrects it, and names it and who made it. A call is written down
in the transaction of its end; so there is one row for each call, whatever is killed when.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Row, select, update

from faxcore.contract.ledgered import LedgerFault, LedgerFinding, LedgerSeal
from faxcore.model.call import Direction
from faxcore.store import bill_tables, schema
from faxcore.store.call_log import count_confirmed, is_sending
from faxcore.store.call_prices import CallPrices
from faxcore.store.database import Database
from faxcore.store.ids_and_times import format_time

FORM: Final = 3
"""The form of the rows that are written now: which columns a seal is made of. The first form had no prices, the second
did not say how exactly the answer is known, and had no payer and no remark.
"""
_FIRST_FACTS: Final = (
    "place",
    "form",
    "kind",
    "written",
    "corrects",
    "author",
    "call",
    "follows",
    "direction",
    "line",
    "own_number",
    "dialled",
    "answered",
    "answer_known",
    "ended",
    "milliseconds",
    "pages",
    "confirmed",
    "outcome",
)
_FIRST_PERSONAL: Final = ("person", "other_number")
PERSONAL: Final = (*_FIRST_PERSONAL, *(f"{side}_steps" for side in bill_tables.SIDES))
"""The columns of which a seal has digests."""
_PRICES: Final = tuple(
    f"{side}_{name}" for side in bill_tables.SIDES for name in bill_tables.PRICE_COLUMNS if name != "steps"
)
_SECOND_FACTS: Final = (*_FIRST_FACTS, "earlier", *_PRICES)
_FACTS: Final = {1: _FIRST_FACTS, 2: _SECOND_FACTS, 3: (*_SECOND_FACTS, "answer_spread", "payer", "remark")}
_PERSONAL: Final = {form: PERSONAL if form > 1 else _FIRST_PERSONAL for form in _FACTS}
FIRST_SEAL: Final = "0" * 64
"""The seal before the first row."""
PIECE: Final = 200
"""Rows that are changed at once."""
SERVICE: Final = "facteur"
"""The author of what the service writes by itself."""
_SAME: Final = frozenset(_FIRST_FACTS) - {"place", "form", "kind", "written", "corrects", "author"} | {*_FIRST_PERSONAL}
"""The columns that say something of the call."""
SAID: Final = (*sorted(_SAME), "earlier", "answer_spread", "payer")
"""All that a row says of its call, but for its prices."""
NO_PRICES: Final = {
    f"{side}_{name}": bill_tables.make_empty(name) for side in bill_tables.SIDES for name in bill_tables.PRICE_COLUMNS
}
"""The columns of prices of a row that is no call."""
TOGETHER: Final = timedelta(days=2)
"""The most by which the ends of two documents of one telephone call are apart, wherever clocks are set."""


class LedgerKind(Enum):
    """The kinds of rows."""

    CALL = "call"
    CORRECTION = "correction"
    """It says how a call really ended, in place of the row that it names."""
    LIFT = "lift"
    """A limit was lifted: no call, so it has no time at which one ended, and nothing that counts calls finds it."""


class Ledger:
    """The table `ledger`."""

    def __init__(self, database: Database, prices: CallPrices) -> None:
        self._db = database
        self._prices = prices

    def add_call(self, call: str) -> None:
        """Write down a call that has just ended; if that is done and it ended otherwise, correct it. In the caller's
        transaction.
        """
        says = self._read_call(call)
        table = bill_tables.ledger
        newest, written = self.find_newest(call), self.find_newest(call, table.c.remark == "")
        if newest is None or written is None:
            self._add(LedgerKind.CALL, says)
        elif any(
            # What a person has corrected meanwhile is no news of the call.
            written._mapping[name] != says[name]
            for name in (_SAME if written.salt else _SAME - {*_FIRST_PERSONAL})
        ):
            self._add(LedgerKind.CORRECTION, says, newest.place)

    def find_newest(self, call: str, *conditions: ColumnElement[bool]) -> Row[Any] | None:
        """Find the newest row of a call, or the newest of which something is true; None if there is none."""
        table = bill_tables.ledger
        rows = select(table).where(table.c.call == call, table.c.ended != "", *conditions)
        return self._db.row(rows.order_by(table.c.place.desc()).limit(1))

    def correct(self, written: Row[Any], changes: Mapping[str, Any], author: str, remark: str) -> None:
        """Correct the newest row of a call as a person says, with its prices; and those of the documents that follow it
        in its telephone call, as what is charged for these hangs on the time before them.
        """
        with self._db.transaction():
            says: dict[str, Any] = {**{name: written._mapping[name] for name in SAID}, **changes}
            self._add(LedgerKind.CORRECTION, says, written.place, author, remark)
            following = self._find_following(written)
            earlier = says["earlier"] + says["milliseconds"]
            if following is not None and following.earlier != earlier:
                self.correct(following, {"earlier": earlier}, author, remark)

    def add_lift(self, person: str, payer: str, author: str, facts: Mapping[str, str | int]) -> None:
        """Write down that a limit was lifted, for a person or a payer: which one, by how much and why is in the facts.
        In the caller's transaction.
        """
        columns = bill_tables.ledger.c
        numbers = {name: 0 for name in SAID if isinstance(columns[name].type, Integer)}
        says = {**dict.fromkeys(SAID, ""), **numbers, "person": person, "payer": payer}
        self._add(LedgerKind.LIFT, says, 0, author, json.dumps(facts, ensure_ascii=False))

    def _find_following(self, row: Row[Any]) -> Row[Any] | None:
        table, ended = bill_tables.ledger, datetime.fromisoformat(row.ended)
        first, last = format_time(ended - TOGETHER), format_time(ended + TOGETHER)
        rows = select(table).where(table.c.follows == row.call, table.c.ended >= first, table.c.ended <= last)
        return self._db.row(rows.order_by(table.c.place.desc()).limit(1))

    def head(self) -> LedgerSeal:
        """The newest row's seal."""
        table = bill_tables.ledger
        row = self._db.row(select(table.c.place, table.c.seal).order_by(table.c.place.desc()).limit(1))
        return LedgerSeal(0, FIRST_SEAL) if row is None else LedgerSeal(row.place, row.seal)

    def find_seal(self, place: int) -> LedgerSeal | None:
        """Find the seal of the row at this place; None if there is no such row."""
        table = bill_tables.ledger
        row = self._db.row(select(table.c.seal).where(table.c.place == place))
        return None if row is None else LedgerSeal(place, row.seal)

    def check(self, before: LedgerSeal, most: int) -> tuple[list[LedgerFinding], LedgerSeal]:
        """Check the rows behind this one, so many at most: what is wrong with them, and the seal of the last of them;
        that of `before` if there is none behind it.
        """
        table = bill_tables.ledger
        found = []
        if before.place == 0:
            before = LedgerSeal(0, FIRST_SEAL)
        for row in self._db.rows(select(table).where(table.c.place > before.place).order_by(table.c.place).limit(most)):
            values = row._mapping
            if row.place != before.place + 1:
                found.append(LedgerFinding(row.place, LedgerFault.MISSING))
            elif row.form not in _FACTS or _says_more(values) or make_seal(before.text, values) != row.seal:
                found.append(LedgerFinding(row.place, LedgerFault.CHANGED))
            elif not _fits(row):
                found.append(LedgerFinding(row.place, LedgerFault.PERSONAL))
            # What is behind it is judged by the seal that stands there: one change is one fault.
            before = LedgerSeal(row.place, row.seal)
        return found, before

    def forget_names(self, days: int) -> int:
        """Remove persons and numbers of calls that ended so many days ago, and persons for whom a limit was lifted; of
        how many rows, PIECE at most.
        """
        table = bill_tables.ledger
        since = self._db.days_ago(days)
        old = (table.c.ended > "", table.c.ended <= since)
        # Where a limit was lifted no call has ended.
        old_lifts = (table.c.ended == "", table.c.written <= since)
        places = self._find_named(*old) or self._find_named(*old_lifts)
        gone = {"salt": "", **dict.fromkeys(PERSONAL, "")}
        if places:
            self._db.run(update(table).where(table.c.place.in_(places)).values(**gone))
        return len(places)

    def _find_named(self, *conditions: ColumnElement[bool]) -> list[int]:
        """Find rows that still have names, the oldest first, PIECE at most."""
        table = bill_tables.ledger
        rows = select(table.c.place).where(bill_tables.HAS_SALT, *conditions).order_by(table.c.ended).limit(PIECE)
        return [row.place for row in self._db.rows(rows)]

    def _add(
        self, kind: LedgerKind, says: Mapping[str, Any], corrects: int = 0, author: str = SERVICE, remark: str = ""
    ) -> None:
        head = self.head()
        row: dict[str, Any] = {
            **says,
            **(NO_PRICES if kind is LedgerKind.LIFT else self._prices.price(says)),
            "place": head.place + 1,
            "form": FORM,
            "kind": kind.value,
            "written": self._db.now(),
            "corrects": corrects,
            "author": author,
            "remark": remark,
            "salt": secrets.token_hex(16),
        }
        row |= {f"{name}_digest": make_digest(row["salt"], name, row[name]) for name in PERSONAL}
        self._db.add(bill_tables.ledger, **row, seal=make_seal(head.text, row))

    def _read_call(self, id: str) -> dict[str, Any]:
        call, job = schema.call, schema.job
        row = self._db.row(select(call, job.c.kind).outerjoin(job, job.c.id == call.c.job).where(call.c.id == id))
        assert row is not None, id
        is_out = row.direction == Direction.OUT.value
        confirmed = count_confirmed(row)
        return {
            "call": id,
            "follows": row.follows,
            "direction": row.direction,
            "line": row.line,
            "own_number": row.own_number if is_out else row.destination,
            "dialled": row.started if is_out and not row.follows else "",
            "answered": row.answered or "",
            "answer_known": row.answer_known,
            "answer_spread": round(row.answer_spread * 1000),
            "ended": row.ended or "",
            "milliseconds": round(row.seconds * 1000),
            "pages": row.sent if is_sending(row) else confirmed,
            "confirmed": confirmed,
            "outcome": row.outcome,
            "person": row.owner,
            "other_number": row.destination if is_out else row.caller,
            "earlier": self._sum_earlier(row.follows),
            "payer": row.payer,
        }

    def _sum_earlier(self, follows: str) -> int:
        """Sum the milliseconds of a telephone call up to the end of the document that another one follows."""
        table = bill_tables.ledger
        before = select(table.c.earlier, table.c.milliseconds).where(table.c.call == follows)
        row = self._db.row(before.order_by(table.c.place.desc()).limit(1)) if follows else None
        return row.earlier + row.milliseconds if row else 0


def make_seal(before: str, row: Mapping[Any, Any]) -> str:
    """Make the seal of a row behind the one with this seal."""
    names = (*_FACTS[row["form"]], *(f"{name}_digest" for name in _PERSONAL[row["form"]]))
    says = json.dumps([before, *([name, row[name]] for name in names)], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(says.encode()).hexdigest()


def make_digest(salt: str, name: str, text: str) -> str:
    """Make the digest that stands for a personal text in a seal."""
    return hashlib.sha256(json.dumps([salt, name, text]).encode()).hexdigest()


def _says_more(row: Mapping[Any, Any]) -> bool:
    """Return whether a row has values that are not of its form."""
    names = (*_FACTS[FORM], *(f"{name}_digest" for name in PERSONAL), *PERSONAL)
    form = row["form"]
    own = {*_FACTS[form], *(f"{name}_digest" for name in _PERSONAL[form]), *_PERSONAL[form]}
    return any(row[name] for name in names if name not in own)


def _fits(row: Row[Any]) -> bool:
    """Return whether the personal texts are those that were written, or have been removed."""
    values, names = row._mapping, _PERSONAL[row.form]
    if not row.salt:
        return not any(values[name] for name in names)
    return all(make_digest(row.salt, name, values[name]) == values[f"{name}_digest"] for name in names)
