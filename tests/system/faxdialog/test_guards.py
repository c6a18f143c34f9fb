# SPDX-License-Identifier: GPL-3.0-or-later
"""Send, and what stands before and behind it, with the real service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QPushButton

from faxcore.bus import client
from faxcore.bus.client import AnswerLost
from faxcore.model.job import State
from faxcore.model.sentence import Sentence
from faxdialog import repeat_guard
from tests.system.faxdialog.conftest import SECONDS, until
from tests.system.faxdialog.real_service import Office, Opened, office, opened

Play = Callable[[Awaitable[None]], None]


@pytest.fixture(scope="module")
def running() -> Iterator[Office]:
    """One service for all tests that do not end it."""
    with office() as made:
        yield made


def button(one: Opened, words: str) -> QPushButton:
    """The button with these words in the bar across the window."""
    return next(each for each in one.dialog.message.buttons if each.text().replace("&", "") == words)


async def typed(one: Opened, number: str = "0199000002") -> None:
    """A number that is called stands in the field."""
    one.type("number", number)
    await until(one.dialog.send.isEnabled)


# ------------------------------------------------------------ a new number


def test_a_new_number_is_typed_a_second_time(play: Play) -> None:
    """By hand, not pasted; another number is not taken; a change of the number asks anew."""

    async def scenario(office: Office) -> None:
        async with opened(office) as one:
            bar = one.dialog.second_typing
            await typed(one)
            one.dialog.send.click()
            await until(bar.isVisible)
            assert "01 99 00 00 02" in bar.text.text() and bar.edit.hasFocus()
            clipboard = QApplication.clipboard()
            assert clipboard is not None
            clipboard.setText("0199000002")
            QTest.keyClick(bar.edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
            assert bar.edit.text() == ""
            QTest.keyClick(bar.edit, Qt.Key.Key_Return)
            assert not one.sending.job
            QTest.keyClicks(bar.edit, "0199000020")
            QTest.keyClick(bar.edit, Qt.Key.Key_Return)
            await until(lambda: "0199000020" in bar.text.text())
            assert bar.edit.text() == "" and bar.edit.hasFocus() and not one.sending.job
            one.dialog.form.fields["number"].clear()
            one.type("number", "0199000003")
            assert not bar.isVisible()
            await until(one.dialog.send.isEnabled)
            one.dialog.send.click()
            await until(lambda: "01 99 00 00 03" in bar.text.text() and bar.isVisible())
            QTest.keyClicks(bar.edit, "+33 1 99 00 00 03")
            QTest.keyClick(bar.edit, Qt.Key.Key_Return)
            await until(lambda: one.sending.job)

    with office("twice") as made:
        play(scenario(made))


# ------------------------------------------------------------ the same document to the same number


async def sent_before(office: Office, text: int) -> str:
    """The document with this text has been handed in for the number, and is on its way or has arrived."""
    async with opened(office, draft=await office.print(text=text)) as one:
        await typed(one)
        one.dialog.send.click()
        await until(lambda: one.sending.job)
        return one.sending.job


def test_a_document_printed_twice_is_not_sent_twice_unasked(play: Play, running: Office) -> None:
    """The bar is there before Send; neither Send nor Enter, pressed twice, passes it."""

    async def scenario() -> None:
        first = await sent_before(running, 3)
        async with opened(running, draft=await running.print(text=3)) as one:
            await typed(one)
            await until(lambda: "this document" in one.said.lower())
            assert "01 99 00 00 02" in one.said
            for _time in range(2):
                one.dialog.send.click()
                QTest.keyClick(one.dialog.form.fields["number"], Qt.Key.Key_Return)
                await until(lambda: one.sending._sending.under_way is None)
            assert not one.sending.job and "01 99 00 00 02" in one.said
            assert one.dialog.form.isEnabled()
            button(one, "Send anyway").click()
            await until(lambda: one.sending.job)
            assert one.sending.job != first

    play(scenario())


def test_the_earlier_fax_is_shown_among_all(play: Play, running: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(repeat_guard, "show_among_faxes", shown.append)

    async def scenario() -> None:
        first = await sent_before(running, 4)
        async with opened(running, draft=await running.print(text=4)) as one:
            await typed(one)
            await until(lambda: one.said)
            button(one, "Show it").click()
            assert shown == [first] and not one.sending.job

    play(scenario())


def test_who_presses_enter_with_the_last_digit_is_asked_all_the_same(play: Play, running: Office) -> None:
    async def scenario() -> None:
        await sent_before(running, 5)
        async with opened(running, draft=await running.print(text=5)) as one:
            one.type("number", "0199000002")
            QTest.keyClick(one.dialog.form.fields["number"], Qt.Key.Key_Return)
            await until(lambda: one.said)
            await until(lambda: one.sending._sending.under_way is None)
            assert not one.sending.job
            # To another number it is no repeat.
            one.dialog.form.fields["number"].clear()
            one.type("number", "0199000003")
            await until(lambda: not one.said)
            await until(one.dialog.send.isEnabled)
            one.dialog.send.click()
            await until(lambda: one.sending.job)

    play(scenario())


def test_another_document_is_no_repeat(play: Play, running: Office) -> None:
    async def scenario() -> None:
        await sent_before(running, 6)
        async with opened(running, draft=await running.print(text=7)) as one:
            await typed(one)
            one.dialog.send.click()
            await until(lambda: one.sending.job)
            assert not one.said

    play(scenario())


# ------------------------------------------------------------ undo


def shows_order(one: Opened) -> bool:
    return one.dialog.pages.currentIndex() == 0


def test_undo_brings_back_the_document_with_all_that_was_typed(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            queued = one.dialog.queued
            one.type("subject", "Roof")
            await typed(one)
            one.dialog.send.click()
            await until(lambda: one.sending.job and queued.isVisible())
            first = one.sending.job
            assert queued.left.text().startswith("It goes out in ")
            # Who presses Enter twice has neither closed the view nor taken anything back.
            QTest.keyClick(one.dialog, Qt.Key.Key_Return)
            assert queued.isVisible() and one.sending.job
            queued.undo_button.click()
            await until(lambda: shows_order(one) and not one.sending.job)
            assert one.dialog.form.fields["subject"].text() == "Roof"
            assert [job.id for job in await one.sending.link.desk.list_jobs() if job.id == first] == []
            await until(one.dialog.send.isEnabled)
            # It can be changed, is kept again, and goes out once.
            one.dialog.form.fields["number"].clear()
            await typed(one, "0199000003")
            one.dialog.send.click()
            await until(lambda: one.sending.job)
            (job,) = [each for each in await one.sending.link.desk.list_jobs() if each.id == one.sending.job]
            assert (job.number, job.subject, job.undoable) == ("01 99 00 00 03", "Roof", True)
        # Closed meanwhile, it goes out all the same.
        async with opened(running) as other:
            await gone_out(other, job.id)

    play(scenario())


async def gone_out(one: Opened, job: str) -> None:
    async with asyncio.timeout(SECONDS):
        while (await one.sending.link.desk.show_job(job)).job.state is not State.DONE:
            await asyncio.sleep(0.05)


def test_the_view_counts_the_seconds_and_closes(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            await typed(one)
            one.dialog.send.click()
            told: list[str] = []
            await until(lambda: one.sending.job)
            while not one.ends:
                text = one.dialog.queued.left.text()
                if not told or told[-1] != text:
                    told.append(text)
                await asyncio.sleep(0.02)
            assert told == [f"It goes out in {left} second{'s' * (left > 1)}." for left in range(5, 0, -1)]

    play(scenario())


def test_undo_that_comes_too_late_says_so(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            queued = one.dialog.queued
            await typed(one)
            one.dialog.send.click()
            await until(lambda: one.sending.job)
            queued.stop()
            await gone_out(one, one.sending.job)
            queued.undo_button.click()
            await until(lambda: "too late" in queued.left.text())
            assert queued.isVisible() and not queued.undo_button.isVisible() and not one.ends
            queued.close_button.click()
            await until(lambda: one.ends)

    play(scenario())


def test_undo_whose_answer_is_lost_may_be_tried_again(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            desk, queued = one.sending.link.desk, one.dialog.queued
            take_back = desk.take_back

            async def lose_answer(fax: str) -> str:
                await take_back(fax)
                desk.take_back = take_back  # type: ignore[method-assign]
                raise AnswerLost(Sentence("No answer."))

            desk.take_back = lose_answer  # type: ignore[method-assign]
            await typed(one)
            one.dialog.send.click()
            await until(lambda: one.sending.job)
            queued.undo_button.click()
            await until(lambda: "does not answer" in queued.left.text())
            queued.undo_button.click()
            await until(lambda: shows_order(one) and one.dialog.send.isEnabled())

    play(scenario())


def test_taken_back_elsewhere_the_window_that_is_raised_shows_the_document(play: Play, running: Office) -> None:
    """As by the tray's popup, while the window counts the seconds still."""

    async def scenario() -> None:
        async with opened(running) as one:
            await typed(one)
            one.dialog.send.click()
            await until(lambda: one.sending.job)
            one.dialog.raised.emit()
            await until(lambda: one.sending._sending.under_way is None)
            assert one.dialog.queued.isVisible(), "it is a fax still"
            async with client.connect(running.address) as desk:
                assert await desk.take_back(one.sending.job) == one.draft
            one.dialog.raised.emit()
            await until(lambda: shows_order(one) and one.dialog.send.isEnabled())
            assert one.dialog.form.fields["number"].text() == "01 99 00 00 02"

    play(scenario())
