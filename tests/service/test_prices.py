# SPDX-License-Identifier: GPL-3.0-or-later
"""Each row of the ledger has its prices: what the carrier takes, and what we charge, or why there is none.

The carrier takes 0.10 for a call that is answered, and 0.06 a minute by half minutes; we charge 0.25 for a page, 0.20
beyond the third of a month, with 20 % VAT of each call, and 1.00 for a fax that comes in.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from faxcore.api.api_error import ApiError
from faxcore.billing.tariffs import Tariffs, read_tariffs
from faxcore.config import (
    BillingConfig,
    BudgetConfig,
    Config,
    ConfigError,
    CustomerConfig,
    NamedPeople,
    NumberConfig,
    TariffText,
)
from faxcore.contract.estimated import Estimate
from faxcore.contract.ledgered import LedgerSeal
from faxcore.contract.order import Order
from faxcore.contract.priced import Pricing
from faxcore.model.call import CallReport, Direction, Outcome
from faxcore.service import FaxService
from faxcore.store import bill_tables, call_prices, schema
from faxcore.store.call_prices import parse_steps
from faxcore.store.ids_and_times import read_clock
from faxcore.store.store import Store
from faxcore.store.unpriced_calls import UnpricedCalls
from tests.service.test_crashes import kill_at
from tests.support.added_faxes import add_submission
from tests.support.service_parts import (
    ME,
    CountingComposer,
    Gate,
    Listener,
    configured,
    document,
    running,
    script,
    submit,
)
from tests.support.tariffs import TOP, UNPRICED, rule
from tests.support.waiting import async_test, until

LEDGER = bill_tables.ledger
ANYWHERE = "otherwise = true"
CARRIER = TOP + UNPRICED + rule("connection = 0.10", "per_minute = 0.06", "first_seconds = 30", "then_seconds = 30")
OURS = (
    TOP.replace('20, on = "invoice"', '20, on = "call"')
    + rule("per_page = 0.25", "tiers = [{ after = 3, per_page = 0.20 }]", to=ANYWHERE, name="pages")
    + rule("per_page = 1", 'direction = "in"', 'counts = "pages"', to=ANYWHERE, name="in")
)
FRENCH, ENGLISH = "+33199000002", "+442079460000"


def text_of(name: str, text: str) -> TariffText:
    return TariffText(Path(f"/tariffs/{name}.toml"), text.replace('"Test"', f'"{name}"'))


def priced(folder: Path, sale: str = OURS, **changes: Any) -> Config:
    billing = BillingConfig(text_of("ours", sale), text_of("carrier", CARRIER))
    return configured(folder, billing=billing, **changes)


def list_rows(store: Store) -> list[Any]:
    return list(store.database.rows(select(LEDGER).order_by(LEDGER.c.place)))


def show(row: Any) -> tuple[Any, ...]:
    """What a row costs: purchase, sale and its VAT, in millionths."""
    return (row.outcome, row.purchase_net, row.sale_net, row.sale_vat)


class Desk:
    """A store whose calls have prices."""

    def __init__(self, folder: Path, config: Config | None = None) -> None:
        config = config or priced(folder)
        self.store = Store(folder / "state", None, config.store.url)
        self.store.prices.tariffs = read_tariffs(config)

    def call(self, pages: int = 1, owner: str = "anne", number: str = FRENCH, payer: str = "", **report: Any) -> Any:
        """A call out that has ended; its row."""
        (job,) = add_submission(self.store, owner, number)
        with self.store.transaction():
            call = self.store.calls.begin_out(job, owner, "line-1", number, number, 1, payer=payer)
            said = {"outcome": Outcome.OK, "sent": pages, "confirmed": pages, "seconds": 20.0, **report}
            self.store.calls.end(call, CallReport(**said))
        return list_rows(self.store)[-1]

    def check(self) -> None:
        assert self.store.ledger.check(LedgerSeal(), 1000)[0] == []


def test_a_price_has_its_reasons(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    row = desk.call(2)
    # 0.10 and half a minute at 0.06: 0.13; two pages at 0.25: 0.50, VAT 0.10.
    assert show(row) == ("ok", 130_000, 500_000, 100_000)
    assert (row.sale_state, row.sale_tariff, row.sale_rule, row.sale_currency) == ("priced", "ours", "pages", "EUR")
    assert (row.sale_pages, row.sale_vat_percent, row.purchase_vat, row.purchase_seconds) == (2, 20_000_000, None, 30)
    assert [str(step) for step in parse_steps(row.sale_steps)][1] == "Pages confirmed: 2, at 0.25 EUR each: 0.50 EUR"
    desk.check()
    desk.store.close()


def test_no_tariff_is_no_price(tmp_path: Path) -> None:
    desk = Desk(tmp_path, configured(tmp_path))
    row = desk.call()
    assert (row.purchase_state, row.sale_state, row.sale_net, row.sale_steps) == ("none", "none", None, "")
    desk.check()
    desk.store.close()


def test_a_call_that_a_tariff_does_not_price_is_not_free(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    row = desk.call(number=ENGLISH)
    assert (row.purchase_state, row.purchase_tariff, row.purchase_net) == ("unpriced", "carrier", None)
    (reason,) = parse_steps(row.purchase_steps)
    assert str(reason).startswith(f"The tariff carrier has no price for a call to {ENGLISH} on ")
    assert row.sale_net == 250_000
    desk.store.close()


def test_calls_without_a_price_are_told_of(tmp_path: Path) -> None:
    """For a month, and no longer than a correction takes; nobody's number is in it."""
    desk, now = Desk(tmp_path), read_clock()
    unpriced = UnpricedCalls(desk.store.database)
    desk.call()
    unpriced.look()
    assert list(unpriced.warnings()) == []
    wrong = desk.call(number=ENGLISH)
    desk.call(number=ENGLISH)
    unpriced.look()
    (warning,) = unpriced.warnings()
    assert str(warning).startswith("The tariff carrier has no price for some calls of the last 31 days: 2.")
    assert ENGLISH not in str(warning)
    desk.store.prices.tariffs = Tariffs()
    desk.store.calls.end(wrong.call, CallReport(Outcome.OK, sent=1, confirmed=1, seconds=7.0))
    unpriced.look()
    assert ": 1." in str(next(unpriced.warnings()))
    desk.store.database._clock = lambda: now + timedelta(days=32)
    unpriced.look()
    assert list(unpriced.warnings()) == []
    desk.store.close()


