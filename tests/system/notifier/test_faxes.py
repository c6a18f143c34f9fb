# SPDX-License-Identifier: GPL-3.0-or-later
"""The main window *Faxes* before the real service: what a secretary does with faxes all day."""

from __future__ import annotations

import errno
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6 import sip
from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget

from faxcore.contract.listed import Folder
from faxcore.contract.order import Order
from faxcore.contract.printed import KeptOrder
from faxcore.model.recipient import Recipient
from notifier.faxes.fax_actions import What
from notifier.faxes.other_number import OtherNumber
from tests.support.service_fixture import make_document, serving
from tests.system.notifier.desktop import until
from tests.system.notifier.front import Front, front

Play = Callable[[Awaitable[None]], None]
BUSY = {"0199000003": ["busy"] * 5}
OURS = "0199000001"
CALLER = "+33199000044"
STATION = "01 99 00 00 77"


@pytest.fixture(autouse=True)
def settings(tmp_path: Path) -> None:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))


@pytest.fixture
def at_front(play: Play, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Play a scenario before the window, and the real service with this script."""

    def run(scenario: Callable[[Front, Path], Awaitable[None]], config: str = "", **script: Any) -> None:
        with serving(script, config=config) as (address, folder):

            async def whole() -> None:
                async with front(address) as here:
                    await scenario(here, folder)

            play(whole())

    yield run


def ring(when: Path, **about: Any) -> dict[str, Any]:
    """A fax that comes in when this file is there."""
    return {"pages": 2, "end": "ok", "called": OURS, "caller": CALLER, "when": str(when), **about}


def test_a_received_fax_is_shown_read_binned_and_put_back(at_front, tmp_path):
    async def scenario(here: Front, _folder: Path) -> None:
        assert here.rows == [] and here.desk.window.list.empty.text() == "No fax has come yet."
        (tmp_path / "now").touch()
        await until(lambda: here.names == [STATION])
        assert here.rows[0].unread and here.current is not None
        assert here.desk.window.pane.head.title.text() == "From 01 99 00 00 77 (01 99 00 00 44) → 01 99 00 00 01"
        await until(lambda: here.desk.window.pane.pages.count == 2)
        await until(lambda: "Inbox (1)" in here.folders)
        here.look()
        await until(lambda: not here.rows[0].unread)
        await until(lambda: "Inbox" in here.folders)
        here.press("u")
        await until(lambda: here.rows[0].unread)
        here.do(What.DELETE)
        await until(lambda: here.names == [] and "is in the bin" in here.notice)
        here.click("&Undo")
        await until(lambda: here.names == [STATION])
        here.do(What.DELETE)
        await until(lambda: here.names == [])
        here.go(Folder.BIN)
        await until(lambda: here.names == [STATION])
        assert not here.can(What.READ)
        here.click("Put back")
        await until(lambda: here.names == [])
        here.go(Folder.INBOX)
        await until(lambda: here.names == [STATION])
        here.do(What.DELETE)
        await until(lambda: here.names == [])
        here.go(Folder.BIN)
        await until(lambda: here.names == [STATION])
        here.click("Delete for good …")
        here.answer("&Delete")
        await until(lambda: here.names == [] and here.notice.endswith("is deleted."))
        here.go(None)
        await until(lambda: here.desk.loading.is_loaded())
        assert here.names == []
        assert here.troubles == []

    at_front(scenario, ring={"line-1": [ring(tmp_path / "now")]})


def test_a_fax_is_read_when_its_page_is_seen_not_when_it_is_selected(at_front, tmp_path):
    """Where list and page are not side by side, a fax that is selected by itself is not seen yet."""

    async def scenario(here: Front, _folder: Path) -> None:
        window = here.desk.window
        window.resize(600, 700)
        assert window.is_narrow and not window.pane.isVisible()
        (tmp_path / "now").touch()
        await until(lambda: here.names == [STATION] and here.current is not None)
        await until(lambda: window.pane.pages.count == 2 and not here.tasks)
        here.look()
        assert not here.tasks and here.rows[0].unread
        here.press_in_list(Qt.Key.Key_Return)
        assert window.pane.isVisible() and not window.list.isVisible()
        assert here.desk.marks.look.isActive(), "two seconds from now"
        here.look()
        await until(lambda: not here.rows[0].unread)

    at_front(scenario, ring={"line-1": [ring(tmp_path / "now")]})


def test_a_fax_that_came_while_another_window_was_in_front_is_read_later(at_front, tmp_path):
    async def scenario(here: Front, _folder: Path) -> None:
        window, other = here.desk.window, QWidget()
        other.show()
        other.activateWindow()
        await until(lambda: not window.isActiveWindow())
        (tmp_path / "now").touch()
        await until(lambda: here.names == [STATION] and here.current is not None)
        await until(lambda: window.pane.pages.count == 2 and not here.tasks)
        here.look()
        here.desk.marks.look.stop()
        assert not here.tasks and here.rows[0].unread
        sip.delete(other)
        window.bring_forward()
        await until(here.desk.marks.look.isActive)
        here.look()
        await until(lambda: not here.rows[0].unread)

    at_front(scenario, ring={"line-1": [ring(tmp_path / "now")]})


def test_a_fax_that_failed_is_sent_again_to_another_number(at_front):
    async def scenario(here: Front, folder: Path) -> None:
        fax = await here.send("0199000003", make_document(folder), subject="Invoice 88")
        here.go(Folder.FAILED)
        await until(lambda: [entry.key for entry in here.rows] == [f"job:{fax}"])
        assert "Send it again, or to another number." in here.about
        await until(lambda: here.desk.window.pane.pages.count == 2)
        here.click("Other number …")
        asked = here.desk.window.findChild(OtherNumber)
        QTest.keyClicks(asked.number.edit, "0199")
        QTest.keyClick(asked.number.edit, Qt.Key.Key_Return)
        await until(lambda: asked.number.is_refused)
        QTest.keyClicks(asked.number.edit, "0199000002")
        await until(lambda: asked.number.is_called)
        asked.send_button.click()
        QTest.keyClicks(asked.number.edit, "9")
        assert not asked.send_button.isEnabled(), "it is on its way: a second press would send to both"
        await until(lambda: here.notice == "It is sent again to 0199000002: see the Outbox.")
        here.go(Folder.SENT)
        await until(lambda: here.names == ["01 99 00 00 02"])
        assert here.rows[0].about == "Invoice 88 · 2 pages"
        assert here.troubles == []

    at_front(scenario, dial={**BUSY, "0199000002": ["ok"]})


def test_trouble_with_a_file_says_with_which_fax(at_front, monkeypatch):
    async def scenario(here: Front, folder: Path) -> None:
        async def refuse(_fax: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(here.files, "open", refuse)
        await here.send("0199000002", make_document(folder), last_name="Lenoir")
        here.go(Folder.SENT)
        await until(lambda: here.names == ["Lenoir"])
        here.do(What.OPEN_ELSEWHERE)
        await until(lambda: here.notice == "The fax Lenoir cannot be used: No space left on device.")
        assert here.troubles == []

    at_front(scenario, dial={"0199000002": ["ok"]})


@pytest.mark.parametrize("kept", [False, True])
def test_pages_that_were_made_again_are_said_to_be(at_front, tmp_path, kept):
    async def scenario(here: Front, folder: Path) -> None:
        await here.send("0199000002", make_document(folder))
        if kept:
            await until(lambda: list((tmp_path / "archive").rglob("*.tif*")))
        here.go(Folder.SENT)
        await until(lambda: here.desk.window.pane.pages.count == 2)
        remark = here.desk.pages.remark
        said = "" if kept else "Made again as it was sent: no copy of what went out is kept."
        assert (remark.text(), remark.isVisible()) == (said, not kept)
        here.go(Folder.INBOX)
        await until(lambda: here.rows == [])
        assert not remark.isVisible()

    (tmp_path / "archive").mkdir()
    config = f'[archive]\nfolder = "{tmp_path / "archive"}"\n' if kept else ""
    at_front(scenario, config=config, dial={"0199000002": ["ok"]})


def test_a_read_mark_has_the_folders_counted_once(at_front, tmp_path, monkeypatch):
    """By the service, which tells of it."""

    async def scenario(here: Front, _folder: Path) -> None:
        (tmp_path / "now").touch()
        await until(lambda: here.names == [STATION] and "Inbox (1)" in here.folders)
        await until(lambda: not here.tasks and not here.desk.loading._recount.isActive())
        counted, numbers, desk = [], [], here.link.desk
        for name, noted in (("count_folders", counted), ("list_numbers", numbers)):
            monkeypatch.setattr(desk, name, note(getattr(desk, name), noted), raising=False)
        here.press("u")
        await until(lambda: "Inbox" in here.folders and numbers)
        await until(lambda: not here.tasks and not here.desk.loading._recount.isActive())
        assert (len(counted), len(numbers)) == (0, 1)

    at_front(scenario, ring={"line-1": [ring(tmp_path / "now")]})


def note(method, noted):
    async def ask(*values):
        noted.append(values)
        return await method(*values)

    return ask


def test_an_uncertain_fax_is_said_to_have_arrived(at_front):
    async def scenario(here: Front, folder: Path) -> None:
        await here.send("0199000004", make_document(folder), last_name="Lenoir")
        here.go(Folder.UNCERTAIN)
        await until(lambda: here.names == ["Lenoir"])
        await until(lambda: "To decide (1)" in here.folders)
        assert here.about == "No answer to the last page. Ask the recipient whether the fax arrived."
        here.click("It arrived")
        await until(lambda: here.names == [])
        await until(lambda: "To decide" in here.folders)
        here.go(Folder.SENT)
        await until(lambda: here.names == ["Lenoir"])

    at_front(scenario, dial={"0199000004": ["unconfirmed"]})


def test_words_find_faxes_in_all_folders_and_accents_do_not_matter(at_front, tmp_path):
    async def scenario(here: Front, folder: Path) -> None:
        await here.send("0199000002", make_document(folder), last_name="Lefèvre", subject="Résultats")
        (tmp_path / "now").touch()
        await until(lambda: here.names == [STATION])
        for words in ("resultats", "lefevre", "LEFÈV", "+33199000002", "0199000002", "01.99.00.00.02"):
            here.search(words)
            await until(lambda: here.names == ["Lefèvre"])
        here.search("0199000044")
        await until(lambda: here.names == [STATION])
        here.search("nobody")
        await until(lambda: here.desk.window.list.empty.text() == "Nothing is found.")
        here.press_in_window(Qt.Key.Key_Escape)
        assert here.names == [STATION], "at once"
        here.press_in_window(Qt.Key.Key_Escape)
        assert here.desk.window.isVisible(), "Escape never closes"

    at_front(scenario, ring={"line-1": [ring(tmp_path / "now")]}, dial={"0199000002": ["ok"]})


TWO_LINES = "Call back on Monday\nor on Tuesday"


def test_a_comment_is_kept_and_found(at_front, tmp_path):
    async def scenario(here: Front, _folder: Path) -> None:
        (tmp_path / "now").touch()
        await until(lambda: here.names == [STATION])
        here.click("Co&mment …")
        head = here.desk.window.pane.head
        one_line = head.comment.minimumHeight()
        QTest.keyClicks(head.comment, "Call back on Monday")
        QTest.keyClick(head.comment, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClicks(head.comment, "or on Tuesday")
        QTest.keyClick(head.comment, Qt.Key.Key_Return)
        assert head.comment.minimumHeight() > one_line
        here.search("monday")
        await until(lambda: here.names == [STATION])
        await until(lambda: here.current is not None and here.current.of.comment == TWO_LINES)
        assert head.comment.isVisible() and head.comment.text() == TWO_LINES

    at_front(scenario, ring={"line-1": [ring(tmp_path / "now")]})


def test_the_transcript_and_the_calls_stand_behind_details(at_front):
    async def scenario(here: Front, folder: Path) -> None:
        await here.send("0199000002", make_document(folder))
        here.go(Folder.SENT)
        await until(lambda: here.names == ["01 99 00 00 02"])
        here.desk.window.pane.head.details_button.click()
        calls = here.desk.window.pane.details.calls
        await until(lambda: calls.topLevelItemCount() == 1)
        assert "2 pages confirmed" in calls.topLevelItem(0).text(2)

    at_front(scenario, dial={"0199000002": ["ok"]})


def test_a_document_that_waits_is_completed_or_deleted_with_undo(at_front):
    async def scenario(here: Front, folder: Path) -> None:
        with make_document(folder).open("rb") as file:
            draft = (await here.link.desk.begin_draft(file, "Quote 4")).id
        here.go(Folder.TO_COMPLETE)
        await until(lambda: here.names == ["Quote 4"])
        await until(lambda: "To complete (1)" in here.folders)
        await until(lambda: here.desk.window.pane.pages.count == 2)
        here.press_in_list(Qt.Key.Key_Return)
        assert here.dialogs.noted == [f"open {draft}"]
        here.press_in_list(Qt.Key.Key_Delete)
        await until(lambda: here.names == [] and "is deleted" in here.notice)
        here.click("&Undo")
        await until(lambda: here.names == ["Quote 4"])
        assert await here.link.desk.list_drafts()
        here.press_in_list(Qt.Key.Key_Delete)
        await until(lambda: here.names == [])
        here.desk.window.notice.time.timeout.emit()  # ten seconds later
        drafts: list[Any] = [draft]
        while drafts:
            drafts = await here.link.desk.list_drafts()
        assert here.troubles == []

    at_front(scenario)


def test_a_fax_that_was_begun_without_a_document_waits_by_its_subject(at_front):
    async def scenario(here: Front, _folder: Path) -> None:
        chosen = (Recipient("0199000002", "Petit", "Claire"),)
        draft = await here.link.desk.begin_empty_draft(KeptOrder(Order(subject="Roof"), chosen))
        here.go(Folder.TO_COMPLETE)
        await until(lambda: here.names == ["Roof"])
        pane = here.desk.window.pane
        await until(lambda: pane.entry is not None and pane.entry.draft is not None)
        assert pane.entry.about == "to Claire Petit · no document yet"
        await until(lambda: pane.pages._note == "This fax has no document yet: open it to go on.")
        here.press_in_list(Qt.Key.Key_Return)
        assert here.dialogs.noted == [f"open {draft.id}"]
        assert here.troubles == []

    at_front(scenario)


def test_what_is_taken_back_stands_in_its_own_folder_only(at_front, tmp_path):
    """Whatever folder one looks at by then."""

    async def scenario(here: Front, folder: Path) -> None:
        await here.send("0199000002", make_document(folder), last_name="Lenoir")
        (tmp_path / "now").touch()
        await until(lambda: here.names == [STATION])
        here.do(What.DELETE)
        await until(lambda: "is in the bin" in here.notice)
        here.go(Folder.SENT)
        await until(lambda: here.names == ["Lenoir"])
        here.click("&Undo")
        await until(lambda: not here.notice and not here.tasks)
        assert here.names == ["Lenoir"]
        here.go(Folder.INBOX)
        await until(lambda: here.names == [STATION])
        assert here.troubles == []

    at_front(scenario, ring={"line-1": [ring(tmp_path / "now")]}, dial={"0199000002": ["ok"]})


def test_a_document_that_is_deleted_stays_away_while_that_can_be_taken_back(at_front):
    async def scenario(here: Front, folder: Path) -> None:
        with make_document(folder).open("rb") as file:
            await here.link.desk.begin_draft(file, "Quote 4")
        here.go(Folder.TO_COMPLETE)
        await until(lambda: here.names == ["Quote 4"])
        here.do(What.DELETE)
        await until(lambda: "is deleted" in here.notice)
        here.go(Folder.INBOX)
        await until(here.desk.loading.is_loaded)
        here.go(Folder.TO_COMPLETE)
        await until(lambda: here.desk.loading.is_loaded() and not here.tasks)
        assert here.names == []
        here.click("&Undo")
        await until(lambda: here.names == ["Quote 4"])

    at_front(scenario)


def test_a_broadcast_is_one_row_that_opens(at_front):
    async def scenario(here: Front, folder: Path) -> None:
        recipients = folder / "list.csv"
        recipients.write_text("number,last_name\n0199000002,Anne\n0199000003,Bob\n0199000004,Zoe\n")
        with make_document(folder).open("rb") as pages, recipients.open("rb") as people:
            await here.link.desk.submit_to_many(pages, None, people, Order("", subject="Invitation"))
        here.go(Folder.SENT)
        await until(lambda: here.names == ["Invitation"])
        await until(lambda: here.rows[0].about == "3 recipients · 3 sent")
        here.press_in_list(Qt.Key.Key_Return)
        await until(lambda: sorted(here.names) == ["Anne", "Bob", "Zoe"])
        here.click("← Back to Sent")
        await until(lambda: here.names == ["Invitation"])

    at_front(scenario, dial={number: ["ok"] for number in ("0199000002", "0199000003", "0199000004")})
