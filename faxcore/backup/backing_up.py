# SPDX-License-Identifier: GPL-3.0-or-later
"""Making a backup: all as it was at one moment, while the service works on.

The moment is that of the snapshot of the database. A document never changes once it has its name, and is removed only
when no row names it: so it is linked, or copied where the backup lies on another disk, after the snapshot, and nothing
is removed until then (`hold_removal`). The folder of a call under way may have grown since: then it is as it was some
seconds later, as it is when a service ends in a call, and is brought into agreement likewise when it is restored.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import faxcore
from faxcore.backup import manifest as manifests
from faxcore.backup import settings_files
from faxcore.backup.manifest import CALLS, CONFIGURATION, DATABASE, DOCUMENTS, BackupRefused, Manifest, SavedFile
from faxcore.backup.owner_of_files import acting_for
from faxcore.checkpoint import checkpoint
from faxcore.config import Config
from faxcore.model.sentence import Sentence, mark
from faxcore.store.removal import hold_removal
from faxcore.store.snapshot import SnapshotFile
from faxcore.store.synced_files import hash_file, remove, sync_folder, write_all, written

Take = Callable[[Path], str]
"""Has a snapshot of the database written to a file that is not there yet, and gives its time."""

_CHUNK: Final = 1 << 20
_NO_LINK: Final = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES)
"""Errors of a file system, or of two, that let no file have another name there."""
_RIGHTS: Final = 0o600


@dataclass(frozen=True)
class BackupReport:
    """A backup that was made."""

    manifest: Manifest
    octets: int
    linked: int
    """Files that take no room, as long as they are in the state folder, too."""


def back_up(config: Config, folder: Path, take: Take) -> BackupReport:
    """Make a backup in a folder that is not there yet, or empty. BackupRefused, StoreError or OSError if it cannot be
    made; then the folder is no backup.
    """
    state = config.state
    if not state.is_dir():
        raise BackupRefused(
            Sentence("There is nothing to back up: there is no folder {folder}.", {"folder": str(state)})
        )
    with ExitStack() as held:
        with acting_for(state):
            held.enter_context(hold_removal(state))
        manifests.begin(folder)
        _clear(folder)
        settings = settings_files.list_files(config)
        checkpoint("backup begun, no snapshot")
        moment = take(folder / DATABASE)
        checkpoint("snapshot taken, no documents copied")
        snapshot = _check(folder / DATABASE)
        copying = _Copying(state, folder)
        copying.copy_documents(snapshot.list_documents())
        checkpoint("documents copied, calls not")
        copying.copy_calls(snapshot.list_calls())
    database = SavedFile(DATABASE, (folder / DATABASE).stat().st_size, hash_file(folder / DATABASE))
    saved = tuple(settings_files.save(settings, folder))
    files = [database, *copying.files, *_describe(folder, [each.saved for each in saved])]
    made = Manifest(
        moment, faxcore.__version__, snapshot.read_revision(), tuple(files), saved, tuple(sorted(copying.missing))
    )
    checkpoint("everything copied, no manifest")
    manifests.finish(folder, made)
    return BackupReport(made, sum(file.octets for file in files), copying.linked)


def _clear(folder: Path) -> None:
    """Remove what a backup that was broken off has left."""
    remove(*(folder / name for name in (DATABASE, f"{DATABASE}-journal", DOCUMENTS, CALLS, CONFIGURATION)))
    remove(folder / manifests.MANIFEST, folder / f".{manifests.MANIFEST}")


def _check(file: Path) -> SnapshotFile:
    file.chmod(_RIGHTS)
    snapshot = SnapshotFile(file)
    if damage := snapshot.find_damage():
        sentence = mark(
            "The database is damaged ({reason}), and no backup is made of it: restore it from its last backup."
        )
        raise BackupRefused(Sentence(sentence, {"reason": damage}))
    return snapshot


def _describe(folder: Path, names: list[str]) -> Iterator[SavedFile]:
    for name in names:
        yield SavedFile(name, (folder / name).stat().st_size, hash_file(folder / name))


class _Copying:
    """Files on their way into a backup."""

    def __init__(self, state: Path, folder: Path) -> None:
        self._state = state
        self._folder = folder
        self.files: list[SavedFile] = []
        self.missing: list[str] = []
        self.linked = 0

    def copy_documents(self, documents: dict[str, bool]) -> None:
        """Bring every file of these documents, and name those that are not there."""
        (self._folder / DOCUMENTS).mkdir(mode=0o700)
        for id, has_original in sorted(documents.items()):
            needed = {f"{id}.tif", *([f"{id}.original"] if has_original else [])}
            for name in sorted({*needed, f"{id}.offered"}):
                path = f"{DOCUMENTS}/{name}"
                if not self._bring(path, may_link=True) and name in needed:
                    self.missing.append(path)
        sync_folder(self._folder / DOCUMENTS)

    def copy_calls(self, calls: set[str]) -> None:
        """Bring what the folders of these calls have. Of a call under way some of it is still written."""
        (self._folder / CALLS).mkdir(mode=0o700)
        here = self._state / CALLS
        for call in sorted(calls & set(os.listdir(here) if here.is_dir() else [])):
            target = self._folder / CALLS / call
            target.mkdir(mode=0o700)
            # A name that begins with a point is that of a half-written file.
            for name in sorted(name for name in os.listdir(here / call) if not name.startswith(".")):
                self._bring(f"{CALLS}/{call}/{name}", may_link=False)
            sync_folder(target)
        sync_folder(self._folder / CALLS)

    def _bring(self, path: str, may_link: bool) -> bool:
        """Bring a file; True if it is there."""
        source, target = self._state / path, self._folder / path
        try:
            if may_link and self._link(source, target):
                self.files.append(SavedFile(path, target.stat().st_size, hash_file(target)))
            else:
                self.files.append(_copy(source, target, path))
        except FileNotFoundError:
            return False
        return True

    def _link(self, source: Path, target: Path) -> bool:
        if not stat.S_ISREG(source.lstat().st_mode):
            raise FileNotFoundError(errno.ENOENT, "it is no file", str(source))
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
            return False
        self.linked += 1
        return True


def _copy(source: Path, target: Path, path: str) -> SavedFile:
    """Copy what is in a file now, closed to everybody else. FileNotFoundError if there is none."""
    found = hashlib.sha256()
    octets = 0
    opened = os.open(source, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(opened, "rb") as file, written(target) as descriptor:
        os.fchmod(descriptor, _RIGHTS)
        while chunk := file.read(_CHUNK):
            write_all(descriptor, chunk)
            found.update(chunk)
            octets += len(chunk)
    return SavedFile(path, octets, found.hexdigest())
