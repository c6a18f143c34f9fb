# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of a call as its script asks for them: ours coded, those that come read while they come, and on disk before
anybody is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeAlias

from faxcore.line.pages import EarlyReader, IncomingPages, OutgoingPages, PageReader
from faxcore.model.page import Page, PageFormat
from faxcore.t30 import line as t30

LONGEST_ROW: Final = 5.0
"""Seconds that a row may take at the most (T.4, 2.2)."""
KEEP_SECONDS: Final = 1.5
"""Seconds that a page may take to the disk before the script hears that it takes longer: within T4 of the sender, less
the second until it hears our answer.
"""


def while_rows_come(reader: PageReader, rate: int) -> Callable[[bytes], bool]:
    """Feeds the reader until the page ends, or until no valid row has come for LONGEST_ROW: no page is that slow.

    Time is counted in bits, which come at `rate` a second however late this program is.
    """
    waited = rows = 0

    def feed(octets: bytes) -> bool:
        nonlocal waited, rows
        more = reader.feed(octets)
        valid = reader.decoder.rows - reader.decoder.bad_rows
        waited = 0 if valid > rows else waited + 8 * len(octets)
        rows = max(valid, rows)
        return more and waited < LONGEST_ROW * rate

    return feed


class PageDisk(Protocol):
    """Puts one page at a time on disk: `faxcore.line.disk.Disk` does."""

    def begin(self, number: int, page: Page, confirmed: bool) -> None:
        """Begin to write a page."""

    def wait(self, seconds: float) -> str | None:
        """Wait for the page; its file, None if that takes longer. OSError if it cannot be written."""


MakeDisk: TypeAlias = Callable[[IncomingPages, Callable[[], float]], PageDisk]
"""Makes the disk of a call from its pages and the clock of its line."""


class CallPages:
    """The pages of one call."""

    def __init__(
        self,
        clock: Callable[[], float],
        write: Callable[[str], None],
        page_kept: Callable[[int, str, PageReader, bool], None],
        outgoing: OutgoingPages | None,
        incoming: IncomingPages | None,
        offered: Sequence[tuple[str, OutgoingPages]],
        make_disk: MakeDisk,
    ) -> None:
        """`write` writes into the transcript; `page_kept` hears of each page that is on disk. The others are those of
        a `Player`.
        """
        self._now = clock
        self._write = write
        self._page_kept = page_kept
        self._outgoing = outgoing
        self.offered = offered
        self._disk = None if incoming is None else make_disk(incoming, clock)
        self._asked: t30.KeepPage | None = None
        """The page that is on its way to the disk."""
        self._kept: PageReader | None = None
        self._page: PageReader | None = None
        self._early: EarlyReader | None = None

    def close(self) -> None:
        """Close the files of the pages."""
        for pages in (*filter(None, (self._outgoing,)), *(each for _offer, each in self.offered)):
            pages.close()

    def take_offered(self, pages: OutgoingPages) -> None:
        """Take the pages from now on from this document."""
        self._outgoing = pages

    def forget_early(self) -> None:
        """Forget what has been read of a page by error correction: a new training comes before the next."""
        self._early = None

    def read_early(self, format: PageFormat) -> EarlyReader:
        """Return the reader of the page that is coming by error correction, in one burst or several."""
        self._early = self._early or EarlyReader(format)
        return self._early

    def take_page(self, reader: PageReader) -> None:
        """Hold a page that has come whole, without error correction, until it is asked to be kept."""
        self._page = reader

    def reply(self, request: t30.PagesRequest) -> t30.PagesReply:
        """Do what the script asks of the pages."""
        match request:
            case t30.CodePage(page=number, format=format, min_row_bits=bits):
                assert self._outgoing is not None
                return t30.Coded(self._now(), self._outgoing.encode_page(number, format, bits))
            case t30.TakePages(paper=paper):
                assert self._outgoing is not None
                self._outgoing.take(paper)
                return t30.Done(self._now())
            case t30.KeepPage():
                return self._keep(request)

    def _keep(self, request: t30.KeepPage) -> t30.PagesReply:
        """On disk first; only then may the script confirm it. What takes longer is asked for again."""
        if request != self._asked:
            coded = request.coded
            reader = self._page if coded is None else (self._early or EarlyReader(request.format)).finish(coded)
            self._early, self._kept = None, reader
            assert reader is not None and self._disk is not None
            if not reader.decoder.rows:
                return t30.Kept(self._now(), stored=True, rows=0, bad_rows=0, broken=reader.broken)
            self._disk.begin(request.page, reader.page(), request.confirmed and not reader.broken)
            self._asked = request
        return self._on_disk(request)

    def _on_disk(self, request: t30.KeepPage) -> t30.PagesReply:
        assert self._disk is not None and self._kept is not None
        reader = self._kept
        rows, bad = reader.decoder.rows, reader.decoder.bad_rows
        try:
            file = self._disk.wait(KEEP_SECONDS)
        except OSError as error:
            self._asked = None
            self._write(f"= {error}")
            return t30.Kept(self._now(), stored=False, rows=rows, bad_rows=bad)
        if file is None:
            return t30.Keeping(self._now())
        self._asked = None
        self._page_kept(request.page, file, reader, request.confirmed and not reader.broken)
        return t30.Kept(self._now(), stored=True, rows=rows, bad_rows=bad, broken=reader.broken)

    def settle(self) -> None:
        """A page that is still on its way to the disk when the call is over is kept all the same."""
        while self._asked is not None:
            self._on_disk(self._asked)
