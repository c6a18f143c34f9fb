# SPDX-License-Identifier: GPL-3.0-or-later
"""One person hands in so many faxes an hour at most (P22): a stolen account does not empty a purse overnight."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import Claim, ErrorCode, Handover, Order
from tests.support.service_parts import ME, OTHER, configured, document, running, script, submit

TO = "0199000002"


class SetClock:
    """A clock that goes on when it is told."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_person_hands_in_so_many_faxes_an_hour_and_others_theirs(tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path)
        clock, pages = SetClock(), document(tmp_path)
        limited = replace(config, queue=replace(config.queue, max_faxes_per_hour=3))
        async with running(tmp_path, limited, clock=clock) as (service, _listener):
            jobs = [await submit(service, pages, TO, key=str(number)) for number in range(3)]
            with pytest.raises(
                ApiError, match=r"You have sent 3 faxes within an hour, .*max_faxes_per_hour"
            ) as refused:
                await submit(service, pages, TO)
            assert refused.value.code is ErrorCode.TOO_MANY
            assert [each.id for each in await service.api.list_jobs(ME)] == jobs[::-1]
            assert len(list(service.store.documents.folder.iterdir())) == 6, "pages and original of three, and no more"
            # The same hand-over once more is the same fax, and nobody else is kept from theirs.
            assert await submit(service, pages, TO, key="2") == jobs[2]
            await submit(service, pages, TO, OTHER)
            clock.now += timedelta(minutes=59)
            with pytest.raises(ApiError):
                await submit(service, pages, TO)
            clock.now += timedelta(minutes=2)
            await submit(service, pages, TO)

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())


def test_drafts_and_print_jobs_count_too(tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path)
        pages = document(tmp_path)
        limited = replace(config, queue=replace(config.queue, max_faxes_per_hour=1))
        async with running(tmp_path, limited) as (service, _listener):

            async def handed_in(**claim: str) -> Handover:
                with pages.open("rb") as file:
                    return await service.api.submit("lp", file.fileno(), file.fileno(), Claim(user=ME, **claim))

            draft = (await handed_in()).id
            await submit(service, pages, TO)
            with pytest.raises(ApiError) as printed:
                await handed_in(number=TO)
            with pytest.raises(ApiError) as sent:
                await service.api.submit_draft(ME, draft, Order(number=TO))
            assert printed.value.code is sent.value.code is ErrorCode.TOO_MANY
            assert [each.id for each in await service.api.list_drafts(ME)] == [draft], "it waits for a better time"

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())
