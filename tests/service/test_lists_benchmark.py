# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark of lists runs: figures are asked for when there is no time to mend what should measure them."""

from tests.benchmarks.service import lists


def test_it_measures_a_few_lists_once() -> None:
    figures = lists.measure("", 1000, times=1)
    searches = [figure for figure in figures if figure.name.startswith("search")]
    assert len(searches) == 2 * len(lists.SEARCHES) and all(figure.value > 0 for figure in figures)
