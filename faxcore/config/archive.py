# SPDX-License-Identifier: GPL-3.0-or-later
"""[archive]: the names of received faxes, and the folder in which what was sent is archived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Final

from faxcore.config.owners import read_folder
from faxcore.config.table import Table

ARCHIVE_NAME: Final = "{date} {time} {line} {station}"
RECEIVED_FIELDS: Final = ("date", "time", "line", "station", "number", "caller", "id")
SENT_NAME: Final = "{date} {time} {document}"
SENT_FIELDS: Final = ("date", "time", "document", "number", "recipient", "person", "id")


@dataclass(frozen=True)
class ArchiveConfig:
    """Names and places of filed faxes."""

    received_name: str = ARCHIVE_NAME
    """The pattern of received faxes' names."""
    folder: Path | None = None
    """The folder in which sent faxes are archived; None: they are not."""
    sent_name: str = SENT_NAME
    """The pattern of sent faxes' names."""


def read_archive(table: Table) -> ArchiveConfig:
    """[archive]."""
    archive = ArchiveConfig(
        read_pattern(table, "name", ARCHIVE_NAME, RECEIVED_FIELDS),
        read_folder(table),
        read_pattern(table, "sent_name", SENT_NAME, SENT_FIELDS),
    )
    table.finish()
    return archive


def read_pattern(table: Table, key: str, otherwise: str | None, known: Sequence[str]) -> str:
    """Read a text with fields in braces."""
    pattern = table.text(key, otherwise)
    fields = ", ".join(f"{{{name}}}" for name in known)
    try:
        wrong = _find_wrong_field(pattern, known)
    except ValueError as error:
        raise table.error(key, f"is not a pattern of {fields} ({error})") from error
    if wrong is not None:
        raise table.error(key, f"is not a pattern of {fields} ({wrong!r})")
    return pattern


def _find_wrong_field(pattern: str, known: Sequence[str]) -> str | None:
    """Find a field in a pattern that is not one of ours as it stands: a width could make a name as long as memory, and
    an attribute is no text. ValueError if braces do not match.
    """
    for _text, name, spec, conversion in Formatter().parse(pattern):
        if name is not None and (name not in known or spec or conversion):
            return name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
    return None
