# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sees and does in the dialog, and what of it reaches the service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget

from faxcore.bus.client import AnswerLost, BusError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order
from faxcore.contract.printed import KeptOrder
from faxcore.left_orders import state_files
from faxcore.left_orders.state_files import LeftOrder
from faxcore.left_orders.typed_orders import TYPED
from faxcore.model.job import State
from faxcore.model.sentence import Sentence
from tests.support.fake_service import FakeDesk, serve
from tests.system.faxdialog.conftest import shown, until

Play = Callable[[Awaitable[None]], None]


def type_into(widget: QWidget, text: str) -> None:
    QTest.keyClicks(widget, text)


def test_the_document_its_headers_and_its_pages_are_shown(play: Play, system_bus: str) -> None:
    async def scenario() -> None:
        async with shown(system_bus) as one:
            await one.composed(2)
            assert one.dialog.windowTitle() == "Send a fax: Letter"
            assert one.dialog.document.text() == "Letter"
            assert one.dialog.details.text() == "2 pages, fine resolution"
            header = one.dialog.form.header
            assert [header.itemText(at) for at in range(header.count())] == ["No cover page", "Cover page"]
            assert one.dialog.preview.where.text() == "Page 1 of 2"

    play(scenario())


def test_a_document_that_was_printed_again_says_what_became_of_it(play: Play, system_bus: str) -> None:
    async def scenario() -> None:
        desk = FakeDesk()
        done = desk.add_job(state=State.DONE, number="01 99 00 00 02", changed="2026-11-26T10:00:00.000Z")
        draft = desk.add_draft("Letter", "One", "Two", earlier=desk.jobs[done])
        async with shown(system_bus, desk, draft) as one:
            await one.composed(2)
            said = one.dialog.again.text.text()
            assert said.startswith("This document was printed again. It was faxed to 01 99 00 00 02 on ")
            assert said.endswith("; sent again, it arrives twice.")
            assert one.dialog.again.isVisible()
            assert one.dialog.send.text() == "&Send again"

    play(scenario())


def test_send_waits_for_a_number(play: Play, system_bus: str) -> None:
    async def scenario() -> None:
        async with shown(system_bus) as one:
            await one.composed(2)
            assert not one.dialog.send.isEnabled()
            type_into(one.dialog.form.fields["number"], "0199000002")
            await until(one.dialog.send.isEnabled)
            one.dialog.form.fields["number"].selectAll()
            QTest.keyClick(one.dialog.form.fields["number"], Qt.Key.Key_Delete)
            type_into(one.dialog.form.fields["last_name"], "Martin")
            assert not one.dialog.send.isEnabled()

    play(scenario())


def test_a_whole_order_by_keyboard_alone(play: Play, system_bus: str) -> None:
    """Tab goes through the fields in their order, Enter sends; the service gets every field, cleanly."""

    async def scenario() -> None:
        async with shown(system_bus) as one:
            await one.composed(2)
            values = ("0199000002", "Martin", "Anne", "Doctor", "Surgery", "Committee", "Meetings")
            for value in values:
                focus = QApplication.focusWidget()
                assert focus is not None
                type_into(focus, value)
                QTest.keyClick(focus, Qt.Key.Key_Tab)
                if value == values[0]:
                    assert QApplication.focusWidget() is one.dialog.form.details
                    QTest.keyClick(one.dialog.form.details, Qt.Key.Key_Space)
                    QTest.keyClick(one.dialog.form.details, Qt.Key.Key_Tab)
            assert QApplication.focusWidget() is one.dialog.form.header
            QTest.keyClick(one.dialog.form.header, Qt.Key.Key_End)
            await one.composed(3)
            QTest.keyClick(one.dialog, Qt.Key.Key_Return)
            await until(lambda: one.ends)
            names = ("number", "last_name", "first_name", "role", "department", "company", "subject")
            sent = dict(zip(names, ("01 99 00 00 02", *values[1:]), strict=True))
            order = Order(**sent, header="cover", title="Letter", undoable=True)
            assert one.asked("submit_draft") == [(one.draft, order)]
            assert one.sending.job
            assert not one.dialog.isVisible()

    play(scenario())


