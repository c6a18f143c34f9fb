# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark of receptions runs: figures are asked for when there is no time to mend what should measure them."""

from tests.benchmarks.service import receptions


def test_it_measures_a_few_faxes() -> None:
    figures = receptions.measure("", receptions.LINES)
    assert next(figure for figure in figures if figure.name == "files missing").value == 0
