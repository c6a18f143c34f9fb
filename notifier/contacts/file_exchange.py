# SPDX-License-Identifier: GPL-3.0-or-later
"""Address books as files: chosen in a file dialog, brought in and written by the code of `faxctl contacts`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QFileDialog

from faxcore.contact_transfer import import_contacts, list_contacts, read_file, write_table, write_vcard_file
from faxcore.contract.address_book import Book
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.qt.link import DeskLink
from notifier.contacts.contacts_pane import ContactsPane

TABLE: Final = ".csv"
CARDS: Final = ".vcf"


class FileExchange(QObject):
    """Import and export."""

    changed = pyqtSignal()
    """Contacts have been brought in."""

    def __init__(
        self,
        link: DeskLink,
        pane: ContactsPane,
        start: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
    ) -> None:
        super().__init__()
        self._link, self._pane, self._start = link, pane, start
        self._last: tuple[Path, Book] | None = None
        pane.column.import_wanted.connect(self.ask_import)
        pane.column.export_wanted.connect(self.ask_export)
        pane.report.any_number_wanted.connect(self._import_any)

    def ask_import(self, book: Book) -> QFileDialog:
        """Ask for the file whose contacts are to be put into this book."""
        dialog = QFileDialog(self._pane, _("Import contacts"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([_("Address books (*.vcf *.vcard *.csv *.txt)"), _("All files (*)")])
        dialog.fileSelected.connect(lambda path: self._start(self.bring_in(Path(path), book)))
        return _open(dialog)

    def ask_export(self, book: Book) -> QFileDialog:
        """Ask for the file into which this book is to be written."""
        dialog = QFileDialog(self._pane, _("Export contacts"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = {_("Visiting cards, for other programs (*.vcf)"): CARDS, _("Table, for spreadsheets (*.csv)"): TABLE}
        dialog.setNameFilters(list(filters))
        dialog.setDefaultSuffix(CARDS[1:])
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(filters.get(chosen, CARDS)[1:]))
        dialog.selectFile(_("contacts") + CARDS)
        dialog.fileSelected.connect(lambda path: self._start(self.write(Path(path), book)))
        return _open(dialog)

    async def bring_in(self, path: Path, book: Book, any_number: bool = False) -> None:
        """Put the contacts of a file into a book, and report. OSError, BusError."""
        self._last = (path, book)
        self._pane.notice.tell(_("The contacts of {file} are being brought in …").format(file=path.name))
        loop = asyncio.get_running_loop()
        file = await loop.run_in_executor(None, read_file, path, any_number)
        done = await import_contacts(self._link.desk, file.contacts, book)
        self._pane.notice.finish()
        self._pane.report.show_result(path.name, done, file.left_out)
        self._pane.show_report()
        self.changed.emit()

    async def write(self, path: Path, book: Book) -> None:
        """Write a book into a file: a table if its name says so. OSError, BusError."""
        listed = await list_contacts(self._link.desk, book)
        write = write_table if path.suffix.lower() == TABLE else write_vcard_file
        with path.open("w", encoding="utf-8", newline="") as out:
            write(listed, out)
        count = len(listed)
        told = ngettext("{count} contact is written into {file}.", "{count} contacts are written into {file}.", count)
        self._pane.notice.tell(told.format(count=count, file=path.name))

    def _import_any(self) -> None:
        if self._last is not None:
            self._start(self.bring_in(*self._last, any_number=True))


def _open(dialog: QFileDialog) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
