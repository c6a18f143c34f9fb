# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of the bill: judged when a fax is handed in, with what is used and what is queued, in every way in.

A document has two pages. We charge 0.25 for a page.
"""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from faxcore.api.api_error import ApiError
from faxcore.config import BudgetConfig, Config, GroupConfig, LimitConfig, PersonConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.limited import Counted, LimitLevel, LimitLift, LimitPeriod, LimitState
from faxcore.contract.order import JobChange, Order
from faxcore.document.tiff import write_pages
from faxcore.model.call import CallReport, Outcome
from faxcore.model.page import Resolution
from faxcore.service import FaxService
from faxcore.store import schema
from faxcore.store.limit_sums import LimitSums, Span, Used, Whose
from faxcore.store.past_calls import PastCall
from tests.service.test_broadcasts import send_to_many
from tests.service.test_desk import printed
from tests.service.test_limits import HandClock
from tests.service.test_prices import Desk, priced
from tests.support.pages import dithered_page, text_page
from tests.support.service_parts import ME, OTHER, administrator, document, is_job, running, script, submit
from tests.support.waiting import async_test

TO = "0199000002"
PEOPLE = (PersonConfig(OTHER),)
TEAM = GroupConfig("team", (ME, OTHER))


class Calendar(HandClock):
    """A clock in the middle of a month."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 15, 12, tzinfo=UTC)

    @property
    def later(self) -> str:
        """In an hour: what is to be sent then waits."""
        return (self.now + timedelta(hours=1)).isoformat()

    def turn_month(self) -> None:
        """Go to the first hours of the next month."""
        self.now = (self.now.replace(day=1) + timedelta(days=32)).replace(day=1)


def limited(folder: Path, *limits: LimitConfig, **changes: Any) -> Config:
    return priced(folder, **({"limits": limits, "groups": (TEAM,), "persons": PEOPLE} | changes))


def pages(bound: int, **changes: Any) -> LimitConfig:
    return LimitConfig("Pages", Counted.PAGES, bound, **changes)


async def refusal(work: Awaitable[Any]) -> str:
    with pytest.raises(ApiError) as error:
        await work
    assert error.value.code is ErrorCode.TOO_MANY
    return str(error.value.sentence)


def standing(service: FaxService, person: str = ME) -> LimitState:
    (state,) = service.bill_limits.list_own(person)
    return state


def shares(state: LimitState) -> tuple[int, int, int, LimitLevel]:
    return state.used, state.queued, state.left, state.level


