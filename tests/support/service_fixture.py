# SPDX-License-Identifier: GPL-3.0-or-later
"""A service in a process of its own, and clients of two users."""

from __future__ import annotations

import asyncio
import io
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from faxcore.document.tiff import write_pages
from faxcore.model.page import Page, Resolution, Width
from tests.support import CHECKOUT
from tests.support.bus_fixture import private_bus

needs_root = pytest.mark.skipif(os.getuid() != 0, reason="a second user needs root")


def make_document(folder: Path, pages: int = 2, name: str = "document.tif", text: bytes = b"") -> Path:
    """A TIFF in fax geometry; another text makes it another document."""
    path = folder / name
    first = text.ljust(216, b"\0") if text else b""
    rows = [first + bytes([number]) * 216 * 200 for number in range(1, pages + 1)]
    write_pages(path, [Page(Width.A4, Resolution.FINE, each) for each in rows])
    return path


@contextmanager
def public_folder() -> Iterator[Path]:
    """A folder that every user can pass through, as a bus's must be."""
    folder = Path(tempfile.mkdtemp(prefix="facteur-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def serving(
    script: dict[str, Any], let_all: bool = False, config: str = "", tariff: str = ""
) -> Iterator[tuple[str, Path]]:
    """A service that has joined a private bus; its address, and the folder with everything. `config` is the text of
    its configuration, with {folder} for the folder; or `tariff` that of the tariff, where it has no such text.
    """
    with public_folder() as folder, private_bus(folder / "bus", let_all=let_all) as address:
        (folder / "script.json").write_text(json.dumps(script))
        if config:
            (folder / "facteur.toml").write_text(config.replace("{folder}", str(folder)))
        if tariff:
            (folder / "priced").write_text(tariff)
        with service(folder, address):
            yield address, folder


@contextmanager
def service(folder: Path, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """The service's process."""
    command = [sys.executable, "-m", "tests.support.serve", str(folder), address]
    with (folder / "service.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=log)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n", (folder / "service.log").read_text()
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, (folder / "service.log").read_text()
        if process.stdout is not None:
            process.stdout.close()


def as_nobody(work: Callable[[], Awaitable[Any]], user: str = "nobody") -> Any:
    """The plain value that a coroutine gives in a process of another user. Everything it needs is loaded already."""
    other = pwd.getpwnam(user)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            os.setgroups([])
            os.setgid(other.pw_gid)
            os.setuid(other.pw_uid)
            os.write(writing, json.dumps(asyncio.run(work())).encode())  # type: ignore[arg-type]
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    assert os.waitpid(child, 0)[1] == 0, "the other user's client failed"
    return json.loads(text)


def main_as(user: str, main: Callable[[list[str]], int], *arguments: str) -> tuple[int, str, str]:
    """Run a command as another user: its exit status, and what it says on standard output and standard error."""

    async def run() -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            # In a thread: it has an event loop of its own.
            status = await asyncio.to_thread(main, list(arguments))
        return status, out.getvalue(), err.getvalue()

    status, out, err = as_nobody(run, user)
    return status, out, err
