# SPDX-License-Identifier: GPL-3.0-or-later
"""The length of the call for a fax, as a person is told before it is sent."""

from pathlib import Path

import pytest

from faxcore.api.api_error import ApiError
from faxcore.contract.estimated import Estimate
from faxcore.contract.order import Order
from faxcore.document.compose import compose
from faxcore.line.page_weights import weigh_pages
from faxcore.model.call import CallReport, Outcome
from faxcore.model.page import Coding
from faxcore.queue.call_length import estimate_length, learn_usual
from faxcore.service import FaxService
from faxcore.store.past_calls import PastCall
from tests.service.test_desk import printed
from tests.support.added_faxes import add_submission
from tests.support.service_parts import ME, document, running, script
from tests.support.waiting import async_test

NUMBER = "0199000002"
KEY = "+33199000002"


async def estimate(service: FaxService, path: Path, header: str = "plain", number: str = NUMBER) -> Estimate:
    with path.open("rb") as pages:
        return await service.api.estimate_document(ME, pages.fileno(), Order(number=number, header=header))


def add_call(service: FaxService, number: str, seconds: float) -> PastCall:
    """A slow call of a machine without error correction, that has ended."""
    (job,) = add_submission(service.store, "bob", number)
    with service.store.transaction():
        call = service.store.calls.begin_out(job, "bob", "line-1", number, number, 1)
        report = CallReport(Outcome.OK, sent=1, confirmed=1, octets=9000, seconds=seconds, rate=2400, coding="MH")
        service.store.calls.end(call, report)
    return PastCall(9000, 1, seconds, 2400, "MH", False)


@async_test
async def test_a_call_is_estimated_by_its_pages_and_by_calls_before(tmp_path: Path) -> None:
    script(tmp_path)
    path = document(tmp_path)
    async with running(tmp_path) as (service, _listener):
        first = await estimate(service, path)
        assert (first.pages, first.known) == (2, False)
        plain = estimate_length(weigh_pages(path, Coding.MMR), learn_usual([], []))
        assert (first.seconds, first.least, first.most) == (
            round(plain.seconds),
            round(plain.least),
            round(plain.most),
        )
        elsewhere = add_call(service, "+33199000003", 80.0)
        like_that = estimate_length(weigh_pages(path, Coding.MH), learn_usual([], [elsewhere]))
        after = await estimate(service, path)
        assert (after.known, after.seconds) == (False, round(like_that.seconds))
        there = add_call(service, KEY, 160.0)
        again = estimate_length(weigh_pages(path, Coding.MH), learn_usual([there], []))
        last = await estimate(service, path)
        assert (last.known, last.seconds) == (True, round(again.seconds))
        assert last.seconds > after.seconds > first.seconds


@async_test
async def test_the_cover_page_counts_and_nothing_is_kept(tmp_path: Path) -> None:
    script(tmp_path)
    path = document(tmp_path)
    async with running(tmp_path, composer=compose) as (service, _listener):
        plain, cover = await estimate(service, path), await estimate(service, path, "cover")
        assert (plain.pages, cover.pages) == (2, 3)
        assert cover.seconds > plain.seconds
        with pytest.raises(ApiError):
            await estimate(service, path, number="15")
        assert [*service.store.documents.folder.iterdir()] == []
        assert await service.api.list_jobs(ME) == await service.api.list_drafts(ME) == []


@async_test
async def test_the_preview_of_a_printed_document_has_the_estimate_as_soon_as_there_is_a_number(tmp_path: Path) -> None:
    script(tmp_path)
    path = document(tmp_path)
    async with running(tmp_path, composer=compose) as (service, _listener):
        _kind, draft = await printed(service, path)
        with (tmp_path / "out").open("w+b") as out:
            bare = await service.api.compose_draft(ME, draft, Order(header="plain"), out.fileno())
            known = await service.api.compose_draft(ME, draft, Order(number=NUMBER, header="plain"), out.fileno())
        assert bare.estimate is None
        assert known.estimate == await estimate(service, path)
