# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers that people make for their own faxes: whose they are, what they may say, and what a fax keeps of them."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from faxcore.api import header_book
from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery
from faxcore.contract.order import JobChange, Order, OwnHeader
from faxcore.document.compose import compose
from faxcore.document.tiff import read_pages
from faxcore.model.header import SHIPPED, Header
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import literal
from faxcore.service import FaxService
from tests.service.test_desk import printed
from tests.support.service_parts import ME, OTHER, configured, document, running, script, submit
from tests.support.waiting import async_test

SURGERY = OwnHeader(name="Surgery", heading="Dr Petit", sender=("2, rue Hugo", "Orsay"), cover=True, message="Hello,")


async def refuse(work: object, code: ErrorCode) -> None:
    with pytest.raises(ApiError) as refused:
        await work  # type: ignore[misc]
    assert refused.value.code is code


@async_test
async def test_a_header_of_ones_own_is_kept_changed_and_removed(tmp_path: Path, database: str) -> None:
    async with running(tmp_path) as (service, _listener):
        api = service.api
        kept = await api.save_header(ME, SURGERY)
        assert kept == replace(SURGERY, id=kept.id)
        second = await api.save_header(ME, OwnHeader(name="At home"))
        assert [each.id for each in await api.headers(ME)] == [*(each.id for each in SHIPPED), kept.id, second.id]
        (*_offered, own, _second) = await api.headers(ME)
        assert (own.own, own.cover, own.message) == (True, True, "Hello,")
        changed = await api.save_header(ME, replace(kept, heading="Dr Zola", sender=(), cover=False))
    async with running(tmp_path) as (service, _listener):
        assert await service.api.list_own_headers(ME) == [changed, second]
        await service.api.remove_header(ME, kept.id)
        assert await service.api.list_own_headers(ME) == [second]
        await refuse(service.api.remove_header(ME, kept.id), ErrorCode.UNKNOWN)


@async_test
async def test_nobody_sees_changes_or_uses_the_header_of_another(tmp_path: Path) -> None:
    script(tmp_path, dial={"0199000002": ["ok"]})
    async with running(tmp_path) as (service, _listener):
        api = service.api
        mine = await api.save_header(ME, SURGERY)
        assert await api.list_own_headers(OTHER) == []
        assert mine.id not in [each.id for each in await api.headers(OTHER)]
        await refuse(api.save_header(OTHER, replace(mine, heading="Taken")), ErrorCode.UNKNOWN)
        await refuse(api.remove_header(OTHER, mine.id), ErrorCode.UNKNOWN)
        await refuse(submit(service, document(tmp_path), person=OTHER, header=mine.id), ErrorCode.BAD_ORDER)
        assert await api.list_own_headers(ME) == [mine]


@async_test
async def test_what_it_says_is_made_harmless_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(header_book, "MOST_OWN", 2)
    async with running(tmp_path) as (service, _listener):
        api = service.api
        hostile = OwnHeader(name=" A\x07\u202eB\n ", heading="x" * 900, sender=("a\nb", " \x00 "), message="1\r\n2\x07")
        kept = await api.save_header(ME, hostile)
        assert "\x07" not in kept.name and "\u202e" not in kept.name and "\n" not in kept.name
        assert len(kept.heading) <= 200 and kept.message == "1\n2"
        assert len(kept.sender) == 1 and "\n" not in kept.sender[0]
        for wrong in (
            OwnHeader(name=" \x07"),
            OwnHeader(name="B", language="../en"),
            OwnHeader(name="B", logo="/etc/passwd"),
            OwnHeader(name="B", logo="cover"),
            OwnHeader(name="B", sender=("line",) * 9),
            OwnHeader(name=kept.name),
        ):
            await refuse(api.save_header(ME, wrong), ErrorCode.BAD_ORDER)
        await api.save_header(ME, OwnHeader(name="B"))
        await refuse(api.save_header(ME, OwnHeader(name="C")), ErrorCode.STATE)
        await api.save_header(ME, replace(kept, heading="One may still change it"))
        await api.save_header(OTHER, OwnHeader(name="C"))


@async_test
async def test_a_fax_keeps_the_header_that_it_was_given(tmp_path: Path) -> None:
    script(tmp_path, dial={"0199000002": ["ok", "ok"]})
    async with running(tmp_path) as (service, listener):
        api = service.api
        mine = await api.save_header(ME, SURGERY)
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        held = await submit(service, document(tmp_path, pages=1), header=mine.id, send_at=tomorrow)
        await change_to_and_fro(service, held, mine)
        await api.remove_header(ME, mine.id)
        await api.change_job(ME, held, JobChange(send_at=""))
        await listener.until_job(held, "done")
        assert find_header(service, held).heading == "Dr Petit"
        again = await api.send_again(ME, held, Order())
        assert find_header(service, again).id == SHIPPED[0].id, "what is gone cannot be chosen anew"


async def change_to_and_fro(service: FaxService, job: str, mine: OwnHeader) -> None:
    """The fax has two pages, and may have another header and this one again."""
    assert (await service.api.show_job(ME, job)).job.pages == 2
    await service.api.change_job(ME, job, JobChange(header=SHIPPED[0].id))
    assert (await service.api.show_job(ME, job)).job.pages == 1
    await service.api.change_job(ME, job, JobChange(header=mine.id))
    assert (await service.api.show_job(ME, job)).job.pages == 2


def find_header(service: FaxService, job: str) -> Header:
    found = service.store.jobs.get(job)
    assert found is not None
    return found.header


@async_test
async def test_a_draft_a_broadcast_and_a_print_job_go_out_with_it(tmp_path: Path) -> None:
    script(tmp_path, dial={"0199000002": ["ok", "ok"], "0199000003": ["ok"]})
    async with running(tmp_path) as (service, _listener):
        api = service.api
        mine = await api.save_header(ME, SURGERY)
        _kind, draft = await printed(service, document(tmp_path))
        job = await api.submit_draft(ME, draft, Order("0199000002", header=mine.id))
        _kind, draft = await printed(service, document(tmp_path))
        both = [Recipient("0199000002"), Recipient("0199000003")]
        broadcast = await api.submit_draft_to_many(ME, draft, both, Order(header=mine.id))
        one = (await api.list_faxes(ME, FaxQuery(broadcast=broadcast.id))).jobs[0].id
        kind, direct = await printed(service, document(tmp_path), number="0199000002", header=mine.id)
        assert kind == "job"
        assert {find_header(service, each).heading for each in (job, one, direct)} == {"Dr Petit"}


@async_test
async def test_the_preview_is_drawn_as_faxes_are_and_keeps_nothing(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("1", (60, 20)).save(logo)
    script(tmp_path)
    house = Header("house", literal("House"), cover="standard", logo=str(logo))
    config = replace(configured(tmp_path), headers=(house,))
    async with running(tmp_path, config, composer=compose) as (service, _listener):
        before = sorted(os.listdir(service.store.documents.folder))
        for header, pages in ((SURGERY, 2), (replace(SURGERY, cover=False), 1), (replace(SURGERY, logo="house"), 2)):
            with (tmp_path / "seen.tif").open("w+b") as out:
                told = await service.api.preview_header(ME, header, Order(subject="Rôle"), out.fileno())
                assert told.pages == pages == len(list(read_pages(out)))
        assert sorted(os.listdir(service.store.documents.folder)) == before
        assert await service.api.list_own_headers(ME) == []