@async_test
async def test_a_fax_over_the_bound_is_refused_with_what_is_queued_counted_in(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    clock, path = Calendar(), document(tmp_path)
    async with running(tmp_path, limited(tmp_path, pages(6, contact="Bob")), clock=clock) as (service, listener):
        assert shares(standing(service)) == (0, 0, 6, LimitLevel.FINE)
        await listener.until_job(await submit(service, path), "done")
        assert shares(standing(service)) == (2, 0, 4, LimitLevel.FINE)
        await submit(service, path, send_at=clock.later)
        assert shares(standing(service)) == (2, 2, 2, LimitLevel.FINE)
        again = await submit(service, path, send_at=clock.later, key="k")
        assert shares(standing(service)) == (2, 4, 0, LimitLevel.REACHED)
        before = len(list(service.store.documents.folder.iterdir()))
        assert await refusal(submit(service, path)) == (
            "This goes over the limit “Pages” until 2026-11-30, in pages: of 6, 2 are used, 4 are queued and 0 are"
            " left, and this takes 2. Bob can lift it."
        )
        assert len(list(service.store.documents.folder.iterdir())) == before
        assert await submit(service, path, send_at=clock.later, key="k") == again, "the same hand-over is the same fax"
        await submit(service, path, person=OTHER)
        # A fax that is cancelled is not queued any more.
        await service.api.cancel_job(ME, again)
        assert shares(standing(service)) == (2, 2, 2, LimitLevel.FINE)


@async_test
async def test_what_is_being_sent_is_queued_until_its_call_ends(tmp_path: Path) -> None:
    """A page that was confirmed in it is not in the ledger yet."""
    script(tmp_path, {TO: ["hang-after-1"]})
    async with running(tmp_path, limited(tmp_path, pages(3)), clock=Calendar()) as (service, listener):
        job = await submit(service, document(tmp_path))
        await listener.until(lambda _person, _name, value: is_job(value, job) and value.confirmed == 1)
        assert shares(standing(service)) == (0, 2, 1, LimitLevel.FINE)
        await refusal(submit(service, document(tmp_path)))
        await service.api.cancel_job(ME, job)
        await listener.until_job(job, "cancelled")
        assert shares(standing(service)) == (1, 0, 2, LimitLevel.FINE)


@async_test
async def test_the_administrator_sees_everybody(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    clock, path = Calendar(), document(tmp_path)
    limits = (pages(10), LimitConfig("Team", Counted.PAGES, 20, group="team", together=True))
    async with running(tmp_path, limited(tmp_path, *limits, persons=()), clock=clock) as (service, listener):
        admin = administrator(service)
        await listener.until_job(await submit(service, path), "done")
        await submit(service, path, person=OTHER, send_at=clock.later)
        found = await admin.list_all_limits("root", "")
        assert [(each.name, each.person, each.group, each.used, each.queued) for each in found] == [
            *sorted((("Pages", ME, "", 2, 0), ("Pages", OTHER, "", 0, 2))),
            ("Team", "", "team", 2, 0),
        ]
        assert await admin.list_all_limits("root", ME) == await service.api.list_limits(ME)


@async_test
async def test_the_next_month_is_free_again(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    clock, path = Calendar(), document(tmp_path)
    async with running(tmp_path, limited(tmp_path, pages(3)), clock=clock) as (service, listener):
        await listener.until_job(await submit(service, path), "done")
        assert (await refusal(submit(service, path))).endswith("The administrator can lift it.")
        # What is to go out next month is one of that month's.
        next_month = (clock.now + timedelta(days=20)).isoformat()
        await submit(service, path, send_at=next_month)
        assert "until 2026-12-31" in await refusal(submit(service, path, send_at=next_month))
        assert shares(standing(service)) == (2, 0, 1, LimitLevel.FINE)
        clock.turn_month()
        assert shares(standing(service)) == (0, 2, 1, LimitLevel.FINE)
        assert standing(service).last_day == "2026-12-31"


@async_test
async def test_a_year_has_the_months_before(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    clock, path = Calendar(), document(tmp_path)
    async with running(tmp_path, limited(tmp_path, pages(5, per=LimitPeriod.YEAR)), clock=clock) as (service, listener):
        await listener.until_job(await submit(service, path), "done")
        clock.turn_month()
        assert shares(standing(service)) == (2, 0, 3, LimitLevel.FINE)
        clock.turn_month()
        assert shares(standing(service)) == (0, 0, 5, LimitLevel.FINE)


@async_test
async def test_every_way_in_is_judged(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    clock, path = Calendar(), document(tmp_path)
    async with running(tmp_path, limited(tmp_path, pages(2)), clock=clock) as (service, listener):
        kind, draft = await printed(service, path)
        assert kind == "draft"
        # Thirty recipients are more than the bound: none of them gets a fax.
        assert "and this takes 60." in await refusal(send_to_many(service, tmp_path))
        assert await service.api.list_jobs(ME) == []
        job = await submit(service, path)
        await listener.until_job(job, "done")
        over = "This goes over the limit “Pages”"
        assert (await refusal(submit(service, path))).startswith(over)
        assert (await refusal(service.api.submit_draft(ME, draft, Order(number=TO)))).startswith(over)
        assert (await refusal(service.api.send_again(ME, job, Order()))).startswith(over)
        assert (await refusal(printed(service, path, number=TO))).startswith(over)
        assert (await refusal(service.api.fetch_document(ME, Order(number=TO)))).startswith(over)
        assert [each.id for each in await service.api.list_drafts(ME)] == [draft], "nothing is lost"


@async_test
async def test_a_group_has_a_limit_together(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    clock, path = Calendar(), document(tmp_path)
    together = limited(tmp_path, pages(4, group="team", together=True))
    async with running(tmp_path, together, clock=clock) as (service, listener):
        await listener.until_job(await submit(service, path), "done")
        await submit(service, path, person=OTHER, send_at=clock.later)
        assert shares(standing(service)) == shares(standing(service, OTHER)) == (2, 2, 0, LimitLevel.REACHED)
        assert (standing(service).person, standing(service).group) == ("", "team")
        await refusal(submit(service, path))
        await refusal(submit(service, path, person=OTHER))


@async_test
async def test_each_of_a_group_has_their_own_and_nobody_else(tmp_path: Path) -> None:
    clock, path = Calendar(), document(tmp_path)
    config = limited(tmp_path, pages(2, group="few"), groups=(GroupConfig("few", (ME,)),))
    async with running(tmp_path, config, clock=clock) as (service, _listener):
        await submit(service, path, send_at=clock.later)
        await refusal(submit(service, path))
        for _more in range(2):
            await submit(service, path, person=OTHER, send_at=clock.later)
        assert service.bill_limits.list_own(OTHER) == []


@async_test
async def test_a_payer_has_a_limit_whoever_sends(tmp_path: Path) -> None:
    clock, path = Calendar(), document(tmp_path)
    budgets = (BudgetConfig("A", "a"), BudgetConfig("B", "b"))
    config = limited(tmp_path, pages(4, payer="A"), budgets=budgets)
    async with running(tmp_path, config, clock=clock) as (service, _listener):
        await submit(service, path, payer="A", send_at=clock.later)
        await submit(service, path, payer="A", person=OTHER, send_at=clock.later)
        await refusal(submit(service, path, payer="A"))
        job = await submit(service, path, payer="B", send_at=clock.later)
        # Nor does another payer of a fax that waits lead around it.
        await refusal(service.api.change_job(ME, job, JobChange(payer="A")))
        assert (await service.api.show_job(ME, job)).job.payer == "B"
        assert standing(service).payer == "A"


@async_test
async def test_money_and_minutes_of_what_is_queued_are_estimated(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    clock, path = Calendar(), document(tmp_path)
    limits = (LimitConfig("Money", Counted.AMOUNT, 1_200_000), LimitConfig("Time", Counted.MINUTES, 60 * 60_000))
    async with running(tmp_path, limited(tmp_path, *limits), clock=clock) as (service, listener):
        await listener.until_job(await submit(service, path), "done")
        await submit(service, path, send_at=clock.later)
        money, time = service.bill_limits.list_own(ME)
        assert (money.currency, *shares(money)) == ("EUR", 500_000, 500_000, 200_000, LimitLevel.WARNED)
        assert 20_000 < time.queued < 45_000 and time.bound == 3_600_000
        assert "in EUR: of 1.20, 0.50 are used, 0.50 are queued and 0.20 are left, and this takes 0.50" in (
            await refusal(submit(service, path))
        )


TIME = LimitConfig("Time", Counted.MINUTES, 600 * 60_000)


async def estimated(service: FaxService, path: Path) -> int:
    """Milliseconds that the call of a document takes, as the preview has it."""
    with path.open("rb") as file:
        found = await service.api.estimate_document(ME, file.fileno(), Order(number=TO))
    return 1000 * found.seconds


@async_test
async def test_what_waits_counts_as_long_as_its_own_call_will_be(tmp_path: Path) -> None:
    """A page of text is not a page of dots; and what has arrived of a fax does not count any more."""
    script(tmp_path, {TO: ["ok"]})
    clock = Calendar()
    light, heavy = tmp_path / "light.tif", tmp_path / "heavy.tif"
    write_pages(light, [text_page(Resolution.FINE, 1)])
    write_pages(heavy, [dithered_page(rows=1800)] * 2)
    async with running(tmp_path, limited(tmp_path, TIME), clock=clock) as (service, _listener):
        lengths = [await estimated(service, path) for path in (light, heavy)]
        await submit(service, light, send_at=clock.later)
        first = standing(service).queued
        heavy_job = await submit(service, heavy, send_at=clock.later)
        second = standing(service).queued - first
        assert lengths[1] > 3 * lengths[0]
        # Dots weigh more as they lie on disk than as they are coded for a call.
        assert abs(first - lengths[0]) < 0.1 * lengths[0] and abs(second - lengths[1]) < 0.3 * lengths[1]
        database, job = service.store.database, schema.job
        database.run(update(job).where(job.c.id == heavy_job).values(confirmed=1))
        assert standing(service).queued == first + second // 2
        # Handed in before there was a limit: fifteen seconds and twenty-five for each page that is left.
        database.run(update(job).values(milliseconds_estimate=0))
        assert standing(service).queued == 40_000 + 40_000


@async_test
async def test_a_call_is_estimated_by_those_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number to which calls took thrice as long is called for as long again; for many, all calls are looked at."""
    script(tmp_path, {TO: ["ok"]})
    clock, path = Calendar(), document(tmp_path)
    async with running(tmp_path, limited(tmp_path, TIME), clock=clock) as (service, _listener):
        await submit(service, path, send_at=clock.later)
        before = standing(service).queued
        slow = PastCall(2000, 2, 3 * before / 1000, 14400, "MMR", True)
        monkeypatch.setattr(service.store.past_calls, "list_there", lambda _number: [slow])
        await submit(service, path, send_at=clock.later)
        alone = standing(service).queued - before
        assert alone > 2 * before
        await send_to_many(service, tmp_path, "number\n0199000003\n0199000004\n", send_at=clock.later)
        assert standing(service).queued - before - alone == 2 * before
        monkeypatch.setattr(service.store.past_calls, "list_newest", lambda: [slow])
        await send_to_many(service, tmp_path, "number\n0199000003\n0199000004\n", send_at=clock.later)
        assert standing(service).queued == before + alone + 2 * before + 2 * alone


@async_test
async def test_a_limit_that_does_not_block_is_shown_only(tmp_path: Path) -> None:
    clock, path = Calendar(), document(tmp_path)
    async with running(tmp_path, limited(tmp_path, pages(3, blocks=False)), clock=clock) as (service, _listener):
        for _fax in range(2):
            await submit(service, path, send_at=clock.later)
        assert shares(standing(service)) == (0, 4, 0, LimitLevel.WARNED)


@async_test
async def test_the_administrator_lifts_a_limit_for_the_rest_of_the_month(tmp_path: Path) -> None:
    clock, path = Calendar(), document(tmp_path)
    async with running(tmp_path, limited(tmp_path, pages(2)), clock=clock) as (service, _listener):
        await submit(service, path, send_at=clock.later)
        await refusal(submit(service, path))
        service.bill_limits.lift("root", LimitLift("Pages", "2", "the great mailing", person=ME))
        assert (standing(service).bound, standing(service).lifted) == (4, 2)
        await submit(service, path, send_at=clock.later)
        await refusal(submit(service, path))
        assert standing(service, OTHER).lifted == 0
        clock.turn_month()
        assert (standing(service).bound, standing(service).lifted) == (2, 0)


@async_test
async def test_a_lift_that_cannot_be_is_refused(tmp_path: Path) -> None:
    budgets = (BudgetConfig("A", "a"),)
    limits = (pages(2), LimitConfig("A's", Counted.PAGES, 5, payer="A"))
    async with running(tmp_path, limited(tmp_path, *limits, budgets=budgets)) as (service, _listener):
        for lift, problem in (
            (LimitLift("None", "2", "why", person=ME), "There is no limit “None”."),
            (LimitLift("Pages", "2", "why"), "The limit “Pages” is for each person"),
            (LimitLift("Pages", "2", "why", person="nobody at all"), "This machine has no user “nobody at all”."),
            (LimitLift("Pages", "2", "why", payer="A"), "The limit “Pages” is for each person"),
            (LimitLift("Pages", "2", " ", person=ME), "Say why the limit is lifted"),
            (LimitLift("A's", "2", "why", person=ME), "The limit “A's” is for A."),
            (LimitLift("A's", "2", "why", payer="B"), "The limit “A's” is for A."),
            *(
                (LimitLift("Pages", text, "why", person=ME), f"“{text}” is not how much")
                for text in ("0", "-1", "many", "1.5", "NaN", "1e400", "1e-400")
            ),
        ):
            with pytest.raises(ApiError, match=problem):
                service.bill_limits.lift("root", lift)
        service.bill_limits.lift("root", LimitLift("A's", "1", "why"))
        assert [each.lifted for each in service.bill_limits.list_own(ME)] == [0, 1]


def test_sums_that_are_kept_are_those_of_the_ledger(tmp_path: Path) -> None:
    """Calls come, and a correction says of one that it was another's."""
    desk = Desk(tmp_path)
    store, kept = desk.store, desk.store.limit_sums
    span = Span("2000-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z")

    def compare(*expected: Used) -> None:
        for sums in (kept, LimitSums(store.database)):
            found = [sums.sum_used(Whose.PERSON, [name], span) for name in ("anne", "bob")]
            found += [sums.sum_used(Whose.PAYER, ["A"], span), sums.sum_used(Whose.PERSON, ["anne", "bob"], span)]
            assert found == list(expected)

    compare(Used(), Used(), Used(), Used())
    row = desk.call(2, payer="A")
    desk.call(1, "bob")
    compare(Used(2, 20_000, 500_000), Used(1, 20_000, 250_000), Used(2, 20_000, 500_000), Used(3, 40_000, 750_000))
    with store.transaction():
        # A worker's report that was found later says that one page more was confirmed.
        store.calls.end(row.call, CallReport(outcome=Outcome.OK, sent=3, confirmed=3, seconds=20.0))
        store.ledger.add_call(row.call)
    compare(Used(3, 20_000, 750_000), Used(1, 20_000, 250_000), Used(3, 20_000, 750_000), Used(4, 40_000, 1_000_000))
    store.close()
