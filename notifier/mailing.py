# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax forwarded by mail: this person's own mail program opens with the fax as its attachment.

`xdg-email` finds that program, and ends when it has been told. What it cannot do, it says by its exit status, and the
person hears where the file is. The file stays until `close`, for a mail program may read it only when the mail is sent.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from pathlib import Path
from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.i18n import gettext as _
from faxcore.model.text import clean_text
from faxcore.qt.link import DeskLink
from faxcore.qt.starting import Start
from notifier.fax import Fax
from notifier.fax_documents import DocumentKind, name_document, write_document
from notifier.forwarding import title_forwarded

log = logging.getLogger(__name__)

PROGRAM: Final = "xdg-email"
SECONDS: Final = 60.0
"""After which it is not waited for any more: some mail programs go on within it until the mail is sent."""
_LONGEST: Final = 150
"""Characters of a subject."""


class Mailing(QObject):
    """Forwards faxes by mail. What does not work, `failed` says in a sentence with the place of the file."""

    opened = pyqtSignal()
    """A mail program has been told."""
    failed = pyqtSignal(str)

    def __init__(self, link: DeskLink, start: Start, program: str = PROGRAM) -> None:
        """`start` does the work, and says what the service refuses."""
        super().__init__()
        self._link, self._start, self._program = link, start, program
        self._folders: list[tempfile.TemporaryDirectory[str]] = []

    def begin(self, fax: Fax) -> None:
        """Open a mail with this fax."""
        self._start(self.forward(fax))

    async def forward(self, fax: Fax) -> None:
        """Open a mail with this fax, and return when the mail program has been told. BusError, OSError."""
        folder = tempfile.TemporaryDirectory(prefix="facteur-mail-")
        self._folders.append(folder)
        path = Path(folder.name) / f"{name_document(fax)}.pdf"
        await write_document(self._link.desk, fax, DocumentKind.PDF, path)
        if await self._tell(make_subject(fax), path):
            self.opened.emit()
        else:
            told = _("No mail program could be opened. The fax is in this file, which you can attach yourself: {path}")
            self.failed.emit(told.format(path=path))

    async def _tell(self, subject: str, path: Path) -> bool:
        """Run the program; whether a mail program has been told."""
        # A program for mail writes what it likes to its output; nobody reads ours.
        quiet = asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                self._program,
                *("--utf8", "--subject", subject, "--attach", str(path)),
                stdin=quiet,
                stdout=quiet,
                stderr=quiet,
                start_new_session=True,
            )
        except OSError as error:
            log.info("%s cannot be run: %s", self._program, error)
            return False
        try:
            status = await asyncio.wait_for(process.wait(), SECONDS)
        except TimeoutError:
            return True  # it goes on with a mail program that is open
        if status:
            log.info("%s ended with status %d", self._program, status)
        return status == 0

    def close(self) -> None:
        """Remove the files."""
        for folder in self._folders:
            folder.cleanup()
        self._folders.clear()


def make_subject(fax: Fax) -> str:
    """Make the subject of the mail: one line, whatever the other end calls itself, and never an option."""
    return clean_text(title_forwarded(fax), _LONGEST)
