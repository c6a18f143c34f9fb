# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of callers, read and written in threads of their own: a file system of theirs may never answer.

A thread that hangs there cannot be ended. So it is left behind: the caller gets an error, nobody else waits for it, and
a person who has left too many behind hands over no more until they return.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.may_hang import run_apart
from faxcore.model.sentence import Sentence
from faxcore.store.synced_files import NotRegular, NotWritable, copy_out

T = TypeVar("T")

SECONDS: Final = 60.0
"""Seconds for one file: more than the largest document takes on a slow network."""
MOST_LEFT: Final = 8
"""Threads of one person that may hang."""


class ForeignFiles:
    """Runs work on callers' descriptors."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._running: defaultdict[str, int] = defaultdict(int)
        self._lock = threading.Lock()

    async def run(self, person: str, work: Callable[..., T], *descriptors: int) -> T:
        """Give what `work` gives for duplicates of this person's descriptors. ApiError if a file does not answer;
        whatever `work` raises.
        """
        with self._lock:
            if self._running[person] >= MOST_LEFT:
                raise _no_answer()
            mine = _duplicate(descriptors)
            self._running[person] += 1

        def on_mine() -> T:
            try:
                return work(*mine)
            finally:
                _close(mine)

        try:
            return await self._run_apart(person, on_mine, self._seconds)
        except TimeoutError:
            raise _no_answer() from None

    async def give(self, person: str, path: Path, out: int) -> None:
        """Copy a file of ours to this person's descriptor. ApiError if that cannot be."""
        try:
            await self.run(person, partial(copy_out, path=path), out)
        except NotRegular:
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("The descriptor to write to must be a file.")) from None
        except NotWritable:
            raise ApiError(
                ErrorCode.BAD_ORDER,
                Sentence("The file to write to cannot be written: it must be open for writing, and have room."),
            ) from None
        except FileNotFoundError:
            raise ApiError(ErrorCode.UNKNOWN, Sentence("The file is not there (any more).")) from None

    async def look(self, person: str, work: Callable[[], T], seconds: float) -> T:
        """Give what `work`, which looks at files that are not ours, gives for this person. TimeoutError if they do not
        answer; ApiError if too many of this person's have not answered yet; whatever `work` raises.
        """
        with self._lock:
            if self._running[person] >= MOST_LEFT:
                raise _too_many_left()
            self._running[person] += 1
        return await self._run_apart(person, work, seconds)

    async def _run_apart(self, person: str, work: Callable[[], T], seconds: float) -> T:
        def counted() -> T:
            try:
                return work()
            finally:
                with self._lock:
                    self._running[person] -= 1

        async with asyncio.timeout(seconds):
            return await run_apart("foreign file", counted)


def _duplicate(descriptors: Iterable[int]) -> list[int]:
    duplicates: list[int] = []
    try:
        for descriptor in descriptors:
            duplicates.append(os.dup(descriptor))
    except OSError:
        _close(duplicates)
        raise
    return duplicates


def _close(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        # Some file systems tell of a full disk only now; the work has synced what must be on ours.
        with suppress(OSError):
            os.close(descriptor)


def _too_many_left() -> ApiError:
    sentence = Sentence("Folders that you have asked about do not answer: ask again when they do.")
    return ApiError(ErrorCode.TOO_MANY, sentence)


def _no_answer() -> ApiError:
    sentence = Sentence("The file system on which this document lies does not answer: copy it elsewhere first.")
    return ApiError(ErrorCode.BAD_DOCUMENT, sentence)
