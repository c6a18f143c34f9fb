# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a process that opens one document, seen from inside: its wall, its limits, its order, its answer.

`serve` is the whole of it. Nothing of a document is there before the wall stands: the process says on its socket what
its wall is made of, and only then gets a message with four descriptors: its order (JSON), the document, the file for
the pages, and the file for its answer, one JSON object with the pages or a `Reason`. The answer goes through a file,
not a pipe, so that its size is limited like every other file's. If whoever started it goes away, it ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import resource
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Final

from faxcore.document import landlock, namespaces, seccomp
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.forking import serve_wishes, step_back
from faxcore.document.program import SETTINGS
from faxcore.document.sizes import PageSize
from faxcore.document.walls import RANDOM, Wall, list_readable

OPEN_FILES: Final = 32
MESSAGES: Final = "messages"
"""The file in the private folder with the output of libraries to standard output and standard error."""
DESCRIPTORS: Final = 4
_CONTROL: Final = 0

Work = Callable[[BinaryIO, BinaryIO, Mapping[str, Any]], list[PageSize]]
"""Reads the document, writes the pages, by an order; returns the sizes of the pages."""

_OS_REASONS: Final = {
    errno.EFBIG: Reason.TOO_LARGE,
    errno.ENOSPC: Reason.NO_SPACE,
    errno.EDQUOT: Reason.NO_SPACE,
}


def serve(
    work: Work,
    *,
    before: Callable[[], None] = lambda: None,
    for_some: Callable[[], None] = lambda: None,
    thread: Callable[[], None] | None = None,
) -> int:
    """Live the whole life of a process for one document; its exit code.

    `before` loads libraries that start programs, and `thread` starts the threads that the work needs: behind the wall
    neither is possible. `for_some` loads what only some documents need: a process that forks others does it once.
    """
    settings = json.loads(os.environ.pop(SETTINGS))
    wall = Wall(settings["wall"])
    namespaces.end_with_parent(signal.SIGKILL)
    left = None
    if settings["forks"]:
        before()
        for_some()
        left = serve_wishes(wall, own_folders=settings["own_folders"])
        namespaces.end_with_parent(signal.SIGKILL)
    else:
        step_back(0)
        before()
    control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=_CONTROL)
    written = os.open(MESSAGES, os.O_RDWR)
    nothing = os.open(os.devnull, os.O_RDONLY)
    _limit(settings)
    made_of = _build_wall(wall, thread, left)
    os.write(_CONTROL, json.dumps({"wall": made_of}).encode())
    message, received, _flags, _address = socket.recv_fds(control, 16, DESCRIPTORS)
    if not message:
        return 0  # started ahead, and not needed
    order, source, output, answer = received
    control.detach()
    for descriptor, standard in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(descriptor, standard)
    os.close(nothing)
    os.close(written)
    reply = _try_work(work, order, source, output)
    with open(answer, "wb") as file:
        file.write(json.dumps(reply).encode())
    os._exit(0)  # all is written; what a document has left of the interpreter is not taken apart


def read_messages() -> str:
    """Read the output of libraries so far; only the beginning if it is long."""
    ctypes.CDLL(None).fflush(None)
    with Path(MESSAGES).open("rb") as file:
        return file.read(100_000).decode("utf-8", "replace")


def _build_wall(wall: Wall, thread: Callable[[], None] | None, left: bool | None) -> str:
    """Build the inner half of the wall, in the order in which each still allows the next; its parts in words. `left`:
    it has left the system's namespaces, or may not (None: it has not tried).
    """
    if wall is Wall.NONE:
        namespaces.give_up_rights()
        if thread is not None:
            thread()
        return "none"
    parts = [wall.value] if wall in (Wall.BUBBLEWRAP, Wall.UNIT) else []
    # Found before the root of the file system is another.
    readable = list_readable()
    if wall is Wall.LANDLOCK and (namespaces.leave() if left is None else left):
        parts.append("namespaces")
    namespaces.give_up_rights()
    if wall in (Wall.LANDLOCK, Wall.UNIT) or landlock.version():
        parts.append(f"Landlock {landlock.restrict([*readable, Path(RANDOM)], [Path.cwd()])}")
    if thread is not None:
        thread()  # behind Landlock already; seccomp is laid upon every thread that there is
    seccomp.restrict(_CONTROL)
    return ", ".join([*parts, "seccomp"])


def _limit(limits: Mapping[str, Any]) -> None:
    for what, most in (
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_FSIZE, limits["file_size"]),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # At the soft limit of time comes SIGXCPU, by which it is known; at the hard one SIGKILL, as from anybody.
        room = what == resource.RLIMIT_CPU and (hard == resource.RLIM_INFINITY or least < hard)
        resource.setrlimit(what, (least, least + 1 if room else least))


def _try_work(work: Work, order: int, source: int, output: int) -> dict[str, object]:
    with contextlib.suppress(OSError):
        os.lseek(source, 0, os.SEEK_SET)  # after spooling the position is at the end; a pipe has no start to go to
    try:
        with open(order, "rb") as wanted, open(source, "rb") as document, open(output, "wb") as pages:
            done = work(document, pages, json.loads(wanted.read()))
    except DocumentError as error:
        return {"reason": error.reason.value, "detail": error.detail}
    except MemoryError:
        return {"reason": Reason.OUT_OF_MEMORY.value}
    except OSError as error:
        reason = _OS_REASONS.get(error.errno or 0, Reason.CRASHED)
        return {"reason": reason.value, "detail": str(error)}
    except Exception as error:  # noqa: BLE001 - a library that falls over a document is that document's failure
        return {"reason": Reason.CRASHED.value, "detail": f"{type(error).__name__}: {error}"[:500]}
    return {"pages": [asdict(size) | {"width": size.width.value, "resolution": size.resolution.value} for size in done]}
