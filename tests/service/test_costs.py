# SPDX-License-Identifier: GPL-3.0-or-later
"""The cost of calls is shown to those whose they are, and what the carrier takes to the administrator alone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from faxcore.api import call_records
from faxcore.api.call_records import CallRecords
from faxcore.billing.tariffs import Tariffs, read_tariffs
from faxcore.config import Config
from faxcore.config.current import CurrentConfig
from faxcore.contract.priced import NO_PRICE, CostSum, Pricing
from faxcore.contract.recorded import CallGrouping, CallQuery, TotalsQuery
from faxcore.model.call import CallReport, Outcome
from faxcore.store import call_totals
from faxcore.store.call_log import CallFilter
from tests.service.test_prices import ENGLISH, FRENCH, OURS, Desk, priced
from tests.service.test_receipts import receipt
from tests.support.service_parts import ME, OTHER, administrator, document, running, script, submit
from tests.support.tariffs import TOP, UNPRICED, rule
from tests.support.waiting import async_test

EURO_20 = ("EUR", 20_000_000)
SOME = TOP.replace('20, on = "invoice"', '20, on = "call"') + UNPRICED + rule("per_page = 0.25")
"""No price for a number abroad."""


def list_prices(desk: Desk, owner: str | None, with_purchase: bool = False) -> list[tuple[int | None, int | None]]:
    page = desk.store.call_log.page(owner, CallFilter(), "", 100, with_purchase)
    return [(each.price.net, each.purchase.net) for each in page]


def sums(desk: Desk, owner: str | None, by: CallGrouping) -> dict[str, tuple[Any, int]]:
    """By key: net and VAT by currency and percentage, and how many calls have no price."""
    records = CallRecords(desk.store, CurrentConfig(Config()))
    found: dict[str, tuple[Any, int]] = {}
    after = ""
    while True:
        page = asyncio.run(records.sums(owner, TotalsQuery(by, after=after)))
        for each in page.totals:
            costs = {(cost.currency, cost.vat_percent): (cost.net, cost.vat, cost.untaxed) for cost in each.costs}
            found[each.key] = (costs, each.unpriced)
        after = page.after
        if not after:
            return found


def test_the_log_says_what_calls_cost(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.call(2)
    desk.call(1, "bob")
    desk.call(number=ENGLISH)
    assert list_prices(desk, "anne") == [(500_000, None), (250_000, None)]
    assert list_prices(desk, None, with_purchase=True) == [(500_000, 130_000), (250_000, 130_000), (250_000, None)]
    shown = desk.store.call_log.page(None, CallFilter(), "", 100, with_purchase=True)[0]
    assert (shown.price.state, shown.price.currency, shown.price.vat) == (Pricing.PRICED, "EUR", 100_000)
    assert (shown.price.vat_percent, shown.price.tariff, shown.price.rule) == (20_000_000, "ours", "pages")
    assert (shown.purchase.vat, shown.purchase.rule, shown.price.steps) == (None, "one", ())
    desk.store.close()


def test_a_call_from_before_the_ledger_has_no_price(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.call()
    desk.store.database.run(text("DELETE FROM ledger"))
    (found,) = desk.store.call_log.page("anne", CallFilter(), "", 10)
    assert found.price == found.purchase == NO_PRICE
    assert sums(desk, None, CallGrouping.LINE) == {"line-1": ({}, 0)}
    desk.store.close()


def test_a_correction_takes_the_place_of_the_price(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    row = desk.call(3)
    desk.store.calls.end(row.call, CallReport(Outcome.LINE_LOST, sent=1, confirmed=1, seconds=20.0))
    desk.store.calls.end(row.call, CallReport(Outcome.OK, sent=2, confirmed=2, seconds=20.0))
    assert list_prices(desk, "anne") == [(500_000, None)]
    assert sums(desk, None, CallGrouping.LINE) == {"line-1": ({EURO_20: (500_000, 100_000, 0)}, 0)}
    desk.store.close()


@pytest.mark.parametrize("most", [1, 100])
def test_statistics_sum_up_what_calls_cost(most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anne: 2 and 3 pages here, one abroad; Bob: 1 page here; 0.25 for a page, and no price abroad."""
    monkeypatch.setattr(call_records, "MOST", most)
    monkeypatch.setattr(call_totals, "PIECE", most)
    desk = Desk(tmp_path, priced(tmp_path, SOME))
    for pages, owner, number in ((2, "anne", FRENCH), (3, "anne", FRENCH), (1, "anne", ENGLISH), (1, "bob", FRENCH)):
        desk.call(pages, owner, number)
    desk.store.prices.tariffs = Tariffs()
    desk.call(1, "carla")
    anne, bob = {EURO_20: (1_250_000, 250_000, 0)}, {EURO_20: (250_000, 50_000, 0)}
    both = {EURO_20: (1_500_000, 300_000, 0)}
    by_person = {"anne": (anne, 1), "bob": (bob, 0), "carla": ({}, 0)}
    assert sums(desk, None, CallGrouping.PERSON) == by_person
    assert sums(desk, "anne", CallGrouping.PERSON) == {"anne": (anne, 1)}
    assert sums(desk, None, CallGrouping.LINE) == {"line-1": (both, 1)}
    assert sums(desk, "bob", CallGrouping.LINE) == {"line-1": (bob, 0)}
    assert sums(desk, None, CallGrouping.DESTINATION) == {FRENCH: (both, 0), ENGLISH: ({}, 1)}
    assert list(sums(desk, None, CallGrouping.MONTH).values()) == [(both, 1)]
    assert sums(desk, None, CallGrouping.NUMBER) == {"": (both, 1)}
    assert sums(desk, None, CallGrouping.CAUSE) == {}
    assert sums(desk, None, CallGrouping.COUNTRY) == {"+33": (both, 0), "+44": ({}, 1)}
    desk.store.close()


