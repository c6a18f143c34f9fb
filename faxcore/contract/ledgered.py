# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger in the bus contract: the seals of its rows, and what shows that it has been changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class LedgerFault(Enum):
    """The ways in which a row shows that the ledger has been changed."""

    MISSING = "missing"
    """The row before it is not there."""
    CHANGED = "changed"
    """It does not fit its seal, or the seal of the row before it."""
    PERSONAL = "personal"
    """The person or the number is not the one that was written."""


@dataclass(frozen=True)
class LedgerSeal:
    """The seal of a row, by which all rows up to it are known."""

    place: int = 0
    """The row's place, from 1 on; 0: before the first one."""
    text: str = ""
    """In hexadecimal digits."""


@dataclass(frozen=True)
class LedgerFinding:
    """A row that shows that the ledger has been changed."""

    place: int
    fault: LedgerFault


@dataclass(frozen=True)
class LedgerCheck:
    """A part of the ledger that was checked."""

    last: LedgerSeal
    """The seal of the last row that was checked."""
    complete: bool
    """True if there is no row behind it."""
    findings: tuple[LedgerFinding, ...] = ()


@dataclass(frozen=True)
class CallCorrection:
    """The truth about a call, as a person says. All that is not said stays as it is; something must be said."""

    call: str
    """Its id."""
    reason: str
    """For whoever reads the ledger, and for whose call it is: it is sealed, and cannot be removed."""
    seconds: int | None = None
    """From the answer to hanging up."""
    confirmed: int | None = None
    """Pages that the other end has confirmed."""
    answered: bool = True
    """False: nobody answered, so there were neither seconds nor pages."""
