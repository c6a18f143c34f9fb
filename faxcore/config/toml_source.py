# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a TOML file strictly: every key known, every value of its type, every error with its file and line.

tomlkit parses, and says where a syntax error is, but not where a good key stands; `_line_of` finds that in the text.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import tomlkit
from tomlkit.exceptions import ParseError, TOMLKitError

T = TypeVar("T")

Where = tuple[str | int, ...]
"""Keys and indexes from the top of the file to a value."""

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?")


class ConfigError(Exception):
    """The configuration cannot be used; the text names the file, the line, what is wrong and what would be right."""


class Source:
    """A TOML file: its values, and where they stand."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        try:
            self.values: dict[str, Any] = tomlkit.parse(text).unwrap()
        except ParseError as error:
            raise ConfigError(f"{path}:{error.line}: not TOML: {error}") from error
        except TOMLKitError as error:
            raise ConfigError(f"{path}: not TOML: {error}") from error

    @classmethod
    def read(cls, path: Path) -> Source:
        """The file, parsed. ConfigError if it cannot be read or is no TOML."""
        try:
            return cls(path, path.read_text("utf-8"))
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: is not UTF-8 text") from error

    def error(self, where: Where, problem: str) -> ConfigError:
        """An error about the value there."""
        return ConfigError(f"{self.path}:{_line_of(self.text, where)}: {_name(where)}: {problem}")


class Table:
    """One table of the file. Ask for each key that may be there, then `finish`: a key left over is an error."""

    def __init__(self, source: Source, values: Mapping[str, Any], where: Where = ()) -> None:
        self.source = source
        self.where = where
        self._values = values
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def error(self, key: str, problem: str) -> ConfigError:
        """An error about the value of this key."""
        return self.source.error((*self.where, key), problem)

    def finish(self) -> None:
        """Refuse every key that nobody asked for, with the nearest name that would be known."""
        for key in self._values:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(sorted(self._asked))}"
                raise self.error(key, f"unknown key; {hint}")

    def text(self, key: str, otherwise: str | None = None) -> str:
        """A text. Without `otherwise` it must be there."""
        return self._value(key, str, "a text in quotes", otherwise)

    def flag(self, key: str, otherwise: bool) -> bool:
        """true or false."""
        return self._value(key, bool, "true or false", otherwise)

    def whole(self, key: str, otherwise: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self._value(key, int, f"a whole number from {least} to {most}", otherwise)
        if isinstance(value, bool) or not least <= value <= most:
            raise self.error(key, f"must be a whole number from {least} to {most}")
        return value

    def path(self, key: str, otherwise: Path | None = None) -> Path:
        """An absolute path."""
        value = Path(self.text(key, None if otherwise is None else str(otherwise)))
        if not value.is_absolute():
            raise self.error(key, f"must be an absolute path, not {str(value)!r}")
        return value

    def choice(self, key: str, otherwise: str, choices: Iterable[str]) -> str:
        """One of these words."""
        value = self.text(key, otherwise)
        known = sorted(choices)
        if value not in known:
            named = ", ".join(repr(each) for each in known)
            raise self.error(key, f"{value!r} is none of: {named}{_near(value, known)}")
        return value

    def texts(self, key: str, otherwise: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts."""
        values = self._value(key, list, 'a list of texts, as ["one", "two"]', list(otherwise))
        for value in values:
            if not isinstance(value, str):
                raise self.error(key, f'must be a list of texts, as ["one", "two"], and has {value!r} in it')
        return tuple(values)

    def table(self, key: str) -> Table:
        """A table; one that is not there is empty."""
        return Table(self.source, self._value(key, dict, f"a table, [{key}]", {}), (*self.where, key))

    def tables(self, key: str) -> list[Table]:
        """A list of tables, [[key]] or [{...}, {...}]."""
        values = self._value(key, list, f"a list of tables, [[{key}]]", [])
        for value in values:
            if not isinstance(value, dict):
                raise self.error(key, f"must be a list of tables, [[{key}]], and has {value!r} in it")
        return [Table(self.source, value, (*self.where, key, index)) for index, value in enumerate(values)]

    def _value(self, key: str, kind: type[T], right: str, otherwise: T | None) -> T:
        self._asked.add(key)
        if key not in self._values:
            if otherwise is None:
                raise self.source.error(self.where, f"{key!r} is missing; it must be {right}")
            return otherwise
        value = self._values[key]
        if not isinstance(value, kind):
            raise self.error(key, f"must be {right}, not {value!r}")
        return value


def _near(value: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(value, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _name(where: Where) -> str:
    """As a reader would look for it: [[line]] 2, numbers 1, owners."""
    parts: list[str] = []
    for step in where:
        if isinstance(step, int):
            parts[-1] += f" {step + 1}"
        else:
            parts.append(step)
    return ", ".join(parts) or "the file"


def _line_of(text: str, where: Where) -> int:
    """The line, counted from 1, at which this value, or the nearest thing around it, is defined."""
    lines = text.splitlines()
    position, inside = 0, ""
    for depth, step in enumerate(where):
        if isinstance(step, int):
            continue
        follower = where[depth + 1] if depth + 1 < len(where) else None
        nth = follower if isinstance(follower, int) else 0
        inside = f"{inside}.{step}" if inside else step
        header = _find_header(lines, inside, nth, position)
        found = header if header is not None else _find_key(lines, step, position, nth)
        if found is None:
            break
        position = found
    return position + 1


def _find_header(lines: list[str], name: str, nth: int, start: int) -> int | None:
    hits = [
        index
        for index, line in enumerate(lines)
        if (match := _HEADER.match(line)) and match[2].replace(" ", "").replace('"', "") == name and index >= start
    ]
    return hits[nth] if nth < len(hits) else None


def _find_key(lines: list[str], key: str, start: int, nth: int) -> int | None:
    pattern = re.compile(rf"(^|[\s{{,.\"']){re.escape(key)}[\"']?\s*[=.]")
    for index in range(start, len(lines)):
        if index > start and _HEADER.match(lines[index]) and nth == 0:
            return None
        if pattern.search(lines[index]):
            return index
    return None