def test_enter_without_a_number_leads_to_the_number(play: Play, system_bus: str) -> None:
    async def scenario() -> None:
        async with shown(system_bus) as one:
            await one.composed(2)
            subject = one.dialog.form.fields["subject"]
            subject.setFocus()
            QTest.keyClick(subject, Qt.Key.Key_Return)
            assert QApplication.focusWidget() is one.dialog.form.fields["number"]
            assert one.dialog.form.to_field.verdict.text()
            assert not one.asked("submit_draft")

    play(scenario())


def test_letters_without_a_font_are_said_under_the_preview(play: Play, system_bus: str) -> None:
    async def scenario() -> None:
        async with shown(system_bus) as one:
            await one.composed(2)
            one.dialog.form.fields["last_name"].insert("\ua800")  # what an input method does
            await until(lambda: one.dialog.preview.state.text() == "Letters are missing")
            assert "\ua800" in one.dialog.preview.state.toolTip()
            one.dialog.form.fields["last_name"].clear()
            one.dialog.form.fields["last_name"].insert("كهن")
            await one.composed(2)

    play(scenario())


def test_escape_leaves_the_document_waiting(play: Play, system_bus: str) -> None:
    async def scenario() -> None:
        async with shown(system_bus) as one:
            await one.composed(2)
            type_into(one.dialog.form.fields["number"], "0199000002")
            QTest.keyClick(one.dialog, Qt.Key.Key_Escape)
            await until(lambda: one.ends)
            assert one.draft in one.desk.drafts
            assert not one.asked("submit_draft") and not one.asked("discard_draft")

    play(scenario())


def test_discard_asks_first(play: Play, system_bus: str) -> None:
    async def scenario() -> None:
        async with shown(system_bus) as one:
            await one.composed(2)
            for word, kept in (("&Keep", True), ("&Discard", False)):
                one.dialog.discard.click()
                (question,) = one.dialog.findChildren(QMessageBox)
                next(button for button in question.findChildren(QPushButton) if button.text() == word).click()
                await until(lambda: not one.dialog.findChildren(QMessageBox))
                await until(lambda kept=kept: kept or one.ends)
                assert (one.draft in one.desk.drafts) is kept

    play(scenario())


def test_a_service_that_goes_and_comes_back_costs_no_word(play: Play, system_bus: str) -> None:
    async def scenario() -> None:
        async with shown(system_bus) as one:
            await one.composed(2)
            type_into(one.dialog.form.fields["number"], "0199000002")
            type_into(one.dialog.form.fields["subject"], "Roof")
            await one.service.close()
            await until(lambda: "is stopped" in one.dialog.message.text.text())
            assert one.dialog.send.isEnabled(), "it can be sent all the same"
            one.service = await serve(one.desk, system_bus)
            await until(lambda: not one.dialog.message.isVisible())
            await until(one.dialog.send.isEnabled)
            one.dialog.send.click()
            await until(lambda: one.ends)
            ((_draft, order),) = one.asked("submit_draft")
            assert (order.number, order.subject) == ("01 99 00 00 02", "Roof")

    play(scenario())


class LeavingDesk(FakeDesk):
    """Takes the first document that is handed in, and never says so."""

    def __init__(self) -> None:
        super().__init__()
        self.taken, self.over = False, asyncio.Event()

    async def submit_draft(self, draft: str, order: Order) -> str:
        job = await super().submit_draft(draft, order)
        if not self.taken:
            self.taken = True
            await self.over.wait()
        return job


def test_a_service_that_goes_while_the_document_is_handed_in_leaves_no_doubt(play: Play, system_bus: str) -> None:
    async def scenario() -> None:
        desk = LeavingDesk()
        async with shown(system_bus, desk) as one:
            await one.composed(2)
            type_into(one.dialog.form.fields["number"], "0199000002")
            await until(one.dialog.send.isEnabled)
            one.dialog.send.click()
            await until(lambda: desk.taken)
            await one.service.close()
            await until(lambda: "“Letter” was handed in" in one.dialog.message.text.text())
            assert "sent once" in one.dialog.message.text.text()
            one.service = await serve(desk, system_bus)
            await until(lambda: one.ends)
            assert len(desk.jobs) == 1
            assert len(one.asked("submit_draft")) == 2
            desk.over.set()

    play(scenario())


