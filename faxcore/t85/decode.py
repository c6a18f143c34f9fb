# SPDX-License-Identifier: GPL-3.0-or-later
"""The decoder: octets from a stranger in, rows out, and no octets can hurt it.

Theory. Everything here that reads is a generator, which yields where it has to wait for more octets: wherever that
is, in the middle of a header or of a pixel's renormalization, it goes on from there, so rows are the same however the
octets are cut into chunks.

The arithmetic decoder (T.82, 6.8) keeps how far the code lies above the lower end of the interval. It reads up to
three octets ahead, and behind a stripe's last octet it reads zeros, for the encoder left those away. So any number of
rows can be made of nothing, and wrong octets make wrong rows rather than an error: all that shows is a stripe whose
octets don't end where its rows do. Hence two rules:

- A row is kept once every octet that was looked at for it has come, and what ends the stripe (if that was met) is
  known to be a proper end. What is kept of a page that breaks off is what its sender coded.
- Where the length may still be told (VLENGTH), the end of the data of a stripe doesn't say how many rows are in it:
  an encoder that was surprised by the end of the page tells the length behind the stripe. So rows that were made with
  zeros are kept only once it is known what follows the stripe. A length told still later can cut off rows of the
  last stripe, but none of earlier ones.

Growth is bounded, as promise P11 asks: by `max_rows`, and by the octets that may pass without a row.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Final, TypeVar

from faxcore.model.page import MAX_ROWS
from faxcore.t85 import reasons
from faxcore.t85.estimation import AFTER_LPS, AFTER_MPS, CONTEXTS, LSZ
from faxcore.t85.image_header import (
    ATMOVE,
    COMMENT,
    ESC,
    HEADER_OCTETS,
    NEWLEN,
    SDNORM,
    SDRST,
    STUFF,
    UNKNOWN,
    HeaderRefused,
    ImageHeader,
)
from faxcore.t85.template import THREE_LINES, TWO_LINES, packed, windows

T = TypeVar("T")
Waiting = Generator[None, None, T]

_SEGMENTS: Final = {NEWLEN: 6, ATMOVE: 8, COMMENT: 6}
"""Octets of each floating marker segment; of a comment, those before its text."""


class _Broken(Exception):
    """Decoding can't go on; the text says why."""


class _DataEnd(Exception):
    """`finish` was called, and more octets would be needed."""


