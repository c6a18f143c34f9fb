# SPDX-License-Identifier: GPL-3.0-or-later
"""The field To before the real service: names, groups, several recipients, pasted lists."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from faxcore.contract.address_book import Book, Contact, ContactKind, Suggestion
from faxcore.contract.order import JudgedNumber
from faxcore.model.recipient import Recipient
from faxdialog import to_list, verdict
from faxdialog.chip import Chip
from tests.system.faxdialog.conftest import until
from tests.system.faxdialog.real_service import Office, Opened, office, opened, unopened

Play = Callable[[Awaitable[None]], None]

CLAIRE = Contact(
    number="01 99 00 00 02",
    last_name="Pétit",
    first_name="Claire",
    role="Doctor",
    department="Cardiology",
    company="CH d'Orsay",
)
DUPONT = Contact(kind=ContactKind.COMPANY, number="+33 1 99 00 00 03", company="Laboratoire Dupont")


@pytest.fixture(scope="module")
def running() -> Iterator[Office]:
    with office() as made:
        yield made


async def save(one: Opened, *contacts: Contact) -> list[Contact]:
    """Put these into the person's address book, unless they are there."""
    return await one.sending.link.desk.save_contacts(list(contacts))


def chips(one: Opened) -> list[str]:
    """The chips as they are read out."""
    return [chip.accessibleName() for chip in one.dialog.form.to_field.chips]


def offered(one: Opened) -> list[str]:
    """The suggestions that are seen."""
    shown = one.dialog.form.to_field.suggestions
    model = shown.model()
    assert model is not None
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())] if shown.isVisible() else []


