# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists at work: which place is shown, and what must be asked of the service for it.

A page is asked for when it is going to be seen: the first one of a place that is wanted, a further one when the end of
the list comes near. There is one request at a time, and what to ask next is decided when its answer has come; an answer
for a list that is not wanted any more goes with that list. So neither time nor memory grow with the archive, but only
with what a person has looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from faxcore.contract.listed import FaxQuery, Folder, FolderCount
from faxcore.model.job import IN_CALL
from faxcore.qt.link import DeskLink
from faxcore.qt.starting import Start
from notifier.fax import Fax
from notifier.faxes.entry import Entry
from notifier.faxes.faxes_window import FaxesWindow
from notifier.faxes.hidden_entries import HiddenEntries
from notifier.faxes.list_words import count_entries, explain_nothing, tell_back
from notifier.faxes.loaded_list import LoadedList, list_from
from notifier.faxes.place import Place
from notifier.line_words import LinesNow

RECOUNT_MS: Final = 400
"""Milliseconds for which further changes are waited for before the folders are counted again."""


class Loading(QObject):
    """Between the window's lists and the service."""

    missing = pyqtSignal()
    """The fax that was to be shown is in no list any more."""

    def __init__(self, link: DeskLink, window: FaxesWindow, start: Start) -> None:
        super().__init__()
        self._link, self._window, self._start = link, window, start
        self.usual = LoadedList()
        """The list of the folder in which one is."""
        self.shown = self.usual
        """The list that the person wants to see; the window follows as soon as it is loaded."""
        self.counts: dict[Folder, FolderCount] = {}
        self._on_screen: LoadedList | None = None
        self._work: asyncio.Task[None] | None = None
        self._hidden = HiddenEntries()
        self._over = False
        self._uncounted = True
        self._told: Sequence[FolderCount] = ()
        """The counts of the folders, as the service has said by itself, if nothing has happened since."""
        self._recount = QTimer(self)
        self._recount.setSingleShot(True)
        self._recount.setInterval(RECOUNT_MS)
        self._recount.timeout.connect(self._count_again)
        window.folders.chosen.connect(self.go_to)
        window.search_wanted.connect(self.search)
        window.list.unread_wanted.connect(self.show_unread)
        window.list.back_wanted.connect(self.go_back)
        window.list.moved.connect(self._go_on)
        window.came_forward.connect(self.count_soon)

    # ------------------------------------------------------------ what is wanted

    def set_present(self, present: bool) -> None:
        """Take note that the service has come, or has gone."""
        if present:
            self.reload()
        else:
            self._tell()

    def reload(self) -> None:
        """Ask anew for what is shown: the service knows better. The list begins where it began, with the newest fax or
        with an older one, becomes as long as it was, and what was to be selected still is.
        """
        if self._work is not None:
            self._work.cancel()
            self._work = None
        self._uncounted = True
        shown, usual = self.shown, self.usual
        self.usual = LoadedList(usual.where)
        again = self.usual if shown is usual else LoadedList(shown.where, first=shown.first)
        again.wanted, again.least = (
            shown.wanted,
            max(len(shown.entries), shown.least * (shown.lacks or not shown.loaded)),
        )
        self._show(again)

    def go_to(self, where: Place) -> None:
        """Show a folder, or a number of the inbox."""
        self._window.clear_search()
        self._window.folders.show_current(where)
        self.usual = LoadedList(where)
        self._show(self.usual)
        self.count_soon()

    def go_back(self) -> None:
        """Leave a broadcast, or go to the newest."""
        self._show(self.usual)

    def open_broadcast(self, entry: Entry) -> None:
        """Show the faxes of a broadcast by themselves."""
        broadcast = entry.key.partition(":")[2]
        self._show(LoadedList(Place(self.usual.where.folder, broadcast=broadcast)))

    def search(self, words: str) -> None:
        """Show what has these words; the place from which one searched if there are none."""
        where = self.usual.where.search(words)
        if where != self.shown.where:
            self._show(LoadedList(where) if where.words else self.usual)

    def show_unread(self, unread: bool) -> None:
        """Show of this place only what is not read, or all."""
        where = self.shown.where.only_unread(unread)
        if where.words:
            self._show(LoadedList(where))
        else:
            self.usual = LoadedList(where)
            self._show(self.usual)

    def show(self, key: str) -> None:
        """Show this fax in its list, and select it."""
        self._window.clear_search()
        known = next((each for each in (self.shown, self.usual) if key in each.entries), None)
        if known is None:
            if self.usual.where != Place(None):
                self.usual = LoadedList(Place(None))
                self._window.folders.show_current(self.usual.where)
            # As long as the usual list is on its way, it may be there.
            known = list_from(Place(None), key) if self.usual.loaded else self.usual
        known.wanted = key
        self._show(known)

    def put(self, fax: Fax, new: bool = False, quietly: bool = False) -> None:
        """Take a fax that is `new`, or has changed; where the service counts by itself, quietly."""
        for listed in {self.shown, self.usual}:
            self._put_into(listed, fax, new)
        if not quietly and (new or fax.ended or getattr(fax.of, "state", None) not in IN_CALL):
            self.count_soon()
        self._go_on()

    def _put_into(self, listed: LoadedList, fax: Fax, new: bool) -> None:
        if listed.is_left_by(fax):
            del listed.entries[fax.key]
            if self._on_screen is listed:
                self._window.list.remove(fax.key)
            return
        entry = listed.put(fax, new)
        if entry is not None and self._on_screen is listed:
            self._window.list.add([entry])

    def hide(self, entry: Entry) -> None:
        """Take an entry out of the list that is shown: it was put somewhere else, or waits to be discarded."""
        self._hidden.hide(entry, {self.shown, self.usual})
        self._window.list.remove(entry.key)
        self.count_soon()
        self._tell()

    def restore(self, entry: Entry) -> None:
        """Put an entry back into the list from which it was hidden; into another one it comes if it belongs there."""
        lists = self._hidden.restore(entry)
        if self._on_screen in lists:
            self._window.list.add([entry])
        self.shown.stale = self.shown.stale or self.shown not in lists
        self.count_soon()
        self._go_on()

    def look_again(self, folders: Sequence[FolderCount]) -> None:
        """Take note that a program of this person's has moved faxes or marked them, after which there are so many."""
        self.shown.stale = True
        self._show_counts(folders)
        self.count_soon()
        self._told = folders

    def count_soon(self) -> None:
        """Count the folders again when no more changes come."""
        self._told = ()
        if not self._over and not self._recount.isActive():
            self._recount.start()

    def stop(self) -> None:
        """Ask for nothing more by itself: the window goes."""
        self._over = True
        self._recount.stop()

    # ------------------------------------------------------------ asking

    def _count_again(self) -> None:
        self._uncounted = True
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
        if self._uncounted and self._window.isVisible():
            return self._count
        if shown.lacks or (not shown.complete and self._window.list.wants_more()):
            return lambda: self._load(shown, shown.next_query())
        return None

    async def _load(self, listed: LoadedList, query: FaxQuery) -> None:
        taken, gone = listed.take(query, await self._link.desk.list_faxes(query))
        entries = self._hidden.leave_out(listed, taken)
        if listed is self.shown:
            self._fill(entries)
            for key in gone:
                self._window.list.remove(key)

    async def _count(self) -> None:
        self._uncounted = False  # what comes meanwhile is counted in another round
        desk = self._link.desk
        told, self._told = self._told, ()
        self._show_counts(told or await desk.count_folders())
        self._window.folders.show_numbers(await desk.list_numbers())
        self._window.folders.show_lines(LinesNow((await desk.status()).lines, datetime.now(UTC)))

    # ------------------------------------------------------------ showing

    def _show_counts(self, counts: Sequence[FolderCount]) -> None:
        self.counts = {each.folder: each for each in counts}
        self._window.folders.show_counts(list(counts))

    def _show(self, listed: LoadedList) -> None:
        self.shown = listed
        if listed.loaded:
            self._fill([])
        self._go_on()

    def _fill(self, entries: list[Entry]) -> None:
        """Show the list that is wanted; if it is shown already, these entries of it are new."""
        listed = self.shown
        key, listed.wanted = listed.wanted, ""
        if self._on_screen is listed:
            self._window.list.add(entries)
        else:
            self._on_screen = listed
            self._window.pane.set_binned(listed.where.folder is Folder.BIN)
            gathered = not listed.where.broadcast and not listed.where.words
            self._window.list.show_list(list(listed.entries.values()), gathered, key)
        if not key or self._window.list.select(key):
            return
        if listed is self.usual:
            self._show(list_from(listed.where, key))
        elif listed.first:
            self.missing.emit()
            self._show(self.usual)

    def _tell(self) -> None:
        present = self._link.present
        count = count_entries(self.shown, self.counts, present)
        nothing = explain_nothing(self.shown, present)
        self._window.list.tell(self.shown.where, count, nothing, tell_back(self.shown, self.usual.where))

    def is_loaded(self) -> bool:
        """Return whether the list that is wanted is on the screen."""
        return self._on_screen is self.shown and self.shown.loaded
