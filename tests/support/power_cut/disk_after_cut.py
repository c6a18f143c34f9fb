# SPDX-License-Identifier: GPL-3.0-or-later
"""What a disk may hold after a power cut, from a record of all that was done to it.

Theory. A file system owes a program only what it has synced. Taken at their weakest, the rules are these:

1. Contents. What was in a file at its last fsync is there. Each write after it has been done, or not, or to some of the
   sectors (512 octets) that it touches, independently of every other; so with each cut of its size. The file may have
   its new size without its new octets: then it holds zeros there.
2. Names. What a folder held at the last fsync of that folder is there. Of the names made, changed and removed since,
   either the first few are done (`Loss.LATEST`, as in file systems with a journal) or any of them (`Loss.ANY`). A
   rename within a folder is done or not. One from folder to folder is two operations.
3. An fsync of a file brings no name of it to the disk, and one of a folder no contents: neither is owed, though ext4,
   XFS and btrfs give the first for new files. A folder whose own name is lost is lost with all that is in it.
4. Nothing orders two files, or two folders, but an fsync.

So SQLite describes what it relies on (https://www.sqlite.org/atomiccommit.html, sections 2 and 3: sectors, and that a
flush is a barrier), and so did Pillai et al. find real file systems ("All File Systems Are Not Created Equal", OSDI
2014: their ALICE takes a recorded trace apart as this does). LazyFS (https://github.com/dsrhaslab/lazyfs) is a file
system in FUSE that drops what was not synced; it is not packaged, needs /dev/fuse and does not lose names.

Not part of it: octets outside a write that a torn sector takes along, which SQLite excludes as well
(SQLITE_POWERSAFE_OVERWRITE), and disks that say that they have synced and have not.

Regular files right in the recorded folder are no part of the disk: they are the world outside (what the far end has
seen, what a client was told), which no power cut undoes.
"""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from pathlib import Path

SECTOR = 512
HEAD = struct.Struct("=IIIIQQQQQ")
"""`struct head` of recording_disk.c."""


class Kind(IntEnum):
    """The operations that recording_disk.c writes down."""

    CREATE = 1
    MKDIR = 2
    WRITE = 3
    CUT = 4
    SYNC = 5
    SYNC_FOLDER = 6
    RENAME = 7
    LINK = 8
    REMOVE = 9


class Loss(Enum):
    """What is lost of all that was not synced."""

    ALL = "all of it"
    LATEST = "anything, but of each folder's names the latest"
    ANY = "anything"


@dataclass(frozen=True)
class Record:
    """One operation. Files and folders are given by the numbers of their inodes."""

    kind: Kind
    file: int
    folder: int
    other_folder: int
    at: int
    name: str
    other_name: str
    data: bytes


@dataclass(eq=False)
class File:
    """A file: what it holds, what it held when it was synced, and what was done to it since."""

    octets: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    since: list[Record] = field(default_factory=list)


@dataclass(eq=False)
class Folder:
    """A folder, in the same way. An operation is the names that it changes; None: the name is removed."""

    names: dict[str, Node] = field(default_factory=dict)
    synced: dict[str, Node] = field(default_factory=dict)
    since: list[dict[str, Node | None]] = field(default_factory=list)

    def change(self, names: dict[str, Node | None]) -> None:
        _change(self.names, names)
        self.since.append(names)


Node = File | Folder


def read_records(log: Path) -> Iterator[Record]:
    """Read what recording_disk.c has written."""
    data = log.read_bytes()
    at = 0

    def take(size: int) -> bytes:
        nonlocal at
        at += size
        assert at <= len(data), "the log is cut off"
        return data[at - size : at]

    while at < len(data):
        kind, size, other_size, _unused, file, folder, other_folder, place, octets = HEAD.unpack(take(HEAD.size))
        name, other_name = os.fsdecode(take(size)), os.fsdecode(take(other_size))
        content = take(octets) if kind in (Kind.WRITE, Kind.SYNC) else b""
        yield Record(Kind(kind), file, folder, other_folder, place, name, other_name, content)


