# SPDX-License-Identifier: GPL-3.0-or-later
"""The contacts window before the real service, driven as a person drives it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from PyQt6 import sip
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLineEdit, QWidget

from faxcore.contract.address_book import Contact, ContactQuery
from faxcore.qt.link import DeskLink
from notifier.contacts.address_books import AddressBooks
from notifier.contacts.contact_list import SECOND_LINE_ROLE
from notifier.contacts.contacts_pane import ContactsPane
from tests.system.notifier.desktop import until

WIDE: Final = (920, 620)
"""A window with two columns; the screen that is none is 800 wide."""


@dataclass
class Books:
    """The window, and the service's own word on what is kept."""

    books: AddressBooks
    link: DeskLink

    @property
    def pane(self) -> ContactsPane:
        return self.books.pane

    @property
    def lines(self) -> dict[str, QLineEdit]:
        """The fields of the card by their names."""
        fields = self.pane.card.fields
        return {**fields.lines, "number": fields.number.edit}

    @property
    def said(self) -> str:
        """The sentence across the window, as far as it is seen."""
        bar = self.pane.notice
        return bar.text.text() if bar.isVisible() else ""

    def rows(self) -> list[str]:
        """The rows of the list as they are read."""
        model = self.books.contacts
        found = (model.index(row) for row in range(model.rowCount()))
        return [f"{index.data()} | {index.data(SECOND_LINE_ROLE)}" for index in found]

    def names(self) -> list[str]:
        return [row.partition(" | ")[0] for row in self.rows()]

    def choose(self, name: str) -> None:
        """Click on the row with this name."""
        view = self.pane.column.view
        index = self.books.contacts.index(self.names().index(name))
        view.scrollTo(index)
        click(view.viewport(), view.visualRect(index).center())

    def type(self, field: str, text: str) -> None:
        """Type into a field of the card, key by key, instead of what is there."""
        line = self.lines[field]
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)

    async def kept(self, words: str = "") -> list[Contact]:
        """The contacts that the service has."""
        return list((await self.link.desk.find_contacts(ContactQuery(words))).contacts)

    async def idle(self) -> None:
        """Nothing is asked of the service any more."""
        await until(lambda: self.books.work.is_idle)

    async def searched(self, words: str) -> None:
        """Type into the search field, and wait for what is found."""
        search = self.pane.column.search
        search.setFocus()
        search.selectAll()
        QTest.keyClicks(search, words) if words else search.clear()
        await until(lambda: self.books.pages.query.words == words and self.books.pages.known)


def click(widget: QWidget | None, *at: Any) -> None:
    """Click with the left button, where things stand by then."""
    # Nothing but the layouts: whatever else is to happen now would happen in the middle of this.
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, *at)


@asynccontextmanager
async def opened(address: str, *contacts: Contact, size: tuple[int, int] = WIDE) -> AsyncIterator[Books]:
    """The window on the screen, with these contacts and no others in its books."""
    link = DeskLink(address=address)
    linking = asyncio.ensure_future(link.run())
    await until(lambda: link.present)
    for each in (await link.desk.find_contacts(ContactQuery())).contacts:
        await link.desk.remove_contact(each.id)
    if contacts:
        await link.desk.save_contacts(list(contacts))
    books = AddressBooks(link)
    here = Books(books, link)
    if size:
        books.window.resize(*size)
    books.show()
    try:
        await until(lambda: books.pages.known)
        yield here
    finally:
        await books.finish()
        books.close()
        linking.cancel()
        await asyncio.gather(linking, return_exceptions=True)
        # Now, while all of it is known: what Qt and Python would each delete in their own time, they delete in the
        # middle of drawing it.
        sip.delete(books.window)
