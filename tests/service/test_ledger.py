# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger: a row for each call, out and in, and nothing in it can be changed without being found."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from faxcore.config import RetentionConfig
from faxcore.contract.ledgered import LedgerFault, LedgerFinding, LedgerSeal
from faxcore.model.call import CallReport, Outcome, is_possibly_charged
from faxcore.model.job import State
from faxcore.model.sentence import Sentence
from faxcore.store import bill_tables, calls, ledger, schema
from faxcore.store.call_log import CallFilter
from faxcore.store.ids_and_times import read_clock
from faxcore.store.ledger import FIRST_SEAL, FORM, PERSONAL, make_digest, make_seal
from faxcore.store.store import Store
from tests.support.added_faxes import add_submission
from tests.support.service_parts import configured, document, log, running, script, submit
from tests.support.waiting import async_test, until

LEDGER = bill_tables.ledger
NUMBERS = ("+33199000002", "+33199000003", "+442079460000")
LATER = {
    1: {column.name for column in LEDGER.c if column.name.startswith(("sale_", "purchase_"))},
    2: {"answer_spread", "payer", "remark"},
}
"""The columns that rows have since the form behind this one."""
PLAIN = sorted({*LEDGER.c.keys()} - {"place", "seal", "salt", *PERSONAL})


class Book:
    """A store with a ledger of some calls."""

    def __init__(self, folder: Path, clock: Any = None) -> None:
        self.store = Store(folder / "state", clock, configured(folder).store.url)

    def call(self, owner: str = "anne", number: str = NUMBERS[0], payer: str = "", **report: Any) -> str:
        """One call out that has ended; its id."""
        (job,) = add_submission(self.store, owner, number)
        with self.store.transaction():
            own = "+33199000001"
            call = self.store.calls.begin_out(job, owner, "line-1", number, number, 1, own_number=own, payer=payer)
            self.store.calls.end(call, CallReport(**{"outcome": Outcome.OK, "sent": 2, "confirmed": 2, **report}))
        return call

    def answer(self, caller: str = "0198000001", **report: Any) -> str:
        """One call in that has ended; its id."""
        with self.store.transaction():
            call = self.store.calls.begin_in("line-1", "+33199000001", caller)
            self.store.calls.end(call, CallReport(**{"outcome": Outcome.OK, "received": 3, **report}))
        return call

    def fill(self) -> None:
        """Five calls, one of which failed."""
        for number in NUMBERS:
            self.call(number=number, seconds=31.25)
        self.call("bob", outcome=Outcome.BUSY, sent=0, confirmed=0)
        self.answer()

    def rows(self) -> list[Any]:
        return list(self.store.database.rows(select(LEDGER).order_by(LEDGER.c.place)))

    def check(self, piece: int = 2) -> list[LedgerFinding]:
        """Everything that is found, looked at in pieces."""
        found: list[LedgerFinding] = []
        last = LedgerSeal()
        while True:
            findings, reached = self.store.ledger.check(last, piece)
            found += findings
            if reached.place == last.place:
                return found
            last = reached

    def tamper(self, place: int, **values: Any) -> None:
        self.store.database.run(update(LEDGER).where(LEDGER.c.place == place).values(**values))


def test_a_call_stands_in_the_ledger_when_it_has_ended(tmp_path: Path) -> None:
    book = Book(tmp_path)
    assert book.store.ledger.head() == LedgerSeal(0, FIRST_SEAL)
    out = book.call(seconds=31.25, sent=3, confirmed=2, outcome=Outcome.OK_PARTIAL)
    came = book.answer(seconds=12.0)
    first, second = book.rows()
    assert (first.place, first.call, first.kind, first.person, first.other_number) == (
        1,
        out,
        "call",
        "anne",
        NUMBERS[0],
    )
    assert (first.milliseconds, first.pages, first.confirmed, first.outcome) == (31250, 3, 2, "ok-partial")
    assert first.dialled and first.answered < first.ended and first.answer_known == "line"
    assert (second.place, second.call, second.own_number, second.other_number) == (
        2,
        came,
        "+33199000001",
        "0198000001",
    )
    assert (second.pages, second.confirmed, second.person, second.dialled) == (3, 3, "", "")
    assert book.store.ledger.head() == LedgerSeal(2, second.seal)
    assert book.check() == []
    book.store.close()


