# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements sum up what calls cost, by the newest row of each call in the ledger, to the millionth."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from faxcore.api.api_error import ApiError
from faxcore.api.stating import PIECES, Stating
from faxcore.billing.tariffs import Side
from faxcore.contract.bus import ErrorCode
from faxcore.contract.ledgered import LedgerSeal
from faxcore.contract.priced import CostSum, Pricing
from faxcore.contract.stated import StatedCall, StatementGrouping, StatementLine, StatementQuery, add_all, add_lines
from faxcore.model.call import CallReport, Direction, Outcome
from faxcore.store import bill_tables, ledger_statements
from faxcore.store.ids_and_times import format_time
from faxcore.store.ledger_statements import StatementFilter, StatementPlace
from faxcore.store.store import Store
from tests.service.test_costs import SOME
from tests.service.test_prices import ENGLISH, FRENCH, Desk, priced
from tests.support.hypothesis_profiles import examples
from tests.support.ledger_rows import add_rows, make_rows
from tests.support.service_parts import ME, OTHER, administrator, configured, document, running, script, submit
from tests.support.waiting import async_test

BY = StatementGrouping
EVERYTHING = StatementFilter()
BEGIN = datetime(2026, 9, 29, tzinfo=UTC)
PAUSE = timedelta(hours=2)


def state(store: Store, by: BY, wanted: StatementFilter = EVERYTHING, piece: int = 1000) -> list[StatementLine]:
    """All parts of a statement, added up."""
    found: list[StatementLine] = []
    place = store.ledger_statements.begin()
    while place is not None:  # type: ignore[redundant-expr]
        lines, place = store.ledger_statements.sum_piece(by, wanted, place, piece)  # type: ignore[assignment]
        found = add_lines([*found, *lines])
    return found


def list_calls(store: Store, wanted: StatementFilter = EVERYTHING, most: int = 1000) -> list[StatedCall]:
    """All pages of the calls of a statement."""
    found: list[StatedCall] = []
    place = store.ledger_statements.begin()
    while place is not None:  # type: ignore[redundant-expr]
        calls, place = store.ledger_statements.page(wanted, place, most)  # type: ignore[assignment]
        found += calls
    return found


def answer(desk: Desk, pages: int = 3) -> None:
    """A call in that has ended."""
    with desk.store.transaction():
        call = desk.store.calls.begin_in("line-2", "+33199000001", "0198000001")
        desk.store.calls.end(call, CallReport(Outcome.OK, received=pages, seconds=7.5))


@pytest.mark.parametrize("piece", [1, 2, 100])
def test_a_statement(piece: int, tmp_path: Path) -> None:
    """Anne: 2 and 3 pages here, one abroad; Bob: 1 page here, then 2; 0.25 for a page, no price abroad or in."""
    desk = Desk(tmp_path, priced(tmp_path, SOME))
    for pages, owner, number in ((2, "anne", FRENCH), (3, "anne", FRENCH), (1, "anne", ENGLISH), (1, "bob", FRENCH)):
        row = desk.call(pages, owner, number)
    desk.store.calls.end(row.call, CallReport(Outcome.OK, sent=2, confirmed=2, seconds=30.5))
    answer(desk)
    anne = StatementLine("anne", 3, 6, 60_000, (CostSum("EUR", 20_000_000, 1_250_000, 250_000),), 1)
    bob = StatementLine("bob", 1, 2, 30_500, (CostSum("EUR", 20_000_000, 500_000, 100_000),))
    nobody = StatementLine("", 1, 3, 7_500, (), 1)
    assert state(desk.store, BY.PERSON, piece=piece) == [nobody, anne, bob]
    both = (CostSum("EUR", 20_000_000, 1_750_000, 350_000),)
    assert state(desk.store, BY.LINE, piece=piece) == [
        StatementLine("line-1", 4, 8, 90_500, both, 1),
        StatementLine("line-2", 1, 3, 7_500, (), 1),
    ]
    assert [each.key for each in state(desk.store, BY.NUMBER, piece=piece)] == ["", "+33199000001"]
    assert state(desk.store, BY.LINE, StatementFilter("bob"), piece)[0].costs == bob.costs
    assert state(desk.store, BY.PERSON, StatementFilter("carla"), piece) == []
    # The carrier: 0.10 for each call, and half a minute at 0.06; of Bob's, 30.5 s are two halves.
    (bought,) = state(desk.store, BY.PERSON, StatementFilter("bob", side=Side.PURCHASE), piece)
    assert bought.costs == (CostSum("EUR", 20_000_000, 160_000, 0, 160_000),)
    desk.store.close()


