# SPDX-License-Identifier: GPL-3.0-or-later
"""Opening what was received and what was sent, in the programs that this person's desktop has for it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices

from faxcore.contract.received_fax import Reception
from faxcore.i18n import gettext as _
from faxcore.model.text import safe_file_name
from faxcore.qt.link import DeskLink
from notifier.fax import Fax

_FOLDER_PREFIX: Final = "facteur-view-"


class CannotOpen(Exception):
    """A sentence for a person: what could not be opened, and what to do."""


def open_on_desktop(path: Path) -> bool:
    """Open a file or folder in the program that the desktop has for it; whether there is one."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


class Files:
    """Documents as files that other programs can open. `close` removes the copies that were made for that."""

    def __init__(self, link: DeskLink, opener: Callable[[Path], bool] = open_on_desktop) -> None:
        self._link = link
        self._opener = opener
        self._folders: list[tempfile.TemporaryDirectory[str]] = []

    async def open(self, fax: Fax) -> None:
        """Open the fax as PDF. CannotOpen, BusError."""
        self._give(await self._sent(fax) if fax.sent else await self._received(fax))

    def show_folder(self, fax: Fax) -> None:
        """Open the folder in which a received fax lies. CannotOpen."""
        path = _where(fax)
        if path is None or not os.access(path.parent, os.R_OK | os.X_OK):
            raise CannotOpen(
                _("The folder of this fax cannot be opened by you: {folder}").format(
                    folder=path.parent if path else "?"
                )
            )
        self._give(path.parent)

    def close(self) -> None:
        """Remove the copies."""
        for folder in self._folders:
            folder.cleanup()
        self._folders.clear()

    def _give(self, path: Path) -> None:
        if not self._opener(path):
            raise CannotOpen(
                _("No program on this desktop opens {file}. Open it yourself: {path}").format(
                    file=path.suffix or _("folders"), path=path
                )
            )

    async def _received(self, fax: Fax) -> Path:
        path = _where(fax)
        if path is not None and path.is_file() and os.access(path, os.R_OK):
            return path
        # Moved, or in a folder that this person may not read: the service still has its own copy.
        return await self._write(fax, path.stem if path is not None else "fax")

    async def _sent(self, fax: Fax) -> Path:
        return await self._write(fax, fax.subject)

    async def _write(self, fax: Fax, title: str) -> Path:
        from notifier.fax_documents import DocumentKind, write_document  # a tray at rest has no document open

        copy = self._copy(title)
        await write_document(self._link.desk, fax, DocumentKind.PDF, copy)
        return copy

    def _copy(self, title: str) -> Path:
        folder = tempfile.TemporaryDirectory(prefix=_FOLDER_PREFIX)
        self._folders.append(folder)
        return Path(folder.name) / f"{safe_file_name(title, otherwise='fax')}.pdf"


def _where(fax: Fax) -> Path | None:
    if not isinstance(fax.of, Reception):
        return None
    path = Path(fax.of.pdf or fax.of.tiff)
    return path if path.is_absolute() else None
