# SPDX-License-Identifier: GPL-3.0-or-later
"""The main window with all that works behind it, for the tray: made when a person wants to see it."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.contract.listed import Folder
from faxcore.contract.received_fax import Reception, ReceptionChange
from faxcore.contract.sent_fax import Job
from faxcore.i18n import gettext as _
from faxcore.qt.link import DeskLink
from faxcore.qt.starting import Start
from notifier.dialogs import Dialogs
from notifier.fax import Fax, of_job, of_reception
from notifier.faxes.entry import Entry
from notifier.faxes.fax_actions import What
from notifier.faxes.fax_pages import FaxPages
from notifier.faxes.fax_work import FaxWork
from notifier.faxes.faxes_window import FaxesWindow
from notifier.faxes.loading import Loading
from notifier.faxes.place import Place
from notifier.faxes.read_marks import ReadMarks
from notifier.open_files import Files


class FaxDesk(QObject):
    """Between the window, the service and the dialogs."""

    contacts_wanted = pyqtSignal()
    popups_wanted = pyqtSignal()
    settled = pyqtSignal(str)
    """The key of a fax that the person has seen or dealt with."""
    contact_wanted = pyqtSignal(object)
    """Fax: its number is to be put into an address book."""

    def __init__(self, link: DeskLink, dialogs: Dialogs, files: Files, start: Start, start_unasked: Start) -> None:
        super().__init__()
        self._link, self._start, self._start_unasked = link, start, start_unasked
        self.window = FaxesWindow()
        self.loading = Loading(link, self.window, start_unasked)
        self.pages = FaxPages(link, self.window.pane.pages, start_unasked)
        self.marks = ReadMarks(
            lambda: self.window.is_page_in_sight, lambda entry, read: start_unasked(self._mark(entry, read))
        )
        self.work = FaxWork(link, self.window, self.loading, self.pages, self.marks, dialogs, files, start)
        self._dialogs = dialogs
        self._calls_of = ""
        self._connect()
        self._set_present(link.present)

    def _connect(self) -> None:
        link, window = self._link, self.window
        link.present_changed.connect(self._set_present)
        link.job_changed.connect(self._job_changed)
        link.reception_arrived.connect(self._arrived)
        link.reception_changed.connect(self._reception_changed)
        link.lists_changed.connect(lambda change: self.loading.look_again(change.folders))
        link.draft_waiting.connect(lambda _draft: self._drafts_changed())
        self._dialogs.closed.connect(lambda _draft: self._drafts_changed())
        window.page_in_sight.connect(self.marks.look_again)
        window.new_wanted.connect(lambda: self._dialogs.open_new())
        window.folders.contacts_wanted.connect(self.contacts_wanted)
        window.tools.popups_wanted.connect(self.popups_wanted)
        window.pane.shown_entry.connect(self._show)
        window.pane.head.details_wanted.connect(lambda _shown: self._ask_for_calls())
        window.pane.details.transcript_wanted.connect(self._want_transcript)
        self.loading.missing.connect(self._tell_missing)
        self.work.contact_wanted.connect(self.contact_wanted)
        self.work.settled.connect(self.settled)

    # ------------------------------------------------------------ what others want

    def show(self, folder: Folder | None = None) -> None:
        """Bring the window forward, and show this folder, or what it showed."""
        if folder is not None:
            self.loading.go_to(Place(folder))
        self.window.bring_forward()

    def show_fax(self, key: str) -> None:
        """Bring the window forward with this fax selected, whatever folder it is in."""
        self.window.bring_forward()
        self.loading.show(key)
        self.window.show_page()

    def do(self, what: What, entry: Entry) -> None:
        """Do what a popup offers; what has a question to ask brings the window forward."""
        if what is What.OTHER_NUMBER:
            self.window.bring_forward()
        self.work.do(what, entry)

    def tell(self, sentence: str) -> None:
        """Say what went wrong."""
        self.window.notice.tell(sentence, grave=True)

    def reload(self) -> None:
        """Ask anew for what is shown."""
        self.loading.reload()

    def close(self) -> None:
        """Leave the screen."""
        self.window.close()
        for part in (self.loading, self.pages, self.marks):
            part.stop()
        self.work.close()

    # ------------------------------------------------------------ what the service tells

    def _set_present(self, present: bool) -> None:
        self.window.set_present(present)
        self.loading.set_present(present)

    def _job_changed(self, job: Job) -> None:
        self.loading.put(of_job(job))
        if self.loading.shown.where.folder is Folder.TO_COMPLETE:
            self.loading.reload()  # a new job may have been a document that waited

    def _arrived(self, reception: Reception) -> None:
        self.loading.put(of_reception(reception), new=True)

    def _reception_changed(self, change: ReceptionChange) -> None:
        self.loading.put(of_reception(change.reception))

    def _drafts_changed(self) -> None:
        if self.loading.shown.where.folder in (Folder.TO_COMPLETE, None):
            self.loading.reload()
        self.loading.count_soon()

    # ------------------------------------------------------------ what is shown

    def _show(self, entry: Entry | None) -> None:
        self.pages.show(entry)
        self.marks.show(entry)
        self._ask_for_calls()

    def _ask_for_calls(self) -> None:
        entry, pane = self.window.pane.entry, self.window.pane
        if entry is None or entry.fax is None or not entry.fax.sent or not pane.head.details_button.isChecked():
            self._calls_of = ""
            return
        state = f"{entry.key} {entry.fax.of.changed if isinstance(entry.fax.of, Job) else ''}"
        if state != self._calls_of and self._link.present:
            self._calls_of = state
            self._start_unasked(self._show_calls(entry.fax))

    async def _show_calls(self, fax: Fax) -> None:
        shown = await self._link.desk.show_job(fax.id)
        current = self.window.pane.entry
        if current is not None and current.key == fax.key:
            self.window.pane.details.show_calls(shown.calls)

    def _want_transcript(self) -> None:
        entry = self.window.pane.entry
        if entry is not None and entry.fax is not None:
            self._start(self.work.show_transcript(entry.fax))

    async def _mark(self, entry: Entry, read: bool) -> None:
        if entry.fax is None:
            return
        await self._link.desk.mark_fax(entry.fax.id, read)
        if read:
            self.settled.emit(entry.key)
        if isinstance(entry.fax.of, Reception):
            # The service tells that the lists have changed and counts them, but not which fax it is.
            self.loading.put(of_reception(replace(entry.fax.of, read=read)), quietly=True)

    def _tell_missing(self) -> None:
        self.window.show_list()
        self.window.notice.tell(_("This fax is in no folder any more."))
