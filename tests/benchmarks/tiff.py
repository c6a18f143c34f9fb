# SPDX-License-Identifier: GPL-3.0-or-later
"""The smallest TIFF files that carry one page in one strip (TIFF 6.0, sections 2, 11 and T.4 Encoding)."""

from __future__ import annotations

import struct

from tests.benchmarks.peer import Sheet

NO_COMPRESSION, GROUP3, GROUP4 = 1, 3, 4
TWO_DIMENSIONAL = 1  # T4Options, bit 0
COMPRESSION = {"MH": GROUP3, "MR": GROUP3, "MMR": GROUP4}
T4_OPTIONS = {"MH": 0, "MR": TWO_DIMENSIONAL, "MMR": 0}
DPI = (204, 196)

_SHORT, _LONG, _RATIONAL = 3, 4, 5
_HEADER = 8
_STRIP_OFFSETS, _STRIP_BYTE_COUNTS = 273, 279


def tiff(sheet: Sheet, strip: bytes, coding: str | None) -> bytes:
    """A file whose one strip holds these octets: the page's rows, or its bits in that coding."""
    after = _HEADER + len(strip) + len(strip) % 2
    resolutions = struct.pack("<4L", DPI[0], 1, DPI[1], 1)
    tags = {
        256: (_LONG, sheet.width),
        257: (_LONG, sheet.length),
        258: (_SHORT, 1),
        259: (_SHORT, COMPRESSION[coding] if coding else NO_COMPRESSION),
        262: (_SHORT, 0),  # white is 0
        266: (_SHORT, 1),  # most significant bit first
        _STRIP_OFFSETS: (_LONG, _HEADER),
        277: (_SHORT, 1),
        278: (_LONG, sheet.length),
        _STRIP_BYTE_COUNTS: (_LONG, len(strip)),
        282: (_RATIONAL, after),
        283: (_RATIONAL, after + 8),
        296: (_SHORT, 2),  # resolution in dots an inch
    }
    if coding in ("MH", "MR"):
        tags[292] = (_LONG, T4_OPTIONS[coding])
    entries = b"".join(struct.pack("<HHLL", tag, kind, 1, value) for tag, (kind, value) in sorted(tags.items()))
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    header = struct.pack("<2sHL", b"II", 42, after + len(resolutions))
    return header + strip + bytes(len(strip) % 2) + resolutions + directory


def strip_of(file: bytes) -> bytes:
    """The octets of a file's strip; the file is little-endian and has one."""
    (at,) = struct.unpack_from("<L", file, 4)
    (count,) = struct.unpack_from("<H", file, at)
    found = {}
    for entry in range(count):
        tag, kind, number, value = struct.unpack_from("<HHLL", file, at + 2 + 12 * entry)
        if tag in (_STRIP_OFFSETS, _STRIP_BYTE_COUNTS):
            if number != 1:
                raise ValueError(f"a file of {number} strips")
            found[tag] = value & 0xFFFF if kind == _SHORT else value
    offset = found[_STRIP_OFFSETS]
    return file[offset : offset + found[_STRIP_BYTE_COUNTS]]
