# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of received faxes that can never fit, because one before them takes all that they would."""

from __future__ import annotations

from collections.abc import Sequence

from faxcore.config.lines import LineConfig
from faxcore.config.routing_rules import RoutingRule
from faxcore.config.table import Table
from faxcore.model.number import keep_signs


def refuse_covered_routes(tables: Sequence[Table], routes: Sequence[RoutingRule], lines: Sequence[LineConfig]) -> None:
    """Refuse a route that can never fit."""
    for at, route in enumerate(routes):
        for before, earlier in enumerate(routes[:at]):
            # One that does not say whose a fax is leaves that to the later ones' lines and numbers: it counts all the
            # same, so these never come to their turn.
            if _covers(earlier, route, lines):
                place = tables[before].source.find_place((*tables[before].where, "name"))
                problem = f"this route can never fit: the one at {place} takes all that it would; put it before that"
                raise tables[at].error("name", problem)


def _covers(earlier: RoutingRule, later: RoutingRule, lines: Sequence[LineConfig]) -> bool:
    return (
        {line.name for line in lines if line.is_among(later.lines)}
        <= {line.name for line in lines if line.is_among(earlier.lines)}
        and _covers_values(set(map(keep_signs, earlier.called)), set(map(keep_signs, later.called)))
        and _covers_callers(earlier.callers, later.callers)
        and _covers_stations(earlier, later)
        and _covers_values(set(earlier.sub_addresses), set(later.sub_addresses))
        and (earlier.hours.is_always or (earlier.hours & later.hours).intervals == later.hours.intervals)
    )


def _covers_values(earlier: set[str], later: set[str]) -> bool:
    return not earlier or bool(later and later <= earlier)


def _covers_callers(earlier: tuple[str, ...], later: tuple[str, ...]) -> bool:
    return not earlier or bool(later and all(begin.startswith(earlier) for begin in later))


def _covers_stations(earlier: RoutingRule, later: RoutingRule) -> bool:
    # A star of the later one stands for any characters, and so for itself: what takes it so takes them all.
    return not earlier.stations or bool(later.stations and all(map(earlier.takes_station, later.stations)))
