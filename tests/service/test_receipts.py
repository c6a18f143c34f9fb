# SPDX-License-Identifier: GPL-3.0-or-later
"""A receipt says what became of a fax, and shows its first page as it was sent, or says that it is made again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.sent_fax import Verdict
from faxcore.document.tiff import write_pages
from faxcore.model.page import Page, Resolution, Width
from faxcore.service import FaxService
from tests.service.test_verifying import change_an_octet
from tests.support.archived import archived, stamp, until_filed
from tests.support.service_parts import ME, OTHER, document, running, script, submit
from tests.support.waiting import async_test

TO = "0199000002"


class Receipt:
    """The text of a receipt, and the shades of the picture on it."""

    def __init__(self, path: Path) -> None:
        pdf = PdfDocument(path)
        assert len(pdf) == 1
        page = pdf[0]
        self.text = " ".join(page.get_textpage().get_text_bounded().split())
        drawn = page.render(scale=2).to_pil().convert("L")
        left, top, right, bottom = drawn.crop((0, drawn.height // 2, drawn.width, drawn.height)).point(
            lambda grey: 255 if grey < 128 else 0
        ).getbbox() or (0, 0, 0, 0)
        self.picture: Image.Image = drawn.crop((left, top + drawn.height // 2, right, bottom + drawn.height // 2))
        pdf.close()


async def receipt(service: FaxService, folder: Path, job: str, person: str = ME) -> Receipt:
    path = folder / "receipt.pdf"
    with path.open("w+b") as out:
        await service.api.write_receipt(person, job, out.fileno())
    return Receipt(path)


def sheets(folder: Path) -> Path:
    """Three whole sheets of A4."""
    path = folder / "sheets.tif"
    write_pages(path, [Page(Width.A4, Resolution.FINE, bytes([number]) * 216 * 2287) for number in (1, 2, 3)])
    return path


@contextmanager
def refused(code: ErrorCode) -> Iterator[None]:
    with pytest.raises(ApiError) as error:
        yield
    assert error.value.code is code


@async_test
async def test_a_fax_that_arrived_has_a_receipt_with_its_page_as_it_was_sent(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["partial", "ok"]})
    async with running(tmp_path, archived(tmp_path), composer=stamp) as (service, _listener):
        job = await submit(service, sheets(tmp_path), subject="A & <b>b</b>", company="Mairie", title="B.pdf")
        await until_filed(service, job)
        found = await receipt(service, tmp_path, job)
        for words in (
            "Delivery receipt",
            "All pages were confirmed by the other end.",
            "Martin",
            "Mairie",
            "01 99 00 00 02",
            "A & <b>b</b>",
            "B.pdf",
            "+33199000099",
            "3 of 3",
            "Calls 2",
            "The first page as it was sent:",
        ):
            assert words in found.text, (words, found.text)
        assert found.picture.width > 150
        assert 1.3 < found.picture.height / found.picture.width < 1.5, "the form of a sheet"
        assert not list(service.store.documents.folder.glob("*.preview"))
        copy = service.store.sent_copies.get(job)
        assert copy is not None
        change_an_octet(Path(copy.tiff))
        assert "The first page, made again from the document:" in (await receipt(service, tmp_path, job)).text
        Path(copy.tiff).unlink()
        assert "The first page, made again from the document:" in (await receipt(service, tmp_path, job)).text


@async_test
async def test_while_the_archive_is_away_the_page_is_the_one_that_is_kept(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    (tmp_path / "archive").write_text("a file where the folder should be")
    async with running(tmp_path, archived(tmp_path), composer=stamp) as (service, listener):
        job = await submit(service, document(tmp_path))
        await listener.until_job(job, "done")
        assert "The first page as it was sent:" in (await receipt(service, tmp_path, job)).text


@async_test
async def test_a_fax_that_did_not_arrive_is_said_not_to_have_been_delivered(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["partial", "no-fax"]})
    async with running(tmp_path, composer=stamp) as (service, listener):
        job = await submit(service, document(tmp_path, 3))
        await listener.until_job(job, "failed")
        found = await receipt(service, tmp_path, job)
        assert "This fax was not delivered" in found.text and "1 of 3" in found.text
        assert "The first page, made again from the document:" in found.text
        assert "confirmed by the other end" not in found.text and "Delivery receipt" not in found.text
        with refused(ErrorCode.UNKNOWN):
            await receipt(service, tmp_path, job, OTHER)
        assert (tmp_path / "receipt.pdf").read_bytes() == b""


@async_test
async def test_there_is_none_of_a_fax_whose_end_nobody_knows(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["unconfirmed"], "0199000003": ["hang"]})
    async with running(tmp_path, composer=stamp) as (service, listener):
        job = await submit(service, document(tmp_path))
        await listener.until_job(job, "uncertain")
        with refused(ErrorCode.STATE):
            await receipt(service, tmp_path, job)
        await service.api.resolve_job(ME, job, Verdict.ARRIVED)
        said = await receipt(service, tmp_path, job)
        assert "Delivery receipt" in said.text and "All pages were confirmed" not in said.text
        assert "A person has said that it arrived: the other end did not confirm its last page." in said.text
        hanging = await submit(service, document(tmp_path), "0199000003")
        await listener.until_dialling(hanging)
        with refused(ErrorCode.STATE):
            await receipt(service, tmp_path, hanging)
        await service.api.cancel_job(ME, hanging)
        await listener.until_job(hanging, "cancelled")
        assert "This fax was not delivered" in (await receipt(service, tmp_path, hanging)).text
