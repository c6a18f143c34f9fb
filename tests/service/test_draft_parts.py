# SPDX-License-Identifier: GPL-3.0-or-later
"""Several documents in one draft: added, joined, put into order, pages left out; and what of it is sent."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.api import draft_files
from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery
from faxcore.contract.order import Order
from faxcore.contract.printed import Draft, KeptOrder, PartChoice
from faxcore.document.compose import compose
from faxcore.document.sizes import PageSize
from faxcore.document.tiff import page_sizes, read_pages, write_pages
from faxcore.model.page import MAX_PAGES, Page, Resolution, Width
from faxcore.model.recipient import Recipient
from faxcore.service import FaxService
from tests.service.test_broadcasts import refused
from tests.service.test_desk import printed
from tests.support import CHECKOUT
from tests.support.crash_child import JOINING, join_and_submit
from tests.support.documents import pdf
from tests.support.leftovers import until_clean
from tests.support.service_parts import ME, OTHER, configured, running, script
from tests.support.small_disk import filled

TO = Order(number="0199000002")


def draw(folder: Path, name: str, pages: int, resolution: Resolution = Resolution.FINE) -> list[Page]:
    """Write a document of different pages, none of which is in another one."""
    drawn = [
        Page(Width.A4, resolution, bytes([ord(name[0]), number]) * 108 * 100, turned=number == 2)
        for number in range(1, pages + 1)
    ]
    write_pages(folder / f"{name}.tif", drawn)
    return drawn


async def begin(service: FaxService, folder: Path, name: str) -> Draft:
    with (folder / f"{name}.tif").open("rb") as file:
        return await service.api.begin_draft(ME, file.fileno(), name)


async def add(service: FaxService, folder: Path, draft: str, name: str) -> Draft:
    with (folder / f"{name}.tif").open("rb") as pages:
        return await service.api.add_document(ME, draft, pages.fileno(), name)


async def read(service: FaxService, folder: Path, draft: str) -> list[Page]:
    with (folder / "out").open("w+b") as out:
        await service.api.read_draft(ME, draft, out.fileno())
    return list(read_pages(folder / "out"))


async def send(service: FaxService, folder: Path, draft: str) -> list[Page]:
    """Send a draft; the pages of its job."""
    job = await service.api.submit_draft(ME, draft, TO)
    assert await service.api.submit_draft(ME, draft, TO) == job
    return await read_sent(service, folder, job)


async def read_sent(service: FaxService, folder: Path, job: str) -> list[Page]:
    with (folder / "out").open("w+b") as out:
        await service.api.read_job(ME, job, out.fileno())
    return list(read_pages(folder / "out"))


def leave(draft: Draft, *out: Sequence[int]) -> list[PartChoice]:
    """Leave these pages of each document out."""
    return [PartChoice(part.id, tuple(pages)) for part, pages in zip(draft.parts, out, strict=True)]


def files(service: FaxService) -> list[str]:
    return sorted(path.suffix for path in service.store.documents.folder.iterdir())


def test_documents_are_added_behind_one_another_each_as_fine_as_it_is(tmp_path: Path, database: str) -> None:
    letter, quote = draw(tmp_path, "Letter", 2), draw(tmp_path, "Quote", 3, Resolution.STANDARD)

    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            begun = await begin(service, tmp_path, "Letter")
            assert (begun.title, begun.pages, len(begun.parts)) == ("Letter", 2, 1)
            added = await add(service, tmp_path, begun.id, "Quote")
            assert [(part.title, part.first, part.pages) for part in added.parts] == [("Letter", 1, 2), ("Quote", 3, 3)]
            assert [part.resolution for part in added.parts] == [Resolution.FINE, Resolution.STANDARD]
            assert (added.id, added.title, added.pages, added.resolution) == (begun.id, "Letter", 5, Resolution.FINE)
            assert await read(service, tmp_path, begun.id) == [*letter, *quote]
            assert files(service) == [".tif"]
        async with running(tmp_path) as (service, listener):
            assert await service.api.list_drafts(ME) == [added]
            assert await send(service, tmp_path, begun.id) == [*letter, *quote]
            (job,) = await service.api.list_jobs(ME)
            assert job.pages == 5
            await listener.until_job(job.id, "done")

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_what_is_left_out_is_kept_but_neither_composed_nor_sent(tmp_path: Path, database: str) -> None:
    letter, quote = draw(tmp_path, "Letter", 2), draw(tmp_path, "Quote", 3)

    async def main() -> None:
        async with running(tmp_path, composer=compose) as (service, _listener):
            draft = await add(service, tmp_path, (await begin(service, tmp_path, "Letter")).id, "Quote")
            await service.api.save_draft(ME, draft.id, KeptOrder(Order(subject="Roof")))
            changed = await service.api.arrange_draft(ME, draft.id, leave(draft, [], [3, 1, 1]))
            assert changed.pages == 3
            assert [part.left_out for part in changed.parts] == [(), (1, 3)]
            assert changed.kept.order.subject == "Roof"
            for order, covers in ((TO, ()), (replace(TO, header="cover"), (0,))):
                with (tmp_path / "composed").open("w+b") as out:
                    preview = await service.api.compose_draft(ME, draft.id, order, out.fileno())
                assert (preview.pages, preview.origins) == (3 + len(covers), (*covers, 1, 2, 4))
                assert len(page_sizes(tmp_path / "composed")) == preview.pages
            assert await read(service, tmp_path, draft.id) == [*letter, *quote]
        async with running(tmp_path) as (service, _listener):
            assert await service.api.list_drafts(ME) == [changed]
            back = await service.api.arrange_draft(ME, draft.id, leave(changed, [], [3]))
            assert back.pages == 4
            assert await send(service, tmp_path, draft.id) == [*letter, *quote[:2]]
            (job,) = await service.api.list_jobs(ME)
            assert job.pages == 4
            assert files(service) == [".tif"]

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_documents_go_out_in_the_order_that_they_were_put_into(tmp_path: Path, database: str) -> None:
    letter, quote = draw(tmp_path, "Letter", 2), draw(tmp_path, "Quote", 3)
    plan = draw(tmp_path, "Plan", 2)

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            draft = await add(service, tmp_path, (await begin(service, tmp_path, "Letter")).id, "Quote")
            one, two = draft.parts
            turned = await service.api.arrange_draft(ME, draft.id, [PartChoice(two.id, (2,)), PartChoice(one.id)])
            assert [part.title for part in turned.parts] == [turned.title, "Letter"] == ["Quote", "Letter"]
            (found,) = (await service.api.list_faxes(ME, FaxQuery(words="quote"))).drafts
            assert found == turned
            assert (await service.api.list_faxes(ME, FaxQuery(words="letter"))).drafts == ()
            # Behind what was rearranged, under a name that none of them has.
            three = await add(service, tmp_path, draft.id, "Plan")
            assert [part.title for part in three.parts] == ["Quote", "Letter", "Plan"]
            assert len({part.id for part in three.parts}) == 3
            assert [part.left_out for part in three.parts] == [(2,), (), ()]
            removed = await service.api.arrange_draft(
                ME, draft.id, [PartChoice(part.id, part.left_out) for part in three.parts if part.title != "Letter"]
            )
            assert (removed.pages, len(removed.parts)) == (4, 2)
            assert await send(service, tmp_path, draft.id) == [quote[0], quote[2], *plan]
            assert letter[0] not in quote

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_what_was_removed_takes_no_room_any_more_when_more_is_added(tmp_path: Path) -> None:
    draw(tmp_path, "Letter", 1)
    draw(tmp_path, "Book", MAX_PAGES // 2)

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            draft = await add(service, tmp_path, (await begin(service, tmp_path, "Letter")).id, "Book")
            too_many = await refused(add(service, tmp_path, draft.id, "Book"))
            assert (too_many.code, "pages" in str(too_many)) == (ErrorCode.BAD_DOCUMENT, True)
            assert await service.api.list_drafts(ME) == [draft]
            alone = await service.api.arrange_draft(ME, draft.id, [PartChoice(draft.parts[0].id)])
            assert alone.pages == 1
            again = await add(service, tmp_path, draft.id, "Book")
            assert again.pages == 1 + MAX_PAGES // 2 == len(await read(service, tmp_path, draft.id))
            assert files(service) == [".tif"]

    asyncio.run(main())


def test_a_document_that_was_printed_again_joins_the_fax_that_is_being_written(tmp_path: Path, database: str) -> None:
    letter, quote = draw(tmp_path, "Letter", 2), draw(tmp_path, "Quote", 1)

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            _kind, first = await printed(service, tmp_path / "Letter.tif", title="Letter")
            _kind, second = await printed(service, tmp_path / "Quote.tif", title="Quote")
            await service.api.save_draft(ME, first, KeptOrder(Order(subject="Roof")))
            joined = await service.api.join_drafts(ME, first, second)
            assert await service.api.list_drafts(ME) == [joined]
            assert [(part.title, part.pages) for part in joined.parts] == [("Letter", 2), ("Quote", 1)]
            assert joined.kept.order.subject == "Roof"
            assert files(service) == [".tif"]
            assert await send(service, tmp_path, first) == [*letter, *quote]

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_a_draft_of_several_documents_goes_to_many(tmp_path: Path, database: str) -> None:
    letter, quote = draw(tmp_path, "Letter", 2), draw(tmp_path, "Quote", 2)

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            draft = await add(service, tmp_path, (await begin(service, tmp_path, "Letter")).id, "Quote")
            await service.api.arrange_draft(ME, draft.id, leave(draft, [2], [1]))
            people = [Recipient("0199000002"), Recipient("0199000003")]
            begun = await service.api.submit_draft_to_many(ME, draft.id, people, Order())
            assert (await service.api.submit_draft_to_many(ME, draft.id, people, Order())).id == begun.id
            jobs = (await service.api.list_faxes(ME, FaxQuery(broadcast=begun.id))).jobs
            assert [job.pages for job in jobs] == [2, 2]
            assert await read_sent(service, tmp_path, jobs[0].id) == [letter[0], quote[1]]
            assert files(service) == [".tif"]

    script(tmp_path, {"0199000002": ["ok"], "0199000003": ["ok"]})
    asyncio.run(main())


def test_a_draft_keeps_what_is_refused_and_is_nobody_elses(tmp_path: Path) -> None:
    draw(tmp_path, "Letter", 2)
    (tmp_path / "Rubbish.tif").write_bytes(b"II*\0" + bytes(range(256)) * 40)

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            draft = await begin(service, tmp_path, "Letter")
            other = await begin(service, tmp_path, "Letter")
            api = service.api
            with (tmp_path / "Letter.tif").open("rb") as pages:
                for call in (
                    api.add_document(OTHER, draft.id, pages.fileno(), "Letter"),
                    api.join_drafts(OTHER, draft.id, other.id),
                    api.arrange_draft(OTHER, draft.id, leave(draft, [])),
                    api.join_drafts(ME, draft.id, "none"),
                ):
                    assert (await refused(call)).code is ErrorCode.UNKNOWN
            one = draft.parts[0].id
            for wrong in (
                [],
                [PartChoice(one, (1, 2))],
                [PartChoice(one, (3,))],
                [PartChoice(one, (0,))],
                [PartChoice("9")],
                [PartChoice(one), PartChoice(one)],
            ):
                assert (await refused(api.arrange_draft(ME, draft.id, wrong))).code is ErrorCode.BAD_ORDER
            assert (await refused(api.join_drafts(ME, draft.id, draft.id))).code is ErrorCode.BAD_ORDER
            assert (await refused(add(service, tmp_path, draft.id, "Rubbish"))).code is ErrorCode.BAD_DOCUMENT
            assert (await refused(begin(service, tmp_path, "Rubbish"))).code is ErrorCode.BAD_DOCUMENT
            assert await api.list_drafts(ME) == [draft, other]
            # Refused with a page left out: the draft has it still.
            await api.arrange_draft(ME, draft.id, leave(draft, [1]))
            assert (await refused(api.submit_draft(ME, draft.id, Order(number="15")))).code is ErrorCode.BAD_NUMBER
            assert len(await read(service, tmp_path, draft.id)) == 2
            assert files(service) == [".original", ".original", ".tif", ".tif"]

    asyncio.run(main())


def test_two_windows_that_change_one_draft_at_a_time_lose_nothing(tmp_path: Path) -> None:
    letter = draw(tmp_path, "Letter", 2)
    draw(tmp_path, "Quote", 1)
    draw(tmp_path, "Plan", 1)

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            draft = await begin(service, tmp_path, "Letter")
            added = await asyncio.gather(
                add(service, tmp_path, draft.id, "Quote"),
                add(service, tmp_path, draft.id, "Plan"),
                return_exceptions=True,
            )
            errors = [each for each in added if isinstance(each, ApiError)]
            assert [each.code for each in errors] == [ErrorCode.STATE]
            (now,) = await service.api.list_drafts(ME)
            assert now in added and len(now.parts) == 2
            assert files(service) == [".tif"]
            await service.api.arrange_draft(ME, draft.id, leave(now, [1], []))
            sending = asyncio.create_task(service.api.submit_draft(ME, draft.id, TO))
            await asyncio.sleep(0)  # its pages are being picked
            await service.api.arrange_draft(ME, draft.id, leave(now, [2], []))
            assert (await refused(sending)).code is ErrorCode.STATE
            assert files(service) == [".tif"]
            (job,) = {await service.api.submit_draft(ME, draft.id, TO) for _ in range(2)}
            assert (await read_sent(service, tmp_path, job))[0] == letter[0]

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_a_draft_that_another_window_changes_while_its_file_is_opened_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(tmp_path, "Letter", 2)
    draw(tmp_path, "Quote", 1)
    draw(tmp_path, "Plan", 1)
    choose = draft_files.choose_pages

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            draft = await begin(service, tmp_path, "Letter")

            async def be_slower(*about: Any) -> list[PageSize]:
                monkeypatch.setattr(draft_files, "choose_pages", choose)
                await add(service, tmp_path, draft.id, "Plan")
                return await choose(*about)

            monkeypatch.setattr(draft_files, "choose_pages", be_slower)
            assert (await refused(add(service, tmp_path, draft.id, "Quote"))).code is ErrorCode.STATE
            (now,) = await service.api.list_drafts(ME)
            assert [part.title for part in now.parts] == ["Letter", "Plan"]
            assert files(service) == [".tif"]
            # What is only looked at, and not put together anew, is said in the same way.
            await service.api.arrange_draft(ME, draft.id, leave(now, [1], []))
            row = service.store.drafts.get(ME, draft.id)
            assert row is not None
            monkeypatch.setattr(draft_files, "choose_pages", be_slower)
            assert (await refused(draft_files.hash_sent_pages(service.store, row))).code is ErrorCode.STATE
            assert files(service) == [".tif"]

    asyncio.run(main())


def test_a_full_disk_is_said_and_the_draft_stays_as_it_was(small_disk: Path, tmp_path: Path) -> None:
    letter = draw(tmp_path, "Letter", 2)
    noise = [Page(Width.A4, Resolution.FINE, os.urandom(216 * 900)) for _ in range(2)]
    write_pages(tmp_path / "Noise.tif", noise)

    async def main() -> None:
        async with running(tmp_path, configured(tmp_path, state=small_disk / "state")) as (service, _listener):
            draft, other = await begin(service, tmp_path, "Letter"), await begin(service, tmp_path, "Noise")
            await service.api.arrange_draft(ME, other.id, leave(other, [1]))
            before = await service.api.list_drafts(ME)
            with filled(small_disk, 40960):
                for call in (
                    add(service, tmp_path, draft.id, "Noise"),
                    service.api.join_drafts(ME, draft.id, other.id),
                    service.api.submit_draft(ME, other.id, TO),
                ):
                    error = await refused(call)
                    assert (error.code, "disk" in str(error)) == (ErrorCode.NO_SPACE, True)
                assert files(service) == [".original", ".original", ".tif", ".tif"]
            assert await service.api.list_drafts(ME) == before
            joined = await service.api.join_drafts(ME, draft.id, other.id)
            assert joined.pages == 3
            assert await send(service, tmp_path, draft.id) == [*letter, noise[1]]

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


@pytest.mark.parametrize("point", JOINING)
def test_killed_at_any_point_there_is_the_old_draft_or_the_new_one(point: str, tmp_path: Path) -> None:
    pages = draw(tmp_path, "document", 2)
    script(tmp_path, {"0199000002": ["ok"]})
    (tmp_path / "joins").touch()
    command = [sys.executable, "-m", "tests.support.crash_child", point, str(tmp_path)]
    child = subprocess.run(command, cwd=CHECKOUT, timeout=60, capture_output=True)
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()[-3000:]

    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            drafts = await service.api.list_drafts(ME)
            assert len(files(service)) == len(drafts)
            assert [each.pages for each in drafts] in ([2, 2], [4], [3])
            for each in drafts:
                assert set(await read(service, tmp_path, each.id)) == set(pages)
            job = await join_and_submit(service, [each.id for each in drafts])
            assert await read_sent(service, tmp_path, job) == [pages[1], *pages]
            await listener.until_job(job, "done")
            assert await service.api.list_drafts(ME) == []
            await until_clean(service)

    asyncio.run(main())


def test_a_document_is_drawn_anew_from_its_file(tmp_path: Path, database: str) -> None:
    (tmp_path / "Plan.pdf").write_bytes(pdf(3))

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            with (tmp_path / "Plan.pdf").open("rb") as file:
                begun = await service.api.begin_draft(ME, file.fileno(), "Plan")
            fine = await read(service, tmp_path, begun.id)
            assert begun.redrawable and not begun.parts[0].photo
            await service.api.arrange_draft(ME, begun.id, leave(begun, [2]))
            coarse = await service.api.redraw_draft(ME, begun.id, Resolution.STANDARD, False)
            assert (coarse.resolution, coarse.pages, coarse.parts[0].left_out) == (Resolution.STANDARD, 2, (2,))
            drawn = await read(service, tmp_path, begun.id)
            assert [page.resolution for page in drawn] == [Resolution.STANDARD] * 3
            assert drawn[0].length == pytest.approx(fine[0].length / 2, abs=2)
            assert files(service) == [".original", ".tif"], "those of before are gone"
            for refused_api in (
                service.api.redraw_draft(OTHER, begun.id, Resolution.FINE, False),
                service.api.redraw_draft(ME, "none", Resolution.FINE, False),
            ):
                assert (await refused(refused_api)).code is ErrorCode.UNKNOWN
        async with running(tmp_path) as (service, _listener):
            assert await service.api.list_drafts(ME) == [coarse]
            photo = await service.api.redraw_draft(ME, begun.id, Resolution.FINE, True)
            assert photo.parts[0].photo and photo.redrawable and photo.parts[0].left_out == (2,)
            back = await service.api.redraw_draft(ME, begun.id, Resolution.FINE, False)
            assert not back.parts[0].photo and await read(service, tmp_path, begun.id) == fine

    asyncio.run(main())


def test_what_has_pages_only_is_not_drawn_anew(tmp_path: Path) -> None:
    draw(tmp_path, "Letter", 2)

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            begun = await begin(service, tmp_path, "Letter")
            both = await add(service, tmp_path, begun.id, "Letter")
            assert begun.redrawable and not both.redrawable
            alone = await service.api.arrange_draft(ME, both.id, [PartChoice(both.parts[0].id)])
            assert not alone.redrawable, "the pages are in a file of both"
            for draft in (both, alone):
                error = await refused(service.api.redraw_draft(ME, draft.id, Resolution.STANDARD, False))
                assert error.code is ErrorCode.STATE
            assert await read(service, tmp_path, both.id)

    asyncio.run(main())
