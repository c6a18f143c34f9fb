# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages and streams of T.85, and what a decoder tells about them."""

from __future__ import annotations

from faxcore.t85 import Decoder, Encoder

WIDTHS = [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000, 1728, 2048, 2432]


def ordered_page(width: int, rows: int, period: int = 4) -> bytes:
    """A grey wedge through a regular screen: what Ghostscript makes of photographs."""
    screen = [(5 * x + 7 * x * y + 3 * y * y) % (period * period) for y in range(period) for x in range(period)]
    page = bytearray()
    for y in range(rows):
        row = 0
        for x in range(width):
            grey = (x * period * period // width + y // 16) % (period * period)
            row = row << 1 | (screen[y % period * period + x % period] < grey)
        page += (row << (-width % 8)).to_bytes((width + 7) // 8, "big")
    return bytes(page)


def encode(data: bytes, width: int, *, known: bool = True, **options: int) -> bytes:
    """A whole page; `known`: with its length in the header."""
    length = len(data) // ((width + 7) // 8) if known else None
    encoder = Encoder(width, rows=length, **options)  # type: ignore[arg-type]
    encoder.rows(data)
    return encoder.finish()


def decode(octets: bytes, width: int, *chunks: int, max_rows: int = 12_000) -> Decoder:
    """Everything in one piece, or in pieces of these sizes, over and over."""
    decoder = Decoder(width, max_rows=max_rows)
    at = turn = 0
    while at < len(octets):
        size = chunks[turn % len(chunks)] if chunks else len(octets)
        decoder.feed(octets[at : at + size])
        at += size
        turn += 1
    decoder.finish()
    return decoder


def outcome(decoder: Decoder) -> tuple[object, ...]:
    """All that a decoder tells."""
    return (
        decoder.rows,
        decoder.bad_rows,
        decoder.worst_bad_run,
        decoder.ended,
        decoder.broken,
        decoder.status(),
        bytes(decoder.bitmap()),
    )
