# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes that lead somewhere: bits rather than octets, marks of the codings, sizes that are edges.

libFuzzer's own mutations are octets flipped and moved. Codes don't end at octets, so one bit more or less is the
harder case, and a width that is one too many is harder than one at random.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tests.fuzz.case import HEADER, Case, case_of

WIDTHS: Final = (
    *(1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 191, 1000),
    *(1728, 2048, 2432, 2559, 2560, 2561, 2623, 2624, 2625, 5119, 5120, 5121, 65471, 65472, 65535),
)
ROWS: Final = (0, 1, 2, 3, 4, 16, 100, 1000, 12000, 65535)
MARKS: Final = {
    "t4": (
        "000000000001",  # EOL
        "0000000000011",  # EOL and tag
        "000000000001" * 2,  # EOFB, and the first third of RTC
        "000000000001" * 6,
        "0000001",  # extension
        "0001",  # pass
        "001",  # horizontal
        "1" * 16,  # vertical 0
        "0000011",  # vertical right 3
        "0000010",  # vertical left 3
        "00110101",  # white run of 0
        "0000110111",  # black run of 0
        "000000011111",  # run of 2560
        "0" * 11,
        "0" * 64,
    ),
    "t85": tuple(
        "".join(f"{octet:08b}" for octet in bytes.fromhex(text))
        for text in ("ff00", "ff02", "ff03", "ff04", "ff05", "ff0500000001", "ff060000000001", "ff070000000141", "ffff")
    ),
}

Change = Callable[[Case, random.Random, str], Case]


def _bits(case: Case) -> str:
    return bin(int.from_bytes(b"\1" + case.body, "big"))[3:]


def _with_bits(case: Case, bits: str) -> Case:
    bits += "0" * (-len(bits) % 8)
    return replace(case, body=int("1" + bits, 2).to_bytes(len(bits) // 8 + 1, "big")[1:])


def flip(case: Case, chance: random.Random, target: str) -> Case:
    """A few bits wrong, as noise makes them."""
    body = bytearray(case.body or b"\0")
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    return replace(case, body=bytes(body))


def cut(case: Case, chance: random.Random, target: str) -> Case:
    """Some bits gone."""
    bits = _bits(case)
    at = chance.randrange(len(bits) + 1)
    return _with_bits(case, bits[:at] + bits[at + chance.choice((1, 1, 2, 3, 7, 12, 64, 500)) :])


def insert(case: Case, chance: random.Random, target: str) -> Case:
    """Some bits more: a mark, or noise."""
    bits = _bits(case)
    at = chance.randrange(len(bits) + 1)
    noise = f"{chance.getrandbits(24):024b}"[: chance.randrange(1, 24)]
    new = noise if chance.random() < 0.3 else chance.choice(MARKS[target]) * chance.choice((1, 1, 1, 2, 5))
    behind = at + (len(new) if chance.random() < 0.3 else 0)
    return _with_bits(case, bits[:at] + new + bits[behind:])


def repeat(case: Case, chance: random.Random, target: str) -> Case:
    """A stretch of bits again, somewhere."""
    bits = _bits(case)
    begin = chance.randrange(len(bits) + 1)
    stretch = bits[begin : begin + chance.choice((3, 12, 40, 300))] * chance.choice((1, 1, 2, 8))
    at = chance.randrange(len(bits) + 1)
    return _with_bits(case, bits[:at] + stretch + bits[at:])


def resize(case: Case, chance: random.Random, target: str) -> Case:
    """Another width, number of rows, or cut into chunks."""
    kind = chance.randrange(4)
    if kind == 0:
        return replace(case, width=chance.choice(WIDTHS))
    if kind == 1:
        return replace(case, width=max(1, min(65535, case.width + chance.choice((-8, -1, 1, 8)))))
    if kind == 2:
        return replace(case, rows=chance.choice(ROWS))
    return replace(case, first_chunk=chance.choice((0, 1, 2, 3, 7, 255)), second_chunk=chance.randrange(256))


def retune(case: Case, chance: random.Random, target: str) -> Case:
    """Another coding, option or K."""
    kind = chance.randrange(3)
    if kind == 0:
        return replace(case, flags=case.flags ^ 1 << chance.randrange(6))
    if kind == 1:
        return replace(case, k=chance.choice((1, 2, 4, 8, 128, 255)), row_octets=chance.choice((0, 0, 3, 24, 255)))
    return replace(case, repeat=chance.choice((0, 1, 16, 255)))


_CHANGES: Final[tuple[Change, ...]] = (flip, flip, cut, insert, insert, repeat, resize, retune)


def mutated(data: bytes, size: int, seed: int, target: str, octets: Callable[[bytes, int], bytes]) -> bytes:
    """The input, changed once to three times; `octets` is libFuzzer's own way, which has its turn at the body."""
    chance = random.Random(seed)
    case = case_of(data)
    for _ in range(chance.choice((1, 1, 2, 3))):
        if case.body and chance.random() < 0.25:
            case = replace(case, body=octets(case.body, max(1, size - HEADER)))
        else:
            case = chance.choice(_CHANGES)(case, chance, target)
        case = replace(case, body=case.body[: max(0, size - HEADER)])
    return case.octets()
