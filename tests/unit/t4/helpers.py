# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages to code, and libtiff (through Pillow) as the foreign codec that both halves of ours are compared with."""

import functools
import io
import random
import struct
from collections.abc import Sequence
from typing import Any

from PIL import Image, TiffImagePlugin

from faxcore.model.page import T4_CODINGS, Coding
from faxcore.t4.runs import stride_of
from tests.unit.t4.codecs import PLAIN, Codec

WIDTHS = [1, 2, 7, 8, 9, 63, 64, 65, 1000, 1728, 2048, 2432, 2560, 2561, 2623, 2624, 5200]
CODINGS = list(T4_CODINGS)


@functools.lru_cache(512)
def text_page(width: int, rows: int, seed: int = 1) -> bytes:
    """Rows with a few runs each, mostly like the row above: what text looks like to a codec."""
    chance = random.Random(seed)
    row = 0
    page = bytearray()
    stride = stride_of(width)
    mask = (1 << width) - 1
    for _ in range(rows):
        kind = chance.random()
        if kind < 0.2:
            row = 0
        elif kind < 0.6:
            for _ in range(chance.randrange(1, 8)):
                begin = chance.randrange(width)
                row ^= ((1 << chance.randrange(1, 40)) - 1) << begin
            row &= mask
        elif kind < 0.8:
            row = (row << 1 | row >> 2) & mask
        page += (row << (-width % 8)).to_bytes(stride, "big")
    return bytes(page)


@functools.lru_cache(512)
def noise_page(width: int, rows: int, seed: int = 1) -> bytes:
    """Every pixel a coin."""
    chance = random.Random(seed)
    stride = stride_of(width)
    return b"".join((chance.getrandbits(width) << (-width % 8)).to_bytes(stride, "big") for _ in range(rows))


_codec = PLAIN


def use(codec: Codec) -> None:
    """From now on this is the codec of `encoder`, `decoder` and what is made with them."""
    global _codec
    _codec = codec


def new_encoder(width: int, coding: Coding, **options: Any) -> Any:
    return _codec.encoder(width, coding, **options)


def new_decoder(width: int, coding: Coding, **options: Any) -> Any:
    return _codec.decoder(width, coding, **options)


def encode(data: bytes, width: int, coding: Coding, **options: Any) -> bytes:
    encoder = new_encoder(width, coding, **options)
    encoder.add_rows(data)
    coded: bytes = encoder.finish()
    return coded


def decode(bits: bytes, width: int, coding: Coding, *chunks: int, max_rows: int = 12_000) -> Any:
    """Decode everything in one piece, or in pieces of these sizes, over and over."""
    return feed(new_decoder(width, coding, max_rows=max_rows), bits, chunks)


def feed(decoder: Any, bits: bytes, chunks: Sequence[int]) -> Any:
    """Give a decoder everything in one piece, or in pieces of these sizes, over and over; the decoder."""
    at = turn = 0
    while at < len(bits):
        size = chunks[turn % len(chunks)] if chunks else len(bits)
        decoder.feed(bits[at : at + size])
        at += size
        turn += 1
    decoder.finish()
    return decoder


def outcome(decoder: Any) -> tuple[object, ...]:
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


@functools.lru_cache(64)
def libtiff_encode(data: bytes, width: int, compression: str, options: int = 0) -> bytes:
    """The page's bits as libtiff writes them: one strip, most significant bit first, 1 = black."""
    rows = len(data) // stride_of(width)
    image = Image.frombytes("1", (width, rows), bytes(octet ^ 0xFF for octet in data))
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[278] = rows
    tags[262] = 0
    if options:
        tags[292] = options
    file = io.BytesIO()
    image.save(file, "TIFF", compression=compression, tiffinfo=tags)
    with Image.open(io.BytesIO(file.getvalue()), formats=["TIFF"]) as saved:
        offsets, counts = saved.tag_v2[273], saved.tag_v2[279]
        assert len(offsets) == 1, "libtiff made more than one strip"
        assert saved.tag_v2.get(266, 1) == 1
        return file.getvalue()[offsets[0] : offsets[0] + counts[0]]


def libtiff_decode(bits: bytes, width: int, rows: int) -> bytes:
    """The rows that libtiff finds in an MMR page."""
    tags = {256: width, 257: rows, 258: 1, 259: 4, 262: 0, 273: 122, 277: 1, 278: rows, 279: len(bits)}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(tags.items()))
    header = b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)
    assert len(header) == tags[273]
    with Image.open(io.BytesIO(header + bits), formats=["TIFF"]) as image:
        return bytes(octet ^ 0xFF for octet in image.tobytes())


def flip(bits: bytes, positions: list[int]) -> bytes:
    """The same bits with those at the positions wrong."""
    wrong = bytearray(bits)
    for position in positions:
        wrong[position // 8] ^= 0x80 >> position % 8
    return bytes(wrong)
