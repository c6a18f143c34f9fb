# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole tray program, put together: the tray, its windows, the popups, and what a person does in them.

The windows are loaded and made when they are wanted first, as is all that looks into documents, so that a tray at rest
needs no memory for them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PyQt6.QtCore import QObject, QTimer

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.document.document_error import DocumentError
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.recipient import Recipient
from faxcore.qt.link import DeskLink
from notifier.announcements import FOLDER_ACTS, Act, Announcement
from notifier.dialogs import Dialogs
from notifier.fax import Fax
from notifier.faxes.entry import enter_fax, read_entries
from notifier.faxes.fax_actions import What
from notifier.faxes.loaded_list import place_before
from notifier.news import News
from notifier.open_files import CannotOpen, Files, open_on_desktop
from notifier.popup_image import read_picture
from notifier.popup_settings import PopupSettings
from notifier.popups import Popups
from notifier.single_instance import CONSUMPTION, CONTACTS
from notifier.telling import Telling
from notifier.tray import Tray

if TYPE_CHECKING:
    from notifier.consumption.consumption_desk import ConsumptionDesk
    from notifier.contacts.address_books import AddressBooks
    from notifier.faxes.fax_desk import FaxDesk
    from notifier.popup_settings_window import PopupSettingsWindow

log = logging.getLogger(__name__)

BY_POPUP: Final = {
    Act.PRINT: What.PRINT,
    Act.FORWARD: What.FORWARD,
    Act.AGAIN: What.AGAIN,
    Act.OTHER_NUMBER: What.OTHER_NUMBER,
}
"""What a button of a popup does with its fax, in the words of the window."""