def test_the_calls_of_a_statement(tmp_path: Path) -> None:
    desk = Desk(tmp_path, priced(tmp_path, SOME))
    first, second = desk.call(2), desk.call(1, "bob", ENGLISH)
    desk.store.calls.end(first.call, CallReport(Outcome.LINE_LOST, sent=1, confirmed=1, seconds=20.0))
    answer(desk)
    for most in (1, 2, 100):
        # The one that was corrected is said to have ended later.
        unpriced, lost, came = list_calls(desk.store, most=most)
        assert (lost.call, lost.place, lost.began, lost.person) == (first.call, 3, first.dialled, "anne")
        assert (lost.outcome, lost.pages, lost.milliseconds, lost.price.net) == (Outcome.LINE_LOST, 1, 20_000, 250_000)
        assert (unpriced.call, unpriced.other_number) == (second.call, ENGLISH)
        assert (unpriced.price.state, unpriced.price.net) == (Pricing.UNPRICED, None)
        assert (came.direction, came.line, came.person) == (Direction.IN, "line-2", "")
    assert [each.call for each in list_calls(desk.store, StatementFilter("bob"))] == [second.call]
    desk.store.close()


def test_what_is_written_meanwhile_is_in_the_next_statement(tmp_path: Path) -> None:
    desk = Desk(tmp_path, priced(tmp_path, SOME))
    row = desk.call(2)
    desk.call(1)
    statements = desk.store.ledger_statements
    begun = statements.begin()
    desk.store.calls.end(row.call, CallReport(Outcome.OK, sent=5, confirmed=5, seconds=20.0))
    desk.call(7)
    lines, place = statements.sum_piece(BY.PERSON, EVERYTHING, begun, 1)
    assert place is not None
    more, place = statements.sum_piece(BY.PERSON, EVERYTHING, place, 100)
    assert place is None and add_all([*lines, *more]).pages == 3
    assert [each.pages for each in statements.page(EVERYTHING, begun, 100)[0]] == [2, 1]
    assert add_all(state(desk.store, BY.PERSON)).pages == 13
    desk.store.close()


@pytest.fixture
def in_paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "Europe/Paris")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_paris")
@pytest.mark.parametrize("piece", [1, 2, 100])
def test_a_call_is_in_the_month_in_which_it_began(piece: int, tmp_path: Path) -> None:
    """At midnight in Paris, not where it ended."""
    store = Store(tmp_path / "state", url=configured(tmp_path).store.url)
    begun = (
        "2026-09-30T21:59:59.000Z",
        "2026-09-30T22:00:00.000Z",
        "2026-10-31T22:59:59.000Z",
        "2026-12-31T23:00:00.000Z",
    )
    rows = list(make_rows(4, datetime(2026, 10, 1, tzinfo=UTC), PAUSE, corrected=0))
    for row, began in zip(rows, begun, strict=True):
        ended = format_time(datetime.fromisoformat(began) + timedelta(minutes=5))
        row |= {"dialled": "", "answered": began, "ended": ended, "follows": "another"}
    add_rows(store, iter(rows))
    months = {each.key: each.calls for each in state(store, BY.MONTH, piece=piece)}
    assert months == {"2026-09": 1, "2026-10": 2, "2027-01": 1}
    october = StatementFilter(since="2026-09-30T22:00:00.000Z", until="2026-10-31T23:00:00.000Z")
    assert [each.call for each in list_calls(store, october)] == [row["call"] for row in rows[1:3]]
    assert add_all(state(store, BY.LINE, october, piece)).calls == 2
    store.close()


