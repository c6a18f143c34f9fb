# SPDX-License-Identifier: GPL-3.0-or-later
"""Drafts that have no document yet: what was typed waits, once, takes documents, and goes out as a cover page alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faxcore.api import kept_orders
from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery
from faxcore.contract.order import JobChange, Order
from faxcore.contract.printed import Draft, KeptOrder
from faxcore.document.compose import compose
from faxcore.document.tiff import page_sizes, read_pages
from faxcore.model.header import SHIPPED
from faxcore.model.page import Resolution
from faxcore.model.recipient import Recipient
from faxcore.service import FaxService
from tests.service.test_draft_parts import add, begin, draw, read
from tests.support.documents import pdf
from tests.support.service_parts import ME, OTHER, running, script
from tests.support.waiting import async_test

TYPED = KeptOrder(Order("0199000", subject="Roof", message="As promised.", key="window-1"), (Recipient("0199000002"),))
COVER = next(each.id for each in SHIPPED if each.cover)
PLAIN = next(each.id for each in SHIPPED if each.cover is None)
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()
MESSAGE = Order("0199000002", message="We come on Monday.", header=COVER)


async def refusal(work: object) -> ApiError:
    with pytest.raises(ApiError) as refused:
        await work  # type: ignore[misc]
    return refused.value


async def begin_empty(service: FaxService, **order: str) -> Draft:
    return await service.api.begin_empty_draft(ME, KeptOrder(Order(**order)))


@async_test
async def test_what_was_typed_waits_without_a_document_once_and_over_a_restart(tmp_path: Path, database: str) -> None:
    async with running(tmp_path) as (service, _listener):
        begun = await service.api.begin_empty_draft(ME, TYPED)
        assert (begun.title, begun.pages, begun.parts, begun.kept, begun.redrawable) == ("", 0, (), TYPED, False)
        later = replace(TYPED, order=replace(TYPED.order, subject="Roof and door"))
        assert (await service.api.begin_empty_draft(ME, later)).id == begun.id, "the answer was lost: it is the same"
        # Whoever has the same key is not the same person.
        theirs = await service.api.begin_empty_draft(OTHER, TYPED)
        other = await service.api.begin_empty_draft(ME, replace(TYPED, order=replace(TYPED.order, key="window-2")))
        assert len({begun.id, theirs.id, other.id}) == 3
    async with running(tmp_path) as (service, _listener):
        waiting = await service.api.list_drafts(ME)
        assert [(each.id, each.kept.order.subject) for each in waiting] == [
            (begun.id, "Roof and door"),
            (other.id, "Roof"),
        ]
        assert {each.id for each in (await service.api.list_faxes(ME, FaxQuery())).drafts} == {begun.id, other.id}
        await service.api.discard_draft(ME, begun.id)
        await service.api.save_draft(ME, other.id, KeptOrder())
        assert [(each.id, each.kept) for each in await service.api.list_drafts(ME)] == [(other.id, KeptOrder())]


@async_test
async def test_what_is_handed_over_twice_at_one_time_is_one_draft(tmp_path: Path, database: str) -> None:
    async with running(tmp_path) as (service, _listener):
        made = await asyncio.gather(*(service.api.begin_empty_draft(ME, TYPED) for _ in range(3)))
        assert len({draft.id for draft in made}) == len(await service.api.list_drafts(ME)) == 1
        files = [path for path in service.store.documents.folder.iterdir() if path.is_file()]
        assert len(files) == 1, files


@async_test
async def test_it_is_not_endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path) as (service, _listener):
        monkeypatch.setattr(kept_orders, "MOST_KEPT", 100)
        assert (await refusal(service.api.begin_empty_draft(ME, TYPED))).code is ErrorCode.BAD_ORDER
        assert await service.api.list_drafts(ME) == []


@async_test
async def test_documents_are_added_to_it_and_sent(tmp_path: Path, database: str) -> None:
    script(tmp_path, dial={"0199000002": ["ok"]})
    first, second = draw(tmp_path, "Plan", 2), draw(tmp_path, "Sketch", 1)
    async with running(tmp_path) as (service, listener):
        begun = await service.api.begin_empty_draft(ME, TYPED)
        assert await read(service, tmp_path, begun.id) == []
        added = await add(service, tmp_path, begun.id, "Plan")
        assert (added.title, added.pages, added.kept) == ("Plan", 2, TYPED)
        other = await begin(service, tmp_path, "Sketch")
        joined = await service.api.join_drafts(ME, added.id, other.id)
        assert [part.title for part in joined.parts] == ["Plan", "Sketch"]
        assert await read(service, tmp_path, begun.id) == [*first, *second]
        assert [each.rsplit(".", 1)[1] for each in _files(service)] == ["tif"], "the empty one has gone"
        job = await service.api.submit_draft(ME, begun.id, Order("0199000002", header=PLAIN))
        assert (await listener.until_job(job, "done")).pages == 3


@async_test
async def test_the_first_document_can_be_drawn_anew_as_if_it_had_begun_the_draft(tmp_path: Path, database: str) -> None:
    (tmp_path / "quote.pdf").write_bytes(pdf(2))
    async with running(tmp_path) as (service, _listener):
        api = service.api
        added = await begin_empty(service, subject="Roof")
        with (tmp_path / "quote.pdf").open("rb") as file:
            added = await api.add_document(ME, added.id, file.fileno(), "Quote")
            begun = await api.begin_draft(ME, file.fileno(), "Quote")
        other = await begin_empty(service, subject="Door")
        kept = await api.join_drafts(ME, begun.id, other.id)
        another = await begin_empty(service, subject="Window")
        joined = await api.join_drafts(ME, another.id, kept.id)
        assert (joined.id, joined.title, joined.kept.order.subject) == (another.id, "Quote", "Window")
        for draft in (added, joined):
            assert draft.redrawable
            coarse = await api.redraw_draft(ME, draft.id, Resolution.STANDARD, False)
            assert (coarse.resolution, coarse.pages) == (Resolution.STANDARD, 2)
        assert len(await api.list_drafts(ME)) == 2
        assert len(_files(service)) == 4, "two documents, each with what it was made from"


@async_test
async def test_a_printed_document_may_be_joined_with_an_empty_one_either_way(tmp_path: Path) -> None:
    draw(tmp_path, "Plan", 2)
    async with running(tmp_path) as (service, _listener):
        empty, full = await begin_empty(service, subject="Roof"), await begin(service, tmp_path, "Plan")
        joined = await service.api.join_drafts(ME, full.id, empty.id)
        assert ([part.title for part in joined.parts], joined.pages) == (["Plan"], 2)


@async_test
async def test_a_cover_page_goes_out_alone(tmp_path: Path, database: str) -> None:
    script(tmp_path, dial={"0199000002": ["ok"]})
    async with running(tmp_path, composer=compose) as (service, listener):
        draft = await begin_empty(service, message="We come")
        with (tmp_path / "seen").open("w+b") as out:
            told = await service.api.compose_draft(ME, draft.id, MESSAGE, out.fileno())
        assert (told.pages, told.origins) == (1, (0,))
        assert told.estimate is not None and told.estimate.pages == 1
        (size,) = page_sizes(tmp_path / "seen")
        assert size.millimetres > 250
        job = await service.api.submit_draft(ME, draft.id, MESSAGE)
        done = await listener.until_job(job, "done")
        assert (done.pages, done.confirmed) == (1, 1)
        with (tmp_path / "sent").open("w+b") as out:
            await service.api.read_sent(ME, job, out.fileno())
        (sent,) = read_pages(tmp_path / "sent")
        assert sent.rows.count(b"\0") < len(sent.rows), "something stands on it"
        with (tmp_path / "receipt.pdf").open("w+b") as out:
            await service.api.write_receipt(ME, job, out.fileno())
        assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF")
        again = await service.api.send_again(ME, job, Order())
        assert (await listener.until_job(again, "done")).pages == 1
        assert await service.api.find_repeats(ME, job, [Recipient("0199000002")]) == [], "no document is the same"


@async_test
async def test_a_cover_page_alone_goes_to_many_and_is_had_back(tmp_path: Path) -> None:
    async with running(tmp_path, composer=compose) as (service, _listener):
        draft = await begin_empty(service, message="We come")
        to = [Recipient("0199000002"), Recipient("0199000003")]
        many = replace(MESSAGE, number="", undoable=True)
        begun = await service.api.submit_draft_to_many(ME, draft.id, to, many)
        assert begun.recipients == 2
        assert await service.api.take_back(ME, begun.id) == draft.id
        (back,) = await service.api.list_drafts(ME)
        assert (back.parts, back.kept.order.message, len(back.kept.recipients)) == ((), "We come on Monday.", 2)


@async_test
async def test_a_cover_page_is_handed_in_without_a_draft_once(tmp_path: Path) -> None:
    script(tmp_path, dial={"0199000002": ["ok"]})
    async with running(tmp_path, composer=compose) as (service, listener):
        keyed = replace(MESSAGE, key="once")
        job = await service.api.submit_cover(ME, keyed)
        assert await service.api.submit_cover(ME, keyed) == job
        assert (await listener.until_job(job, "done")).pages == 1
        error = await refusal(service.api.submit_cover(ME, replace(MESSAGE, header=PLAIN)))
        assert (error.code, "There is nothing to send" in str(error)) == (ErrorCode.BAD_ORDER, True)


@async_test
async def test_nothing_is_not_sent_and_the_reason_is_plain(tmp_path: Path) -> None:
    script(tmp_path, dial={"0199000002": ["busy"]})
    async with running(tmp_path, composer=compose) as (service, _listener):
        draft = await begin_empty(service, subject="Roof")
        bare = replace(MESSAGE, header=PLAIN)
        with (tmp_path / "seen").open("w+b") as out:
            for work in (
                service.api.submit_draft(ME, draft.id, bare),
                service.api.compose_draft(ME, draft.id, bare, out.fileno()),
                service.api.submit_draft_to_many(ME, draft.id, [Recipient("0199000002")], replace(bare, number="")),
            ):
                error = await refusal(work)
                assert (error.code, "There is nothing to send" in str(error)) == (ErrorCode.BAD_ORDER, True)
        error = await refusal(service.api.submit_draft(ME, draft.id, replace(MESSAGE, message="")))
        assert (error.code, "Nothing stands on the cover page" in str(error)) == (ErrorCode.BAD_ORDER, True)
        assert [each.id for each in await service.api.list_drafts(ME)] == [draft.id]
        job = await service.api.submit_draft(ME, draft.id, replace(MESSAGE, send_at=TOMORROW))
        error = await refusal(service.api.change_job(ME, job, JobChange(header=PLAIN)))
        assert (error.code, "There is nothing to send" in str(error)) == (ErrorCode.BAD_ORDER, True)


def _files(service: FaxService) -> list[str]:
    return sorted(path.name for path in service.store.documents.folder.iterdir())
