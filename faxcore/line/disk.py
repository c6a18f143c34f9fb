# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts one page at a time on disk, in a thread of its own, so that a slow disk does not keep a call from going on.

Python's file functions wait without holding the interpreter, so nothing is gained by a process. After a failure the
same file is never tried again: `IncomingPages.keep` begins anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from faxcore.line.pages import IncomingPages
from faxcore.model.page import Page

SLICE_SECONDS = 0.02
"""Real seconds between two looks at the clock of the line."""


class Disk:
    """The disk, for one call: writes a page in a thread."""

    def __init__(self, pages: IncomingPages, clock: Callable[[], float]) -> None:
        self._pages = pages
        self._clock = clock
        self._thread: threading.Thread | None = None
        self._file = ""
        self._error: BaseException | None = None

    @property
    def is_busy(self) -> bool:
        """True while a page is being written, until `wait` has returned its result."""
        return self._thread is not None

    def begin(self, number: int, page: Page, confirmed: bool) -> None:
        """Begin to write a page; `wait` tells when it is on disk. The page before it must be finished."""
        assert not self.is_busy
        self._error = None
        # A disk that hangs for ever must not keep the process from ending.
        self._thread = threading.Thread(target=self._write, args=(number, page, confirmed), daemon=True)
        self._thread.start()

    def _write(self, number: int, page: Page, confirmed: bool) -> None:
        try:
            self._file = self._pages.keep(number, page, confirmed)
        except BaseException as error:  # noqa: BLE001 - raised again by wait(), in the thread of the call
            self._error = error

    def wait(self, seconds: float) -> str | None:
        """Wait for the page; returns the name of its file once it is on disk, None if that takes longer. OSError if it
        cannot be written.
        """
        assert self._thread is not None
        deadline = self._clock() + seconds
        while self._thread.is_alive():
            self._thread.join(SLICE_SECONDS)
            if self._clock() >= deadline and self._thread.is_alive():
                return None
        self._thread = None
        if self._error is not None:
            raise self._error
        return self._file
