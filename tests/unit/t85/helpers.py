# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages and streams of T.85, and what a decoder tells about them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from faxcore.t85.arithmetic import ArithmeticEncoder
from faxcore.t85.decode import Decoder as PlainDecoder
from faxcore.t85.encode import Encoder as PlainEncoder
from faxcore.t85.image_header import ESC, SDNORM, ImageHeader, make_at_move
from faxcore.t85.template import THREE_LINES, TWO_LINES, make_windows, pixels_of
from tests.unit.t4.helpers import feed, flip, noise_page, outcome, text_page

__all__ = ["CODECS", "PAGES", "PLAIN", "WIDTHS", "Codec", "bih", "decode", "encode", "flip", "outcome"]

WIDTHS = [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000, 1728, 2048, 2432]


@dataclass(frozen=True)
class Codec:
    """One of the twins."""

    name: str
    encoder: type[Any]
    decoder: type[Any]


PLAIN = Codec("plain", PlainEncoder, PlainDecoder)
CODECS = [PLAIN]
try:
    from faxcore.t85.compiled import Decoder, Encoder

    CODECS.append(Codec("compiled", Encoder, Decoder))
except ImportError:
    pass  # it was not built


def blank_page(width: int, rows: int, seed: int = 1) -> bytes:
    """Nothing."""
    return bytes((width + 7) // 8 * rows)


@functools.lru_cache(512)
def screen_page(width: int, rows: int, seed: int = 6) -> bytes:
    """A grey wedge through a regular screen of that period: what Ghostscript makes of photographs."""
    period = seed
    screen = [(5 * x + 7 * x * y + 3 * y * y) % (period * period) for y in range(period) for x in range(period)]
    wedge = [x * period * period // width for x in range(width)]
    page = bytearray()
    for y in range(rows):
        levels = screen[y % period * period :][:period] * (width // period + 1)
        greys = [(grey + y // 16) % (period * period) for grey in wedge]
        row = int("".join("01"[level < grey] for level, grey in zip(levels, greys, strict=False)), 2)
        page += (row << (-width % 8)).to_bytes((width + 7) // 8, "big")
    return bytes(page)


PAGES = {"text": text_page, "noise": noise_page, "blank": blank_page, "screen": screen_page}


def encode(data: bytes, width: int, *, known: bool = True, codec: Codec = PLAIN, **options: Any) -> bytes:
    """A whole page; `known`: with its length in the header."""
    length = len(data) // ((width + 7) // 8) if known else None
    encoder = codec.encoder(width, rows=length, **options)
    encoder.add_rows(data)
    octets = encoder.finish()
    assert isinstance(octets, bytes)
    return octets


def encode_with_moves(page: bytes, width: int, moves: dict[int, int], *, two_line_template: bool = False) -> bytes:
    """A page of one stripe in which the adaptive pixel moves, by row of the stripe; no typical prediction."""
    template = TWO_LINES if two_line_template else THREE_LINES
    coder = ArithmeticEncoder()
    stride = (width + 7) // 8
    above = [bytes(width), bytes(width)]
    shift = 0
    for number in range(len(page) // stride):
        shift = moves.get(number, shift)
        row = int.from_bytes(page[number * stride : (number + 1) * stride], "big") >> (-width % 8)
        pixels = pixels_of(row, width)
        above.append(make_windows(pixels))
        coder.encode(zip(template.contexts(*above[-3:], pixels, shift), pixels, strict=True))
    header = ImageHeader(width, len(page) // stride, 0xFFFF, 127, two_line_template=two_line_template)
    segments = b"".join(make_at_move(*move) for move in moves.items())
    return header.octets() + segments + coder.flush() + bytes((ESC, SDNORM))


def decode(octets: bytes, width: int, *chunks: int, max_rows: int = 12_000, codec: Codec = PLAIN) -> Any:
    """Decode everything in one piece, or in pieces of these sizes, over and over."""
    return feed(codec.decoder(width, max_rows=max_rows), octets, chunks)


def bih(width: int, rows: int, *, stripe: int = 128, mx: int = 127, options: int = 0x08, **octets: int) -> bytes:
    """A header, right or wrong: `octets` by position, as o0=1."""
    header = bytearray(b"\0\0\1\0")
    for number in (width, rows, stripe):
        header += number.to_bytes(4, "big")
    header += bytes((mx, 0, 0, options))
    for position, octet in octets.items():
        header[int(position[1:])] = octet
    return bytes(header)
