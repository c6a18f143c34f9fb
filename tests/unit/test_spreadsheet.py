# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P19 for exported tables: whatever a cell holds, no spreadsheet takes it, or a part of it, for a formula."""

import csv
import io
import re
from typing import Any

import pytest

from faxcore.cli.plain_output import print_rows
from faxcore.model.spreadsheet import make_cell
from tests.support.hostile_text import NAMES, TEXTS, assert_harmless

FORMULAS = ("=1+1", "+33199000002", "-2+3", "@SUM(A1)", "＝1", "＋1", "－1", "＠x")
BEFORE = ("", " ", "\t", "\r", "\n", '"', "a;", "a, ", 'a;"', "a|'", "\u200f")


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("parted_by", [",", ";", "\t", "|"])
def test_no_cell_is_a_formula(before: str, formula: str, parted_by: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor a part of one, where a spreadsheet of another language parts the line at another sign."""
    print_rows([["first", before + formula, "last"]])
    (line,) = capsys.readouterr().out.splitlines()
    for cell in next(csv.reader(io.StringIO(line), delimiter=parted_by)):
        assert not re.match(r"""[\s"']*[=+\-@＝＋－＠]""", cell) or cell.lstrip(' "').startswith("'"), cell


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_hostile_text_stays_in_its_cell(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([["first", text, "last"]])
    ((first, cell, last),) = csv.reader(io.StringIO(capsys.readouterr().out))
    assert (first, last) == ("first", "last")
    assert_harmless(cell, 1001)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Dupont, Anne", "Dupont, Anne"),
        ("+33199000002", "'+33199000002"),
        ("0199000002", "0199000002"),
        ("2026-11-28T01:00:00.000Z", "2026-11-28T01:00:00.000Z"),
        (12.345, "12.3"),
        (3, "3"),
        (True, "true"),
        (False, "false"),
        ("", ""),
    ],
)
def test_a_cell_reads_as_it_was(value: Any, cell: str) -> None:
    assert make_cell(value) == cell
