# SPDX-License-Identifier: GPL-3.0-or-later
"""[station]: who we are."""

from __future__ import annotations

from dataclasses import dataclass

from faxcore.config.table import Table


@dataclass(frozen=True)
class StationConfig:
    """The names under which other fax machines and this machine's printing system know us."""

    id: str = ""
    """The name that our terminal gives itself, unless a line says otherwise."""
    name: str = ""
    """Our name in words."""
    intake_user: str = "lp"
    """The user that cupsd's backends run as: it alone may hand in print jobs."""


def read_station(table: Table) -> StationConfig:
    """[station]."""
    station = StationConfig(
        read_station_id(table, "id", StationConfig.id),
        table.text("name", StationConfig.name),
        table.text("intake_user", StationConfig.intake_user),
    )
    table.finish()
    return station


def read_station_id(table: Table, key: str, otherwise: str) -> str:
    """A station id. T.30, 5.3.6.2.4: twenty characters; what terminals show is the printable ASCII set."""
    value = table.text(key, otherwise)
    if len(value) > 20 or not (value.isascii() and (value.isprintable() or not value)):
        raise table.error(key, "must be at most 20 printable ASCII characters")
    return value
