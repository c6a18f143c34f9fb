# SPDX-License-Identifier: GPL-3.0-or-later
"""Table 24 is what such a table must be."""

from faxcore.t85.estimation import AFTER_LPS, AFTER_MPS, LSZ, TABLE_24


def test_the_table_is_numbered_and_whole() -> None:
    rows = [line.split() for line in TABLE_24.strip().splitlines()]
    assert [int(row[0]) for row in rows] == list(range(113))
    assert all(len(row) == 5 for row in rows)


def test_its_sizes_fit_the_registers() -> None:
    """LSZ below 0x8000 lets one symbol need at most one conditional exchange and never empties the interval."""
    assert all(0 < lsz < 0x8000 for lsz in LSZ)


def test_the_look_ups_stay_in_the_table() -> None:
    assert len(LSZ) == len(AFTER_MPS) == len(AFTER_LPS) == 226
    assert all(state < 226 for state in AFTER_MPS + AFTER_LPS)


def test_only_an_lps_switches_the_probable_symbol_and_only_near_one_half() -> None:
    assert all(after & 1 == state & 1 for state, after in enumerate(AFTER_MPS))
    switching = {state >> 1 for state, after in enumerate(AFTER_LPS) if after & 1 != state & 1}
    assert switching == {0, 14, 36, 64, 80, 88, 95, 105, 110, 112}
    assert all(LSZ[state << 1] > 0x5500 for state in switching)


def test_every_state_is_reached() -> None:
    reached = {0}
    while more := {after for state in reached for after in (AFTER_MPS[state], AFTER_LPS[state])} - reached:
        reached |= more
    assert reached == set(range(226)) - {0 << 1 | 1}  # 0 is left for ever, and MPS begins as white
