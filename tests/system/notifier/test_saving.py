# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes saved as files and forwarded as documents that wait, before the real service."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from PyQt6 import sip
from PyQt6.QtWidgets import QApplication, QFileDialog, QWidget

from faxcore.contract.order import Order
from faxcore.contract.received_fax import ReceptionFile
from faxcore.document.tiff import page_sizes, read_page
from notifier.fax import Fax, of_job
from notifier.fax_documents import DocumentKind, name_document, read_pages, write_document
from notifier.forwarding import forward, title_forwarded
from notifier.saving import Saving
from tests.support.hostile_text import NAMES, TEXTS, assert_harmless
from tests.support.service_fixture import serving
from tests.system.faxdialog.real_service import office
from tests.system.notifier.desktop import until
from tests.system.notifier.real_faxes import SCRIPT, Faxes, fax_named, real_faxes

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()
Play = Callable[[Awaitable[None]], None]


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QWidget]:
    shown = QWidget()
    shown.show()
    yield shown
    sip.delete(shown)


def play_with_faxes(play: Play, scenario: Callable[[Faxes], Awaitable[None]]) -> None:
    async def run(address: str, folder: Path) -> None:
        async with real_faxes(address, folder) as faxes:
            await scenario(faxes)

    with serving(SCRIPT) as (address, folder):
        play(run(address, folder))


def made(faxes: Faxes, window: QWidget) -> tuple[Saving, list[Path], list[str]]:
    """The part that saves, with what it says."""
    saving = Saving(faxes.link, window, asyncio.ensure_future)
    saved: list[Path] = []
    failed: list[str] = []
    saving.saved.connect(saved.append)
    saving.failed.connect(failed.append)
    return saving, saved, failed


def count_pages(path: Path) -> int:
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            return len(document)
    return len(page_sizes(path))


def test_faxes_are_saved_as_pdf_and_tiff_with_all_their_pages(play: Play, window: QWidget, tmp_path: Path) -> None:
    async def scenario(faxes: Faxes) -> None:
        saving, saved, failed = made(faxes, window)
        before = os.umask(0o027)
        try:
            for fax, pages in ((faxes.received, 3), (faxes.sent, 2)):
                for ending in (".pdf", ".tif", ".TIFF"):
                    path = tmp_path / f"{pages}{ending}"
                    await saving.save(fax, path)
                    assert saved[-1] == path and not failed
                    assert count_pages(path) == pages
                    assert path.stat().st_mode & 0o777 == 0o640, "as this person's programs make files"
        finally:
            os.umask(before)
        assert len(list(tmp_path.iterdir())) == 6, "nothing else is left there"
        with (tmp_path / "own.pdf").open("w+b") as own:
            await faxes.link.desk.read_reception(faxes.received.id, ReceptionFile.PDF, own)
        assert (tmp_path / "own.pdf").read_bytes() == (tmp_path / "3.pdf").read_bytes()

    play_with_faxes(play, scenario)


def test_the_dialog_offers_a_name_and_saves_where_it_was_said(play: Play, window: QWidget, tmp_path: Path) -> None:
    async def scenario(faxes: Faxes) -> None:
        saving, saved, _failed = made(faxes, window)
        dialog = saving.ask(faxes.received, DocumentKind.TIFF)
        assert dialog.isVisible() and dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
        assert not dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)
        offered = Path(dialog.selectedFiles()[0])
        assert offered.name == f"{name_document(faxes.received)}.tif" and offered.name.startswith("01 99 00 00 77 20")
        dialog.setDirectory(str(tmp_path))
        dialog.selectFile(str(tmp_path / "here.tif"))
        dialog.accept()
        await until(lambda: saved)
        assert saved == [tmp_path / "here.tif"] and count_pages(saved[0]) == 3

    play_with_faxes(play, scenario)


def test_a_name_without_an_ending_has_the_kind_that_was_chosen(play: Play, window: QWidget, tmp_path: Path) -> None:
    async def scenario(faxes: Faxes) -> None:
        saving, saved, _failed = made(faxes, window)
        for offered, chosen, name, begin in (
            (DocumentKind.TIFF, "PDF (*.pdf)", "Dr. Petit", b"%PDF-"),
            (DocumentKind.PDF, "TIFF, the pages as they are (*.tif *.tiff)", "Dr. Martin", b"II*\0"),
        ):
            dialog = saving.ask(faxes.received, offered)
            dialog.selectNameFilter(chosen)
            dialog.filterSelected.emit(chosen)
            dialog.fileSelected.emit(str(tmp_path / name))
            await until(lambda name=name: tmp_path / name in saved)  # type: ignore[misc]
            assert (tmp_path / name).read_bytes().startswith(begin)
            dialog.close()

    play_with_faxes(play, scenario)


