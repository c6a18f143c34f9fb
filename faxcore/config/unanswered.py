# SPDX-License-Identifier: GPL-3.0-or-later
"""[receiving]: calls that are left to ring: of unwanted callers, and for what would be nobody's."""

from __future__ import annotations

from dataclasses import dataclass

from faxcore.config.callers import WITHHELD, read_callers
from faxcore.config.table import Table


@dataclass(frozen=True)
class UnansweredConfig:
    """The calls that no line answers."""

    unwanted: tuple[str, ...] = ()
    """Beginnings of callers' numbers in international form; `WITHHELD` for those who hide theirs."""
    for_nobody: bool = False
    """Calls whose fax would be nobody's."""

    @property
    def withheld(self) -> bool:
        """True if callers who hide their numbers are unwanted."""
        return WITHHELD in self.unwanted


def read_unanswered(table: Table) -> UnansweredConfig:
    """Read what [receiving] says of calls."""
    return UnansweredConfig(read_callers(table, "unwanted", WITHHELD), not table.flag("answer_for_nobody", True))
