# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of contacts that are asked of the service: those of the search that is wanted now.

There is one request at a time. An answer to a search that is not wanted any more is thrown away, and what is shown
stays until the answer to the new one has come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.contract.address_book import Book, ContactPage, ContactQuery
from faxcore.qt.link import DeskLink
from faxcore.qt.starting import Start
from notifier.contacts.contact_list import ContactList


class ContactPages(QObject):
    """Fills the list of contacts as far as it is looked at."""

    loaded = pyqtSignal()
    """The first page of a search has come."""
    changed = pyqtSignal()
    """The number of contacts that are shown, or the search, is another one."""

    def __init__(self, link: DeskLink, contacts: ContactList, start: Start) -> None:
        super().__init__()
        self._link, self._contacts, self._start = link, contacts, start
        self.query = ContactQuery()
        """The contacts that are wanted."""
        self.known = False
        """True once the first page of it has come."""
        self._after = ""
        self._work: asyncio.Task[None] | None = None
        contacts.more_wanted.connect(self._load_more)

    def search(self, words: str, book: Book | None) -> None:
        """Show the contacts with these words in this book, or in both."""
        query = ContactQuery(" ".join(words.split()), book)
        if query != self.query or not self.known:
            self.query = query
            self.reload()

    def reload(self) -> None:
        """Ask anew for what is shown: the service knows better."""
        if self._work is not None:
            self._work.cancel()
        self._work = None
        self.known = False
        if self._link.present:
            self._work = self._start(self._load_first(self.query))
        self.changed.emit()

    def _load_more(self) -> None:
        busy = self._work is not None and not self._work.done()
        if self.known and not busy and self._after and self._link.present:
            self._work = self._start(self._load_next(replace(self.query, after=self._after)))

    async def _load_first(self, query: ContactQuery) -> None:
        page = await self._link.desk.find_contacts(query)
        self.known = True
        self._take(page, self._contacts.replace)
        self.loaded.emit()

    async def _load_next(self, query: ContactQuery) -> None:
        self._take(await self._link.desk.find_contacts(query), self._contacts.extend)

    def _take(self, page: ContactPage, put: Callable[..., None]) -> None:
        self._after = page.after
        self._work = None  # the list may ask for more while it is filled
        put(page.contacts, complete=not page.after)
        self.changed.emit()
