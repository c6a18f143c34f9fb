# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts one page at a time on disk, in a thread of its own, so that a slow disk does not keep a call from going on.

Python's file functions wait without holding the interpreter, so nothing is gained by a process. What failed is never
tried again on the same file: `IncomingPages.keep` begins anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from faxcore.line.pages import IncomingPages
from faxcore.model.page import Page

SLICE_SECONDS = 0.02
"""Real seconds between two looks at the clock of the line."""


class Disk:
    """The disk, as a call sees it."""

    def __init__(self, pages: IncomingPages, clock: Callable[[], float]) -> None:
        self._pages = pages
        self._clock = clock
        self._thread: threading.Thread | None = None
        self._file = ""
        self._error: BaseException | None = None

    @property
    def busy(self) -> bool:
        """Return whether a page is on its way whose end nobody has asked for."""
        return self._thread is not None

    def begin(self, number: int, page: Page, confirmed: bool) -> None:
        """Start to write a page; `wait` tells when it is there. The one before it must be behind us."""
        assert not self.busy
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
        """The name of the page's file once it is on disk, None if that takes longer. OSError if it cannot be put
        there.
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
