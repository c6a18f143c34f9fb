# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog before the real service: nothing here is refused or allowed by a stand-in."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from faxcore.contract.bus import Document
from faxcore.contract.order import JudgedNumber, Order
from faxcore.contract.printed import Draft, KeptOrder, Preview
from faxcore.document.tiff import read_pages
from faxdialog import controller
from faxdialog.window import SendDialog
from tests.system.faxdialog.conftest import SECONDS, until
from tests.system.faxdialog.real_service import Office, Opened, in_thread, office, opened, unopened

PATIENT_MS = 600_000
"""Milliseconds that no test lasts."""

Play = Callable[[Awaitable[None]], None]


@pytest.fixture(scope="module")
def running() -> Iterator[Office]:
    """One service for all tests that do not end it."""
    with office() as made:
        yield made


# ------------------------------------------------------------ the number is judged as it is typed


def test_a_number_that_is_called_is_written_out_with_its_country(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            one.type("number", "0033199000002")
            await until(lambda: one.verdict == "01 99 00 00 02 · France")
            assert one.dialog.send.isEnabled()

    play(scenario())


def test_digits_are_put_in_groups_as_they_are_typed(play: Play, running: Office) -> None:
    """Behind the digit at which the cursor was, it stays; another spelling stays as well."""

    async def scenario() -> None:
        async with opened(running) as one:
            number = one.dialog.form.fields["number"]
            one.type("number", "01990")
            await until(lambda: number.text() == "01 99 0")
            one.type("number", "0000")
            await until(lambda: number.text() == "01 99 00 00 0")
            QTest.keyClick(number, Qt.Key.Key_Home)
            QTest.keyClick(number, Qt.Key.Key_Right)
            QTest.keyClick(number, Qt.Key.Key_Delete)
            one.type("number", "2")
            await until(lambda: number.text() == "02 99 00 00 0")
            assert number.cursorPosition() in (2, 3)
            number.selectAll()
            one.type("number", "01.99.00.00.02")
            await until(lambda: one.verdict == "01 99 00 00 02 · France")
            assert number.text() == "01.99.00.00.02"

    play(scenario())


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("abc", "“abc” is not a telephone number."),
        ("Durand", "“Durand” is not a telephone number."),
        ("+1 212 555 2368", "is in a country (US)"),
        ("0899 12 34 56", "special charges"),
    ],
)
def test_a_number_that_is_not_called_is_said_to_be_so_while_it_is_typed(
    play: Play, running: Office, number: str, reason: str
) -> None:
    """At once, not when the person pauses or leaves the field."""

    async def scenario() -> None:
        async with opened(running) as one:
            one.dialog.form.to_field.verdict.patience.setInterval(PATIENT_MS)
            one.type("number", number)
            await until(lambda: reason in one.verdict)
            assert QApplication.focusWidget() is one.dialog.form.fields["number"]
            assert one.dialog.form.fields["number"].accessibleDescription() == one.verdict
            assert not one.dialog.send.isEnabled()

    play(scenario())


@pytest.mark.parametrize("number", ["01", "0123", "+", "15", "01 99 00 00 0"])
def test_half_a_number_is_not_scolded_before_the_person_leaves_it(play: Play, running: Office, number: str) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            below = one.dialog.form.details
            place = below.mapToGlobal(below.rect().topLeft())
            one.dialog.form.to_field.verdict.patience.setInterval(PATIENT_MS)
            one.type("number", number)
            await until(lambda: one.verdict == "This number is not complete yet.")
            assert not one.dialog.send.isEnabled()
            QTest.keyClick(one.dialog.form.fields["number"], Qt.Key.Key_Tab)
            assert one.verdict and one.verdict != "This number is not complete yet."
            QApplication.processEvents()
            assert below.mapToGlobal(below.rect().topLeft()) == place

    play(scenario())


