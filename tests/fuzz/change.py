# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes to inputs by chance, for runs without libFuzzer: the same for the same seed, in any Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

_ODD: Final = (b"\0", b"\xff", b"\x7f", b"\x80", b"\x01", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f")


def changed(inputs: Sequence[bytes], words: Sequence[bytes], chance: random.Random) -> bytes:
    """Choose one of the inputs and change it, once to six times."""
    data = bytearray(chance.choice(inputs))
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0 if data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
            case 1:
                del data[at : at + chance.choice((1, 1, 2, 4, 16, 100))]
            case 2:
                data[at:at] = chance.choice(words or _ODD)
            case 3:
                new = chance.choice((*_ODD, chance.randbytes(1), chance.randbytes(4)))
                data[at : at + len(new)] = new
            case 4:
                begin = chance.randrange(len(data) + 1)
                data[at:at] = data[begin : begin + chance.choice((1, 4, 12, 40))] * chance.choice((1, 1, 2, 30))
            case 5:
                other = chance.choice(inputs)
                data[at:] = other[chance.randrange(len(other) + 1) :]
    return bytes(data)
