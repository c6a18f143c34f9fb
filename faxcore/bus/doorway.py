# SPDX-License-Identifier: GPL-3.0-or-later
"""The service's own socket: whoever connects is let in as the user that the kernel names, so many times each."""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
import struct
from collections import Counter
from collections.abc import Coroutine
from itertools import count
from pathlib import Path
from typing import Any, Final

from faxcore.bus.direct import DirectConnection
from faxcore.bus.gate import Gate, NameTaken
from faxcore.bus.wire import BUS_TROUBLE

log = logging.getLogger(__name__)

MOST_OF_A_USER: Final = 32
"""Connections of one user at a time; a desktop has three."""
MOST_CONNECTIONS: Final = 512
"""Of all users."""
CONNECTION_SECONDS: Final = 0.002
"""Of a user's share that a connection costs."""
PAUSE_SECONDS: Final = 0.5
"""Until somebody is let in again when there was no descriptor for one."""
PROBE_SECONDS: Final = 2.0

_CREDENTIALS: Final = struct.Struct("3i")  # struct ucred: pid, uid, gid


class Doorway:
    """Listens at a path."""

    def __init__(self, path: Path, gate: Gate) -> None:
        self._path = path
        self._gate = gate
        self._guid = secrets.token_hex(16)
        self._names = count(1)
        self._inside: Counter[int] = Counter()
        self._listener: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen. NameTaken if another service does, OSError if nobody can there."""
        self._listener = await asyncio.to_thread(_listen, self._path)
        self._keep(self._let_in(self._listener))

    async def stop(self) -> None:
        """Hang up on everybody, and listen no more."""
        if self._listener is None:
            return
        self._path.unlink(missing_ok=True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._listener.close()

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _let_in(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, _address = await loop.sock_accept(listener)
            except OSError as error:
                log.error("nobody can be let in: %s", error)
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            _pid, uid, _gid = _CREDENTIALS.unpack(
                accepted.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
            )
            if self._inside[uid] >= MOST_OF_A_USER or self._inside.total() >= MOST_CONNECTIONS:
                accepted.close()
            else:
                self._inside[uid] += 1
                self._keep(self._serve(accepted, uid))
            # Whoever comes again and again does not keep everybody else from their turn.
            await asyncio.sleep(0)

    async def _serve(self, accepted: socket.socket, uid: int) -> None:
        share = self._gate.share(uid)
        share.charge(CONNECTION_SECONDS)
        connection = DirectConnection(accepted, uid, f":direct.{next(self._names)}", share, self._gate)
        try:
            await share.turn()
            await connection.begin(self._guid)
            await connection.gone()
        except (*BUS_TROUBLE, ValueError, TimeoutError) as error:
            log.info("user %d does not get in: %s", uid, error)
        finally:
            await connection.close()
            self._inside[uid] -= 1
            if not self._inside[uid]:
                del self._inside[uid]


def _listen(path: Path) -> socket.socket:
    """Make the socket at a path, for every user of the machine."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(PROBE_SECONDS)
        try:
            probe.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            pass  # nobody, or one that a service before us has left
        else:
            raise NameTaken(f"another faxcore listens at {path}")
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(str(path))
        path.chmod(0o666)
        listener.listen(128)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener
