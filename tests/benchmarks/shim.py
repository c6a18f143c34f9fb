# SPDX-License-Identifier: GPL-3.0-or-later
"""C libraries called through a few lines of C each, compiled when they are needed.

The libraries call back for every row or block. A callback into Python would cost more than the coding does, so the
callbacks, and the clock around the calls, are in C; Python calls once a page.
"""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path
from typing import Final

from tests.benchmarks.peer import Missing, Sheet, Timed, program

_ROOM: Final = 6
"""Times the page's own octets that coded bits get: noise in MH needs 2.5, single black pixels 4.6."""

OCTETS = ctypes.POINTER(ctypes.c_ubyte)


def compiled(name: str, library: str, scratch: Path) -> ctypes.CDLL:
    """The shim of that name beside this file, bound to the shared library that it calls."""
    made = scratch / f"{name}.so"
    source = Path(__file__).with_name(f"{name}.c")
    command = [program("gcc"), "-O2", "-Wall", "-shared", "-fPIC", "-o", str(made), str(source), f"-l:{library}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise Missing(f"{library} can't be called: {answer.stderr.strip().splitlines()[-1]}")
    return ctypes.CDLL(str(made))


class Call:
    """One call of a shim: `double name(..., in, in_size, out, out_room, &out_size)`, seconds or below zero."""

    def __init__(self, library: ctypes.CDLL, name: str, *arguments: type) -> None:
        self._function = library[name]
        size = ctypes.c_size_t
        self._function.argtypes = [*arguments, ctypes.c_char_p, size, OCTETS, size, ctypes.POINTER(size)]
        self._function.restype = ctypes.c_double

    def __call__(self, sheet: Sheet, data: bytes, *arguments: object) -> Timed:
        """What the library made of the data; nothing, if it could not."""
        room = _ROOM * len(sheet.data) + 65536
        out = (ctypes.c_ubyte * room)()
        made = ctypes.c_size_t()
        seconds = self._function(*arguments, data, len(data), out, room, ctypes.byref(made))
        return Timed(ctypes.string_at(out, made.value) if seconds >= 0 else b"", abs(seconds))
