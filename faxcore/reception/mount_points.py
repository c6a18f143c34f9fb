# SPDX-License-Identifier: GPL-3.0-or-later
"""The mount points at which the disks of the folders of received faxes belong.

A folder whose disk is away is an empty folder of the disk below: what is put there is out of sight as soon as the disk
is back. So nothing is written at or below a path that is known as a mount point while nothing is mounted on it. It is
known from the system's own word (/etc/fstab, units of systemd), or because a folder there lay on a disk of its own
when a fax was put in it: those are noted in the state folder, in a file that the administrator may change.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from faxcore.store.synced_files import remove, settle, write_all, written

FSTAB: Final = Path("/etc/fstab")
MOUNTINFO: Final = Path("/proc/self/mountinfo")
UNITS: Final = (Path("/etc/systemd/system"), Path("/run/systemd/generator"), Path("/run/systemd/system"))
NOTES: Final = "disks"
"""The file of our own notes, a path in each line."""

_OCTAL: Final = re.compile(rb"\\([0-7]{3})")
_PLAIN_IN_UNIT: Final = re.compile(r"[A-Za-z0-9:_.]")


class _Mount(NamedTuple):
    """What is mounted: the device, and which of its folders."""

    device: bytes
    root: str


class DiskAway(Exception):
    """A disk is not mounted where it belongs."""

    def __init__(self, place: Path, named_in: Path) -> None:
        """`named_in`: the file that names the mount point."""
        super().__init__(f"{place} ({named_in})")
        self.place = place
        self.named_in = named_in


class MountPoints:
    """Where disks belong, and whether they are there. Reads files of the kernel and of the system only, so it never
    waits for a disk; what resolves links may.
    """

    def __init__(
        self,
        state: Path,
        fstab: Path = FSTAB,
        mountinfo: Path = MOUNTINFO,
        units: tuple[Path, ...] = UNITS,
    ) -> None:
        self.notes = state / NOTES
        self._fstab = fstab
        self._mountinfo = mountinfo
        self._units = units

    def find_away(self, folder: Path) -> DiskAway | None:
        """Find a mount point at or above an absolute path without links, on which nothing is mounted."""
        mounts = self._mounts()
        fstab, notes = self._in_fstab(), self._noted()
        for place in (folder, *folder.parents):
            name = str(place)
            if name == "/" or _has_disk(place, mounts):
                continue
            named = (
                self._find_unit(name)
                or (self._fstab if name in fstab else None)
                or (self.notes if name in notes else None)
            )
            if named is not None:
                return DiskAway(place, named)
        return None

    def check(self, folder: Path) -> None:
        """Raise DiskAway if the disk of a folder is away, behind whatever links. It may never return."""
        away = self.find_away(Path(os.path.realpath(folder)))
        if away is not None:
            raise away

    def note(self, folder: Path) -> None:
        """Note where the disk of a folder is mounted that has one of its own. OSError if that cannot be written."""
        place = self._find_own_disk(Path(os.path.realpath(folder)))
        known = self._noted()
        if place is None or place in known:
            return
        half = self.notes.with_name(f".{NOTES}.part")
        remove(half)
        with written(half) as descriptor:
            write_all(
                descriptor, "".join(f"{each}\n" for each in sorted({*known, place})).encode(errors="surrogateescape")
            )
        settle(half, self.notes)

    def _find_own_disk(self, folder: Path) -> str | None:
        """Find the mount point of a folder, if what is mounted there is another disk than what the point lies on: a
        bind mount of the same disk, as a unit's sandbox makes it, may come and go.
        """
        mounts = self._mounts()
        places = [str(place) for place in (folder, *folder.parents) if str(place) in mounts]
        if len(places) < 2 or mounts[places[0]].device == mounts[places[1]].device:
            return None
        return places[0]

    def _mounts(self) -> dict[str, _Mount]:
        """Give what is mounted by its mount point, the topmost where there are several (proc(5), mountinfo)."""
        lines = [line.split(b" ") for line in self._mountinfo.read_bytes().splitlines()]
        return {_unescape(fields[4]): _Mount(fields[2], _unescape(fields[3])) for fields in lines}

    def _in_fstab(self) -> set[str]:
        try:
            lines = self._fstab.read_bytes().splitlines()
        except FileNotFoundError:
            return set()
        fields = [line.split() for line in lines if not line.lstrip().startswith(b"#")]
        return {_unescape(each[1]).rstrip("/") for each in fields if len(each) > 2 and each[1].startswith(b"/")}

    def _noted(self) -> set[str]:
        try:
            return set(self.notes.read_bytes().decode(errors="surrogateescape").splitlines())
        except FileNotFoundError:
            return set()

    def _find_unit(self, place: str) -> Path | None:
        """Find the unit that mounts something there; one that is masked (a link to /dev/null) is none."""
        paths = [folder / f"{_escape_for_unit(place)}.mount" for folder in self._units]
        return next((path for path in paths if path.is_file()), None)


def _has_disk(place: Path, mounts: Mapping[str, _Mount]) -> bool:
    """Return True if something is mounted there that is not the same folder of the disk below, as the sandbox of a
    unit mounts it on itself to make it writable.
    """
    here = mounts.get(str(place))
    if here is None:
        return False
    above = next((folder for folder in place.parents if str(folder) in mounts), None)
    if above is None:
        return True
    below = mounts[str(above)]
    return here != _Mount(below.device, str(Path(below.root, place.relative_to(above))))


def _unescape(field: bytes) -> str:
    return os.fsdecode(_OCTAL.sub(lambda found: bytes([int(found[1], 8) & 0xFF]), field))


def _escape_for_unit(place: str) -> str:
    r"""Give the name of a path's unit, as systemd-escape(1) --path does: /srv/my-fax is srv-my\x2dfax."""
    escaped = []
    for number, char in enumerate(os.fsencode(place.strip("/")).decode("latin-1")):
        if char == "/":
            escaped.append("-")
        elif _PLAIN_IN_UNIT.fullmatch(char) and (number or char != "."):
            escaped.append(char)
        else:
            escaped.append(f"\\x{ord(char):02x}")
    return "".join(escaped)
