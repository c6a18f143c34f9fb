# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls that were made for a job."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attempts:
    """The calls of a job since it was handed in, or since a person had it sent again. A *dial* is any call; a *try* is
    one that has reached a fax machine.
    """

    dials: int = 0
    tries: int = 0
    in_vain: int = 0
    """Tries in a row, up to the last, that brought no further page."""
    unreached: int = 0
    """Dials in a row, up to the last, that reached no fax machine."""
