# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec of T.4 and T.6, compiled: `Encoder` and `Decoder` as the plain ones, the same to the last bit.

Theory. A fax row is a few runs, so the work should be done by run, not by pixel. All else follows from the two things
that cost a processor time: wrong guesses, and waiting.

- A row is its changes (`changes.pxd`): the places where the colour changes, as 32-bit numbers, with -1 in front and the
  width after them, so that no loop asks whether it has reached an end. The parity of a change is its colour: b1, "the
  first change on the row above to the right of a0 and of opposite colour" (T.4, 4.2.1.1), is found by steps of two.
- Bits are seen through a window of 64 (`window.pxd`). After the data are zeros, and no code is all zeros: a row that
  runs out of data fails by itself, and is read again when more have come.
- Codes are looked up (`read_rows.pyx`), 12 or 10 bits at a time, in tables made when the module is loaded from the
  codes as the Recommendation prints them (`codes.py`): a make-up code with its terminating code, a white run with the
  black one after it, two vertical modes, each by one look-up.
- A code must not wait for the one before it. After a vertical mode b1 is taken to be the next change of the row above,
  whatever the distance was, and corrected in the rare case that it is not.
- The most frequent case is tried first: the row equals the one above (`_try_repeat_row`, `_try_row_as_above`), or the
  row is good and its EOL follows. Any other row is read again with care, the way the plain decoder reads all rows.
- Writing too much costs nothing, but a test does: codes are stored a whole word at a time, changes four at a time, and
  the surplus is overwritten (`encode.pyx`, `changes.pxd`). Each such place says how much room it needs.
- Memory comes in one block a page (`faxcore/block.pyx`), and `bitmap` returns that block itself.

No input can do harm: every row's codes end at the width at the latest, every table has an entry for any bits, the data
grow by chunks of bounded size, the rows up to `max_rows`. `packaging/fuzz` looks for the opposite.
"""

from faxcore.t4.compiled.decode import Decoder
from faxcore.t4.compiled.encode import Encoder

__all__ = ["Decoder", "Encoder"]
