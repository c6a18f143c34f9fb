# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax saved where its person wants it, as PDF or TIFF: wholly, or not at all."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QWidget

from faxcore.document.document_error import DocumentError
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.qt.link import DeskLink
from faxcore.qt.starting import Start
from notifier.documents_folder import find_documents
from notifier.fax import Fax
from notifier.fax_documents import DocumentKind, name_document, write_document, write_receipt

_FOR_ALL: Final = 0o666
"""As every program makes files: less what this person's umask takes away."""
_ENDINGS: Final = {".pdf": DocumentKind.PDF, ".tif": DocumentKind.TIFF, ".tiff": DocumentKind.TIFF}


Write = Callable[[Path], Coroutine[Any, Any, None]]
"""Writes a new file there."""


class Saving(QObject):
    """Saves faxes as files. What goes wrong with a file, `failed` says in a sentence."""

    saved = pyqtSignal(Path)
    failed = pyqtSignal(str)

    def __init__(
        self,
        link: DeskLink,
        window: QWidget,
        start: Start,
    ) -> None:
        """`start` does the work, and says what the service refuses."""
        super().__init__(window)
        self._link, self._window, self._start = link, window, start
        self._folder: Path | None = None
        """The folder in which this person saved last."""

    def ask(self, fax: Fax, kind: DocumentKind = DocumentKind.PDF) -> QFileDialog:
        """Ask for the file in which this fax is to be saved. The dialog asks before it takes another one's place."""
        filters = {
            _("PDF (*.pdf)"): DocumentKind.PDF,
            _("TIFF, the pages as they are (*.tif *.tiff)"): DocumentKind.TIFF,
        }
        dialog = self._make_dialog(_("Save the fax"), list(filters))

        def find_kind() -> DocumentKind:
            return filters.get(dialog.selectedNameFilter(), kind)

        dialog.filterSelected.connect(lambda _chosen: dialog.setDefaultSuffix(find_kind().value[1:]))
        dialog.selectNameFilter(next(name for name, each in filters.items() if each is kind))
        dialog.fileSelected.connect(lambda path: self._start(self.save(fax, Path(path), find_kind())))
        return _open(dialog, name_document(fax) + kind.value)

    def ask_receipt(self, fax: Fax) -> QFileDialog:
        """Ask for the file in which the delivery receipt of a fax is to be saved, as PDF."""
        dialog = self._make_dialog(_("Save the delivery receipt"), [_("PDF (*.pdf)")])
        dialog.fileSelected.connect(lambda path: self._start(self.save_receipt(fax, Path(path))))
        return _open(dialog, _("Receipt {name}").format(name=name_document(fax)) + DocumentKind.PDF.value)

    def _make_dialog(self, title: str, filters: list[str]) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(self._folder or find_documents()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(filters)
        return dialog

    async def save_receipt(self, fax: Fax, path: Path) -> None:
        """Save the delivery receipt of a fax there. BusError."""
        await self._save_as(path, lambda made: write_receipt(self._link.desk, fax, made, _FOR_ALL))

    async def save(self, fax: Fax, path: Path, kind: DocumentKind = DocumentKind.PDF) -> None:
        """Save a fax there, as what the name says, or else as this. BusError."""
        kind = _ENDINGS.get(path.suffix.lower(), kind)
        await self._save_as(path, lambda made: write_document(self._link.desk, fax, kind, made, _FOR_ALL))

    async def _save_as(self, path: Path, write: Write) -> None:
        self._folder = path.parent
        try:
            await _write_wholly(path, write)
        except OSError as error:
            told = _("The fax could not be saved as {path}: {reason}.")
            self.failed.emit(told.format(path=path, reason=error.strerror or error))
        except DocumentError as error:
            self.failed.emit(translate(error.sentence))
        else:
            self.saved.emit(path)


def _open(dialog: QFileDialog, name: str) -> QFileDialog:
    """Open the dialog with this name of a file, whose ending is that of names without one."""
    dialog.setDefaultSuffix(Path(name).suffix[1:])
    dialog.selectFile(name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


async def _write_wholly(path: Path, write: Write) -> None:
    """Write the file beside its place, and put it there when it is whole: where a link leads, behind the link."""
    place = Path(os.path.realpath(path))
    made = place.with_name(f".{secrets.token_hex(8)}{place.suffix}")
    try:
        await write(made)
        await asyncio.get_running_loop().run_in_executor(None, _put, made, place)
    except BaseException:
        made.unlink(missing_ok=True)
        raise


def _put(made: Path, place: Path) -> None:
    """Write the file out to the disk before it takes the place of another."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(place)
