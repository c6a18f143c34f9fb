# SPDX-License-Identifier: GPL-3.0-or-later
"""A recorded program: what it did to the disk, operation by operation."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.support import CHECKOUT
from tests.support.power_cut.disk_after_cut import Disk, Kind, Record, read_records

SOURCE = Path(__file__).with_name("recording_disk.c")


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A folder for a recording: a disk that loses nothing of itself is waited for at every sync, and memory is not."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="facteur-power-", dir=memory) as folder:
        yield Path(folder)


def play_flow(flow: str) -> list[str]:
    """The command that plays a flow."""
    return [sys.executable, "-m", "tests.support.power_cut.flows", flow]


class Recording:
    """A program that has been run once in `folder`, which is used again for what a power cut leaves of it: rows name
    files by their whole paths.
    """

    def __init__(self, base: Path, command: Sequence[str]) -> None:
        """Run it below `base`, a folder of its own; its last argument is the folder that it makes and works in.
        AssertionError if that fails, or if the record does not give what the folder holds.
        """
        base = base.resolve()
        self.folder = base / "house"
        self.unseen: set[str] = set()
        """The names of files to which somebody wrote whom the recorder does not see."""
        log, library = base / "operations", base / "recording_disk.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
        record = {"LD_PRELOAD": str(library), "FACTEUR_RECORD_FOLDER": str(self.folder), "FACTEUR_RECORD_LOG": str(log)}
        done = subprocess.run(
            [*command, self.folder],
            cwd=CHECKOUT,
            env=os.environ | record,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-5000:]
        self._root = self.folder.stat().st_ino
        self.words: list[int] = []
        """After how many operations somebody outside had just heard or seen something."""
        self.records = list(self._check(read_records(log)))
        made = (at for at, record in enumerate(self.records) if record.kind is Kind.MKDIR)
        self.begin = next(made, 0)
        """The number of operations with which the world outside is made ready."""
        self.words = [number for number in self.words if number > self.begin]
        self.disk_at(len(self.records)).build(base / "rebuilt")
        assert read_folder(base / "rebuilt") == read_folder(self.folder), "something was done and not recorded"
        log.unlink()

    def _check(self, records: Iterator[Record]) -> Iterator[Record]:
        """Compare each file at each of its syncs with what is known of it, and add what nobody saw being written."""
        disk, names, number = Disk(self._root), {}, 0
        for record in records:
            names[record.file] = record.name or names.get(record.file, "")
            if record.kind is Kind.SYNC and bytes(disk.file(record.file).octets) != record.data:
                self.unseen.add(names[record.file])
                for kind, data in ((Kind.CUT, b""), (Kind.WRITE, record.data)):
                    added = replace(record, kind=kind, data=data)
                    disk.do(added)
                    number += 1
                    yield added
            disk.do(record)
            number += 1
            if record.kind is Kind.WRITE and disk.file(record.file) in disk.outside():
                self.words.append(number)
            yield replace(record, data=b"") if record.kind is Kind.SYNC else record

    def disk_at(self, cut: int) -> Disk:
        """The disk after so many operations."""
        disk = Disk(self._root)
        for record in self.records[:cut]:
            disk.do(record)
        return disk


def read_folder(folder: Path) -> dict[str, bytes | None]:
    """All that is below a folder: the octets of files, None for folders, by their names."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}
