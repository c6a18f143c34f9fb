# SPDX-License-Identifier: GPL-3.0-or-later
"""Positions in a TOML text: the line of every key, table and list element.

`tomllib` gives values without their lines. This scanner walks over a text that `tomllib` has accepted, so it checks
nothing; it only tells keys, headers and values apart. Where `tomllib` has stopped at a name that stands twice,
`find_duplicate` says which, and where it stood before.
"""

from __future__ import annotations

import bisect
import re
import tomllib
from typing import Final, NamedTuple

Where = tuple[str | int, ...]
"""Keys and indexes from the top of the file to a value."""

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_KEY: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_SCALAR: Final = re.compile(
    r'''"""(?:[^\\]|\\.)*?""""{0,2}|\'\'\'.*?\'\'\'\'{0,2}|"(?:[^"\\]|\\.)*"|'[^']*'|[^,\]}#\n]+''', re.DOTALL
)
"""A text of one of four kinds, or a number, a date, true or false."""


DEEPEST: Final = 20
"""Steps from the top of a file to a value: nothing that we read has more than six."""


class TooDeep(ValueError):
    """Tables or lists lie deeper in each other than anything that we read. `line` is where."""

    def __init__(self, line: int) -> None:
        super().__init__(f"too deep at line {line}")
        self.line = line


class Duplicate(NamedTuple):
    """A name that one file sets twice."""

    where: Where
    first: int
    second: int


def find_lines(text: str) -> dict[Where, int]:
    """The line, counted from 1, of everything in a valid TOML text. TooDeep for what no configuration has."""
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.lines


def find_duplicate(text: str) -> Duplicate | None:
    """The first name that stands twice, in a text that is valid up to there."""
    scanner = _Scanner(text)
    try:
        scanner.scan()
    except ValueError:
        # What tomllib has not read is not ours to judge.
        pass
    return scanner.duplicate


class _Scanner:
    def __init__(self, text: str) -> None:
        self.lines: dict[Where, int] = {}
        self.duplicate: Duplicate | None = None
        self._text = text
        self._at = 0
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._set: dict[Where, int] = {}
        """Lines of names that are set by the file's own words, and not only as a part of a longer name."""
        self._elements: dict[Where, int] = {}
        """Lists of tables, [[...]]: how many there have been."""

    def scan(self) -> None:
        """Walk over the whole text. ValueError where it is not TOML."""
        table: Where = ()
        while self._skip(_BLANK) < len(self._text) and self.duplicate is None:
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Where:
        """[a.b] or [[a.b]]; the table that it opens."""
        line = self._line()
        brackets = "[[" if self._text.startswith("[[", self._at) else "["
        self._at += len(brackets)
        *outer, last = self._keys()
        self._at += len(brackets)
        where: Where = ()
        for key in outer:
            where = self._last_element((*where, key))
            self._found(where, line)
        where = (*where, last)
        if brackets == "[":
            self._set_once(where, line)
            return where
        self._found(where, line)
        self._elements[where] = self._elements.get(where, 0) + 1
        where = self._last_element(where)
        self._found(where, line)
        return where

    def _last_element(self, where: Where) -> Where:
        count = self._elements.get(where)
        return where if count is None else (*where, count - 1)

    def _pair(self, table: Where) -> None:
        line = self._line()
        keys = self._keys()
        for depth in range(1, len(keys)):
            self._found((*table, *keys[:depth]), line)
        where = (*table, *keys)
        self._set_once(where, line)
        self._at += 1
        self._value(where)

    def _keys(self) -> list[str]:
        """A key with its parts, up to what follows it."""
        keys = []
        while True:
            self._skip(_SPACE)
            keys.append(_unquote(self._match(_KEY)))
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return keys
            self._at += 1

    def _value(self, where: Where) -> None:
        if len(where) > DEEPEST:
            # Each value's place has all of them: a few thousand would fill the memory.
            raise TooDeep(self._line())
        self._skip(_SPACE)
        if self._text.startswith("[", self._at):
            self._list(where)
        elif self._text.startswith("{", self._at):
            self._inline_table(where)
        else:
            self._match(_SCALAR)

    def _list(self, where: Where) -> None:
        self._at += 1
        index = 0
        while not self._closed("]"):
            self._found((*where, index), self._line())
            self._value((*where, index))
            index += 1

    def _inline_table(self, where: Where) -> None:
        self._at += 1
        while not self._closed("}"):
            self._pair(where)

    def _closed(self, bracket: str) -> bool:
        """Skip to the next element; True behind the last."""
        self._skip(_BLANK)
        if self._text.startswith(",", self._at):
            self._at += 1
            self._skip(_BLANK)
        if self._at >= len(self._text):
            raise ValueError("the text ends in a value")
        if self._text[self._at] != bracket:
            return False
        self._at += 1
        return True

    def _found(self, where: Where, line: int) -> None:
        self.lines.setdefault(where, line)

    def _set_once(self, where: Where, line: int) -> None:
        if where in self._set and self.duplicate is None:
            self.duplicate = Duplicate(where, self._set[where], line)
        self._set[where] = line
        self.lines[where] = line

    def _line(self) -> int:
        return bisect.bisect_right(self._starts, self._at)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        assert match is not None
        self._at = match.end()
        return self._at

    def _match(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(f"not TOML at line {self._line()}")
        self._at = match.end()
        return match[0]


def _unquote(key: str) -> str:
    if key[0] not in "\"'":
        return key
    return str(tomllib.loads(f"key = {key}")["key"])
