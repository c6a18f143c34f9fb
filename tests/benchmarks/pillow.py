# SPDX-License-Identifier: GPL-3.0-or-later
"""libtiff as a Python program reaches it: Pillow's save and load of a TIFF file in memory."""

from __future__ import annotations

import io
from time import perf_counter

import PIL
from PIL import Image, TiffImagePlugin, features

from tests.benchmarks.peer import CODINGS, Sheet, Timed
from tests.benchmarks.tiff import DPI, T4_OPTIONS, strip_of, tiff

_ROWS_PER_STRIP, _T4_OPTIONS = 278, 292
_SAVED_AS = {"MH": "group3", "MR": "group3", "MMR": "group4"}


class Pillow:
    """save() of an image into memory, and open() and load() of a file there."""

    name = "libtiff through Pillow"
    timing = "`save` into a `BytesIO`; `open` and `load` from one"
    slow = False
    codings = CODINGS

    def encode(self, sheet: Sheet, coding: str) -> Timed:
        """The strip of the file that Pillow saves.

        Pillow calls a one white and libtiff codes it as black, unless the file is to say that white is zero: then
        Pillow inverts the image first, which takes thirty times as long as the coding. It is spared that.
        """
        image = Image.frombytes("1", (sheet.width, sheet.length), sheet.data)
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[_ROWS_PER_STRIP] = sheet.length
        if coding == "MR":
            tags[_T4_OPTIONS] = T4_OPTIONS[coding]
        file = io.BytesIO()
        begin = perf_counter()
        image.save(file, "TIFF", compression=_SAVED_AS[coding], tiffinfo=tags, dpi=DPI)
        taken = perf_counter() - begin
        return Timed(strip_of(file.getvalue()), taken)

    def decode(self, bits: bytes, sheet: Sheet, coding: str) -> Timed:
        """The image that Pillow loads."""
        file = io.BytesIO(tiff(sheet, bits, coding))
        begin = perf_counter()
        with Image.open(file, formats=["TIFF"]) as image:
            image.load()
            taken = perf_counter() - begin
            grey = image.convert("L").point(lambda value: 255 - value)
        return Timed(grey.convert("1").tobytes(), taken)

    def version(self) -> str:
        """Pillow's, and that of the libtiff inside it."""
        return f"Pillow {PIL.__version__} with libtiff {features.version('libtiff')}"