def test_half_a_number_is_said_to_be_wrong_when_the_person_pauses(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            one.type("number", "01 99 00 00 0")
            await until(lambda: "is not a valid phone number" in one.verdict)

    play(scenario())


def test_enter_on_a_number_that_is_not_called_leads_to_the_reason(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            one.type("number", "0123")
            one.dialog.form.fields["subject"].setFocus()
            QTest.keyClick(one.dialog.form.fields["subject"], Qt.Key.Key_Return)
            await until(lambda: QApplication.focusWidget() is one.dialog.form.fields["number"])
            await until(lambda: "0123" in one.verdict)
            assert not one.sending.job

    play(scenario())


def test_who_presses_enter_with_the_last_digit_has_sent_the_fax(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            one.type("number", "0199000002")
            QTest.keyClick(one.dialog.form.fields["number"], Qt.Key.Key_Return)
            await until(lambda: one.sending.job)

    play(scenario())


def test_an_answer_about_an_earlier_number_is_not_taken_for_this_one(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            desk = one.sending.link.desk
            judge, may_answer, asked = desk.judge_number, asyncio.Event(), []

            async def judge_late(number: str) -> object:
                asked.append(number)
                if number == "0199000002":
                    await may_answer.wait()
                return await judge(number)

            desk.judge_number = judge_late  # type: ignore[method-assign, assignment]
            one.type("number", "0199000002")
            await until(lambda: asked)
            one.type("number", "x")
            may_answer.set()
            await until(lambda: "“x” is no part" in one.verdict)
            assert not one.dialog.send.isEnabled()

    play(scenario())


def test_enter_without_a_number_says_so_until_something_is_typed(play: Play, running: Office) -> None:
    """From the very field, which is where the cursor stands when the window opens."""

    async def scenario() -> None:
        async with opened(running) as one:
            number = one.dialog.form.fields["number"]
            assert QApplication.focusWidget() is number
            QTest.keyClick(number, Qt.Key.Key_Return)
            assert one.verdict == "Enter the number to which the fax goes."
            QTest.keyClick(number, Qt.Key.Key_Tab)
            QApplication.processEvents()
            assert one.verdict == "Enter the number to which the fax goes."
            one.type("number", "0")
            assert one.verdict != "Enter the number to which the fax goes."

    play(scenario())


# ------------------------------------------------------------ the service comes and goes


def test_a_preview_that_comes_as_the_service_goes_does_not_wipe_that_away(play: Play) -> None:
    async def scenario(office: Office) -> None:
        async with opened(office) as one:
            desk = one.sending.link.desk
            compose = desk.compose_draft

            async def compose_last(draft: str, order: Order, out: Document) -> Preview:
                told = await compose(draft, order, out)
                await in_thread(office.stop)
                await until(lambda: "is stopped" in one.said)
                return told

            desk.compose_draft = compose_last  # type: ignore[method-assign]
            one.type("subject", "R")
            await until(lambda: "is stopped" in one.said)
            await one.composed()
            assert "is stopped" in one.said
            one.type("number", "0199000002")
            assert one.dialog.send.isEnabled(), "the order can be left"
            assert "is stopped" in one.said
            await in_thread(office.start)
            await until(lambda: one.verdict == "01 99 00 00 02 · France")
            assert one.dialog.send.isEnabled() and not one.said

    with office() as made:
        play(scenario(made))


# ------------------------------------------------------------ the window opens


def test_the_window_opens_with_its_first_page(play: Play, running: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controller, "FIRST_PAGE_SECONDS", 60.0)

    async def scenario() -> None:
        async with unopened(running, pages=20) as one:
            pages: list[int] = []
            one.dialog.preview.shown.connect(lambda: pages.append(int(one.dialog.isVisible())))
            await one.sending.open()
            assert one.dialog.isVisible() and one.dialog.preview.count == 20
            assert pages[0] == 0, "it was painted without a page first"

    play(scenario())


def test_the_window_does_not_wait_for_a_service_that_is_slow(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with unopened(running) as one:
            desk, may_answer = one.sending.link.desk, asyncio.Event()
            list_drafts, judge = desk.list_drafts, desk.judge_number

            async def list_late() -> list[Draft]:
                await may_answer.wait()
                return await list_drafts()

            async def judge_late(number: str) -> JudgedNumber:
                await may_answer.wait()
                return await judge(number)

            desk.list_drafts, desk.judge_number = list_late, judge_late  # type: ignore[method-assign]
            await one.sending.open()
            assert one.dialog.isVisible() and not one.dialog.preview.count
            one.type("number", "0199000002")
            assert one.dialog.form.fields["number"].text() == "0199000002"
            may_answer.set()
            await until(one.dialog.send.isEnabled)
            assert one.dialog.form.fields["number"].text() == "01 99 00 00 02"

    play(scenario())


# ------------------------------------------------------------ nothing that was typed is lost

TYPED = {
    "number": "01 99 00 00 02",
    "last_name": "Petit",
    "first_name": "Claire",
    "role": "Doctor",
    "department": "Surgery",
    "company": "CH d'Orsay",
    "subject": "Results",
}

WAYS: dict[str, Callable[[SendDialog], object]] = {
    "Save for later": lambda dialog: dialog.later.click(),
    "Escape": lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape),
    "the frame": lambda dialog: dialog.close(),
}


@pytest.mark.parametrize("way", list(WAYS))
def test_what_was_typed_is_there_again(play: Play, running: Office, way: str) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            one.dialog.form.details.click()
            for name, text in TYPED.items():
                one.type(name, text)
            one.dialog.form.header.setCurrentIndex(one.dialog.form.header.findData("cover"))
            WAYS[way](one.dialog)
            await until(lambda: one.ends)
        async with opened(running, draft=one.draft) as again:
            form = again.dialog.form
            assert {name: form.fields[name].text() for name in TYPED} == TYPED
            assert form.header_id == "cover" and form.fields["company"].isVisible()
            await until(again.dialog.send.isEnabled)
            assert again.verdict == "01 99 00 00 02 · France"

    play(scenario())


def test_a_message_stands_on_the_cover_page_and_is_kept(play: Play, running: Office) -> None:
    """Its field is there with a cover page only; Enter begins a line, Tab goes on, and Ctrl+Enter sends."""

    async def scenario() -> None:
        async with opened(running) as one:
            form = one.dialog.form
            assert not form.message.isVisible()
            form.header.setCurrentIndex(form.header.findData("cover"))
            assert form.message.isVisible()
            await one.composed()
            without = await count_ink(one)
            form.message.setFocus()
            QTest.keyClicks(form.message, "Hello,")
            QTest.keyClick(form.message, Qt.Key.Key_Return)
            QTest.keyClicks(form.message, "here it is.")
            await until(lambda: one.dialog.preview.state.text() == "Updating …")
            await one.composed()
            assert form.order().message == "Hello,\nhere it is."
            assert await count_ink(one) > without
            QTest.keyClick(form.message, Qt.Key.Key_Tab)
            assert QApplication.focusWidget() is not form.message
            one.dialog.close()
            await until(lambda: one.ends)
        async with opened(running, draft=one.draft) as again:
            assert again.dialog.form.message.text() == "Hello,\nhere it is."
            again.type("number", "0199000002")
            await until(again.dialog.send.isEnabled)
            again.dialog.form.message.setFocus()
            QTest.keyClick(again.dialog.form.message, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            await until(lambda: again.sending.job)

    play(scenario())


async def count_ink(one: Opened) -> int:
    """Count the black dots of the cover page as it is shown."""
    with tempfile.TemporaryFile() as out:
        await one.sending.link.desk.compose_draft(one.draft, one.dialog.form.order(), out)
        out.seek(0)
        cover = next(iter(read_pages(out)))
    return int.from_bytes(cover.rows, "big").bit_count()


def test_what_was_typed_is_kept_while_the_window_is_open(play: Play, running: Office) -> None:
    """So that a crash costs the last second."""

    async def scenario() -> None:
        async with opened(running) as one:

            async def kept() -> str:
                drafts = await one.sending.link.desk.list_drafts()
                return next(draft.kept.order.subject for draft in drafts if draft.id == one.draft)

            one.type("subject", "Res")
            await wait_for("the subject to be kept", lambda: kept(), "Res")
            one.type("subject", "ults")
            await wait_for("the rest to be kept", lambda: kept(), "Results")

    play(scenario())


def test_a_window_in_which_nothing_was_typed_keeps_nothing(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            asked: list[str] = []
            desk = one.sending.link.desk
            save = desk.save_draft

            async def note(draft: str, kept: KeptOrder) -> None:
                asked.append(draft)
                await save(draft, kept)

            desk.save_draft = note  # type: ignore[method-assign]
            one.dialog.close()
            await until(lambda: one.ends)
            assert asked == []

    play(scenario())


async def wait_for(what: str, ask: Callable[[], Awaitable[str]], wanted: str) -> None:
    async with asyncio.timeout(SECONDS):
        while (found := await ask()) != wanted:
            await asyncio.sleep(0.02)
    assert found == wanted, what
