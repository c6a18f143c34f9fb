# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the corpus: `python -m tests.fuzz.make_corpus`. Small pages of many widths, whole and spoilt, by seed,
and what each parser reads when all goes well.

What the fuzzer found later lies beside them under `found-` and is not written here.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from itertools import chain
from pathlib import Path

from faxcore.model.page import T4_CODINGS
from faxcore.t4.encode import Encoder
from faxcore.t85.encode import Encoder as JbigEncoder
from faxcore.t85.image_header import HEADER_OCTETS
from tests.fuzz.case import ADAPTIVE, ALIGN, BIG, ENCODE, ROWS_KNOWN, TWO_LINES, TYPICAL, Case
from tests.fuzz.mutate import cut, flip, insert, repeat
from tests.fuzz.targets import PARSERS

CORPUS = Path(__file__).parent / "corpus"
SPOILERS = (flip, cut, insert, repeat)
LAYOUT = {"first_chunk": 3, "second_chunk": 40, "k": 4, "row_octets": 0, "repeat": 3}


def page(kind: str, width: int, rows: int, seed: int) -> bytes:
    """Packed rows: `text` changes a little from row to row, `noise` wholly, `blank` and `black` not at all."""
    chance = random.Random(seed)
    row = 0
    packed = b""
    for _ in range(rows):
        if kind == "noise":
            row = chance.getrandbits(width)
        elif kind == "black":
            row = (1 << width) - 1
        elif kind == "text":
            for _ in range(chance.randrange(4)):
                row ^= ((1 << chance.randrange(1, 30)) - 1) << chance.randrange(width)
            row &= (1 << width) - 1
        packed += (row << (-width % 8)).to_bytes((width + 7) // 8, "big")
    return packed


def _spoilt(name: str, case: Case, target: str, chance: random.Random) -> Iterator[tuple[str, Case]]:
    yield name, case
    spoil = chance.choice(SPOILERS)
    yield f"{name}-{spoil.__name__}", spoil(case, chance, target)


def t4_cases() -> Iterator[tuple[str, Case]]:
    """Pages in every coding, and rows to code."""
    chance = random.Random(4)
    for number, width in enumerate((1, 8, 17, 64, 200, 1728, 2432, 2561, 5200, 65472)):
        kind = ("text", "noise", "text", "black", "blank")[number % 5]
        rows = 12 if width < 1000 else 4
        for index, coding in enumerate(T4_CODINGS):
            encoder = Encoder(width, coding, k=2, min_row_bits=30 * (number % 2), align_eol=number % 3 == 0)
            encoder.add_rows(page(kind, width, rows, number))
            case = Case(index, width, 1000, body=encoder.finish(), **LAYOUT)
            yield from _spoilt(f"{coding.value}-{kind}-{width}", case, "t4", chance)
        rows_in = page("text", width, 2, number)[:400]
        yield f"encode-{width}", Case(number % 3 | ENCODE | ALIGN * (number % 2), width, 9, body=rows_in, **LAYOUT)
    for index, coding in enumerate(T4_CODINGS):
        for name, body in {"ones": b"\xff" * 40, "zeros": bytes(40), "eols": b"\x00\x10\x01" * 12}.items():
            yield f"{coding.value}-{name}", Case(index, 1728, 300, body=body, **LAYOUT)
        long_runs = b"\x00" * 375 + b"\xff" * 340
        yield f"encode-{coding.value}-long-runs", Case(index | ENCODE | BIG, 65472, 9, body=long_runs, **LAYOUT)
        for name, body in {"big": b"\xff", "endless": bytes(200)}.items():
            yield f"{coding.value}-{name}", Case(index | BIG, 1728, 12000, body=body, **{**LAYOUT, "repeat": 255})


def t85_cases() -> Iterator[tuple[str, Case]]:
    """Pages in every option of T.85, and rows to code."""
    chance = random.Random(85)
    for number, width in enumerate((1, 8, 9, 31, 64, 130, 500)):
        kind = ("text", "noise", "blank", "black")[number % 4]
        rows = page(kind, width, 20, number)
        for flags in (TYPICAL | ADAPTIVE | ROWS_KNOWN, TWO_LINES, TYPICAL):
            known = {"rows": 20} if flags & ROWS_KNOWN else {}
            options = {"typical_prediction": bool(flags & TYPICAL), "two_line_template": bool(flags & TWO_LINES)}
            encoder = JbigEncoder(width, rows_per_stripe=8, **options, **known)
            encoder.add_rows(rows)
            case = Case(0, width, 60, body=encoder.finish(), **LAYOUT)
            yield from _spoilt(f"{kind}-{width}-{flags}", case, "t85", chance)
            coded = Case(flags | ENCODE, width, 20, body=rows[:200], **LAYOUT)
            yield f"encode-{width}-{flags}", replace(coded, k=5)


def t85_segments() -> Iterator[tuple[str, Case]]:
    """What may stand between the stripes, rightly and wrongly, and a page that outgrows its first room."""
    encoder = JbigEncoder(64, rows_per_stripe=8)
    encoder.add_rows(page("text", 64, 20, 1))
    whole = encoder.finish()
    segments = {
        "comment": "ff070000000568656c6c6f",
        "long-comment": "ff0700010001" + "20" * 30,
        "atmove": "ff060000000203",
        "far-atmove": "ff06000000027f",
        "late-atmove": "ff060000006403",
        "newlen": "ff050000000a",
        "no-newlen": "ff0500000000",
        "abort": "ff04",
        "unknown": "ff08",
    }
    for name, octets in segments.items():
        for at in (HEADER_OCTETS, whole.index(b"\xff\x02") + 2):
            body = whole[:at] + bytes.fromhex(octets) + whole[at:]
            yield f"segment-{name}-{at}", Case(0, 64, 60, body=body, **LAYOUT)
    for width in (1728, 65535):
        encoder = JbigEncoder(width, rows_per_stripe=4000)
        encoder.add_rows(page("blank", width, 4000, 1))
        yield f"big-{width}", Case(BIG, width, 12000, body=encoder.finish(), **{**LAYOUT, "repeat": 0})


def main() -> None:
    """Write all that this module makes."""
    for target, cases in {"t4": t4_cases(), "t85": chain(t85_cases(), t85_segments())}.items():
        folder = CORPUS / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, case in cases:
            (folder / name).write_bytes(case.octets())
    for target in PARSERS:
        folder = CORPUS / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in import_module(f"tests.fuzz.{target}").seeds():
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
