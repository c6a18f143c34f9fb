# SPDX-License-Identifier: GPL-3.0-or-later
"""The target t85: any octets as a page of T.85, and any rows coded and read back."""

from __future__ import annotations

import zlib
from typing import Any, Final

from faxcore.t85.decode import Decoder as PlainDecoder
from faxcore.t85.encode import Encoder as PlainEncoder
from tests.fuzz.case import ADAPTIVE, ENCODE, ROWS_KNOWN, TWO_LINES, TYPICAL, Case, case_of
from tests.fuzz.decoders import blanked, check_same, check_sound, outcome, read

_DECODED: Final = (1 << 9, 3 << 18)
"""Octets of a small and a big page: the big one is more than the compiled decoder's first block."""
_ENCODED: Final = (1 << 9, 1 << 12)
_PLAIN_OCTETS: Final = 1 << 11
"""Octets of a page up to which the plain codec is asked always; a bigger one takes it a tenth of a second."""
_SELDOM: Final = 16
try:
    from faxcore.t85 import compiled
except ImportError:
    compiled = None  # not built here: the plain codec is compared with itself, in other pieces
FastDecoder: Any = getattr(compiled, "Decoder", PlainDecoder)
FastEncoder: Any = getattr(compiled, "Encoder", PlainEncoder)


def check(data: bytes) -> None:
    """Run one input; AssertionError for what must not be."""
    case = case_of(data)
    if case.flags & ENCODE:
        _encode(case)
    else:
        _decode(case)


def _asks_plain(case: Case, octets: int) -> bool:
    """Whether the plain codec is to do the same; of pages that cost it long, some."""
    return not case.big and (octets <= _PLAIN_OCTETS or zlib.crc32(case.body) % _SELDOM == 0)


def _decode(case: Case) -> None:
    limit = case.row_limit(*_DECODED)
    octets = case.bits()

    def told(decoder: Any, *chunks: bytes) -> tuple[object, ...]:
        return outcome(read(decoder(case.width, max_rows=limit), chunks))

    whole = told(FastDecoder, octets)
    check_sound(whole, case.width, limit)
    check_same(whole, told(FastDecoder, *case.chunks(octets)), "in one piece and in many")
    if _asks_plain(case, limit * case.stride):
        check_same(whole, told(PlainDecoder, *case.chunks(octets)), "compiled and plain")


def _encode(case: Case) -> None:
    page = case.page(*_ENCODED) or bytes(case.stride)  # T.85 has no page without rows
    rows = len(page) // case.stride
    options = {
        "rows_per_stripe": max(1, case.k),
        "typical_prediction": bool(case.flags & TYPICAL),
        "two_line_template": bool(case.flags & TWO_LINES),
        "adaptive_template": bool(case.flags & ADAPTIVE),
        "rows": rows if case.flags & ROWS_KNOWN else None,
    }

    def coded(encoder: Any, *parts: bytes) -> bytes:
        made = encoder(case.width, **options)
        ready = []
        for part in parts:
            made.add_rows(part)
            ready.append(made.take())
        return b"".join((*ready, made.finish()))

    octets = coded(FastEncoder, page)
    if coded(FastEncoder, *case.chunks(page, case.stride)) != octets:
        raise AssertionError("in one piece and in many, the encoder makes different octets")
    if _asks_plain(case, len(page)) and coded(PlainEncoder, page) != octets:
        raise AssertionError("the compiled and the plain encoder make different octets")
    back = outcome(read(FastDecoder(case.width, max_rows=rows), [octets]))
    check_same(
        back, (rows, 0, 0, True, None, bytes(rows), blanked(page, case.width)), "the page read back and the page"
    )
