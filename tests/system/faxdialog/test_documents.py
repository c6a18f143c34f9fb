# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of a fax in the dialog, before the real service: added, put into order, pages left out, sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PyQt6.QtCore import QMimeData, QModelIndex, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QFileDialog, QListWidgetItem

from faxcore.bus import client
from faxcore.contract.bus import Document
from faxcore.contract.printed import Draft
from faxcore.document.tiff import page_sizes, write_pages
from faxcore.model.page import Page, Resolution, Width
from tests.support.documents import pdf
from tests.system.faxdialog.conftest import until
from tests.system.faxdialog.real_service import Office, Opened, office, opened

Play = Callable[[Awaitable[None]], None]


@pytest.fixture(scope="module")
def running() -> Iterator[Office]:
    """One service for all tests that do not end it."""
    with office() as made:
        yield made


def lines(one: Opened) -> list[str]:
    """The documents as a person reads them."""
    rows = one.dialog.documents.rows
    return [item.text() for row in range(rows.count()) if (item := rows.item(row)) is not None]


def small(one: Opened, row: int) -> QListWidgetItem:
    item = one.dialog.preview.strip.item(row)
    assert item is not None
    return item


async def add(one: Opened, *paths: Path) -> None:
    """Choose these files in the file dialog, and wait for them."""
    before = len(lines(one))
    one.dialog.documents.add.click()
    await until(lambda: one.dialog.findChild(QFileDialog) is not None)
    asked = one.dialog.findChild(QFileDialog)
    assert asked is not None
    asked.filesSelected.emit([str(path) for path in paths])
    asked.close()
    await until(lambda: len(lines(one)) == before + len(paths) and one.dialog.documents.state.isHidden())


async def draft_of(one: Opened) -> Draft:
    async with client.connect(one.office.address) as desk:
        return next(each for each in await desk.list_drafts() if each.id == one.sending.draft)


async def send(one: Opened, folder: Path) -> list[tuple[int, Resolution]]:
    """Send the fax; the length and resolution of each page of its job."""
    one.dialog.form.fields["number"].setFocus()
    one.type("number", "0199000002")
    QTest.keyClick(one.dialog.form.fields["number"], Qt.Key.Key_Return)
    await until(lambda: one.sending.job)
    async with client.connect(one.office.address) as desk:
        with (folder / "sent.tif").open("w+b") as out:
            await desk.read_job(one.sending.job, out)
    return [(round(size.millimetres), size.resolution) for size in page_sizes(folder / "sent.tif")]


def make_files(folder: Path) -> tuple[Path, Path, Path]:
    """A PDF of two pages, a picture, and a fax in standard resolution."""
    (folder / "Quote.pdf").write_bytes(pdf(2, size=(210.0, 200.0)))
    Image.new("L", (400, 300), 90).save(folder / "Roof.png")
    write_pages(folder / "Old.tif", [Page(Width.A4, Resolution.STANDARD, bytes(216 * 385))])
    return folder / "Quote.pdf", folder / "Roof.png", folder / "Old.tif"


def test_files_are_added_behind_the_printed_document_and_sent_with_it(
    play: Play, running: Office, tmp_path: Path
) -> None:
    async def scenario() -> None:
        quote, roof, old = make_files(tmp_path)
        async with opened(running) as one:
            assert lines(one) == ["Letter (2 pages)"]
            await add(one, quote, roof)
            await add(one, old)
            assert lines(one) == ["Letter (2 pages)", "Quote.pdf (2 pages)", "Roof.png (1 page)", "Old.tif (1 page)"]
            await until(lambda: one.dialog.preview.count == 6)
            assert one.dialog.details.text() == "6 pages, different resolutions"
            await one.composed()
            fine = Resolution.FINE
            sent = await send(one, tmp_path)
            assert sent[2:] == [(200, fine), (200, fine), (297, fine), (100, Resolution.STANDARD)]
            assert len(sent) == 6

    play(scenario())


def test_files_are_dropped_on_the_window_also_on_a_field(play: Play, running: Office, tmp_path: Path) -> None:
    async def scenario() -> None:
        quote, roof, _old = make_files(tmp_path)
        async with opened(running) as one:
            field = one.dialog.form.fields["subject"]
            for target, path in ((one.dialog, quote), (field, roof)):
                brought = QMimeData()
                brought.setUrls([QUrl.fromLocalFile(str(path)), QUrl("https://example.org/x.pdf")])
                about = (Qt.DropAction.CopyAction, brought, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
                entering = QDragEnterEvent(QPoint(5, 5), *about)
                QApplication.sendEvent(target, entering)
                assert entering.isAccepted()
                QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), *about))
            await until(lambda: lines(one) == ["Letter (2 pages)", "Quote.pdf (2 pages)", "Roof.png (1 page)"])
            assert field.text() == ""

    play(scenario())


def test_documents_are_moved_and_removed_by_keys_and_by_buttons(play: Play, running: Office, tmp_path: Path) -> None:
    async def scenario() -> None:
        quote, roof, _old = make_files(tmp_path)
        async with opened(running) as one:
            await add(one, quote, roof)
            await one.composed()
            rows = one.dialog.documents.rows
            rows.setFocus()
            rows.setCurrentRow(2)
            QTest.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
            assert [line.split()[0] for line in lines(one)] == ["Letter", "Roof.png", "Quote.pdf"]
            one.dialog.documents.up.click()
            await until(lambda: one.dialog.windowTitle() == "Send a fax: Roof.png")
            assert [part.title for part in (await draft_of(one)).parts] == ["Roof.png", "Letter", "Quote.pdf"]
            await one.composed()
            # As by the mouse, which Qt moves lines with.
            model = rows.model()
            assert model is not None and model.moveRow(QModelIndex(), 0, QModelIndex(), 3)
            await until(lambda: one.dialog.windowTitle() == "Send a fax: Letter")
            assert [part.title for part in (await draft_of(one)).parts] == ["Letter", "Quote.pdf", "Roof.png"]
            rows.setCurrentRow(1)
            QTest.keyClick(rows, Qt.Key.Key_Delete)
            await until(lambda: one.dialog.preview.count == 3)
            assert [len(await send(one, tmp_path))] == [3]

    play(scenario())


