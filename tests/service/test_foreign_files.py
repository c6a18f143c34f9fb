# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P21: a file system that never answers keeps its own user waiting, and nobody else."""

import os
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.api.api_error import ApiError
from faxcore.api.foreign_files import MOST_LEFT, ForeignFiles
from faxcore.bus.closing import Closer
from faxcore.contract.bus import ErrorCode
from tests.support.waiting import async_test, until, wait_until


class DeadFile:
    """A descriptor and work on it that does not end before `answer`."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(b"pages")
        self.descriptor = os.open(path, os.O_RDONLY)
        self._answers = threading.Event()

    def read(self, descriptor: int) -> bytes:
        assert self._answers.wait(60)
        return os.pread(descriptor, 100, 0)

    def answer(self) -> None:
        self._answers.set()


def read_hundred(descriptor: int) -> bytes:
    return os.pread(descriptor, 100, 0)


@pytest.fixture
def dead(tmp_path: Path) -> Iterator[DeadFile]:
    file = DeadFile(tmp_path / "dead")
    yield file
    file.answer()
    os.close(file.descriptor)


@async_test
async def test_a_dead_file_is_given_up_and_others_are_read(dead: DeadFile) -> None:
    files = ForeignFiles(seconds=0.05)
    for _ in range(MOST_LEFT):
        with pytest.raises(ApiError) as refused:
            await files.run("anne", dead.read, dead.descriptor)
        assert refused.value.code is ErrorCode.BAD_DOCUMENT
    began: list[int] = []
    with pytest.raises(ApiError):
        await files.run("anne", began.append, dead.descriptor)
    assert began == [], "no more threads for her"
    assert await ForeignFiles().run("bob", read_hundred, dead.descriptor) == b"pages"
    dead.answer()
    await until("her threads to return", lambda: not files._running["anne"])  # noqa: SLF001 - nothing else shows it
    assert await files.run("anne", read_hundred, dead.descriptor) == b"pages"


@async_test
async def test_a_thread_that_was_given_up_keeps_its_own_descriptor(dead: DeadFile, tmp_path: Path) -> None:
    """The number of the caller's descriptor is another file's by the time that it reads."""
    read: list[bytes] = []
    theirs = os.dup(dead.descriptor)

    def late(descriptor: int) -> None:
        read.append(dead.read(descriptor))

    with pytest.raises(ApiError):
        await ForeignFiles(seconds=0.05).run("anne", late, theirs)
    (tmp_path / "secret").write_bytes(b"secret")
    other = os.open(tmp_path / "secret", os.O_RDONLY)
    os.dup2(other, theirs)
    dead.answer()
    await until("the thread to read", lambda: read)
    assert read == [b"pages"]
    os.close(other)
    os.close(theirs)


@async_test
async def test_what_the_work_raises_is_raised(dead: DeadFile) -> None:
    def fail(_descriptor: int) -> None:
        raise FileNotFoundError

    with pytest.raises(FileNotFoundError):
        await ForeignFiles().run("anne", fail, dead.descriptor)


def slow_to_close() -> tuple[int, socket.socket]:
    """A descriptor whose close(2) does not return before its peer reads: TCP that lingers."""
    listener = socket.create_server(("127.0.0.1", 0))
    sender = socket.create_connection(listener.getsockname())
    reader = listener.accept()[0]
    listener.close()
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 600))
    sender.setblocking(False)
    try:
        while True:
            sender.send(bytes(1 << 20))
    except BlockingIOError:
        sender.setblocking(True)
    return sender.detach(), reader


def test_a_descriptor_that_does_not_close_holds_nothing_up(tmp_path: Path) -> None:
    slow, reader = slow_to_close()
    (tmp_path / "ordinary").touch()
    ordinary = os.open(tmp_path / "ordinary", os.O_RDONLY)
    closer = Closer()
    closer.close([slow])
    closer.close([ordinary])

    def is_closed(descriptor: int) -> bool:
        return not os.path.exists(f"/proc/self/fd/{descriptor}")

    # The table of descriptors is ahead of the closer's own count: the count is what tells that one still hangs.
    with reader:
        wait_until("the other to be closed", lambda: is_closed(ordinary))
        wait_until("only the slow one to hang", lambda: closer._due == 1)  # noqa: SLF001 - nothing else shows it
        while reader.recv(1 << 20):
            pass
    wait_until("the slow one to be closed", lambda: closer._due == 0)  # noqa: SLF001
