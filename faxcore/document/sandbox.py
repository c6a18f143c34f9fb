# SPDX-License-Identifier: GPL-3.0-or-later
"""A process of its own for every hostile document: from the call to the pages, or to the reason why there are none.

`run`, or `run_async` in an asyncio program, has a program open a document in a process behind a wall (`walls`), which
serves this one document, and takes its answer for what it is: another stranger's document. Anything that is not an
answer (nothing, rubbish, a signal) is a reason too.

A program that says which processes it needs again and again (`keep_ahead`) has them started before there is a document.
"""

from __future__ import annotations

import json
import logging
import signal
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, BinaryIO, Final, TypeAlias, TypeVar

from faxcore.document.ahead import Ahead
from faxcore.document.document_error import Reason, RenderFailed
from faxcore.document.private_folders import remove_strays
from faxcore.document.program import Program
from faxcore.document.readiness import becomes_readable
from faxcore.document.sizes import PageSize
from faxcore.document.walled_process import WalledProcess
from faxcore.document.walls import CHOICE, NoWall, Wall
from faxcore.model.page import MAX_PAGES, Resolution, Width

log = logging.getLogger(__name__)

START_SECONDS: Final = 30.0
REFILL_SECONDS: Final = 0.1
"""Seconds behind a document after which its process is replaced."""
_ANSWER_SIZE: Final = 256 * 1024

T = TypeVar("T")
Steps: TypeAlias = Generator[tuple[int, float], bool, T]
"""Steps that wait now and then: they yield a descriptor and seconds, and are told if it became readable in time."""


_AHEAD: Final = Ahead()


def run(program: Program, order: Mapping[str, Any], source: int | BinaryIO, output: BinaryIO) -> list[PageSize]:
    """Run a program on a document and wait for it: returns the pages now in `output`, or raises RenderFailed."""
    remove_strays()
    steps = _take(program, "")
    try:
        waiting = next(steps)
        while True:
            waiting = steps.send(becomes_readable(*waiting))
    except StopIteration as end:
        process: WalledProcess = end.value
    finally:
        steps.close()
    with _serving(program, process, order, source, output) as wait:
        return wait()


async def run_async(
    program: Program, order: Mapping[str, Any], source: int | BinaryIO, output: BinaryIO, person: str = ""
) -> list[PageSize]:
    """Do the same for an asyncio program, which goes on meanwhile; cancelling ends the process. `person` is whose
    document it is, so that nobody is served before all others; empty: the service's own.
    """
    return await run_and_use(program, order, source, output, lambda sizes: sizes, person)


async def run_and_use(
    program: Program,
    order: Mapping[str, Any],
    source: int | BinaryIO,
    output: BinaryIO,
    use: Callable[[list[PageSize]], T],
    person: str = "",
) -> T:
    """Do the same, and give what `use` makes of the pages, in the thread that waits for the process: a busy asyncio
    program would not come to look after that for a while, nor to do what comes next.
    """
    import asyncio  # here: a third of the process's own start, which has no use for it

    from faxcore.may_hang import run_apart

    try:
        process = await _drive(_take(program, person))
        with _serving(program, process, order, source, output) as wait:
            return await run_apart("document", lambda: use(wait()))
    finally:
        # Not before whoever waits for this document has an answer: to start a process takes the processor from that.
        asyncio.get_running_loop().call_later(REFILL_SECONDS, _AHEAD.refill)


async def keep_ahead(programs: Sequence[Program]) -> None:
    """Keep a process of each of these programs ready for a document, until cancelled; of one that is named twice, two.
    The first is the trial of the wall: the log says which one was found, or what is missing.
    """
    import asyncio

    remove_strays()
    _AHEAD.want(programs)
    try:
        for program in programs[:1]:
            try:
                _AHEAD.put(program, await _drive(_start(program)))
            except (RenderFailed, OSError) as error:
                log.error("no process for documents could be started: %s", error)  # every document tries again
        _AHEAD.refill()
        await asyncio.Event().wait()
    finally:
        _AHEAD.release(programs)


# ---------------------------------------------------------------- the steps, the same for both


def _take(program: Program, person: str) -> Steps[WalledProcess]:
    """Take the process that was started ahead, or start one; it stands behind its wall."""
    process = _AHEAD.take(program, person)
    if process is not None:
        try:
            yield from _await_wall(process)
        except NoWall as error:
            log.warning("a process that was started ahead is of no use: %s", error)
            if process.server is not None and not process.server.is_worn_out():
                _AHEAD.fork_no_more(process.wall, error)
        else:
            return process
    return (yield from _start(program))


