# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables as CSV that a spreadsheet opens as text: no cell is a formula, whatever a station on the line has sent.

A spreadsheet takes a cell for a formula that begins with one of `= + - @`, also of full width. Such a cell gets an
apostrophe in front, a telephone number as +33 1 99 00 00 02 as well: as a formula it would lose its +. The same is done
behind each sign at which a spreadsheet of another language may part the line. docs/decisions/tables-for-spreadsheets.md
says why.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final, TextIO

from faxcore.model.text import clean_text

MOST: Final = 1000
"""Characters of a cell."""
_FORMULA: Final = re.compile(r"""(^|[;,|])([\s"']*)(?=[=+\-@＝＋－＠])""")


def make_cell(value: object) -> str:
    """Write a value as a cell: one line of printable characters that is no formula, and has none in a part of it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = f"{value:.1f}" if isinstance(value, float) else str(value)
    return _FORMULA.sub(r"\1\2'", clean_text(text, MOST))


def write_rows(rows: Iterable[Sequence[object]], out: TextIO) -> None:
    """Write rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([make_cell(value) for value in row] for row in rows)
    out.write(text.getvalue())
    out.flush()