def test_where_the_answer_is_late_it_may_be_sent_again_and_goes_once(play: Play, system_bus: str) -> None:
    async def scenario() -> None:
        async with shown(system_bus) as one:
            await one.composed(2)
            desk = one.sending.link.desk
            submit = desk.submit_draft

            async def lose_answer(draft: str, order: Order) -> str:
                await submit(draft, order)
                desk.submit_draft = submit  # type: ignore[method-assign]
                raise AnswerLost(Sentence("The fax service does not answer."))

            desk.submit_draft = lose_answer  # type: ignore[method-assign]
            type_into(one.dialog.form.fields["number"], "0199000002")
            await until(one.dialog.send.isEnabled)
            one.dialog.send.click()
            await until(lambda: "has taken “Letter”" in one.dialog.message.text.text())
            await until(one.dialog.send.isEnabled)
            one.dialog.send.click()
            await until(lambda: one.ends)
            assert len(one.desk.jobs) == 1

    play(scenario())


def test_a_document_that_has_gone_leaves_only_the_way_out(play: Play, system_bus: str) -> None:
    async def scenario() -> None:
        async with shown(system_bus, FakeDesk(), "draft-9") as one:
            await until(lambda: "already" in one.dialog.message.text.text())
            assert not one.dialog.send.isVisible()
            assert one.dialog.later.text() == "&Close"
            assert one.dialog.later.width() < one.dialog.width() / 2

    play(scenario())


def test_a_hostile_title_is_only_text(play: Play, system_bus: str) -> None:
    async def scenario() -> None:
        desk = FakeDesk()
        draft = desk.add_draft("<b>Bill</b>\n[*]\x07\u202e&x", "One")
        async with shown(system_bus, desk, draft) as one:
            await one.composed(1)
            assert one.dialog.document.text() == "<b>Bill</b> [*]&x"
            assert one.dialog.document.textFormat() is Qt.TextFormat.PlainText
            assert "<b>" not in one.dialog.document.toolTip()

    play(scenario())


def test_the_header_of_the_last_fax_is_offered_first(play: Play, system_bus: str) -> None:
    async def scenario() -> None:
        desk = FakeDesk()
        first, second = desk.add_draft("First", "One"), desk.add_draft("Second", "One")
        async with shown(system_bus, desk, first) as one:
            await one.composed(1)
            one.dialog.form.header.setCurrentIndex(1)
            type_into(one.dialog.form.fields["number"], "0199000002")
            await until(one.dialog.send.isEnabled)
            one.dialog.send.click()
            await until(lambda: one.ends)
        async with shown(system_bus, desk, second) as one:
            await one.composed(2)
            assert one.dialog.form.header_id == "cover"

    play(scenario())


@pytest.mark.parametrize("printed", [True, False], ids=["for a document", "before the first document"])
def test_what_was_typed_while_the_service_was_away_and_is_not_kept_is_told_with_its_place(
    system_bus: str, play: Play, printed: bool
) -> None:
    async def scenario() -> None:
        desk = FakeDesk()
        draft = desk.add_draft("Letter", "One") if printed else "a" * 32
        state_files.write(TYPED, LeftOrder(draft, KeptOrder(Order(subject="Roof", key="" if printed else draft))))
        desk.refuse["save_draft" if printed else "begin_empty_draft"] = BusError(
            ErrorCode.BAD_ORDER, Sentence("The subject is too long.")
        )
        async with shown(system_bus, desk, draft) as here:
            aside = state_files.state_folder() / f"{draft}.refused"
            wanted = f"The subject is too long. What you typed is in the file {aside}."
            await until(lambda: wanted in [label.text() for label in here.dialog.findChildren(QLabel)])
            assert "Roof" in aside.read_text()
            assert here.dialog.form.fields["subject"].text() == "Roof", "it can be corrected here"

    play(scenario())