def test_sums_are_the_same_however_calls_are_put_together(tmp_path: Path) -> None:
    """And equal to those of the rows, one by one, of which the newest of each call counts."""
    store = Store(tmp_path / "state", url=configured(tmp_path).store.url)
    add_rows(store, make_rows(300, BEGIN, PAUSE, seed=7, people=5, corrected=0.2))
    assert store.ledger.check(LedgerSeal(), 1000)[0] == []
    newest = {
        row.call: row for row in store.database.rows(select(bill_tables.ledger).order_by(bill_tables.ledger.c.place))
    }
    assert 200 < len(newest) < 290
    times = st.integers(-10, 620).map(lambda hours: format_time(BEGIN + timedelta(hours=hours))) | st.just("")

    people, payers = st.sampled_from([None, "person-001", "person-004"]), st.sampled_from(["", "", "C12"])

    @examples(25)
    @given(st.data(), people, payers, times, times, st.sampled_from([*Side]))
    def check(data: st.DataObject, person: str | None, payer: str, since: str, until: str, side: Side) -> None:
        wanted = StatementFilter(person, payer, since, until, side)
        rows = [
            row
            for row in newest.values()
            if person in (None, row.person)
            and payer in ("", row.payer)
            and (not since or _began(row) >= since)
            and (not until or _began(row) < until)
        ]
        expected = _add_rows_up(rows, side.value)
        for by in StatementGrouping:
            lines = state(store, by, wanted, data.draw(st.sampled_from([17, 50, 1000])))
            assert _show(add_all(lines)) == expected
            assert len({each.key for each in lines}) == len(lines)
        calls = list_calls(store, wanted, data.draw(st.sampled_from([17, 50, 1000])))
        assert sorted(each.call for each in calls) == sorted(row.call for row in rows)
        assert sum(each.price.net or 0 for each in calls) == expected[3]

    check()
    store.close()


def _began(row: Any) -> str:
    began: str = row.dialled or row.answered or row.ended
    return began


def _add_rows_up(rows: list[Any], side: str) -> tuple[int, ...]:
    values = [row._mapping for row in rows]
    vats = [each[f"{side}_vat"] for each in values]
    return (
        len(rows),
        sum(row.confirmed for row in rows),
        sum(row.milliseconds for row in rows),
        sum(each[f"{side}_net"] or 0 for each in values),
        sum(vat or 0 for vat in vats),
        sum(each[f"{side}_net"] or 0 for each, vat in zip(values, vats, strict=True) if vat is None),
        sum(each[f"{side}_state"] == "unpriced" for each in values),
    )


def _show(line: StatementLine) -> tuple[int, ...]:
    amounts = [(cost.net, cost.vat, cost.untaxed) for cost in line.costs]
    net, vat, untaxed = (sum(column) for column in zip(*amounts, strict=True)) if amounts else (0, 0, 0)
    return (line.calls, line.pages, line.milliseconds, net, vat, untaxed, line.unpriced)


