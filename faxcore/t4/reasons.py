# SPDX-License-Identifier: GPL-3.0-or-later
"""Reasons of decoders and encoders to refuse, in words: shared by the plain and the compiled ones, which must agree."""

from __future__ import annotations

from typing import Final

from faxcore.model.page import T4_CODINGS, Coding

MAX_WIDTH: Final = 65535

(
    TOO_MANY_ROWS,
    NO_END_OF_ROW,
    NO_CODE,
    DATA_END,
    UNCOMPRESSED,
    ENDS_IN_ROW,
    NO_ROW,
) = range(7)

_SENTENCES: Final = (
    "more than {max_rows} rows",
    "no end of row {row} in {max_bits} bits",
    "row {row} begins with an invalid code",
    "the data end in row {row}",
    "row {row} asks for uncompressed mode",
    "the page ends in the middle of row {row}",
    "row {row} has codes that make no row of {width} pixels",
)


def format_reason(reason: int, row: int, width: int, max_rows: int) -> str:
    """Format the reason why decoding cannot go on; `row` is the first that was not read, from 1."""
    return _SENTENCES[reason].format(row=row, width=width, max_rows=max_rows, max_bits=max_row_bits(width))


def max_row_bits(width: int) -> int:
    """Return the number of bits that may pass without the end of a row: eight seconds of fill at 33 600 bit/s, more
    than any row's codes.
    """
    return (1 << 18) + 8 * width


def check_encoding(width: int, coding: Coding, k: int) -> None:
    """Raise ValueError for a page that the encoder cannot code."""
    _check_coding(coding)
    if not 1 <= width <= MAX_WIDTH or k < 1:
        raise ValueError(f"a page cannot be {width} wide, or have K = {k}")


def check_rows(octets: int, stride: int) -> None:
    """Raise ValueError for a part of a row."""
    if octets % stride:
        raise ValueError(f"{octets} octets are not a whole number of rows of {stride}")


def check_page(width: int, coding: Coding, max_rows: int) -> None:
    """Raise ValueError for a page that the decoder cannot read."""
    _check_coding(coding)
    if not 1 <= width <= MAX_WIDTH or max_rows < 0:
        raise ValueError(f"a page cannot be {width} wide, or have up to {max_rows} rows")


def _check_coding(coding: Coding) -> None:
    if coding not in T4_CODINGS:
        raise ValueError(f"{coding.value} is not a coding of T.4 or T.6")
