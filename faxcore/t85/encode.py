# SPDX-License-Identifier: GPL-3.0-or-later
"""The encoder: rows in, octets out (T.85; T.82, 6.2 and 6.6 to 6.8 with one layer and one plane).

The header goes out before the first row, and each stripe as soon as its rows are in. A page whose rows nobody has
counted has YD = 0xFFFFFFFF in the header; NEWLEN behind its last stripe tells the number, and an empty stripe ends it.

A row like the one above is typical: with typical prediction it costs one decision, whether typical rows go on or
stop doing so (SLNTP), and none of its pixels are coded.
"""

from __future__ import annotations

from faxcore.t85.adaptive import find_best_shift
from faxcore.t85.arithmetic import ArithmeticEncoder
from faxcore.t85.image_header import ESC, MAX_AT_SHIFT, SDNORM, UNKNOWN, ImageHeader, make_at_move, make_new_length
from faxcore.t85.reasons import check_coding
from faxcore.t85.template import THREE_LINES, TWO_LINES, make_windows, pixels_of

_END_OF_STRIPE = bytes((ESC, SDNORM))


class Encoder:
    """Codes one page as it is rendered: `add_rows` as often as there are rows, `take` what is ready, `finish`."""

    def __init__(
        self,
        width: int,
        *,
        rows_per_stripe: int = 128,
        typical_prediction: bool = True,
        rows: int | None = None,
        two_line_template: bool = False,
        adaptive_template: bool = True,
    ) -> None:
        """Begin a page. `rows` is its length if that is known; every receiver accepts 128 rows a stripe.

        The template of two lines is faster in some machines, and compresses a little less. With `adaptive_template`
        one of its pixels follows the screens of photographs.
        """
        check_coding(width, rows_per_stripe, rows)
        self._width = width
        self._template = TWO_LINES if two_line_template else THREE_LINES
        self._header = ImageHeader(
            width,
            UNKNOWN if rows is None else rows,
            rows_per_stripe,
            max_at_shift=MAX_AT_SHIFT if adaptive_template else 0,
            two_line_template=two_line_template,
            length_may_change=rows is None,
            typical_prediction=typical_prediction,
        )
        self._ready = bytearray(self._header.octets())
        self._coder = ArithmeticEncoder()
        self._coded = 0
        self._stripe: list[int] = []  # rows that wait for the rest of their stripe
        self._above = 0
        self._windows = (bytes(width), bytes(width))  # of the row two above, and of the row above
        self._was_typical = False
        self._shift = 0

    def add_rows(self, data: bytes | bytearray | memoryview) -> None:
        """Code any number of packed rows, 1 = black, each beginning with an octet."""
        stride = (self._width + 7) // 8
        if len(data) % stride:
            raise ValueError(f"{len(data)} octets are not a whole number of rows of {stride}")
        data = bytes(data)
        for at in range(0, len(data), stride):
            self._add_row(int.from_bytes(data[at : at + stride], "big") >> (-self._width % 8))

    def take(self) -> bytes:
        """Take the octets that are ready and were not taken before."""
        ready = bytes(self._ready)
        self._ready.clear()
        return ready

    def finish(self) -> bytes:
        """End the page, and take the rest of it. ValueError if it has no rows, or not as many as announced."""
        length = self._coded + len(self._stripe)
        if not length or self._header.rows not in (length, UNKNOWN):
            raise ValueError(f"the page ends with {length} rows")
        if self._stripe:
            self._code_stripe()
        if self._header.rows == UNKNOWN:
            self._ready += make_new_length(length) + _END_OF_STRIPE
        return self.take()

    def _add_row(self, row: int) -> None:
        length = self._coded + len(self._stripe)
        if length == self._header.rows:
            raise ValueError(f"more than the {length} rows that were announced")
        self._stripe.append(row)
        if len(self._stripe) == self._header.rows_per_stripe or length + 1 == self._header.rows:
            self._code_stripe()

    def _code_stripe(self) -> None:
        if self._header.max_at_shift:
            self._adapt()
        for row in self._stripe:
            self._code_row(row)
        self._ready += self._coder.flush() + _END_OF_STRIPE
        self._coded += len(self._stripe)
        self._stripe.clear()

    def _adapt(self) -> None:
        rows = [self._above, *self._stripe]
        shift = find_best_shift(rows, self._width, self._shift, self._template.nearest_shift)
        if shift != self._shift:
            self._ready += make_at_move(0, shift)
            self._shift = shift

    def _code_row(self, row: int) -> None:
        typical = row == self._above
        two_above, above = self._windows
        here = above
        if self._header.typical_prediction:
            self._coder.encode([(self._template.slntp, int(typical == self._was_typical))])
            self._was_typical = typical
        if not (typical and self._header.typical_prediction):
            pixels = pixels_of(row, self._width)
            here = make_windows(pixels)
            contexts = self._template.contexts(two_above, above, here, pixels, self._shift)
            self._coder.encode(zip(contexts, pixels, strict=True))
        self._above = row
        self._windows = (above, here)