@async_test
async def test_the_administrator_is_told_of_calls_without_a_price(tmp_path: Path) -> None:
    script(tmp_path)
    desk = Desk(tmp_path)
    desk.call(number=ENGLISH)
    desk.store.close()
    async with running(tmp_path, priced(tmp_path)) as (service, _listener):
        await until("the look at them", lambda: list(service.unpriced.warnings()))
        (warning,) = (await service.api.status(ME)).warnings
        assert "The tariff carrier has no price" in str(warning)


def test_pages_of_the_month_are_counted_for_each_person(tmp_path: Path) -> None:
    """By the tariff of sales; those of a row that was corrected are those of the correction."""
    desk = Desk(tmp_path)
    assert [desk.call(pages, owner).sale_net for pages, owner in ((2, "anne"), (3, "bob"), (2, "anne"))] == [
        500_000,
        750_000,
        450_000,  # the third page of Anne's month, and the fourth
    ]
    first = list_rows(desk.store)[0]
    desk.store.calls.end(first.call, CallReport(Outcome.LINE_LOST, sent=1, confirmed=1, seconds=20.0))
    corrected = list_rows(desk.store)[-1]
    # Two pages of Anne's other call came before, so this one is her third.
    assert (corrected.kind, corrected.sale_net) == ("correction", 250_000)
    assert desk.call(1).sale_net == 200_000, "the fourth: two, and the one of the correction"
    desk.check()
    desk.store.close()


def test_pages_that_a_correction_took_away_bring_no_cheaper_ones(tmp_path: Path) -> None:
    """Of three pages none has gone over: the next one is the first of the month."""
    desk = Desk(tmp_path)
    first = desk.call(3)
    desk.store.calls.end(first.call, CallReport(Outcome.LINE_LOST, sent=3, confirmed=0, seconds=20.0))
    assert list_rows(desk.store)[-1].sale_pages == 0
    assert desk.call(1).sale_net == 250_000
    desk.store.close()


