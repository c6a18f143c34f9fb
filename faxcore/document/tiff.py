# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages in TIFF files: read any bilevel TIFF in fax geometry, write the one form that Facteur keeps.

That form is TIFF class F (RFC 2306): T.6 coded, one strip a page, 0 is white, most significant bit first, and
the resolution said exactly. `faxcore.t4` codes the strips where it is compiled, else Pillow's libtiff, which is
quicker than the plain codec and makes the same bits. The container is written here, page by page, so that a long
document needs no more memory than a page.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

from PIL import Image, TiffImagePlugin, UnidentifiedImageError

import faxcore
from faxcore import t4
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.sizes import PageSize
from faxcore.document.strips import is_readable, read_strips
from faxcore.model.page import MAX_PAGES, MAX_ROWS, Coding, Page, Resolution, Width

MAX_PIXELS: Final = 40_000_000
"""Pixels an image may have before anything of it is decoded: the largest fax page has 29 million."""

_NEAR: Final = 0.06
"""200 dpi is meant where a fax page has 204, 100 where it has 98, 400 where it has 391: within 6 %."""

TURNED: Final = 65_000
"""The private tag of a page that was laid on its side to fit the paper. Not TIFF's Orientation, by which other programs
would show and print the page otherwise than it goes over the line, and tell another size of it.
"""
_TILE_BYTE_COUNTS: Final = 325
_SUBFILE_TYPE: Final = 254
_REDUCED, _MASK = 1, 4
"""Bits of TIFF's NewSubfileType."""
_MM_AN_INCH: Final = 25.4
_FAX_WIDTHS_MM: Final = (120.0, 400.0)
"""The widths of paper that 1728 to 2432 pixels can mean: at 72 dots an inch they would be more than half a metre."""
_LONGEST_MM: Final = {Width.A4: 365.0, Width.B4: 375.0, Width.A3: 435.0}
"""The longest usual paper of each width: Legal, B4, A3."""

_NO_PAGE: Final = b"II*\0\0\0\0\0"
"""The head of a TIFF, whose first page is nowhere yet."""

Source = str | Path | BinaryIO


