# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup on disk: a folder with a snapshot, copies of files, and a manifest that names each with its hash.

    manifest.json          every file with its octets and SHA-256; a hash of the manifest itself
    facteur.db             a snapshot of the database, always a file of SQLite
    documents/, calls/     as in the state folder
    configuration/         the files of the configuration, numbered
    unfinished             as long as it is being made

The manifest is the last file that is written, and `unfinished` is gone behind it: what has been broken off at any point
is no backup.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from faxcore.contract.codec import decode, encode
from faxcore.model.sentence import Sentence
from faxcore.store.synced_files import hash_file, settle, sync_folder, write_all, written

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
UNFINISHED: Final = "unfinished"
DATABASE: Final = "facteur.db"
DOCUMENTS: Final = "documents"
CALLS: Final = "calls"
CONFIGURATION: Final = "configuration"


class BackupRefused(Exception):
    """A backup cannot be made, or be restored, for a reason that a person reads."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True)
class SavedFile:
    """A file of a backup."""

    path: str
    """In the folder of the backup."""
    octets: int
    sha256: str


@dataclass(frozen=True)
class SavedSetting:
    """A file of the configuration."""

    path: str
    """The place where it belongs."""
    saved: str
    """In the folder of the backup."""
    mode: int
    user: str
    group: str


@dataclass(frozen=True)
class Manifest:
    """The contents of a backup."""

    moment: str
    """The time of which everything is."""
    version: str
    """The release that made it."""
    revision: str
    """That of the database's tables; empty: those of 0.1."""
    files: tuple[SavedFile, ...] = ()
    configuration: tuple[SavedSetting, ...] = ()
    missing: tuple[str, ...] = ()
    """Files that the database names, and that were not there."""
    format: int = FORMAT


def begin(folder: Path) -> None:
    """Make the folder of a new backup; one that was broken off is begun anew. BackupRefused if something else is there,
    OSError if it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = set(os.listdir(folder))
    if names and UNFINISHED not in names:
        raise BackupRefused(
            Sentence("{folder} is not empty: name a folder that is not there yet.", {"folder": str(folder)})
        )
    folder.chmod(0o700)
    if UNFINISHED not in names:
        with written(folder / UNFINISHED):
            pass
        sync_folder(folder)


def finish(folder: Path, manifest: Manifest) -> None:
    """Make a backup of what is in the folder, synced: from now on it is one."""
    plain = encode(manifest)
    text = json.dumps({"manifest": plain, "sha256": _hash(plain)}, ensure_ascii=False, indent=1)
    half = folder / f".{MANIFEST}"
    with written(half) as descriptor:
        write_all(descriptor, text.encode())
    half.chmod(0o600)
    settle(half, folder / MANIFEST)
    (folder / UNFINISHED).unlink()
    sync_folder(folder)


def read(folder: Path) -> Manifest:
    """Read the manifest of a backup. BackupRefused if there is none, or it is damaged."""
    where = {"folder": str(folder)}
    try:
        if (folder / UNFINISHED).exists():
            raise BackupRefused(Sentence("The backup in {folder} was never finished: make another.", where))
        text = (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise BackupRefused(Sentence("{folder} is not a backup: there is no manifest.json.", where)) from None
    try:
        whole = json.loads(text)
        if whole["sha256"] != _hash(whole["manifest"]):
            raise ValueError("the hash")
        if whole["manifest"]["format"] > FORMAT:
            sentence = Sentence(
                "The backup in {folder} was made by a later release ({version}): install that, or a later one.",
                {**where, "version": str(whole["manifest"]["version"])},
            )
            raise BackupRefused(sentence)
        return _check_paths(decode(whole["manifest"], Manifest))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BackupRefused(
            Sentence("The backup in {folder} is damaged: {file} is not as it was written.", {**where, "file": MANIFEST})
        ) from None


def find_damage(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Compare each file of a backup with what the manifest says; those that are missing or differ."""
    for file in manifest.files:
        path = folder / file.path
        try:
            if path.is_symlink() or path.stat().st_size != file.octets or hash_file(path) != file.sha256:
                yield file.path
        except OSError:
            yield file.path


def _check_paths(manifest: Manifest) -> Manifest:
    """Refuse (ValueError) a path that leads out of the folder: whoever made it has not written that."""
    for path in (*(file.path for file in manifest.files), *(each.saved for each in manifest.configuration)):
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts or "\0" in path:
            raise ValueError(path)
    return manifest


def _hash(plain: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