def test_a_part_is_read_by_an_index_alone(tmp_path: Path, database: str) -> None:
    if database != "sqlite":
        pytest.skip("PostgreSQL plans by what is in the tables")
    desk = Desk(tmp_path, priced(tmp_path, SOME))
    desk.call()
    plans: list[str] = []
    rows = desk.store.database.rows

    def explain(statement: Any) -> Any:
        sql = statement.compile(desk.store.database._connection(), compile_kwargs={"literal_binds": True})
        # Of two lower bounds, SQLite takes any: each part would be read from the begin of the month on.
        assert str(sql).count("ledger.ended >") == str(sql).count("ledger.ended <") == 1, sql
        plans.append(" | ".join(row.detail for row in rows(text(f"EXPLAIN QUERY PLAN {sql}"))))
        return rows(statement)

    desk.store.database.rows = explain  # type: ignore[method-assign]
    wanted = StatementFilter(since=format_time(BEGIN), until=format_time(BEGIN + timedelta(days=400)))
    for by in (BY.PERSON, BY.MONTH):
        desk.store.ledger_statements.sum_piece(by, wanted, StatementPlace(10, format_time(BEGIN + PAUSE)))
    state(desk.store, BY.LINE, StatementFilter("anne"))
    every, by_month, own = plans
    for plan in (every, by_month):
        assert "USING COVERING INDEX ledger_for_statements" in plan and "ledger_by_corrected" in plan, plan
    assert "ledger_of_person" in own and "SCAN" not in " ".join(plans), plans
    desk.store.close()


@async_test
async def test_who_may_see_a_statement(tmp_path: Path) -> None:
    script(tmp_path, {"0199000002": ["busy", "ok"]})
    async with running(tmp_path, priced(tmp_path, SOME)) as (service, listener):
        job = await submit(service, document(tmp_path, pages=2))
        await listener.until_job(job, "done")
        own = await service.api.sum_costs(ME, StatementQuery(BY.PERSON, person=ME))
        assert [(each.key, each.calls, each.costs[0].net) for each in own.lines] == [(ME, 2, 500_000)] and not own.after
        assert (await service.api.sum_costs(OTHER, StatementQuery())).lines == ()
        assert (await service.api.list_costs(OTHER, StatementQuery())).calls == ()
        assert len((await service.api.list_costs(ME, StatementQuery())).calls) == 2
        for ask in (service.api.sum_costs, service.api.list_costs):
            for query in (StatementQuery(purchase=True), StatementQuery(person=OTHER), StatementQuery(everybody=True)):
                with pytest.raises(ApiError) as denied:
                    await ask(ME, query)
                assert denied.value.code is ErrorCode.DENIED
        admin = administrator(service)
        (bought,) = (await admin.sum_all_costs("root", StatementQuery(BY.LINE, purchase=True))).lines
        assert (bought.key, bought.costs[0].net) == ("line-1", 130_000)
        assert (await admin.list_all_costs("root", StatementQuery(person=OTHER))).calls == ()


@async_test
async def test_others_have_their_turn_between_two_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a part ends where the next one begins."""
    monkeypatch.setattr(ledger_statements, "PIECE", 10)
    store = Store(tmp_path / "state", url=configured(tmp_path).store.url)
    add_rows(store, make_rows(10 * PIECES + 5, BEGIN, PAUSE, corrected=0))
    stating, turns = Stating(store.ledger_statements), 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(count())
    part = await stating.sum_part(None, StatementQuery(BY.LINE))
    other.cancel()
    assert turns >= PIECES - 1
    rest = await stating.sum_part(None, StatementQuery(BY.LINE, after=part.after))
    assert (add_all(part.lines).calls, add_all(rest.lines).calls, rest.after) == (10 * PIECES, 5, "")
    assert len({each.key for each in part.lines}) == len(part.lines)
    store.close()


@pytest.mark.parametrize("after", ["1", "a b c", "1  2", "1 2026 3 ", "-1 2026 3", "1 2026' 3", f"{'9' * 30} 2026 1"])
@async_test
async def test_a_place_that_is_none_is_refused(after: str, tmp_path: Path) -> None:
    store = Store(tmp_path / "state")
    with pytest.raises(ApiError) as error:
        await Stating(store.ledger_statements).sum_part(None, StatementQuery(after=after))
    assert error.value.code is ErrorCode.BAD_ORDER
    store.close()
