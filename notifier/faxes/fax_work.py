# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what a person wants done with an entry of the window."""

from __future__ import annotations

import tempfile
from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.contract.order import JobChange, Order
from faxcore.contract.received_fax import Assignment
from faxcore.contract.sent_fax import Verdict
from faxcore.i18n import gettext as _
from faxcore.model.job import State
from faxcore.qt.link import DeskLink
from faxcore.qt.starting import Start
from notifier.dialogs import Dialogs
from notifier.fax import Fax
from notifier.fax_documents import DocumentKind
from notifier.faxes.deletion import Deletion
from notifier.faxes.entry import Entry
from notifier.faxes.fax_actions import What
from notifier.faxes.fax_pages import FaxPages
from notifier.faxes.faxes_window import FaxesWindow
from notifier.faxes.loading import Loading
from notifier.faxes.other_number import OtherNumber
from notifier.faxes.read_marks import ReadMarks
from notifier.faxes.reader_question import ReaderQuestion
from notifier.faxes.transcript_window import TranscriptWindow
from notifier.forwarding import forward
from notifier.mailing import Mailing
from notifier.open_files import Files
from notifier.printing import Printing
from notifier.questions import ask_again, ask_remove, ask_stop, ask_twice
from notifier.saving import Saving

SETTLING: Final = (What.DELETE, What.AGAIN, What.OTHER_NUMBER, What.ARRIVED, What.REPLY, What.STOP)
"""Whoever does one of these knows what has become of the fax."""


