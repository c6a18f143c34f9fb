# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of a fax as they go over the line: those that went out where they are kept, else as they are made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order
from faxcore.document.compose import compose
from faxcore.document.tiff import read_pages
from faxcore.model.page import Page
from faxcore.service import FaxService
from tests.service.test_own_numbers import SURGERY, Pages, office
from tests.service.test_verifying import change_an_octet
from tests.support.archived import archived, stamp, until_filed
from tests.support.service_parts import ME, OTHER, document, running, script, submit
from tests.support.waiting import async_test

TO = "0199000002"
AS_SENT = [(1, 1), (2, 2), (2, 3)]
"""Each page: the page with which the call began that brought it over, and which page of the document it is."""
MADE_AGAIN = [(1, 1), (1, 2), (1, 3)]


def tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


async def read(service: FaxService, folder: Path, job: str, person: str = ME) -> tuple[bool, list[Page]]:
    """Read a fax as it was sent; True with its pages if they are those that went out."""
    path = folder / "sent.tif"
    with path.open("w+b") as out:
        told = await service.api.read_sent(person, job, out.fileno())
    assert not list(service.store.documents.folder.glob("*.preview"))
    return told.as_sent, list(read_pages(path))


async def read_marks(service: FaxService, folder: Path, job: str) -> tuple[bool, list[tuple[int, int]]]:
    as_sent, pages = await read(service, folder, job)
    return as_sent, [(page.rows[0], page.rows[216]) for page in pages]


@async_test
async def test_what_is_archived_is_read_page_by_page_as_it_went_out(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["partial", "ok"]})
    async with running(tmp_path, archived(tmp_path), composer=stamp) as (service, _listener):
        job = await submit(service, document(tmp_path, 3))
        await until_filed(service, job)
        assert await read_marks(service, tmp_path, job) == (True, AS_SENT)
        copy = service.store.sent_copies.get(job)
        assert copy is not None
        change_an_octet(Path(copy.tiff))
        assert await read_marks(service, tmp_path, job) == (False, MADE_AGAIN)
        Path(copy.tiff).unlink()
        assert await read_marks(service, tmp_path, job) == (False, MADE_AGAIN)


@async_test
async def test_what_waits_for_the_archive_is_read_as_it_is_kept(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["partial", "ok"]})
    (tmp_path / "archive").write_text("a file where the folder should be")
    async with running(tmp_path, archived(tmp_path), composer=stamp) as (service, listener):
        job = await submit(service, document(tmp_path, 3))
        await listener.until_job(job, "done")
        assert await read_marks(service, tmp_path, job) == (True, AS_SENT)
        for kept in (tmp_path / "state/calls").glob("*/*.tif"):
            kept.unlink()
        assert await read_marks(service, tmp_path, job) == (False, MADE_AGAIN)


@async_test
async def test_without_an_archive_it_is_made_as_it_went_out(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]}, tells_station_id=True)
    pages = Pages()
    async with running(tmp_path, office(tmp_path), composer=pages) as (service, listener):
        job = await submit(service, document(tmp_path), subject="Roof", message="Dear Madam")
        await listener.until_job(job, "done")
        as_sent, read_back = await read(service, tmp_path, job)
        assert not as_sent and read_back == list(read_pages(tmp_path / "document.tif"))
        sent, again = pages.orders
        (call,) = service.store.calls.of_job(job)
        assert again.when == datetime.fromisoformat(call.started)
        assert (again.header, again.recipient, again.subject, again.message, again.plan) == (
            sent.header,
            sent.recipient,
            sent.subject,
            sent.message,
            sent.plan,
        )
        assert (again.station_id, again.header_line) == (sent.station_id, sent.header_line) == (SURGERY, "Surgery")


@async_test
async def test_what_waits_is_made_as_it_will_go_out(tmp_path: Path) -> None:
    """With its cover page and its header line, by the real composer."""
    script(tmp_path)
    async with running(tmp_path, office(tmp_path), composer=compose) as (service, _listener):
        job = await submit(service, document(tmp_path), header="cover", send_at=tomorrow())
        as_sent, pages = await read(service, tmp_path, job)
        plain = list(read_pages(tmp_path / "document.tif"))
        assert not as_sent and len(pages) == 3
        strip = 216 * 31
        for ours, theirs in zip(pages[1:], plain, strict=True):
            assert any(ours.rows[:strip]), "no header line"
            assert ours.rows[strip:] == theirs.rows


@async_test
async def test_a_stranger_reads_nothing_and_what_is_fetched_has_no_pages_of_its_own(tmp_path: Path) -> None:
    script(tmp_path)
    async with running(tmp_path) as (service, _listener):
        job = await submit(service, document(tmp_path), send_at=tomorrow())
        fetched = await service.api.fetch_document(ME, Order(number=TO, send_at=tomorrow()))
        for person, fax, code in ((OTHER, job, ErrorCode.UNKNOWN), (ME, fetched, ErrorCode.STATE)):
            with pytest.raises(ApiError) as refused:
                await read(service, tmp_path, fax, person)
            assert refused.value.code is code
        assert (tmp_path / "sent.tif").read_bytes() == b""