@contextmanager
def as_document_error(strict: bool = True) -> Iterator[None]:
    """Turn Pillow's errors in this context into DocumentError; a fault of the file system stays an OSError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error" if strict else "ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DocumentError(Reason.TOO_LARGE, str(error)) from error
    except UnidentifiedImageError as error:
        raise DocumentError(Reason.UNKNOWN_FORMAT, str(error)) from error
    except (Warning, OSError, ValueError, TypeError, LookupError, SyntaxError, struct.error) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DocumentError(Reason.DAMAGED, str(error)) from error


@contextmanager
def open_image(source: Source, formats: tuple[str, ...] = ("TIFF",)) -> Iterator[Image.Image]:
    """Open an image of one of these formats and of a sane size, nothing of it decoded yet; DocumentError if not.

    A TIFF must be without any fault, because it is a fax; for other pictures Pillow's warnings (EXIF, mostly) don't
    count.
    """
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with as_document_error(strict=formats == ("TIFF",)):
        image = Image.open(source, formats=formats)
    with image:
        yield image


def read_frames(image: Image.Image, strict: bool = True) -> Iterator[Image.Image]:
    """Read the pages of an image file in turn, each with a sane size; DocumentError for any other. What the file calls
    a smaller copy of another page (a thumbnail), or a mask, is no page, unless there is nothing else. Only TIFF has
    pages: elsewhere they move.
    """
    pages = 0
    for number in range(MAX_PAGES + 1):
        try:
            with as_document_error(strict):
                image.seek(number)
                is_page = not _is_no_page(image)
        except EOFError:
            break
        if number == MAX_PAGES:
            raise DocumentError(Reason.TOO_MANY_PAGES)
        if is_page:
            pages += 1
            yield image
        if image.format != "TIFF":
            break
    if not pages:
        with as_document_error(strict):
            image.seek(0)
        yield image


def _is_no_page(frame: Image.Image) -> bool:
    kind = getattr(frame, "tag_v2", {}).get(_SUBFILE_TYPE, 0)
    return isinstance(kind, int) and bool(kind & (_REDUCED | _MASK))


def has_no_page(file: BinaryIO) -> bool:
    """Return whether a file is one of ours to which no page was written, as a fax has that is a cover page alone.
    Pillow takes it for damaged.
    """
    file.seek(0)
    empty = file.read(len(_NO_PAGE) + 1) == _NO_PAGE
    file.seek(0)
    return empty


def read_pages(source: Source, spoiled: list[int] | None = None) -> Generator[Page, None, None]:
    """Read the pages of a bilevel TIFF in fax geometry, pixel for pixel; DocumentError at the first that is not. With
    `spoiled`, rows of a fax that came damaged do not count as a fault: their numbers are appended to it.
    """
    with _open_file(source) as file:
        if not has_no_page(file):
            yield from _read_all(file, spoiled)


def _read_all(file: BinaryIO, spoiled: list[int] | None) -> Iterator[Page]:
    with open_image(file) as image:
        left = file.seek(0, io.SEEK_END)
        for frame in read_frames(image):
            width, resolution = _read_geometry(frame)
            with as_document_error():
                rows = read_strips(frame, file, spoiled) if is_readable(frame) else frame.tobytes("raw", "1;I")
                left -= _count_octets(frame)
                if left < 0:
                    raise ValueError("pages share their data")
            yield Page(width, resolution, rows, _is_turned(frame))


def read_page(source: Source, number: int) -> Page:
    """Read one page of a TIFF of ours, the first being 0; DocumentError if it cannot be read. Decodes no other."""
    return next(read_chosen_pages(source, [number]))


def read_chosen_pages(source: Source, numbers: Iterable[int]) -> Iterator[Page]:
    """Read these pages of a TIFF of ours in this order, the first being 0; DocumentError at one that cannot be read.
    Decodes no other.
    """
    wanted = list(numbers)
    if not wanted:
        return  # there may be no page to choose from
    with _open_file(source) as file, open_image(file) as image:
        for number in wanted:
            try:
                with as_document_error():
                    image.seek(number)
            except EOFError as error:
                raise DocumentError(Reason.PAGES_MISSING, f"page {number + 1}") from error
            width, resolution = _read_geometry(image)
            with as_document_error():
                rows = read_strips(image, file, None) if is_readable(image) else image.tobytes("raw", "1;I")
            yield Page(width, resolution, rows, _is_turned(image))


def _is_turned(frame: Image.Image) -> bool:
    return bool(getattr(frame, "tag_v2", {}).get(TURNED) == 1)


def _count_octets(frame: Image.Image) -> int:
    """Count the octets that a page says its data has. No two pages have the same, or thirty kilobytes would be hours of
    white paper, and take a processor half a minute.
    """
    tags = getattr(frame, "tag_v2", {})
    counts = tags.get(TiffImagePlugin.STRIPBYTECOUNTS) or tags.get(_TILE_BYTE_COUNTS)
    return sum(map(abs, counts)) if counts else frame.height * ((frame.width + 7) // 8)


def _open_file(source: Source) -> AbstractContextManager[BinaryIO]:
    return open(source, "rb") if isinstance(source, str | Path) else nullcontext(source)


def page_sizes(source: Source) -> list[PageSize]:
    """Read the sizes of the pages of a bilevel TIFF in fax geometry; DocumentError if it is not. Decodes no page."""
    with _open_file(source) as file:
        if has_no_page(file):
            return []
        with open_image(file) as image:
            return [_size_of(frame) for frame in read_frames(image)]


def weigh_stored_pages(source: Source) -> list[tuple[PageSize, int]]:
    """Read the sizes of the pages of a TIFF of ours, and how many octets each has there; DocumentError if it is not
    one. Decodes no page.
    """
    with open_image(source) as image:
        return [(_size_of(frame), _count_octets(frame)) for frame in read_frames(image)]


def count_pages(source: Source) -> int:
    """Count the pages of a bilevel TIFF in fax geometry; DocumentError if it is not one. Decodes no page."""
    return len(page_sizes(source))


def is_fax_tiff(source: Source) -> bool:
    """Return whether a file can be sent pixel for pixel. An OSError of the file itself is raised."""
    try:
        count_pages(source)
    except DocumentError:
        return False
    return True


def _size_of(frame: Image.Image) -> PageSize:
    return PageSize(*_read_geometry(frame), frame.height, _is_turned(frame))


def _read_geometry(frame: Image.Image) -> tuple[Width, Resolution]:
    across, down = frame.size
    if frame.mode != "1" or across not in {width.value for width in Width} or not down:
        raise DocumentError(Reason.NOT_FAX, f"{frame.mode} {across} x {down}")
    if down > MAX_ROWS:
        raise DocumentError(Reason.TOO_LONG, f"{down} rows")
    resolution = _read_resolution(frame)
    if resolution is None:
        raise DocumentError(Reason.NOT_FAX, f"resolution {frame.info.get('dpi')}")
    return Width(across), resolution


def _read_resolution(frame: Image.Image) -> Resolution | None:
    """Read the resolution of a page whose width is a fax page's; None if it is something else."""
    dpi = read_dots_an_inch(frame)
    if dpi is None or not _FAX_WIDTHS_MM[0] <= frame.width / dpi[0] * _MM_AN_INCH <= _FAX_WIDTHS_MM[1]:
        return _guess_resolution(Width(frame.width), frame.height)
    for resolution in Resolution:
        wanted = resolution.dpi
        if all(abs(dpi[axis] / wanted[axis] - 1) <= _NEAR for axis in (0, 1)):
            return resolution
    return None


