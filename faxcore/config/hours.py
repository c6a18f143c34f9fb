# SPDX-License-Identifier: GPL-3.0-or-later
"""`hours`, within which a line dials: days and times by the clock on the wall."""

from __future__ import annotations

from faxcore.config.table import Table
from faxcore.config.weekly_hours import NotHours, WeeklyHours, parse_hours


def read_hours(table: Table) -> WeeklyHours:
    """Read the hours of a table; all the week if it has none."""
    texts = table.texts("hours")
    if "hours" in table and not texts:
        raise table.error("hours", "are empty, so nothing would be sent: leave them out for all the week")
    try:
        return parse_hours(texts)
    except NotHours as error:
        raise table.error("hours", f"{texts[error.index]!r} {error}", error.index) from error
