# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes of other users, which work on the bus until they are told to end."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from tests.benchmarks.service.slices import Slice, slices

Work = Callable[[asyncio.Event], Awaitable[Any]]
"""Does something until the event is set, or by itself; gives a plain value."""


class OtherUser:
    """A process of another user. It has everything loaded: the user may not be able to read the checkout."""

    def __init__(self, uid: int, work: Work) -> None:
        self._socket, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            self._socket.close()
            slices().put(os.getpid(), Slice.PEOPLE)
            _live(uid, work, theirs)
        theirs.close()

    def end(self) -> None:
        """Have it end, soon; `result` is still due."""
        self._socket.shutdown(socket.SHUT_WR)

    def result(self) -> Any:
        """Wait for its end; what it gives. AssertionError if it has failed."""
        with self._socket, self._socket.makefile("rb") as stream:
            text = stream.read()
        assert os.waitpid(self.pid, 0)[1] == 0, "a client has failed"
        return json.loads(text)


def _live(uid: int, work: Work, parent: socket.socket) -> None:
    """Be that user, work, and tell the parent what it gave; never returns."""
    status = 1
    try:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        parent.sendall(json.dumps(asyncio.run(_until_told(work, parent))).encode())
        status = 0
    except BaseException:  # noqa: BLE001 - the child must not go on as its parent; its trace is all that can be told
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


async def _until_told(work: Work, parent: socket.socket) -> Any:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told() -> None:
        loop.remove_reader(parent)
        ended.set()

    loop.add_reader(parent, told)
    return await work(ended)