class Watching(QObject):
    """The tray and its windows."""

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
        self.settings = PopupSettings()
        self.popups = Popups(self.tray.balloon, session_bus, lambda fax: read_picture(link, fax))
        self.telling = Telling(self.popups, self.settings)
        self.files = Files(link, opener)
        self.news = News(link, self.tray, self.telling, self.settings, dialogs, self._start_unasked)
        self.news.outdated.connect(self._reload_soon)
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
            if "consumption" in vars(self):
                self.consumption.work.cancel()
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def show_window(self, window: str, job: str = "") -> None:
        """Bring a window forward, the faxes if it is no other, and show this sent fax in the list."""
        if window == CONTACTS:
            self.books.show()
        elif window == CONSUMPTION:
            self.consumption.show()
        elif job:
            self.faxes.show_fax(f"job:{job}")
        else:
            self.faxes.show()

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
        if self._has_faxes:
            self.faxes.close()
        if "settings_window" in vars(self):
            self.settings_window.close()
        if self._has_books:
            self.books.close()
        if "consumption" in vars(self):
            self.consumption.close()
        self.files.close()

    async def finish(self) -> None:
        """Do what waits to be done before the tray ends."""
        if self._has_faxes:
            self.faxes.window.notice.finish()
        if self._has_books:
            await self.books.finish()

    @cached_property
    def faxes(self) -> FaxDesk:
        """The main window and its work."""
        from notifier.faxes.fax_desk import FaxDesk

        made = FaxDesk(self.link, self.dialogs, self.files, self._start, self._start_unasked)
        made.contacts_wanted.connect(lambda: self.books.show())
        made.popups_wanted.connect(self.show_popup_settings)
        made.settled.connect(self.news.settle)
        made.contact_wanted.connect(lambda fax: self._start(self._add_contact(fax)))
        return made

    @cached_property
    def books(self) -> AddressBooks:
        """The address books."""
        from notifier.contacts.address_books import AddressBooks

        made = AddressBooks(self.link)
        made.changed.connect(self._reload)
        return made

    @cached_property
    def consumption(self) -> ConsumptionDesk:
        """The sums of one's calls."""
        from notifier.consumption.consumption_desk import ConsumptionDesk

        return ConsumptionDesk(self.link)

    @cached_property
    def settings_window(self) -> PopupSettingsWindow:
        """The window with the wishes for popups."""
        from notifier.popup_settings_window import PopupSettingsWindow

        return PopupSettingsWindow(self.settings)

    @property
    def _has_faxes(self) -> bool:
        return "faxes" in vars(self)

    @property
    def _has_books(self) -> bool:
        return "books" in vars(self)

    def _reload(self) -> None:
        if self._has_faxes:
            self.faxes.reload()

    def _reload_soon(self) -> None:
        """Ask anew for the lists, when they have heard of everything that the news know."""
        QTimer.singleShot(0, self._reload)

    def _connect_windows(self) -> None:
        self.tray.window_wanted.connect(self._show_folder)
        self.tray.contacts_wanted.connect(lambda: self.books.show())
        self.tray.consumption_wanted.connect(lambda: self.consumption.show())
        self.tray.draft_wanted.connect(self.dialogs.open)
        self.tray.new_wanted.connect(self.dialogs.open_new)
        self.tray.popups_wanted.connect(self.show_popup_settings)
        self.tray.quiet_wanted.connect(lambda on: self.settings.be_quiet_until_tomorrow(on, self.telling.clock()))
        self.tray.opened.connect(self.telling.look_at_clock)
        self.telling.quiet_changed.connect(self._show_quiet)
        self._show_quiet()
        self.popups.chosen.connect(self._chosen)
        self.tray.clicked_notice.connect(self._chosen)

    # ------------------------------------------------------------ what a person wants

    def _chosen(self, act: Act, notice: Announcement) -> None:
        if act is Act.COMPLETE:
            self.dialogs.open(notice.subject)
        elif act is Act.UNDO:
            self._start(self._take_back(notice.subject.partition(":")[2]))
        elif act in FOLDER_ACTS:
            self._show_folder(act.value)
        else:
            self._start(self._act(act, notice.subject))

    def _show_folder(self, folder: str) -> None:
        self.faxes.show(Folder(folder))

    def _show_quiet(self) -> None:
        self.tray.set_quiet(self.settings.is_quiet_until_tomorrow(self.telling.clock()))

    async def _take_back(self, job: str) -> None:
        """Make a document that waits of a fax again, and show it."""
        self.dialogs.open(await self.link.desk.take_back(job))

    async def _act(self, act: Act, key: str) -> None:
        """Do what a popup's button says; a fax that is gone is looked for in the window, which says so."""
        fax = await self._find(key)
        if fax is not None and act is Act.CONTACT:
            await self._add_contact(fax)
        elif fax is not None and act in BY_POPUP:
            self.faxes.do(BY_POPUP[act], enter_fax(fax))
        else:
            self.faxes.show_fax(key)

    async def _find(self, key: str) -> Fax | None:
        """Find the fax with this key. BusError."""
        page = await self.link.desk.list_faxes(FaxQuery(after=place_before(key), most=1))
        found = (entry.fax for entry in read_entries((), page.jobs, page.receptions) if entry.key == key)
        return next(found, None)

    async def _add_contact(self, fax: Fax) -> None:
        """Open the card of a new contact with what is known of the other end."""
        recipient = Recipient(fax.unknown_number or fax.number)
        if fax.sent:
            recipient = (await self.link.desk.show_job(fax.id)).recipient
        self.books.add_recipient(recipient)

    # ------------------------------------------------------------ how it is done

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._keep(work, unasked=False)

    def _start_unasked(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._keep(work, unasked=True)

    def _keep(self, work: Coroutine[Any, Any, None], unasked: bool) -> asyncio.Task[None]:
        task = asyncio.ensure_future(self._guarded(work, unasked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _task: work.close())  # one that is cancelled before it began has not
        return task

    async def _guarded(self, work: Coroutine[Any, Any, None], unasked: bool) -> None:
        """Do it; a failure is said in the window, which comes forward if a popup's button asked for it, and not if
        it is `unasked`: loading that goes on by itself.
        """
        try:
            await work
        except ServiceUnavailable as error:
            log.info("%s", error)
            if self._has_faxes or not unasked:
                sentence = _("The fax service does not answer. Nothing was changed; try again in a moment.")
                self._complain(sentence, unasked)
        except BusError as error:
            if error.code in (ErrorCode.STATE, ErrorCode.UNKNOWN):
                self._reload()
                self.news.load()
            self._complain(str(error), unasked)
        except CannotOpen as error:
            self._complain(str(error), unasked)
        except DocumentError as error:
            self._complain(translate(error.sentence), unasked)
        except OSError as error:
            self._complain(_("The fax could not be opened: {reason}.").format(reason=error.strerror or error), unasked)

    def _complain(self, sentence: str, unasked: bool) -> None:
        if unasked and not self._has_faxes:
            log.warning("%s", sentence)  # there is no window in which it could be said
            return
        self.faxes.tell(sentence)
        if not unasked:
            self.faxes.window.bring_forward()
