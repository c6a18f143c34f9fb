# SPDX-License-Identifier: GPL-3.0-or-later
"""efix, which codes for efax: a process that reads a file and writes one. One-dimensional coding only."""

from __future__ import annotations

import subprocess
from pathlib import Path
from time import perf_counter

from tests.benchmarks.peer import Sheet, Timed, installed, program

_DPI = 100


class Efix:
    """A page is a run of the program, from a file to a file, in the scratch folder."""

    name = "efix"
    timing = "a whole process for each page, its start included, from file to file"
    slow = True
    codings = ("MH",)

    def __init__(self, scratch: Path) -> None:
        self._program = program("efix")
        self._bitmap = scratch / "page.pbm"
        self._coded = scratch / "page.g3"

    def _timed(self, source: Path, made: Path, *arguments: str) -> float:
        with made.open("wb") as out:
            begin = perf_counter()
            subprocess.run([self._program, "-vew", *arguments, str(source)], stdout=out, check=True)
            return perf_counter() - begin

    def encode(self, sheet: Sheet, coding: str) -> Timed:
        """The raw T.4 file that efix makes of a raw PBM file."""
        self._bitmap.write_bytes(f"P4\n{sheet.width} {sheet.length}\n".encode() + sheet.data)
        taken = self._timed(self._bitmap, self._coded, "-ipbm", "-ofax")
        return Timed(self._coded.read_bytes(), taken)

    def decode(self, bits: bytes, sheet: Sheet, coding: str) -> Timed:
        """The raw PBM file that efix makes of a raw T.4 file."""
        self._coded.write_bytes(bits)
        # A size in pixels can't be given: at so many dots an inch, hundredths of an inch are.
        geometry = (f"-r{_DPI}x{_DPI}", f"-R{_DPI}x{_DPI}", f"-p{sheet.width / _DPI}x{sheet.length / _DPI}in")
        taken = self._timed(self._coded, self._bitmap, "-ifax", "-opbm", *geometry)
        header = f"P4\n{sheet.width} {sheet.length}\n".encode()
        made = self._bitmap.read_bytes()
        return Timed(made[-len(sheet.data) :] if len(made) > len(header) else b"", taken)

    def version(self) -> str:
        """The installed program's."""
        return installed("efax")