def _guess_resolution(width: Width, rows: int) -> Resolution:
    """Guess the coarsest resolution at which so many rows are no longer than paper is."""
    fitting = (each for each in Resolution if rows <= _LONGEST_MM[width] * each.rows_per_mm)
    return next(fitting, Resolution.SUPERFINE)


def read_dots_an_inch(frame: Image.Image) -> tuple[float, float] | None:
    """Read the resolution that a TIFF page declares; None if it declares none that makes sense."""
    tags = getattr(frame, "tag_v2", {})
    try:
        dpi = float(tags[TiffImagePlugin.X_RESOLUTION]), float(tags[TiffImagePlugin.Y_RESOLUTION])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if tags.get(TiffImagePlugin.RESOLUTION_UNIT, 2) == 3:  # dots a centimetre
        dpi = dpi[0] * 2.54, dpi[1] * 2.54
    return dpi if all(1 <= dots <= 10_000 for dots in dpi) else None


class TiffWriter:
    """Writes pages one after the other; a context manager, whose end makes the file whole."""

    def __init__(self, file: BinaryIO, *, description: str = "", when: datetime | None = None) -> None:
        """Begin at the start of a seekable file. `description` is kept as UTF-8, `when` with its own clock."""
        self._file = file
        self._texts = {270: description, 305: f"Facteur {faxcore.__version__}"}
        if when is not None:
            self._texts[306] = when.strftime("%Y:%m:%d %H:%M:%S")
        self._link = 4  # where the offset of the next page's directory belongs
        self._totals: list[int] = []  # where the number of all pages belongs
        file.write(_NO_PAGE)

    def __enter__(self) -> TiffWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()

    def add(self, page: Page) -> None:
        """Write one page. A page without rows gets a white one, because an image in TIFF cannot be empty."""
        if not page.rows:
            page = replace(page, rows=bytes(page.stride))
        strip = self._write_block(_encode_t6(page))
        across, down = page.resolution.dpi
        short, long, rational, text = 3, 4, 5, 2
        entries = [
            (254, long, 1, 2),  # one page of many
            (256, long, 1, page.width.value),
            (257, long, 1, page.length),
            (258, short, 1, 1),
            (259, short, 1, 4),  # T.6
            (262, short, 1, 0),  # 0 is white
            (266, short, 1, 1),  # most significant bit first
            (273, long, 1, strip[0]),
            (277, short, 1, 1),
            (278, long, 1, page.length),
            (279, long, 1, strip[1]),
            (282, rational, 1, self._write_block(struct.pack("<LL", across, 1))[0]),
            (283, rational, 1, self._write_block(struct.pack("<LL", down, 1))[0]),
            (293, long, 1, 0),  # T.6 without uncompressed mode
            (296, short, 1, 2),  # dots an inch
            (297, short, 2, len(self._totals)),
            *([(TURNED, short, 1, 1)] if page.turned else []),
        ]
        for tag, words in self._texts.items():
            if words:
                octets = words.encode("utf-8", "replace").replace(b"\0", b"") + b"\0"
                # Four octets or less are in the entry itself.
                at = self._write_block(octets)[0] if len(octets) > 4 else int.from_bytes(octets, "little")
                entries.append((tag, text, len(octets), at))
        self._write_directory(sorted(entries))

    def close(self) -> None:
        """Write the number of pages into every page."""
        for place in self._totals:
            self._patch(place, struct.pack("<H", len(self._totals)))
        self._file.flush()

    def _write_directory(self, entries: list[tuple[int, int, int, int]]) -> None:
        packed = b"".join(struct.pack("<HHLL", *entry) for entry in entries)
        at, _size = self._write_block(struct.pack("<H", len(entries)) + packed + b"\0\0\0\0")
        self._patch(self._link, struct.pack("<L", at))
        self._link = at + 2 + len(packed)
        number = next(index for index, entry in enumerate(entries) if entry[0] == 297)
        self._totals.append(at + 2 + 12 * number + 10)

    def _write_block(self, data: bytes) -> tuple[int, int]:
        """Write at the end, on an even offset as TIFF demands; returns offset and size."""
        at = self._file.seek(0, io.SEEK_END)
        if at % 2:
            self._file.write(b"\0")
            at += 1
        self._file.write(data)
        return at, len(data)

    def _patch(self, place: int, data: bytes) -> None:
        self._file.seek(place)
        self._file.write(data)


