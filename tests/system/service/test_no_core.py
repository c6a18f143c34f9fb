# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P23: no process that holds faxes of others leaves a core when it crashes, however it was started.

Each is started as an ordinary user who may have cores of any size, looked at, and then ended by a signal for which the
kernel would keep one. Of a process that cannot be dumped, what /proc shows belongs to root.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from faxcore.document.fork_server import ForkServer
from faxcore.document.renderer import RENDERER
from faxcore.document.walled_process import WalledProcess
from faxcore.document.walls import NoWall, Wall
from tests.support import CHECKOUT
from tests.support.bus_fixture import private_bus
from tests.support.service_fixture import as_nobody, needs_root, public_folder
from tests.support.waiting import wait_until

pytestmark = needs_root
USER = "nobody"


def _want_cores() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def started(folder: Path, *command: str, stdin: int = subprocess.DEVNULL) -> Iterator[int]:
    """A program of ours in Python, as an ordinary user in this folder; its process."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(folder)}
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            env=environment,
            user=USER,
            group="nogroup",
            extra_groups=(),
            stdin=stdin,
            stderr=log,
            preexec_fn=_want_cores,
        )
    try:
        yield process.pid
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(10)


def crash(pid: int) -> bool:
    """End a process by SIGABRT; True if the kernel has kept a core of it."""
    os.kill(pid, signal.SIGABRT)
    _pid, status = os.waitpid(pid, 0)
    assert os.WTERMSIG(status) == signal.SIGABRT
    return os.WCOREDUMP(status)


def most_core(pid: int) -> str:
    """The limit of a core, as the kernel has it."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return next(line for line in lines if line.startswith("Max core file size")).split()[4]


def is_closed(pid: int) -> bool:
    """Tell whether a process of an ordinary user cannot be dumped, or looked into by others of that user."""
    return os.stat(f"/proc/{pid}/environ").st_uid == 0


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder in which an ordinary user may write, a core as well."""
    with public_folder() as folder:
        folder.chmod(0o777)
        yield folder


@contextmanager
def a_service(place: Path) -> Iterator[int]:
    text = f'[folders]\nstate = "{place}/state"\nreceived = "{place}/received"\n[exchange]\nlines = 0\n'
    (place / "facteur.toml").write_text(text)
    with private_bus(place / "bus", USER) as address:
        where = ("--config", str(place / "facteur.toml"), "--bus", address, "--socket", str(place / "socket"))
        with started(place, "-m", "faxcore.daemon", *where) as pid:
            wait_until("the service to be reached", (place / "socket").exists)
            yield pid


@contextmanager
def a_worker(place: Path, device: str = "/dev/no-such-modem") -> Iterator[int]:
    ours, theirs = socket.socketpair()
    with ours, theirs, started(place, "-m", "faxcore.line.worker", "--device", device, stdin=theirs.fileno()) as pid:
        wait_until("the worker to begin", lambda: most_core(pid) == "0")
        yield pid


@contextmanager
def a_mailer(place: Path) -> Iterator[int]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs, started(place, "-m", "faxcore.mailer.mail_worker", stdin=theirs.fileno()) as pid:
        wait_until("the mailer to begin", lambda: most_core(pid) == "0" and is_closed(pid))
        yield pid


def test_a_core_would_be_kept_of_another(place: Path) -> None:
    """What the other tests would find: otherwise they show nothing."""
    with started(place, "-c", "import sys, time; sys.stdin.read(); time.sleep(60)") as pid:
        wait_until("its start", lambda: b"sleep" in Path(f"/proc/{pid}/cmdline").read_bytes())
        assert most_core(pid) == "unlimited" and not is_closed(pid)
        if not crash(pid):
            pytest.skip("this machine keeps no cores at all")


@pytest.mark.parametrize("process", [a_service, a_worker, a_mailer])
def test_nothing_of_the_service_leaves_one(place: Path, process: Callable[[Path], AbstractContextManager[int]]) -> None:
    with process(place) as pid:
        assert (most_core(pid), is_closed(pid)) == ("0", True)
        assert not crash(pid)
    assert not list(place.glob("core*"))


def test_the_worker_of_a_simulated_line_is_limited_too(place: Path) -> None:
    """The exchange looks into it, to see who has the device open."""
    master, slave = os.openpty()
    try:
        device = os.ttyname(slave)
        os.chmod(device, 0o666)
        with a_worker(place, device) as pid:
            assert (most_core(pid), is_closed(pid)) == ("0", False)
            assert not crash(pid)
    finally:
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize("forked", [False, True])
@pytest.mark.parametrize("wall", [Wall.BUBBLEWRAP, Wall.LANDLOCK, Wall.NONE])
def test_nothing_that_opens_a_document_leaves_one(wall: Wall, forked: bool) -> None:
    """As it is when it gets its document."""

    async def look() -> list[list[object]] | str:
        _want_cores()
        server = ForkServer(RENDERER, wall) if forked else None
        try:
            with closing(WalledProcess(RENDERER, wall, server)) as process:
                assert select.select([process.control], [], [], 30)[0]
                process.check_wall()
                inside = server.pid if server else process._process.pid  # type: ignore[union-attr]
                return [[most_core(pid), is_closed(pid)] for pid in last_descendants(inside)]
        except NoWall as error:
            return str(error)
        finally:
            if server:
                server.close()

    found = as_nobody(look)
    if isinstance(found, str):
        pytest.skip(f"an ordinary user cannot build it here: {found}")
    assert found and found == [["0", True]] * len(found)


def last_descendants(pid: int) -> list[int]:
    """The processes that this one has started, and that have started none: behind bubblewrap or a server."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [each for child in children for each in last_descendants(int(child))] or [pid]
