# SPDX-License-Identifier: GPL-3.0-or-later
"""Drafts keep what has been typed for them, and go to one recipient or to many."""

import asyncio
from pathlib import Path

import pytest

from faxcore.api import kept_orders
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery
from faxcore.contract.order import Order
from faxcore.contract.printed import KeptOrder
from faxcore.contract.sent_fax import Broadcast
from faxcore.model.recipient import Recipient
from faxcore.service import FaxService
from tests.service.test_broadcasts import refused
from tests.service.test_desk import printed
from tests.support.service_parts import ME, OTHER, document, log, running, script

CLAIRE = Recipient("01 99 00 00 02", "Petit", "Claire", "cheffe de service", "CH d'Orsay", "Urgences")
LAB = Recipient("+33199000003", company="Lab Dupont")
TYPED = KeptOrder(Order(number="0199", subject="Compte rendu", header="cover"), (CLAIRE, LAB))


async def draft_of(service: FaxService, folder: Path) -> str:
    _kind, draft = await printed(service, document(folder))
    return draft


def test_what_was_typed_is_there_again_after_a_restart(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            draft = await draft_of(service, tmp_path)
            assert [each.kept for each in await service.api.list_drafts(ME)] == [KeptOrder()]
            await service.api.save_draft(ME, draft, TYPED)
        async with running(tmp_path) as (service, _listener):
            assert [(each.id, each.kept) for each in await service.api.list_drafts(ME)] == [(draft, TYPED)]
            (listed,) = (await service.api.list_faxes(ME, FaxQuery())).drafts
            assert listed.kept == TYPED
            await service.api.save_draft(ME, draft, KeptOrder())
            assert [each.kept for each in await service.api.list_drafts(ME)] == [KeptOrder()]

    asyncio.run(main())


def test_it_is_nobody_elses_and_not_endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            draft = await draft_of(service, tmp_path)
            await service.api.save_draft(ME, draft, TYPED)
            for api in (service.api.save_draft(OTHER, draft, KeptOrder()), service.api.save_draft(ME, "none", TYPED)):
                assert (await refused(api)).code is ErrorCode.UNKNOWN
            monkeypatch.setattr(kept_orders, "MOST_KEPT", 100)
            error = await refused(service.api.save_draft(ME, draft, TYPED))
            assert (error.code, "divide the list" in str(error)) == (ErrorCode.BAD_ORDER, True)
            assert [each.kept for each in await service.api.list_drafts(ME)] == [TYPED]

    asyncio.run(main())


def test_a_draft_goes_to_many_once(tmp_path: Path, database: str) -> None:
    async def main() -> Broadcast:
        async with running(tmp_path) as (service, listener):
            draft = await draft_of(service, tmp_path)
            # The same number twice is one recipient.
            to = [CLAIRE, LAB, Recipient("0033 1 99 00 00 02", "Again")]
            begun = await service.api.submit_draft_to_many(ME, draft, to, Order(subject="Roof"))
            assert (begun.recipients, begun.title, begun.subject) == (2, "A letter", "Roof")
            assert await service.api.list_drafts(ME) == []
            again = await service.api.submit_draft_to_many(ME, draft, to, Order())
            assert again.id == begun.id
            jobs = (await service.api.list_faxes(ME, FaxQuery(broadcast=begun.id))).jobs
            assert {(job.recipient, job.number) for job in jobs} == {
                ("Claire Petit", "01 99 00 00 02"),
                ("Lab Dupont", "01 99 00 00 03"),
            }
            for job in jobs:
                await listener.until_job(job.id, "done")
            return begun

    script(tmp_path, {"0199000002": ["ok"], "0199000003": ["ok"]})
    asyncio.run(main())
    assert sorted(line for line in log(tmp_path) if line.startswith("complete")) == [
        "complete 0199000002",
        "complete 0199000003",
    ]


def test_one_recipient_is_enough(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            draft = await draft_of(service, tmp_path)
            begun = await service.api.submit_draft_to_many(ME, draft, [CLAIRE], Order())
            (job,) = (await service.api.list_faxes(ME, FaxQuery(broadcast=begun.id))).jobs
            await listener.until_job(job.id, "done")

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_recipients_that_cannot_be_called_are_all_named_and_the_draft_stays(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            draft = await draft_of(service, tmp_path)
            await service.api.save_draft(ME, draft, TYPED)
            wrong = [CLAIRE, Recipient("abc", "Durand"), Recipient("15", company="SAMU")]
            error = await refused(service.api.submit_draft_to_many(ME, draft, wrong, Order()))
            assert error.code is ErrorCode.BAD_NUMBER
            assert [line.split(":")[0] for line in str(error).splitlines()[1:]] == ["Durand", "SAMU"]
            error = await refused(service.api.submit_draft_to_many(ME, draft, [], Order()))
            assert str(error) == "The fax has no recipients."
            error = await refused(service.api.submit_draft_to_many(ME, draft, [CLAIRE], Order(number="0199000002")))
            assert error.code is ErrorCode.BAD_ORDER
            for api in (service.api.submit_draft_to_many(OTHER, draft, [CLAIRE], Order()),):
                assert (await refused(api)).code is ErrorCode.UNKNOWN
            assert [each.kept for each in await service.api.list_drafts(ME)] == [TYPED]
            assert (await service.api.list_faxes(ME, FaxQuery())).jobs == ()

    asyncio.run(main())
