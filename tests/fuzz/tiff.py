# SPDX-License-Identifier: GPL-3.0-or-later
"""The target tiff: any octets as the file that somebody hands in, checked and written anew, without the sandbox.

What libraries write to standard error is caught as the sandbox catches it, and is not looked at.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from typing import Final

from faxcore.document.document_error import DocumentError
from faxcore.document.tiff import page_sizes, read_pages, write_to
from faxcore.model.page import Coding, Page, Resolution, Width
from faxcore.t4.runs import stride_of
from tests.fuzz.bounds import bounded
from tests.support.tiff_file import REVERSED, cut_in_strips, encode_strip, make_tiff

_NONE, _T4, _T6 = 1, 3, 4
_ENTRIES: Final = (256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 282, 283, 292, 293, 296, 317, 322, 325, 338)

WORDS: Final = (
    *(tag.to_bytes(2, "little") + bytes((kind, 0, 1, 0, 0, 0)) for tag in _ENTRIES for kind in (3, 4)),
    *(width.value.to_bytes(4, "little") for width in Width),
    *(bytes((kind, 0)) for kind in range(1, 17)),
    *(b"II*\0", b"MM\0*", b"II+\0", b"\x00\x10\x01", b"\x00\x01", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f"),
)


def check(data: bytes) -> None:
    """Run one input; any error but DocumentError is a fault, and so is a page that does not come back."""
    with quiet(), bounded():
        written = BytesIO()
        try:
            sizes = write_to(written, read_pages(BytesIO(data)))
        except DocumentError:
            return
        assert page_sizes(written) == sizes, "the pages written are of another size than those read"
        assert [page.rows for page in read_pages(BytesIO(data))] == [page.rows for page in read_pages(written)]


@contextmanager
def quiet() -> Iterator[None]:
    """Let what libraries write to standard error go nowhere."""
    kept, caught = _streams()
    os.dup2(caught, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)


@lru_cache
def _streams() -> tuple[int, int]:
    return os.dup(2), os.open(os.devnull, os.O_WRONLY)


def seeds() -> Iterator[tuple[str, bytes]]:
    """Small pages in every coding that is read here or by libtiff, in one strip and in several."""
    for width in (Width.A4, Width.A3):
        page = small_page(width, 12)
        for name, coding, compression, tags in (
            ("T6", Coding.MMR, _T6, {}),
            ("MH", Coding.MH, _T4, {}),
            ("MR", Coding.MR, _T4, {"t292": 1}),
            ("backwards", Coding.MMR, _T6, {"t266": 2}),
        ):
            for each in (12, 5):
                strips = [encode_strip(page, rows, coding) for rows in cut_in_strips(page, each)]
                if tags.get("t266") == 2:
                    strips = [strip.translate(REVERSED) for strip in strips]
                yield f"{name}-{width.name}-{each}", make_tiff(page, strips, each, compression, **tags)
    page = small_page(Width.A4, 6)
    yield from _others(page)
    one = make_tiff(page, [encode_strip(page, page.rows, Coding.MMR)], 6, _T6)
    for name, at in {"half": len(one) // 2, "no-directory": 40}.items():
        yield name, one[:at]
    written = BytesIO()
    write_to(written, [page, small_page(Width.B4, 3), page], description="a description")
    yield "three-pages", written.getvalue()
    yield "looped", one[:-4] + one[4:8]
    yield "tagged", make_tiff(page, [bytes(6 * page.stride)], 6, _NONE, t700=1, t34665=8, t330=8, t292=7, t284=2)


def _others(page: Page) -> Iterator[tuple[str, bytes]]:
    """Codings that are not T.4's, made by Pillow."""
    from PIL import Image

    image = Image.frombytes("1", (page.width.value, page.length), page.rows)
    for name in ("packbits", "tiff_lzw", "tiff_adobe_deflate", "tiff_ccitt", "group3", "group4", "raw"):
        file = BytesIO()
        image.save(file, "TIFF", compression=name, dpi=page.resolution.dpi)
        yield f"pillow-{name}", file.getvalue()
    file = BytesIO()
    image.convert("L").save(file, "TIFF", dpi=page.resolution.dpi)
    yield "grey", file.getvalue()[:2000]


def small_page(width: Width, rows: int) -> Page:
    """A page with something on it."""
    stride = stride_of(width.value)
    row = bytes(stride // 3) + b"\xff\x0f\x00\x33" * 4
    pixels = b"".join((row[number % 4 :] + bytes(stride))[:stride] for number in range(rows))
    return Page(width, Resolution.FINE, pixels)
