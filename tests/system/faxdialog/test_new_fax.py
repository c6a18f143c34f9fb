# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax that begins without a print job, and what is printed while one is being written; before the real service."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PyQt6 import sip
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from faxcore.bus import client
from faxcore.contract.address_book import Contact
from faxcore.contract.printed import Draft
from faxcore.model.page import Resolution
from faxcore.qt.link import DeskLink
from faxdialog.__main__ import Wish, make_parser, read_wish
from faxdialog.controller import DialogController
from faxdialog.window import SendDialog
from tests.support.documents import pdf
from tests.system.faxdialog.conftest import SECONDS, until
from tests.system.faxdialog.real_service import Office, Opened, office, opened

Play = Callable[[Awaitable[None]], None]
DRAFT = "01a2b3c4-0000-7000-8000-0123456789ab"


@pytest.fixture(scope="module")
def running() -> Iterator[Office]:
    """One service for all tests that do not end it."""
    with office() as made:
        yield made


@asynccontextmanager
async def begun(office: Office, files: Sequence[Path] = (), to: str = "") -> AsyncIterator[Opened]:
    """The dialog for a new fax."""
    link = DeskLink(address=office.address)
    linking = asyncio.ensure_future(link.run())
    dialog = SendDialog()
    await until(lambda: link.known)
    one = Opened(office, dialog, DialogController(link, dialog, new=True, files=files, to=to), "")
    one.sending.show()
    try:
        yield one
    finally:
        dialog.close()
        linking.cancel()
        await asyncio.gather(linking, return_exceptions=True)
        sip.delete(dialog)


async def list_drafts(office: Office) -> list[Draft]:
    async with client.connect(office.address) as desk:
        return await desk.list_drafts()


def count(one: Opened) -> int:
    return one.dialog.documents.rows.count()


def test_a_new_fax_takes_its_first_document(play: Play, running: Office, tmp_path: Path) -> None:
    async def scenario() -> None:
        (tmp_path / "Quote.pdf").write_bytes(pdf(2))
        async with begun(running) as one:
            await until(lambda: one.dialog.windowTitle() == "New fax")
            one.type("number", "0199000002")
            one.type("subject", "Roof")
            await until(lambda: one.dialog.send.isEnabled())
            QTest.keyClick(one.dialog.form.fields["number"], Qt.Key.Key_Return)
            assert one.dialog.documents.message.text.text() == (
                "There is no document yet: add one, or choose a header that has a cover page."
            )
            assert QApplication.focusWidget() is one.dialog.documents.add
            one.sending._documents.add_files([tmp_path / "Quote.pdf"])
            await one.composed()
            assert one.dialog.windowTitle() == "Send a fax: Quote.pdf"
            assert one.dialog.form.fields["subject"].text() == "Roof"
            QTest.keyClick(one.dialog.form.fields["number"], Qt.Key.Key_Return)
            await until(lambda: one.sending.job)
            async with client.connect(running.address) as desk:
                job = (await desk.show_job(one.sending.job)).job
                assert (job.title, job.subject, job.pages) == ("Quote.pdf", "Roof", 2)

    play(scenario())


def test_files_of_the_command_line_are_the_documents(play: Play, running: Office, tmp_path: Path) -> None:
    async def scenario() -> None:
        for name in ("Quote.pdf", "Plan.pdf"):
            (tmp_path / name).write_bytes(pdf())
        async with begun(running, [tmp_path / "Quote.pdf", tmp_path / "Plan.pdf"]) as one:
            await until(lambda: count(one) == 2)
            await until(lambda: one.dialog.preview.count == 2)
            await one.composed()
            draft = next(each for each in await list_drafts(running) if each.id == one.sending.draft)
            assert [part.title for part in draft.parts] == ["Quote.pdf", "Plan.pdf"]

    play(scenario())


@pytest.mark.parametrize("number", ["+33199000077", "01 99 00 00 77"])
def test_a_new_fax_for_a_number_has_the_name_of_whoever_has_it(play: Play, running: Office, number: str) -> None:
    async def scenario() -> None:
        async with client.connect(running.address) as desk:
            kept = Contact(first_name="Claire", last_name="Petit", company="CH Orsay", number="0199000077")
            (contact,) = await desk.save_contacts([kept])
        async with begun(running, to=number) as one:
            await until(lambda: one.dialog.form.to.is_ready())
            (chosen,) = one.dialog.form.to.all()
            assert (chosen.name, chosen.number) == ("Claire Petit", "01 99 00 00 77")
            assert chosen.recipient.company == "CH Orsay"
        async with client.connect(running.address) as desk:
            await desk.remove_contact(contact.id)

    play(scenario())