def _start(program: Program) -> Steps[WalledProcess]:
    reasons = []
    for wall in CHOICE.candidates():
        try:
            process = yield from _start_behind(program, wall)
        except NoWall as error:
            reasons.append(str(error))
        else:
            CHOICE.works(wall, process.made_of)
            return process
    CHOICE.fails(reasons)
    raise RenderFailed(Reason.NO_WALL, "; ".join(reasons))


def _start_behind(program: Program, wall: Wall) -> Steps[WalledProcess]:
    """Start a process behind this wall: forked, if that is possible."""
    process = _AHEAD.start(program, wall)
    try:
        yield from _await_wall(process)
    except NoWall as error:
        if process.server is None:
            raise
        if not process.server.is_worn_out():
            _AHEAD.fork_no_more(wall, error)
        process = WalledProcess(program, wall)
        yield from _await_wall(process)
    return process


def _await_wall(process: WalledProcess) -> Steps[None]:
    """Wait until a process stands behind its wall; it is closed, and NoWall raised, if it does not get there."""
    if process.made_of:
        return  # it was waited for already
    try:
        if not (yield process.control, START_SECONDS):
            raise NoWall(f"{process.wall.value}: not there in time")
        process.check_wall()
    except BaseException:
        process.close()
        raise


# ---------------------------------------------------------------- waiting, in two ways


async def _drive(steps: Steps[T]) -> T:
    try:
        waiting = next(steps)
        while True:
            waiting = steps.send(await _becomes_readable_async(*waiting))
    except StopIteration as end:
        value: T = end.value
        return value
    finally:
        steps.close()


async def _becomes_readable_async(descriptor: int, seconds: float) -> bool:
    import asyncio  # here: a third of the process's own start, which has no use for it

    if becomes_readable(descriptor):
        return True  # it need not wait until the loop comes round again
    loop, readable = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, readable.set)
    try:
        await asyncio.wait_for(readable.wait(), max(0.0, seconds))
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(descriptor)
    return True


# ---------------------------------------------------------------- the document


@contextmanager
def _serving(
    program: Program, process: WalledProcess, order: Mapping[str, Any], source: int | BinaryIO, output: BinaryIO
) -> Iterator[Callable[[], list[PageSize]]]:
    """Give a process its document, and end it in the end; yields what waits for its pages, or raises RenderFailed."""
    # From here on: how long a busy computer takes to build a wall is not the document's fault.
    deadline = time.monotonic() + program.seconds
    with ExitStack() as undo:
        undo.callback(output.seek, 0)
        undo.callback(process.close)
        if not isinstance(source, int) and source.writable():
            source.flush()
        output.seek(0)
        output.truncate()
        answer = undo.enter_context(tempfile.TemporaryFile())
        document = source if isinstance(source, int) else source.fileno()
        process.hand_over(order, document, output.fileno(), answer.fileno())

        def wait() -> list[PageSize]:
            if not becomes_readable(process.ended, deadline - time.monotonic()):
                raise RenderFailed(Reason.OUT_OF_TIME)
            return _read_answer(process.exit_code(), answer)

        yield wait


# ---------------------------------------------------------------- the answer


def _read_answer(code: int, file: BinaryIO) -> list[PageSize]:
    if code == -signal.SIGXCPU:
        raise RenderFailed(Reason.OUT_OF_TIME)
    if code == -signal.SIGKILL:
        # Not by its own limits: by the kernel, when memory ran out, or by somebody. The document is not at fault.
        raise RenderFailed(Reason.KILLED)
    if code == -signal.SIGABRT:
        # pdfium does that where another library would raise an error: at its limit of memory.
        raise RenderFailed(Reason.OUT_OF_MEMORY)
    file.seek(0)
    text = file.read(_ANSWER_SIZE + 1)
    try:
        reply = json.loads(text[:_ANSWER_SIZE])
        if "reason" in reply:
            reason = Reason(reply["reason"])
            if reason is Reason.NO_WALL:
                # Its document must not wait for what is there.
                raise ValueError("a process that has answered has a wall")
            raise RenderFailed(reason, str(reply.get("detail", "")))
        sizes = [
            PageSize(
                Width(page["width"]),
                Resolution(page["resolution"]),
                int(page["length"]),
                bool(page["turned"]),
                int(page["origin"]),
            )
            for page in reply["pages"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        detail = text[-2000:].decode("utf-8", "replace")
        raise RenderFailed(Reason.CRASHED, f"exit code {code}: {detail}") from error
    if code or not 1 <= len(sizes) <= MAX_PAGES:
        raise RenderFailed(Reason.CRASHED, f"exit code {code} and {len(sizes)} pages")
    return sizes
