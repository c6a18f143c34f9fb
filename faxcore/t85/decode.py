# SPDX-License-Identifier: GPL-3.0-or-later
"""The decoder: untrusted octets in, rows out; no octets can do harm.

Theory. Every function here that reads is a generator, which yields when it has to wait for more octets: at any place,
in the middle of a header or of a pixel's renormalization, it goes on from there, so rows are the same however the
octets are cut into chunks.

The arithmetic decoder (T.82, 6.8) holds how far the code is above the lower end of the interval. It reads up to three
octets ahead, and after a stripe's last octet it reads zeros, because the encoder has left them out. So any number of
rows can be made without octets, and wrong octets make wrong rows rather than an error: the only sign is a stripe whose
octets do not end where its rows do. Hence two rules:

- A row is kept once every octet that was needed for it has come, and the end of the stripe (if it was reached) is known
  to be a proper end. So the rows that are kept of a page that breaks off are those that its sender coded.
- If the length may still come (VLENGTH), the end of the data of a stripe does not tell how many rows are in it: an
  encoder that did not know the end of the page sends the length after the stripe. So rows that were made with zeros
  are kept only once it is known what follows the stripe. A length that comes still later can cut off rows of the last
  stripe, but none of earlier ones.

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
from faxcore.t85.template import THREE_LINES, TWO_LINES, make_windows, pack

T = TypeVar("T")
Waiting = Generator[None, None, T]

_SEGMENTS: Final = {NEWLEN: 6, ATMOVE: 8, COMMENT: 6}
"""Octets of each floating marker segment; of a comment, those before its text."""


class _Broken(Exception):
    """Decoding cannot go on; the text is the reason."""


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
        self._script = self._read_page()
        self.rows = 0
        """The number of rows so far."""
        self.ended = False
        """True once the page is whole."""
        self.broken: str | None = None
        """The reason, in words, why decoding cannot go on; None while it can."""

    @property
    def bad_rows(self) -> int:
        """The number of rows that were concealed: 0, because decoding stops at the first error."""
        return 0

    @property
    def worst_bad_run(self) -> int:
        """The most bad rows in succession: 0."""
        return 0

    def status(self) -> bytes:
        """Return one octet a row, as in faxcore.t4: 0, good."""
        return bytes(self.rows)

    def bitmap(self) -> memoryview:
        """Return the rows so far, packed, most significant bit first, 1 = black."""
        return memoryview(bytes(self._bitmap))

    def feed(self, chunk: bytes | bytearray | memoryview) -> bool:
        """Read more octets; False once the page has ended or cannot go on: further octets are not looked at."""
        if not self._is_over():
            self._data += chunk
            self._go_on()
            del self._data[: self._at]
            self._at = 0
        return not self._is_over()

    def finish(self) -> None:
        """End the data: a page without all its rows is broken."""
        self._finishing = True
        if not self._is_over():
            self._go_on()
        self._data.clear()

    def _is_over(self) -> bool:
        return self.ended or self.broken is not None

    def _go_on(self) -> None:
        try:
            next(self._script)
        except StopIteration:
            self.ended = True
        except (_Broken, HeaderRefused) as reason:
            self.broken = str(reason)

    # Octets

    def _peek_octets(self, count: int) -> Waiting[bytes]:
        """Return the next octets, without passing them."""
        while len(self._data) - self._at < count:
            if self._finishing:
                raise _DataEnd
            yield
        return bytes(self._data[self._at : self._at + count])

    def _pass_octets(self, count: int) -> None:
        """Pass octets that do not make a row."""
        self._at += count
        self._idle += count
        if self._idle > reasons.MAX_IDLE:
            raise _Broken(reasons.idle(self.rows + 1))

    # The page and its stripes

    def _read_page(self) -> Waiting[None]:
        try:
            yield from self._read_header()
            while self.rows < self._length:
                yield from self._read_segments()
                if self.rows < self._length:
                    yield from self._read_stripe()
        except _DataEnd:
            if not self.rows or self.rows < self._length:
                raise _Broken(reasons.data_end(self.rows + 1)) from None

    def _read_header(self) -> Waiting[None]:
        header = ImageHeader.read((yield from self._peek_octets(HEADER_OCTETS)))
        header.check_agreed(self._width, self._max_rows)
        self._at += HEADER_OCTETS
        self._header = header
        self._template = TWO_LINES if header.two_line_template else THREE_LINES
        self._length = header.rows
        self._length_may_come = header.length_may_change
        self._first = 0  # row of the stripe
        self._moves: dict[int, int] = {}  # of the adaptive pixel: row of the stripe, pixels to the left
        self._start_afresh()

    def _start_afresh(self) -> None:
        """Set the state with which the first stripe, and one after SDRST, begins."""
        self._states = bytearray(CONTEXTS)
        self._shift = 0
        self._row = bytes(self._width)
        self._windows = (bytes(self._width), bytes(self._width))  # of the row two above, and of the row above
        self._was_typical = False

    def _read_stripe(self) -> Waiting[None]:
        self._first = self.rows
        moves, self._moves = self._moves, {}
        self._scd_ended = self._stripe_ended = False
        yield from self._init_decoder()
        while self.rows < self._stripe_end():
            self._shift = moves.get(self.rows - self._first, self._shift)
            pixels = yield from self._read_row()
            if self._scd_ended and not self._stripe_ended:
                yield from self._read_end_of_stripe()
            if self.rows < self._stripe_end():
                self._keep_row(pixels)
        if not self._stripe_ended:
            yield from self._skip_surplus()
            yield from self._read_end_of_stripe()
        if self._reset_follows:
            self._start_afresh()

    def _stripe_end(self) -> int:
        return min(self._first + self._header.rows_per_stripe, self._length)

    def _keep_row(self, pixels: bytes) -> None:
        if self.rows >= self._max_rows:
            raise _Broken(reasons.too_many_rows(self._max_rows))
        self._bitmap += pack(pixels)
        self.rows += 1
        self._idle = 0
        self._windows = (self._windows[1], self._windows[1] if pixels is self._row else make_windows(pixels))
        self._row = pixels

    def _skip_surplus(self) -> Waiting[None]:
        """Skip octets of the stripe that were not needed for its rows."""
        for _ in range(reasons.MAX_SURPLUS + 1):
            yield from self._byte_in()
            if self._scd_ended:
                return
        raise _Broken(reasons.surplus(self.rows + 1))

    # Markers

    def _read_end_of_stripe(self) -> Waiting[None]:
        """Read the marker after the stripe's data, and the segments after it if they may change its number of rows."""
        _, code = yield from self._peek_octets(2)
        if code not in (SDNORM, SDRST):
            raise _Broken(reasons.marker(code, self.rows + 1))
        self._pass_octets(2)
        self._stripe_ended = True
        self._reset_follows = code == SDRST
        if self._length_may_come:
            try:
                yield from self._read_segments()
            except _DataEnd:
                if self._length == UNKNOWN:
                    raise _Broken(reasons.length_missing(self.rows + 1)) from None

    def _read_segments(self) -> Waiting[None]:
        """Read floating segments, ATMOVE, NEWLEN and COMMENT, up to the next stripe (T.82, 6.2.6)."""
        while (yield from self._peek_octets(1))[0] == ESC:
            _, code = yield from self._peek_octets(2)
            if code not in _SEGMENTS:
                break
            segment = yield from self._peek_octets(_SEGMENTS[code])
            number = int.from_bytes(segment[2:6], "big")
            if code == COMMENT:
                yield from self._skip_comment(len(segment) + number)
                continue
            self._pass_octets(len(segment))
            if code == ATMOVE:
                self._take_move(number, segment[6], segment[7])
            else:
                self._take_length(number)
                if self.rows == self._length:
                    break

    def _take_move(self, row: int, shift: int, down: int) -> None:
        mx = self._header.max_at_shift
        if down or shift > mx or 0 < shift < self._template.nearest_shift:
            raise _Broken(reasons.move(row, shift, down, self.rows + 1))
        self._moves[row] = shift

    def _take_length(self, rows: int) -> None:
        if not self._length_may_come or not max(self._first, 1) <= rows <= self._length:
            raise _Broken(reasons.length(rows, self.rows + 1))
        self._length_may_come = False
        self._length = rows
        if rows < self.rows:
            self.rows = rows
            del self._bitmap[rows * self._stride :]

    def _skip_comment(self, octets: int) -> Waiting[None]:
        if self._idle + octets <= reasons.MAX_IDLE:
            yield from self._peek_octets(octets)
        self._pass_octets(octets)

    # Rows and pixels

    def _read_row(self) -> Waiting[bytes]:
        """Read the next row of the stripe: it is typical, or each of its pixels is decoded."""
        if self._header.typical_prediction:
            goes_on = yield from self._decode([self._template.slntp], 0)
            self._was_typical ^= not goes_on[0]
            if self._was_typical:
                return self._row
        contexts = self._template.contexts_above(*self._windows, self._shift)
        return bytes((yield from self._decode(contexts, self._shift)))

    def _init_decoder(self) -> Waiting[None]:
        """Start the arithmetic decoder: INITDEC without the states."""
        self._c = 0
        for _ in range(3):
            self._c = self._c << 8 | (yield from self._byte_in())
        self._c <<= 8
        self._a = 0x10000
        self._ct = 8

    def _byte_in(self) -> Waiting[int]:
        """Read the next octet of the stripe without its stuffing (BYTEIN); zero if there are no more."""
        if self._scd_ended:
            return 0
        octet = (yield from self._peek_octets(1))[0]
        if octet == ESC:
            if (yield from self._peek_octets(2))[1] != STUFF:
                self._scd_ended = True
                return 0
            self._at += 1
        self._at += 1
        return octet

    def _decode(self, contexts: Sequence[int], shift: int) -> Waiting[bytearray]:
        """Decode pixels from left to right (DECODE). `contexts` lack the bits of the pixels before each, added here."""
        a, c, ct, states = self._a, self._c, self._ct, self._states
        mask, adaptive = self._template.before_mask, self._template.adaptive
        pixels = bytearray(shift)
        before = 0
        above = c >> 16  # how far the code is above the lower end, in units of A
        for x, upper in enumerate(contexts):
            context = upper | before
            if shift and pixels[x]:
                context |= adaptive
            state = states[context]
            pixel = state & 1
            lsz = LSZ[state]
            a -= lsz
            if above < a:  # the lower part of the interval
                if a >= 0x8000:
                    pixels.append(pixel)
                    before = (before << 1 | pixel) & mask
                    continue
                probable = a >= lsz  # MPS_EXCHANGE
            else:
                c -= a << 16
                above -= a
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
                above = c >> 16
        self._a, self._c, self._ct = a, c, ct
        return pixels[shift:]
