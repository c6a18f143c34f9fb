# SPDX-License-Identifier: GPL-3.0-or-later
"""[receiving]: how many lines stay free for calls that come in, of all and of each group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from faxcore.config.lines import LineConfig
from faxcore.config.table import Table


@dataclass(frozen=True)
class KeptFree:
    """A number of lines that stay free for receiving: no fax goes out on one of them."""

    count: int
    group: str = ""
    """Of the lines in this group; empty: of all."""

    def covers(self, line: LineConfig) -> bool:
        """Return whether this line can be one of them."""
        return line.answers and (not self.group or self.group in line.groups)


def read_kept_free(table: Table, lines: Sequence[LineConfig]) -> tuple[KeptFree, ...]:
    """Read the numbers of lines that stay free, those of 0 left out."""
    kept = [_read_count(table, "keep_free", "", lines)]
    groups = table.table("keep_free_in")
    kept += [_read_count(groups, group, group, lines) for group in groups.names()]
    groups.finish()
    return tuple(each for each in kept if each.count)


def _read_count(table: Table, key: str, group: str, lines: Sequence[LineConfig]) -> KeptFree:
    kept = KeptFree(table.whole(key, 0, 0, 1000), group)
    if group and not any(group in line.groups for line in lines):
        raise table.error(key, f"there is no line in a group {group!r}")
    covered = [line for line in lines if kept.covers(line)]
    if kept.count > len(covered):
        raise table.error(key, f"{kept.count} lines cannot stay free: {len(covered)} answer calls")
    if kept.count == len(covered) and any(line.dials for line in covered):
        names = ", ".join(line.name for line in covered if line.dials)
        problem = f'if all {kept.count} lines that answer stay free, {names} can never dial: say direction = "in" there'
        raise table.error(key, f"{problem}, or a smaller number here")
    return kept