class FaxWork(QObject):
    """The actions of the window at work."""

    settled = pyqtSignal(str)
    """The key of a fax with which the person has done something: no popup need tell of it any more."""
    contact_wanted = pyqtSignal(object)
    """Fax: its number is to be put into an address book."""

    def __init__(
        self,
        link: DeskLink,
        window: FaxesWindow,
        loading: Loading,
        pages: FaxPages,
        marks: ReadMarks,
        dialogs: Dialogs,
        files: Files,
        start: Start,
    ) -> None:
        super().__init__()
        self._link, self._window, self._loading, self._pages, self._marks = link, window, loading, pages, marks
        self._dialogs, self._files, self._start = dialogs, files, start
        self._deletion = Deletion(link, loading, window.notice, start)
        self._mailing = Mailing(link, start)
        self._printing = Printing(window)
        self._saving = Saving(link, window, start)
        for part in (self._mailing, self._printing, self._saving):
            part.failed.connect(lambda sentence: window.notice.tell(sentence, grave=True))
        self._saving.saved.connect(lambda path: window.notice.tell(_("Saved as {path}.").format(path=path)))
        self._printing.printed.connect(self._tell_printed)
        window.actions_of_fax.wanted.connect(self.do)
        window.pane.head.comment_given.connect(self._comment)
        window.pane.head.contact_wanted.connect(self._want_contact)

    def do(self, what: What, entry: Entry) -> None:
        """Do this with an entry."""
        if what in SETTLING:
            self.settled.emit(entry.key)
        if what is What.OPEN:
            self._open(entry)
        elif what is What.DELETE and self._window.pane.binned:
            ask_remove(self._window, entry.name, lambda: self._start(self._deletion.remove(entry)))
        elif what is What.DELETE:
            self._start(self._deletion.delete(entry))
        elif what is What.READ:
            self._marks.toggle(entry)
        elif entry.fax is not None:
            self._do_with_fax(what, entry, entry.fax)

    def _do_with_fax(self, what: What, entry: Entry, fax: Fax) -> None:
        window = self._window
        match what:
            case What.REPLY:
                self._dialogs.open_new(fax.other_number)
            case What.AGAIN:
                self._ask_again(fax)
            case What.OTHER_NUMBER:
                OtherNumber(window, self._link, fax, lambda number: self._send_again(fax, number)).open()
            case What.SAVE_PDF:
                self._saving.ask(fax, DocumentKind.PDF)
            case What.SAVE_TIFF:
                self._saving.ask(fax, DocumentKind.TIFF)
            case What.RECEIPT:
                self._saving.ask_receipt(fax)
            case What.STOP:
                ask_stop(window, fax, lambda: self._start(self._link.desk.cancel_job(fax.id)))
            case What.ASSIGN:
                ReaderQuestion(window, fax, lambda people: self._start(self._assign(fax, people))).open()
            case _:
                self._start(self._serve(what, entry, fax))

    async def _serve(self, what: What, entry: Entry, fax: Fax) -> None:
        try:
            await self._act(what, entry, fax)
        except OSError as error:
            # Several may be under way: which of them is it?
            trouble = _("The fax {name} cannot be used: {reason}.")
            told = trouble.format(name=fax.name, reason=error.strerror or error)
            self._window.notice.tell(told, grave=True)

    async def _act(self, what: What, entry: Entry, fax: Fax) -> None:
        desk = self._link.desk
        match what:
            case What.FORWARD:
                self._dialogs.open(await forward(desk, fax))
            case What.MAIL:
                await self._mailing.forward(fax)
            case What.PRINT:
                await self._ask_for_printer(entry)
            case What.OPEN_ELSEWHERE:
                await self._files.open(fax)
            case What.FOLDER:
                self._files.show_folder(fax)
            case What.RESTORE:
                await self._deletion.restore(entry)
            case What.ARRIVED:
                await desk.resolve_job(fax.id, Verdict.ARRIVED)
            case What.NOW:
                await desk.change_job(fax.id, JobChange(send_at=""))
            case What.HOLD:
                await desk.hold_job(fax.id)
            case What.RELEASE:
                await desk.release_job(fax.id)

    async def _ask_for_printer(self, entry: Entry) -> None:
        pane = self._window.pane
        pages = await self._pages.read(entry)
        is_shown = pane.entry is not None and pane.entry.key == entry.key
        self._printing.ask(entry.name, pages, pane.pages.at if is_shown else 0)

    async def show_transcript(self, fax: Fax) -> None:
        """Show what the two machines said to each other. BusError if nobody knows any more."""
        with tempfile.TemporaryFile(prefix="facteur-") as file:
            await self._link.desk.read_transcript(fax.id, file)
            file.seek(0)
            text = file.read().decode("utf-8", "replace")
        TranscriptWindow(self._window, fax.name, text).show()

    # ------------------------------------------------------------ each in its way

    def _open(self, entry: Entry) -> None:
        if entry.draft is not None:
            self._dialogs.open(entry.draft.id)
        elif entry.broadcast:
            self._loading.open_broadcast(entry)
        else:
            self._window.show_page()

    def _ask_again(self, fax: Fax) -> None:
        state = getattr(fax.of, "state", None)
        if state is State.UNCERTAIN:
            ask_again(self._window, fax, lambda: self._start(self._resolve_again(fax)))
        elif state is State.DONE:
            ask_twice(self._window, fax, lambda: self._start(self._send_again(fax, "")))
        else:
            self._start(self._send_again(fax, ""))

    async def _resolve_again(self, fax: Fax) -> None:
        await self._link.desk.resolve_job(fax.id, Verdict.AGAIN)

    async def _send_again(self, fax: Fax, number: str) -> None:
        """Send it to another number, or to the same if there is none, and say so."""
        await self._link.desk.send_again(fax.id, Order(number=number))
        self._loading.count_soon()
        sentence = _("It is sent again to {name}: see the Outbox.").format(name=number or fax.name)
        self._window.notice.tell(sentence)

    async def _assign(self, fax: Fax, people: tuple[str, ...]) -> None:
        await self._link.desk.assign_reception(Assignment(fax.id, people))
        self._loading.reload()
        self._window.notice.tell(_("The fax has been given to {people}.").format(people=", ".join(people)))

    def _tell_printed(self, printer: str) -> None:
        self._window.notice.tell(_("Printed on {printer}.").format(printer=printer))

    def close(self) -> None:
        """Remove the files that were made for other programs."""
        self._mailing.close()

    def _comment(self, text: str) -> None:
        entry = self._window.pane.entry
        if entry is not None and entry.fax is not None:
            self._start(self._link.desk.comment_fax(entry.fax.id, text))

    def _want_contact(self) -> None:
        entry = self._window.pane.entry
        if entry is not None and entry.fax is not None:
            self.contact_wanted.emit(entry.fax)
