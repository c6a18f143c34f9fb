# SPDX-License-Identifier: GPL-3.0-or-later
"""The contacts window before the real service: what a person types is kept, found, changed and taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QLocale, QSettings, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from faxcore.contract.address_book import Book, Contact, ContactKind, ContactQuery
from faxcore.model.recipient import Recipient
from notifier.contacts.contacts_window import MEMORY
from tests.support.service_fixture import serving
from tests.system.notifier.books import WIDE, Books, click, opened
from tests.system.notifier.desktop import until

CLAIRE = Contact(last_name="Lefèvre", first_name="Claire", company="CH d'Orsay", number="0199000002")
LAB = Contact(kind=ContactKind.COMPANY, company="Lab Dupont", number="+33 1 99 00 00 03", book=Book.SHARED)
ZOLA = Contact(last_name="Zola", first_name="Émile", role="writer", number="0199000004")
MANY = 10_000
CONFIG = '[folders]\nstate = "{folder}/state"\n'

Play = Callable[[Awaitable[None]], None]


@pytest.fixture(scope="module")
def bus() -> Iterator[str]:
    with serving({}) as (address, _folder):
        yield address


@pytest.fixture(autouse=True)
def settings(tmp_path: Path) -> None:
    """The settings of the window are forgotten after each test, and nobody's own."""
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))


# ------------------------------------------------------------ found and shown


def test_the_list_tells_who_it_is_and_whose_book_it_is_in(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE, LAB, ZOLA) as here:
            assert here.rows() == [
                "Lab Dupont | 01 99 00 00 03 · Shared by all",
                "Claire Lefèvre | 01 99 00 00 02 · CH d'Orsay",
                "Émile Zola | 01 99 00 00 04 · writer",
            ]
            assert here.pane.column.count.text() == "3 contacts"
            here.choose("Claire Lefèvre")
            assert [here.lines[name].text() for name in ("last_name", "first_name")] == ["Lefèvre", "Claire"]
            await until(lambda: here.pane.card.fields.number.verdict.text() == "01 99 00 00 02 · France")

    play(scenario())


@pytest.mark.parametrize("words", ["lef", "CLAIRE orsay", "01 99 00 00 02", "0033199000002"])
def test_a_contact_is_found_as_one_types(play: Play, bus: str, words: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE, LAB, ZOLA) as here:
            await here.searched(words)
            assert here.names() == ["Claire Lefèvre"]
            QTest.keyClick(here.pane.column.search, Qt.Key.Key_Escape)
            await until(lambda: len(here.names()) == 3)
            QTest.keyClick(here.pane.column.search, Qt.Key.Key_Escape)
            assert here.books.window.isVisible(), "Escape closes nothing"

    play(scenario())


def test_one_book_alone_is_shown_and_nothing_found_is_said(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE, LAB) as here:
            book = here.pane.column.book
            book.setCurrentIndex(book.findData(Book.SHARED.value))
            book.activated.emit(book.currentIndex())
            await until(lambda: here.names() == ["Lab Dupont"])
            await here.searched("lefevre")
            assert here.pane.column.nothing.isVisible()
            assert here.pane.column.nothing.text() == "No contact matches the search."

    play(scenario())


def test_ten_thousand_contacts_come_by_pages_and_keep_nobody_waiting(play: Play) -> None:
    async def scenario(bus: str) -> None:
        async with opened(bus) as here:
            for first in range(0, MANY, 50):
                part = [Contact(last_name=f"Name {first + number:05}", number="0199000002") for number in range(50)]
                await here.link.desk.save_contacts(part)
            here.books.pages.reload()
            await until(lambda: here.books.contacts.rowCount() >= 200)
            await here.idle()
            assert here.books.contacts.rowCount() < 1000, "what nobody looks at is not asked for"
            assert here.pane.column.count.text().startswith("more than ")
            view = here.pane.column.view
            longest = 0.0
            loop = asyncio.get_running_loop()
            while not here.books.contacts.complete:
                rows, before = here.books.contacts.rowCount(), loop.time()
                view.scrollToBottom()
                longest = max(longest, loop.time() - before)
                model = here.books.contacts
                await until(lambda rows=rows, model=model: model.rowCount() > rows or model.complete)
            assert here.names()[-1] == "Name 09999" and len(set(here.names())) == MANY
            assert here.pane.column.count.text() == f"{QLocale().toString(MANY)} contacts"
            assert longest < 0.5
            await here.searched("name 04321")
            assert here.names() == ["Name 04321"]

    with serving({}) as (bus, _folder):
        play(scenario(bus))


