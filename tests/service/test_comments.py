# SPDX-License-Identifier: GPL-3.0-or-later
"""Comments on faxes: kept, found by searching, shared by the owners of a received fax."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faxcore.api.api_error import ApiError
from faxcore.config import Config, NumberConfig, PersonConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import LONGEST_COMMENT, FaxQuery
from faxcore.contract.order import JobChange
from faxcore.contract.received_fax import Assignment, ReceptionChange
from faxcore.service import FaxService
from faxcore.store.words import person_word
from tests.service.test_desk import printed
from tests.support.service_parts import ME, OTHER, configured, document, running, script, submit
from tests.support.waiting import async_test

THIRD = "a-third"


def shared(folder: Path) -> Config:
    """A configuration in which one number is mine and somebody else's."""
    config = configured(folder)
    lines = (replace(config.lines[0], numbers=(NumberConfig("0199000001", (ME, OTHER)),)),)
    return replace(config, lines=lines, persons=(PersonConfig(OTHER), PersonConfig(THIRD)))


async def found(service: FaxService, words: str, person: str = ME) -> list[str]:
    page = await service.api.list_faxes(person, FaxQuery(words=words))
    return [each.id for each in (*page.drafts, *page.jobs, *page.receptions)]


def tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


@async_test
async def test_the_owners_of_a_received_fax_share_a_comment_and_are_told(tmp_path: Path) -> None:
    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", "called": "0199000001"}})
    async with running(tmp_path, shared(tmp_path)) as (service, listener):
        (fax,) = await listener.until_arrived(1)
        api = service.api
        await listener.until(lambda person, name, _value: (person, name) == (OTHER, "ReceptionArrived"))
        listener.heard.clear()
        await api.comment_fax(ME, fax.id, "Rappeler Mme Œuvrard")
        told = [(person, value) for person, _name, value in listener.heard if isinstance(value, ReceptionChange)]
        assert [(person, value.reception.comment) for person, value in told] == [(OTHER, "Rappeler Mme Œuvrard")]
        for person in (ME, OTHER):
            assert await found(service, "oeuvrard", person) == [fax.id]
            assert [each.comment for each in await api.list_receptions(person)] == ["Rappeler Mme Œuvrard"]
            assert await found(service, fax.called, person) == [fax.id], "and by its own words still"
        await api.assign_reception(ME, Assignment(fax.id, (THIRD,)))
        assert await found(service, "oeuvrard", THIRD) == [fax.id] and await found(service, "oeuvrard") == []
        await api.comment_fax(OTHER, fax.id, "")
        for person in (OTHER, THIRD):
            assert await found(service, "oeuvrard", person) == []
            assert await found(service, fax.called, person) == [fax.id]
        assert [each.comment for each in await api.list_receptions(THIRD)] == [""]


@async_test
async def test_a_comment_on_a_job_outlives_its_changes_and_the_service(tmp_path: Path) -> None:
    script(tmp_path)
    async with running(tmp_path) as (service, listener):
        job = await submit(service, document(tmp_path), subject="Roof", send_at=tomorrow())
        listener.heard.clear()
        await service.api.comment_fax(ME, job, "bring the ladder\r\n\r\n\r\nroof")
        (told,) = [value for _person, name, value in listener.heard if name == "JobChanged"]
        assert told.comment == "bring the ladder\n\nroof"
        await service.api.change_job(ME, job, JobChange(number="0199000003"))
        assert await found(service, "ladder 01 99 00 00 03") == [job]
        assert await found(service, "01 99 00 00 02") == []
    async with running(tmp_path) as (service, _listener):
        assert (await service.api.show_job(ME, job)).job.comment == told.comment
        await service.api.comment_fax(ME, job, "tiles")
        assert (await found(service, "tiles"), await found(service, "ladder")) == ([job], [])
        assert await found(service, "roof") == [job], "the subject has it too"


@async_test
async def test_what_is_typed_is_cleaned_and_bounded(tmp_path: Path) -> None:
    script(tmp_path)
    async with running(tmp_path) as (service, _listener):
        job = await submit(service, document(tmp_path), send_at=tomorrow())
        for typed, kept in (
            ("\u202eevil\u202c \x1b[31mred\x00", "evil [31mred"),
            ("x" * 5000, "x" * LONGEST_COMMENT),
            ("' OR 1=1 -- \" *", "' OR 1=1 -- \" *"),
            (f"mine {person_word(ME)} yours", f"mine {person_word(ME)} yours"),
        ):
            await service.api.comment_fax(ME, job, typed)
            assert (await service.api.show_job(ME, job)).job.comment == kept
            assert await found(service, "martin") == [job]
        assert await found(service, "yours") == [job] and await found(service, "evil") == []


@async_test
async def test_a_stranger_comments_on_nothing_and_a_draft_is_no_fax(tmp_path: Path) -> None:
    script(tmp_path)
    async with running(tmp_path) as (service, _listener):
        job = await submit(service, document(tmp_path), send_at=tomorrow())
        _kind, draft = await printed(service, document(tmp_path))
        for person, fax, code in ((OTHER, job, ErrorCode.UNKNOWN), (ME, draft, ErrorCode.STATE)):
            with pytest.raises(ApiError) as refused:
                await service.api.comment_fax(person, fax, "forged")
            assert refused.value.code is code
        assert await found(service, "forged") == []
