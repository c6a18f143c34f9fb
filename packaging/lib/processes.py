# SPDX-License-Identifier: GPL-3.0-or-later
"""The stage of a demonstration: its folder, its processes, and the steps that it tells of, each with its time."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CHECKOUT = Path(__file__).resolve().parents[2]


class Trouble(Exception):
    """The demonstration cannot go on; the text says what happened, and where to look."""


class Stage:
    """A folder, and processes that end with it, last started first. Their output goes to FOLDER/log/NAME.log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = dict(os.environ)
        """The environment of the processes; steps add to it (bus addresses, display)."""
        self._processes: list[tuple[str, subprocess.Popen[bytes]]] = []
        (folder / "log").mkdir(parents=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(
        self, name: str, command: Sequence[str | Path], environment: Mapping[str, str] | None = None, **more: Any
    ) -> subprocess.Popen[bytes]:
        """A process of its own session, with the stage's environment and more."""
        with self.log(name).open("ab") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=more.pop("stdout", log),
                stderr=log,
                env={**self.environment, **(environment or {})},
                start_new_session=True,
                **more,
            )
        self._processes.append((name, process))
        return process

    def log(self, name: str) -> Path:
        """Give the file that a process writes to."""
        return self.folder / "log" / f"{name}.log"

    def run(self, command: Sequence[str | Path], **more: Any) -> str:
        """A command to its end; what it printed. Trouble if it failed."""
        done = subprocess.run(
            [str(part) for part in command], env=self.environment, capture_output=True, text=True, timeout=120, **more
        )
        if done.returncode:
            raise Trouble(f"{command[0]} failed with {done.returncode}: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def until(self, what: str, test: Callable[[], Any], seconds: float = 30.0, every: float = 0.02) -> Any:
        """The first result of the test that counts as true. Trouble when it takes too long, or a process has died."""
        deadline = time.monotonic() + seconds
        while not (result := test()):
            dead = [name for name, process in self._processes if process.poll() is not None]
            if dead:
                raise Trouble(f"{dead[0]} has ended while we waited for {what}: see {self.log(dead[0])}")
            if time.monotonic() > deadline:
                raise Trouble(f"{what} did not come within {seconds:.0f} s; the logs are in {self.folder / 'log'}")
            time.sleep(every)
        return result

    def end(self, name: str, process: subprocess.Popen[bytes]) -> None:
        """End one process now."""
        others = [(one, other) for one, other in self._processes if other is not process]
        self._processes = [(name, process)]
        self.close()
        self._processes = others

    def close(self) -> None:
        """End all processes, politely first."""
        for name, process in reversed(self._processes):
            # Only the process itself: what it has started is its own to end.
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                print(f"  ({name} does not end by itself and is killed)", flush=True)
            # What it has started and not ended itself.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self._processes.clear()


def first_line(process: subprocess.Popen[bytes], seconds: float, what: str) -> str:
    """The first line that a process prints on its piped output. Trouble if none comes."""
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], seconds)[0]:
        raise Trouble(f"{what} says nothing")
    return process.stdout.readline().decode().strip()


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Say what is done, and how long it took."""
    print(f"· {text} ...", end="", flush=True)
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - begun:.2f} s", flush=True)


def python() -> Path:
    """The Python that this runs in: the checkout's .venv."""
    return Path(sys.executable)