def test_a_new_fax_for_a_number_of_nobody_is_judged_as_typed(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with begun(running, to="0199000055") as one:
            assert one.dialog.form.to_field.edit.text() == "0199000055", "before the service has said anything"
            await until(lambda: one.dialog.form.to.is_ready())
            assert not one.dialog.form.to.chosen and "France" in one.verdict
            QTest.keyClicks(one.dialog.form.to_field.edit, "1")
            await until(lambda: one.dialog.form.to.text.replace(" ", "") == "01990000551")
            assert len(one.dialog.form.to.all()) == 1
        async with begun(running, to="LAB, DUPONT") as one:
            await until(lambda: one.verdict)
            assert not one.dialog.form.to.is_ready() and not one.dialog.form.to.chosen

    play(scenario())


def test_the_command_line_tells_files_from_drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def wish(*arguments: str) -> Wish:
        return read_wish(make_parser().parse_args(arguments))

    assert wish() == Wish()
    assert wish(DRAFT) == Wish(draft=DRAFT)
    assert wish("--new") == Wish(new=True)
    assert wish("--to", "0199000002") == wish("--new", "--to", "0199000002\n") == Wish(new=True, to="0199000002")
    assert wish("--to", "0199000002", "a.pdf") == Wish(new=True, to="0199000002", files=(tmp_path / "a.pdf",))
    assert wish("a.pdf", "/b.ps") == Wish(new=True, files=(tmp_path / "a.pdf", Path("/b.ps")))
    Path(DRAFT).touch()
    assert wish(DRAFT) == Wish(new=True, files=(tmp_path / DRAFT,))


def test_the_program_opens_with_files(running: Office, tmp_path: Path) -> None:
    (tmp_path / "Quote.pdf").write_bytes(pdf())

    async def scenario() -> None:
        before = {draft.id for draft in await list_drafts(running)}
        environment = os.environ | {
            "DBUS_SYSTEM_BUS_ADDRESS": running.address,
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CONFIG_HOME": str(tmp_path),
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "faxdialog", str(tmp_path / "Quote.pdf"), env=environment
        )
        try:
            async with asyncio.timeout(SECONDS):
                while not (new := [each for each in await list_drafts(running) if each.id not in before]):
                    await asyncio.sleep(0.05)
            assert [(draft.title, draft.pages) for draft in new] == [("Quote.pdf", 1)]
        finally:
            process.kill()
            await process.wait()

    asyncio.run(scenario())


# ------------------------------------------------------------ drawn otherwise


def test_a_document_is_drawn_coarser_and_as_a_photo(play: Play, running: Office, tmp_path: Path) -> None:
    async def scenario() -> None:
        for name in ("Plan.pdf", "Quote.pdf"):
            (tmp_path / name).write_bytes(pdf(2))
        async with begun(running, [tmp_path / "Plan.pdf"]) as one:
            await one.composed()
            choice = one.dialog.drawing
            assert choice.isVisible() and choice.resolution.currentText() == "fine resolution"
            fine = one.dialog.preview.area.sheet._page
            choice.resolution.setFocus()
            QTest.keyClick(choice.resolution, Qt.Key.Key_Up)
            await until(lambda: one.dialog.details.text() == "2 pages, standard resolution")
            await until(lambda: one.dialog.preview.area.sheet._page is not fine)
            await one.composed()
            coarse = one.dialog.preview.area.sheet._page
            assert fine is not None and coarse is not None
            assert coarse.pixels[1] < 0.6 * fine.pixels[1] and coarse.size_mm[1] > 0.9 * fine.size_mm[1]
            QTest.mouseClick(choice.photo, Qt.MouseButton.LeftButton, pos=QPoint(8, choice.photo.height() // 2))
            await until(lambda: one.dialog.drawing.photo.isChecked() and not one.dialog._busy)
            (draft,) = [each for each in await list_drafts(running) if each.id == one.sending.draft]
            assert (draft.resolution, draft.parts[0].photo) == (Resolution.STANDARD, True)
            one.sending._documents.add_files([tmp_path / "Quote.pdf"])
            await until(lambda: count(one) == 2)
            await until(lambda: not choice.isVisible())

    play(scenario())


def test_what_cannot_be_drawn_otherwise_offers_nothing(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            assert not one.dialog.drawing.isVisible(), "the printing system has handed in pages only"

    play(scenario())


# ------------------------------------------------------------ printed while a fax is being written


def test_what_was_printed_again_is_added_if_a_person_says_so(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            told: list[str] = []
            one.sending.printed.joined.connect(told.append)
            other = await running.print("Quote", 3)
            one.sending.printed.ask(other)
            await until(one.dialog.printed.isVisible)
            assert one.dialog.printed.bar.text.text() == "Also printed: Quote (3 pages)."
            assert count(one) == 1
            one.dialog.printed.add.click()
            await until(lambda: count(one) == 2)
            assert told == [other]
            await until(lambda: one.dialog.preview.count == 5)
            assert not one.dialog.printed.isVisible()
            assert other not in {draft.id for draft in await list_drafts(running)}

    play(scenario())


def test_or_it_is_a_fax_of_its_own(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            told: list[str] = []
            one.sending.printed.separate.connect(told.append)
            asked = [await running.print("Quote", 1), await running.print("Plan", 1)]
            for draft in asked:
                one.sending.printed.ask(draft)
            await until(one.dialog.printed.isVisible)
            one.dialog.printed.separate.click()
            await until(lambda: told == asked[:1] and one.dialog.printed.isVisible())
            one.dialog.close()  # nobody has answered about the second one
            assert told == asked
            assert count(one) == 1
            assert {*asked} <= {draft.id for draft in await list_drafts(running)}

    play(scenario())


def test_a_fax_that_was_sent_takes_no_more(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            told: list[str] = []
            one.sending.printed.separate.connect(told.append)
            one.type("number", "0199000002")
            QTest.keyClick(one.dialog.form.fields["number"], Qt.Key.Key_Return)
            await until(lambda: one.sending.job)
            one.sending.printed.ask("any")
            assert told == ["any"]

    play(scenario())
