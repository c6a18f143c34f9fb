# SPDX-License-Identifier: GPL-3.0-or-later
"""The payer of a fax: judged when it is handed in, kept with it, and in the ledger with the price that they have.

We charge 0.25 for a page, with 20 % VAT of each call.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from faxcore.api.api_error import ApiError
from faxcore.config import BillingConfig, BudgetConfig, Config, CustomerConfig, NamedPeople, SendingRule
from faxcore.contract.bus import ErrorCode
from faxcore.contract.ledgered import LedgerSeal
from faxcore.contract.order import JobChange, Order
from faxcore.contract.paying import PayerChoice, PayerKind
from faxcore.service import FaxService
from faxcore.store import schema
from tests.service.test_broadcasts import send_to_many
from tests.service.test_desk import printed
from tests.service.test_prices import OURS, priced, text_of, until_rows
from tests.support.service_parts import ME, OTHER, Gate, administrator, configured, document, running, script, submit
from tests.support.waiting import async_test

NEAR, FAR = "0199000002", "0299000003"
LATER = (datetime.now(UTC) + timedelta(days=2)).isoformat()
MINE, OTHERS = NamedPeople((ME,)), NamedPeople((OTHER,))
OVER, TO_COME = date(2000, 1, 1), date(2999, 1, 1)
BUDGETS = (
    BudgetConfig("ALL", "Everybody's"),
    BudgetConfig("OTHERS", "Another's", users=OTHERS),
    BudgetConfig("OLD", "Last year", valid_until=OVER),
    BudgetConfig("NEW", "Next year", valid_from=TO_COME),
)
DEFAULT = BudgetConfig("MINE", "My own", default_for=MINE)
FAR_RULE = SendingRule("Far", destinations=("+332",), payer="OTHERS")


def paying(folder: Path, *more: BudgetConfig, **changes: Any) -> Config:
    """A configuration with these budget lines, and these more."""
    return configured(folder, **({"budgets": (*BUDGETS, *more), "rules": (FAR_RULE,)} | changes))


async def refusal(work: Awaitable[Any]) -> str:
    with pytest.raises(ApiError) as error:
        await work
    assert error.value.code is ErrorCode.BAD_ORDER
    return str(error.value.sentence)


def list_payers(service: FaxService) -> list[str]:
    """The payers of all jobs, oldest first."""
    table = schema.job
    return [row.payer for row in service.store.database.rows(select(table.c.payer).order_by(table.c.id))]


def count_documents(service: FaxService) -> int:
    return service.store.database.count(schema.document) + len(os.listdir(service.store.documents.folder))


@async_test
async def test_a_customer_is_charged_for_what_was_sent_in_their_name(tmp_path: Path) -> None:
    own = text_of("special", OURS.replace("per_page = 0.25", "per_page = 0.40"))
    customers = (CustomerConfig("OWN", "x", tariff=own), CustomerConfig("MORE", "x", markup=Decimal(10)))
    script(tmp_path, {NEAR: ["busy", "ok"]})
    config = priced(tmp_path, customers=customers, budgets=BUDGETS)
    async with running(tmp_path, config) as (service, listener):
        for payer in ("OWN", "MORE", "ALL", ""):
            job = await submit(service, document(tmp_path), payer=payer)
            assert (await listener.until_job(job, "done")).payer == payer
        rows = await until_rows(service.store, 5)
        assert [(row.outcome, row.payer, row.sale_tariff, row.sale_net) for row in rows] == [
            ("busy", "OWN", "special", 0),
            ("ok", "OWN", "special", 800_000),
            ("ok", "MORE", "ours", 550_000),
            ("ok", "ALL", "ours", 500_000),
            ("ok", "", "ours", 500_000),
        ]
        assert service.sealing.check(LedgerSeal()).findings == ()


@async_test
async def test_a_payer_that_may_not_be_chosen_is_refused_and_nothing_is_queued(tmp_path: Path) -> None:
    async with running(tmp_path, paying(tmp_path)) as (service, _listener):
        before = count_documents(service)
        for payer, sentence in (
            ("NONE", "There is no payer “NONE”: “faxctl payers” lists yours."),
            ("OTHERS", "“OTHERS” does not pay for your faxes: “faxctl payers” lists who does."),
            ("OLD", "“OLD” (Last year) has paid for faxes until 2000-01-01: choose another payer."),
            ("NEW", "“NEW” (Next year) pays for no fax before 2999-01-01: choose another payer."),
        ):
            path = document(tmp_path)
            assert await refusal(submit(service, path, payer=payer)) == sentence
            assert await refusal(send_to_many(service, tmp_path, payer=payer)) == sentence
            assert await refusal(service.api.fetch_document(ME, Order(number=NEAR, payer=payer))) == sentence
            assert await refusal(printed(service, path, number=NEAR, payer=payer)) == sentence
            assert await refusal(printed(service, path, payer=payer)) == sentence
        assert await service.api.list_jobs(ME) == [] == await service.api.list_drafts(ME)
        assert count_documents(service) == before


@async_test
async def test_a_rule_comes_before_a_default_and_the_sender_before_both(tmp_path: Path) -> None:
    script(tmp_path, {NEAR: ["ok"], FAR: ["ok"]})
    async with running(tmp_path, paying(tmp_path, DEFAULT)) as (service, _listener):
        for number, payer in ((NEAR, ""), (FAR, ""), (FAR, "ALL")):
            await submit(service, document(tmp_path), number, payer=payer, send_at=LATER)
        await service.api.fetch_document(ME, Order(number=NEAR, send_at=LATER))
        assert list_payers(service) == ["MINE", "OTHERS", "ALL", "MINE"]


@async_test
async def test_where_a_payer_is_required_a_fax_without_one_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path, paying(tmp_path, billing=BillingConfig(payer_required=True))) as (service, _listener):
        path = document(tmp_path)
        assert (await refusal(submit(service, path))).startswith("This fax needs a payer")
        assert (await refusal(send_to_many(service, tmp_path))).startswith("This fax needs a payer")
        assert (await refusal(printed(service, path, number=NEAR))).startswith("This fax needs a payer")
        # Its sender may still say who pays.
        kind, draft = await printed(service, path)
        assert kind == "draft"
        assert (await refusal(service.api.submit_draft(ME, draft, Order(number=NEAR)))).startswith("This fax needs")
        await service.api.submit_draft(ME, draft, Order(number=NEAR, payer="ALL", send_at=LATER))
        far = await submit(service, path, FAR, send_at=LATER)
        moved = service.api.change_job(ME, far, JobChange(number=NEAR))
        assert (await refusal(moved)).startswith("This fax needs a payer"), "the rule is not for that number"
        assert list_payers(service) == ["ALL", "OTHERS"]


@async_test
async def test_what_is_in_the_queue_is_paid_by_whom_it_was_handed_in_under(tmp_path: Path) -> None:
    """Although the budget line has expired, or gone, and a payer is required."""
    script(tmp_path, {NEAR: ["ok"]})
    config = priced(tmp_path, budgets=BUDGETS)
    async with running(tmp_path, config) as (service, listener):
        job = await submit(service, document(tmp_path), payer="ALL", send_at=LATER)
        expired = (replace(BUDGETS[0], valid_until=OVER), *BUDGETS[1:])
        billing = replace(config.billing, payer_required=True)
        assert service.take_on(replace(config, budgets=expired, billing=billing)) == ("billing", "budget")
        await refusal(submit(service, document(tmp_path), payer="ALL"))
        service.take_on(replace(config, budgets=BUDGETS[1:], billing=billing))
        await service.api.change_job(ME, job, JobChange(send_at=""))
        await listener.until_job(job, "done")
        (row,) = await until_rows(service.store, 1)
        assert (row.payer, row.sale_net) == ("ALL", 500_000)


@async_test
async def test_a_fax_that_is_sent_again_is_paid_by_the_same(tmp_path: Path) -> None:
    """If they may still be chosen; else it is as if nobody was."""
    config = paying(tmp_path, DEFAULT)
    script(tmp_path, {NEAR: ["ok"]})
    async with running(tmp_path, config) as (service, listener):
        job = await submit(service, document(tmp_path), payer="ALL")
        await listener.until_job(job, "done")
        again = Order(send_at=LATER)
        await service.api.send_again(ME, job, again)
        await service.api.send_again(ME, job, replace(again, payer="MINE"))
        await refusal(service.api.send_again(ME, job, replace(again, payer="OLD")))
        service.take_on(replace(config, budgets=(*BUDGETS[1:], DEFAULT)))
        await service.api.send_again(ME, job, again)
        assert list_payers(service) == ["ALL", "ALL", "MINE", "MINE"]


@async_test
async def test_each_fax_of_a_broadcast_has_its_payer(tmp_path: Path) -> None:
    listed = f"number\n{NEAR}\n{FAR}\n0199000004\n"
    async with running(tmp_path, paying(tmp_path, DEFAULT)) as (service, _listener):
        await send_to_many(service, tmp_path, listed, send_at=LATER)
        assert list_payers(service) == ["MINE", "OTHERS", "MINE"]
        await send_to_many(service, tmp_path, listed, send_at=LATER, payer="ALL")
        assert list_payers(service)[3:] == ["ALL"] * 3


@async_test
async def test_a_draft_has_the_payer_that_was_chosen_when_it_was_printed(tmp_path: Path) -> None:
    config = paying(tmp_path, DEFAULT)
    async with running(tmp_path, config) as (service, _listener):
        drafts = []
        for title in "abc":
            _kind, draft = await printed(service, document(tmp_path), title=title, key=title, payer="ALL")
            drafts.append(draft)
        assert [draft.payer for draft in await service.api.list_drafts(ME)] == ["ALL"] * 3
        to = Order(number=FAR, send_at=LATER)
        await service.api.submit_draft(ME, drafts[0], to)
        await service.api.submit_draft(ME, drafts[1], replace(to, payer="MINE"))
        assert list_payers(service) == ["ALL", "MINE"]
        service.take_on(replace(config, budgets=(*BUDGETS[1:], DEFAULT)))
        assert await refusal(service.api.submit_draft(ME, drafts[2], to)) == (
            "There is no payer “ALL”: “faxctl payers” lists yours."
        )
        assert [draft.id for draft in await service.api.list_drafts(ME)] == [drafts[2]]


@async_test
async def test_a_print_job_names_its_payer(tmp_path: Path) -> None:
    """One that is handed over again is the same fax, also when its payer has gone meanwhile."""
    config = paying(tmp_path)
    async with running(tmp_path, config) as (service, _listener):
        path, claim = document(tmp_path), {"number": NEAR, "key": "urn:uuid:1", "payer": "ALL", "send_at": LATER}
        first = await printed(service, path, **claim)
        service.take_on(replace(config, budgets=BUDGETS[1:]))
        assert await printed(service, path, **claim) == first
        assert list_payers(service) == ["ALL"]


@async_test
async def test_another_payer_while_it_waits(tmp_path: Path) -> None:
    async with running(tmp_path, paying(tmp_path, DEFAULT)) as (service, _listener):
        jobs = [await submit(service, document(tmp_path), NEAR, send_at=LATER, payer=payer) for payer in ("", "ALL")]
        for job in jobs:
            await refusal(service.api.change_job(ME, job, JobChange(payer="OLD")))
            await service.api.change_job(ME, job, JobChange(number=FAR))
        assert list_payers(service) == ["OTHERS", "ALL"], "who was chosen stays, the rule's comes with the number"
        for payer, payers in (("MINE", ["MINE", "MINE"]), ("", ["OTHERS", "OTHERS"])):
            for job in jobs:
                await service.api.change_job(ME, job, JobChange(payer=payer))
            assert list_payers(service) == payers


@async_test
async def test_another_payer_in_a_call_pays_for_the_next_one(tmp_path: Path) -> None:
    script(tmp_path, {NEAR: ["ok-slow"]})
    gate = Gate(tmp_path)
    async with running(tmp_path, paying(tmp_path)) as (service, listener):
        job = await submit(service, document(tmp_path), payer="ALL")
        await listener.until_dialling(job)
        await service.api.change_job(ME, job, JobChange(payer=""))
        changed = service.store.jobs.get(job)
        assert changed is not None and (changed.payer, changed.wish) == ("", None), "nothing is left to be done later"
        gate.let_through()
        assert (await listener.until_job(job, "done")).payer == ""
        (row,) = await until_rows(service.store, 1)
        assert row.payer == "ALL"
    gate.close()


@async_test
async def test_everybody_sees_who_may_pay_for_their_faxes(tmp_path: Path) -> None:
    config = paying(tmp_path, DEFAULT, customers=(CustomerConfig("C-1", "Lenoir", valid_until=TO_COME),))
    async with running(tmp_path, config) as (service, _listener):
        budget = PayerKind.BUDGET
        mine = await service.api.list_payers(ME)
        assert mine == [
            PayerChoice("ALL", "Everybody's", budget),
            PayerChoice("C-1", "Lenoir", PayerKind.CUSTOMER, valid_until="2999-01-01"),
            PayerChoice("MINE", "My own", budget, is_default=True),
        ]
        theirs = [(each.code, each.is_default) for each in await service.api.list_payers(OTHER)]
        assert theirs == [("ALL", False), ("C-1", False), ("MINE", False), ("OTHERS", False)]
        all_of_them = await administrator(service).list_all_payers(ME)
        assert [each.code for each in all_of_them] == ["ALL", "C-1", "MINE", "NEW", "OLD", "OTHERS"]
        assert all_of_them[3].valid_from == "2999-01-01"
