# SPDX-License-Identifier: GPL-3.0-or-later
"""Logos that people hand in for headers of their own: opened behind a wall, black and white, bounded, and theirs."""

from __future__ import annotations

import io
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order, OwnHeader
from faxcore.document.clean_logo import MOST_OCTETS
from faxcore.document.compose import compose
from faxcore.document.tiff import read_pages
from faxcore.model.page import Page
from faxcore.service import FaxService
from faxcore.store import own_logos
from tests.support.documents import pdf
from tests.support.service_parts import ME, OTHER, running, script
from tests.support.waiting import async_test

SURGERY = OwnHeader(name="Surgery", heading="Dr Petit", cover=True)


def picture(kind: str = "PNG", shade: int = 60, size: tuple[int, int] = (400, 100)) -> bytes:
    """A dark bar with a hole in it, on a light ground."""
    drawn = Image.new("L", size, 220)
    ImageDraw.Draw(drawn).rectangle((0, 0, size[0] // 2, size[1]), fill=shade)
    out = io.BytesIO()
    drawn.save(out, kind)
    return out.getvalue()


async def keep(service: FaxService, folder: Path, octets: bytes, person: str = ME) -> str:
    (folder / "given").write_bytes(octets)
    with (folder / "given").open("rb") as file:
        return await service.api.keep_logo(person, file.fileno())


async def preview(service: FaxService, folder: Path, header: OwnHeader) -> Page:
    with (folder / "seen.tif").open("w+b") as out:
        await service.api.preview_header(ME, header, Order(subject="Roof"), out.fileno())
    return next(iter(read_pages(folder / "seen.tif")))


@async_test
async def test_a_logo_stands_on_the_cover_page_and_goes_out_with_the_fax(tmp_path: Path, database: str) -> None:
    script(tmp_path, dial={"0199000002": ["ok", "ok"]})
    async with running(tmp_path, composer=compose) as (service, listener):
        api = service.api
        name = await keep(service, tmp_path, picture())
        assert await keep(service, tmp_path, picture()) == name
        without, with_logo = await preview(service, tmp_path, SURGERY), replace(SURGERY, picture=name)
        assert _count_black(await preview(service, tmp_path, with_logo)) > _count_black(without) + 20_000
        mine = await api.save_header(ME, with_logo)
        assert mine.picture == name
        order = Order("0199000002", header=mine.id, subject="Roof", message="We come.")
        job = await api.submit_cover(ME, order)
        await api.save_header(ME, replace(mine, picture=""))
        await listener.until_job(job, "done")
        with (tmp_path / "sent").open("w+b") as out:
            await api.read_sent(ME, job, out.fileno())
        (sent,) = read_pages(tmp_path / "sent")
        assert _count_black(sent) > _count_black(without) + 20_000, "it keeps the logo that it was given"
    async with running(tmp_path) as (service, _listener):
        assert service.store.own_logos.encoded(name)


@async_test
async def test_what_is_kept_is_of_our_own_writing(tmp_path: Path) -> None:
    async with running(tmp_path) as (service, _listener):
        before = sorted(service.store.documents.folder.iterdir())
        for given in (picture("JPEG"), picture("PNG") + b"<?php evil", picture(size=(3000, 20))):
            name = await keep(service, tmp_path, given)
            kept = b64decode(service.store.own_logos.encoded(name))
            drawn = Image.open(io.BytesIO(kept))
            assert (drawn.format, drawn.mode) == ("PNG", "1")
            assert b"evil" not in kept
        assert sorted(service.store.documents.folder.iterdir()) == before


@async_test
async def test_what_is_no_logo_is_refused(tmp_path: Path) -> None:
    noise = Image.effect_noise((1920, 480), 200)
    out = io.BytesIO()
    noise.save(out, "JPEG")
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    async with running(tmp_path) as (service, _listener):
        for given, said in (
            (b"", "is empty"),
            (pdf(1), "PNG or JPEG"),
            (picture()[:60], "PNG or JPEG"),
            (b"\x89PNG\r\n" + bytes(600_000), "too large"),
            (out.getvalue(), "too large"),
            (bomb.getvalue(), "PNG or JPEG"),
        ):
            with pytest.raises(ApiError) as refused:
                await keep(service, tmp_path, given)
            assert (refused.value.code, said in str(refused.value)) == (ErrorCode.BAD_DOCUMENT, True), said
        assert MOST_OCTETS < 100_000


@async_test
async def test_a_logo_is_its_owners_and_they_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_logos, "MOST_LOGOS", 3)
    async with running(tmp_path) as (service, _listener):
        used = await keep(service, tmp_path, picture(size=(400, 100)))
        mine = await service.api.save_header(ME, replace(SURGERY, picture=used))
        for who, header in ((OTHER, replace(SURGERY, picture=used)), (ME, replace(mine, picture="none"))):
            with pytest.raises(ApiError) as refused:
                await service.api.save_header(who, header)
            assert refused.value.code is ErrorCode.BAD_ORDER
        others = [await keep(service, tmp_path, picture(size=(400, 100 + each))) for each in range(1, 5)]
        left = [name for name in (used, *others) if service.store.own_logos.encoded(name)]
        assert left == [used, *others[-2:]], "the oldest that no header has went"


def _count_black(page: Page) -> int:
    return int.from_bytes(page.rows, "big").bit_count()
