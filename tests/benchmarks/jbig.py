# SPDX-License-Identifier: GPL-3.0-or-later
"""jbigkit's T.85, which is the reference for JBIG in fax."""

from __future__ import annotations

import ctypes
from pathlib import Path

from tests.benchmarks.peer import JBIG, Sheet, Timed, installed
from tests.benchmarks.shim import Call, compiled

_STRIPE = 128  # T.85's L0
_TYPICAL_PREDICTION = 0x08


class Jbig:
    """jbg85_enc_lineout and jbg85_dec_in, a page whose length is known, with typical prediction."""

    name = "jbigkit"
    timing = (
        "`jbg85_enc_init` to the last `jbg85_enc_lineout`, `jbg85_dec_init` to `jbg85_dec_end`, in C; all in memory"
    )
    slow = False
    codings = (JBIG,)

    def __init__(self, scratch: Path) -> None:
        library = compiled("jbig", "libjbig.so.0", scratch)
        self._encode = Call(library, "encode", *[ctypes.c_ulong] * 3, ctypes.c_int)
        self._decode = Call(library, "decode")

    def encode(self, sheet: Sheet, coding: str) -> Timed:
        """The page's JBIG data, the header included."""
        return self._encode(sheet, sheet.data, sheet.width, sheet.length, _STRIPE, _TYPICAL_PREDICTION)

    def decode(self, bits: bytes, sheet: Sheet, coding: str) -> Timed:
        """The rows that the decoder gave out."""
        return self._decode(sheet, bits)

    def version(self) -> str:
        """The installed library's."""
        return installed("libjbig0")
