# SPDX-License-Identifier: GPL-3.0-or-later
"""spandsp's T.4: what Asterisk, FreeSWITCH and t38modem code their pages with."""

from __future__ import annotations

import ctypes
from pathlib import Path

from tests.benchmarks.peer import CODINGS, Sheet, Timed, installed
from tests.benchmarks.shim import Call, compiled
from tests.benchmarks.tiff import tiff

_ENCODING = {"MH": 1, "MR": 2, "MMR": 3}
_REVERSED = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))


class Spandsp:
    """t4_tx and t4_rx. Their octets are least significant bit first, which is turned outside the time."""

    name = "spandsp"
    timing = "`t4_tx_start_page` and the chunks, `t4_rx_put_chunk` to `t4_rx_end_page`, in C; rows from and to memory"
    slow = False
    codings = CODINGS

    def __init__(self, scratch: Path) -> None:
        library = compiled("spandsp", "libspandsp.so.2", scratch)
        self._encode = Call(library, "encode", ctypes.c_char_p, ctypes.c_int)
        self._decode = Call(library, "decode", ctypes.c_char_p, ctypes.c_int, ctypes.c_int)
        self._geometry = scratch / "geometry.tif"
        self._received = scratch / "received.tif"

    def encode(self, sheet: Sheet, coding: str) -> Timed:
        """The bits of t4_tx. It takes the page's width and resolution from a file, its rows from memory."""
        self._geometry.write_bytes(tiff(sheet, sheet.data, None))
        made = self._encode(sheet, sheet.data, str(self._geometry).encode(), _ENCODING[coding])
        return Timed(made.data.translate(_REVERSED), made.seconds)

    def decode(self, bits: bytes, sheet: Sheet, coding: str) -> Timed:
        """The rows of t4_rx."""
        arguments = (str(self._received).encode(), _ENCODING[coding], sheet.width)
        return self._decode(sheet, bits.translate(_REVERSED), *arguments)

    def version(self) -> str:
        """The installed library's."""
        return installed("libspandsp2")
