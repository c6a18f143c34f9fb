# SPDX-License-Identifier: GPL-3.0-or-later
"""libtiff in C and in memory, without Pillow around it."""

from __future__ import annotations

import ctypes
from pathlib import Path

from tests.benchmarks.peer import CODINGS, Sheet, Timed, installed
from tests.benchmarks.shim import Call, compiled
from tests.benchmarks.tiff import COMPRESSION, T4_OPTIONS, tiff


class Libtiff:
    """TIFFWriteEncodedStrip and TIFFReadEncodedStrip, a page a strip."""

    name = "libtiff in memory"
    timing = "`TIFFWriteEncodedStrip` and flush, `TIFFReadEncodedStrip` alone, in C; the file is memory, open already"
    slow = False
    codings = CODINGS

    def __init__(self, scratch: Path) -> None:
        library = compiled("libtiff", "libtiff.so.6", scratch)
        self._encode = Call(library, "encode", *[ctypes.c_uint] * 4)
        self._decode = Call(library, "decode", ctypes.c_size_t)

    def encode(self, sheet: Sheet, coding: str) -> Timed:
        """The strip that libtiff writes; it has no RTC."""
        arguments = (sheet.width, sheet.length, COMPRESSION[coding], T4_OPTIONS[coding])
        return self._encode(sheet, sheet.data, *arguments)

    def decode(self, bits: bytes, sheet: Sheet, coding: str) -> Timed:
        """The strip that libtiff reads; nothing, if it complains."""
        return self._decode(sheet, tiff(sheet, bits, coding), len(sheet.data))

    def version(self) -> str:
        """The installed library's."""
        return installed("libtiff6")
