# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in the folder of received faxes: made of date, time, line and station id, harmless and never twice."""

from __future__ import annotations

import filecmp
import os
from datetime import datetime
from pathlib import Path

from faxcore.model.text import clean_text
from faxcore.store.synced_files import sync_folder


def make_name(pattern: str, received: datetime, *, line: str, station: str, number: str, caller: str, id: str) -> str:
    """The name, without suffix, of what came in at this time. Foreign text cannot leave the folder or hide."""
    local = received.astimezone()
    values = {
        "date": local.strftime("%Y-%m-%d"),
        "time": local.strftime("%H-%M-%S"),
        "line": line,
        "station": _station(station),
        "number": _station(number),
        "caller": _station(caller),
        "id": id,
    }
    name = " ".join(pattern.format(**values).replace("/", " ").replace("\0", "").split())
    return clean_text(name, 120).lstrip(".- ") or id


def _station(text: str) -> str:
    # A station id is most often a number: its plus sign may stay, anything else that is no letter or digit may not.
    cleaned = clean_text(text, 40)
    plus = "+" if cleaned.startswith("+") else ""
    kept = "".join(char if char.isalnum() or char in "-_ " else " " for char in cleaned)
    return plus + " ".join(kept.split()).lstrip("-") if kept.strip() else "unknown"


def free_names(folder: Path, name: str, suffixes: tuple[str, ...]) -> tuple[Path, ...]:
    """Paths in the folder, one for each suffix, none of which exists now: "name", then "name (2)" and so on."""
    for attempt in range(1, 10_000):
        stem = name if attempt == 1 else f"{name} ({attempt})"
        paths = tuple(folder / (stem + suffix) for suffix in suffixes)
        if not any(path.exists() or path.is_symlink() for path in paths):
            return paths
    raise FileExistsError(f"{folder}: ten thousand faxes have the same name")


def place(temporary: Path, final: Path) -> None:
    """Give a synced file its name in the same folder. FileExistsError if another file has the name.

    A link refuses a name that is taken, where a rename would replace what a neighbour has just put there. A file
    with the same contents is ours, from before a power cut.
    """
    try:
        os.link(temporary, final)
    except FileExistsError:
        if final.is_symlink() or not filecmp.cmp(temporary, final, shallow=False):
            raise
    except PermissionError:
        # File systems without links (vfat, some network shares).
        os.close(os.open(final, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640))
        temporary.rename(final)
    temporary.unlink(missing_ok=True)
    sync_folder(final.parent)
