# SPDX-License-Identifier: GPL-3.0-or-later
"""Packed rows, compiled and by Pillow: the same octets, and the same word about greys."""

from __future__ import annotations

import random

import pytest
from PIL import Image

from faxcore.document import packed_rows


@pytest.mark.parametrize("greys", [(0, 255), (0, 15, 240, 255), (0, 16, 255), (0, 239, 255), tuple(range(256))])
@pytest.mark.parametrize("size", [(8, 1), (1728, 3), (64, 200)])
def test_both_ways_agree(monkeypatch: pytest.MonkeyPatch, greys: tuple[int, ...], size: tuple[int, int]) -> None:
    chance = random.Random(1)
    image = Image.frombytes("L", size, bytes(chance.choices(greys, k=size[0] * size[1])))
    first = packed_rows.pack_rows(image)
    assert packed_rows.pack_octets(bytearray(image.tobytes()), *size) == first
    monkeypatch.setattr(packed_rows, "_pack", None)
    assert packed_rows.pack_rows(image) == packed_rows.pack_octets(bytearray(image.tobytes()), *size) == first
    assert first[1] == any(16 <= grey < 240 for grey in image.tobytes())
    assert first[0][:1] == bytes([sum((grey < 128) << (7 - at) for at, grey in enumerate(image.tobytes()[:8]))])


@pytest.mark.skipif(packed_rows._pack is None, reason="there was no compiler")
@pytest.mark.parametrize(
    ("octets", "across", "down"), [(b"", 8, 1), (bytes(9), 9, 1), (bytes(16), 8, 1), (bytes(8), -8, -1)]
)
def test_a_size_that_is_not_the_pictures_is_refused(octets: bytes, across: int, down: int) -> None:
    assert packed_rows._pack is not None
    with pytest.raises(ValueError, match="pixels"):
        packed_rows._pack(octets, across, down)
