# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person removes from the bin for good: gone from their lists, kept as long as others and the rules keep it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from faxcore.api.api_error import ApiError
from faxcore.config import Config, NumberConfig, PersonConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.service import FaxService
from tests.support.service_parts import ME, OTHER, configured, document, running, script, submit
from tests.support.waiting import async_test

TO = "0199000002"
RING = {"line-1": {"pages": 1, "end": "ok", "called": "0199000001"}}


def shared(folder: Path) -> Config:
    """A configuration in which one number is mine and somebody else's."""
    config = configured(folder)
    lines = (replace(config.lines[0], numbers=(NumberConfig("0199000001", (ME, OTHER)),)),)
    return replace(config, lines=lines, persons=(PersonConfig(OTHER),))


async def listed(service: FaxService, person: str = ME, **query: object) -> list[str]:
    page = await service.api.list_faxes(person, FaxQuery(**query))  # type: ignore[arg-type]
    return [each.id for each in (*page.jobs, *page.receptions)]


async def refused(service: FaxService, fax: str, person: str = ME) -> ErrorCode:
    with pytest.raises(ApiError) as error:
        await service.api.remove_fax(person, fax)
    return error.value.code


@async_test
async def test_a_sent_fax_is_in_no_list_any_more_and_goes_by_the_rule_of_the_bin(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    async with running(tmp_path) as (service, listener):
        job = await submit(service, document(tmp_path), subject="Roof")
        await listener.until_job(job, "done")
        assert await refused(service, job) is ErrorCode.STATE
        await service.api.bin_fax(ME, job)
        assert await refused(service, job, OTHER) is ErrorCode.UNKNOWN
        await service.api.remove_fax(ME, job)
        for query in ({}, {"folder": Folder.BIN}, {"words": "roof"}, {"folder": Folder.BIN, "words": "roof"}):
            assert await listed(service, **query) == []
        assert await service.api.list_jobs(ME) == []
        assert sum(each.faxes for each in await service.api.count_folders(ME)) == 0
        for again in (service.api.restore_fax, service.api.bin_fax, service.api.remove_fax):
            with pytest.raises(ApiError) as gone:
                await again(ME, job)
            assert gone.value.code is ErrorCode.UNKNOWN
        assert service.store.retention.empty_bins(1) == 0, "its days in the bin are not over"
        assert service.store.jobs.get(job) is not None
        assert service.store.retention.empty_bins(0) == 1
        assert service.store.jobs.get(job) is None


@async_test
async def test_a_received_fax_stays_as_long_as_another_owner_has_it(tmp_path: Path) -> None:
    script(tmp_path, ring=RING)
    async with running(tmp_path, shared(tmp_path)) as (service, listener):
        (fax,) = await listener.until_arrived(1)
        await service.api.mark_fax(ME, fax.id, True)
        await service.api.bin_fax(ME, fax.id)
        await service.api.remove_fax(ME, fax.id)
        assert await listed(service) == [] and await service.api.list_receptions(ME) == []
        (theirs,) = await service.api.list_receptions(OTHER)
        assert [mark.person for mark in theirs.read_by] == [ME], "who has read it is known still"
        assert service.store.retention.empty_bins(0) == 0
        await service.api.bin_fax(OTHER, fax.id)
        assert await listed(service, OTHER, folder=Folder.BIN) == [fax.id]
        assert service.store.retention.empty_bins(0) == 1
        assert service.store.receptions.get(fax.id) is None
