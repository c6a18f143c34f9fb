# SPDX-License-Identifier: GPL-3.0-or-later
"""The probability estimation of the QM coder: T.82, Table 24 as printed, and the look-ups derived from it.

Each context is in one of 113 estimation states ST and has a more probable symbol, MPS. LSZ is the size of the less
probable symbol's part of the interval. Whenever the interval was renormalized the state moves: to NLPS after a less
probable symbol, to NMPS after a more probable one; where SWTCH is 1, an LPS also makes the other symbol the MPS.

The look-ups are by `ST << 1 | MPS`: both codecs hold the state of a context in one octet like that.
"""

from __future__ import annotations

from typing import Final

CONTEXTS: Final = 1024
"""Contexts of ten pixels; the pseudo-pixel of typical prediction has one of them."""

# ST, LSZ (hexadecimal), NLPS, NMPS, SWTCH
TABLE_24: Final = """
  0 5A1D   1   1 1
  1 2586  14   2 0
  2 1114  16   3 0
  3 080B  18   4 0
  4 03D8  20   5 0
  5 01DA  23   6 0
  6 00E5  25   7 0
  7 006F  28   8 0
  8 0036  30   9 0
  9 001A  33  10 0
 10 000D  35  11 0
 11 0006   9  12 0
 12 0003  10  13 0
 13 0001  12  13 0
 14 5A7F  15  15 1
 15 3F25  36  16 0
 16 2CF2  38  17 0
 17 207C  39  18 0
 18 17B9  40  19 0
 19 1182  42  20 0
 20 0CEF  43  21 0
 21 09A1  45  22 0
 22 072F  46  23 0
 23 055C  48  24 0
 24 0406  49  25 0
 25 0303  51  26 0
 26 0240  52  27 0
 27 01B1  54  28 0
 28 0144  56  29 0
 29 00F5  57  30 0
 30 00B7  59  31 0
 31 008A  60  32 0
 32 0068  62  33 0
 33 004E  63  34 0
 34 003B  32  35 0
 35 002C  33   9 0
 36 5AE1  37  37 1
 37 484C  64  38 0
 38 3A0D  65  39 0
 39 2EF1  67  40 0
 40 261F  68  41 0
 41 1F33  69  42 0
 42 19A8  70  43 0
 43 1518  72  44 0
 44 1177  73  45 0
 45 0E74  74  46 0
 46 0BFB  75  47 0
 47 09F8  77  48 0
 48 0861  78  49 0
 49 0706  79  50 0
 50 05CD  48  51 0
 51 04DE  50  52 0
 52 040F  50  53 0
 53 0363  51  54 0
 54 02D4  52  55 0
 55 025C  53  56 0
 56 01F8  54  57 0
 57 01A4  55  58 0
 58 0160  56  59 0
 59 0125  57  60 0
 60 00F6  58  61 0
 61 00CB  59  62 0
 62 00AB  61  63 0
 63 008F  61  32 0
 64 5B12  65  65 1
 65 4D04  80  66 0
 66 412C  81  67 0
 67 37D8  82  68 0
 68 2FE8  83  69 0
 69 293C  84  70 0
 70 2379  86  71 0
 71 1EDF  87  72 0
 72 1AA9  87  73 0
 73 174E  72  74 0
 74 1424  72  75 0
 75 119C  74  76 0
 76 0F6B  74  77 0
 77 0D51  75  78 0
 78 0BB6  77  79 0
 79 0A40  77  48 0
 80 5832  80  81 1
 81 4D1C  88  82 0
 82 438E  89  83 0
 83 3BDD  90  84 0
 84 34EE  91  85 0
 85 2EAE  92  86 0
 86 299A  93  87 0
 87 2516  86  71 0
 88 5570  88  89 1
 89 4CA9  95  90 0
 90 44D9  96  91 0
 91 3E22  97  92 0
 92 3824  99  93 0
 93 32B4  99  94 0
 94 2E17  93  86 0
 95 56A8  95  96 1
 96 4F46 101  97 0
 97 47E5 102  98 0
 98 41CF 103  99 0
 99 3C3D 104 100 0
100 375E  99  93 0
101 5231 105 102 0
102 4C0F 106 103 0
103 4639 107 104 0
104 415E 103  99 0
105 5627 105 106 1
106 50E7 108 107 0
107 4B85 109 103 0
108 5597 110 109 0
109 504F 111 107 0
110 5A10 110 111 1
111 5522 112 109 0
112 59EB 112 111 1
"""

_ROWS: Final = [line.split() for line in TABLE_24.strip().splitlines()]

LSZ: Final = tuple(int(lsz, 16) for _, lsz, *_ in _ROWS for _mps in (0, 1))
"""The size of the LPS's interval, where the whole is 0x8000 to 0x10000."""

AFTER_MPS: Final = tuple(int(nmps) << 1 | mps for *_, nmps, _ in _ROWS for mps in (0, 1))
"""The state after an MPS that made the interval small enough to be renormalized."""

AFTER_LPS: Final = tuple(int(nlps) << 1 | mps ^ int(swtch) for *_, nlps, _, swtch in _ROWS for mps in (0, 1))
"""The state after an LPS."""
