# SPDX-License-Identifier: GPL-3.0-or-later
"""[folders]: where the service keeps its own files and puts received faxes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from faxcore.config.table import Table


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
