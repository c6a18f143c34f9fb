# SPDX-License-Identifier: GPL-3.0-or-later
"""The fuzzer's own changes to an input: always an input again, never too long, the same for a seed."""

from __future__ import annotations

import pytest

from tests.fuzz.case import HEADER, case_of
from tests.fuzz.mutate import mutated


@pytest.mark.parametrize("target", ["t4", "t85"])
@pytest.mark.parametrize("size", [1, 10, 11, 300])
def test_every_change_makes_an_input_of_any_input(target: str, size: int) -> None:
    data = b"\x01"
    for seed in range(500):
        again = mutated(data, size, seed, target, lambda body, room: body[:room])
        assert again == mutated(data, size, seed, target, lambda body, room: body[:room])
        data = again
        assert len(data) <= max(size, HEADER)
        assert case_of(data).octets() == data