def test_a_customer_pays_by_their_own_tariff_or_with_a_mark_up(tmp_path: Path) -> None:
    """A budget line pays what everybody does; what the carrier takes is the same for all."""
    own = text_of("special", OURS.replace("per_page = 0.25", "per_page = 0.40"))
    customers = (CustomerConfig("OWN", "x", tariff=own), CustomerConfig("MORE", "x", markup=Decimal(10)))
    desk = Desk(tmp_path, priced(tmp_path, customers=customers, budgets=(BudgetConfig("LINE", "x"),)))
    rows = [desk.call(2, payer=payer) for payer in ("", "LINE", "OWN", "MORE", "GONE")]
    assert [(row.payer, row.sale_tariff, row.sale_net, row.sale_vat) for row in rows] == [
        ("", "ours", 500_000, 100_000),
        ("LINE", "ours", 500_000, 100_000),
        ("OWN", "special", 800_000, 160_000),
        ("MORE", "ours", 550_000, 110_000),
        ("GONE", "ours", 500_000, 100_000),
    ]
    assert {row.purchase_net for row in rows} == {130_000}
    assert "Mark-up of 10 %: 0.05 EUR" in [str(step) for step in parse_steps(rows[3].sale_steps)]
    desk.check()
    desk.store.close()


def test_pages_of_the_month_are_counted_for_each_payer(tmp_path: Path) -> None:
    """Whoever sends; those that nobody pays are counted for each person, without those that somebody pays."""
    desk = Desk(tmp_path)
    calls = (("anne", "A"), ("bob", "A"), ("anne", ""), ("anne", "B"), ("anne", "A"), ("anne", ""))
    assert [desk.call(2, owner, payer=payer).sale_net for owner, payer in calls] == [
        500_000,
        450_000,  # the third page of A's month, and the fourth
        500_000,
        500_000,
        400_000,
        450_000,  # the third page of Anne's own month, and the fourth
    ]
    desk.store.close()


def test_a_payer_stays_in_a_correction(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    first = desk.call(payer="A")
    desk.store.calls.end(first.call, CallReport(Outcome.LINE_LOST, sent=0, confirmed=0, seconds=20.0))
    corrected = list_rows(desk.store)[-1]
    assert (corrected.kind, corrected.corrects, corrected.payer) == ("correction", first.place, "A")
    desk.store.close()


def test_a_fault_in_pricing_keeps_no_call_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_facts: object) -> None:
        raise ZeroDivisionError("of ours")

    desk = Desk(tmp_path)
    monkeypatch.setattr(call_prices, "price_call", fail)
    row = desk.call()
    assert (row.outcome, row.sale_state, row.purchase_state, row.sale_net) == ("ok", "unpriced", "unpriced", None)
    assert [str(step) for step in parse_steps(row.sale_steps)] == [
        "The call could not be priced by a fault of the fax service, which its log tells."
    ]
    assert [(record.levelno, bool(record.exc_info)) for record in caplog.records] == [(logging.ERROR, True)] * 2
    desk.check()
    desk.store.close()


