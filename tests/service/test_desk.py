# SPDX-License-Identifier: GPL-3.0-or-later
"""Drafts and orders: what the CUPS backend and the dialog ask for, with the real composer."""

import asyncio
import getpass
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from faxcore.api import submitting
from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order
from faxcore.contract.printed import Claim
from faxcore.document.compose import PageOrder, compose
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.sizes import PageSize
from faxcore.document.tiff import count_pages, read_pages
from faxcore.model.page import Page
from faxcore.service import FaxService
from tests.support.service_parts import ME, OTHER, Gate, document, running, script


async def printed(service: FaxService, path: Path, **claim: Any) -> tuple[str, str]:
    given = Claim(**{"user": getpass.getuser(), "title": "A letter", **claim})
    with path.open("rb") as pages, open(os.devnull, "rb") as nothing:
        handover = await service.intake.submit("lp", pages.fileno(), nothing.fileno(), given)
        return handover.kind.value, handover.id


def test_a_printed_document_waits_and_becomes_a_fax_once(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            kind, draft = await printed(service, document(tmp_path), key="urn:uuid:7")
            assert kind == "draft"
            told = await listener.until(lambda _uid, name, _values: name == "DraftWaiting")
            assert (told.id, told.title, told.pages, told.resolution.value) == (draft, "A letter", 2, "fine")
            assert await service.api.list_drafts(ME) == [told]
            with (tmp_path / "out").open("w+b") as out:
                await service.api.read_draft(ME, draft, out.fileno())
            assert list(read_pages(tmp_path / "out")) == list(read_pages(tmp_path / "document.tif"))
            order = Order(number="01 99 00 00 02", company="Mairie", header="cover")
            job = await service.api.submit_draft(ME, draft, order)
            assert await service.api.submit_draft(ME, draft, Order(number="0199000003")) == job
            assert await service.api.list_drafts(ME) == []
            assert (await service.api.status(ME)).drafts == 0
            shown = (await service.api.show_job(ME, job)).job
            assert (shown.number, shown.recipient, shown.title, shown.pages) == (
                "01 99 00 00 02",
                "Mairie",
                "A letter",
                3,
            )
            await listener.until_job(job, "done")

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_a_draft_is_composed_with_cover_page_and_header_line(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, composer=compose) as (service, _listener):
            _kind, draft = await printed(service, document(tmp_path))
            for header, count in (("plain", 2), ("cover", 3)):
                order = Order(header=header, number="0199000002", last_name="Martin", subject="Hello")
                with (tmp_path / "out").open("w+b") as out:
                    await service.api.compose_draft(ME, draft, order, out.fileno())
                assert count_pages(tmp_path / "out") == count
            composed = list(read_pages(tmp_path / "out"))[1:]
            plain = list(read_pages(tmp_path / "document.tif"))
            for ours, theirs in zip(composed, plain, strict=True):
                strip = 216 * 31  # 4 mm
                assert any(ours.rows[:strip]), "no header line"
                assert ours.rows[strip:] == theirs.rows
            assert [path for path in service.store.documents.folder.iterdir() if path.suffix == ".preview"] == []
            assert len(await service.api.list_drafts(ME)) == 1, "a preview sends nothing"

    script(tmp_path)
    asyncio.run(main())


@pytest.mark.parametrize("number", ["0199000002", "0033 (0)1.99.00.00.02 #42"])
def test_the_preview_is_what_is_sent(tmp_path: Path, number: str) -> None:
    """Pixel for pixel, but for the time and for the station id, which only the call decides."""
    made: list[list[Page]] = []

    async def compose_at_noon(pages: Path, out: Path, order: PageOrder) -> list[PageSize]:
        fixed = replace(order, when=datetime(2026, 11, 22, 12), station_id="+33199000001")
        sizes = await compose(pages, out, fixed)
        made.append(list(read_pages(out)))
        return sizes

    async def main() -> None:
        async with running(tmp_path, composer=compose_at_noon) as (service, listener):
            _kind, draft = await printed(service, document(tmp_path))
            order = Order(header="cover", number=number, subject="Hello")
            with (tmp_path / "out").open("w+b") as out:
                await service.api.compose_draft(ME, draft, order, out.fileno())
            assert list(read_pages(tmp_path / "out")) == made[-1]
            job = await service.api.submit_draft(ME, draft, order)
            await listener.until_job(job, "done")
            assert len(made[0]) == 3
            assert all(sent == made[0] for sent in made[1:]) and len(made) > 1

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_the_preview_tells_which_letters_no_font_has(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, composer=compose) as (service, _listener):
            _kind, draft = await printed(service, document(tmp_path))
            for header, name, subject, undrawn in (
                ("plain", "Martin", "\U00010380", ""),
                ("cover", "Martin", "\U00010380", "\U00010380"),
                ("plain", "\U00010381 كهن", "", "\U00010381"),
            ):
                order = Order(header=header, number="0199000002", last_name=name, subject=subject)
                with (tmp_path / "out").open("w+b") as out:
                    told = await service.api.compose_draft(ME, draft, order, out.fileno())
                assert told.undrawn == undrawn

    script(tmp_path)
    asyncio.run(main())


def test_a_discarded_draft_leaves_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            _kind, draft = await printed(service, document(tmp_path))
            with pytest.raises(ApiError) as refused:
                await service.api.discard_draft(OTHER, draft)
            assert refused.value.code is ErrorCode.UNKNOWN
            await service.api.discard_draft(ME, draft)
            assert await service.api.list_drafts(ME) == []
            assert list(service.store.documents.folder.iterdir()) == []

    script(tmp_path)
    asyncio.run(main())


def test_a_print_job_with_a_number_needs_no_dialog(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            path = document(tmp_path)
            claim = {"key": "urn:uuid:9", "number": "0199000002", "last_name": "Martin"}
            kind, job = await printed(service, path, **claim)
            assert kind == "job"
            assert await printed(service, path, **claim) == ("job", job), "its backend did not hear us the first time"
            gate.let_through()
            await listener.until_job(job, "done")
            with pytest.raises(ApiError) as refused:
                await printed(service, path, number="0899123456")
            assert refused.value.code is ErrorCode.BAD_NUMBER
            assert len(list(service.store.documents.folder.iterdir())) == 1

    gate = Gate(tmp_path)
    script(tmp_path, {"0199000002": ["ok-slow"]})
    asyncio.run(main())
    gate.close()


def drawn(path: Path, when: str) -> Path:
    """A drawing of two pages as Ghostscript makes it: the same pixels, and the time of the drawing in them."""
    images = [Image.new("1", (1728, 2200), 1) for _ in range(2)]
    for number, image in enumerate(images):
        image.paste(0, (100, 100 + 50 * number, 800, 130 + 50 * number))
    images[0].save(
        path,
        "TIFF",
        compression="group4",
        dpi=(204, 196),
        tiffinfo={306: when},
        save_all=True,
        append_images=images[1:],
    )
    return path


def test_a_print_job_that_is_drawn_again_is_the_same_until_its_backend_has_heard(tmp_path: Path) -> None:
    async def main() -> None:
        first = drawn(tmp_path / "first.tif", "2026:11-26 10:00:00")
        second = drawn(tmp_path / "second.tif", "2026:11-26 10:00:02")
        assert first.read_bytes() != second.read_bytes()
        async with running(tmp_path) as (service, listener):
            kind, draft = await printed(service, first, key="urn:uuid:1")
            assert await printed(service, second, key="urn:uuid:1") == (kind, draft)
            job = await service.api.submit_draft(ME, draft, Order(number="0199000002"))
            await listener.until_job(job, "done")
            assert await printed(service, second, key="urn:uuid:1") == (kind, draft), "whatever has become of it"
            assert await service.api.list_drafts(ME) == []
        async with running(tmp_path) as (service, listener):
            assert await printed(service, first, key="urn:uuid:1") == (kind, draft), "and after a restart"
            await service.intake.acknowledge("lp", draft)
            _kind, again = await printed(service, second, key="urn:uuid:1")
            (asks,) = await service.api.list_drafts(ME)
            assert again == asks.id != draft
            assert asks.earlier is not None
            assert (asks.earlier.id, asks.earlier.state.value) == (job, "done")
            assert len(await service.api.list_jobs(ME)) == 1
            assert len(list(service.store.documents.folder.iterdir())) == 2

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_a_print_job_with_a_number_is_not_sent_twice_without_a_yes(tmp_path: Path) -> None:
    async def main() -> None:
        claim = {"key": "urn:uuid:9", "number": "0199000002"}
        async with running(tmp_path) as (service, listener):
            path = drawn(tmp_path / "first.tif", "2026:11:26 10:00:00")
            _kind, job = await printed(service, path, **claim)
            await listener.until_job(job, "done")
            assert await printed(service, path, **claim) == ("job", job)
            await service.intake.acknowledge("lp", job)
            kind, draft = await printed(service, path, **claim)
            assert kind == "draft"
            # The same name with other pages or for another number is not taken for the same, and nothing is lost.
            other = document(tmp_path)
            kind, second = await printed(service, other, **claim)
            assert kind == "draft"
            kind, third = await printed(service, other, **{**claim, "number": "0199000003"})
            assert kind == "draft"
            assert {draft, second, third} == {each.id for each in await service.api.list_drafts(ME)}
            assert [each.id for each in await service.api.list_jobs(ME)] == [job]

    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_a_print_job_is_forgotten_in_the_end(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            path = drawn(tmp_path / "first.tif", "2026:11:26 10:00:00")
            await printed(service, path, key="urn:uuid:1")
            assert service.store.print_jobs.forget(1) == 0
            assert service.store.print_jobs.forget(-1) == 1
            assert service.store.print_jobs.get(ME, "urn:uuid:1") is None

    script(tmp_path)
    asyncio.run(main())


def test_one_user_cannot_fill_the_service_with_drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submitting, "MOST_DRAFTS", 2)

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            for _ in range(2):
                await printed(service, document(tmp_path))
            with pytest.raises(ApiError) as refused:
                await printed(service, document(tmp_path))
            assert refused.value.code is ErrorCode.STATE
            assert len(list(service.store.documents.folder.iterdir())) == 2

    script(tmp_path)
    asyncio.run(main())


def test_why_a_document_was_refused_is_logged_without_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def refuse(*_files: object) -> None:
        raise DocumentError(Reason.DAMAGED, "ASCII value of tag 270: words of the document")

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            with pytest.raises(ApiError, match="damaged"):
                await printed(service, document(tmp_path))

    monkeypatch.setattr("faxcore.api.intake.check_pages_async", refuse)
    script(tmp_path)
    with caplog.at_level("INFO"):
        asyncio.run(main())
    assert "damaged" in caplog.text and "words of the document" not in caplog.text


def test_the_headers_to_choose_from(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            headers = await service.api.headers(ME)
            assert [(header.id, header.cover) for header in headers] == [("plain", False), ("cover", True)]

    script(tmp_path)
    asyncio.run(main())
