# SPDX-License-Identifier: GPL-3.0-or-later
"""The printers that a configuration names, looked for in the printing system when it is checked. The service does not
ask at its start: the printing system may come later, and a printer that is away must not keep it from its calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from faxcore.config.table import suggest
from faxcore.config.toml_positions import Where
from faxcore.config.toml_source import ConfigError, Source
from faxcore.cups.printer import list_queues

_KEY = "printer"


def check_printers(path: Path) -> list[ConfigError]:
    """Find the printers that a configuration, which can be read, names and the printing system does not have.
    PrinterFailed if that does not answer; it is asked only if there is something to ask.
    """
    source = Source.read(path)
    named = list(_walk(source.values, ()))
    known = sorted(list_queues()) if named else []
    return [
        source.error(where, f"the printing system has no printer {name!r}{_hint(name, known)}")
        for where, name in named
        if name not in known
    ]


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


def _hint(name: str, known: list[str]) -> str:
    return suggest(name, known) or (f"; it has {', '.join(known)}" if known else "; it has none")
