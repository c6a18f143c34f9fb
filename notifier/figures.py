# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures that the icon in the panel shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """The counts of the icon."""

    new: int = 0
    """Received faxes that this person has not read."""
    to_complete: int = 0
    outbox: int = 0
    """Faxes that wait to be sent, or are being sent."""
    sending: int = 0
    """Those of them that are in a call."""
    failed: int = 0
    """Failed faxes that this person has not looked at."""
    uncertain: int = 0

    @property
    def badge(self) -> int:
        """The number on the icon: what is new, and what needs the person."""
        return self.new + self.to_complete + self.failed + self.uncertain
