# SPDX-License-Identifier: GPL-3.0-or-later
"""[folders] and [archive]: where the service keeps its own files and puts received faxes, and their names there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Final

from faxcore.config.table import Table

ARCHIVE_NAME: Final = "{date} {time} {line} {station}"
ARCHIVE_FIELDS: Final = ("date", "time", "line", "station", "number", "caller", "id")


@dataclass(frozen=True)
class FoldersConfig:
    """The folders of the service."""

    state: Path = Path("/var/lib/facteur")
    """The database, the documents and the transcripts."""
    received: Path = Path("/var/spool/facteur/received")
    """The folder of received faxes, unless a line or a number says otherwise."""


def read_folders(table: Table) -> FoldersConfig:
    """[folders]."""
    folders = FoldersConfig(
        table.path("state", FoldersConfig.state),
        table.path("received", FoldersConfig.received),
    )
    table.finish()
    return folders


def read_archive_name(table: Table) -> str:
    """[archive]: the pattern of received faxes' names."""
    pattern = table.text("name", ARCHIVE_NAME)
    fields = ", ".join(f"{{{name}}}" for name in ARCHIVE_FIELDS)
    try:
        wrong = _find_wrong_field(pattern)
    except ValueError as error:
        raise table.error("name", f"is not a pattern of {fields} ({error})") from error
    if wrong is not None:
        raise table.error("name", f"is not a pattern of {fields} ({wrong!r})")
    table.finish()
    return pattern


def _find_wrong_field(pattern: str) -> str | None:
    """Find a field in a pattern that is not one of ours as it stands: a width could make a name as long as memory, and
    an attribute is no text. ValueError if braces do not match.
    """
    for _text, name, spec, conversion in Formatter().parse(pattern):
        if name is not None and (name not in ARCHIVE_FIELDS or spec or conversion):
            return name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
    return None
