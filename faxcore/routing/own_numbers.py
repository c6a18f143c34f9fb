# SPDX-License-Identifier: GPL-3.0-or-later
"""The number as which a person's faxes go out on a line: the one of its numbers that is theirs. What is received at a
number and what is sent as it belong to the same people.
"""

from __future__ import annotations

from dataclasses import dataclass

from faxcore.config import Config, LineConfig, NumberConfig
from faxcore.dialling.numbers import number_key


@dataclass(frozen=True)
class Origin:
    """The words by which a fax says where it comes from."""

    station_id: str
    header_line: str = ""
    """The words before that in the header line."""


def find_own_number(line: LineConfig, person: str, config: Config) -> NumberConfig | None:
    """Find the number of this line that is a person's own, for faxes: the first that names them among its owners, else
    the first that is theirs by a group or by the line; None if none is.
    """
    owned = [each for each in line.numbers if each.answer and config.is_among(person, each.owners or line.owners)]
    named = (each for each in owned if person in map(config.find_person, each.owners))
    return next(named, owned[0] if owned else None)


def find_own_key(line: LineConfig, person: str, config: Config) -> str:
    """Find the key of the number of this line that is a person's own; empty if none is."""
    number = find_own_number(line, person, config)
    return "" if number is None else number_key(number.number, config.dialling)


def find_origin(line: LineConfig, person: str, config: Config) -> Origin:
    """Find what a person's faxes say on this line: the words of their own number, else the line's station id."""
    return make_origin(line, find_own_number(line, person, config), config)


def make_origin(line: LineConfig, number: NumberConfig | None, config: Config) -> Origin:
    """Give what is said as this number of a line; None: as the line."""
    otherwise = line.station_id or config.station_id
    return Origin(otherwise) if number is None else Origin(number.station_id or otherwise, number.header_line)


def find_language(line: LineConfig | None, person: str, config: Config) -> str:
    """Find the language in which a person reads of what went over a line: theirs, else that of their own number there;
    empty: the service's.
    """
    number = None if line is None else find_own_number(line, person, config)
    return config.describe_person(person).language or ("" if number is None else number.language)


def find_station_id(line: LineConfig, person: str, config: Config) -> str:
    """Find the station id under which a person calls on this line."""
    return find_origin(line, person, config).station_id