# ------------------------------------------------------------ typed and kept


def test_a_new_person_is_typed_judged_and_saved(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE) as here:
            QTest.keyClick(here.pane.column.search, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
            assert QApplication.focusWidget() is here.lines["last_name"]
            for field, text in (("last_name", "Petit"), ("first_name", "Anne"), ("company", "Mairie")):
                here.type(field, text)
            assert here.rows()[0].startswith("Anne Petit | not saved")
            here.type("number", "+1 212 555 2368")
            await until(lambda: "is in a country (US)" in here.pane.card.fields.number.verdict.text())
            here.type("number", "0033199000009")
            await until(lambda: here.pane.card.fields.number.verdict.text() == "01 99 00 00 09 · France")
            QTest.keyClick(here.lines["number"], Qt.Key.Key_Return)
            await until(lambda: here.said == "Anne Petit is saved.")
            assert here.names() == ["Claire Lefèvre", "Anne Petit"]
            assert here.pane.column.current() is not None and not here.books.unsaved
            (kept,) = await here.kept("petit")
            assert (kept.company, kept.number, kept.book) == ("Mairie", "0033199000009", Book.OWN)

    play(scenario())


def test_what_is_typed_stays_when_another_row_is_chosen(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE, ZOLA) as here:
            here.choose("Claire Lefèvre")
            here.type("company", "Hospital")
            here.choose("Émile Zola")
            assert here.lines["company"].text() == ""
            assert here.rows()[0] == "Claire Lefèvre | not saved · 01 99 00 00 02 · Hospital"
            assert here.pane.column.count.text() == "2 contacts · 1 contact is not saved"
            here.books.window.close()
            here.books.show()
            await here.idle()
            here.choose("Claire Lefèvre")
            assert here.lines["company"].text() == "Hospital"
            click(here.pane.card.discard)
            assert here.lines["company"].text() == "CH d'Orsay" and not here.books.unsaved
            assert [each.company for each in await here.kept("lef")] == ["CH d'Orsay"]

    play(scenario())


def test_a_kept_contact_becomes_no_group_and_a_group_nothing_else(play: Play, bus: str) -> None:
    """It would lose its number, or its members."""

    async def scenario() -> None:
        group = Contact(kind=ContactKind.GROUP, name="Doctors")
        async with opened(bus, CLAIRE, group) as here:
            kind = here.pane.card.fields.kind
            here.choose("Claire Lefèvre")
            assert [kind.itemText(row) for row in range(kind.count())] == ["Person", "Company"]
            here.choose("Doctors")
            assert kind.count() == 1 and not kind.isVisible()
            here.books.add(Contact())
            assert kind.count() == 3 and kind.isVisible()

    play(scenario())


def test_a_number_is_begun_once(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE) as here:
            here.books.add_recipient(Recipient("0199000044", company="Lab"))
            here.type("company", "Labo")
            here.choose("Claire Lefèvre")
            here.books.add_recipient(Recipient("0199000044", company="Lab"))
            assert here.names() == ["Labo", "Claire Lefèvre"] and here.lines["company"].text() == "Labo"

    play(scenario())


def test_a_new_one_that_was_left_empty_leaves_nothing_behind(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE) as here:
            here.books.add(Contact())
            assert here.names() == ["New person", "Claire Lefèvre"]
            here.choose("Claire Lefèvre")
            assert here.names() == ["Claire Lefèvre"]

    play(scenario())


def test_what_the_service_refuses_stays_with_the_reason(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus) as here:
            here.books.add(Contact())
            here.type("last_name", "Nobody")
            QTest.keyClick(here.lines["last_name"], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
            number = here.pane.card.fields.number
            assert number.verdict.text() == "A contact needs a fax number."
            assert QApplication.focusWidget() is number.edit
            here.type("number", "none")
            click(here.pane.card.save)
            await until(lambda: number.verdict.text() == "Nobody: a contact needs a fax number.")
            assert here.lines["last_name"].text() == "Nobody" and await here.kept() == []

    play(scenario())


def test_what_is_typed_while_it_is_saved_is_not_lost(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE) as here:
            here.choose("Claire Lefèvre")
            here.type("role", "doctor")
            click(here.pane.card.save)
            QTest.keyClicks(here.lines["role"], "s")
            await here.idle()
            assert here.lines["role"].text() == "doctors" and len(here.books.unsaved) == 1
            assert [each.role for each in await here.kept()] == ["doctor"]
            click(here.pane.card.save)
            await here.idle()
            assert [each.role for each in await here.kept()] == ["doctors"]

    play(scenario())


# ------------------------------------------------------------ deleted and taken back


def test_a_deletion_can_be_taken_back_and_else_is_done(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE, ZOLA) as here:
            here.choose("Claire Lefèvre")
            click(here.pane.card.delete)
            await until(lambda: here.said == "Claire Lefèvre is deleted.")
            assert here.names() == ["Émile Zola"] and len(await here.kept()) == 2
            click(here.pane.notice.button)
            assert here.names() == ["Claire Lefèvre", "Émile Zola"] and not here.said
            QTest.keyClick(here.pane.column.view, Qt.Key.Key_Delete)
            await until(lambda: here.said == "Claire Lefèvre is deleted.")
            assert here.pane.notice.time.interval() == 10_000
            here.books.pages.reload()
            await until(lambda: here.books.pages.known)
            assert here.names() == ["Émile Zola"], "it does not come back with the list"
            here.pane.notice.time.timeout.emit()
            await here.idle()
            assert [each.last_name for each in await here.kept()] == ["Zola"] and not here.said

    play(scenario())


def test_a_deletion_is_done_when_the_program_ends(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE, ZOLA) as here:
            here.choose("Émile Zola")
            click(here.pane.card.delete)
            await until(lambda: here.said)
            await here.books.finish()
            assert [each.last_name for each in await here.kept()] == ["Lefèvre"]

    play(scenario())


# ------------------------------------------------------------ books and groups


def test_a_contact_is_moved_to_the_shared_book(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE) as here:
            here.choose("Claire Lefèvre")
            choose(here.pane.card.fields.book, Book.SHARED)
            click(here.pane.card.save)
            await until(lambda: here.rows() == ["Claire Lefèvre | 01 99 00 00 02 · CH d'Orsay · Shared by all"])
            assert [each.book for each in await here.kept()] == [Book.SHARED]

    play(scenario())


def test_who_may_not_change_the_shared_book_is_told_so_at_once(play: Play) -> None:
    config = f'[contacts]\neditors = ["nobody"]\n{CONFIG}'

    async def scenario(bus: str) -> None:
        async with opened(bus, CLAIRE) as here:
            here.choose("Claire Lefèvre")
            choose(here.pane.card.fields.book, Book.SHARED)
            click(here.pane.card.save)
            await until(lambda: here.said.startswith("You may not change the shared address book"))
            assert len(here.books.unsaved) == 1, "the wish stays"
            assert [each.book for each in await here.kept()] == [Book.OWN]

    with serving({}, config=config) as (bus, _folder):
        play(scenario(bus))


def test_members_of_a_group_are_found_by_typing_and_put_in_order(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE, LAB, ZOLA) as here:
            here.books.add(Contact(kind=ContactKind.GROUP))
            here.type("name", "Doctors")
            members = here.pane.card.fields.members
            for words, name in (("zol", "Émile Zola"), ("dup", "Lab Dupont"), ("claire", "Claire Lefèvre")):
                await add_member(here, words, name)
            members.list.setCurrentRow(2)
            click(members.up)
            members.list.setCurrentRow(0)
            click(members.remove)
            click(here.pane.card.save)
            await until(lambda: here.said == "Doctors is saved.")
            (group,) = await here.kept("doctors")
            found = (await here.link.desk.find_contacts(ContactQuery(group=group.id))).contacts
            assert [each.company for each in found] == ["CH d'Orsay", "Lab Dupont"]
            assert "Doctors | Group, 2 members" in here.rows()
            here.choose("Émile Zola")
            here.choose("Doctors")
            await until(lambda: member_names(here) == ["Claire Lefèvre", "Lab Dupont"])
            assert not here.pane.card.fields.number.edit.isVisible()

    play(scenario())


def test_what_was_found_for_a_group_is_offered_when_one_comes_back(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE) as here:
            here.books.add(Contact(kind=ContactKind.GROUP))
            members = here.pane.card.fields.members
            here.books.window.activateWindow()
            members.search.setFocus()
            await until(members.search.hasFocus)
            QTest.keyClicks(members.search, "claire")
            members.list.setFocus()
            await until(lambda: members.found.rowCount() == 1)
            popup = members.completer.popup()
            assert not popup.isVisible()
            members.search.setFocus()
            await until(popup.isVisible)
            QTest.keyClick(popup, Qt.Key.Key_Escape)
            await until(lambda: not popup.isVisible())
            assert members.search.hasFocus() and members.search.text() == "claire"

    play(scenario())


async def add_member(here: Books, words: str, name: str) -> None:
    members = here.pane.card.fields.members
    # Names are offered only where one types: the list of the name before may have the focus still.
    here.books.window.activateWindow()
    members.search.setFocus()
    await until(members.search.hasFocus)
    QTest.keyClicks(members.search, words)
    popup = members.completer.popup()
    await until(lambda: popup.isVisible() and members.found.rowCount() == 1)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    await until(lambda: name in member_names(here) and not members.search.text())


def member_names(here: Books) -> list[str]:
    items = here.pane.card.fields.members.list
    return [items.item(row).text().partition(" · ")[0] for row in range(items.count())]


def choose(box: object, value: Book) -> None:
    """Choose an entry of a box as a person does."""
    box.setCurrentIndex(box.findData(value.value))  # type: ignore[attr-defined]
    box.activated.emit(box.currentIndex())  # type: ignore[attr-defined]


# ------------------------------------------------------------ room and outages


def test_where_there_is_no_room_list_and_card_take_turns(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus, CLAIRE, ZOLA) as here:
            here.books.window.resize(700, 500)
            await until(lambda: here.pane.column.isVisible() and not here.pane.card.isVisible())
            here.choose("Claire Lefèvre")
            assert here.pane.card.isVisible() and not here.pane.column.isVisible()
            click(here.pane.back)
            assert here.pane.column.isVisible() and not here.pane.card.isVisible()
            here.books.window.resize(*WIDE)
            await until(lambda: here.pane.column.isVisible() and here.pane.card.isVisible())
            assert not here.pane.back.isVisible()

    play(scenario())


def test_the_window_is_as_large_as_the_last_one(play: Play, bus: str) -> None:
    async def scenario() -> None:
        async with opened(bus) as here:
            here.pane.parts.setSizes([500, 388])
            widths = here.pane.parts.sizes()
            here.books.window.close()
            assert MEMORY.widths() == widths and widths[0] > 480
        for wanted in ((780, 540), (760, 560)):
            async with opened(bus, size=wanted) as here:
                await until(lambda wanted=wanted, here=here: here.pane.width() == wanted[0])
                here.books.window.close()
            async with opened(bus, size=()) as here:
                assert (here.books.window.width(), here.books.window.height()) == wanted
            assert MEMORY.widths() == widths, "one column says nothing of two"

    play(scenario())


def test_while_the_service_is_away_what_is_typed_waits(play: Play) -> None:
    async def scenario(bus: str, stop: Callable[[], None]) -> None:
        async with opened(bus, CLAIRE) as here:
            here.choose("Claire Lefèvre")
            await asyncio.get_running_loop().run_in_executor(None, stop)
            await until(here.pane.message.isVisible)
            here.type("role", "doctor")
            assert not here.pane.card.save.isEnabled() and not here.pane.card.delete.isEnabled()
            assert here.books.unsaved and here.names() == ["Claire Lefèvre"]

    stack = serving({})
    address, _folder = stack.__enter__()
    play(scenario(address, lambda: stack.__exit__(None, None, None)))


def test_the_window_needs_no_answer_to_be_typed_into(play: Play, bus: str) -> None:
    """A service that is slow blocks nothing."""

    async def scenario() -> None:
        async with opened(bus, CLAIRE) as here:
            gate = asyncio.Event()
            desk = here.link.desk
            save = desk.save_contacts

            async def save_late(contacts: list[Contact]) -> list[Contact]:
                await gate.wait()
                return await save(contacts)

            desk.save_contacts = save_late  # type: ignore[method-assign, assignment]
            here.choose("Claire Lefèvre")
            here.type("role", "doctor")
            click(here.pane.card.save)
            here.books.add(replace(ZOLA, number=""))
            here.type("number", "0199000004")
            gate.set()
            await here.idle()
            assert [each.role for each in await here.kept("lef")] == ["doctor"]
            assert here.lines["last_name"].text() == "Zola", "the card that a person looks at stays"

    play(scenario())
