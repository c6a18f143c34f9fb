# SPDX-License-Identifier: GPL-3.0-or-later
"""The strips of a bilevel TIFF page, decoded without mercy: a fax that is sent must be the one that was handed in.

libtiff makes white rows, or a copy of the row above, of what it cannot decode, and says so on standard error at most,
of a run-length coded page not even that. So strips of T.4, T.6 and TIFF's own run-length codes, deflated ones and
those that are not compressed, are read here: there must be as many as the page needs, they must lie in the file, and
each must decode to exactly its rows, without a bad one. A T.6 strip may end without EOFB and a T.4 strip without RTC
if all of its rows are there: many programs leave them out, and nothing is missing. What is behind EOFB or RTC is not
looked at: writers fill strips up.

A fax that has come in is read with mercy (`spoiled`): what has arrived of it is all that there is. Rows that cannot be
read repeat the one above, as the decoder has it, those that are missing are white, and both are counted.

Damage that decodes to as many rows of another picture cannot be seen, here or anywhere: nothing in these formats but
the deflated one sums the pixels up.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

from PIL import Image

from faxcore.document.document_error import DocumentError, Reason
from faxcore.model.page import Coding
from faxcore.t4 import Decoder
from faxcore.t4.codes import RUN_BITS
from faxcore.t4.decoded_page import DecodedPage
from faxcore.t4.read_row import read_one_dimensional
from faxcore.t4.runs import stride_of
from faxcore.t85 import Decoder as JbigDecoder

_COMPRESSION: Final = 259
_PHOTOMETRIC: Final = 262
_FILL_ORDER: Final = 266
_OFFSETS: Final = 273
_ROWS_PER_STRIP: Final = 278
_COUNTS: Final = 279
_T4_OPTIONS: Final = 292

_PREDICTOR: Final = 317

_NONE, _RLE, _T4, _T6, _DEFLATE, _OLD_DEFLATE, _RLE_WORDS = 1, 2, 3, 4, 8, 32946, 32771
_JBIG: Final = 34661
_KNOWN: Final = frozenset({_NONE, _RLE, _T4, _T6, _DEFLATE, _OLD_DEFLATE, _RLE_WORDS, _JBIG})
_ROW_ENDS: Final = {_RLE: 8, _RLE_WORDS: 16}
"""Bits of which a row with run-length codes fills a whole number."""
_TWO_DIMENSIONAL: Final = 1
"""The bit of T4Options for MR."""
_LEADING_EOL: Final = {Coding.MH: b"\x00\x01", Coding.MR: b"\x00\x03"}
"""Fill and an EOL, in MR with its tag, for a strip that has no EOL before its first row; one more does no harm."""
_REVERSED: Final = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))
_INVERTED: Final = bytes(range(255, -1, -1))


def is_readable(frame: Image.Image) -> bool:
    """Return whether the strips of this page are of a kind that is read here."""
    tags = _tags(frame)
    known = tags.get(_COMPRESSION, _NONE) in _KNOWN
    return known and frame.mode == "1" and _OFFSETS in tags and tags.get(_PREDICTOR, 1) == 1


def read_strips(frame: Image.Image, file: BinaryIO, spoiled: list[int] | None = None) -> bytes:
    """Read the rows of a page of this file, packed, 1 = black; DocumentError if any of it is missing or damaged. With
    `spoiled`, of strips in a code of faxes only the number of bad and missing rows is appended to it.
    """
    tags = _tags(frame)
    rows = b"".join(
        _decode(tags, data, frame.width, length, number, spoiled)
        for number, (data, length) in enumerate(_read(tags, file, frame.height))
    )
    return rows.translate(_INVERTED) if tags.get(_PHOTOMETRIC) == 1 else rows


def _tags(frame: Image.Image) -> Mapping[int, Any]:
    return getattr(frame, "tag_v2", {})


def _read(tags: Mapping[int, Any], file: BinaryIO, height: int) -> Iterator[tuple[bytes, int]]:
    """Read each strip's octets, most significant bit first, and the number of its rows."""
    offsets, counts = tags[_OFFSETS], tags.get(_COUNTS, ())
    each = min(tags.get(_ROWS_PER_STRIP, height), height)
    if each < 1 or not len(offsets) == len(counts) == -(-height // each):
        raise DocumentError(Reason.DAMAGED, f"{len(offsets)} strips of {each} rows for {height}")
    size = file.seek(0, os.SEEK_END)
    for number, (offset, count) in enumerate(zip(offsets, counts, strict=True)):
        if not 0 < count <= size - offset:
            raise DocumentError(Reason.TRUNCATED, f"strip {number}: {count} octets at {offset} of {size}")
        file.seek(offset)
        data = file.read(count)
        # JBIG knows one order only, whatever the file says of its bits.
        reverse = tags.get(_FILL_ORDER, 1) == 2 and tags.get(_COMPRESSION) != _JBIG
        yield data.translate(_REVERSED) if reverse else data, min(each, height - number * each)


def _decode(
    tags: Mapping[int, Any], data: bytes, width: int, length: int, number: int, spoiled: list[int] | None
) -> bytes:
    compression = tags.get(_COMPRESSION, _NONE)
    try:
        if compression == _T4:
            coding = Coding.MR if tags.get(_T4_OPTIONS, 0) & _TWO_DIMENSIONAL else Coding.MH
            return _decode_fax(_LEADING_EOL[coding] + data, coding, width, length, spoiled)
        if compression == _T6:
            return _decode_fax(data, Coding.MMR, width, length, spoiled)
        if compression == _JBIG:
            return _take_decoded(_decode_jbig(data, width, length), length, spoiled)
        if compression in _ROW_ENDS:
            return _decode_runs(data, _ROW_ENDS[compression], width, length)
        if compression != _NONE:
            data = _inflate(data, length * stride_of(width))
        return _take_rows(data, width, length)
    except (ValueError, zlib.error) as error:
        raise DocumentError(Reason.DAMAGED, f"strip {number}: {error}") from error


def _decode_fax(data: bytes, coding: Coding, width: int, length: int, spoiled: list[int] | None) -> bytes:
    decoder = Decoder(width, coding, max_rows=length)
    decoder.feed(data)
    decoder.finish()
    return _take_decoded(decoder, length, spoiled)


def _decode_jbig(data: bytes, width: int, length: int) -> JbigDecoder:
    decoder = JbigDecoder(width, max_rows=length)
    decoder.feed(data)
    decoder.finish()
    return decoder


def _take_decoded(decoder: Decoder | JbigDecoder, length: int, spoiled: list[int] | None) -> bytes:
    """Take the rows that a decoder has made of a strip, if there is nothing wrong with them, or wrong ones count."""
    rows = bytes(decoder.bitmap())
    if spoiled is None:
        if decoder.broken is not None:
            raise ValueError(decoder.broken)
        if decoder.bad_rows or decoder.rows != length:
            raise ValueError(f"{decoder.rows} rows of {length}, {decoder.bad_rows} of them bad")
        return rows
    if not decoder.rows:
        raise ValueError(decoder.broken or "no rows")
    missing = max(length - decoder.rows, 0)
    spoiled.append(decoder.bad_rows + missing)
    return rows + bytes(missing * (len(rows) // decoder.rows))


def _decode_runs(data: bytes, unit: int, width: int, length: int) -> bytes:
    bits = bin(int.from_bytes(b"\1" + data, "big"))[3:] + "0" * RUN_BITS
    page, pos = DecodedPage(width), 0
    for row in range(length):
        changes, pos = read_one_dimensional(bits, pos, width)
        if changes is None or pos > 8 * len(data):
            raise ValueError(f"row {row + 1} has codes that make no row of {width} pixels")
        page.add(changes)
        pos += -pos % unit
    if bits.find("1", pos) >= 0:
        raise ValueError(f"more than {length} rows")
    return page.bitmap()


def _take_rows(data: bytes, width: int, length: int) -> bytes:
    stride = stride_of(width)
    wanted = stride * length
    if not wanted <= len(data) < wanted + stride:
        raise ValueError(f"{len(data)} octets for {length} rows of {stride}")
    return data[:wanted]


def _inflate(data: bytes, wanted: int) -> bytes:
    """Inflate to the end of the data, where their sum is: libtiff stops at the last row, and never sees it."""
    inflater = zlib.decompressobj()
    found = inflater.decompress(data, 2 * wanted)
    if not inflater.eof:
        raise ValueError(f"no end of the data behind {len(found)} octets")
    return found