class Disk:
    """A disk to which records are done, one after the other."""

    def __init__(self, root: int) -> None:
        """`root`: the number of the recorded folder's inode."""
        self.root = Folder()
        self._nodes: dict[int, Node] = {root: self.root}

    def do(self, record: Record) -> None:
        """Do one operation."""
        match record.kind:
            case Kind.CREATE | Kind.MKDIR:
                node: Node = File() if record.kind is Kind.CREATE else Folder()
                self._nodes[record.file] = node
                self._folder(record.folder).change({record.name: node})
            case Kind.WRITE | Kind.CUT:
                file = self.file(record.file)
                _write(file.octets, record)
                file.since.append(record)
            case Kind.SYNC:
                file = self.file(record.file)
                file.synced, file.since = bytes(file.octets), []
            case Kind.SYNC_FOLDER:
                folder = self._folder(record.file)
                folder.synced, folder.since = dict(folder.names), []
            case Kind.LINK:
                self._folder(record.folder).change({record.name: self._nodes[record.file]})
            case Kind.REMOVE:
                self._folder(record.folder).change({record.name: None})
            case Kind.RENAME:
                self._rename(record)

    def _rename(self, record: Record) -> None:
        source, target = self._folder(record.folder), self._folder(record.other_folder)
        node = source.names[record.name]
        if source is target:
            source.change({record.name: None, record.other_name: node})
        else:
            target.change({record.other_name: node})
            source.change({record.name: None})

    def file(self, number: int) -> File:
        """The file with this inode."""
        node = self._nodes[number]
        assert isinstance(node, File)
        return node

    def outside(self) -> dict[File, str]:
        """The files that are no part of the disk, with their names."""
        return {node: name for name, node in self.root.names.items() if isinstance(node, File)}

    def _folder(self, number: int) -> Folder:
        node = self._nodes[number]
        assert isinstance(node, Folder)
        return node

    def build(self, path: Path) -> None:
        """Build all of it as it is without a power cut."""
        _build(self.root, path, lambda file: bytes(file.octets), lambda folder: folder.names)

    def build_after_cut(self, path: Path, choose: random.Random, loss: Loss) -> None:
        """Build what is left after a power cut now; chance decides where the rules leave a choice."""
        outside = self.outside()

        def octets(file: File) -> bytes:
            return bytes(file.octets) if file in outside else _survive(file, choose, loss)

        def names(folder: Folder) -> dict[str, Node]:
            found = _survivors(folder, choose, loss)
            if folder is not self.root:
                return found
            folders = {name: node for name, node in found.items() if isinstance(node, Folder)}
            return {**folders, **{name: file for file, name in outside.items()}}

        _build(self.root, path, octets, names)


def _change(names: dict[str, Node], change: dict[str, Node | None]) -> None:
    for name, node in change.items():
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


def _write(octets: bytearray, record: Record) -> None:
    if record.kind is Kind.CUT:
        del octets[record.at :]
        octets.extend(bytes(record.at - len(octets)))
    else:
        octets.extend(bytes(max(0, record.at - len(octets))))
        octets[record.at : record.at + len(record.data)] = record.data


def _survivors(folder: Folder, choose: random.Random, loss: Loss) -> dict[str, Node]:
    """Choose the names that a folder has after the cut."""
    found = dict(folder.synced)
    if loss is Loss.ALL:
        return found
    if loss is Loss.LATEST:
        done = folder.since[: choose.randint(0, len(folder.since))]
    else:
        done = [change for change in folder.since if choose.random() < 0.5]
    for change in done:
        _change(found, change)
    return found


def _survive(file: File, choose: random.Random, loss: Loss) -> bytes:
    """Choose what a file holds after the cut."""
    if loss is Loss.ALL:
        return file.synced
    octets = bytearray(file.synced)
    likely = choose.choice((0.0, 0.5, 1.0))
    for record in file.since:
        if record.kind is Kind.CUT:
            if choose.random() < max(likely, 0.5):
                _write(octets, record)
        elif choose.random() < 0.3:
            _tear(octets, record, choose)
        elif choose.random() < likely:
            _write(octets, record)
    if file.since and choose.random() < 0.5:
        octets.extend(bytes(max(0, len(file.octets) - len(octets))))
    return bytes(octets)


def _tear(octets: bytearray, record: Record, choose: random.Random) -> None:
    """Write some of the sectors of a write: the first few, or any."""
    end = record.at + len(record.data)
    starts = [record.at, *range(record.at // SECTOR * SECTOR + SECTOR, end, SECTOR)]
    some = starts[: choose.randrange(len(starts))]
    if choose.random() < 0.5:
        some = [start for start in starts if choose.random() < 0.5]
    for start in some:
        stop = min(end, start // SECTOR * SECTOR + SECTOR)
        data = record.data[start - record.at : stop - record.at]
        _write(octets, Record(Kind.WRITE, record.file, 0, 0, start, "", "", data))


def _build(
    folder: Folder,
    path: Path,
    octets: Callable[[File], bytes],
    names: Callable[[Folder], dict[str, Node]],
    built: dict[File, Path] | None = None,
) -> None:
    built = {} if built is None else built
    path.mkdir(mode=0o750, exist_ok=True)
    for name, node in names(folder).items():
        if isinstance(node, Folder):
            _build(node, path / name, octets, names, built)
        elif node in built:
            os.link(built[node], path / name)
        else:
            built[node] = path / name
            (path / name).write_bytes(octets(node))
            (path / name).chmod(0o640)
