# SPDX-License-Identifier: GPL-3.0-or-later
"""[archive]: the names of received faxes, and where what was sent is archived, under which name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore.config.archive_rules import ArchiveRule, read_rules
from faxcore.config.dialling import DiallingConfig
from faxcore.config.file_naming import RECEIVED_FIELDS
from faxcore.config.name_pattern import read_pattern
from faxcore.config.owners import read_folder
from faxcore.config.table import Table

ARCHIVE_NAME: Final = "{date} {time} {line} {station}"
SENT_NAME: Final = "{date} {time} {document}"
SENT_FIELDS: Final = ("date", "time", "document", "number", "recipient", "person", "id")


@dataclass(frozen=True)
class ArchiveConfig:
    """Names and places of filed faxes."""

    received_name: str = ARCHIVE_NAME
    """The pattern of received faxes' names, where nothing else is said of them."""
    folder: Path | None = None
    """The folder in which sent faxes are archived; None: they are not."""
    sent_name: str = SENT_NAME
    """The pattern of sent faxes' names."""
    rules: tuple[ArchiveRule, ...] = ()
    """The first that matches says in which folder below that one, or elsewhere."""


def read_archive(table: Table, dialling: DiallingConfig) -> ArchiveConfig:
    """[archive] and every [[archive.rule]]."""
    archive = ArchiveConfig(
        read_pattern(table, "name", ARCHIVE_NAME, RECEIVED_FIELDS),
        read_folder(table),
        read_pattern(table, "sent_name", SENT_NAME, SENT_FIELDS),
        read_rules(table, dialling),
    )
    if archive.rules and archive.folder is None:
        raise table.error("rule", 'there is no archive for these rules: name it, as folder = "/srv/fax/sent"')
    table.finish()
    return archive
