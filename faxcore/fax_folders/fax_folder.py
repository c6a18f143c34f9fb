# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of faxes as the service writes to it: in threads that it need not wait for, and never without the
disk that belongs there. The folder may belong to anybody, so nothing that is planted in it is opened.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from faxcore.checkpoint import checkpoint
from faxcore.fax_folders.mount_points import MountPoints
from faxcore.fax_folders.names import free_names, place
from faxcore.fax_folders.own_copies import OwnCopies
from faxcore.may_hang import run_apart
from faxcore.model.file_format import BOTH, FileFormat
from faxcore.store.synced_files import make_folder, remove, write_all, written

log = logging.getLogger(__name__)

T = TypeVar("T")

_CHUNK: Final = 1 << 20


class FaxFolder:
    """One folder. Every method raises OSError, or DiskAway, if it cannot do its work."""

    def __init__(self, folder: Path, mount_points: MountPoints) -> None:
        self.folder = folder
        self._mount_points = mount_points

    async def copy(self, own: OwnCopies, id: str, formats: Sequence[FileFormat] = BOTH) -> tuple[Path, ...]:
        """Copy the files of a fax in these formats to hidden names, synced; in the order of the formats."""
        return await self._run(lambda: copy_hidden(own, self.folder, id, formats))

    async def find_names(self, name: str, suffixes: tuple[str, ...]) -> tuple[Path, ...]:
        """Find names that are free with every one of these suffixes."""
        return await self._run(lambda: free_names(self.folder, name, suffixes))

    async def place(self, hidden: Path, final: Path) -> None:
        """Give one of them its name. FileExistsError if another file has it."""
        await self._run(lambda: place(hidden, final))

    async def name_all(
        self,
        hidden: tuple[Path, ...],
        chosen: tuple[Path, ...] | None,
        name: str,
        note: Callable[[tuple[Path, ...]], None],
    ) -> None:
        """Give the files of a fax their names: those that an earlier try has chosen, or made of this one; new ones are
        noted before they are used, and what `note` raises is raised. FileExistsError if none is free.
        """
        for _attempt in range(100):
            if chosen is None:
                chosen = await self.find_names(name, tuple(path.suffix for path in hidden))
                # On disk first: after a power cut between the two files, these are the names to go on with.
                note(chosen)
                checkpoint("names chosen")
            try:
                for temporary, final in zip(hidden, chosen, strict=True):
                    await self.place(temporary, final)
                    checkpoint("a file placed")
                return
            except FileExistsError:
                chosen = None
        raise FileExistsError(f"{self.folder}: no name is free")

    async def remove(self, hidden: tuple[Path, ...]) -> None:
        """Remove what has no name yet."""
        await self._run(lambda: remove(*hidden))

    async def note_disk(self) -> None:
        """Note where its disk is mounted; a fax that is in its folder does not wait for that."""
        try:
            await self._run(lambda: self._mount_points.note(self.folder))
        except OSError as error:
            log.error("the disk of a folder of faxes cannot be noted: %s", error)

    async def _run(self, work: Callable[[], T]) -> T:
        def on_its_disk() -> T:
            with self._opened():
                return work()

        return await run_apart("folder of faxes", on_its_disk)

    @contextmanager
    def _opened(self) -> Iterator[None]:
        """Keep the folder open meanwhile, made if need be: its disk cannot be unmounted as long."""
        self._mount_points.check(self.folder)
        make_folder(self.folder)
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            # It may have been unmounted between the first look and the opening.
            self._mount_points.check(self.folder)
            yield
        finally:
            os.close(descriptor)


def copy_hidden(own: OwnCopies, folder: Path, id: str, formats: Sequence[FileFormat] = BOTH) -> tuple[Path, ...]:
    """Copy those in these formats to hidden names in the folder, synced; nothing is left there if one cannot be
    written, nor of an earlier try in another format.
    """
    hidden = tuple(folder / f".{id}{each.suffix}" for each in formats)
    try:
        remove(*(folder / f".{id}{each.suffix}" for each in BOTH))
        for each, target in zip(formats, hidden, strict=True):
            source = own.of(each)
            with written(target) as descriptor, source.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    write_all(descriptor, chunk)
    except OSError:
        remove(*hidden)
        raise
    return hidden
