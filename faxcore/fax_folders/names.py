# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in a folder of faxes: made of date and time, and of line and station id or the document's own name; harmless
and never twice.
"""

from __future__ import annotations

import filecmp
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from faxcore.model.text import clean_text, safe_file_name
from faxcore.store.synced_files import sync_folder

_MOST_OCTETS: Final = 200


def make_name(
    pattern: str, received: datetime, *, line: str, station: str, number: str, number_name: str, caller: str, id: str
) -> str:
    """The name, without suffix, of what came in at this time. Foreign text cannot leave the folder or hide."""
    values = {
        "line": line,
        "station": _station(station),
        "called": _station(number),
        "called_name": safe_file_name(number_name, otherwise="unknown"),
        "caller": _station(caller),
    }
    values |= {"number": values["called"], "number_name": values["called_name"]}
    return _fill(pattern, received, id, values)


def make_sent_name(
    pattern: str, sent: datetime, *, document: str, number: str, recipient: str, person: str, id: str
) -> str:
    """The name, without suffix, of what was sent at this time. Foreign text cannot leave the folder or hide."""
    values = {
        "document": safe_file_name(document, otherwise="fax"),
        "number": _station(number),
        "recipient": safe_file_name(recipient, otherwise="unknown"),
        "person": safe_file_name(person, otherwise="unknown"),
    }
    return _fill(pattern, sent, id, values)


def _fill(pattern: str, when: datetime, id: str, values: Mapping[str, str]) -> str:
    local = when.astimezone()
    times = {"date": local.strftime("%Y-%m-%d"), "time": local.strftime("%H-%M-%S")}
    name = " ".join(pattern.format(**values, **times, id=id).replace("/", " ").replace("\0", "").split())
    # File systems count octets, and most of them 255: a number and a suffix come behind it.
    fitting = clean_text(name, 120).encode()[:_MOST_OCTETS].decode(errors="ignore").rstrip()
    return fitting.lstrip(".- ") or id


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
