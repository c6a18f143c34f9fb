# SPDX-License-Identifier: GPL-3.0-or-later
"""The owners of a received fax, and a trace that says why: the routes of the configuration first (`fitting`), then what
the line and its numbers say, as rules that are tried in order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from faxcore.config import DiallingConfig, FileNaming, LineConfig, NumberConfig, RoutingRule, SubAddressConfig
from faxcore.config.telling import TellingConfig
from faxcore.dialling.numbers import same_number
from faxcore.model.sentence import Sentence, mark
from faxcore.routing.fitting import Arrival, find_fitting, may_fit

NOBODY: Final = "nobody"
"""The rule of a fax that is nobody's, as long as nobody has sorted it."""
SEVERAL: Final = "several"
"""In place of a sub-address: one call brought documents for several."""


@dataclass(frozen=True)
class Route:
    """The owners and the folder of a reception."""

    owners: tuple[str, ...]
    """Names of people and groups; empty: nobody's, kept for the administrator."""
    folder: Path | None
    """The folder for its files; None: the folder for everything received."""
    rule: str
    trace: tuple[Sentence, ...]
    """One sentence for each rule that was tried, the one that matched last."""
    telling: TellingConfig = TellingConfig()
    """Where it goes besides its owners."""
    confidential: bool = False
    """It may be for somebody alone, and is not known for whom: nobody but the administrator sorts it."""
    naming: FileNaming = FileNaming()
    """The names and formats of its files; what is not said: those of all received faxes."""


@dataclass(frozen=True)
class Rule:
    """One way of telling whose a fax is."""

    name: str
    finds: Callable[[LineConfig, Arrival, DiallingConfig], NumberConfig | SubAddressConfig | None]
    why: str
    """A message with places for {called}, {sub_address} and {line}."""
    why_not: str


def rung_number(line: LineConfig, ring: str) -> str:
    """The number called, as the distinctive ring tells it; empty if it tells none."""
    return next((number.number for number in line.numbers if ring and number.ring == ring), "")


def find_number(line: LineConfig, called: str, dialling: DiallingConfig) -> NumberConfig | None:
    """Find the number of this line that was called: where the line does not tell, its only one. None if it is none of
    the line's, or not known.
    """
    if not called:
        return line.numbers[0] if len(line.numbers) == 1 else None
    return next((number for number in line.numbers if same_number(number.number, called, dialling)), None)


def is_answered(line: LineConfig, called: str, dialling: DiallingConfig) -> bool:
    """Return whether a call for this number is for a fax machine, and not for a telephone on the same line. `called` is
    empty where the line does not tell.
    """
    return all(number.answer for number in line.numbers if same_number(number.number, called, dialling))


def _by_sub_address(line: LineConfig, arrival: Arrival, _dialling: DiallingConfig) -> SubAddressConfig | None:
    said = (arrival.sub_address or "").replace(" ", "")
    return next((own for own in line.sub_addresses if own.address == said), None)


def _by_number(line: LineConfig, arrival: Arrival, dialling: DiallingConfig) -> NumberConfig | None:
    matching = (number for number in line.numbers if same_number(number.number, arrival.called, dialling))
    return next((number for number in matching if number.owners or line.owners), None)


def _by_only_number(line: LineConfig, arrival: Arrival, _dialling: DiallingConfig) -> NumberConfig | None:
    only = line.numbers[0] if len(line.numbers) == 1 and not arrival.called else None
    return only if only and (only.owners or line.owners) else None


def _by_line(line: LineConfig, _arrival: Arrival, _dialling: DiallingConfig) -> NumberConfig | None:
    return NumberConfig("") if line.owners else None


