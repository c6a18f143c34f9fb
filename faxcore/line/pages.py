# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of one call: outgoing ones, read from their document and coded once for each format; incoming ones, decoded
while they arrive and put on disk before they are confirmed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from faxcore.contract.call_files import name_of
from faxcore.document.tiff import page_sizes, read_pages, write_pages
from faxcore.line import codecs
from faxcore.model.page import Coding, Page, PageFormat, Resolution
from faxcore.model.paper import Paper
from faxcore.t30.capabilities import PageInfo

_ROWS_JOINED = {Resolution.STANDARD: 1, Resolution.FINE: 2, Resolution.SUPERFINE: 4}
NO_OTHERS: Final[Mapping[Paper, Path]] = MappingProxyType({})
"""Of a document whose pages were made once."""
_ALL_OR_NOTHING = (Coding.MMR, Coding.JBIG)
"""Codings that cannot be read beyond an error."""


class OutgoingPages:
    """The document of an outgoing call: a bilevel TIFF in fax geometry. A page is read and coded when the line asks for
    it. The same pages may have been made for shorter paper as well.
    """

    def __init__(self, document: Path, shorter: Mapping[Paper, Path] = NO_OTHERS) -> None:
        self._others = shorter
        self.infos = _read_infos(document)
        self.shorter = {paper: _read_infos(other) for paper, other in shorter.items()}
        self._begin(document)
        self._coded: tuple[tuple[int, PageFormat, int], bytes] | None = None

    def take(self, paper: Paper) -> None:
        """Go on with the pages that were made for this paper."""
        self.close()
        self._begin(self._others[paper])
        self._coded = None

    def close(self) -> None:
        """Close the file, of which not every page may have been read."""
        self._pages.close()

    def _begin(self, document: Path) -> None:
        """Read a document from its first page on."""
        self._document, self._pages = document, read_pages(document)
        self.reading = enumerate(self._pages, start=1)

    def encode_page(self, number: int, format: PageFormat, min_row_bits: int) -> bytes:
        """Encode page `number` (1 = first) in this format. The last one is kept: another try costs nothing, unless rows
        have to be filled for another rate.
        """
        key = (number, format, min_row_bits)
        if self._coded is None or self._coded[0] != key:
            page = join_rows(self._page(number), format.resolution)
            self._coded = key, codecs.encode(page, format.coding, min_row_bits)
        return self._coded[1]

    def _page(self, number: int) -> Page:
        """Read a page of the document. They are asked for in order, except for a page that has to be coded anew."""
        for place, page in self.reading:
            if place == number:
                return page
        self.close()
        self._begin(self._document)
        return next(page for place, page in self.reading if place == number)


def _read_infos(document: Path) -> list[PageInfo]:
    return [PageInfo(size.width, size.resolution, size.length) for size in page_sizes(document)]


def join_rows(page: Page, resolution: Resolution) -> Page:
    """Return the page with fewer rows a millimetre: a pixel is black if one of those that it replaces is black."""
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
    """A reader that decodes one page while it arrives."""

    def __init__(self, format: PageFormat) -> None:
        self.format = format
        self.decoder = codecs.make_decoder(format)

    @classmethod
    def of(cls, format: PageFormat, coded: bytes) -> PageReader:
        """Read a page that error correction has brought whole."""
        reader = cls(format)
        reader.feed(coded)
        reader.decoder.finish()
        return reader

    def feed(self, octets: bytes) -> bool:
        """Read more of the page, in document order; False once it has ended or cannot be read further."""
        return self.decoder.feed(codecs.reverse_bits(octets, self.format.coding))

    @property
    def broken(self) -> bool:
        """True if the page cannot be read to its end (MMR and JBIG: the other codings recover)."""
        return self.format.coding in _ALL_OR_NOTHING and (bool(self.decoder.broken) or not self.decoder.ended)

    def page(self) -> Page:
        """Return the page as far as it has arrived."""
        return Page(self.format.width, self.format.resolution, bytes(self.decoder.bitmap()))


class EarlyReader:
    """A reader that decodes a page of error correction while its frames arrive, as far as none is missing.

    That saves time between the page and its confirmation and decides nothing: T.30 decides which frames make the page.
    A sender that has not heard our answer sends a block twice, and then the early result is dropped.
    """

    def __init__(self, format: PageFormat) -> None:
        self._reader = PageReader(format)
        self.read = bytearray()
        """The octets of the page that have been read so far."""
        self._bursts: list[dict[int, bytes]] = []
        self._block_at = 0

    @property
    def rows(self) -> int:
        """The number of rows that have been read so far."""
        return self._reader.decoder.rows

    def begin_burst(self, block_at: int, frames: dict[int, bytes]) -> None:
        """Begin a burst for the block that begins at this octet of the page; its frames will be put into `frames`."""
        if block_at != self._block_at:
            self._block_at, self._bursts = block_at, []
        self._bursts.append(frames)

    def decode_ahead(self, frame_size: int) -> None:
        """Decode the part of the burst that has arrived."""
        while True:
            number = (len(self.read) - self._block_at) // frame_size
            data = next((frames[number] for frames in self._bursts if number in frames), None)
            if data is None:
                return
            self.read += data
            self._reader.feed(data)

    def finish(self, coded: bytes) -> PageReader:
        """Finish the page, whose octets are these; returns its reader."""
        if not coded.startswith(self.read):
            return PageReader.of(self._reader.format, coded)
        self._reader.feed(coded[len(self.read) :])
        self._reader.decoder.finish()
        return self._reader


class IncomingPages:
    """The pages of an incoming call, in its folder: one TIFF a page, synced before anybody is told that it is safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.document = 1
        """The number of the document under way."""
        self.files: dict[int, str] = {}
        """Its files, by page."""

    def begin_document(self) -> None:
        """Begin the next document of the call: its pages are counted from 1."""
        self.document, self.files = self.document + 1, {}

    def keep(self, number: int, page: Page, confirmed: bool) -> str:
        """Put the page on disk, in place of an earlier one with its number; returns its file name. OSError if that
        fails.
        """
        name = name_of(self.document, f"page-{number:04}{'' if confirmed else '-unconfirmed'}.tif")
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