def test_the_ledger_says_how_the_answer_is_known(tmp_path: Path) -> None:
    """And how much earlier it may have been; of a call that nobody is known to have answered, whether it may be
    charged all the same.
    """
    book = Book(tmp_path)
    book.call(seconds=31.25, answer_spread=4.79)
    book.call(outcome=Outcome.NO_FAX, sent=0, confirmed=0, perhaps_answered=True)
    book.call(outcome=Outcome.BUSY, sent=0, confirmed=0)
    (job,) = add_submission(book.store, "anne", NUMBERS[0])
    with book.store.transaction():
        broken = book.store.calls.begin_out(job, "anne", "line-1", NUMBERS[0], NUMBERS[0], 1)
    book.store.jobs.confirm(job, 1, broken)
    book.store.calls.end(broken, calls.make_interrupted(Sentence("The line was lost.")))
    known = [(row.answer_known, row.answer_spread) for row in book.rows()]
    assert known[:3] == [("signals", 4790), ("perhaps", 0), ("", 0)]
    last = book.rows()[3]
    passed = datetime.fromisoformat(last.answered) - datetime.fromisoformat(last.dialled)
    assert (last.answer_known, last.answer_spread) == ("page", round(passed.total_seconds() * 1000))
    shown = book.store.call_log.page(None, CallFilter(), "", 9)
    assert [(call.answer_known.value, round(call.answer_spread * 1000)) for call in shown] == [
        (row.answer_known, row.answer_spread) for row in book.rows()
    ]
    assert [is_possibly_charged(call.direction, call.answer_known) for call in shown] == [False, True, False, False]
    book.store.close()


def test_a_call_whose_end_nobody_saw_lasted_until_its_last_page(tmp_path: Path) -> None:
    now = read_clock()
    ticks = iter(range(10_000))
    book = Book(tmp_path, lambda: now + timedelta(seconds=next(ticks)))
    (job,) = add_submission(book.store, "anne", NUMBERS[0])
    with book.store.transaction():
        call = book.store.calls.begin_out(job, "anne", "line-1", NUMBERS[0], NUMBERS[0], 1)
    for page in (1, 2, 3):
        book.store.jobs.confirm(job, page, call)
    confirmed = schema.confirmation
    times = [
        datetime.fromisoformat(row.at)
        for row in book.store.database.rows(select(confirmed).where(confirmed.c.call == call).order_by(confirmed.c.at))
    ]
    book.store.calls.end(call, calls.make_interrupted(Sentence("The line was lost.")))
    (row,) = book.rows()
    assert (row.answer_known, datetime.fromisoformat(row.answered)) == ("page", times[0])
    assert row.milliseconds == (times[-1] - times[0]).total_seconds() * 1000 > 0
    book.store.close()


def test_pages_of_earlier_calls_are_not_counted_again(tmp_path: Path) -> None:
    book = Book(tmp_path)
    (job,) = add_submission(book.store, "anne", NUMBERS[0])
    with book.store.transaction():
        call = book.store.calls.begin_out(job, "anne", "line-1", NUMBERS[0], NUMBERS[0], 3)
        book.store.calls.end(call, CallReport(Outcome.OK, pages=5, sent=3, confirmed=5))
    (row,) = book.rows()
    assert (row.pages, row.confirmed) == (3, 3)
    book.store.close()


def test_a_call_that_is_not_ended_after_all_leaves_no_row(tmp_path: Path) -> None:
    book = Book(tmp_path)
    (job,) = add_submission(book.store, "anne", NUMBERS[0])
    call = book.store.calls.begin_out(job, "anne", "line-1", NUMBERS[0], NUMBERS[0], 1)
    with pytest.raises(ZeroDivisionError), book.store.transaction():
        book.store.calls.end(call, CallReport(Outcome.OK))
        raise ZeroDivisionError
    assert book.rows() == []
    book.store.close()


