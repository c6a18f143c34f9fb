# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax that is sent again without being printed again."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order
from faxcore.model.job import State
from faxcore.service import FaxService
from tests.support.service_parts import ME, OTHER, Gate, configured, document, log, running, script, submit

TO, ELSEWHERE = "0199000002", "0199000007"


async def resend(service: FaxService, job: str, number: str = "", **order: str) -> str:
    return await service.api.send_again(ME, job, Order(number=number, **order))


async def refused(work: Any) -> ErrorCode:
    with pytest.raises(ApiError) as error:
        await work
    return error.value.code


def test_a_fax_goes_again_to_the_same_recipient_and_to_another(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            first = await submit(
                service, document(tmp_path), f"{TO}#47", subject="Roof", role="Roofer", department="Roofs"
            )
            await listener.until_job(first, "done")
            again = await resend(service, first)
            other = await resend(service, first, ELSEWHERE, last_name="Dupont", subject="Copy")
            for job in (again, other):
                await listener.until_job(job, "done")
            rows = {job: service.store.jobs.get(job) for job in (first, again, other)}
            before, same, copy = (rows[job] for job in (first, again, other))
            assert before is not None and same is not None and copy is not None
            assert (same.recipient, same.subject, same.title) == (before.recipient, "Roof", before.title)
            assert (same.destination, same.sub_address) == (before.destination, "47")
            assert same.recipient.department == "Roofs" and copy.department == ""
            assert (copy.last_name, copy.role, copy.subject, copy.sub_address) == ("Dupont", "", "Copy", "")
            assert before.document == same.document == copy.document
            assert (before.state, before.tries, before.confirmed) == (State.DONE, 1, 2), "it is what it was"

    script(tmp_path, {TO: ["ok"], ELSEWHERE: ["ok"]})
    asyncio.run(main())
    assert sorted(line for line in log(tmp_path) if line.startswith("complete")) == [
        f"complete {TO}",
        f"complete {TO}",
        f"complete {ELSEWHERE}",
    ]


def test_a_fax_that_has_not_ended_goes_to_others_only(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            for number in ("", TO, "+33 1 99 00 00 02"):
                assert await refused(resend(service, job, number)) is ErrorCode.STATE
            assert await refused(service.api.send_again(OTHER, job, Order())) is ErrorCode.UNKNOWN
            assert await refused(resend(service, job, "112")) is ErrorCode.BAD_NUMBER
            assert await refused(resend(service, job, ELSEWHERE, header="none")) is ErrorCode.BAD_ORDER
            copy = await resend(service, job, ELSEWHERE, key="mine")
            assert await resend(service, job, ELSEWHERE, key="mine") == copy
            assert len(await service.api.list_jobs(ME)) == 2
            gate.let_through()
            for each in (job, copy):
                await listener.until_job(each, "done")

    gate = Gate(tmp_path)
    script(tmp_path, {TO: ["ok-slow"], ELSEWHERE: ["ok"]})
    asyncio.run(main())
    gate.close()


def test_an_uncertain_fax_is_decided_before_it_goes_again(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_job(job, "uncertain")
            assert await refused(resend(service, job)) is ErrorCode.STATE

    script(tmp_path, {TO: ["unconfirmed"]})
    asyncio.run(main())


def test_a_fax_sent_again_keeps_its_document_when_the_first_is_removed(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_job(job, "done")
            at = (datetime.now(UTC) + timedelta(days=3)).isoformat()
            later = await resend(service, job, send_at=at)
            assert service.store.retention.remove_jobs([State.DONE], 0) == 1
            assert await refused(resend(service, job)) is ErrorCode.UNKNOWN
            now = await resend(service, later, ELSEWHERE)
            await listener.until_job(now, "done")

    script(tmp_path, {TO: ["ok"], ELSEWHERE: ["ok"]})
    asyncio.run(main())


def test_sending_again_counts_like_sending(tmp_path: Path) -> None:
    """A hundred times the same document is a hundred calls."""

    async def main() -> None:
        config = configured(tmp_path)
        limited = replace(config, queue=replace(config.queue, max_faxes_per_hour=3))
        async with running(tmp_path, limited) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_job(job, "done")
            for _each in range(2):
                await resend(service, job, send_at=(datetime.now(UTC) + timedelta(days=1)).isoformat())
            assert await refused(resend(service, job)) is ErrorCode.TOO_MANY

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())
