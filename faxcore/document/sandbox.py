# SPDX-License-Identifier: GPL-3.0-or-later
"""A process of its own for every hostile document: its start, its limits, its answer.

Outside, `run` (or `run_async` in an asyncio program) starts `python -m MODULE` with the document as standard input,
the file for the pages as standard output and an empty environment, in an empty folder of its own that is removed
afterwards. Inside, `serve` limits the process before anything of the document is read, keeps standard output and
standard error away from libraries that write there, and answers with one JSON object: the pages, or a `Reason`.
Anything else that comes back (nothing, rubbish, a signal) is a reason too. The answer goes through a file, not a pipe,
so that its size is limited like every other file's.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from faxcore.document.document_error import DocumentError, Reason, RenderFailed
from faxcore.document.sizes import PageSize
from faxcore.model.page import MAX_PAGES, Resolution, Width

CPU_SECONDS: Final = 60
WALL_SECONDS: Final = 90
MEMORY: Final = 512 * 1024 * 1024
FILE_SIZE: Final = 200 * 1024 * 1024
OPEN_FILES: Final = 32
_ANSWER_SIZE: Final = 256 * 1024
_PR_SET_NO_NEW_PRIVS: Final = 38

_OS_REASONS: Final = {
    errno.EFBIG: Reason.TOO_LARGE,
    errno.ENOSPC: Reason.NO_SPACE,
    errno.EDQUOT: Reason.NO_SPACE,
}

MESSAGES: Final = "messages"
"""The file in the process's folder with the output of libraries to standard output and standard error."""


# ---------------------------------------------------------------- inside


@dataclass(frozen=True)
class Limits:
    """Limits of a process: seconds of processor, and octets of memory."""

    cpu_seconds: int = CPU_SECONDS
    memory: int = MEMORY


def serve(work: Callable[[BinaryIO, BinaryIO], list[PageSize]], limits: Limits | None = None) -> int:
    """Live the whole life of a limited process: `work` reads the document and writes the pages; the exit code."""
    source, output, answer = (os.dup(fd) for fd in (0, 1, 2))
    _limit(limits or Limits())
    written = os.open(MESSAGES, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.close(nothing)
    os.close(written)
    reply = _try_work(work, source, output)
    with open(answer, "wb") as file:
        file.write(json.dumps(reply).encode())
    return 0


def _try_work(work: Callable[[BinaryIO, BinaryIO], list[PageSize]], source: int, output: int) -> dict[str, object]:
    with contextlib.suppress(OSError):
        os.lseek(source, 0, os.SEEK_SET)  # after spooling the position is at the end; a pipe has no start to go to
    try:
        with open(source, "rb") as document, open(output, "wb") as pages:
            done = work(document, pages)
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


def _limit(limits: Limits) -> None:
    for what, most in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))
    # A document that takes over the process can't gain rights by a setuid program. A kernel may lack this.
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


# ---------------------------------------------------------------- outside


def run(module: str, arguments: list[str], source: int | BinaryIO, output: BinaryIO) -> list[PageSize]:
    """Run a module on a document and wait for it: returns the pages now in `output`, or raises RenderFailed."""
    with _prepare(module, arguments, source, output) as (argv, settings, answer):
        with subprocess.Popen(argv, **settings) as process:
            try:
                if not _ends_in_time(process):
                    raise RenderFailed(Reason.OUT_OF_TIME)
            finally:
                _kill(process)
        return _read_answer(process.returncode, answer)


async def run_async(
    module: str,
    arguments: list[str],
    source: int | BinaryIO,
    output: BinaryIO,
    *,
    files: Mapping[str, bytes] | None = None,
    seconds: float = WALL_SECONDS,
) -> list[PageSize]:
    """Do the same for an asyncio program, which goes on meanwhile; cancelling ends the process.

    `files` are put into the process's folder before it starts: what nobody is to read in its command line.
    """
    import asyncio  # here: a third of the process's own start, which has no use for it

    with _prepare(module, arguments, source, output) as (argv, settings, answer):
        for name, octets in (files or {}).items():
            (Path(settings["cwd"]) / name).write_bytes(octets)
        process = await asyncio.create_subprocess_exec(*argv, **settings)
        try:
            code = await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError:
            raise RenderFailed(Reason.OUT_OF_TIME) from None
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        return _read_answer(code, answer)


@contextlib.contextmanager
def _prepare(
    module: str, arguments: list[str], source: int | BinaryIO, output: BinaryIO
) -> Iterator[tuple[list[str], dict[str, Any], BinaryIO]]:
    if not isinstance(source, int) and source.writable():
        source.flush()
    output.seek(0)
    output.truncate()
    with tempfile.TemporaryDirectory(prefix="facteur-") as folder, tempfile.TemporaryFile() as answer:
        # -I: neither the environment nor the current folder may lend the process a module.
        argv = [sys.executable, "-I", "-m", module, *arguments]
        settings = {
            "stdin": source,
            "stdout": output,
            "stderr": answer,
            "cwd": folder,
            "env": {"TMPDIR": folder, "LC_ALL": "C.UTF-8"},
            "start_new_session": True,
        }
        yield argv, settings, answer
    output.seek(0)


def _ends_in_time(process: subprocess.Popen[bytes]) -> bool:
    # Popen.wait with a time-out looks every 50 ms only; a one-page document is drawn in 150.
    ended = os.pidfd_open(process.pid)
    try:
        ready, _writing, _strange = select.select([ended], [], [], WALL_SECONDS)
    finally:
        os.close(ended)
    if ready:
        process.wait()
    return bool(ready)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def _read_answer(code: int, file: BinaryIO) -> list[PageSize]:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise RenderFailed(Reason.OUT_OF_TIME)
    file.seek(0)
    text = file.read(_ANSWER_SIZE + 1)
    try:
        reply = json.loads(text[:_ANSWER_SIZE])
        if "reason" in reply:
            raise RenderFailed(Reason(reply["reason"]), str(reply.get("detail", "")))
        sizes = [
            PageSize(Width(page["width"]), Resolution(page["resolution"]), int(page["length"]))
            for page in reply["pages"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        detail = text[-2000:].decode("utf-8", "replace")
        raise RenderFailed(Reason.CRASHED, f"exit code {code}: {detail}") from error
    if code or not 1 <= len(sizes) <= MAX_PAGES:
        raise RenderFailed(Reason.CRASHED, f"exit code {code} and {len(sizes)} pages")
    return sizes


def read_messages() -> str:
    """Read the output of libraries so far, inside a limited process; only the beginning if it is long."""
    ctypes.CDLL(None).fflush(None)
    with Path(MESSAGES).open("rb") as file:
        return file.read(100_000).decode("utf-8", "replace")