def test_currencies_and_percentages_are_not_mixed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, priced(tmp_path, SOME))
    desk.call(2)
    for change in (('"EUR"', '"CHF"'), ("percent = 20", "percent = 5.5")):
        desk.store.prices.tariffs = read_tariffs(priced(tmp_path, SOME.replace(*change)))
        desk.call(2)
    later = SOME.replace('20, on = "call"', '20, on = "invoice"')
    desk.store.prices.tariffs = read_tariffs(priced(tmp_path, later))
    desk.call(1)
    costs = {("CHF", 20_000_000): (500_000, 100_000, 0), ("EUR", 5_500_000): (500_000, 30_000, 0)}
    costs |= {EURO_20: (750_000, 100_000, 250_000)}
    assert sums(desk, None, CallGrouping.LINE) == {"line-1": (costs, 0)}
    desk.store.close()


@async_test
async def test_who_sees_what(tmp_path: Path) -> None:
    """A fax that was busy, and then sent: the sale for its sender, the purchase for the administrator."""
    script(tmp_path, {"0199000002": ["busy", "ok"]})
    async with running(tmp_path, priced(tmp_path, OURS)) as (service, listener):
        job = await submit(service, document(tmp_path, pages=2))
        await listener.until_job(job, "done")
        busy, sent = (await service.api.show_job(ME, job)).calls
        assert (busy.price.net, sent.price.net) == (0, 500_000)
        assert "Pages confirmed: 2, at 0.25 EUR each: 0.50 EUR" in map(str, sent.price.steps)
        own = (await service.api.list_calls(ME, CallQuery())).calls
        assert [(each.price.net, each.purchase) for each in own] == [(0, NO_PRICE), (500_000, NO_PRICE)]
        assert all(each.price.steps == () for each in own)
        assert (await service.api.list_calls(OTHER, CallQuery())).calls == ()
        admin = administrator(service)
        for query in (CallQuery(), CallQuery(person=ME)):
            every = (await admin.list_all_calls("root", query)).calls
            assert [(each.price.net, each.purchase.net) for each in every] == [(0, 0), (500_000, 130_000)]
        (total,) = (await service.api.sum_calls(ME, TotalsQuery(CallGrouping.COUNTRY))).totals
        assert (total.key, total.costs) == ("+33", (CostSum("EUR", 20_000_000, 500_000, 100_000),))
        said = (await receipt(service, tmp_path, job)).text
        assert "Cost 0.50 EUR, with VAT 0.60 EUR" in said


@async_test
async def test_a_receipt_says_nothing_of_a_cost_that_there_is_not(tmp_path: Path) -> None:
    script(tmp_path, {"0199000002": ["ok"]})
    nowhere = SOME.replace('to = ["FR"]', 'to = ["GB"]')
    async with running(tmp_path, priced(tmp_path, nowhere)) as (service, listener):
        job = await submit(service, document(tmp_path, pages=1))
        await listener.until_job(job, "done")
        (call,) = (await service.api.show_job(ME, job)).calls
        assert call.price.state is Pricing.UNPRICED and "has no price for a call to" in str(call.price.steps[0])
        assert "Cost" not in (await receipt(service, tmp_path, job)).text