class Decoder:
    """Reads one page as the modem delivers it: `feed` until it returns False or nothing comes, then `finish`."""

    def __init__(self, width: int, *, max_rows: int = MAX_ROWS) -> None:
        """Begin a page of that many pixels across; rows beyond `max_rows` break it."""
        reasons.check_page(width, max_rows)
        self._width = width
        self._max_rows = max_rows
        self._stride = (width + 7) // 8
        self._bitmap = bytearray()
        self._data = bytearray()  # from the first octet that was not read yet
        self._at = 0
        self._finishing = False
        self._idle = 0
        self._script = self._page()
        self.rows = 0
        """Rows so far."""
        self.ended = False
        """The page is whole."""
        self.broken: str | None = None
        """Why decoding can't go on, in words; None while it can."""

    @property
    def bad_rows(self) -> int:
        """Rows that were concealed: none, for decoding stops at the first error."""
        return 0

    @property
    def worst_bad_run(self) -> int:
        """The most bad rows in succession: 0."""
        return 0

    def status(self) -> bytes:
        """One octet a row, as in faxcore.t4: 0, good."""
        return bytes(self.rows)

    def bitmap(self) -> memoryview:
        """The rows so far, packed, most significant bit first, 1 = black."""
        return memoryview(bytes(self._bitmap))

    def feed(self, chunk: bytes | bytearray | memoryview) -> bool:
        """Read what came; False once the page has ended or can't go on: further octets are not looked at."""
        if not self._over():
            self._data += chunk
            self._go_on()
            del self._data[: self._at]
            self._at = 0
        return not self._over()

    def finish(self) -> None:
        """The data have ended: a page without all its rows is broken."""
        self._finishing = True
        if not self._over():
            self._go_on()
        self._data.clear()

    def _over(self) -> bool:
        return self.ended or self.broken is not None

    def _go_on(self) -> None:
        try:
            next(self._script)
        except StopIteration:
            self.ended = True
        except (_Broken, HeaderRefused) as reason:
            self.broken = str(reason)

    # Octets

    def _octets(self, count: int) -> Waiting[bytes]:
        """The next octets, without reading past them."""
        while len(self._data) - self._at < count:
            if self._finishing:
                raise _DataEnd
            yield
        return bytes(self._data[self._at : self._at + count])

    def _pass(self, count: int) -> None:
        """Go past octets that make no row."""
        self._at += count
        self._idle += count
        if self._idle > reasons.MAX_IDLE:
            raise _Broken(reasons.idle(self.rows + 1))

    # The page and its stripes

    def _page(self) -> Waiting[None]:
        try:
            yield from self._read_header()
            while self.rows < self._length:
                yield from self._floating_segments()
                if self.rows < self._length:
                    yield from self._stripe()
        except _DataEnd:
            if not self.rows or self.rows < self._length:
                raise _Broken(reasons.data_end(self.rows + 1)) from None

    def _read_header(self) -> Waiting[None]:
        header = ImageHeader.read((yield from self._octets(HEADER_OCTETS)))
        header.agree(self._width, self._max_rows)
        self._at += HEADER_OCTETS
        self._header = header
        self._template = TWO_LINES if header.two_line_template else THREE_LINES
        self._length = header.rows
        self._length_may_come = header.length_may_change
        self._first = 0  # row of the stripe
        self._moves: dict[int, int] = {}  # of the adaptive pixel: row of the stripe, pixels to the left
        self._start_afresh()

    def _start_afresh(self) -> None:
        """What the first stripe, and one behind SDRST, begins with."""
        self._states = bytearray(CONTEXTS)
        self._shift = 0
        self._row = bytes(self._width)
        self._windows = (bytes(self._width), bytes(self._width))  # of the row two above, and of the row above
        self._was_typical = False

    def _stripe(self) -> Waiting[None]:
        self._first = self.rows
        moves, self._moves = self._moves, {}
        self._scd_ended = self._stripe_ended = False
        yield from self._init_decoder()
        while self.rows < self._stripe_end():
            self._shift = moves.get(self.rows - self._first, self._shift)
            pixels = yield from self._read_row()
            if self._scd_ended and not self._stripe_ended:
                yield from self._end_of_stripe()
            if self.rows < self._stripe_end():
                self._keep(pixels)
        if not self._stripe_ended:
            yield from self._skip_surplus()
            yield from self._end_of_stripe()
        if self._reset_follows:
            self._start_afresh()

    def _stripe_end(self) -> int:
        return min(self._first + self._header.rows_per_stripe, self._length)

    def _keep(self, pixels: bytes) -> None:
        if self.rows >= self._max_rows:
            raise _Broken(reasons.too_many_rows(self._max_rows))
        self._bitmap += packed(pixels)
        self.rows += 1
        self._idle = 0
        self._windows = (self._windows[1], self._windows[1] if pixels is self._row else windows(pixels))
        self._row = pixels

    def _skip_surplus(self) -> Waiting[None]:
        """Octets of the stripe that were not needed for its rows."""
        for _ in range(reasons.MAX_SURPLUS + 1):
            yield from self._byte_in()
            if self._scd_ended:
                return
        raise _Broken(reasons.surplus(self.rows + 1))

    # Markers

    def _end_of_stripe(self) -> Waiting[None]:
        """The marker behind the stripe's data; and what follows, if that may change how many rows it has."""
        _, code = yield from self._octets(2)
        if code not in (SDNORM, SDRST):
            raise _Broken(reasons.marker(code, self.rows + 1))
        self._pass(2)
        self._stripe_ended = True
        self._reset_follows = code == SDRST
        if self._length_may_come:
            try:
                yield from self._floating_segments()
            except _DataEnd:
                if self._length == UNKNOWN:
                    raise _Broken(reasons.length_missing(self.rows + 1)) from None

    def _floating_segments(self) -> Waiting[None]:
        """ATMOVE, NEWLEN and COMMENT, as many as there are before the next stripe (T.82, 6.2.6)."""
        while (yield from self._octets(1))[0] == ESC:
            _, code = yield from self._octets(2)
            if code not in _SEGMENTS:
                break
            segment = yield from self._octets(_SEGMENTS[code])
            number = int.from_bytes(segment[2:6], "big")
            if code == COMMENT:
                yield from self._skip_comment(len(segment) + number)
                continue
            self._pass(len(segment))
            if code == ATMOVE:
                self._at_move(number, segment[6], segment[7])
            else:
                self._new_length(number)
                if self.rows == self._length:
                    break

    def _at_move(self, row: int, shift: int, down: int) -> None:
        mx = self._header.max_at_shift
        if down or shift > mx or 0 < shift < self._template.nearest_shift:
            raise _Broken(reasons.move(row, shift, down, self.rows + 1))
        self._moves[row] = shift

    def _new_length(self, rows: int) -> None:
        if not self._length_may_come or not max(self._first, 1) <= rows <= self._length:
            raise _Broken(reasons.length(rows, self.rows + 1))
        self._length_may_come = False
        self._length = rows
        if rows < self.rows:
            self.rows = rows
            del self._bitmap[rows * self._stride :]

    def _skip_comment(self, octets: int) -> Waiting[None]:
        if self._idle + octets <= reasons.MAX_IDLE:
            yield from self._octets(octets)
        self._pass(octets)

    # Rows and pixels

    def _read_row(self) -> Waiting[bytes]:
        """The next row of the stripe: typical, or each of its pixels decoded."""
        if self._header.typical_prediction:
            goes_on = yield from self._decode([self._template.slntp], 0)
            self._was_typical ^= not goes_on[0]
            if self._was_typical:
                return self._row
        contexts = self._template.contexts_above(*self._windows, self._shift)
        return bytes((yield from self._decode(contexts, self._shift)))

    def _init_decoder(self) -> Waiting[None]:
        """INITDEC, but for the states."""
        self._c = 0
        for _ in range(3):
            self._c = self._c << 8 | (yield from self._byte_in())
        self._c <<= 8
        self._a = 0x10000
        self._ct = 8

    def _byte_in(self) -> Waiting[int]:
        """BYTEIN: the next octet of the stripe, without its stuffing; zero where there are no more."""
        if self._scd_ended:
            return 0
        octet = (yield from self._octets(1))[0]
        if octet == ESC:
            if (yield from self._octets(2))[1] != STUFF:
                self._scd_ended = True
                return 0
            self._at += 1
        self._at += 1
        return octet

    def _decode(self, contexts: Sequence[int], shift: int) -> Waiting[bytearray]:
        """DECODE pixels from left to right, whose contexts lack what the pixels before them make."""
        a, c, ct, states = self._a, self._c, self._ct, self._states
        mask, adaptive = self._template.before_mask, self._template.adaptive
        pixels = bytearray(shift)
        before = 0
        for x, upper in enumerate(contexts):
            context = upper | before
            if shift and pixels[x]:
                context |= adaptive
            state = states[context]
            pixel = state & 1
            lsz = LSZ[state]
            a -= lsz
            if c >> 16 < a:  # the lower part of the interval
                if a >= 0x8000:
                    pixels.append(pixel)
                    before = (before << 1 | pixel) & mask
                    continue
                probable = a >= lsz  # MPS_EXCHANGE
            else:
                c -= a << 16
                probable = a < lsz  # LPS_EXCHANGE
                a = lsz
            if probable:
                states[context] = AFTER_MPS[state]
            else:
                states[context] = AFTER_LPS[state]
                pixel ^= 1
            pixels.append(pixel)
            before = (before << 1 | pixel) & mask
            while a < 0x8000:  # RENORMD
                if ct == 0:
                    c |= (yield from self._byte_in()) << 8
                    ct = 8
                a <<= 1
                c <<= 1
                ct -= 1
        self._a, self._c, self._ct = a, c, ct
        return pixels[shift:]
