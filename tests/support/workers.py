# SPDX-License-Identifier: GPL-3.0-or-later
"""Line workers as processes, and faxcore's end of their sockets."""

from __future__ import annotations

import contextlib
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from faxcore.contract.messages import AnswerCall, FinalPending, Message, Noted, PlaceCall, Ringing
from faxcore.document.tiff import write_pages
from faxcore.line.service_socket import ServiceGone, ServiceSocket
from faxcore.model.page import Page

M = TypeVar("M", bound=Message)
PATIENCE = 120.0


class WorkerProcess:
    """A line worker, and faxcore's end of its socket: FinalPending is noted at once unless `notes` is off. With the
    folder of `calls` it has its wall around it.
    """

    def __init__(
        self, device: Path | str, notes: bool = True, calls: Path | None = None, options: Sequence[str] = ()
    ) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "faxcore.line.worker", "--device", str(device), *options]
        command += [] if calls is None else ["--calls", str(calls)]
        self.process = subprocess.Popen(command, stdin=theirs.fileno())
        theirs.close()
        self._socket = ours
        self._wire = ServiceSocket(ours)
        self._notes = notes
        self._messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self.heard: list[Message] = []
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()
        self.process.wait(PATIENCE)

    def leave(self) -> None:
        """As when faxcore dies: the socket closes."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        try:
            while (message := self._wire.receive(time.monotonic() + PATIENCE)) is not None:
                if isinstance(message, FinalPending) and self._notes:
                    self.say(Noted(message.call))
                self._messages.put(message)
        except ServiceGone:
            # The worker has ended, or leave() was called.
            self._messages.put(None)

    def say(self, message: Message) -> None:
        self._wire.send(message)

    def next(self, kind: type[M], which: Callable[[M], bool] = lambda _: True) -> M:
        """The next message of this kind."""
        while (message := self._messages.get(timeout=PATIENCE)) is not None:
            self.heard.append(message)
            if isinstance(message, kind) and which(message):
                return message
        raise AssertionError(f"no {kind.__name__} in {self.heard}")


def document(folder: Path, pages: list[Page]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    write_pages(folder / "pages.tif", pages)
    return folder / "pages.tif"


def dial(worker: WorkerProcess, folder: Path, pages: list[Page], number: str, first_page: int = 1) -> None:
    path = document(folder, pages)
    worker.say(PlaceCall("out", str(folder), str(path), number, "0199000001", first_page))


def answer(worker: WorkerProcess, folder: Path) -> Ringing:
    ringing = worker.next(Ringing)
    folder.mkdir(parents=True)
    worker.say(AnswerCall("in", str(folder), "0199000002"))
    return ringing
