# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that `faxctl setup` writes: a part of the configuration of its own, made whole each time, and read back.

The file says in its second line which contents setup gave it. Where they are others, a person has changed it since, and
is asked before that is lost.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from faxcore.config.toml_source import find_fragments

NAME: Final = "10-setup.toml"
_FIRST: Final = "# Made by `faxctl setup`: run it again to change it. It asks first about what you have changed here.\n"
_ANYWHERE: Final = ("country", "station_name", "station_id", "prefix", "received")
_MARK: Final = "# contents: "


@dataclass(frozen=True)
class PlannedLine:
    """A telephone line."""

    device: str
    numbers: tuple[str, ...] = ()
    name: str = ""
    """Empty: it gets one by its place."""


@dataclass(frozen=True)
class Plan:
    """The values that setup asks for; those that are empty are not written."""

    country: str = ""
    station_name: str = ""
    station_id: str = ""
    prefix: str = ""
    received: str = ""
    owners: tuple[str, ...] = ()
    lines: tuple[PlannedLine, ...] = ()
    simulated: int = 0
    """Lines of the simulated exchange, where there are no others."""


def format_plan(plan: Plan) -> str:
    """Format the whole file."""
    body = "".join(f"\n{table}" for table in _list_tables(plan))
    return f"{_FIRST}{_MARK}{_digest(body)}\n{body}"


def is_ours(text: str) -> bool:
    """Return whether a file is as setup wrote it."""
    first, _, rest = text.partition("\n")
    mark, _, body = rest.partition("\n")
    return first + "\n" == _FIRST and mark == _MARK + _digest(body)


def read_plan(text: str) -> Plan:
    """Read the values back; what is not as setup writes it is left out. ValueError if it is no TOML."""
    values = tomllib.loads(text)
    station, dialling, folders = (_table(values, name) for name in ("station", "dialling", "folders"))
    lines = [each for each in values.get("line", []) if isinstance(each, dict)] if "line" in values else []
    owners = lines[0].get("owners", []) if lines else _table(values, "exchange").get("owners", [])
    return Plan(
        country=_text(dialling, "region"),
        station_name=_text(station, "name"),
        station_id=_text(station, "id"),
        prefix=_text(dialling, "prefix"),
        received=_text(folders, "received"),
        owners=tuple(each for each in owners if isinstance(each, str)),
        lines=tuple(_read_line(line) for line in lines),
        simulated=0 if lines else int(_table(values, "exchange").get("lines", 0)),
    )


def read_others(main: Path) -> Plan:
    """Read what the other files of the configuration say of these values; nothing of one that cannot be read, which
    whoever reads the whole is told.
    """
    found = Plan()
    for path in (main, *find_fragments(main)):
        if path.name != NAME:
            with suppress(OSError, ValueError):
                found = fill_in(found, read_plan(path.read_text("utf-8")))
    return found


def fill_in(plan: Plan, others: Plan) -> Plan:
    """Add what other files say of the values that may be anywhere, but once."""
    return replace(plan, **{name: getattr(plan, name) or getattr(others, name) for name in _ANYWHERE})


def leave_out(plan: Plan, others: Plan) -> Plan:
    """Leave out what another file says already: it is to be said once."""
    said: dict[str, Any] = {name: "" for name in _ANYWHERE if getattr(plan, name) == getattr(others, name)}
    return replace(plan, **said)


def read_file(path: Path) -> str:
    """Read the file; empty if there is none."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return ""


def name_lines(lines: Sequence[PlannedLine], taken: Sequence[str]) -> tuple[PlannedLine, ...]:
    """Give each line a name that no other has."""
    used, named = {*taken, *(line.name for line in lines)}, []
    for line in lines:
        name, place = line.name, 1
        while not name:
            name = "" if f"line-{place}" in used else f"line-{place}"
            place += 1
        used.add(name)
        named.append(PlannedLine(line.device, line.numbers, name))
    return tuple(named)


def _list_tables(plan: Plan) -> list[str]:
    station = _format("[station]", {"id": plan.station_id, "name": plan.station_name})
    dialling = _format("[dialling]", {"region": plan.country, "prefix": plan.prefix})
    owners = list(plan.owners)
    tables = [station, _format("[folders]", {"received": plan.received}), dialling]
    if plan.lines:
        tables += [_format_line(line, owners) for line in plan.lines]
    else:
        tables.append(_format("[exchange]", {"lines": plan.simulated, "owners": owners if plan.simulated else []}))
    return [table for table in tables if table]


def _format_line(line: PlannedLine, owners: list[str]) -> str:
    table = _format("[[line]]", {"name": line.name, "device": line.device, "owners": owners})
    numbers = ", ".join(f"{{ number = {_quote(number)} }}" for number in line.numbers)
    return f"{table}numbers = [{numbers}]\n" if numbers else table


def _format(head: str, values: dict[str, Any]) -> str:
    """Format a table without what is empty; nothing if all of it is."""
    said = {key: value for key, value in values.items() if value not in ("", [])}
    return "".join([f"{head}\n", *(f"{key} = {_show(value)}\n" for key, value in said.items())]) if said else ""


def _show(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_quote, value)) + "]"
    return _quote(value) if isinstance(value, str) else str(value)


def _quote(text: str) -> str:
    # A JSON text is a basic string of TOML, but for one control character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _table(values: dict[str, Any], name: str) -> dict[str, Any]:
    found = values.get(name, {})
    return found if isinstance(found, dict) else {}


def _text(table: dict[str, Any], key: str) -> str:
    found = table.get(key, "")
    return found if isinstance(found, str) else ""


def _read_line(line: dict[str, Any]) -> PlannedLine:
    numbers = [each for each in line.get("numbers", []) if isinstance(each, dict)]
    return PlannedLine(_text(line, "device"), tuple(_text(each, "number") for each in numbers), _text(line, "name"))