def test_what_stood_there_before_stays_until_all_is_there(play: Play, window: QWidget, tmp_path: Path) -> None:
    async def scenario(faxes: Faxes) -> None:
        saving, saved, failed = made(faxes, window)
        target, link = tmp_path / "target.pdf", tmp_path / "link.pdf"
        target.write_text("before")
        link.symlink_to(target)
        gone = Fax(**{**vars(faxes.sent), "id": "00000000-0000-0000-0000-000000000000"})
        with pytest.raises(Exception, match="no"):
            await saving.save(gone, link)
        assert target.read_text() == "before" and sorted(tmp_path.iterdir()) == [link, target]
        await saving.save(faxes.sent, link)
        assert link.is_symlink() and count_pages(target) == 2 and saved == [link] and not failed

    play_with_faxes(play, scenario)


def test_a_place_where_nothing_can_be_written_is_said(play: Play, window: QWidget, tmp_path: Path) -> None:
    async def scenario(faxes: Faxes) -> None:
        saving, saved, failed = made(faxes, window)
        (tmp_path / "folder.pdf").mkdir()
        for path in (tmp_path / "nowhere" / "fax.pdf", tmp_path / "folder.pdf"):
            await saving.save(faxes.received, path)
            assert not saved and str(path) in failed[-1]
        assert [path.name for path in tmp_path.iterdir()] == ["folder.pdf"]

    play_with_faxes(play, scenario)


def test_pages_are_read_to_be_seen(play: Play) -> None:
    async def scenario(faxes: Faxes) -> None:
        read = [await read_pages(faxes.link.desk, fax) for fax in (faxes.received, faxes.sent)]
        assert [len(pages) for pages, _as_sent in read] == [3, 2]

    play_with_faxes(play, scenario)


def test_a_fax_is_forwarded_dot_for_dot_as_a_document_that_waits(play: Play, tmp_path: Path) -> None:
    async def scenario(faxes: Faxes) -> None:
        desk = faxes.link.desk
        draft = await forward(desk, faxes.received)
        found = {each.id: each for each in await desk.list_drafts()}[draft]
        assert found.pages == 3 and found.title == title_forwarded(faxes.received)
        assert found.title.startswith("Fax from 01 99 00 00 77, ") and "Today" not in found.title
        with (tmp_path / "draft.tif").open("w+b") as out:
            await desk.read_draft(draft, out)
        with (tmp_path / "fax.tif").open("w+b") as out:
            await desk.read_reception(faxes.received.id, ReceptionFile.TIFF, out)
        drawn, came = (page_sizes(tmp_path / name) for name in ("draft.tif", "fax.tif"))
        assert [(size.width, size.length) for size in drawn] == [(size.width, size.length) for size in came]

    play_with_faxes(play, scenario)


def test_a_sent_fax_is_kept_as_it_went_and_forwarded_as_it_was_handed_in(play: Play, tmp_path: Path) -> None:
    async def scenario(address: str) -> None:
        async with real_faxes(address, tmp_path, received=False) as faxes:
            desk = faxes.link.desk
            await write_document(desk, faxes.sent, DocumentKind.TIFF, tmp_path / "sent.tif")
            with (tmp_path / "draft.tif").open("w+b") as out:
                await desk.read_draft(await forward(desk, faxes.sent), out)
        sent, handed_in, bare = (tmp_path / name for name in ("sent.tif", "document.tif", "draft.tif"))
        assert read_page(bare, 0).rows == read_page(handed_in, 0).rows
        assert read_page(sent, 0).rows != read_page(handed_in, 0).rows, "it has a header line"

    with office() as made:
        play(scenario(made.address))


def test_a_cover_page_that_went_alone_is_forwarded_as_it_went(play: Play, tmp_path: Path) -> None:
    async def scenario(address: str) -> None:
        async with real_faxes(address, tmp_path, received=False) as faxes:
            desk = faxes.link.desk
            order = Order("0199000002", header="cover", message="We come.", send_at=TOMORROW)
            job = (await desk.show_job(await desk.submit_cover(order))).job
            with (tmp_path / "draft.tif").open("w+b") as out:
                await desk.read_draft(await forward(desk, of_job(job)), out)
        assert len(page_sizes(tmp_path / "draft.tif")) == 1

    with office() as made:
        play(scenario(made.address))


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_hostile_names_make_harmless_files_and_titles(text: str, tmp_path: Path) -> None:
    fax = fax_named(text)
    name = name_document(fax)
    assert "/" not in name and not name.startswith((".", "-")) and name.isprintable()
    (tmp_path / f"{name}.pdf").touch()
    assert_harmless(title_forwarded(fax))
