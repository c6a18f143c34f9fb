# SPDX-License-Identifier: GPL-3.0-or-later
"""The tray's parts put together, and what a person wants of them.

What the service tells is seen to by `notifier.news`, and what the history shows by `notifier.fax_lists`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.contract.bus import ErrorCode
from faxcore.contract.sent_fax import Verdict
from faxcore.i18n import gettext as _
from faxcore.model.recipient import Recipient
from faxcore.qt.link import DeskLink
from notifier.announcements import FOLDER_ACTS, Act, Announcement
from notifier.contacts.address_books import AddressBooks
from notifier.dialogs import Dialogs
from notifier.fax import Fax, of_job, of_reception
from notifier.fax_lists import FaxLists
from notifier.history import History
from notifier.news import News
from notifier.open_files import CannotOpen, Files, open_on_desktop
from notifier.popup_image import read_picture
from notifier.popup_settings import PopupSettings
from notifier.popup_settings_window import PopupSettingsWindow
from notifier.popups import Popups
from notifier.single_instance import CONTACTS
from notifier.telling import Telling
from notifier.tray import Tray

log = logging.getLogger(__name__)


class Watching(QObject):
    """The whole tray program but its process."""

    def __init__(
        self,
        link: DeskLink,
        dialogs: Dialogs,
        session_bus: str | None = None,
        opener: Callable[[Path], bool] = open_on_desktop,
    ) -> None:
        super().__init__()
        self.link, self.dialogs = link, dialogs
        self._tasks: set[asyncio.Task[None]] = set()
        self.tray = Tray()
        self.history = History()
        self.lists = FaxLists(link, self.history, lambda work: self._start(work, unasked=True))
        self.settings = PopupSettings()
        self.popups = Popups(self.tray.balloon, session_bus, lambda fax: read_picture(link, fax))
        self.telling = Telling(self.popups, self.settings)
        self.files = Files(link, opener)
        self._connect_service()
        unasked = partial(self._start, unasked=True)
        self.news = News(link, self.tray, self.telling, self.settings, dialogs, unasked)
        self.news.outdated.connect(self.lists.reload)
        self._connect_windows()

    async def run(self) -> None:
        """Until cancelled."""
        self.dialogs.prepare()
        try:
            async with asyncio.TaskGroup() as work:
                work.create_task(self.popups.run())
                work.create_task(self.link.run())
        finally:
            self.news.stop()
            if self._has_books:
                self.books.work.cancel()
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def show_window(self, window: str, job: str = "") -> None:
        """Bring the history or the contacts forward, and show this sent fax in the history."""
        if window == CONTACTS:
            self.books.show()
        elif job:
            self._show(f"job:{job}")
        else:
            self.history.bring_forward()

    def show_popup_settings(self) -> None:
        """Bring the wishes for popups forward."""
        window = self.settings_window
        window.show()
        window.raise_()
        window.activateWindow()

    def close(self) -> None:
        """Leave the desktop."""
        self.dialogs.close()
        self.tray.close()
        self.history.close()
        if "settings_window" in vars(self):
            self.settings_window.close()
        if self._has_books:
            self.books.close()
        self.files.close()

    async def finish(self) -> None:
        """Do what waits to be done before the tray ends."""
        if self._has_books:
            await self.books.finish()

    @cached_property
    def books(self) -> AddressBooks:
        """The address books, made when they are wanted first: a tray at rest needs no memory for their window."""
        made = AddressBooks(self.link)
        made.changed.connect(self.lists.reload)
        return made

    @cached_property
    def settings_window(self) -> PopupSettingsWindow:
        """The window with the wishes for popups, made when it is wanted first."""
        return PopupSettingsWindow(self.settings)

    @property
    def _has_books(self) -> bool:
        return "books" in vars(self)

    def _connect_service(self) -> None:
        """Let the lists know of everything before the news do: what these find outdated is asked for after that."""
        self.link.present_changed.connect(self._present)
        self.link.job_changed.connect(lambda job: self.lists.put(of_job(job)))
        self.link.reception_arrived.connect(lambda reception: self.lists.put(of_reception(reception)))
        self.link.reception_changed.connect(lambda change: self.lists.put(of_reception(change.reception)))

    def _connect_windows(self) -> None:
        self.tray.window_wanted.connect(self._show_folder_of)
        for window in (self.tray, self.history):
            window.contacts_wanted.connect(lambda: self.books.show())
        self.tray.draft_wanted.connect(self.dialogs.open)
        self.tray.new_wanted.connect(self.dialogs.open_new)
        self.tray.popups_wanted.connect(self.show_popup_settings)
        self.tray.quiet_wanted.connect(lambda on: self.settings.be_quiet_until_tomorrow(on, self.telling.clock()))
        self.tray.opened.connect(self.telling.look_at_clock)
        self.telling.quiet_changed.connect(self._show_quiet)
        self._show_quiet()
        self.popups.chosen.connect(self._chosen)
        self.tray.clicked_notice.connect(self._chosen)
        self.history.details.contact_wanted.connect(lambda fax: self._start(self._add_contact(fax)))
        self.history.selected.connect(self._selected)
        buttons = self.history.buttons
        buttons.open_wanted.connect(lambda fax: self._start(self.files.open(fax)))
        buttons.folder_wanted.connect(lambda fax: self._start(self._show_folder(fax)))
        buttons.cancel_wanted.connect(lambda fax: self._start(self._cancel(fax)))
        buttons.resolve_wanted.connect(lambda fax, verdict: self._start(self._resolve(fax, verdict)))

    # ------------------------------------------------------------ what the service tells

    def _present(self, present: bool) -> None:
        self.history.set_present(present)
        self.lists.set_present(present)

    # ------------------------------------------------------------ what a person wants

    def _chosen(self, act: Act, notice: Announcement) -> None:
        if act is Act.COMPLETE:
            self.dialogs.open(notice.subject)
        elif act is Act.UNDO:
            self._start(self._take_back(notice.subject.partition(":")[2]))
        elif act in (Act.OPEN, Act.CONTACT):
            self._start(self._act(act, notice.subject))
        elif act in FOLDER_ACTS:
            self._show_folder_of(act.value)
        else:
            self._show(notice.subject)

    def _show_folder_of(self, _folder: str) -> None:
        """Show the window; it has no folders yet."""
        self.history.bring_forward()

    def _show_quiet(self) -> None:
        self.tray.set_quiet(self.settings.is_quiet_until_tomorrow(self.telling.clock()))

    async def _take_back(self, job: str) -> None:
        """Make a document that waits of a fax again, and show it."""
        self.dialogs.open(await self.link.desk.take_back(job))

    async def _act(self, act: Act, key: str) -> None:
        """Do what a popup's button says; a fax that is gone is looked for in the history, which says so."""
        fax = await self.lists.find(key)
        if fax is None:
            self._show(key)
        elif act is Act.OPEN:
            await self.files.open(fax)
        else:
            await self._add_contact(fax)

    def _show(self, key: str) -> None:
        self.history.bring_forward()
        self.lists.show(key)

    def _selected(self, fax: Fax | None) -> None:
        if fax is not None and fax.sent and self.link.present:
            self._start(self._show_calls(fax))

    async def _show_calls(self, fax: Fax) -> None:
        shown = await self.link.desk.show_job(fax.id)
        current = self.history.current()
        if current is not None and current.key == fax.key:
            self.history.details.show_calls(shown.calls)

    async def _show_folder(self, fax: Fax) -> None:
        self.files.show_folder(fax)

    async def _add_contact(self, fax: Fax) -> None:
        """Open the card of a new contact with what is known of the other end."""
        recipient = Recipient(fax.unknown_number or fax.number)
        if fax.sent:
            recipient = (await self.link.desk.show_job(fax.id)).recipient
        self.books.add_recipient(recipient)

    async def _cancel(self, fax: Fax) -> None:
        await self.link.desk.cancel_job(fax.id)

    async def _resolve(self, fax: Fax, verdict: Verdict) -> None:
        await self.link.desk.resolve_job(fax.id, verdict)

    # ------------------------------------------------------------ how it is done

    def _start(self, work: Coroutine[Any, Any, None], unasked: bool = False) -> asyncio.Task[None]:
        task = asyncio.ensure_future(self._guarded(work, unasked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _task: work.close())  # one that is cancelled before it began has not
        return task

    async def _guarded(self, work: Coroutine[Any, Any, None], unasked: bool) -> None:
        """Do it; a failure is said in the history, which comes forward if a popup's button asked for it, and not if
        it is `unasked`: loading that goes on by itself.
        """
        try:
            await work
        except ServiceUnavailable as error:
            log.info("%s", error)
            self.history.message.say(_("The fax service does not answer. Nothing was changed; try again in a moment."))
        except BusError as error:
            if error.code is ErrorCode.STATE:
                self.lists.reload()
                self.news.load()
            self._complain(str(error), unasked)
        except CannotOpen as error:
            self._complain(str(error))
        except OSError as error:
            self._complain(_("The fax could not be opened: {reason}.").format(reason=error.strerror or error))

    def _complain(self, sentence: str, unasked: bool = False) -> None:
        self.history.message.say(sentence)
        if not unasked:
            self.history.bring_forward()
