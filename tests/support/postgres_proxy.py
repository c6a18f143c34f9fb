# SPDX-License-Identifier: GPL-3.0-or-later
"""Something between a client and a server of PostgreSQL that loses connections at a wanted moment."""

from __future__ import annotations

import selectors
import socket
import threading
from pathlib import Path
from types import TracebackType


class Proxy:
    """Listens in a folder as a server does, and passes octets on.

    At the next COMMIT it breaks off: `before` the server has heard of it, or behind, when the server has done it and
    its answer is on the way. While `down`, nobody gets through.
    """

    def __init__(self, folder: Path, server: Path) -> None:
        self._server = str(server / ".s.PGSQL.5432")
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / ".s.PGSQL.5432"))
        self._listening.listen()
        self.break_at: str = ""
        """ "before" or "behind": what to do at the next COMMIT."""
        self.down = False
        self._ending = False
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending = True
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _accept(self) -> None:
        while not self._ending:
            try:
                client, _address = self._listening.accept()
            except OSError:
                return
            if self.down:
                client.close()
                continue
            threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, selectors.DefaultSelector() as waiting:
            server.connect(self._server)
            waiting.register(client, selectors.EVENT_READ, server)
            waiting.register(server, selectors.EVENT_READ, client)
            committing = False
            while True:
                for key, _events in waiting.select():
                    octets = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    if not octets or (committing and key.fileobj is server):
                        return
                    if key.fileobj is client and b"COMMIT" in octets and self.break_at:
                        how, self.break_at = self.break_at, ""
                        if how == "before":
                            return
                        committing = True
                    key.data.sendall(octets)
