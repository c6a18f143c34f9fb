# SPDX-License-Identifier: GPL-3.0-or-later
"""The history's lists: which one is shown, and what must be asked of the service for it.

A page is asked for when it is going to be seen: the first one of a list that is wanted, a further one when the end of
the list comes near. There is one request at a time, and what to ask next is decided when its answer has come; an answer
for a list that is not wanted any more goes with that list. So neither time nor memory grow with the archive, but only
with what a person has looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from PyQt6.QtCore import QObject

from faxcore.contract.listed import FaxQuery, Folder
from faxcore.i18n import gettext as _
from faxcore.qt.link import DeskLink
from notifier.fax import Fax
from notifier.fax_list import FaxList, list_from, place_before, put_in_words
from notifier.history import History
from notifier.list_words import count_faxes, explain_nothing

Start = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
"""Starts a work whose failure is told to the person."""

_NOT_IN_HISTORY = (Folder.BIN, Folder.TO_COMPLETE)


class FaxLists(QObject):
    """Between the history and the service."""

    def __init__(self, link: DeskLink, history: History, start: Start) -> None:
        super().__init__()
        self._link, self._history, self._start = link, history, start
        self.usual = FaxList()
        """Every fax, newest first."""
        self.shown = self.usual
        """The list that the person wants to see; the table follows as soon as it is loaded."""
        self.total: int | None = None
        """The number of all faxes, as the service counts them."""
        self._in_table: FaxList | None = None
        self._counted = False
        self._work: asyncio.Task[None] | None = None
        history.search_wanted.connect(self.search)
        history.newest_wanted.connect(lambda: self._show(self.usual))
        history.more_wanted.connect(self._go_on)
        history.came_forward.connect(self._recount)
        self._tell()

    # ------------------------------------------------------------ what is wanted

    def set_present(self, present: bool) -> None:
        """Take note that the service has come, or has gone."""
        if present:
            self.reload()
        else:
            self._tell()

    def reload(self) -> None:
        """Ask anew for what is shown: the service knows better."""
        if self._work is not None:
            self._work.cancel()
            self._work = None
        words = self.shown.words
        self.usual = FaxList()
        self._counted = False
        self._show(FaxList(words) if words else self.usual)

    def put(self, fax: Fax) -> None:
        """Take a new fax, or a change of one."""
        new = fax.key not in self.usual.faxes
        if self.usual.put(fax) and new:
            self._counted = False
        if self.shown is not self.usual:
            self.shown.put(fax)
        if (self._in_table is self.shown and fax.key in self.shown.faxes) or self._history.table.find(fax.key):
            self._history.add([fax])
        self._go_on()

    def search(self, words: str) -> None:
        """Show the faxes with these words; the usual list if there are none."""
        words = " ".join(words.split())
        if words != self.shown.words:
            self._show(FaxList(words) if words else self.usual)

    def show(self, key: str) -> None:
        """Show the fax with this key in its list, and select it."""
        self._history.search.clear()
        known = next((each for each in (self.shown, self.usual) if key in each.faxes), None)
        if known is None:
            # As long as the usual list is on its way, it may be there.
            known = list_from(key) if self.usual.loaded else self.usual
        known.wanted = key
        self._show(known)

    async def find(self, key: str) -> Fax | None:
        """Find the fax with this key, loaded or not. BusError."""
        known = self.usual.faxes.get(key) or self.shown.faxes.get(key)
        if known is not None:
            return known
        page = await self._link.desk.list_faxes(FaxQuery(after=place_before(key), most=1))
        return next((fax for fax in put_in_words(page) if fax.key == key), None)

    # ------------------------------------------------------------ asking

    def _recount(self) -> None:
        """Count again: another program may have put faxes into the bin, which nobody tells."""
        self._counted = False
        self._go_on()

    def _go_on(self) -> None:
        """Ask for what is needed, unless an answer is on its way: what is needed then, is seen to when it comes."""
        self._tell()
        if (self._work is None or self._work.done()) and self._link.present and self._next() is not None:
            self._work = self._start(self._ask())

    async def _ask(self) -> None:
        while (work := self._next()) is not None:
            await work()
            self._tell()

    def _next(self) -> Callable[[], Coroutine[Any, Any, None]] | None:
        """Choose what to ask next."""
        shown, usual = self.shown, self.usual
        if not shown.loaded or shown.stale:
            return lambda: self._load(shown, shown.first_query())
        if not usual.loaded:  # so that it is there when the search field is cleared
            return lambda: self._load(usual, usual.first_query())
        if not usual.complete and not self._counted:
            return self._count
        if not shown.complete and self._history.view.wants_more():
            return lambda: self._load(shown, shown.next_query())
        return None

    async def _load(self, listed: FaxList, query: FaxQuery) -> None:
        faxes = listed.take(query, await self._link.desk.list_faxes(query))
        if listed is self.shown:
            self._fill_table(faxes)

    async def _count(self) -> None:
        self._counted = True  # a fax that comes meanwhile is counted in another round
        folders = await self._link.desk.count_folders()
        self.total = sum(each.faxes for each in folders if each.folder not in _NOT_IN_HISTORY)

    # ------------------------------------------------------------ showing

    def _show(self, listed: FaxList) -> None:
        self.shown = listed
        if listed.loaded:
            self._fill_table([])
        self._go_on()

    def _fill_table(self, faxes: list[Fax]) -> None:
        """Show the list that is wanted; if it is shown already, these faxes of it are new."""
        listed = self.shown
        if self._in_table is listed:
            self._history.add(faxes)
        else:
            self._in_table = listed
            self._history.set_faxes(list(listed.faxes.values()))
        key, listed.wanted = listed.wanted, ""
        if not key or self._history.select(key):
            return
        if listed is self.usual:
            self.shown = list_from(key)
        else:
            self._history.message.say(_("This fax is not in the history any more."), grave=False)
            self._show(self.usual)

    def _tell(self) -> None:
        history, shown, usual = self._history, self.shown, self.usual
        total = len(usual.faxes) if usual.complete else self.total
        present = self._link.present
        history.tell(count_faxes(shown, total, history.table.in_order, present), explain_nothing(shown, present))
        history.newest_button.setVisible(bool(shown.first))
