# SPDX-License-Identifier: GPL-3.0-or-later
"""One tray for each user and session: the second one tells the first what was wanted, and ends.

A lock decides who is first, so that two that start at the same moment never both are; a local socket beside it carries
the wish. Both lie in the user's runtime folder, which nobody else may enter, and are named by the display.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from PyQt6.QtCore import QObject, QSocketNotifier, pyqtSignal
from PyQt6.sip import voidptr

from faxcore.model.text import safe_file_name

TELL_SECONDS: Final = 3.0
HEAR_SECONDS: Final = 0.5
LONGEST: Final = 200
"""Octets of what is asked for."""
FAXES: Final = "faxes"
CONTACTS: Final = "contacts"
CONSUMPTION: Final = "consumption"


class SingleInstance(QObject):
    """This session's tray, if `first`. A window is wanted when another start of the program asked for it."""

    asked = pyqtSignal(str, str)
    """FAXES, CONTACTS or CONSUMPTION, and the id of the sent fax that is to be shown in it, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        base = _folder() / f"facteur-notifier-{_session()}"
        self._path = f"{base}.socket"
        self._lock = os.open(f"{base}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        # Python's own sockets: Qt's need a library of which nothing else is wanted, and megabytes of memory for it.
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        self._watched: QSocketNotifier | None = None
        self.first = self._take()

    def _take(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._server.close()
            return False
        with suppress(FileNotFoundError):
            os.unlink(self._path)  # of one that was killed: the lock says that there is no other
        self._server.bind(self._path)  # in a folder that nobody else may enter
        self._server.listen()
        self._watched = QSocketNotifier(voidptr(self._server.fileno()), QSocketNotifier.Type.Read, self)
        self._watched.activated.connect(self._accept)
        return True

    def ask(self, window: str, fax: str = "") -> bool:
        """Ask the first one to show a window (see `asked`), and in it this sent fax; True if it heard."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as asking:
                asking.settimeout(TELL_SECONDS)
                asking.connect(self._path)
                asking.sendall(f"{window} {fax}\n".encode())
                asking.shutdown(socket.SHUT_WR)
                return asking.recv(1) == b""  # the first one has read it, and closes
        except OSError:
            return False

    def close(self) -> None:
        """Let another one be first."""
        if self._watched is not None:
            self._watched.setEnabled(False)
            os.unlink(self._path)
        self._server.close()
        os.close(self._lock)

    def _accept(self) -> None:
        try:
            heard, _nobody = self._server.accept()
        except OSError:
            return  # whoever asked has gone again
        with heard:
            # It writes one short line at once; one that does not is not waited for much longer.
            heard.settimeout(HEAR_SECONDS)
            try:
                said = heard.recv(LONGEST)
            except OSError:
                return
        window, _space, fax = said.decode("utf-8", "replace").rstrip("\n").partition(" ")
        if window in (FAXES, CONTACTS, CONSUMPTION):
            self.asked.emit(window, fax)


def runtime_folder() -> Path:
    """A folder of this user's alone, for this login."""
    return _folder()


def _folder() -> Path:
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if given and os.access(given, os.W_OK):
        return Path(given)
    made = Path(tempfile.gettempdir()) / f"facteur-{os.getuid()}"
    made.mkdir(mode=0o700, exist_ok=True)
    status = made.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077 or made.is_symlink():
        raise PermissionError(f"{made} is not this user's own")
    return made


def _session() -> str:
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or "none"
    return safe_file_name(display, otherwise="none").replace(" ", "-")
