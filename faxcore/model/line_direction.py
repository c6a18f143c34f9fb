# SPDX-License-Identifier: GPL-3.0-or-later
"""The directions of a line: faxes in, out, or both."""

from __future__ import annotations

from enum import Enum


class LineDirection(Enum):
    """The directions of a line; the value is what the configuration and the bus call it."""

    BOTH = "both"
    IN = "in"
    """For receiving: it never dials."""
    OUT = "out"
    """For sending: it never answers."""
