# SPDX-License-Identifier: GPL-3.0-or-later
"""libjbig's T.85 codec, in memory, as the foreign codec that both halves of ours are compared with."""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from typing import Final

LRLTWO: Final = 0x40
VLENGTH: Final = 0x20
TPBON: Final = 0x08
UNKNOWN: Final = 0xFFFF_FFFF

_STATE_OCTETS: Final = 1 << 16  # far more than either of its structures
_OK, _MORE = 0, 2 << 4

_DATA_OUT = ctypes.CFUNCTYPE(None, ctypes.POINTER(ctypes.c_ubyte), ctypes.c_size_t, ctypes.c_void_p)
_LINE_OUT = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.POINTER(ctypes.c_ubyte),
    ctypes.c_size_t,
    ctypes.c_ulong,
    ctypes.c_void_p,
)


@cache
def library() -> ctypes.CDLL | None:
    """The library, or None where it isn't installed."""
    try:
        lib = ctypes.CDLL("libjbig.so.0")
    except OSError:
        return None
    lib.jbg85_strerror.restype = ctypes.c_char_p
    lib.jbg85_enc_init.argtypes = [ctypes.c_char_p, ctypes.c_ulong, ctypes.c_ulong, _DATA_OUT, ctypes.c_void_p]
    lib.jbg85_enc_options.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_ulong, ctypes.c_int]
    lib.jbg85_enc_lineout.argtypes = [ctypes.c_char_p] * 4
    lib.jbg85_enc_newlen.argtypes = [ctypes.c_char_p, ctypes.c_ulong]
    lib.jbg85_dec_init.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, _LINE_OUT, ctypes.c_void_p]
    lib.jbg85_dec_in.argtypes = [
        ctypes.c_char_p,
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.POINTER(ctypes.c_size_t),
    ]
    lib.jbg85_dec_end.argtypes = [ctypes.c_char_p]
    return lib


@cache
def encode(page: bytes, width: int, *, options: int = TPBON, l0: int = 128, mx: int = 0, known: bool = True) -> bytes:
    """The page as libjbig codes it; with its height in the header, or told at the end."""
    lib = library()
    assert lib is not None
    stride = (width + 7) // 8
    rows = [page[at : at + stride] for at in range(0, len(page), stride)]
    out = bytearray()

    @_DATA_OUT
    def data_out(start: ctypes._Pointer[ctypes.c_ubyte], length: int, _file: object) -> None:
        out.extend(ctypes.string_at(start, length))

    state = ctypes.create_string_buffer(_STATE_OCTETS)
    lib.jbg85_enc_init(state, width, len(rows) if known else UNKNOWN, data_out, None)
    lib.jbg85_enc_options(state, options | (0 if known else VLENGTH), l0, mx)
    blank = bytes(stride)
    for number, row in enumerate(rows):
        above = rows[number - 1] if number > 0 else blank
        lib.jbg85_enc_lineout(state, row, above, rows[number - 2] if number > 1 else blank)
    if not known:
        lib.jbg85_enc_newlen(state, len(rows))
    return bytes(out)


def decode(bits: bytes, width: int) -> tuple[bytes, str]:
    """The rows that libjbig reads, and what it says: "OK", or its complaint."""
    lib = library()
    assert lib is not None
    rows: list[bytes] = []

    @_LINE_OUT
    def line_out(_state: int, start: ctypes._Pointer[ctypes.c_ubyte], length: int, _y: int, _file: object) -> int:
        rows.append(ctypes.string_at(start, length))
        return 0

    state = ctypes.create_string_buffer(_STATE_OCTETS)
    octets = 3 * ((width + 7) // 8)
    buffer = ctypes.create_string_buffer(octets)
    lib.jbg85_dec_init(state, buffer, octets, line_out, None)
    used = ctypes.c_size_t()
    said = lib.jbg85_dec_in(state, bits, len(bits), ctypes.byref(used))
    if said == _MORE:
        said = lib.jbg85_dec_end(state)
    return b"".join(rows), "OK" if said == _OK else lib.jbg85_strerror(said).decode()
