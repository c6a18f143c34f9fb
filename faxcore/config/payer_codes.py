# SPDX-License-Identifier: GPL-3.0-or-later
"""The codes of payers: budget lines and customers share them, and other sections of the configuration name them."""

from __future__ import annotations

import re
from typing import Final

from faxcore.config.table import Table, list_names, suggest

SECTIONS_OF_PAYERS: Final = ("budget", "customer")


def read_code(table: Table) -> str:
    """Read the code of a new payer."""
    code = table.text("code")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,39}", code, re.ASCII):
        raise table.error(
            "code", f"{code!r}: up to forty letters, digits, -, _, . and /, the first a letter or a digit, as 4711-A"
        )
    return code


def read_payer(table: Table) -> str:
    """Read `payer`, the code of a payer; empty if none is named."""
    code = table.text("payer", "")
    if "payer" in table:
        _refuse_unknown(table, "payer", code)
    return code


def read_payers_named(table: Table) -> tuple[str, ...]:
    """Read `payers`, the codes of payers."""
    codes = table.texts("payers")
    for index, code in enumerate(codes):
        _refuse_unknown(table, "payers", code, index)
    return codes


def _refuse_unknown(table: Table, key: str, code: str, index: int | None = None) -> None:
    known = {name for section in SECTIONS_OF_PAYERS for name in list_names(table, section, "code")}
    if code not in known:
        problem = f"there is no [[budget]] and no [[customer]] with the code {code!r}{suggest(code, known)}"
        raise table.error(key, problem, index)
