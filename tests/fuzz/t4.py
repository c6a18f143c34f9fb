# SPDX-License-Identifier: GPL-3.0-or-later
"""The target t4: any bits as MH, MR or MMR, and any rows coded and read back."""

from __future__ import annotations

from typing import Any, Final

from faxcore.model.page import T4_CODINGS, Coding
from faxcore.t4.decode import Decoder as PlainDecoder
from faxcore.t4.encode import Encoder as PlainEncoder
from tests.fuzz.case import ALIGN, ENCODE, Case, case_of
from tests.fuzz.decoders import blanked, check_same, check_sound, outcome, read

_CODINGS = list(T4_CODINGS)
_DECODED: Final = (1 << 14, 1 << 20)
"""Octets of a small and a big page; the compiled decoder's first block has half as many as the big one."""
_ENCODED: Final = (1 << 12, 1 << 16)
try:
    from faxcore.t4 import compiled
except ImportError:
    compiled = None  # not built here: the plain codec is compared with itself, in other pieces
FastDecoder: Any = getattr(compiled, "Decoder", PlainDecoder)
FastEncoder: Any = getattr(compiled, "Encoder", PlainEncoder)


def check(data: bytes) -> None:
    """Run one input; AssertionError for what must not be."""
    case = case_of(data)
    coding = _CODINGS[(case.flags & 3) % len(_CODINGS)]
    if case.flags & ENCODE:
        _encode(case, coding)
    else:
        _decode(case, coding)


def _decode(case: Case, coding: Coding) -> None:
    limit = case.row_limit(*_DECODED)
    bits = case.bits()

    def told(decoder: Any, *chunks: bytes) -> tuple[object, ...]:
        return outcome(read(decoder(case.width, coding, max_rows=limit), chunks))

    whole = told(FastDecoder, bits)
    check_sound(whole, case.width, limit)
    check_same(whole, told(FastDecoder, *case.chunks(bits)), "in one piece and in many")
    if not case.big:
        check_same(whole, told(PlainDecoder, bits), "compiled and plain")
        check_same(whole, told(PlainDecoder, *case.chunks(bits)), "compiled, and plain in many pieces")


def _encode(case: Case, coding: Coding) -> None:
    page = case.page(*_ENCODED)
    options = {"k": max(1, case.k), "min_row_bits": 8 * case.row_octets, "align_eol": bool(case.flags & ALIGN)}
    usual = _coded(case, coding, page, options)
    shortest = _coded(case, coding, page, {**options, "shortest": True})
    if len(shortest) > len(usual) and not options["align_eol"]:
        raise AssertionError("the shortest code is longer than the usual one")


def _coded(case: Case, coding: Coding, page: bytes, options: dict[str, Any]) -> bytes:
    """The page's bits, which all encoders agree on, and which give the page back."""

    def coded(encoder: Any, *parts: bytes) -> bytes:
        made = encoder(case.width, coding, **options)
        ready = []
        for part in parts:
            made.add_rows(part)
            ready.append(made.take())
        return b"".join((*ready, made.finish()))

    bits = coded(FastEncoder, page)
    if coded(FastEncoder, *case.chunks(page, case.stride)) != bits:
        raise AssertionError("in one piece and in many, the encoder makes different bits")
    if not case.big and coded(PlainEncoder, page) != bits:
        raise AssertionError("the compiled and the plain encoder make different bits")
    rows = len(page) // case.stride
    back = outcome(read(FastDecoder(case.width, coding, max_rows=rows), [bits]))
    check_same(
        back, (rows, 0, 0, True, None, bytes(rows), blanked(page, case.width)), "the page read back and the page"
    )
    return bits
