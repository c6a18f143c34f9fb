# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer of a call out, by the carrier that was heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.line.answer_time import estimate_answer

# What a machine may do that answers by itself (T.30): seconds of silence, of CED, of silence, until CONNECT.
AS_T30_SAYS = st.tuples(
    st.floats(0.0, 2.5, allow_nan=False),
    st.floats(2.6, 4.0, allow_nan=False),
    st.floats(0.055, 0.095, allow_nan=False),
    st.floats(0.0, 0.85, allow_nan=False),
)


@given(dialled=st.floats(0, 1e5), rings=st.floats(0, 60), parts=AS_T30_SAYS)
def test_the_answer_is_within_the_bound_and_never_later(
    dialled: float, rings: float, parts: tuple[float, float, float, float]
) -> None:
    answered = dialled + rings
    found = estimate_answer(dialled, answered + sum(parts))
    assert found.latest - found.spread - 1e-6 <= answered <= found.latest + 1e-6
    assert 0 <= found.spread <= 4.79 + 1e-6


@pytest.mark.parametrize(
    ("connected", "latest", "spread"), [(100.0, 97.345, 4.79), (15.0, 12.345, 2.345), (11.0, 10.0, 0.0)]
)
def test_nobody_answered_before_it_was_dialled(connected: float, latest: float, spread: float) -> None:
    found = estimate_answer(10.0, connected)
    assert (round(found.latest, 6), round(found.spread, 6)) == (latest, spread)
