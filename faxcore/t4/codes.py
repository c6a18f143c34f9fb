# SPDX-License-Identifier: GPL-3.0-or-later
"""The code tables of T.4 and T.6, in the notation in which the Recommendations print them.

Compare the printed columns with the page of the Recommendation. Everything else here is derived from them: the codes
that the encoder writes for a run of any length, and the meaning of the next 13 (runs) or 7 (modes) bits for the
decoder. Bits are strings of "0" and "1": Python finds, compares, slices and looks up strings at the speed of C, and
shifts of long integers are slower.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Final

# T.4, Table 2: terminating codes. Run length, white, black.
_TERMINATING: Final = """
 0  00110101  0000110111      16  101010    0000010111      32  00011011  000001101010    48  00001011  000001100100
 1  000111    010             17  101011    0000011000      33  00010010  000001101011    49  01010010  000001100101
 2  0111      11              18  0100111   0000001000      34  00010011  000011010010    50  01010011  000001010010
 3  1000      10              19  0001100   00001100111     35  00010100  000011010011    51  01010100  000001010011
 4  1011      011             20  0001000   00001101000     36  00010101  000011010100    52  01010101  000000100100
 5  1100      0011            21  0010111   00001101100     37  00010110  000011010101    53  00100100  000000110111
 6  1110      0010            22  0000011   00000110111     38  00010111  000011010110    54  00100101  000000111000
 7  1111      00011           23  0000100   00000101000     39  00101000  000011010111    55  01011000  000000100111
 8  10011     000101          24  0101000   00000010111     40  00101001  000001101100    56  01011001  000000101000
 9  10100     000100          25  0101011   00000011000     41  00101010  000001101101    57  01011010  000001011000
10  00111     0000100         26  0010011   000011001010    42  00101011  000011011010    58  01011011  000001011001
11  01000     0000101         27  0100100   000011001011    43  00101100  000011011011    59  01001010  000000101011
12  001000    0000111         28  0011000   000011001100    44  00101101  000001010100    60  01001011  000000101100
13  000011    00000100        29  00000010  000011001101    45  00000100  000001010101    61  00110010  000001011010
14  110100    00000111        30  00000011  000001101000    46  00000101  000001010110    62  00110011  000001100110
15  110101    000011000       31  00011010  000001101001    47  00001010  000001010111    63  00110100  000001100111
"""  # noqa: E501 - a printed table keeps its columns

# T.4, Table 3a: make-up codes. Run length, white, black.
_MAKE_UP: Final = """
  64  11011      0000001111         640  01100111   0000001001010     1216  011011000  0000001110111
 128  10010      000011001000       704  011001100  0000001001011     1280  011011001  0000001010010
 192  010111     000011001001       768  011001101  0000001001100     1344  011011010  0000001010011
 256  0110111    000001011011       832  011010010  0000001001101     1408  011011011  0000001010100
 320  00110110   000000110011       896  011010011  0000001110010     1472  010011000  0000001010101
 384  00110111   000000110100       960  011010100  0000001110011     1536  010011001  0000001011010
 448  01100100   000000110101      1024  011010101  0000001110100     1600  010011010  0000001011011
 512  01100101   0000001101100     1088  011010110  0000001110101     1664  011000     0000001100100
 576  01101000   0000001101101     1152  011010111  0000001110110     1728  010011011  0000001100101
"""

# T.4, Table 3b: make-up codes of both colours for wider pages.
_WIDE_MAKE_UP: Final = """
1792  00000001000      2048  000000010011     2304  000000010111     2560  000000011111
1856  00000001100      2112  000000010100     2368  000000011100
1920  00000001101      2176  000000010101     2432  000000011101
1984  000000010010     2240  000000010110     2496  000000011110
"""

EOL: Final = "000000000001"
"""T.4, 4.1.2. No valid row contains it: the codes of a row never have eleven zeros together."""

RTC_EOLS: Final = 6
"""T.4, 4.1.4: EOLs (with their tags) after the last row of an MH or MR page."""

EOFB: Final = EOL + EOL
"""T.6, 2.4.1.1: after the last row of an MMR page."""

PASS: Final = 4
HORIZONTAL: Final = 5
EXTENSION: Final = "0000001"
"""T.6, Table 2: codes that begin with this ask for a mode that is not in the tables, mostly uncompressed."""

MODES: Final[Mapping[int, str]] = {
    PASS: "0001",
    HORIZONTAL: "001",
    0: "1",
    +1: "011",
    +2: "000011",
    +3: "0000011",
    -1: "010",
    -2: "000010",
    -3: "0000010",
}
"""T.4, Table 4, and T.6, Table 1. A vertical mode is named by its distance: a1 is so far to the right of b1."""


def _parse_printed(*tables: str) -> tuple[dict[int, str], dict[int, str]]:
    white: dict[int, str] = {}
    black: dict[int, str] = {}
    for table in tables:
        words = table.split()
        white.update(zip(map(int, words[0::3]), words[1::3], strict=True))
        black.update(zip(map(int, words[0::3]), words[2::3], strict=True))
    wide = _WIDE_MAKE_UP.split()
    both = dict(zip(map(int, wide[0::2]), wide[1::2], strict=True))
    return white | both, black | both


WHITE, BLACK = _parse_printed(_TERMINATING, _MAKE_UP)
"""The code of every run length that has one of its own."""

_LONGEST_MAKE_UP: Final = 2560


class RunCodes(dict[int, str]):
    """The codes of a run of any length: make-up codes, then a terminating code (T.4, 4.1.1)."""

    def __init__(self, printed: Mapping[int, str]) -> None:
        super().__init__((run, code) for run, code in printed.items() if run < 64)
        self._printed = printed

    def __missing__(self, run: int) -> str:
        longest, rest = divmod(run, _LONGEST_MAKE_UP)
        terminating = rest % 64
        make_up = self._printed[rest - terminating] if rest >= 64 else ""
        codes = self._printed[_LONGEST_MAKE_UP] * longest + make_up + self._printed[terminating]
        if not longest:
            self[run] = codes
        return codes


WHITE_RUNS: Final = RunCodes(WHITE)
BLACK_RUNS: Final = RunCodes(BLACK)


def _make_look_up(entries: Iterable[tuple[str, int]], bits: int) -> dict[str, tuple[int, int]]:
    """Make a look-up: for every string of so many bits that begins with a code, its meaning and its length in bits."""
    found: dict[str, tuple[int, int]] = {}
    for code, meaning in entries:
        entry = (meaning, len(code))
        for rest in product("01", repeat=bits - len(code)):
            key = code + "".join(rest)
            assert key not in found, f"ambiguous codes: {key}"
            found[key] = entry
    return found


RUN_BITS: Final = 13
MODE_BITS: Final = 7

WHITE_LOOK_UP: Final = _make_look_up(((code, run) for run, code in WHITE.items()), RUN_BITS)
BLACK_LOOK_UP: Final = _make_look_up(((code, run) for run, code in BLACK.items()), RUN_BITS)
MODE_LOOK_UP: Final = _make_look_up(((code, mode) for mode, code in MODES.items()), MODE_BITS)