def test_pages_that_come_late_are_seen_also_if_the_order_has_changed_since(
    play: Play, running: Office, tmp_path: Path
) -> None:
    async def scenario() -> None:
        _quote, roof, _old = make_files(tmp_path)
        async with opened(running) as one:
            desk = one.sending.link.desk
            read, may_answer = desk.read_draft, asyncio.Event()

            async def read_late(draft: str, out: Document) -> None:
                await may_answer.wait()
                await read(draft, out)

            desk.read_draft = read_late  # type: ignore[method-assign]
            one.sending._documents.add_files([roof])
            await until(lambda: len(lines(one)) == 2)
            one.dialog.documents.rows.setCurrentRow(1)
            one.dialog.documents.up.click()
            await until(lambda: one.dialog.windowTitle() == "Send a fax: Roof.png")
            may_answer.set()
            await until(lambda: one.dialog.preview.count == 3)

    play(scenario())


def test_the_last_document_is_not_removed(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            assert one.dialog.documents.remove.isHidden()
            QTest.keyClick(one.dialog.documents.rows, Qt.Key.Key_Delete)
            assert lines(one) == ["Letter (2 pages)"]
            assert len((await draft_of(one)).parts) == 1

    play(scenario())


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("rubbish.bin", bytes(range(256)) * 9, "rubbish.bin: "),
        ("empty.pdf", b"", "empty.pdf: The document is empty"),
        ("bomb.pdf", b"%PDF-1.4\n" + b"1 0 obj<</Type/Pages/Count 9>>" * 40, "bomb.pdf: "),
        ("none.pdf", None, "none.pdf: No such file"),
    ],
)
def test_a_file_that_cannot_be_faxed_is_named_and_nothing_is_changed(
    play: Play, running: Office, tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    async def scenario() -> None:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        async with opened(running) as one:
            one.sending._documents.add_files([tmp_path / name])
            message = one.dialog.documents.message
            await until(lambda: message.text.text().startswith(reason))
            assert message.isVisible()
            assert lines(one) == ["Letter (2 pages)"]
            assert len((await draft_of(one)).parts) == 1
            assert len(await send(one, tmp_path)) == 2

    play(scenario())


def test_a_page_is_left_out_by_its_tick_and_kept_for_later(play: Play, running: Office, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(running, pages=3) as one:
            draft = one.draft
            strip = one.dialog.preview.strip
            assert [small(one, row).checkState() for row in range(3)] == [Qt.CheckState.Checked] * 3
            strip.setFocus()
            strip.setCurrentRow(1)
            QTest.keyClick(strip, Qt.Key.Key_Space)
            await until(lambda: "1 page left out" in one.dialog.foot.text())
            await until(lambda: one.dialog.foot.text().startswith("2 pages"))
            assert [small(one, row).text() for row in range(3)] == ["1", "–", "2"]
            assert one.dialog.preview.where.text() == "Left out"
            assert lines(one) == ["Letter (2 of 3 pages)"]
            (part,) = (await draft_of(one)).parts
            assert part.left_out == (2,)
        async with opened(running, draft=draft) as one:
            await until(lambda: one.dialog.preview.count == 3)
            assert small(one, 1).checkState() is Qt.CheckState.Unchecked
            assert small(one, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "Left out"
            assert len(await send(one, tmp_path)) == 2

    play(scenario())


def test_one_page_must_stay(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running, pages=2) as one:
            small(one, 0).setCheckState(Qt.CheckState.Unchecked)
            await until(lambda: "1 page left out" in one.dialog.foot.text())
            small(one, 1).setCheckState(Qt.CheckState.Unchecked)
            assert small(one, 1).checkState() is Qt.CheckState.Checked
            (part,) = (await draft_of(one)).parts
            assert part.left_out == (1,)
            small(one, 0).setCheckState(Qt.CheckState.Checked)
            await until(lambda: "left out" not in one.dialog.foot.text())

    play(scenario())


def test_a_cover_page_has_no_tick_and_moves_none(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running, pages=2) as one:
            covered = next(each.id for each in one.dialog.form._headers.values() if each.cover)
            one.dialog.form.choose_header(covered)
            await until(lambda: one.dialog.preview.count == 3)
            await one.composed()
            assert not small(one, 0).flags() & Qt.ItemFlag.ItemIsUserCheckable
            small(one, 1).setCheckState(Qt.CheckState.Unchecked)
            await until(lambda: "1 page left out" in one.dialog.foot.text())
            (part,) = (await draft_of(one)).parts
            assert part.left_out == (1,)

    play(scenario())


def test_enter_while_a_file_is_added_sends_the_fax_with_it(play: Play, running: Office, tmp_path: Path) -> None:
    async def scenario() -> None:
        quote, _roof, _old = make_files(tmp_path)
        async with opened(running) as one:
            one.type("number", "0199000002")
            await until(lambda: one.dialog.send.isEnabled())
            one.sending._documents.add_files([quote])
            assert not one.dialog.send.isEnabled()
            QTest.keyClick(one.dialog.form.fields["number"], Qt.Key.Key_Return)
            await until(lambda: one.sending.job)
            async with client.connect(running.address) as desk:
                assert (await desk.show_job(one.sending.job)).job.pages == 4

    play(scenario())
