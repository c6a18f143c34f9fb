# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a configuration, read and put together: facteur.toml, then facteur.d/*.toml beside it.

Tables of the same name are one table, lists of tables ([[line]], [[header]]) follow each other, and a key that two
files set is an error that names both places. Each value keeps its place, so that every error has its file and line.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from faxcore.config.toml_positions import TooDeep, Where, find_duplicate, find_lines

FOLDER: Final = "facteur.d"
"""The folder of further files, beside the main one, whatever that is called."""

_TOO_DEEP: Final = "lists or tables lie too deep in each other"

MOST_DOTS: Final = 100
"""Dots between two names, or two parts of one, in a line."""
_DOT: Final = re.compile(r"""(?<=[A-Za-z0-9_"'-])[ \t]*\.(?=[ \t]*[A-Za-z0-9_"'-])""")

_PLACE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
"""The place that tomllib puts behind its errors."""


class ConfigError(Exception):
    """The configuration cannot be used; the text names the file, the line, what is wrong and what would be right."""


class UnknownName(ConfigError):
    """The configuration names a person or a group that this machine does not know now: a directory may be away."""


@dataclass(frozen=True)
class Place:
    """The place of a value: its file and line, and its name in that file."""

    path: Path
    line: int
    where: Where

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"

    def error(self, problem: str) -> ConfigError:
        """Make an error about the value here."""
        return ConfigError(f"{self}: {_format_name(self.where)}: {problem}")


class Source:
    """The values of one or more TOML files, and their places."""

    def __init__(self, path: Path) -> None:
        self.values: dict[str, Any] = {}
        self.files: list[Path] = []
        self._main = path
        self._places: dict[Where, Place] = {}

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read the file and those of the folder beside it. ConfigError if one cannot be read or is not TOML."""
        source = cls(path)
        for each in (path, *find_fragments(path)):
            source._add(each, read_text(each))
        return source

    @classmethod
    def read_alone(cls, path: Path, text: str) -> Source:
        """Read the text of one file, and none beside it. ConfigError as `read` has it."""
        source = cls(path)
        source._add(path, text)
        return source

    def find_place(self, where: Where) -> Place:
        """Find the place of this value, or of the nearest thing around it that is there."""
        for length in range(len(where), 0, -1):
            if where[:length] in self._places:
                found = self._places[where[:length]]
                return Place(found.path, found.line, (*found.where, *where[length:]))
        return Place(self._main, 1, where)

    def error(self, where: Where, problem: str) -> ConfigError:
        """Make an error about the value there."""
        return self.find_place(where).error(problem)

    def _add(self, path: Path, text: str) -> None:
        values = _parse(path, text)
        try:
            places = {where: Place(path, line, where) for where, line in find_lines(text).items()}
        except TooDeep as error:
            raise ConfigError(f"{path}:{error.line}: {_TOO_DEEP}") from error
        before: dict[Where, int] = {}
        self._merge(self.values, values, (), places, before)
        for where, place in places.items():
            self._places.setdefault(_move(where, before), place)
        self.files.append(path)

    def _merge(
        self,
        into: dict[str, Any],
        values: Mapping[str, Any],
        table: Where,
        places: Mapping[Where, Place],
        before: dict[Where, int],
    ) -> None:
        """Add the values of another file. `before` is told how many elements a list already had."""
        for key, value in values.items():
            where = (*table, key)
            there = into.get(key)
            if key not in into:
                into[key] = value
            elif isinstance(there, dict) and isinstance(value, dict):
                self._merge(there, value, where, places, before)
            elif _is_list_of_tables(there) and _is_list_of_tables(value):
                before[where] = len(into[key])
                into[key] = [*into[key], *value]
            else:
                raise ConfigError(f"{places[where]}: {_format_name(where)}: is already set at {self.find_place(where)}")


def find_fragments(path: Path) -> list[Path]:
    """List the further files of a configuration, in the order of their names' octets; not hidden ones or backups."""
    folder = path.parent / FOLDER
    try:
        names = [name for name in os.listdir(folder) if name.endswith(".toml") and name[0] not in ".#"]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be read: {error.strerror}") from error
    return [folder / name for name in sorted(names, key=os.fsencode)]


def read_text(path: Path) -> str:
    """Read a file. ConfigError if it cannot be read, or is not UTF-8."""
    try:
        # Some editors begin a file with a byte order mark.
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}:{line}: is not UTF-8 text") from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    _refuse_endless_names(path, text)
    try:
        return tomllib.loads(text, parse_float=_read_exactly)
    except RecursionError as error:
        raise ConfigError(f"{path}: not TOML: {_TOO_DEEP}") from error
    except ValueError as error:
        raise _syntax_error(path, text, str(error)) from error


def _read_exactly(text: str) -> Decimal:
    """Read a number with all of its digits: 0.1 is a tenth. One beyond all bounds is infinite, which nobody takes."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")


def _refuse_endless_names(path: Path, text: str) -> None:
    """Refuse a line with more dots between names than any has. For a name of twenty thousand parts, as a.a.a, tomllib
    takes half a minute.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > MOST_DOTS and len(_DOT.findall(line)) > MOST_DOTS:
            raise ConfigError(f"{path}:{number}: more than {MOST_DOTS} dots between names: break the line")


def _syntax_error(path: Path, text: str, said: str) -> ConfigError:
    twice = find_duplicate(text) if "Cannot overwrite" in said or "twice" in said else None
    if twice is not None:
        return ConfigError(f"{path}:{twice.second}: {_format_name(twice.where)}: is already set at line {twice.first}")
    place = _PLACE.search(said)
    if place is None:
        # A number of thousands of digits, for instance.
        return ConfigError(f"{path}: not TOML: {said}")
    reason = said[: place.start()]
    if place[1] is None:
        return ConfigError(f"{path}:{len(text.splitlines()) or 1}: not TOML: {reason} (at the end of the file)")
    return ConfigError(f"{path}:{place[1]}: not TOML: {reason} (column {place[2]})")


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _move(where: Where, before: Mapping[Where, int]) -> Where:
    """Move a value of a further file to where it is when the lists of all files follow each other."""
    return tuple(
        step + before.get(where[:depth], 0) if isinstance(step, int) else step for depth, step in enumerate(where)
    )


def _format_name(where: Where) -> str:
    """Format a path as a reader would look for it: line 2, numbers 1, owners."""
    parts: list[str] = []
    for step in where:
        if isinstance(step, int):
            parts[-1] += f" {step + 1}"
        else:
            parts.append(step)
    return ", ".join(parts) or "the file"
