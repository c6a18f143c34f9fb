# SPDX-License-Identifier: GPL-3.0-or-later
"""[[route]]: whose a received fax is, and in which folder, by the line, the number called, the caller, his station id,
the sub-address and the hour. The first route that fits counts; what it does not say, and where none fits, is as the
line and the number called have it. A route that can never fit, or says nothing, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from faxcore.config.callers import UNKNOWN, read_callers
from faxcore.config.file_naming import FileNaming, read_naming
from faxcore.config.hours import read_hours
from faxcore.config.lines import LineConfig
from faxcore.config.owners import read_folder, read_owners
from faxcore.config.table import Table, refuse_repeated
from faxcore.config.telling import TellingConfig, read_telling
from faxcore.config.weekly_hours import ALWAYS, WeeklyHours
from faxcore.model.number import keep_signs
from faxcore.model.text import clean_text

CONDITIONS: Final = ("lines", "called", "callers", "stations", "sub_addresses")
_MOST_STATION: Final = 20
"""Characters that a station id has (T.30, 5.3.6.2.4)."""


@dataclass(frozen=True)
class RoutingRule:
    """Says whose some faxes are, or where they go: those for which each condition has one that fits; an empty one fits
    every fax.
    """

    name: str
    lines: tuple[str, ...] = ()
    """Lines, and groups of lines."""
    called: tuple[str, ...] = ()
    """Our numbers, in any spelling."""
    callers: tuple[str, ...] = ()
    """Beginnings of the caller's number in international form; `UNKNOWN` where none comes with the call."""
    stations: tuple[str, ...] = ()
    """The station ids that the sender's machine says, with * for any characters."""
    sub_addresses: tuple[str, ...] = ()
    hours: WeeklyHours = ALWAYS
    owners: tuple[str, ...] = ()
    """Names of people and groups; empty: as if the route did not fit."""
    folder: Path | None = None
    """None: as if the route did not fit."""
    telling: TellingConfig = TellingConfig()
    """Addresses and a printer; each that is not said is as if the route did not fit."""
    naming: FileNaming = FileNaming()
    """The names and formats of the files; what it does not say: as if the route did not fit."""

    def takes_station(self, station: str) -> bool:
        """Return whether it is for this station id."""
        return not self.stations or any(pattern.fullmatch(fold(station)) for pattern in self._patterns)

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        return [re.compile(".*".join(map(re.escape, fold(each).split("*")))) for each in self.stations]


def fold(station: str) -> str:
    """Give the same text for station ids that differ in capitals and spaces only."""
    return "".join(station.casefold().split())


def read_routes(top: Table, lines: Sequence[LineConfig]) -> tuple[tuple[Table, ...], tuple[RoutingRule, ...]]:
    """Every [[route]], and its table."""
    tables = tuple(top.tables("route"))
    routes = tuple(_read_route(table, [line for line in lines if line.answers]) for table in tables)
    refuse_repeated(tables, "name", [route.name for route in routes])
    return tables, routes


def _read_route(table: Table, lines: Sequence[LineConfig]) -> RoutingRule:
    if "hours" in table and not table.texts("hours"):
        raise table.error("hours", "are empty, so this route can never fit: leave them out for all the week")
    route = RoutingRule(
        name=table.title("name", "route"),
        lines=table.texts("lines"),
        called=table.texts("called"),
        callers=read_callers(table, "callers", UNKNOWN),
        stations=_read_stations(table),
        sub_addresses=_read_sub_addresses(table),
        hours=read_hours(table),
        owners=read_owners(table),
        folder=read_folder(table),
        telling=read_telling(table),
        naming=read_naming(table),
    )
    for key in CONDITIONS:
        if key in table and not getattr(route, key):
            raise table.error(key, "is empty, so this route can never fit: leave it out where all may fit")
    if not route.owners and route.folder is None and not route.telling and not route.naming:
        nothing = "neither owners, a folder, mail, a printer, file_name nor formats"
        raise table.error("name", f"this route says {nothing}: it changes nothing")
    _check_lines(table, route, lines)
    _check_called(table, route, lines)
    table.finish()
    return route


def _read_stations(table: Table) -> tuple[str, ...]:
    stations = table.texts("stations")
    for index, station in enumerate(stations):
        said = station.replace("*", "")
        if clean_text(said, 200) != said.strip() or not said.strip():
            raise table.error("stations", f"{station!r}: a station id, with * for any characters", index)
        if len(said) > _MOST_STATION:
            problem = f"{station!r} can never fit: a station id has {_MOST_STATION} characters at most"
            raise table.error("stations", problem, index)
    return stations


def _read_sub_addresses(table: Table) -> tuple[str, ...]:
    addresses = table.texts("sub_addresses")
    for index, address in enumerate(addresses):
        if not re.fullmatch("[0-9]{1,20}", address, re.ASCII):
            raise table.error("sub_addresses", f"{address!r}: one to twenty digits", index)
    return addresses


def _check_lines(table: Table, route: RoutingRule, lines: Sequence[LineConfig]) -> None:
    known = {name for line in lines for name in (line.name, *line.groups)}
    for index, name in enumerate(route.lines):
        if name not in known:
            raise table.error("lines", f"there is no line or group of lines {name!r} that answers calls", index)


def _check_called(table: Table, route: RoutingRule, lines: Sequence[LineConfig]) -> None:
    digits = {keep_signs(number.number) for line in lines if line.is_among(route.lines) for number in line.numbers}
    for index, number in enumerate(route.called):
        if keep_signs(number) not in digits:
            problem = f"{number!r} can never fit: it is no number of {'these lines' if route.lines else 'any line'}"
            raise table.error("called", f"{problem}; write it as in [[line]]", index)
