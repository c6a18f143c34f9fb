# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a call in the call's folder: the last word of a line worker, if the service dies before it hears it.

The worker writes it, synced, before it says Ended; the service reads it where Ended did not come.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from faxcore.contract.messages import Ended, pack, unpack
from faxcore.model.call import CallReport

NAME: Final = "report"
_LONGEST: Final = 1 << 20


def write_report(folder: Path, ended: Ended) -> None:
    """Put the report on disk, whole or not at all. OSError if that fails."""
    temporary = folder / f".{NAME}.part"
    try:
        with temporary.open("wb") as file:
            file.write(pack(ended))
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(folder / NAME)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_report(folder: Path, call: str) -> CallReport | None:
    """Read the report of this call; None if there is none in the folder. ValueError if it is none, or another's."""
    try:
        with (folder / NAME).open("rb") as file:
            ended = unpack(file.read(_LONGEST))
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not isinstance(ended, Ended) or ended.call != call:
        raise ValueError(f"{folder / NAME} is not the report of call {call}")
    return ended.report
