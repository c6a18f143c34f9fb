# SPDX-License-Identifier: GPL-3.0-or-later
"""The printers that a configuration names, looked for in the printing system when it is checked. The service does not
ask at its start: the printing system may come later, and a printer that is away must not keep it from its calls.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from faxcore.config.toml_positions import Where
from faxcore.config.toml_source import ConfigError, Source
from faxcore.cups.printer import list_queues

_KEY = "printer"


def find_unknown_printers(path: Path, queues: Iterable[str]) -> list[ConfigError]:
    """Find the printers named in a configuration that can be read, and that are none of these queues."""
    source, known = Source.read(path), sorted(queues)
    return [
        source.error(where, f"the printing system has no printer {name!r}{_suggest(name, known)}")
        for where, name in _walk(source.values, ())
        if name not in known
    ]


def names_printers(path: Path) -> bool:
    """Return whether a configuration that can be read names any printer."""
    return any(True for _each in _walk(Source.read(path).values, ()))


def check_printers(path: Path) -> list[ConfigError]:
    """Ask the printing system for the printers that a configuration names. PrinterFailed if it does not answer."""
    return find_unknown_printers(path, list_queues()) if names_printers(path) else []


def _walk(value: Any, where: Where) -> Iterator[tuple[Where, str]]:
    """Give every printer and its place: no other value has this key."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key == _KEY and isinstance(each, str):
                yield (*where, key), each
            else:
                yield from _walk(each, (*where, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _walk(each, (*where, index))


def _suggest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; it has {', '.join(known)}" if known else "; it has none"
