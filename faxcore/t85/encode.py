# SPDX-License-Identifier: GPL-3.0-or-later
"""The encoder: rows in, octets out (T.85; T.82, 6.2 and 6.6 to 6.8 with one layer and one plane).

The header goes out before the first row, and each stripe as soon as its rows are in. A page whose rows nobody has
counted has YD = 0xFFFFFFFF in the header; NEWLEN behind its last stripe tells the number, and an empty stripe ends it.

A row like the one above is typical: with typical prediction it costs one decision, whether typical rows go on or
stop doing so (SLNTP), and none of its pixels are coded.
"""

from __future__ import annotations

from faxcore.page import Page
from faxcore.t85.arithmetic import ArithmeticEncoder
from faxcore.t85.header import ESC, SDNORM, UNKNOWN, Header, new_length
from faxcore.t85.template import THREE_LINES, TWO_LINES, pixels_of, windows

_END_OF_STRIPE = bytes((ESC, SDNORM))
_MAX_WIDTH = 65535


class Encoder:
    """Codes one page as it is rendered: `rows` as often as there are rows, `take` what is ready, `finish`."""

    def __init__(
        self,
        width: int,
        *,
        rows_per_stripe: int = 128,
        typical_prediction: bool = True,
        rows: int | None = None,
        two_line_template: bool = False,
    ) -> None:
        """Begin a page. `rows` is its length if that is known; 128 rows a stripe is what every receiver takes."""
        if not 1 <= width <= _MAX_WIDTH or not 1 <= rows_per_stripe <= UNKNOWN or rows == 0:
            raise ValueError(f"no page is {width} wide, in stripes of {rows_per_stripe}, with {rows} rows")
        self._width = width
        self._template = TWO_LINES if two_line_template else THREE_LINES
        self._typical_prediction = typical_prediction
        self._length = rows
        self._rows_per_stripe = rows_per_stripe
        self._coded = 0
        self._coder = ArithmeticEncoder()
        self._above = bytes(width)
        self._windows = (bytes(width), bytes(width))  # of the row two above, and of the row above
        self._was_typical = False
        header = Header(
            width,
            UNKNOWN if rows is None else rows,
            rows_per_stripe,
            two_line_template=two_line_template,
            length_may_change=rows is None,
            typical_prediction=typical_prediction,
        )
        self._ready = bytearray(header.octets())

    def rows(self, data: bytes | bytearray | memoryview) -> None:
        """Code any number of packed rows, 1 = black, each beginning with an octet."""
        stride = (self._width + 7) // 8
        if len(data) % stride:
            raise ValueError(f"{len(data)} octets are no whole number of rows of {stride}")
        if self._length is not None and self._coded + len(data) // stride > self._length:
            raise ValueError(f"more than the {self._length} rows that the header tells")
        data = bytes(data)
        for at in range(0, len(data), stride):
            self._row(pixels_of(data[at : at + stride], self._width))

    def take(self) -> bytes:
        """The octets that are ready and were not taken before."""
        ready = bytes(self._ready)
        self._ready.clear()
        return ready

    def finish(self) -> bytes:
        """End the page, and take the rest of it. There is no coded page without rows."""
        if self._coded == 0 or self._length not in (None, self._coded):
            raise ValueError(f"a page of {self._coded} rows, and {self._length} were told")
        if self._coded % self._rows_per_stripe and self._length is None:
            self._end_stripe()
        if self._length is None:
            self._ready += new_length(self._coded) + _END_OF_STRIPE
        return self.take()

    def _row(self, pixels: bytes) -> None:
        typical = pixels == self._above
        if self._typical_prediction:
            self._coder.encode([(self._template.slntp, int(typical == self._was_typical))])
            self._was_typical = typical
        two_above, above = self._windows
        row = above if typical else windows(pixels)
        if not (typical and self._typical_prediction):
            contexts = self._template.contexts(two_above, above, row, pixels, 0)
            self._coder.encode(zip(contexts, pixels, strict=True))
        self._above = pixels
        self._windows = (above, row)
        self._coded += 1
        if self._coded % self._rows_per_stripe == 0 or self._coded == self._length:
            self._end_stripe()

    def _end_stripe(self) -> None:
        self._ready += self._coder.flush() + _END_OF_STRIPE


def encode_page(page: Page) -> bytes:
    """A whole page as it goes over the line, its length in the header."""
    encoder = Encoder(page.width.value, rows=page.length)
    encoder.rows(page.rows)
    return encoder.finish()
