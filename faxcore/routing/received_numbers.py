# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers whose received faxes a person gets: those of which the line, the number itself or a route says so."""

from __future__ import annotations

from collections.abc import Iterator

from faxcore.config import Config, LineConfig, NumberConfig
from faxcore.dialling.numbers import number_key


def list_received(person: str, config: Config) -> dict[str, NumberConfig]:
    """List the numbers whose faxes a person gets, by their keys, in the order of the configuration. Routes that fit
    faxes of any number name none.
    """
    known = {
        number_key(number.number, config.dialling): number for _line, number in reversed([*_list_answered(config)])
    }
    # The same people own many numbers: who is in a group is asked once.
    theirs: dict[tuple[str, ...], bool] = {}
    found: dict[str, NumberConfig] = {}
    for number, owners in _list_owned(config):
        if owners not in theirs:
            theirs[owners] = config.is_among(person, owners)
        key = number_key(number, config.dialling)
        if theirs[owners] and key in known:
            found.setdefault(key, known[key])
    return found


def list_names(config: Config) -> dict[str, str]:
    """List the names of all numbers that have one, by their keys."""
    numbers = [number for line in config.all_lines() for number in line.numbers if number.name]
    return {number_key(number.number, config.dialling): number.name for number in reversed(numbers)}


def _list_owned(config: Config) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line, number in _list_answered(config):
        yield number.number, number.owners or line.owners
    for route in config.routes:
        for called in route.called:
            yield called, route.owners


def _list_answered(config: Config) -> Iterator[tuple[LineConfig, NumberConfig]]:
    for line in config.all_lines():
        for number in line.numbers if line.answers else ():
            if number.answer:
                yield line, number
