# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec of T.85, compiled: `Encoder` and `Decoder` as the plain ones, the same to the last octet.

Theory. An arithmetic coder does one thing after the other: the context of a pixel depends on the pixel before it, and
its code on all before it. So that chain is kept short, and skipped if possible.

- A context is taken from three rows as they are packed, by shifting (`read_row.pyx`, `write_row.pyx`), and holds its
  state as one word: the size of the interval's lesser part and the two states that may follow.
- C and A are kept as they are shifted, so that many bits are moved at once, and octets come and go four at a time.
- If all around is white and the state expects white, 64 or 8 pixels are one subtraction.
- Rows that typical prediction calls typical are copied; stripes without a black pixel are read at once (`stripe.pyx`).
- The decoder (`decode.pyx`) reads a row as if all its octets were there. If it has used some that were not, the row is
  undone, and read again when they have come: only then contexts and registers are saved before a row.
- The position of the adaptive pixel is estimated for each stripe (`adaptive.pyx`), as in the plain codec.
"""

from faxcore.t85.compiled.decode import Decoder
from faxcore.t85.compiled.encode import Encoder

__all__ = ["Decoder", "Encoder"]
