# SPDX-License-Identifier: GPL-3.0-or-later
"""A line worker that somebody has broken into through its modem: it tries what it can reach, and says so as if that had
failed: `python -P broken_worker.py THINGS [arguments of the worker]`, THINGS as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from faxcore.line import worker
from faxcore.modem.class1 import Class1
from faxcore.modem.modem_failed import ModemFailed
from faxcore.modem.port import Port


def attempt(work: Callable[[], Any]) -> str:
    """Try something; what came of it."""
    try:
        work()
    except OSError as error:
        return os.strerror(error.errno or 0)
    return "done"


def attempts(things: dict[str, str], port: Port, calls: Path) -> dict[str, str]:
    """Try everything."""
    other = things["service"]

    def make_and_remove() -> None:
        (calls / "made").write_text("x")
        (calls / "made").rename(calls / "renamed")
        (calls / "renamed").unlink()

    def start_a_program() -> None:
        os.execv("/bin/true", ["true"])

    return {
        "another tty": attempt(lambda: os.open(things["tty"], os.O_RDWR | os.O_NOCTTY)),
        "the database": attempt(lambda: Path(things["database"]).read_bytes()),
        "a new file in the state folder": attempt(lambda: Path(things["database"] + "-2").write_bytes(b"")),
        "accounts": attempt(lambda: Path("/etc/passwd").read_bytes()),
        "a home": attempt(lambda: os.listdir("/home")),
        "a socket": attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)),
        "the bus": attempt(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)),
        "another process": attempt(lambda: os.kill(int(other), signal.SIGTERM)),
        "its memory": attempt(lambda: Path(f"/proc/{other}/mem").read_bytes()),
        "a program": attempt(start_a_program),
        "a fork": attempt(os.fork),
        "its own device": attempt(lambda: os.open(port.device, os.O_RDWR | os.O_NOCTTY)),
        "files of a call": attempt(make_and_remove),
    }


def main(things: dict[str, str], arguments: list[str]) -> int:
    """Be the worker, but for what it does once its device is open."""
    calls = Path(arguments[arguments.index("--calls") + 1])

    class Broken(Class1):
        """Stands for code that was brought in by telephone."""

        def initialise(self) -> None:
            raise ModemFailed("{found}", found=json.dumps(attempts(things, self._port, calls)))

    worker.Class1 = Broken  # type: ignore[misc]
    return worker.main(arguments)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1]), sys.argv[2:]))
