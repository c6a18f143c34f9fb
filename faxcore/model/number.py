# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of numbers that may be called."""

from __future__ import annotations

from enum import Enum


class NumberKind(Enum):
    """The kinds of what is called, as a person knows them."""

    INTERNAL = "internal"
    FIXED = "fixed"
    MOBILE = "mobile"
    FIXED_OR_MOBILE = "fixed or mobile"
    FREE = "free"
    VOIP = "voip"
    COMPANY = "company"
    OTHER = "other"