def test_a_clock_that_is_set_back_leaves_a_price(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (job,) = add_submission(desk.store, "anne", FRENCH)
    call = desk.store.calls.begin_out(job, "anne", "line-1", FRENCH, FRENCH, 1)
    table = schema.call
    desk.store.database.run(update(table).where(table.c.id == call).values(started="2999-01-01T00:00:00.000Z"))
    desk.store.calls.end(call, CallReport(Outcome.OK, sent=1, confirmed=1, seconds=5.0))
    assert show(list_rows(desk.store)[0]) == ("ok", 130_000, 250_000, 50_000)
    desk.store.close()


def test_the_other_number_is_forgotten_in_the_reasons_too(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.call(number=ENGLISH)
    assert ENGLISH in str(dict(list_rows(desk.store)[0]._mapping))
    assert desk.store.ledger.forget_names(0) == 1
    (row,) = list_rows(desk.store)
    assert ENGLISH not in str(dict(row._mapping))
    assert (row.sale_net, row.purchase_state, parse_steps(row.sale_steps)) == (250_000, "unpriced", [])
    desk.check()
    desk.store.close()


async def until_rows(store: Store, count: int) -> list[Any]:
    await until(f"{count} rows", lambda: len(list_rows(store)) >= count)
    return list_rows(store)


@async_test
async def test_the_calls_of_a_service(tmp_path: Path) -> None:
    """Busy, then a page and the line is lost, then the other two pages."""
    script(tmp_path, {"0199000002": ["busy", "partial", "ok"]})
    async with running(tmp_path, priced(tmp_path)) as (service, listener):
        await listener.until_job(await submit(service, document(tmp_path, pages=3)), "done")
        rows = await until_rows(service.store, 3)
        # Nobody answered. A page was confirmed: answered, a second at least: 0.13. 9.5 s: 0.13; two pages: 0.50.
        assert list(map(show, rows)) == [
            ("busy", 0, 0, 0),
            ("line-lost", 130_000, 250_000, 50_000),
            ("ok", 130_000, 500_000, 100_000),
        ]
        assert service.sealing.check(LedgerSeal()).findings == ()


@async_test
async def test_faxes_go_out_on_the_line_whose_carrier_takes_least(tmp_path: Path) -> None:
    """Until another tariff is taken on."""
    script(tmp_path, {"0199000011": ["ok"] * 4})
    cheap = text_of("cheap", CARRIER.replace("0.06", "0.05"))

    def cheap_on(place: int) -> Config:
        config = priced(tmp_path, lines=2)
        lines = tuple(replace(line, purchase=cheap if at == place else None) for at, line in enumerate(config.lines))
        return replace(config, lines=lines)

    async with running(tmp_path, cheap_on(1)) as (service, listener):

        async def send() -> None:
            await until("both lines", lambda: all(line.free for line in service.lines))
            await listener.until_job(await submit(service, document(tmp_path), "0199000011"), "done")

        for _turn in range(3):
            await send()
        service.take_on(cheap_on(0))
        await send()
        rows = await until_rows(service.store, 4)
        assert [row.line for row in rows] == ["line-2", "line-2", "line-2", "line-1"]


@async_test
async def test_a_call_that_comes_in(tmp_path: Path) -> None:
    """The carrier's tariff says itself that such calls have no price; ours: two pages at 1.00."""
    script(tmp_path, ring={"line-1": {"pages": 2, "end": "ok", "called": "0199000001"}})
    async with running(tmp_path, priced(tmp_path)) as (service, _listener):
        (came,) = await until_rows(service.store, 1)
        assert (came.direction, came.purchase_state, came.sale_net) == ("in", "unpriced", 2_000_000)


def test_every_document_of_a_call_has_its_payer(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    _call, reception = desk.store.receptions.begin("line-1", "0199000001", "", "", payer="A")
    found = desk.store.receptions.get(reception)
    assert found is not None
    desk.store.receptions.begin_next(found)
    for part in desk.store.calls.find_open(Direction.IN):
        desk.store.calls.end(part.id, CallReport(Outcome.OK, received=1, seconds=5.0))
    assert [(row.payer, bool(row.follows)) for row in list_rows(desk.store)] == [("A", False), ("A", True)]
    desk.store.close()


@async_test
async def test_a_number_names_who_pays_for_what_comes_in_for_it(tmp_path: Path) -> None:
    config = priced(tmp_path, customers=(CustomerConfig("MORE", "x", markup=Decimal(10)),))
    line = replace(config.lines[0], numbers=(NumberConfig("0199000001", (ME,), payer="MORE"),))
    script(tmp_path, ring={"line-1": {"pages": 2, "end": "ok", "called": "0199000001"}})
    async with running(tmp_path, replace(config, lines=(line,))) as (service, _listener):
        (came,) = await until_rows(service.store, 1)
        assert (came.direction, came.payer, came.sale_net) == ("in", "MORE", 2_200_000)


@async_test
async def test_several_faxes_in_one_telephone_call(tmp_path: Path) -> None:
    """Of 9.5 s each: the first pays the connection and half a minute, the others nothing, as 28.5 s are not more."""
    script(tmp_path, {"0199000002": ["ok-slow"]}, together=True)
    composer, gate = CountingComposer(), Gate(tmp_path)
    async with running(tmp_path, priced(tmp_path), composer=composer) as (service, listener):
        jobs = [await submit(service, document(tmp_path, pages=1)) for _ in range(3)]
        await composer.until(2)
        gate.let_through()
        await composer.until(3)
        gate.let_through()
        gate.let_through()
        for job in jobs:
            await listener.until_job(job, "done")
        rows = await until_rows(service.store, 3)
        assert [(bool(row.follows), row.earlier, row.purchase_net) for row in rows] == [
            (False, 0, 130_000),
            (True, 9500, 0),
            (True, 19000, 0),
        ]
        assert [row.sale_net for row in rows] == [250_000] * 3
    gate.close()


async def send_one(service: Any, listener: Listener, folder: Path) -> Any:
    rows = len(list_rows(service.store))
    await listener.until_job(await submit(service, document(folder, pages=1)), "done")
    return (await until_rows(service.store, rows + 1))[-1]


@async_test
async def test_another_tariff_is_taken_on_and_a_wrong_one_is_not(tmp_path: Path) -> None:
    script(tmp_path, {"0199000002": ["ok"]})
    async with running(tmp_path, priced(tmp_path)) as (service, listener):
        assert (await send_one(service, listener, tmp_path)).sale_net == 250_000
        with pytest.raises(ConfigError, match=r"^/tariffs/ours\.toml:\d+: "):
            service.take_on(priced(tmp_path, sale=OURS.replace("per_page = 0.25", "per_page = -1")))
        assert (await send_one(service, listener, tmp_path)).sale_net == 250_000
        assert service.take_on(priced(tmp_path, sale=OURS.replace("0.25", "0.45"))) == ("billing",)
        row = await send_one(service, listener, tmp_path)
        assert (row.person, row.sale_net) == (ME, 450_000)


@pytest.mark.parametrize(
    "point", ["call ended, not on disk", "call's end written, not committed", "verdict on disk, not told"]
)
def test_a_row_and_its_price_come_together(point: str, tmp_path: Path) -> None:
    document(tmp_path)
    script(tmp_path, {"0199000002": ["ok"]})
    (tmp_path / "priced").write_text(OURS)
    kill_at(point, tmp_path)

    async def restart() -> list[Any]:
        async with running(tmp_path, priced(tmp_path)) as (service, listener):
            for job in await service.api.list_jobs(ME):
                if job.state.value not in ("done", "uncertain"):
                    await listener.until_job(job.id, "done", "uncertain")
            assert service.sealing.check(LedgerSeal()).findings == ()
            return list_rows(service.store)

    rows = asyncio.run(restart())
    assert rows and len({row.call for row in rows}) == len(rows)
    assert {row.sale_state for row in rows} == {"priced"}


@async_test
async def test_a_fax_is_priced_before_it_is_sent(tmp_path: Path) -> None:
    """Two pages at 0.25; a customer pays a mark-up on that. Nothing of it comes into the ledger."""
    script(tmp_path)
    path = document(tmp_path)
    minute = rule("per_minute = 0.60", "first_seconds = 1", "then_seconds = 1", name="minutes")
    customers = (CustomerConfig("C", "Dupont", users=NamedPeople((ME,)), markup=Decimal(10)),)

    async def estimate(service: FaxService, payer: str = "") -> Estimate:
        with path.open("rb") as pages:
            return await service.api.estimate_document(ME, pages.fileno(), Order(number=FRENCH, payer=payer))

    async with running(tmp_path, priced(tmp_path, customers=customers)) as (service, _listener):
        found = await estimate(service)
        assert (found.price.state, found.price.net, found.price.vat) == (Pricing.PRICED, 500_000, 100_000)
        assert (found.payer, found.price.net) == ("", found.most_price.net)
        assert any("0.25" in str(step) for step in found.price.steps)
        dearer = await estimate(service, payer="C")
        assert (dearer.payer, dearer.price.net) == ("C", 550_000)
        with pytest.raises(ApiError, match="There is no payer"):
            await estimate(service, payer="D")
        service.take_on(priced(tmp_path, sale=TOP + UNPRICED + minute))
        timed = await estimate(service)
        assert timed.price.net == 10_000 * timed.seconds
        assert timed.most_price.net == 10_000 * timed.most
        service.take_on(priced(tmp_path, sale=TOP + UNPRICED + rule("per_page = 1", to='to = ["GB"]')))
        unknown = await estimate(service)
        assert (unknown.price.state, unknown.price.net) == (Pricing.UNPRICED, None)
        assert "no price" in str(unknown.price.steps[0])
        assert list_rows(service.store) == []
