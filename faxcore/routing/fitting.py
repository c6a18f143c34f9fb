# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes of the configuration ([[route]]) tried on a fax: the first that fits, and why each before it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from faxcore.config import DiallingConfig, LineConfig, RoutingRule
from faxcore.config.callers import begins_with
from faxcore.dialling.numbers import number_key, same_number
from faxcore.model.number import keep_signs
from faxcore.model.sentence import Sentence, mark


@dataclass(frozen=True)
class Arrival:
    """The facts of a call that came in."""

    called: str = ""
    """The number called; empty where the line does not tell it."""
    sub_address: str | None = ""
    """For whom its sender said it is (SUB), empty: for nobody in particular; None: the call broke off before that was
    known.
    """
    caller: str = ""
    """The caller's number; empty where none came with the call."""
    station: str = ""
    """The station id that the sender's machine said."""
    at: datetime | None = None
    """When it came, by the clock on the wall; None: at any time."""


Fits = Callable[[RoutingRule, LineConfig, Arrival, DiallingConfig], bool]


def _fits_called(rule: RoutingRule, _line: LineConfig, arrival: Arrival, dialling: DiallingConfig) -> bool:
    return not rule.called or any(same_number(number, arrival.called, dialling) for number in rule.called)


def _fits_caller(rule: RoutingRule, _line: LineConfig, arrival: Arrival, dialling: DiallingConfig) -> bool:
    return not rule.callers or is_among(arrival.caller, rule.callers, dialling)


def _fits_sub_address(rule: RoutingRule, _line: LineConfig, arrival: Arrival, _dialling: DiallingConfig) -> bool:
    return not rule.sub_addresses or (arrival.sub_address or "").replace(" ", "") in rule.sub_addresses


def _fits_hours(rule: RoutingRule, _line: LineConfig, arrival: Arrival, _dialling: DiallingConfig) -> bool:
    return rule.hours.is_always or (arrival.at is not None and rule.hours.has(arrival.at))


KNOWN_BEFORE: Final[tuple[tuple[Fits, str], ...]] = (
    (lambda rule, line, *_: line.is_among(rule.lines), mark("route {route}: it is not for {line}")),
    (_fits_called, mark("route {route}: the number called ({called}) is none of those that it is for")),
    (_fits_caller, mark("route {route}: the caller ({caller}) is none of those that it is for")),
    (_fits_hours, mark("route {route}: its hours are others ({at})")),
)
"""The conditions that are known before a call is answered, and the sentence where one does not hold."""
KNOWN_BEHIND: Final[tuple[tuple[Fits, str], ...]] = (
    (
        lambda rule, _line, arrival, _dialling: rule.takes_station(arrival.station),
        mark("route {route}: the station id ({station}) is none of those that it is for"),
    ),
    (_fits_sub_address, mark("route {route}: the sub-address ({sub_address}) is none of those that it is for")),
)
_FITS: Final = mark("route {route}: it fits")


def find_fitting(
    rules: Iterable[RoutingRule], line: LineConfig, arrival: Arrival, dialling: DiallingConfig
) -> tuple[RoutingRule | None, list[Sentence]]:
    """Find the first route that fits; a sentence for each that was tried."""
    trace = []
    for rule in rules:
        against = _find_against(rule, (*KNOWN_BEFORE, *KNOWN_BEHIND), line, arrival, dialling)
        trace.append(Sentence(against or _FITS, {"route": rule.name, "line": line.name, **_values(arrival)}))
        if not against:
            return rule, trace
    return None, trace


def may_fit(rule: RoutingRule, line: LineConfig, arrival: Arrival, dialling: DiallingConfig) -> bool:
    """Return whether a route may fit a call that has not been answered yet."""
    return not _find_against(rule, KNOWN_BEFORE, line, arrival, dialling)


def is_among(caller: str, begins: tuple[str, ...], dialling: DiallingConfig) -> bool:
    """Return whether a caller's number is one of these (`faxcore.config.callers`). Internal ones are what they are."""
    digits = keep_signs(caller)
    key = number_key(digits, dialling) if digits else ""
    return begins_with(key, begins) or bool(digits and begins_with(digits, begins))


def _find_against(
    rule: RoutingRule,
    conditions: Sequence[tuple[Fits, str]],
    line: LineConfig,
    arrival: Arrival,
    dialling: DiallingConfig,
) -> str:
    """Find the sentence of the first condition that does not hold; empty if all do."""
    return next((why for fits, why in conditions if not fits(rule, line, arrival, dialling)), "")


def _values(arrival: Arrival) -> dict[str, str]:
    return {
        "called": arrival.called or "unknown",
        "caller": arrival.caller or "unknown",
        "station": arrival.station or "none",
        "sub_address": arrival.sub_address or "none",
        "at": arrival.at.strftime("%a %H:%M") if arrival.at else "unknown",
    }
