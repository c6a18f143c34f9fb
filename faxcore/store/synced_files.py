# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are on disk when we say so: written, synced, renamed, and the folder synced; then, and only then, told.

Folders are 0750 and files 0640. A failed fsync is final for its file: nothing is tried again and believed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RESERVE: Final = 50_000_000
"""Octets that must be free before a call is answered."""

LOW: Final = 10 * RESERVE
"""Octets that should be free: with less, the administrator is warned."""

LARGEST: Final = 200_000_000
"""Octets that a document handed to us may have."""

_CHUNK: Final = 1 << 20


class TooLarge(Exception):
    """The document is larger than LARGEST."""


class NoRoom(Exception):
    """The document is larger than the room that there is for it."""


class NotRegular(Exception):
    """Something other than a regular file was handed over: reading it might never end."""


class NotReadable(Exception):
    """A file that was handed over is not open for reading, or reading it fails: no fault of our disk."""


class NotWritable(Exception):
    """A file that was handed over is not open for writing, or writing to it fails: no fault of our disk."""


@dataclass(frozen=True)
class Copied:
    """A file that has been copied, under a name that nothing refers to yet."""

    path: Path
    octets: int


def make_folder(folder: Path) -> Path:
    """The folder, made with its parents if need be; the new ones are 0750 and synced."""
    if not folder.is_dir():
        if folder.parent != folder:
            make_folder(folder.parent)
        folder.mkdir(mode=0o750, exist_ok=True)
        sync_folder(folder.parent)
    return folder


def sync_folder(folder: Path) -> None:
    """Names made, changed or removed in the folder are on disk when this returns."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """What was written to the file is on disk when this returns; its name is not, see `sync_folder`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy_in(descriptor: int, path: Path, room: int = LARGEST, synced: bool = True) -> Copied:
    """Copy an open regular file from its beginning; it may take `room` octets. TooLarge, NoRoom, NotRegular,
    NotReadable, or OSError of our own disk; then no file. Without `synced`, it may be gone after a power cut.
    """
    status = os.fstat(descriptor)
    _check_readable(descriptor, status)
    if status.st_size > LARGEST:
        raise TooLarge
    if status.st_size > room:
        raise NoRoom
    octets = 0
    with written(path, synced) as target:
        while chunk := _read_handed_over(descriptor, octets):
            octets += len(chunk)
            # It may have grown, or a file system may have lied.
            if octets > min(LARGEST, room):
                raise TooLarge if octets > LARGEST else NoRoom
            write_all(target, chunk)
    return Copied(path, octets)


def hash_file(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_out(descriptor: int, path: Path) -> None:
    """Copy a file of ours to an open regular file of the caller's. NotRegular, NotWritable, or OSError of our disk."""
    if _access(descriptor, os.fstat(descriptor)) not in (os.O_WRONLY, os.O_RDWR):
        raise NotWritable("it is not open for writing")
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            try:
                write_all(descriptor, chunk)
            except OSError as error:
                raise NotWritable(str(error)) from error


def read_head(descriptor: int, octets: int) -> bytes:
    """Read the first octets of an open regular file, fewer if it is shorter. NotRegular, NotReadable."""
    _check_readable(descriptor, os.fstat(descriptor))
    return _read_handed_over(descriptor, 0, octets)


def _access(descriptor: int, status: os.stat_result) -> int | None:
    """Tell how a file was opened: O_RDONLY, O_WRONLY or O_RDWR; None if for neither, as a place only (O_PATH).
    NotRegular if it is no regular file.
    """
    if not stat.S_ISREG(status.st_mode):
        raise NotRegular
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    return None if flags & os.O_PATH else flags & os.O_ACCMODE


def _check_readable(descriptor: int, status: os.stat_result) -> None:
    if _access(descriptor, status) not in (os.O_RDONLY, os.O_RDWR):
        raise NotReadable("it is not open for reading")


def _read_handed_over(descriptor: int, at: int, most: int = _CHUNK) -> bytes:
    try:
        return os.pread(descriptor, most, at)
    except OSError as error:
        raise NotReadable(str(error)) from error


@contextmanager
def written(path: Path, synced: bool = True) -> Iterator[int]:
    """A new file to write to, synced (unless that is not needed) when the block ends well, removed when it does not."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)
    try:
        try:
            yield descriptor
            if synced:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_all(descriptor: int, data: bytes) -> None:
    """Write everything: a write may take less than it is given."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def link(file: Path, further: Path) -> None:
    """Give a file that is on disk a further name, unless it has that already; where a file system has no links, to a
    copy. The name is not synced, see `sync_folder`.
    """
    try:
        os.link(file, further)
    except FileExistsError:
        return
    except PermissionError:
        temporary = further.with_name(f".{further.name}.part")
        temporary.unlink(missing_ok=True)
        with file.open("rb") as source:
            copy_in(source.fileno(), temporary)
        temporary.rename(further)


def settle(temporary: Path, final: Path) -> None:
    """Give a synced file its name, and sync that."""
    temporary.rename(final)
    sync_folder(final.parent)


def finish(temporary: Path, final: Path) -> str:
    """Sync a file that has been written, and give it its name; its SHA-256."""
    sha256 = hash_file(temporary)
    sync_file(temporary)
    settle(temporary, final)
    return sha256


def remove(*paths: Path) -> None:
    """Remove these files and folders, as far as they are there."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def free_octets(folder: Path) -> int:
    """Octets that we may still write there."""
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize
