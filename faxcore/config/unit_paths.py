# SPDX-License-Identifier: GPL-3.0-or-later
"""A generator of systemd: tells the service's unit which folders the configuration has it write to.

    python -m faxcore.config.unit_paths FOLDER [FOLDER FOLDER]

systemd runs it when the machine starts and with each `systemctl daemon-reload`, before any service, and reads what it
writes into the first folder (systemd.generator(7)). Everything else is read-only to the service (ProtectSystem=strict),
and people's homes are not there at all, but for a folder of faxes in one.

The files are read as TOML and no further: so early, nobody knows the users whom a directory server has, and a fault
elsewhere in the configuration must not close folders. What is wrong with it the service says.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from faxcore.config.configuration import CONFIG
from faxcore.config.toml_source import find_fragments

FILE: Final = "file"
"""That of [metrics]; its folder is written to."""
KEYS: Final = ("state", "received", "folder", FILE)
HOMES: Final = (Path("/home"), Path("/root"), Path("/run/user"))
DROP_IN: Final = "facteur.service.d/50-folders.conf"


def main(arguments: Sequence[str] | None = None, configuration: Path = CONFIG) -> int:
    """Write what systemd is to read; the exit status."""
    into = Path((sys.argv[1:] if arguments is None else arguments)[0]) / DROP_IN
    folders: set[Path] = set()
    for file in (configuration, *find_fragments(configuration)):
        try:
            folders |= find_folders(tomllib.loads(file.read_text("utf-8")))
        except (OSError, ValueError) as error:
            print(f"facteur: {file}: {error}", file=sys.stderr)
    into.parent.mkdir(parents=True, exist_ok=True)
    into.write_text(format_drop_in(sorted(folders)), "utf-8")
    return 0


def find_folders(data: Mapping[str, Any]) -> set[Path]:
    """Find the folders that are written to in a table, and in those within it; of one with fields, the part before."""
    found: set[Path] = set()
    for key, value in data.items():
        if isinstance(value, dict):
            found |= find_folders(value)
        elif isinstance(value, list):
            found |= {folder for each in value if isinstance(each, dict) for folder in find_folders(each)}
        elif isinstance(value, str) and value.startswith("/") and key in KEYS:
            fixed = Path(value.partition("{")[0] + "-").parent if "{" in value else Path(value)
            found.add(fixed.parent if key == FILE else fixed)
    return found


def format_drop_in(folders: Iterable[Path]) -> str:
    """Format the part of a unit that lets the service write to these folders, where they are there."""
    lines = ["# By the folders of /etc/facteur; see facteur.toml there.", "[Service]"]
    for folder in folders:
        if any(folder.is_relative_to(home) for home in HOMES):
            lines += ["ProtectHome=tmpfs", f"BindPaths={_quote(folder)}"]
        else:
            lines.append(f"ReadWritePaths={_quote(folder)}")
    return "\n".join(lines) + "\n"


def _quote(folder: Path) -> str:
    """Quote a path as systemd reads it; one that is not there is no error."""
    text = str(folder).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"-{text}"'


if __name__ == "__main__":
    sys.exit(main())
