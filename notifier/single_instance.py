# SPDX-License-Identifier: GPL-3.0-or-later
"""One tray for each user and session: the second one tells the first what was wanted, and ends.

A lock decides who is first, so that two that start at the same moment never both are; a local socket beside it carries
the wish. Both lie in the user's runtime folder, which nobody else may enter, and are named by the display.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from pathlib import Path
from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtNetwork import QLocalServer, QLocalSocket

from faxcore.model.text import safe_file_name

TELL_MS: Final = 3000
HISTORY: Final = "history"
CONTACTS: Final = "contacts"


class SingleInstance(QObject):
    """This session's tray, if `first`. A window is wanted when another start of the program asked for it."""

    asked = pyqtSignal(str, str)
    """HISTORY or CONTACTS, and the id of the sent fax that is to be shown in it, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        base = _folder() / f"facteur-notifier-{_session()}"
        self._socket = f"{base}.socket"
        self._lock = os.open(f"{base}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        self._server = QLocalServer(self)
        self.first = self._take()

    def _take(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        QLocalServer.removeServer(self._socket)  # of one that was killed: the lock says that there is no other
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._heard)
        if not self._server.listen(self._socket):
            raise OSError(f"{self._socket}: {self._server.errorString()}")
        return True

    def ask(self, window: str, fax: str = "") -> bool:
        """Ask the first one to show a window, HISTORY or CONTACTS, and in it this sent fax; True if it heard."""
        socket = QLocalSocket()
        socket.connectToServer(self._socket)
        if not socket.waitForConnected(TELL_MS):
            return False
        socket.write(f"{window} {fax}\n".encode())
        return socket.waitForBytesWritten(TELL_MS)

    def close(self) -> None:
        """Let another one be first."""
        self._server.close()
        os.close(self._lock)

    def _heard(self) -> None:
        socket = self._server.nextPendingConnection()
        if socket is None:
            return

        def read() -> None:
            if not socket.canReadLine():
                return
            window, _space, fax = socket.readLine().data().decode("utf-8", "replace").rstrip("\n").partition(" ")
            if window in (HISTORY, CONTACTS):
                self.asked.emit(window, fax)

        socket.readyRead.connect(read)
        socket.disconnected.connect(socket.deleteLater)
        read()


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
