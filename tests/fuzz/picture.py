# SPDX-License-Identifier: GPL-3.0-or-later
"""The target picture: any octets as a TIFF, PNG or JPEG that is drawn on fax pages, without the sandbox.

Only small pictures are drawn, and few of them: a large one rightly takes longer than one input may.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from faxcore.document.document_error import DocumentError
from faxcore.document.images import draw_picture
from faxcore.document.tiff import open_image, read_frames
from faxcore.model.page import Resolution, Width
from tests.fuzz import tiff
from tests.fuzz.bounds import bounded
from tests.support.tiff_file import make_tiff

CHANGES: Final = 40
"""Inputs by chance in each check: a page is drawn whole, which takes twenty milliseconds."""
_MOST_PIXELS: Final = 1 << 18
_MOST_PAGES: Final = 3

WORDS: Final = (*tiff.WORDS, b"IHDR", b"IDAT", b"PLTE", b"tRNS", b"eXIf", b"\xff\xd8\xff", b"\xff\xc0", b"Exif\0\0")


def check(data: bytes) -> None:
    """Run one input; any error but DocumentError is a fault."""
    with tiff.quiet(), bounded():
        try:
            if not _is_small(data):
                return
            file = _file()
            file.write_bytes(data)
            for page in draw_picture(file, Resolution.STANDARD, photo=bool(len(data) & 1)):
                assert page.width is Width.A4 or page.rows
        except DocumentError:
            return


def _is_small(data: bytes) -> bool:
    with open_image(BytesIO(data), ("PNG", "JPEG", "TIFF")) as image:
        sizes = [frame.width * frame.height for frame in read_frames(image, strict=False)]
    return len(sizes) <= _MOST_PAGES and sum(sizes) <= _MOST_PIXELS


@lru_cache
def _file() -> Path:
    memory = Path("/dev/shm")
    made = tempfile.TemporaryDirectory(prefix="facteur-fuzz-", dir=memory if memory.is_dir() else None)
    _kept.append(made)
    return Path(made.name) / "picture"


_kept: Final[list[tempfile.TemporaryDirectory[str]]] = []
"""The folder: it goes with the process."""


def seeds() -> Iterator[tuple[str, bytes]]:
    """Pictures of a few pixels in every mode and format, and a page that is no fax."""
    for mode in ("1", "L", "P", "RGB", "RGBA", "LA", "I;16", "I", "F", "CMYK"):
        image = Image.new(mode, (20, 9))
        for form, modes in (("PNG", "1 L P RGB RGBA LA I;16"), ("JPEG", "1 L RGB CMYK"), ("TIFF", mode)):
            if mode in modes.split():
                file = BytesIO()
                image.save(file, form)
                yield f"{form}-{mode.replace(';', '-')}", file.getvalue()
    exif = Image.Exif()
    exif[0x0112] = 6
    file = BytesIO()
    Image.new("L", (8, 8)).save(file, "JPEG", exif=exif)
    yield "JPEG-turned", file.getvalue()
    for compression in ("packbits", "tiff_lzw", "tiff_deflate", "jpeg"):
        file = BytesIO()
        Image.new("L", (64, 8), 77).save(file, "TIFF", compression=compression)
        yield f"TIFF-{compression}", file.getvalue()
    page = tiff.small_page(Width.A4, 4)
    yield "no-fax", make_tiff(page, [page.rows], 4, 1).replace(b"\x1a\x01\x05\0", b"\x1a\x02\x05\0")
