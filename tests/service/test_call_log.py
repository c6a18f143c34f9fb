# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of calls and its sums, on both databases."""

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.recorded import CallGrouping, CallQuery, CallRecord, CallTotals, TotalsQuery
from faxcore.model.call import Direction, Outcome
from faxcore.store import schema
from faxcore.store.call_log import CallFilter
from faxcore.store.ids_and_times import first_id, format_time
from faxcore.store.store import Store
from tests.support.service_parts import ME, OTHER, administrator, configured, document, running, script, submit
from tests.support.waiting import async_test

BEGIN = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


class Book:
    """A store into which calls are written as they would be made, a minute apart."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "state", url=configured(folder).store.url)
        self.calls: list[str] = []

    def write(self, after: timedelta | None = None, **values: Any) -> str:
        """One more call; its id."""
        time = BEGIN + (timedelta(minutes=len(self.calls)) if after is None else after)
        id = f"{first_id(time)[:-6]}{len(self.calls):06}"
        usual = {"line": "line-1", "outcome": "ok", "ended": format_time(time + timedelta(seconds=40)), "seconds": 30.0}
        self.store.database.add(schema.call, **{"id": id, "started": format_time(time), **usual, **values})
        self.calls.append(id)
        return id

    def send(self, owner: str, destination: str = "+33199000002", **values: Any) -> str:
        usual = {"pages": 2, "confirmed": 2, "first_page": 1, "rate": 14400}
        return self.write(direction="out", owner=owner, destination=destination, **{**usual, **values})

    def receive(self, *owners: str, **values: Any) -> str:
        usual = {"destination": "+33199000001", "caller": "0198000001", "received": 3}
        id = self.write(direction="in", **{**usual, **values})
        if owners:
            reception = f"{id[:-7]}r{id[-6:]}"
            self.store.database.add(schema.reception, id=reception, call=id)
            rows = [{"reception": reception, "person": each} for each in owners]
            self.store.database.add_all(schema.reception_owner, rows)
        return id

    def log(self, owner: str | None, most: int = 100, **wanted: Any) -> list[CallRecord]:
        """All pages, one behind the other."""
        found: list[CallRecord] = []
        while True:
            after = found[-1].id if found else ""
            page = self.store.call_log.page(owner, CallFilter(**wanted), after, most)
            found += page
            if len(page) < most:
                return found

    def ids(self, owner: str | None, most: int = 100, **wanted: Any) -> list[str]:
        return [each.id for each in self.log(owner, most, **wanted)]

    def sums(self, owner: str | None, by: CallGrouping, since: str = "", until: str = "", most: int = 100) -> Any:
        found: list[CallTotals] = []
        while True:
            after = found[-1].key if found else ""
            page = self.store.call_totals.page(owner, by, since, until, after, most)
            found += page
            if len(page) < most or not page[-1].key:
                return [tuple(vars(each).values())[:6] for each in found]


@pytest.mark.parametrize("most", [1, 2, 100])
def test_everybody_sees_the_calls_of_their_own_faxes(most: int, tmp_path: Path) -> None:
    book = Book(tmp_path)
    store = book.store
    store.database.add(schema.document, id="d")
    store.database.add(schema.offer, id="o", owner="anne", document="d")
    anne, bob = book.send("anne"), book.send("bob")
    both, nobodys = book.receive("bob", "anne"), book.receive(received=0, outcome="no-fax")
    bobs, fetched = book.receive("bob"), book.receive(offer="o", received=0, pages=4, fetched=4)
    last = book.send("anne", outcome="busy", confirmed=0)
    assert book.ids("anne", most) == [anne, both, fetched, last]
    assert book.ids("bob", most) == [bob, both, bobs]
    assert book.ids("carla", most) == []
    assert book.ids(None, most) == book.calls
    assert {each.persons for each in book.log("anne", most)} == {("anne",)}, "nobody is told who else owns it"
    every = {each.id: each for each in book.log(None, most)}
    assert every[both].persons == ("anne", "bob") and every[nobodys].persons == ()
    assert (every[fetched].persons, every[fetched].fetched) == (("anne",), True)
    assert (every[fetched].pages, every[fetched].confirmed) == (4, 4)
    store.close()


def test_a_call_says_which_pages_went_over_in_it(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.send("anne", pages=5, confirmed=3, outcome="remote-dcn", sent=4)
    book.send("anne", pages=5, confirmed=5, first_page=4)
    book.send("anne", pages=0, confirmed=0, first_page=4, outcome="busy")
    book.receive("anne")
    assert [(each.pages, each.confirmed) for each in book.log("anne")] == [(5, 3), (2, 2), (0, 0), (3, 3)]
    (sums,) = book.sums("anne", CallGrouping.LINE)
    assert sums == ("line-1", 4, 2, 8, 120.0, 2)
    book.store.close()


@pytest.mark.parametrize("owner", ["anne", None])
@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"direction": Direction.IN}, [3]),
        ({"direction": Direction.OUT}, [0, 1, 2]),
        ({"failed": True}, [2]),
        ({"line": "line-2"}, [1]),
        ({"numbers": ("+33199000002", "0199000002")}, [0, 2]),
        ({"numbers": ("+33198000001", "0198000001")}, [3]),
        ({"numbers": ("+33199000001",)}, [1, 3]),
        ({"since": "2026-03-04T09:31:00.000Z"}, [1, 2, 3]),
        ({"until": "2026-03-04T09:32:00.000Z"}, [0, 1]),
        ({"since": "2026-03-04T09:31:00.000Z", "failed": True}, [2]),
        ({"since": "2027-01-01T00:00:00.000Z"}, []),
    ],
)
def test_calls_are_chosen(wanted: dict[str, Any], expected: list[int], owner: str | None, tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.send("anne")
    book.send("anne", "+33199000003", line="line-2", own_number="+33199000001")
    book.send("anne", outcome="busy")
    book.receive("anne")
    assert book.ids(owner, 1, **wanted) == [book.calls[each] for each in expected]
    book.store.close()


def test_a_clock_that_was_set_back_loses_no_call(tmp_path: Path) -> None:
    book = Book(tmp_path)
    late = book.send("anne", started=format_time(BEGIN - timedelta(hours=3)))
    assert book.ids("anne", until=format_time(BEGIN)) == [late]
    assert book.ids("anne", since=format_time(BEGIN)) == []
    book.store.close()


def test_a_page_is_read_by_an_index(tmp_path: Path, database: str) -> None:
    """Neither is everything sorted for a page, nor is a table read from its beginning."""
    if database != "sqlite":
        pytest.skip("PostgreSQL plans by what is in the tables")
    book = Book(tmp_path)
    plans: list[str] = []
    rows = book.store.database.rows

    def explain(statement: Any) -> Any:
        if "FROM call" in str(statement):
            sql = statement.compile(book.store.database._connection(), compile_kwargs={"literal_binds": True})
            plans.append(" | ".join(row.detail for row in rows(text(f"EXPLAIN QUERY PLAN {sql}"))))
        return rows(statement)

    book.store.database.rows = explain  # type: ignore[method-assign]
    after = book.send("anne")
    for owner in ("anne", None):
        book.store.call_log.page(owner, CallFilter(since=format_time(BEGIN), failed=True), after, 10)
    assert len(plans) == 4
    for plan in (plans[0], plans[1], plans[3]):
        assert "SCAN" not in plan and "TEMP B-TREE" not in plan, plan
    assert "call_by_owner" in plans[0] and "reception_owner_by_person" in plans[1]
    # Somebody's offers, and the calls that have fetched them, are few.
    assert "SCAN" not in plans[2], plans[2]
    book.store.close()


def test_calls_are_summed_up(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.send("anne", own_number="+33199000001")
    book.send("anne", "+4420794600000", outcome="busy", confirmed=0, seconds=0.0)
    book.send("bob", "1234", line="line-2", outcome="no-fax", confirmed=0, seconds=12.5)
    book.receive("anne", "bob")
    book.receive(received=0, outcome="no-fax", seconds=5.0)
    book.send("bob", outcome="", ended=None, confirmed=0, seconds=0.0, after=timedelta(days=31))
    by_person = [("", 1, 0, 0, 5.0, 1), ("anne", 3, 2, 5, 60.0, 1), ("bob", 3, 1, 3, 42.5, 1)]
    assert book.sums(None, CallGrouping.PERSON) == by_person
    assert book.sums("anne", CallGrouping.PERSON) == by_person[1:2]
    assert book.sums("bob", CallGrouping.PERSON, most=1) == by_person[2:]
    assert book.sums(None, CallGrouping.NUMBER) == [("", 3, 0, 0, 12.5, 2), ("+33199000001", 3, 2, 5, 65.0, 1)]
    assert book.sums(None, CallGrouping.LINE) == [("line-1", 5, 2, 5, 65.0, 2), ("line-2", 1, 0, 0, 12.5, 1)]
    assert book.sums(None, CallGrouping.LINE, most=1) == book.sums(None, CallGrouping.LINE)
    assert book.sums(None, CallGrouping.DESTINATION) == [
        ("+33199000002", 2, 1, 2, 30.0, 0),
        ("+4420794600000", 1, 0, 0, 0.0, 1),
        ("1234", 1, 0, 0, 12.5, 1),
    ]
    assert book.sums(None, CallGrouping.MONTH) == [("2026-03", 5, 2, 5, 77.5, 3), ("2026-04", 1, 0, 0, 0.0, 0)]
    assert book.sums("anne", CallGrouping.MONTH) == [("2026-03", 3, 2, 5, 60.0, 1)]
    assert book.sums(None, CallGrouping.CAUSE) == [("busy", 1, 0, 0, 0.0, 1), ("no-fax", 2, 0, 0, 17.5, 2)]
    until = format_time(BEGIN + timedelta(minutes=2))
    assert book.sums(None, CallGrouping.CAUSE, until=until) == [("busy", 1, 0, 0, 0.0, 1)]
    book.store.close()


@pytest.fixture
def in_paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "Europe/Paris")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_paris")
def test_a_month_begins_when_it_does_here(tmp_path: Path) -> None:
    """Midnight in Paris is an hour before that of UTC in winter, and two hours in summer."""
    book = Book(tmp_path)
    for minute in ("2026-02-28T22:59", "2026-02-28T23:00", "2026-05-31T21:59", "2026-05-31T22:00", "2026-12-31T23:00"):
        book.send("anne", started=f"{minute}:00.000Z")
    assert [each[:2] for each in book.sums("anne", CallGrouping.MONTH)] == [
        ("2026-02", 1),
        ("2026-03", 1),
        ("2026-05", 1),
        ("2026-06", 1),
        ("2027-01", 1),
    ]
    book.store.close()


def keys(totals: Iterable[CallTotals]) -> dict[str, int]:
    return {each.key: each.calls for each in totals}


@async_test
async def test_a_service_logs_what_it_does(tmp_path: Path) -> None:
    script(tmp_path, {"0199000002": ["busy", "ok"]}, ring={"line-1": {"pages": 1, "end": "ok", "called": "0199000001"}})
    async with running(tmp_path) as (service, listener):
        admin = administrator(service)
        job = await submit(service, document(tmp_path), "0199000002")
        await listener.until_job(job, "done")
        arrived = await listener.until(lambda _person, name, _news: name == "ReceptionArrived")
        found = (await service.api.list_calls(ME, CallQuery())).calls
        assert {each.fax for each in found} == {job, arrived.id}
        busy, sent = (each for each in found if each.fax == job)
        assert (busy.outcome, busy.direction, busy.persons) == (Outcome.BUSY, Direction.OUT, (ME,))
        assert (sent.outcome, sent.other_number, sent.own_number) == (Outcome.OK, "+33199000002", "+33199000001")
        (received,) = (each for each in found if each.direction is Direction.IN)
        assert (received.own_number, received.confirmed) == ("+33199000001", 1)
        assert (await service.api.list_calls(OTHER, CallQuery(person=ME))).calls == ()
        assert (await admin.list_all_calls("root", CallQuery())).calls == found
        assert (await admin.list_all_calls("root", CallQuery(person=OTHER))).calls == ()
        chosen = await service.api.list_calls(ME, CallQuery(number="01 99 00 00 02", failed=True))
        assert chosen.calls == (busy,)
        first = await service.api.list_calls(ME, CallQuery(most=1))
        assert first.after == first.calls[0].id
        sums = await service.api.sum_calls(ME, TotalsQuery(CallGrouping.COUNTRY))
        assert keys(sums.totals) == {"+33": 2}
        assert keys((await admin.sum_all_calls("root", TotalsQuery(CallGrouping.PERSON))).totals) == {ME: 3}
        assert (await service.api.sum_calls(OTHER, TotalsQuery(person=ME))).totals == ()
        for wrong in ("yesterday", "2026-03-04T09:30", "0001-01-01T00:00Z", "9999-12-31T23:59Z"):
            with pytest.raises(ApiError) as error:
                await service.api.list_calls(ME, CallQuery(since=wrong))
            assert error.value.code is ErrorCode.BAD_ORDER