@pytest.mark.parametrize("column", PLAIN)
def test_a_changed_value_is_found(column: str, tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.fill()
    place = random.Random(column).randint(1, 5)
    was = getattr(book.rows()[place - 1], column)
    book.tamper(place, **{column: f"{was}0" if isinstance(was, str) else (was or 0) + 1})
    assert book.check() == [LedgerFinding(place, LedgerFault.CHANGED)]
    book.store.close()


def test_a_changed_seal_is_found(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.fill()
    book.tamper(2, seal="f" * 64)
    assert book.check() == [LedgerFinding(2, LedgerFault.CHANGED), LedgerFinding(3, LedgerFault.CHANGED)]
    book.store.close()


@pytest.mark.parametrize(
    "values", [{"person": "carla"}, {"other_number": "+33199999999"}, {"salt": ""}, {"salt": "00"}]
)
def test_a_changed_person_or_number_is_found(values: dict[str, str], tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.fill()
    book.tamper(3, **values)
    assert book.check() == [LedgerFinding(3, LedgerFault.PERSONAL)]
    # Whoever makes the digest fit has changed what the seal is made of.
    row = book.rows()[2]
    book.tamper(3, **{f"{name}_digest": make_digest(row.salt, name, getattr(row, name)) for name in PERSONAL})
    assert book.check()[0] == LedgerFinding(3, LedgerFault.CHANGED)
    book.store.close()


@pytest.mark.parametrize("place", range(1, 6))
def test_a_removed_row_is_found(place: int, tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.fill()
    noted = book.store.ledger.head()
    book.store.database.run(delete(LEDGER).where(LEDGER.c.place == place))
    if place < 5:
        assert book.check() == [LedgerFinding(place + 1, LedgerFault.MISSING)]
    else:
        assert book.check() == [], "the newest one leaves no trace in what is left"
        assert book.store.ledger.find_seal(noted.place) is None, "but the seal that was noted does not stand"
    book.store.close()


def test_a_ledger_that_was_written_anew_is_found_by_a_seal_that_was_noted(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.fill()
    noted = book.store.ledger.head()
    before = FIRST_SEAL
    for row in book.rows():
        values = {**row._mapping, "milliseconds": row.milliseconds // 2}
        book.tamper(row.place, milliseconds=values["milliseconds"], seal=make_seal(before, values))
        before = make_seal(before, values)
    assert book.check() == []
    found = book.store.ledger.find_seal(noted.place)
    assert found is not None and found != noted
    book.store.close()


def test_names_are_forgotten_and_the_chain_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = read_clock()
    clock = [now - timedelta(days=400)]
    book = Book(tmp_path, lambda: clock[0])
    book.fill()
    clock[0] = now
    book.call("dora")
    head = book.store.ledger.head()
    monkeypatch.setattr(ledger, "PIECE", 3)
    assert [book.store.ledger.forget_names(300) for _ in range(3)] == [3, 2, 0]
    rows = book.rows()
    assert {(row.person, row.other_number, row.salt) for row in rows[:5]} == {("", "", "")}
    assert rows[5].person == "dora" and rows[5].salt
    assert book.check() == [] and book.store.ledger.head() == head
    kept = json.dumps([dict(row._mapping) for row in rows[:5]])
    assert not any(each in kept for each in ("anne", "bob", *NUMBERS, "0198000001"))
    monkeypatch.setattr(calls, "PIECE", 3)
    assert [book.store.calls.forget_names(300) for _ in range(3)] == [3, 2, 0]
    log = [
        json.dumps(dict(row._mapping))
        for row in book.store.database.rows(select(schema.call).order_by(schema.call.c.id))
    ]
    assert not any(each in "".join(log[:5]) for each in ("anne", "bob", *NUMBERS, "0198000001"))
    assert "dora" in log[5] and NUMBERS[0] in log[5]
    book.tamper(2, person="anne")
    assert book.check() == [LedgerFinding(2, LedgerFault.PERSONAL)]
    book.store.close()


@pytest.mark.parametrize("days", [0, 5])
@async_test
async def test_names_go_by_the_rule_of_the_office(days: int, tmp_path: Path) -> None:
    now = read_clock()
    script(tmp_path)
    book = Book(tmp_path, lambda: now - timedelta(days=10))
    book.fill()
    # Their faxes are over: no further call is made.
    book.store.database.run(update(schema.job).values(state=State.DONE.value))
    book.store.close()
    async with running(tmp_path, configured(tmp_path, retention=RetentionConfig(names=days))) as (service, _listener):
        await until("the sweep", lambda: service.sweeping.rests)
        for sql in ("FROM ledger WHERE salt <> ''", "FROM call WHERE caller <> '' OR owner <> ''"):
            assert service.store.database.value(text(f"SELECT count(*) {sql}")) == (0 if days else 5)
        assert service.sealing.check(LedgerSeal()).findings == ()


def test_what_ended_otherwise_is_corrected_by_a_row(tmp_path: Path) -> None:
    """The report of a worker may come to light when its call has been written down as broken off."""
    book = Book(tmp_path)
    call = book.call(outcome=Outcome.LINE_LOST, sent=0, confirmed=0, reason=Sentence("lost"))
    book.answer()
    report = CallReport(Outcome.OK, sent=2, confirmed=2, seconds=40.0)
    book.store.calls.end(call, report)
    book.store.ledger.add_call(call)
    first, _other, third = book.rows()
    assert (first.outcome, third.outcome, third.call) == ("line-lost", "ok", call)
    assert (third.kind, third.corrects, third.author) == ("correction", first.place, "facteur")
    assert book.check() == []
    book.store.close()


def test_rows_of_a_form_that_nobody_knows_are_found(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.fill()
    book.tamper(1, form=FORM + 1)
    assert book.check() == [LedgerFinding(1, LedgerFault.CHANGED)]
    book.store.close()


@async_test
async def test_every_call_of_a_service_is_in_its_ledger_once(tmp_path: Path) -> None:
    script(
        tmp_path,
        {"0199000002": ["busy", "ok"], "0199000003": ["partial", "ok"]},
        ring={"line-1": {"pages": 2, "end": "ok", "called": "0199000001"}},
    )
    async with running(tmp_path) as (service, listener):
        for number in ("0199000002", "0199000003"):
            await listener.until_job(await submit(service, document(tmp_path), number), "done", "failed", "sleeping")
        await listener.until(lambda _uid, name, _value: name == "ReceptionArrived")
        ended = select(schema.call.c.id).where(schema.call.c.ended.is_not(None))
        await until("the calls to be over", lambda: len(service.store.database.rows(ended)) >= 3)
        calls = {row.id for row in service.store.database.rows(ended)}
        rows = service.store.database.rows(select(LEDGER).order_by(LEDGER.c.place))
        assert sorted(row.call for row in rows) == sorted(calls), log(tmp_path)
        assert {row.direction for row in rows} == {"in", "out"}
        assert service.sealing.check(LedgerSeal()).findings == ()


@pytest.mark.parametrize("form", [1, 2])
def test_rows_of_earlier_forms_hold_beside_those_of_today(form: int, tmp_path: Path) -> None:
    """A ledger that a release before has begun: its rows say less, and nothing can be added to them."""
    book = Book(tmp_path)
    book.fill()
    before = FIRST_SEAL
    later = {name for first, names in LATER.items() if first >= form for name in names}
    empty = {name: None if LEDGER.c[name].nullable else "" for name in later}
    empty |= {name: 0 for name in later if name.endswith(("_pages", "_seconds", "_spread"))}
    for row in book.rows():
        values = {**row._mapping, **empty, "form": form}
        before = make_seal(before, values)
        book.tamper(row.place, **empty, form=form, seal=before)
    book.call()
    assert [row.form for row in book.rows()] == [form] * 5 + [FORM]
    assert book.check() == []
    for name in sorted(later):
        was = book.rows()[1]._mapping[name]
        book.tamper(2, **{name: "x" if isinstance(was, str) else 1})
        assert book.check() == [LedgerFinding(2, LedgerFault.CHANGED)], name
        book.tamper(2, **{name: was})
    book.store.close()


def test_a_payer_is_sealed(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.call()
    book.call(payer="4711")
    assert [row.payer for row in book.rows()] == ["", "4711"]
    for place, payer in ((1, "4711"), (2, ""), (2, "4712")):
        was = book.rows()[place - 1].payer
        book.tamper(place, payer=payer)
        assert book.check() == [LedgerFinding(place, LedgerFault.CHANGED)]
        book.tamper(place, payer=was)
    book.store.close()


def test_a_seal_of_the_first_form_is_what_it_was() -> None:
    """Made by the release that wrote such rows."""
    whole = dict.fromkeys(("place", "milliseconds", "pages", "confirmed", "corrects"), 7)
    texts = ("kind", "written", "author", "call", "follows", "direction", "line", "own_number", "dialled", "answered")
    more = {name: name for name in (*texts, "answer_known", "ended", "outcome")}
    row = {**whole, **more, "form": 1, "person_digest": "p", "other_number_digest": "o"}
    assert make_seal(FIRST_SEAL, row) == "b9d1014755ddc1213f1b77cdf95fc25e710854c6bc64652adfbb6a892c3690dd"


def test_a_seal_of_the_second_form_is_what_it_was() -> None:
    row = {name: LEDGER.c[name].type.python_type(7) for name in {*LEDGER.c.keys()} - LATER[2]}
    seal = make_seal(FIRST_SEAL, {**row, "form": 2})
    assert seal == "24aea4867bc0b7f372359877ad065e53351eee8288dba03546ad5d33aedf4488"