def press(one: Opened, *keys: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press these keys, one after another, wherever the focus is."""
    for key in keys:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key, held)


def paste(one: Opened, text: str) -> None:
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    clipboard.setText(text)
    QTest.keyClick(one.dialog.form.to_field.edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_three_letters_and_two_enters_send_a_fax(play: Play, running: Office) -> None:
    """Without the accent, and with the beginning of the last name."""

    async def scenario() -> None:
        async with opened(running) as one:
            (claire,) = await save(one, CLAIRE)
            one.type("number", "pet")
            await until(lambda: offered(one) == ["Claire Pétit"])
            await until(lambda: "arrow keys" in one.verdict)
            press(one, Qt.Key.Key_Return)
            await until(lambda: one.verdict == "01 99 00 00 02 · France")
            assert chips(one) == ["Claire Pétit · 01 99 00 00 02"] and not one.sending.job
            assert one.dialog.form.fields["number"].text() == ""
            assert one.dialog.form.fields["role"].text() == "Doctor"
            assert one.dialog.form.fields["department"].text() == "Cardiology"
            press(one, Qt.Key.Key_Return)
            await until(lambda: one.sending.job)
            job = (await one.sending.link.desk.show_job(one.sending.job)).job
            assert (job.number, job.recipient) == ("01 99 00 00 02", "Claire Pétit")
            await one.sending.link.desk.remove_contact(claire.id)

    play(scenario())


def test_digits_are_not_taken_for_somebody_whose_number_begins_so(play: Play, running: Office) -> None:
    """Enter sends to what was typed; the arrow down takes the suggestion."""

    async def scenario() -> None:
        async with opened(running) as one:
            (claire,) = await save(one, CLAIRE)
            one.type("number", "0199")
            await until(lambda: offered(one))
            assert one.dialog.form.to_field.suggestions.highlighted() is None
            press(one, Qt.Key.Key_Down)
            assert "01 99 00 00 02" in one.dialog.form.to_field.accessibleDescription()
            press(one, Qt.Key.Key_Escape)
            assert not offered(one) and one.dialog.isVisible()
            one.type("number", "000002")
            await until(lambda: one.verdict == "01 99 00 00 02 · France · Claire Pétit")
            QTest.keyClick(one.dialog.form.fields["number"], Qt.Key.Key_Backspace)
            one.type("number", "3")
            await until(lambda: one.verdict == "01 99 00 00 03 · France")
            press(one, Qt.Key.Key_Return)
            await until(lambda: one.sending.job)
            assert (await one.sending.link.desk.show_job(one.sending.job)).job.number == "01 99 00 00 03"
            await one.sending.link.desk.remove_contact(claire.id)

    play(scenario())


def test_a_name_that_nobody_has_is_no_number(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            one.type("number", "Xyz")
            await until(lambda: one.verdict == "“Xyz” is not a telephone number.")
            assert not offered(one) and not one.dialog.send.isEnabled()

    play(scenario())


def test_the_arrow_down_offers_who_had_the_last_faxes(play: Play) -> None:
    async def scenario(place: Office) -> None:
        async with opened(place) as one:
            one.type("number", "0199000002")
            one.dialog.form.details.click()
            one.type("last_name", "Durand")
            await until(one.dialog.send.isEnabled)
            press(one, Qt.Key.Key_Return)
            await until(lambda: one.sending.job)
            desk = one.sending.link.desk
            async with asyncio.timeout(60):
                while not await desk.suggest_recipients(""):
                    await asyncio.sleep(0.05)
        async with opened(place) as again:
            press(again, Qt.Key.Key_Down)
            await until(lambda: offered(again) == ["Durand"])
            press(again, Qt.Key.Key_Down, Qt.Key.Key_Tab)
            await until(lambda: again.verdict == "01 99 00 00 02 · France")
            assert again.dialog.form.to.recipients() == [Recipient("01 99 00 00 02", "Durand")]

    with office() as made:
        play(scenario(made))


def test_a_group_becomes_its_members(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            two = await save(one, CLAIRE, DUPONT)
            members = tuple(each.id for each in two)
            (group,) = await save(one, Contact(kind=ContactKind.GROUP, name="Surgeons", members=members))
            one.type("number", "sur")
            await until(lambda: offered(one) == ["Surgeons"])
            press(one, Qt.Key.Key_Return)
            await until(one.dialog.send.isEnabled)
            assert chips(one) == ["Claire Pétit · 01 99 00 00 02", "Laboratoire Dupont · 01 99 00 00 03"]
            assert one.dialog.send.text() == "&Send to 2"
            await until(lambda: one.dialog.preview.state.text() == "As it will arrive at Laboratoire Dupont")
            assert one.dialog.foot.text().endswith(" · for each of 2 recipients")
            one.dialog.send.click()
            await until(lambda: one.sending.job)
            broadcast = await one.sending.link.desk.show_broadcast(one.sending.job)
            assert broadcast.recipients == 2
            assert one.dialog.queued.title.text() == "The fax to 2 recipients is queued."
            for each in (*two, group):
                await one.sending.link.desk.remove_contact(each.id)

    play(scenario())


def test_a_comma_begins_the_next_number(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            one.type("number", "0199000002,")
            await until(lambda: chips(one) == ["01 99 00 00 02"])
            one.type("number", "0199000003")
            await until(one.dialog.send.isEnabled)
            assert one.dialog.send.text() == "&Send to 2"
            press(one, Qt.Key.Key_Return)
            await until(lambda: one.sending.job)
            assert (await one.sending.link.desk.show_broadcast(one.sending.job)).recipients == 2

    play(scenario())


def test_a_pasted_list_of_thirty_says_which_two_are_not_called(play: Play, running: Office) -> None:
    """They are named with their reasons, led to, and changed or removed; then it goes to the others."""
    lines = [f"Person {at}, 01 99 00 01 {at:02}" for at in range(28)]
    lines[7:7] = ["Durand; 0123"]
    lines.append("Nobody")

    async def scenario() -> None:
        async with opened(running) as one:
            paste(one, "\n".join(lines))
            to = one.dialog.form.to
            await until(lambda: len(to.chosen) == 30 and not to.find_unjudged(1))
            assert one.verdict.startswith("2 of 30 recipients are not called. ")
            assert not one.dialog.send.isEnabled()
            press(one, Qt.Key.Key_Return, held=Qt.KeyboardModifier.ControlModifier)
            focus = QApplication.focusWidget()
            assert isinstance(focus, Chip) and focus.text() == "Durand · 0123"
            assert "Durand: " in one.verdict and "0123" in focus.toolTip()
            press(one, Qt.Key.Key_Return)
            assert one.dialog.form.fields["number"].text() == "0123"
            assert one.dialog.form.fields["last_name"].text() == "Durand"
            one.dialog.form.fields["number"].setText("")
            QTest.keyClicks(one.dialog.form.fields["number"], "0199000002")
            await until(lambda: to.typing.is_called)
            assert to.recipients()[-1] == Recipient("01 99 00 00 02", "Durand")
            press(one, Qt.Key.Key_Return, held=Qt.KeyboardModifier.ControlModifier)
            press(one, Qt.Key.Key_Delete)
            await until(one.dialog.send.isEnabled)
            assert one.dialog.send.text() == "&Send to 29"
            one.dialog.send.click()
            await until(lambda: one.sending.job)
            assert (await one.sending.link.desk.show_broadcast(one.sending.job)).recipients == 29

    play(scenario())


def test_the_same_number_twice_is_one_recipient_and_said_to_be(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            paste(one, "0199000002\n+33 1 99 00 00 02\n0199000003")
            await until(lambda: one.verdict == "1 recipient was there already.")
            await until(lambda: chips(one) == ["01 99 00 00 02", "01 99 00 00 03"])

    play(scenario())


def test_the_names_belong_to_the_recipient_that_is_chosen(play: Play, running: Office) -> None:
    """The fields under Details name this one, and its cover page is the one that is seen."""

    async def scenario() -> None:
        async with opened(running) as one:
            form = one.dialog.form
            form.details.click()
            paste(one, "Petit 0199000002\nMartin 0199000003")
            await until(one.dialog.send.isEnabled)
            assert form.fields["last_name"].text() == "Martin"
            assert form.order().number == "0199000003"
            press(one, Qt.Key.Key_Left, Qt.Key.Key_Left)
            assert form.fields["last_name"].text() == "Petit" and form.order().number == "0199000002"
            one.type("first_name", "Claire")
            assert chips(one)[0] == "Claire Petit · 01 99 00 00 02"
            form.to_field.chips[1].click()
            assert form.fields["first_name"].text() == ""
            one.type("number", "0199000004")
            assert form.fields["last_name"].text() == ""
            assert [each.person() for each in form.to.recipients()] == ["Claire Petit", "Martin", ""]

    play(scenario())


def test_chips_and_half_a_number_are_there_again(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            paste(one, "Petit 0199000002\nMartin 0123")
            one.type("number", "01990")
            one.dialog.close()
            await until(lambda: one.ends)
        async with opened(running, draft=one.draft) as again:
            await until(lambda: chips(again)[:1] == ["Petit · 01 99 00 00 02"])
            await until(lambda: again.dialog.form.fields["number"].text() == "01 99 0")
            assert [each.number for each in again.dialog.form.to.recipients()] == ["0199000002", "0123", "01 99 0"]
            assert not again.dialog.send.isEnabled()

    play(scenario())


def test_backspace_goes_into_the_chips_and_removes_them(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            paste(one, "0199000002\n0199000003")
            await until(one.dialog.send.isEnabled)
            press(one, Qt.Key.Key_Backspace)
            assert len(chips(one)) == 2, "the first only leads there"
            press(one, Qt.Key.Key_Backspace)
            assert chips(one) == ["01 99 00 00 02"]
            assert one.dialog.send.text() == "&Send"
            press(one, Qt.Key.Key_Delete)
            assert chips(one) == [] and QApplication.focusWidget() is one.dialog.form.to_field.edit
            press(one, Qt.Key.Key_Return)
            assert one.verdict == "Enter the number to which the fax goes."

    play(scenario())


def test_a_service_that_answers_late_blocks_nothing_and_judges_what_was_chosen(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with unopened(running) as one:
            desk, may_answer = one.sending.link.desk, asyncio.Event()
            judge = desk.judge_number

            async def judge_late(number: str) -> JudgedNumber:
                await may_answer.wait()
                return await judge(number)

            desk.judge_number = judge_late  # type: ignore[method-assign]
            one.sending.show()
            await one.composed()
            paste(one, "0199000002\n0199000003")
            press(one, Qt.Key.Key_Return, held=Qt.KeyboardModifier.ControlModifier)
            await until(lambda: one.dialog.form.to_field.verdict.text() == "The number is being checked …")
            assert not one.sending.job
            may_answer.set()
            await until(lambda: one.sending.job)

    play(scenario())


def test_the_shared_book_is_searched_too_and_a_window_that_is_narrow_shows_it(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            (dupont,) = await save(one, DUPONT)
            assert dupont.book is Book.OWN
            one.dialog.resize(660, 520)
            one.type("number", "labo dup")
            await until(lambda: offered(one) == ["Laboratoire Dupont"])
            shown = one.dialog.form.to_field.suggestions
            assert one.dialog.rect().contains(shown.geometry())
            QTest.mouseClick(
                shown.viewport(), Qt.MouseButton.LeftButton, pos=shown.visualRect(shown.currentIndex()).center()
            )
            await until(lambda: chips(one) == ["Laboratoire Dupont · 01 99 00 00 03"])
            await one.sending.link.desk.remove_contact(dupont.id)

    play(scenario())


def test_where_one_types_is_seen_below_many_chips(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            paste(
                one,
                "\n".join(
                    f"A laboratory with a name that is as long as a row {at} 01990001{at:02}" for at in range(20)
                ),
            )
            one.type("number", "01990002")
            field = one.dialog.form.to_field
            await until(lambda: not field.to.find_unjudged(1))
            QApplication.processEvents()
            for widget in (field.edit, field.chips[-1]):
                seen = widget.visibleRegion().boundingRect()
                assert seen.width() == widget.width() and seen.height() >= widget.height() - 1, widget
            assert field.height() < one.dialog.height() / 3

    play(scenario())


def test_as_many_as_there_is_room_for_are_judged_and_more_are_said_to_be_left_out(
    play: Play, running: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (to_list, verdict):
        monkeypatch.setattr(module, "MOST", 200)

    async def scenario() -> None:
        async with opened(running) as one:
            to = one.dialog.form.to
            paste(one, "\n".join(f"+331990{at:05}" for at in range(202)))
            assert len(to.chosen) == 200
            said = (
                "A fax has at most 200 recipients here; 2 were left out. For more, use “faxctl broadcast send --list”."
            )
            assert one.verdict == said
            await until(lambda: not to.find_unjudged(1))
            assert one.dialog.send.text() == "&Send to 200" and one.dialog.send.isEnabled()

    play(scenario())


def test_a_name_that_is_typed_asks_nothing_about_the_number(play: Play, running: Office) -> None:
    """No suggestions come over the fields in which one types, and a number that is wrong stays said to be so."""

    async def scenario() -> None:
        async with opened(running) as one:
            (claire,) = await save(one, CLAIRE)
            desk, asked = one.sending.link.desk, []
            suggest = desk.suggest_recipients

            async def note(words: str) -> list[Suggestion]:
                asked.append(words)
                return await suggest(words)

            desk.suggest_recipients = note  # type: ignore[method-assign]
            one.dialog.form.details.click()
            one.type("number", "0199")
            await until(lambda: offered(one) and one.verdict == "This number is not complete yet.")
            one.dialog.form.fields["last_name"].setFocus()
            said = one.verdict
            assert said and said != "This number is not complete yet." and not offered(one)
            before = list(asked)
            one.type("last_name", "Petit")
            await one.composed()
            assert one.verdict == said and not offered(one) and asked == before
            await desk.remove_contact(claire.id)

    play(scenario())


def test_suggestions_that_come_late_stay_away_from_who_has_gone_on(play: Play, running: Office) -> None:
    async def scenario() -> None:
        async with opened(running) as one:
            (claire,) = await save(one, CLAIRE)
            desk, may_answer, answered = one.sending.link.desk, asyncio.Event(), asyncio.Event()
            suggest = desk.suggest_recipients

            async def suggest_late(words: str) -> list[Suggestion]:
                await may_answer.wait()
                found = await suggest(words)
                asyncio.get_running_loop().call_later(0.05, answered.set)
                return found

            desk.suggest_recipients = suggest_late  # type: ignore[method-assign]
            one.type("number", "0199000002")
            await until(lambda: one.dialog.form.to.typing.is_called)
            one.dialog.form.fields["subject"].setFocus()
            may_answer.set()
            await answered.wait()
            assert not offered(one)
            await until(lambda: one.verdict == "01 99 00 00 02 · France · Claire Pétit")
            await desk.remove_contact(claire.id)

    play(scenario())
