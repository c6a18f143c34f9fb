# SPDX-License-Identifier: GPL-3.0-or-later
"""The payers of the bus contract: budget lines and customers by which a fax may be paid."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class PayerKind(Enum):
    """The kinds of payers."""

    BUDGET = "budget"
    """A budget line of the house."""
    CUSTOMER = "customer"
    """Somebody outside, who is billed."""


@dataclass(frozen=True)
class PayerChoice:
    """A payer by whom a fax may be paid."""

    code: str
    """The name of it in an order."""
    name: str
    kind: PayerKind
    valid_from: str = ""
    """The first day on which it pays for new faxes, and the last one, as 2026-12-31; empty: since ever, and for ever.
    """
    valid_until: str = ""
    is_default: bool = False
    """True if it pays for the caller's faxes for which they choose none, and no rule names one."""
