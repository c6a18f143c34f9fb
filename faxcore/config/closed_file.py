# SPDX-License-Identifier: GPL-3.0-or-later
"""Files with secrets that the configuration names: read only if nobody sees them who should not."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from faxcore.config.table import Table

_MOST_OCTETS: Final = 65536
_SEEN: Final = stat.S_IRWXO | stat.S_IWGRP
"""The rights that nobody may have to the file: others none at all, its group none to write."""


def read_closed_file(table: Table, key: str, path: Path) -> str:
    """Read a file with secrets, its octets that are not ASCII replaced. OSError if it cannot be read, ConfigError if it
    is open to others, is not a file or is too long; nothing of its contents is in any error.
    """
    with open(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise table.error(key, f"{path} is no regular file")
        if found.st_mode & _SEEN:
            rights = f"{stat.S_IMODE(found.st_mode):04o}"
            problem = f"{path} is open to others ({rights}), and what is in it is secret: chmod 0640 {path}"
            raise table.error(key, problem)
        octets = file.read(_MOST_OCTETS + 1)
    if len(octets) > _MOST_OCTETS:
        raise table.error(key, f"{path} is too long: {_MOST_OCTETS} octets at most")
    return octets.decode("ascii", "replace")
