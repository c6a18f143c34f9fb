# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of one call: those that go out, read from their document and coded once for each format; those that came
in, put on disk before they are promised.
"""

from __future__ import annotations

import os
from pathlib import Path

from faxcore.document.tiff import page_sizes, read_pages, write_pages
from faxcore.page import MAX_ROWS, Coding, Page, PageFormat, Resolution
from faxcore.t4 import Decoder, encode_page
from faxcore.t30.capabilities import PageInfo

_ROWS_JOINED = {Resolution.STANDARD: 1, Resolution.FINE: 2, Resolution.SUPERFINE: 4}
_K = {Resolution.STANDARD: 2, Resolution.FINE: 4, Resolution.SUPERFINE: 8}
"""Rows between two that are coded one-dimensionally: at most about half a millimetre is lost with one (T.4,
4.2.1.2.2).
"""


class OutgoingPages:
    """The document of a call out: a bilevel TIFF in fax geometry. A page is read and coded when the line asks for
    it.
    """

    def __init__(self, document: Path) -> None:
        self._document = document
        self.infos = [PageInfo(size.width, size.resolution, size.length) for size in page_sizes(document)]
        self._reading = enumerate(read_pages(document), start=1)
        self._coded: tuple[tuple[int, PageFormat, int], bytes] | None = None

    def coded(self, number: int, format: PageFormat, min_row_bits: int) -> bytes:
        """Page `number` (1 = first) in this format. The last one asked for is kept: a try again costs nothing."""
        key = (number, format, min_row_bits)
        if self._coded is None or self._coded[0] != key:
            page = at_resolution(self._page(number), format.resolution)
            k = _K[format.resolution]
            self._coded = key, encode_page(page, format.coding, k=k, min_row_bits=min_row_bits)
        return self._coded[1]

    def _page(self, number: int) -> Page:
        """A page of the document. They are asked for in order, but for a page that has to be coded anew."""
        for place, page in self._reading:
            if place == number:
                return page
        self._reading = enumerate(read_pages(self._document), start=1)
        return next(page for place, page in self._reading if place == number)


def at_resolution(page: Page, resolution: Resolution) -> Page:
    """The page with fewer rows a millimetre: a row is black where one of those that it stands for is."""
    join = _ROWS_JOINED[page.resolution] // _ROWS_JOINED[resolution]
    if join <= 1:
        return page
    rows = bytearray()
    for start in range(0, len(page.rows), page.stride * join):
        joined = 0
        for offset in range(start, min(start + page.stride * join, len(page.rows)), page.stride):
            joined |= int.from_bytes(page.rows[offset : offset + page.stride], "big")
        rows += joined.to_bytes(page.stride, "big")
    return Page(page.width, resolution, bytes(rows))


class PageReader:
    """Decodes one page while it arrives."""

    def __init__(self, format: PageFormat) -> None:
        self.format = format
        self.decoder = Decoder(format.width.value, format.coding, max_rows=MAX_ROWS)

    @classmethod
    def of(cls, format: PageFormat, coded: bytes) -> PageReader:
        """A page that error correction has brought whole."""
        reader = cls(format)
        reader.decoder.feed(coded)
        reader.decoder.finish()
        return reader

    @property
    def broken(self) -> bool:
        """Whether the page cannot be read to its end (MMR only: the others find their way back)."""
        return self.format.coding is Coding.MMR and (bool(self.decoder.broken) or not self.decoder.ended)

    def page(self) -> Page:
        """The page as far as it has come."""
        return Page(self.format.width, self.format.resolution, bytes(self.decoder.bitmap()))


class IncomingPages:
    """The pages of a call in, in its folder: one TIFF a page, synced before anybody hears that it is safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files: dict[int, str] = {}

    def keep(self, number: int, page: Page, confirmed: bool) -> str:
        """Put the page on disk, in place of an earlier one with its number; returns its file name. OSError if that
        fails.
        """
        name = f"page-{number:04}{'' if confirmed else '-unconfirmed'}.tif"
        temporary = self._folder / f".{name}.part"
        try:
            write_pages(temporary, [page])
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            temporary.rename(self._folder / name)
            _sync_folder(self._folder)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        earlier = self.files.get(number)
        if earlier is not None and earlier != name:
            (self._folder / earlier).unlink()
        self.files[number] = name
        return name


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
