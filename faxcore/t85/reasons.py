# SPDX-License-Identifier: GPL-3.0-or-later
"""Reasons of decoders and encoders to refuse, in words: shared by the plain and the compiled ones, which must agree.

Reasons about the header are in `image_header`. Rows are counted from 1; `row` is the first that was not kept.
"""

from __future__ import annotations

from typing import Final

from faxcore.t85.image_header import ABORT, UNKNOWN

MAX_WIDTH: Final = 65535

MAX_IDLE: Final = 1 << 16
"""Octets that may pass without a row: comments, and moves of the adaptive pixel."""

MAX_SURPLUS: Final = 8
"""Octets of a stripe that its rows may leave unread. An encoder flushes two or three; if there are more, some are
wrong.
"""


def check_page(width: int, max_rows: int) -> None:
    """Raise ValueError for a page that the decoder cannot read."""
    if not 1 <= width <= MAX_WIDTH or max_rows < 0:
        raise ValueError(f"a page cannot be {width} wide, or have up to {max_rows} rows")


def check_coding(width: int, rows_per_stripe: int, rows: int | None) -> None:
    """Raise ValueError for a page that the encoder cannot code: a coded page cannot be without rows."""
    if not 1 <= width <= MAX_WIDTH or not 1 <= rows_per_stripe <= UNKNOWN or not (rows is None or 1 <= rows < UNKNOWN):
        raise ValueError(f"a page cannot be {width} wide, in stripes of {rows_per_stripe}, with {rows} rows")


def too_many_rows(max_rows: int) -> str:
    """Reason: the page is longer than any page may be."""
    return f"more than {max_rows} rows"


def data_end(row: int) -> str:
    """Reason: the data ended before the page did."""
    return f"the data end in row {row}"


def length_missing(row: int) -> str:
    """Reason: the page's length never came, so it is unknown where its last stripe ends."""
    return f"the data end before row {row}, and the page's length was not told"


def idle(row: int) -> str:
    """Reason: octets come, but no rows."""
    return f"no row {row} in {MAX_IDLE} octets"


def surplus(row: int) -> str:
    """Reason: a stripe's octets do not end where its rows do."""
    return f"the stripe before row {row} has more octets than its rows"


def marker(code: int, row: int) -> str:
    """Reason: a marker at a place where none of its kind may be."""
    if code == ABORT:
        return f"the sender gave the page up at row {row}"
    return f"marker {code:#04x} at row {row} where none may be"


def move(at_row: int, shift: int, down: int, row: int) -> str:
    """Reason: an ATMOVE that T.85, or this page's header, does not allow."""
    return f"the adaptive pixel is moved to {shift}, {down} at row {row} + {at_row}, where it can't be"


def length(told: int, row: int) -> str:
    """Reason: a NEWLEN that cannot be true."""
    return f"the length is told as {told if told != UNKNOWN else 'unknown'} at row {row}, which can't be"
