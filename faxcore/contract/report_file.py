# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a call in the call's folder: the last word of a line worker, if the service dies before it hears it.

The worker writes it, synced, before it says Ended; the service reads it where Ended did not come. Of several documents
that a call brings, each has one as soon as it is over.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from faxcore.contract.call_files import name_of
from faxcore.contract.messages import Ended, pack, unpack
from faxcore.model.call import CallReport

NAME: Final = "report"
_LONGEST: Final = 1 << 20


def write_report(folder: Path, ended: Ended, document: int = 1) -> None:
    """Put the report on this document of the call (1 = first) on disk, whole or not at all. OSError if that fails."""
    name = name_of(document, NAME)
    temporary = folder / f".{name}.part"
    try:
        with temporary.open("wb") as file:
            file.write(pack(ended))
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(folder / name)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_report(folder: Path, call: str, document: int = 1) -> CallReport | None:
    """Read the report on this document of the call; None if there is none in the folder. ValueError if it is none, or
    another's.
    """
    path = folder / name_of(document, NAME)
    try:
        with path.open("rb") as file:
            ended = unpack(file.read(_LONGEST))
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not isinstance(ended, Ended) or ended.call != call:
        raise ValueError(f"{path} is not the report of call {call}")
    return ended.report
