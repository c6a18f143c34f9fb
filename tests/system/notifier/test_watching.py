# SPDX-License-Identifier: GPL-3.0-or-later
"""The tray on a desktop: what it opens, announces and shows when something happens."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import timedelta
from html import escape

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLabel, QMessageBox, QPushButton, QWidget

from faxcore.bus.client import BusError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import Folder
from faxcore.contract.order import Order
from faxcore.contract.printed import KeptOrder
from faxcore.contract.sent_fax import Verdict
from faxcore.left_orders import state_files
from faxcore.left_orders.order_files import leave, list_left
from faxcore.left_orders.state_files import LeftOrder
from faxcore.left_orders.typed_orders import TYPED, list_typed
from faxcore.model.job import JobKind, State
from faxcore.model.sentence import NOTHING, Sentence, literal
from notifier.faxes.entry_model import ENTRY_ROLE
from notifier.faxes.fax_actions import What
from notifier.faxes.place import Place
from tests.support.fake_service import FakeDesk, sample
from tests.support.hostile_text import TEXTS, assert_harmless
from tests.system.notifier.desktop import Desktop, desktop, until


def texts_of(window: QWidget) -> list[str]:
    return [label.text() for label in window.findChildren(QLabel)]


def can(here: Desktop, what: What) -> bool:
    return here.window.actions_of_fax[what].isEnabled()


def do(here: Desktop, what: What) -> None:
    """Choose an action for the fax that is selected, which must make sense now."""
    assert can(here, what), what
    here.window.actions_of_fax.trigger(what)


def about(here: Desktop) -> str:
    """The sentence above the page, as far as it is seen."""
    bar = here.window.pane.head.notice
    return bar.text.text() if bar.isVisible() else ""


def beside(here: Desktop) -> list[str]:
    """The buttons beside that sentence."""
    bar = here.window.pane.head.notice
    return [button.text() for button in bar.findChildren(QPushButton) if button.isVisible()]


def job_in(desk: FakeDesk, state: State) -> str:
    """The key of the job in this state."""
    return next(f"job:{id}" for id, job in desk.jobs.items() if job.state is state)


def test_a_printed_document_opens_its_dialog(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            shown: list[str] = []
            here.tray.dialogs.shown.connect(shown.append)
            draft = here.desk.add_draft("Letter", "text")
            await until(lambda: shown == [draft])
            assert here.dialog_told() == [f"open {draft}"]
            here.tray.tray.draft_wanted.emit(draft)  # from the menu: brought forward, not opened twice
            await until(lambda: here.dialog_told() == [f"open {draft}", "raise"])
            assert here.tray.tray.menu.to_complete.title().endswith("(1)")
            del here.desk.drafts[draft]
            os.kill(here.tray.dialogs._open[draft].pid, signal.SIGTERM)
            await until(lambda: here.tray.tray.menu.to_complete.title() == "&To complete")
            assert not here.tray.dialogs.open_drafts

    play(scenario())


@pytest.mark.parametrize("answer", ["joined", "separate"])
def test_what_is_printed_while_a_dialog_is_open_is_asked_about_there(play, system_bus, session_bus, tmp_path, answer):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            shown: list[str] = []
            here.tray.dialogs.shown.connect(shown.append)
            first = here.desk.add_draft("Letter", "text")
            await until(lambda: shown == [first])
            (tmp_path / "told.answer").write_text(answer)
            second = here.desk.add_draft("Quote", "text")
            await until(lambda: here.dialog_told()[:2] == [f"open {first}", f"printed {second}"])
            if answer == "separate":
                await until(lambda: here.dialog_told()[2:] == [f"open {second}"])
                await until(lambda: here.tray.dialogs.open_drafts == {first, second})
            else:
                process = here.tray.dialogs._open[first]
                await until(lambda: not process.asked)
                del here.desk.drafts[second]
                os.kill(process.pid, signal.SIGTERM)
                await until(lambda: not here.tray.dialogs.open_drafts)
                assert here.dialog_told()[2:] == []

    play(scenario())


def test_what_nobody_answered_about_has_a_window_when_the_dialog_is_closed(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            shown: list[str] = []
            here.tray.dialogs.shown.connect(shown.append)
            first = here.desk.add_draft("Letter", "text")
            await until(lambda: shown == [first])
            second = here.desk.add_draft("Quote", "text")
            await until(lambda: f"printed {second}" in here.dialog_told())
            os.kill(here.tray.dialogs._open[first].pid, signal.SIGTERM)
            await until(lambda: shown == [first, second])
            assert here.tray.dialogs.open_drafts == {second}

    play(scenario())


def test_a_new_fax_begins_in_the_menu(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            (entry,) = [action for action in here.tray.tray.menu.actions() if action.text() == "&New fax …"]
            for times in (1, 2):
                entry.trigger()
                await until(lambda times=times: here.dialog_told() == ["new"] * times)
            here.tray.dialogs.open_new("01 99 00 00 02\nraise\x1b[2J")
            await until(lambda: len(here.dialog_told()) == 3)
            assert here.dialog_told()[2] == "new 01 99 00 00 02 raise[2J"

    play(scenario())


def test_a_document_that_another_program_sends_waits_no_more(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        desk = FakeDesk()
        draft = desk.add_draft("Letter", "text")
        desk.forget_news()
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            assert here.tray.tray.menu.to_complete.title().endswith("(1)")
            await desk.submit_draft(draft, Order(number="01 99 00 00 02", last_name="Martin"))
            await until(lambda: here.tray.tray.menu.to_complete.title() == "&To complete")

    play(scenario())


def test_many_documents_open_three_dialogs_and_wait_in_the_menu(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            drafts = [here.desk.add_draft(f"Letter <{number}>", "text") for number in range(4)]
            await until(lambda: here.notifications.popups)
            assert here.tray.dialogs.open_drafts == set(drafts[:3])
            assert "Letter &lt;3&gt;" in here.notifications.popups[0].body
            entries = here.tray.tray.menu.to_complete.actions()
            assert len(entries) == 4
            next(entry for entry in entries if "Letter <3>" in entry.text()).trigger()
            assert here.tray.dialogs.open_drafts == set(drafts)
            for process in list(here.tray.dialogs._open.values()):
                os.kill(process.pid, signal.SIGTERM)
            await until(lambda: not here.tray.dialogs.open_drafts)

    play(scenario())


def test_at_login_old_documents_open_no_dialog_but_one_popup(play, system_bus, session_bus, tmp_path):
    """The keyboard stays where it is: only what was printed seconds ago opens by itself."""

    async def scenario() -> None:
        desk = FakeDesk()
        old = [desk.add_draft(f"Old {number}", "text", age=timedelta(minutes=1 + number)) for number in range(3)]
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            await until(lambda: here.notifications.popups)
            (popup,) = here.notifications.popups
            assert popup.summary == "3 documents wait to be faxed"
            assert popup.body.startswith("Old 0, Old 1, Old 2\n") and "Faxes" in popup.body
            assert here.dialog_told() == []
            shown: list[str] = []
            here.tray.dialogs.shown.connect(shown.append)
            assert popup.actions["default"] == "Show them"
            await here.notifications.act(popup, "complete")
            await until(lambda: here.dialog_told() == [f"open {old[0]}"])
            await until(lambda: shown == [old[0]])
            new = desk.add_draft("New", "text")
            await until(lambda: here.dialog_told() == [f"open {old[0]}", f"printed {new}"])
            assert here.notifications.popups == [popup]

    play(scenario())


def test_one_old_document_is_opened_from_its_popup(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        desk = FakeDesk()
        old = desk.add_draft("Old", "text", age=timedelta(hours=8))
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            await until(lambda: here.notifications.popups)
            (popup,) = here.notifications.popups
            assert popup.summary == "A document waits to be faxed"
            assert popup.actions == {"default": "Open", "complete": "Open"}
            await here.notifications.act(popup, "complete")
            await until(lambda: here.dialog_told() == [f"open {old}"])
            await until(lambda: not here.notifications.standing())  # nothing is left to be done

    play(scenario())


def test_a_dialog_that_breaks_is_told_of_and_the_document_waits(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            shown: list[str] = []
            here.tray.dialogs.shown.connect(shown.append)
            draft = here.desk.add_draft("Letter", "text")
            await until(lambda: shown)
            os.kill(here.tray.dialogs._open[draft].pid, signal.SIGUSR1)
            await until(lambda: here.notifications.popups)
            popup = here.notifications.popups[0]
            assert (popup.summary, popup.urgency, popup.expiry) == ("The fax dialog could not be opened", 2, 0)
            assert here.tray.tray.menu.to_complete.title().endswith("(1)")

    play(scenario())


def test_a_received_fax_pops_up_escaped_and_its_buttons_open_it(play, system_bus, session_bus, tmp_path):
    pdf = tmp_path / "received" / "fax.pdf"
    pdf.parent.mkdir()
    pdf.write_bytes(b"%PDF-1.4\n")

    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            here.desk.add_reception(
                remote_id="<b>Bob</b> & \u202esons", called="01 99 00 00 11", called_name="<Surgery>", pdf=str(pdf)
            )
            await until(lambda: here.notifications.popups)
            popup = here.notifications.popups[0]
            assert popup.summary == "Fax from ‹b›Bob‹/b› & sons"
            assert popup.body == "for &lt;Surgery&gt; (01 99 00 00 11) · 2 pages"
            named = {"open": "Open", "print": "Print", "forward": "Forward", "contact": "Add to contacts …"}
            assert popup.actions == {"default": "Open"} | named
            await here.notifications.act(popup, "default")
            await here.faxes_shown()
            assert here.current.fax.of.pdf == str(pdf)
            do(here, What.OPEN_ELSEWHERE)
            await until(lambda: here.opened == [pdf])

    play(scenario())


def test_a_refused_print_job_pops_up_with_its_reason_and_stays(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        desk = FakeDesk()
        damaged = Sentence("A picture in the document is damaged or cut off, and would be missing on the fax.")
        why = Sentence("Document {number} of {count}: {sentence}", {"number": 2, "count": 3, "sentence": damaged})
        desk.add_print_notice("urn:uuid:1", "<b>Scan</b> \u202e7", why)
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            desk.add_print_notice(
                "urn:uuid:2", "Letter", Sentence("No font for {letters}.", {"letters": "ب"}), refused=False
            )
            await until(lambda: len(here.notifications.popups) == 2)
            first, second = here.notifications.popups
            assert (first.summary, first.urgency, first.expiry, first.actions) == ("Not faxed", 2, 0, {})
            assert first.body == (
                "&lt;b&gt;Scan&lt;/b&gt; 7\nDocument 2 of 3: A picture in the document is damaged or cut off,"
                " and would be missing on the fax."
            )
            assert (second.summary, second.urgency, second.expiry) == ("Look at this fax", 1, 0)
            assert second.body == "Letter\nNo font for ب."

    play(scenario())


def test_a_fax_whose_folder_is_away_says_so_and_is_opened_all_the_same(play, system_bus, session_bus, tmp_path):
    """The popup says where it will be; when it is there the window says so, and nothing pops up again."""
    away = Sentence("the disk that belongs at {place}, as {file} says, is not mounted")
    why = Sentence(
        "It is not in {folder} yet: {reason}. Open it here meanwhile: it is put there by itself as soon as that is"
        " possible. Ask whoever looks after the fax service to see to the folder.",
        {"folder": "/srv/<fax>", "reason": replace(away, values={"place": "/srv", "file": "/etc/fstab"})},
    )

    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            fax = here.desk.add_reception(waiting=why)
            await until(lambda: here.notifications.popups)
            popup = here.notifications.popups[0]
            assert popup.body.splitlines()[1] == escape(str(why))
            await here.notifications.act(popup, "open")
            await here.faxes_shown()
            do(here, What.OPEN_ELSEWHERE)
            await until(lambda: here.opened)
            assert here.opened[0].read_bytes() == b"%PDF-1.4\n"
            assert about(here) == str(why)
            assert not can(here, What.FOLDER)
            here.desk.change_reception(fax.id, waiting=NOTHING, pdf="/srv/fax/2026.pdf", tiff="/srv/fax/2026.tif")
            await until(lambda: about(here) == "")
            here.window.pane.head.details_button.click()
            assert "/srv/fax/2026.pdf" in texts_of(here.window.pane.details)
            assert can(here, What.FOLDER)
            assert len(here.notifications.popups) == len(here.rows()) == 1

    play(scenario())


def test_a_file_that_is_not_there_is_fetched_from_the_service(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            here.desk.add_reception(pdf=str(tmp_path / "gone" / "2026 fax.pdf"))
            await until(lambda: here.notifications.popups)
            await here.notifications.act(here.notifications.popups[0], "open")
            await here.faxes_shown()
            do(here, What.OPEN_ELSEWHERE)
            await until(lambda: here.opened)
            assert here.opened[0].name == "2026 fax.pdf"
            assert here.opened[0].read_bytes() == b"%PDF-1.4\n"
            assert here.opened[0].stat().st_mode & 0o077 == 0
            do(here, What.FOLDER)
            await until(lambda: str(tmp_path / "gone") in here.told())
        assert not here.opened[0].exists()

    play(scenario())


def test_hostile_text_is_only_text_in_popups_and_the_window(play, system_bus, session_bus, tmp_path):
    """What the bus can carry of it: a service that does not clean what it sends is shown cleaned all the same."""
    texts = [text.replace("\0", "").encode("utf-8", "replace").decode() for text in TEXTS]

    async def scenario() -> None:
        desk = FakeDesk()
        for text in texts:
            desk.add_job(recipient=text, number=text, title=text, subject=text, state=State.FAILED)
        desk.forget_news()
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            for text in texts:
                desk.add_reception(remote_id=text, caller=text, called=text, called_name=text)
                await until(lambda: len(here.desk.receptions) == here.notifications.known)
            for popup in here.notifications.popups:
                assert_harmless(popup.summary)
                assert_harmless(popup.body, 400)
                assert "<" not in popup.summary, "nobody may take it for markup"
                assert "<" not in popup.body, "markup is escaped"
            for text in texts:
                desk.add_draft(text, "text", age=timedelta(hours=1))
            await here.show_faxes()
            await until(lambda: len(here.rows()) == 3 * len(texts))
            model, pane = here.window.list.model, here.window.pane
            pane.head.details_button.click()
            for row, entry in enumerate(here.rows()):
                for line in (entry.name, entry.about, *model.index(row, 0).data().split("\n")):
                    assert_harmless(line, 400)
                assert_harmless(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole), 900)
                assert model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole) is None, "it might be taken for markup"
                assert model.index(row, 0).data(ENTRY_ROLE) is entry
                assert here.window.list.select_row(row)
                for label in (label for label in pane.findChildren(QLabel) if label.isVisible() and label.text()):
                    assert_harmless(label.text(), 900)
                    assert label.textFormat() is Qt.TextFormat.PlainText or "<" not in label.text(), label.text()

    play(scenario())


def test_a_service_without_markup_gets_plain_text_and_without_buttons_none(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            here.notifications.capabilities = ["body"]
            here.desk.add_reception(called_name="<b>me</b>")
            await until(lambda: here.notifications.popups)
            assert here.notifications.popups[0].body == "for ‹b›me‹/b› (101) · 2 pages"
            assert here.notifications.popups[0].actions == {}

    play(scenario())


def test_without_a_notification_service_the_tray_says_it(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path, notifying=False) as here:
            shown: list[str] = []
            here.tray.popups.shown.connect(lambda notice: shown.append(notice.summary))
            here.desk.add_reception()
            await until(lambda: shown == ["Fax from +33 1 98 76 54 32"])
            assert here.tray.tray._last is not None
            here.tray.tray.icon.messageClicked.emit()
            await here.faxes_shown()
            assert here.current.name == "+33 1 98 76 54 32"

    play(scenario())


def test_ends_of_sent_faxes_are_told_once_and_stay_if_they_need_somebody(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path, sample()) as here:
            jobs = {job.state: key for key, job in here.desk.jobs.items()}
            here.desk.set_job(jobs[State.SLEEPING], state=State.ACTIVE, progress=literal("page 1"))
            here.desk.set_job(jobs[State.ACTIVE], state=State.DONE, confirmed=3)
            here.desk.set_job(jobs[State.ACTIVE], state=State.DONE, confirmed=3)
            here.desk.set_job(
                jobs[State.SLEEPING], state=State.FAILED, reason=literal("Busy <five> times."), confirmed=0
            )
            fetched = here.desk.add_job(kind=JobKind.FETCH, state=State.ACTIVE, pages=0)
            here.desk.set_job(fetched, state=State.DONE, pages=2)  # which its reception tells
            here.desk.set_job(jobs[State.UNCERTAIN], changed="2026-03-04T09:40:00+00:00")
            await until(lambda: here.notifications.known == 2)
            failed, uncertain = here.notifications.popups  # a fax that was sent is the normal case
            name = here.desk.jobs[jobs[State.SLEEPING]].recipient
            assert (failed.summary, failed.urgency, failed.expiry) == (f"Not sent: {name}", 2, 0)
            lost = here.desk.add_job(kind=JobKind.FETCH, state=State.ACTIVE, pages=0)
            here.desk.set_job(lost, state=State.FAILED, reason=literal("There is no document."))
            await until(lambda: here.notifications.known == 3)
            unfetched = here.notifications.popups.pop()
            assert (unfetched.summary, unfetched.urgency) == ("Not fetched: Claire Martin", 2)
            assert "There is no document." in unfetched.body and list(unfetched.actions) == ["default", "show"]
            assert "Busy &lt;five&gt; times" in failed.body
            name = here.desk.jobs[jobs[State.UNCERTAIN]].recipient
            assert (uncertain.summary, uncertain.expiry) == (f"Did the fax to {name} arrive?", 0)
            await here.notifications.act(uncertain, "show")
            await here.faxes_shown()
            assert here.current.key == f"job:{jobs[State.UNCERTAIN]}"

    play(scenario())


def test_a_fax_of_the_dialog_is_taken_back_from_its_popup(play, system_bus, session_bus, tmp_path):
    """A click beside the button takes nothing back."""

    async def scenario() -> None:
        desk = FakeDesk()
        draft = desk.add_draft("Letter", "text", age=timedelta(hours=1))
        desk.forget_news()
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            order = Order(number="01 99 00 00 02", last_name="<b>Petit</b>", undoable=True)
            job = await desk.submit_draft(draft, order)
            await until(lambda: here.notifications.popups)
            (popup,) = here.notifications.popups
            assert (popup.summary, popup.expiry) == ("To ‹b›Petit‹/b›", 5000)
            assert popup.actions == {"default": "Show", "undo": "Undo", "show": "Show"}
            await here.notifications.act(popup, "default")
            await here.faxes_shown()
            assert here.current.key == f"job:{job}" and job in desk.jobs
            await here.notifications.act(popup, "undo")
            await until(lambda: here.dialog_told() == [f"open {draft}"])
            assert job not in desk.jobs and desk.drafts[draft].kept.order.last_name == "<b>Petit</b>"
            await until(lambda: here.tray.tray.menu.to_complete.title().endswith("(1)"))
            await until(lambda: [entry.key for entry in here.rows()] == [f"draft:{draft}"])
            assert here.notifications.popups == [popup]
            await until(lambda: here.notifications.closed == [popup.id])

    play(scenario())


def test_taken_back_too_late_is_said(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        desk = FakeDesk()
        draft = desk.add_draft("Letter", "text", age=timedelta(hours=1))
        desk.forget_news()
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            job = await desk.submit_draft(draft, Order(number="01 99 00 00 02", undoable=True))
            await until(lambda: here.notifications.known == 1)
            desk.jobs[job] = replace(desk.jobs[job], undoable=False)
            await here.notifications.act(here.notifications.popups[0], "undo")
            await until(lambda: "too late" in here.told())
            assert here.window.isVisible() and job in desk.jobs

    play(scenario())


def test_what_was_ordered_while_the_service_was_away_goes_out_when_it_is_back(play, system_bus, session_bus, tmp_path):
    """Once; what is refused then is told with the document's name, and the document waits as it was typed."""

    async def scenario() -> None:
        desk = FakeDesk()
        drafts = [desk.add_draft(title, "text", age=timedelta(hours=1)) for title in ("Letter", "Quote <4>")]
        desk.forget_news()
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            await here.stop_service()
            for draft, number in zip(drafts, ("0199000002", "0199"), strict=True):
                order = Order(number=number, title=desk.drafts[draft].title, subject="Roof")
                leave(LeftOrder(draft, KeptOrder(order), "Petit"))
            await here.start_service()
            await until(lambda: here.notifications.popups)
            (popup,) = here.notifications.popups
            assert popup.summary == "Not sent" and popup.body.startswith("Quote &lt;4&gt;\n") and "0199" in popup.body
            assert list_left() == []
            (job,) = desk.jobs.values()
            assert (job.number, job.subject, job.undoable) == ("01 99 00 00 02", "Roof", False)
            assert list(desk.drafts) == [drafts[1]]
            assert desk.drafts[drafts[1]].kept.order.number == "0199"
            await here.notifications.act(popup, "complete")
            await until(lambda: here.dialog_told() == [f"open {drafts[1]}"])
            await here.stop_service()
            await here.start_service()
            await until(lambda: here.tray.link.present)
            assert len(desk.jobs) == 1

    play(scenario())


