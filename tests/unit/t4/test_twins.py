# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain and the compiled codec agree: on every page, in every chunking, and on bits that are no page at all."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.model.page import Coding
from faxcore.t4.codes import BLACK, MODES, WHITE
from tests.support.hypothesis_profiles import examples
from tests.unit.t4.codecs import CODECS, Codec
from tests.unit.t4.helpers import CODINGS, flip, noise_page, outcome, text_page

WIDTHS = [1, 2, 7, 8, 9, 31, 63, 64, 65, 127, 128, 500, 1000, 1728, 2432, 2561, 5200, 65472, 65535]
WIDE = 6000


@pytest.fixture(autouse=True, scope="module")
def codec() -> None:
    """Both at once."""


def pieces(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    at = turn = 0
    while at < len(data):
        size = sizes[turn % len(sizes)]
        yield data[at : at + size]
        at += size
        turn += 1


def read(codec: Codec, data: bytes, width: int, coding: Coding, sizes: list[int], max_rows: int) -> object:
    """All that the decoder tells, after every chunk and at the end."""
    decoder = codec.decoder(width, coding, max_rows=max_rows)
    told = [(decoder.feed(piece), decoder.rows, decoder.waiting_bits) for piece in pieces(data, sizes)]
    decoder.finish()
    return told, outcome(decoder)


def agree_in_reading(data: bytes, width: int, coding: Coding, sizes: list[int], max_rows: int = 12_000) -> None:
    plain, compiled = (read(codec, data, width, coding, sizes, max_rows) for codec in CODECS)
    assert compiled == plain


def write(codec: Codec, page: bytes, width: int, coding: Coding, sizes: list[int], **options: int) -> list[bytes]:
    encoder = codec.encoder(width, coding, **options)
    stride = (width + 7) // 8
    written = []
    for piece in pieces(page, [size * stride for size in sizes]):
        encoder.add_rows(piece)
        written.append(encoder.take())
    return [*written, encoder.finish()]


def random_page(chance: random.Random, width: int) -> bytes:
    rows = chance.randrange(1, 4 if width > WIDE else 25)
    page = chance.choice([text_page, noise_page])(width, rows, chance.randrange(1 << 30))
    return chance.randbytes(len(page)) if chance.random() < 0.2 else page  # with rubbish in the padding


def worse(chance: random.Random, data: bytes) -> bytes:
    """What a line makes of a page: wrong bits, octets lost, the end lost; or something else altogether."""
    data = flip(data, [chance.randrange(len(data) * 8) for _ in range(chance.randrange(8))])
    lost = chance.randrange(len(data))
    if chance.random() < 0.2:
        data = data[:lost] + data[lost + chance.randrange(3) :]
    if chance.random() < 0.2:
        data = data[: chance.randrange(len(data))]
    return chance.randbytes(chance.randrange(1, 300)) if chance.random() < 0.2 else data


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("coding", CODINGS)
def test_pages_whole_and_spoilt(width: int, coding: Coding) -> None:
    chance = random.Random(f"{width} {coding}")
    for _ in range(6 if width > WIDE else 40):
        page = random_page(chance, width)
        options = {
            "k": chance.randrange(1, 6),
            "min_row_bits": chance.choice([0, 0, 50, 400, 5000]),
            "align_eol": chance.random() < 0.3,
            "shortest": chance.random() < 0.5,
        }
        sizes = [chance.randrange(1, 9) for _ in range(3)]
        plain, compiled = (write(codec, page, width, coding, sizes, **options) for codec in CODECS)
        assert compiled == plain
        fewest = 300 if width > WIDE else 1  # the plain one reads a row again with every chunk
        chunks = [fewest * chance.randrange(1, 60) for _ in range(3)]
        max_rows = chance.choice([3, 12_000, 12_000])
        agree_in_reading(worse(chance, b"".join(plain)), width, coding, chunks, max_rows)


@examples(300)
@given(
    st.binary(max_size=400),
    st.sampled_from([1, 8, 64, 100, 1728, 2432]),
    st.sampled_from(CODINGS),
    st.lists(st.integers(1, 40), min_size=1, max_size=5),
)
def test_any_bits(data: bytes, width: int, coding: Coding, sizes: list[int]) -> None:
    agree_in_reading(data, width, coding, sizes, 50)


ALL_CODES = sorted({*WHITE.values(), *BLACK.values(), *MODES.values(), "000000000001", "0000001", "0", "00000000"})


@examples(300)
@given(
    st.lists(st.sampled_from(ALL_CODES), max_size=80),
    st.sampled_from([1, 8, 64, 100, 1728]),
    st.sampled_from(CODINGS),
    st.lists(st.integers(1, 40), min_size=1, max_size=5),
)
def test_codes_in_any_order(found: list[str], width: int, coding: Coding, sizes: list[int]) -> None:
    """Nearly all of it is read as codes, and leads where no encoder goes."""
    bits = "000000000001" + "".join(found)
    data = int(bits + "0" * (-len(bits) % 8), 2).to_bytes((len(bits) + 7) // 8, "big")
    agree_in_reading(data, width, coding, sizes, 50)


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("fill", [2_000, 262_000 * 8, 275_000, 276_000, 276_100])
def test_fill_up_to_the_bound_and_beyond(coding: Coding, fill: int) -> None:
    row = "000000000001" + "1" * (coding is Coding.MR) + "010011011" + "00110101" + "0" * fill
    bits = "1" * 3 + "0" * fill + "1" if coding is Coding.MMR else row * 3
    data = int(bits + "0" * (-len(bits) % 8), 2).to_bytes((len(bits) + 7) // 8, "big")
    for sizes in ([len(data)], [777]):
        agree_in_reading(data, 1728, coding, sizes)


def test_no_codes_contain_an_eol() -> None:
    """What lets the compiled one read a row before it has seen its EOL."""
    every = [*WHITE.values(), *BLACK.values(), *MODES.values()]
    behind = max(len(code) - len(code.rstrip("0")) for code in every)
    in_front = max(len(code) - len(code.lstrip("0")) for code in every)
    inside = max(len(zeros) for code in every for zeros in code.strip("0").split("1"))
    assert behind + in_front < 11
    assert inside < 11
    assert all("1" in code for code in every)