RULES: Final = (
    Rule(
        "sub-address",
        _by_sub_address,
        mark("sub-address: its sender said that it is for {sub_address} on {line}"),
        mark("sub-address: the sub-address said ({sub_address}) is none of {line}"),
    ),
    Rule(
        "number",
        _by_number,
        mark("number: {called} was called, a number of {line} that has owners"),
        mark("number: the number called ({called}) is none of {line} that has owners"),
    ),
    Rule(
        "only-number",
        _by_only_number,
        mark("only-number: the number called is not known, and {line} has only one"),
        mark("only-number: {line} has not just one number, or the number called is known"),
    ),
    Rule(
        "line",
        _by_line,
        mark("line: {line} has owners of its own"),
        mark("line: {line} has no owners of its own"),
    ),
)


def route(line: LineConfig, arrival: Arrival, dialling: DiallingConfig, rules: Sequence[RoutingRule] = ()) -> Route:
    """Tell whose a fax is that came in on this line; `rules` are the routes of the configuration."""
    if takes_sub_address(line, rules) and arrival.sub_address in (None, SEVERAL):
        unknown = Sentence("sub-address: not known for whom it is; the fax is kept for the administrator")
        return replace(nobody(unknown), folder=line.folder, confidential=True, naming=line.naming)
    rule, trace = find_fitting(rules, line, arrival, dialling)
    if rule is None:
        found = _route_by_line(line, arrival, dialling)
        return replace(found, trace=(*trace, *found.trace))
    rest = _route_by_line(line, arrival, dialling)
    owners, folder = rule.owners or rest.owners, rule.folder or rest.folder
    tried = () if rule.owners and rule.folder else rest.trace
    telling, naming = rule.telling.with_rest(rest.telling, bool(rule.owners)), rule.naming.or_else(rest.naming)
    return Route(owners, folder, f"route {rule.name}", (*trace, *tried), telling, naming=naming)


def takes_sub_address(line: LineConfig, rules: Sequence[RoutingRule]) -> bool:
    """Return whether callers of this line may say for whom their fax is."""
    return bool(line.sub_addresses) or any(rule.sub_addresses and line.is_among(rule.lines) for rule in rules)


def may_be_somebodys(
    line: LineConfig, arrival: Arrival, dialling: DiallingConfig, rules: Sequence[RoutingRule]
) -> bool:
    """Return whether what a call will bring may be somebody's, as far as that is known before it is answered."""
    if line.sub_addresses or _route_by_line(line, arrival, dialling).owners:
        return True
    return any(rule.owners and may_fit(rule, line, arrival, dialling) for rule in rules)


def _route_by_line(line: LineConfig, arrival: Arrival, dialling: DiallingConfig) -> Route:
    trace = []
    values = {
        "called": arrival.called or "unknown",
        "sub_address": arrival.sub_address or "none",
        "line": line.name,
    }
    for rule in RULES if line.sub_addresses else RULES[1:]:
        found = rule.finds(line, arrival, dialling)
        trace.append(Sentence(rule.why if found else rule.why_not, values))
        if found is not None:
            owners, folder = found.owners or line.owners, found.folder or line.folder
            telling = _find_own(found, line, arrival, dialling)
            naming = found.naming.or_else(line.naming)
            return Route(owners, folder, rule.name, tuple(trace), telling, naming=naming)
    trace.append(Sentence("nobody: no rule matched; the fax is kept for the administrator"))
    told = find_telling(line, find_number(line, arrival.called, dialling))
    return replace(nobody(*trace), folder=line.folder, telling=told, naming=line.naming)


def _find_own(
    found: NumberConfig | SubAddressConfig, line: LineConfig, arrival: Arrival, dialling: DiallingConfig
) -> TellingConfig:
    """Find where a fax goes besides its owners: what was found says, else the number called, else the line."""
    above = find_telling(line, find_number(line, arrival.called, dialling))
    return found.telling.with_rest(above, bool(found.owners))


def find_telling(line: LineConfig, number: NumberConfig | None) -> TellingConfig:
    """Find where the faxes of a number of this line go besides their owners; None: those of no number in particular."""
    return line.telling if number is None else number.telling.with_rest(line.telling, bool(number.owners))


def nobody(*trace: Sentence) -> Route:
    """Make the route of a fax that nobody owns: it is kept for the administrator."""
    return Route((), None, NOBODY, trace)
