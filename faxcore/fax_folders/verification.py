# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparison of filed faxes with what is known of them. They lie where anybody may put anything in their place, so what
is opened is a file or nothing.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from faxcore.contract.filed import CopyState
from faxcore.fax_folders.late_faxes import explain
from faxcore.fax_folders.mount_points import DiskAway, MountPoints
from faxcore.model.sentence import NOTHING, Sentence

log = logging.getLogger(__name__)

_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Verified:
    """The state of the files of a fax."""

    state: CopyState
    files: tuple[str, ...] = ()
    """Those that are changed or missing."""
    reason: Sentence = NOTHING
    """Why the folder is away."""


def verify_files(mount_points: MountPoints, files: Sequence[tuple[Path, str]]) -> Verified:
    """Compare files of one folder with their SHA-256, in hexadecimal digits; where one is empty, nothing is known. It
    may never return: the folder may be on a disk that does not answer.
    """
    if not all(known for _path, known in files):
        return Verified(CopyState.UNKNOWN)
    try:
        mount_points.check(files[0][0].parent)
        if not files[0][0].parent.is_dir():
            return Verified(CopyState.AWAY, reason=Sentence("it is not there"))
        states = {str(path): _compare(path, known) for path, known in files}
    except (OSError, DiskAway) as error:
        return Verified(CopyState.AWAY, reason=explain(error))
    for state in (CopyState.CHANGED, CopyState.MISSING):
        if state in states.values():
            return Verified(state, tuple(path for path, each in states.items() if each is not CopyState.UNCHANGED))
    return Verified(CopyState.UNCHANGED)


def copy_verified(mount_points: MountPoints, path: Path, known: str, copy: BinaryIO) -> bool:
    """Copy a file to an open one if it has this SHA-256; False if it has not, or is away: then the other is not to be
    used. It may never return.
    """
    try:
        mount_points.check(path.parent)
        return bool(known) and _compare(path, known, copy.write) is CopyState.UNCHANGED
    except (OSError, DiskAway) as error:
        log.info("a filed fax cannot be read: %s", explain(error))
        return False


def _compare(path: Path, known: str, take: Callable[[bytes], object] = len) -> CopyState:
    """Compare one file with its SHA-256; `take` gets what is in it, also if it is not that."""
    try:
        # A FIFO would keep us waiting for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except FileNotFoundError:
        return CopyState.MISSING
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # a link, or a socket, in its place
            return CopyState.CHANGED
        raise
    digest = hashlib.sha256()
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return CopyState.CHANGED
        while chunk := os.read(descriptor, _CHUNK):
            digest.update(chunk)
            take(chunk)
    finally:
        os.close(descriptor)
    return CopyState.UNCHANGED if digest.hexdigest() == known else CopyState.CHANGED
