# SPDX-License-Identifier: GPL-3.0-or-later
"""The printed tables: whole, unambiguous, and without an EOL in them."""

import itertools

import pytest

from faxcore.t4.codes import BLACK, BLACK_RUNS, EOL, EXTENSION, MODES, WHITE, WHITE_RUNS

RUN_LENGTHS = [*range(64), *range(64, 2561, 64)]


@pytest.mark.parametrize("codes", [WHITE, BLACK], ids=["white", "black"])
def test_every_run_of_the_tables_has_a_code(codes: dict[int, str]) -> None:
    assert sorted(codes) == RUN_LENGTHS


@pytest.mark.parametrize(
    "codes",
    [[*WHITE.values(), EOL], [*BLACK.values(), EOL], [*MODES.values(), EXTENSION, EOL]],
    ids=["white", "black", "modes"],
)
def test_no_code_begins_another(codes: list[str]) -> None:
    for one, other in itertools.permutations(codes, 2):
        assert not other.startswith(one), (one, other)


def test_no_two_codes_in_succession_hold_an_eol() -> None:
    for one, other in itertools.product([*WHITE.values(), *BLACK.values()], repeat=2):
        assert EOL[:-1] not in one + other


@pytest.mark.parametrize(
    ("run", "white", "black"),
    [
        (0, WHITE[0], BLACK[0]),
        (63, WHITE[63], BLACK[63]),
        (64, WHITE[64] + WHITE[0], BLACK[64] + BLACK[0]),
        (1728, WHITE[1728] + WHITE[0], BLACK[1728] + BLACK[0]),
        (2559, WHITE[2496] + WHITE[63], BLACK[2496] + BLACK[63]),
        (2560, WHITE[2560] + WHITE[0], BLACK[2560] + BLACK[0]),
        (5187, WHITE[2560] * 2 + WHITE[64] + WHITE[3], BLACK[2560] * 2 + BLACK[64] + BLACK[3]),
    ],
)
def test_a_run_is_make_up_codes_and_one_terminating_code(run: int, white: str, black: str) -> None:
    assert (WHITE_RUNS[run], BLACK_RUNS[run]) == (white, black)
