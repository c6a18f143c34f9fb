# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a table of the configuration strictly: every key known, every value of its type, every error with its line.

table = top.table("queue")
tries = table.whole("tries", 5, 1, 100)
table.finish()
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

from faxcore.config.toml_positions import Where
from faxcore.config.toml_source import ConfigError, Source, UnknownName

T = TypeVar("T")

MOST_WORDS: Final = 60
"""Characters of words on one line."""

_MOST_TITLE: Final = 60
"""Characters of a title."""
_MOST_SIGNS: Final = 40
"""Signs of a number that an error repeats."""
_DAY: Final = "a day without quotes, as 2026-12-24"


class Table:
    """One table. Ask for each key that may be there, then `finish`: a key left over is an error."""

    def __init__(self, source: Source, values: Mapping[str, Any], where: Where = ()) -> None:
        self.source = source
        self.where = where
        self._values = values
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def names(self) -> list[str]:
        """List the keys that are there, for a table in which anybody's names are keys."""
        return list(self._values)

    def error(self, key: str, problem: str, index: int | None = None) -> ConfigError:
        """Make an error about the value of this key, or about one element of it."""
        return self.source.error((*self.where, key) if index is None else (*self.where, key, index), problem)

    def unknown_name(self, key: str, problem: str, index: int | None = None) -> UnknownName:
        """Make an error about the name of somebody whom this machine does not know."""
        return UnknownName(str(self.error(key, problem, index)))

    def finish(self) -> None:
        """Refuse every key that nobody asked for, with the nearest name that would be known."""
        for key in self._values:
            if key not in self._asked:
                hint = suggest(key, self._asked) or f"; known here: {', '.join(sorted(self._asked))}"
                raise self.error(key, f"unknown key{hint}")

    def text(self, key: str, otherwise: str | None = None) -> str:
        """A text. Without `otherwise` it must be there."""
        return self._value(key, str, "a text in quotes", otherwise)

    def words(self, key: str) -> str:
        """Words for people to read, on one line; empty if there are none."""
        words = self.text(key, "").strip()
        if len(words) > MOST_WORDS or not words.isprintable():
            raise self.error(key, f"must be one line of at most {MOST_WORDS} characters")
        return words

    def title(self, key: str, kind: str) -> str:
        """The name by which people call a thing of this kind."""
        title = self.text(key).strip()
        if not title or len(title) > _MOST_TITLE or not title.isprintable():
            raise self.error(key, f"must be a name to call the {kind} by, of {_MOST_TITLE} characters at most")
        return title

    def flag(self, key: str, otherwise: bool) -> bool:
        """true or false."""
        return self._value(key, bool, "true or false", otherwise)

    def whole(self, key: str, otherwise: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        right = f"a whole number from {least} to {most}"
        value = self._value(key, int, right, otherwise)
        if isinstance(value, bool) or not least <= value <= most:
            raise self.error(key, f"must be {right}, not {_show(value)}")
        return value

    def number(self, key: str, otherwise: Decimal | None, most: int, digits: int) -> Decimal:
        """A number from 0 to `most`, with so many digits behind the point at most, as exact as it is written."""
        right = f"a number from 0 to {most}, with {digits} digits behind the point at most"
        value = self._value(key, object, right, otherwise)
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not _is_within(value, most, digits):
            raise self.error(key, f"must be {right}, not {_show(value)}")
        # Not 0E+999999, which is written with a million digits.
        return Decimal(value) if value else Decimal(0)

    def day(self, key: str) -> datetime.date | None:
        """A day, as 2026-12-24; None if it is not there."""
        return self._read_day(self._value(key, object, _DAY, ""), key) if key in self else None

    def days(self, key: str) -> tuple[datetime.date, ...]:
        """A list of days."""
        values = self._value(key, list, "a list of days, as [2026-12-24, 2026-12-31]", [])
        return tuple(self._read_day(value, key, index) for index, value in enumerate(values))

    def path(self, key: str, otherwise: Path | None = None) -> Path:
        """An absolute path."""
        value = self.text(key, None if otherwise is None else str(otherwise))
        if not Path(value).is_absolute() or "\0" in value:
            raise self.error(key, f"must be an absolute path, not {value!r}")
        return Path(value)

    def choice(self, key: str, otherwise: str | None, choices: Iterable[str]) -> str:
        """One of these words. Without `otherwise` it must be there."""
        value = self.text(key, otherwise)
        known = sorted(choices)
        if value not in known:
            named = ", ".join(repr(each) for each in known)
            raise self.error(key, f"{value!r} is none of: {named}{suggest(value, known)}")
        return value

    def texts(self, key: str, otherwise: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts."""
        right = 'a list of texts, as ["one", "two"]'
        values = self._value(key, list, right, list(otherwise))
        for index, value in enumerate(values):
            if not isinstance(value, str):
                raise self.error(key, f"must be {right}, and has {_show(value)} in it", index)
        return tuple(values)

    def table(self, key: str) -> Table:
        """A table; one that is not there is empty."""
        return Table(self.source, self._value(key, dict, f"a table, [{key}]", {}), (*self.where, key))

    def tables(self, key: str) -> list[Table]:
        """A list of tables, [[key]] or [{...}, {...}]."""
        right = f"a list of tables, [[{key}]]"
        values = self._value(key, list, right, [])
        for index, value in enumerate(values):
            if not isinstance(value, dict):
                raise self.error(key, f"must be {right}, and has {_show(value)} in it", index)
        return [Table(self.source, value, (*self.where, key, index)) for index, value in enumerate(values)]

    def _read_day(self, value: object, key: str, index: int | None = None) -> datetime.date:
        if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
            raise self.error(key, f"must be {_DAY}, not {_show(value)}", index)
        return value

    def _value(self, key: str, kind: type[T], right: str, otherwise: T | None) -> T:
        self._asked.add(key)
        if key not in self._values:
            if otherwise is None:
                raise self.source.error(self.where, f"{key!r} is missing; it must be {right}")
            return otherwise
        value = self._values[key]
        if not isinstance(value, kind):
            raise self.error(key, f"must be {right}, not {_show(value)}")
        return value


def refuse_repeated(tables: Sequence[Table], key: str, values: Sequence[str]) -> None:
    """Refuse tables of one list that have the same value under a key, and name the place of the first."""
    first: dict[str, Table] = {}
    for table, value in zip(tables, values, strict=True):
        if value in first:
            place = first[value].source.find_place((*first[value].where, key))
            raise table.error(key, f"{value!r} is there twice, first at {place}")
        first[value] = table


def list_names(table: Table, kind: str, key: str = "name") -> frozenset[str]:
    """List the names under [[kind]], a list of tables of the whole configuration, as they stand in the file, whether
    right or wrong.
    """
    entries = table.source.values.get(kind, [])
    return frozenset(
        entry[key]
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict) and isinstance(entry.get(key), str)
    )


def _is_within(value: int | Decimal, most: int, digits: int) -> bool:
    """Return whether a number is within bounds. Infinity and NaN have letters in the place of an exponent."""
    exponent = Decimal(value).as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -digits and 0 <= value <= most


def suggest(value: str, known: Iterable[str]) -> str:
    """Ask for the nearest of the known names behind an error; nothing if none is near."""
    near = difflib.get_close_matches(value, sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _show(value: object) -> str:
    """Format a value as its writer would know it again."""
    match value:
        case bool():
            return str(value).lower()
        case int() if value.bit_length() > 64:
            # Python refuses to write a number of thousands of digits.
            return "a number so large"
        case Decimal() if len(str(value)) > _MOST_SIGNS:
            return "a number so long"
        case Decimal():
            return str(value)
        case dict():
            return "a table"
        case list():
            return "a list"
        case datetime.date() | datetime.time():
            return f"the date or time {value}"
        case _:
            return repr(value)
