# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing typed is ever lost, also before the first document and while the service is away; and a cover page that goes
out alone. Before the real service.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from faxcore.bus import client
from faxcore.contract.listed import FaxQuery
from faxcore.contract.printed import Draft
from faxcore.left_orders.state_files import state_folder
from faxcore.left_orders.typed_orders import list_typed
from faxcore.model.job import State
from notifier.hand_over import hand_over_left
from tests.support.documents import pdf
from tests.system.faxdialog.conftest import SECONDS, until
from tests.system.faxdialog.real_service import Office, Opened, in_thread, office, opened, unopened
from tests.system.faxdialog.test_new_fax import begun, list_drafts

Play = Callable[[Awaitable[None]], None]

TYPING = """
import sys
from PyQt6.QtCore import QTimer
from PyQt6.QtTest import QTest
from faxdialog import __main__, controller

def show(self):
    shown(self)
    QTimer.singleShot(0, lambda: QTest.keyClicks(self.dialog.form.fields["subject"], "Killed"))

shown, controller.DialogController.show = controller.DialogController.show, show
sys.argv = ["faxdialog", "--new"]
sys.exit(__main__.main())
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Office]:
    """One service for all tests that do not end it."""
    with office() as made:
        yield made


@asynccontextmanager
async def new_fax(office: Office) -> AsyncIterator[Opened]:
    """The dialog for a new fax, with its headers there."""
    async with begun(office) as one:
        one.sending.finished.connect(lambda: one.ends.append(True))
        await until(lambda: one.dialog.form.header.count())
        yield one


async def find_drafts(office: Office, subject: str) -> list[Draft]:
    return [draft for draft in await list_drafts(office) if draft.kept.order.subject == subject]


async def kept(office: Office, subject: str) -> Draft:
    """The draft of this subject, as soon as it is kept."""
    async with asyncio.timeout(SECONDS):
        while len(found := await find_drafts(office, subject)) != 1:
            assert not found
            await asyncio.sleep(0.05)
    return found[0]


def choose(one: Opened, header: str) -> None:
    form = one.dialog.form
    form.header.setCurrentIndex(form.header.findData(header))


# ------------------------------------------------------------ kept


def test_what_is_typed_before_the_first_document_is_there_again(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with new_fax(running) as one:
            choose(one, "cover")
            one.type("number", "0199000002")
            one.type("last_name", "Petit")
            one.type("subject", "Roof")
            one.dialog.form.message.setPlainText("We come on Monday.")
            one.dialog.close()
            await until(lambda: one.ends)
        draft = await kept(running, "Roof")
        assert draft.parts == ()
        async with opened(running, draft=draft.id) as again:
            form = again.dialog.form
            assert [form.fields[name].text() for name in ("number", "last_name", "subject")] == [
                "01 99 00 00 02",
                "Petit",
                "Roof",
            ]
            assert (form.message.text(), form.header_id) == ("We come on Monday.", "cover")
            assert again.dialog.windowTitle() == "New fax"

    play(scenario())


def test_a_new_fax_in_which_nothing_is_typed_is_no_draft(play: Play, running: Office) -> None:
    async def scenario() -> None:
        before = await list_drafts(running)
        async with new_fax(running) as one:
            choose(one, "cover")
            one.dialog.close()
            await until(lambda: one.ends)
        async with new_fax(running) as one:
            one.type("subject", "Erased")
            await kept(running, "Erased")
            one.dialog.form.fields["subject"].clear()
            one.dialog.close()
            await until(lambda: one.ends)
        assert await list_drafts(running) == before

    play(scenario())


def test_documents_join_what_was_typed(play: Play, running: Office, tmp_path: Path) -> None:
    async def scenario() -> None:
        (tmp_path / "Quote.pdf").write_bytes(pdf(2))
        async with new_fax(running) as one:
            one.type("subject", "Joined")
            bare = await kept(running, "Joined")
            one.sending._documents.add_files([tmp_path / "Quote.pdf"])
            await until(lambda: one.dialog.documents.rows.count() == 1)
            await until(one.dialog.drawing.photo.isVisible)  # it can be drawn as a photo, as if nothing had been typed
            one.type("subject", " later")
            one.dialog.close()
            await until(lambda: one.ends)
        draft = await kept(running, "Joined later")
        assert (draft.id, draft.title, draft.pages) == (bare.id, "Quote.pdf", 2)

    play(scenario())


def test_what_is_printed_joins_a_new_fax_at_any_moment(play: Play, running: Office) -> None:
    """The question is answered while what was typed is being kept: there is one draft in the end, with both."""

    async def scenario() -> None:
        printed = [await running.print("Printed"), await running.print("Printed too")]
        async with new_fax(running) as one:
            one.sending._join_printed(printed[0])
            one.type("subject", "Both")
            one.sending._keeping._save_soon()
            await until(lambda: one.dialog.documents.rows.count() == 1)
            one.sending._join_printed(printed[1])
            await until(lambda: one.dialog.documents.rows.count() == 2)
            one.dialog.close()
            await until(lambda: one.ends)
        draft = await kept(running, "Both")
        assert [part.title for part in draft.parts] == ["Printed", "Printed too"]
        assert not set(printed) - {draft.id} & {each.id for each in await list_drafts(running)}

    play(scenario())


def test_what_was_typed_just_before_the_first_document_is_kept_with_it(
    play: Play, running: Office, tmp_path: Path
) -> None:
    async def scenario() -> None:
        (tmp_path / "Plan.pdf").write_bytes(pdf(1))
        async with new_fax(running) as one:
            one.type("subject", "Just before")
            one.sending._documents.add_files([tmp_path / "Plan.pdf"])
            await until(lambda: one.dialog.documents.rows.count() == 1)
            one.dialog.close()
            await until(lambda: one.ends)
        assert (await kept(running, "Just before")).title == "Plan.pdf"

    play(scenario())


def test_a_killed_dialog_costs_the_last_second_only(play: Play, running: Office, tmp_path: Path) -> None:
    """The program itself, as the launcher starts it; keys come to it as from a keyboard, and then SIGKILL."""
    program_file = tmp_path / "killed_dialog.py"
    program_file.write_text(TYPING)

    async def scenario() -> None:
        environment = os.environ | {"DBUS_SYSTEM_BUS_ADDRESS": running.address, "QT_QPA_PLATFORM": "offscreen"}
        program = await asyncio.create_subprocess_exec(sys.executable, str(program_file), env=environment)
        try:
            await kept(running, "Killed")
        finally:
            program.send_signal(signal.SIGKILL)
            await program.wait()
        assert (await kept(running, "Killed")).parts == ()

    play(scenario())


# ------------------------------------------------------------ the service is away


def test_what_is_typed_while_the_service_is_away_is_a_draft_when_it_is_back(play: Play) -> None:
    async def scenario(office: Office) -> None:
        async with new_fax(office) as one:
            await in_thread(office.stop)
            await until(lambda: "is not running" in one.said)
            assert "What you type here is kept" in one.said
            one.type("subject", "Away")
            one.dialog.close()
            await until(lambda: one.ends)
        assert len(list_typed()) == 1
        await in_thread(office.start)
        for _twice in range(2):
            await hand_over_left(office.address)
        assert list_typed() == []
        assert (await kept(office, "Away")).parts == ()

    with office() as made:
        play(scenario(made))


def test_a_disk_that_keeps_nothing_is_said_instead_of_a_promise(play: Play) -> None:
    async def scenario(office: Office) -> None:
        async with new_fax(office) as one:
            state_folder().parent.mkdir(parents=True)
            state_folder().write_text("a file where the folder should be")
            await in_thread(office.stop)
            await until(lambda: "What you type here is kept" in one.said)
            one.type("subject", "Nowhere")
            await until(lambda: "cannot be kept on this computer" in one.said)
            assert "Leave this window open" in one.said

    with office() as made:
        play(scenario(made))


def test_a_dialog_that_stays_open_hands_it_over_itself_and_once(play: Play) -> None:
    async def scenario(office: Office) -> None:
        async with new_fax(office) as one:
            one.type("subject", "Before")
            first = await kept(office, "Before")
            await in_thread(office.stop)
            await until(lambda: one.said)
            one.type("subject", " and after")
            await until(lambda: list_typed() == [first.id] or len(list_typed()) == 1)
            await in_thread(office.start)
            assert (await kept(office, "Before and after")).id == first.id
            await until(lambda: list_typed() == [])
            assert len(await list_drafts(office)) == 1

    with office() as made:
        play(scenario(made))


def test_what_is_typed_for_a_printed_document_while_the_service_is_away_is_kept(play: Play) -> None:
    async def scenario(office: Office) -> None:
        async with opened(office) as one:
            await in_thread(office.stop)
            await until(lambda: one.said)
            one.type("subject", "Printed")
            one.dialog.close()
            await until(lambda: one.ends)
        await in_thread(office.start)
        async with opened(office, draft=one.draft) as again:
            assert again.dialog.form.fields["subject"].text() == "Printed"
            assert list_typed() == []

    with office() as made:
        play(scenario(made))


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "left open"])
def test_what_is_typed_for_a_draft_that_cannot_be_seen_joins_what_is_kept_of_it(play: Play, closed: bool) -> None:
    async def scenario(office: Office) -> None:
        async with opened(office) as one:
            one.type("number", "0199000002")
            one.type("subject", "Before")
            await kept(office, "Before")
        await in_thread(office.stop)
        async with unopened(office, draft=one.draft) as away:
            away.sending.show()
            await until(lambda: "is not running" in away.said)
            away.type("subject", "Away")
            if closed:
                away.dialog.close()
                await until(lambda: away.ends)
                assert list_typed() == [one.draft]
            await in_thread(office.start)
            if closed:
                await hand_over_left(office.address)
            found = await kept(office, "Away")
            assert found.id == one.draft and found.kept.order.number == "01 99 00 00 02"
            await until(lambda: list_typed() == [])

    with office() as made:
        play(scenario(made))


# ------------------------------------------------------------ a cover page alone


def test_a_cover_page_alone_is_seen_and_sent(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with new_fax(running) as one:
            dialog = one.dialog
            choose(one, "cover")
            one.type("number", "0199000002")
            one.type("subject", "Cover alone")
            await one.composed()
            assert dialog.preview.count == 1
            assert dialog.foot.text().startswith("1 page")
            await until(dialog.send.isEnabled)
            dialog.send.click()
            await until(lambda: one.sending.job)
        await sent(running, "Cover alone")

    play(scenario())


def test_send_right_after_the_last_key_makes_the_draft_first(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with new_fax(running) as one:
            choose(one, "cover")
            one.type("subject", "At once")
            one.type("number", "0199000002")
            QTest.keyClick(one.dialog.form.fields["number"], Qt.Key.Key_Return)
            await until(lambda: one.sending.job)
        await sent(running, "At once")
        assert await find_drafts(running, "At once") == []

    play(scenario())


def test_with_neither_document_nor_words_the_reason_is_plain(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with new_fax(running) as one:
            dialog, form = one.dialog, one.dialog.form
            said = dialog.documents.message.text
            choose(one, "plain")
            one.type("number", "0199000002")
            await until(dialog.send.isEnabled)
            dialog.send.click()
            assert said.text() == "There is no document yet: add one, or choose a header that has a cover page."
            assert QApplication.focusWidget() is dialog.documents.add
            choose(one, "cover")
            assert not said.isVisible()
            dialog.send.click()
            assert said.text().startswith("Nothing stands on the cover page yet")
            assert QApplication.focusWidget() is form.message
            form.message.setPlainText("We come.")
            assert not said.isVisible()

    play(scenario())


async def sent(office: Office, subject: str) -> None:
    async with asyncio.timeout(SECONDS), client.connect(office.address) as desk:
        while True:
            jobs = [job for job in (await desk.list_faxes(FaxQuery())).jobs if job.subject == subject]
            if [(job.state, job.pages) for job in jobs] == [(State.DONE, 1)]:
                return
            assert len(jobs) <= 1
            await asyncio.sleep(0.05)
