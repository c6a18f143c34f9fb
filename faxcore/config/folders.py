# SPDX-License-Identifier: GPL-3.0-or-later
"""[folders] and [archive]: where the service keeps its own files and puts received faxes, and their names there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
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
    try:
        pattern.format(**dict.fromkeys(ARCHIVE_FIELDS, "x"))
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        fields = ", ".join(f"{{{name}}}" for name in ARCHIVE_FIELDS)
        raise table.error("name", f"is not a pattern of {fields} ({error})") from error
    table.finish()
    return pattern
