# SPDX-License-Identifier: GPL-3.0-or-later
"""A limit that is nearly used up is news: for whoever hands a fax in, and for the owner of the budget line that pays;
once in its period, by their programs and by mail.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from faxcore.config import BudgetConfig, LimitConfig
from faxcore.contract.limited import Counted, LimitWarning
from faxcore.service import FaxService
from tests.service.test_bill_limits import TO, Calendar, limited, pages, refusal
from tests.service.test_broadcasts import send_to_many
from tests.service.test_mail import ANNE, mailing, nothing_waits, text_of
from tests.support.rude_smtp import RudeServer
from tests.support.service_parts import ME, OTHER, Listener, document, running, script, submit
from tests.support.waiting import async_test


def warnings(listener: Listener) -> list[tuple[str, str]]:
    """Who was told what."""
    return [(person, str(news.sentence)) for person, _name, news in listener.heard if isinstance(news, LimitWarning)]


def said(taken: int, bound: int, day: str = "2026-11-30") -> str:
    return f"{taken} of {bound} of the limit “Pages” are used or queued until {day}, in pages."


async def hand_in(service: FaxService, folder: Path, clock: Calendar, times: int = 1, **order: Any) -> list[str]:
    return [await submit(service, document(folder), send_at=clock.later, **order) for _time in range(times)]


async def cancel(service: FaxService, jobs: list[str]) -> None:
    for job in jobs:
        await service.api.cancel_job(ME, job)


@async_test
async def test_a_person_is_warned_once_in_a_month(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    clock = Calendar()
    async with running(tmp_path, limited(tmp_path, pages(10)), clock=clock) as (service, listener):
        jobs = await hand_in(service, tmp_path, clock, 3)
        assert warnings(listener) == []
        jobs += await hand_in(service, tmp_path, clock)
        assert warnings(listener) == [(ME, said(8, 10))]
        jobs += await hand_in(service, tmp_path, clock)
        await refusal(submit(service, document(tmp_path)))
        await cancel(service, jobs)
        jobs = await hand_in(service, tmp_path, clock, 4)
        assert len(warnings(listener)) == 1, "not again, whatever was cancelled"
        await cancel(service, jobs)
        clock.turn_month()
        await hand_in(service, tmp_path, clock, 4)
        assert warnings(listener)[1:] == [(ME, said(8, 10, "2026-12-31"))]


@async_test
async def test_the_owner_of_a_budget_line_is_warned_too(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    clock, budget = Calendar(), BudgetConfig("A", "Legal advice", owner=OTHER)
    config = limited(tmp_path, pages(10, payer="A"), budgets=(budget, replace(budget, code="B")))
    async with running(tmp_path, config, clock=clock) as (service, listener):
        await hand_in(service, tmp_path, clock, 3, payer="A")
        await hand_in(service, tmp_path, clock, 3, payer="B")
        assert warnings(listener) == []
        await hand_in(service, tmp_path, clock, 2, payer="A")
        assert sorted(warnings(listener)) == sorted([(ME, said(8, 10)), (OTHER, said(8, 10))])


@async_test
async def test_a_limit_that_does_not_block_warns_of_more_than_there_is(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    clock = Calendar()
    async with running(tmp_path, limited(tmp_path, pages(3, blocks=False)), clock=clock) as (service, listener):
        await hand_in(service, tmp_path, clock, 3)
        assert warnings(listener) == [(ME, said(4, 3))]


@async_test
async def test_what_is_refused_warns_of_nothing(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    clock = Calendar()
    limits = (pages(10), LimitConfig("Few", Counted.PAGES, 9))
    async with running(tmp_path, limited(tmp_path, *limits), clock=clock) as (service, listener):
        names = "number\n" + "".join(f"019900000{number}\n" for number in range(5))
        await refusal(send_to_many(service, tmp_path, names, send_at=clock.later))
        assert warnings(listener) == []
        await send_to_many(service, tmp_path, "number\n" + names.split("\n", 2)[2], send_at=clock.later)
        assert warnings(listener)[0] == (ME, said(8, 10)) and len(warnings(listener)) == 2


def test_a_warning_comes_by_mail_and_waits_for_who_does_not_listen(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    clock = Calendar()

    async def main() -> None:
        config = limited(tmp_path, pages(2), persons=mailed.persons, mail=mailed.mail)
        async with running(tmp_path, config, clock=clock) as (service, _listener):
            await hand_in(service, tmp_path, clock)
            await nothing_waits(service)
        async with running(tmp_path, config, clock=clock) as (service, _listener):
            await nothing_waits(service)

    with RudeServer() as server:
        mailed = mailing(tmp_path, server, news=("limits",))
        asyncio.run(main())
    (mail,) = server.taken
    assert mail["To"] == ANNE and mail["Subject"] == "Limit “Pages”"
    assert said(2, 2) in text_of(mail) and "faxctl limits" in text_of(mail)