def _encode_t6(page: Page) -> bytes:
    """Encode the page's one strip.

    Our own codec is ten times as quick when it is compiled, and gives the same bits. Else the TIFF that Pillow writes
    around it is dropped.

    Pillow is told that our ones are white: libtiff codes the bits as they are, and Pillow's own way to make a
    file whose 0 is white takes half a second a page.
    """
    if t4.IMPLEMENTATION == "compiled":
        return t4.encode_page(page, Coding.MMR)
    image = Image.frombytes("1", (page.width.value, page.length), page.rows)
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[TiffImagePlugin.ROWSPERSTRIP] = page.length
    file = io.BytesIO()
    image.save(file, "TIFF", compression="group4", tiffinfo=tags)
    with Image.open(file, formats=["TIFF"]) as saved:
        directory = saved.tag_v2  # type: ignore[attr-defined]
        offsets, counts = directory[TiffImagePlugin.STRIPOFFSETS], directory[TiffImagePlugin.STRIPBYTECOUNTS]
    assert len(offsets) == 1, "libtiff made more than one strip"
    return file.getvalue()[offsets[0] : offsets[0] + counts[0]]


def write_to(
    file: BinaryIO, pages: Iterable[Page], *, description: str = "", when: datetime | None = None
) -> list[PageSize]:
    """Write these pages to an empty, seekable file; returns their sizes. The caller syncs it to the disk."""
    sizes = []
    with TiffWriter(file, description=description, when=when) as writer:
        for page in pages:
            writer.add(page)
            sizes.append(PageSize.of(page))
    return sizes


def write_pages(path: str | Path, pages: Iterable[Page], *, description: str = "", when: datetime | None = None) -> int:
    """Write a file of these pages; returns their number. The caller syncs it to the disk."""
    with open(path, "wb") as file:
        return len(write_to(file, pages, description=description, when=when))


def warm_up(draw: Callable[[Page], Page] = lambda page: page) -> None:
    """Load everything that the first page would load, by one that nobody sees."""
    written = io.BytesIO()
    write_to(written, [draw(Page(Width.A4, Resolution.STANDARD, b""))])
    list(read_pages(written))