def test_what_was_typed_and_is_not_kept_is_told_with_its_place(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        desk = FakeDesk()
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            await here.stop_service()
            key = "a" * 32
            state_files.write(TYPED, LeftOrder(key, KeptOrder(Order(subject="Roof <4>", key=key))))
            desk.refuse["begin_empty_draft"] = BusError(ErrorCode.TOO_MANY, Sentence("Too many drafts wait."))
            await here.start_service()
            await until(lambda: here.notifications.popups)
            (popup,) = here.notifications.popups
            aside = state_files.state_folder() / f"{key}.refused"
            assert popup.summary == "Not kept"
            assert popup.body.splitlines()[:2] == ["Roof &lt;4&gt;", "Too many drafts wait."]
            assert popup.body.splitlines()[2] == f"What you typed is in the file {aside}."
            assert "Roof" in aside.read_text() and list_typed() == []

    play(scenario())


def test_the_window_lives(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path, sample()) as here:
            await here.show_faxes()
            assert len(here.rows()) == 8
            active = next(entry for entry in here.rows() if entry.name == "Dupont SA")
            assert (active.about, active.share) == ("Sending: page 2 of 3 · Letter", 1 / 3)
            job = next(key for key, job in here.desk.jobs.items() if job.state is State.ACTIVE)
            here.desk.set_job(job, progress=literal("page 3 of 3"))
            await until(lambda: any(entry.about.startswith("Sending: page 3 of 3") for entry in here.rows()))
            search = here.window.tools.search
            search.setText("4711 martin")
            await until(lambda: [entry.about for entry in here.rows()] == ["Order 4711 · 1 page"])
            search.setText("xyzzy")
            await until(lambda: here.rows() == [] and here.window.list.empty.isVisible())
            search.clear()
            assert len(here.rows()) == 8
            here.desk.add_reception(remote_id="Zoe", received="2026-03-05T10:00:00+00:00")
            await until(lambda: len(here.rows()) == 9)
            assert here.names()[0] == "Zoe"  # newest first

    play(scenario())


def test_the_window_says_when_a_fax_goes_out_and_what_is_held(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            await here.show_faxes(Place(Folder.OUTBOX))
            at = {"next_try": "2126-12-24T12:30:00.000Z"}
            told = {
                here.desk.add_job("A letter", state=State.PENDING, **at): "at 24 Dec 2126 · Letter",
                here.desk.add_job("A letter", state=State.SLEEPING, **at): (
                    "Waiting for the next try · next try 24 Dec 2126 · Letter"
                ),
                here.desk.add_job("A letter", state=State.HELD): "Held · Letter",
            }
            for job in told:
                here.desk.tell(here.desk.jobs[job])
            await until(lambda: len(here.rows()) == 3)
            assert {entry.key: entry.about for entry in here.rows()} == {f"job:{job}": told[job] for job in told}
            for job in told:
                assert here.window.list.select(f"job:{job}")
                held = here.current.fax.of.state is State.HELD
                assert can(here, What.STOP) and can(here, What.RELEASE) == held and can(here, What.HOLD) == (not held)

    play(scenario())


def test_the_first_fax_of_an_empty_list_is_selected(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            await here.show_faxes(Place(Folder.INBOX))
            here.desk.add_reception(remote_id="Bob")
            await until(here.rows)
            assert here.window.list.view.selectionModel().hasSelection()
            assert here.window.pane.head.title.text() == "From Bob (102) → 101"
            here.desk.add_reception(remote_id="Zoe", received="2026-03-05T10:00:00+00:00")
            await until(lambda: len(here.rows()) == 2)
            assert here.current.name == "Bob"  # what a person looks at stays

    play(scenario())


def test_details_show_the_calls_and_the_reason_stands_above_the_page_as_plain_text(
    play, system_bus, session_bus, tmp_path
):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path, sample()) as here:
            await here.show_faxes(Place(Folder.FAILED))
            assert here.current.key == job_in(here.desk, State.FAILED)
            pane = here.window.pane
            assert not pane.details.calls.isVisible()
            pane.head.details_button.click()
            await until(lambda: pane.details.calls.topLevelItemCount() == 1 and pane.details.calls.isVisible())
            assert "busy" in pane.details.calls.topLevelItem(0).text(2)
            assert about(here) == "The line was busy five times. Send it again, or to another number."
            assert pane.head.notice.text.textFormat() is Qt.TextFormat.PlainText
            await until(lambda: beside(here) == ["Send again", "Other number …"])

    play(scenario())


def test_a_waiting_fax_can_be_stopped_and_an_uncertain_one_decided(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path, sample()) as here:
            desk = here.desk
            await here.show_faxes()
            jobs = {job.state: key for key, job in desk.jobs.items()}
            here.window.list.select(f"job:{jobs[State.SLEEPING]}")
            assert can(here, What.STOP) and not can(here, What.ARRIVED)
            do(here, What.STOP)
            answer(here, 0)
            await until(lambda: desk.jobs[jobs[State.SLEEPING]].state is State.CANCELLED)
            await until(lambda: not can(here, What.STOP))
            here.window.list.select(f"job:{jobs[State.UNCERTAIN]}")
            await until(lambda: beside(here) == ["It arrived", "Send again …"])
            do(here, What.ARRIVED)
            await until(lambda: ("resolve_job", jobs[State.UNCERTAIN], Verdict.ARRIVED) in desk.asked)
            await until(lambda: not can(here, What.ARRIVED))
            assert here.notifications.popups == []  # the person knows what the person has said
            desk.set_job(jobs[State.ACTIVE], state=State.UNCERTAIN)
            await until(lambda: here.notifications.popups)
            here.window.list.select(f"job:{jobs[State.ACTIVE]}")
            do(here, What.AGAIN)
            answer(here, 1)
            assert not [asked for asked in desk.asked if asked[-1] is Verdict.AGAIN]
            do(here, What.AGAIN)
            answer(here, 0)
            await until(lambda: ("resolve_job", jobs[State.ACTIVE], Verdict.AGAIN) in desk.asked)

    play(scenario())


def test_what_the_service_refuses_is_said_in_the_window(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path, sample()) as here:
            here.desk.refuse["cancel_job"] = BusError(ErrorCode.STATE, Sentence("This fax has been sent already."))
            await here.show_faxes(Place(Folder.OUTBOX))
            do(here, What.STOP)
            answer(here, 0)
            await until(lambda: here.told() == "This fax has been sent already.")
            assert here.window.notice.isVisible()

    play(scenario())


def test_a_sent_fax_opens_as_pdf(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path, sample()) as here:
            await here.show_faxes(Place(Folder.SENT))
            assert here.current.fax.subject == "Order 4711"
            do(here, What.OPEN_ELSEWHERE)
            await until(lambda: here.opened)
            assert here.opened[0].name == "Order 4711.pdf"
            assert here.opened[0].read_bytes().startswith(b"%PDF-")

    play(scenario())


def test_the_service_goes_and_comes(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        desk = FakeDesk()
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            await here.show_faxes()
            empty, outage = here.window.list.empty, here.window.outage
            assert "No faxes yet" in empty.text() and empty.isVisible()
            assert not outage.isVisible()
            await here.stop_service()
            await until(outage.isVisible)
            assert "not running" in outage.text.text()
            assert "not running" in here.tray.tray.icon.toolTip()
            desk.add_job(state=State.DONE, recipient="Anne")
            desk.add_draft("Printed meanwhile", "text")
            desk.forget_news()
            desk.asked.clear()
            await here.start_service()
            await until(lambda: here.rows())
            assert ("register",) in desk.asked
            assert here.names() == ["Printed meanwhile", "Anne"]
            assert not outage.isVisible()
            await until(lambda: here.tray.tray.menu.to_complete.title().endswith("(1)"))
            assert here.notifications.popups == []  # what is only learned from a list is no news

    play(scenario())


def test_the_address_books_open_from_the_tray_and_from_the_window(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            await here.show_faxes()
            window = here.tray.books.window
            (entry,) = [action for action in here.tray.tray.menu.actions() if action.text() == "&Contacts …"]
            for opened in (entry.trigger, *[lambda: click_on_contacts(here)] * 2):
                assert not window.isVisible()
                opened()
                await until(window.isVisible)
                window.close()
                await until(lambda: here.window.folders.tree.currentItem().text(0) == "All faxes")

    play(scenario())


def click_on_contacts(here: Desktop) -> None:
    """Click on the last of the folders."""
    tree = here.window.folders.tree
    item = tree.topLevelItem(tree.topLevelItemCount() - 1)
    assert item is not None and item.text(0) == "Contacts"
    at = tree.visualItemRect(item).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=at)


def answer(here: Desktop, button: int) -> None:
    """Click this button of the question that stands before the window."""
    (question,) = [box for box in here.window.findChildren(QMessageBox) if box.isVisible()]
    question.buttons()[button].click()
