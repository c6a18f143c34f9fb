# SPDX-License-Identifier: GPL-3.0-or-later
"""The mount points at which the disks of the folders of faxes belong.

A folder whose disk is away is an empty folder of the disk below: what is put there is out of sight as soon as the disk
is back. So nothing is written at or below a path that is known as a mount point while nothing is mounted on it. It is
known from the system's own word (/etc/fstab, units of systemd), or because a folder there lay on a disk of its own
when a fax was put in it: those are noted in the state folder, in a file that the administrator may change: a path in
each line, escaped as in fstab(5).
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from faxcore.store.synced_files import remove, settle, write_all, written

log = logging.getLogger(__name__)

FSTAB: Final = Path("/etc/fstab")
MOUNTINFO: Final = Path("/proc/self/mountinfo")
UNITS: Final = (Path("/etc/systemd/system"), Path("/run/systemd/generator"), Path("/run/systemd/system"))
NOTES: Final = "disks"
"""The file of our own notes, a path in each line."""

_OCTAL: Final = re.compile(rb"\\([0-7]{3})")
_SPACE: Final = re.compile(rb"[ \t]+")
_TO_ESCAPE: Final = re.compile(rb"[\\\s]")
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
    """Where disks belong, and whether they are there. It may be asked by several threads. Any method may never return:
    links are followed on whatever disk they lie.
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
        self._noting = threading.Lock()

    def check(self, folder: Path) -> None:
        """Raise DiskAway if nothing is mounted on a mount point at or above an absolute path."""
        mounts = self._mounts()
        fstab, notes = self._in_fstab(), self._noted()
        for name, place in _places(folder):
            if _has_disk(place, mounts):
                continue
            named = (
                (self._fstab if name in fstab else None)
                or self._find_unit(name)
                or (self.notes if name in notes else None)
            )
            if named is not None:
                raise DiskAway(Path(name), named)

    def is_mounted_on_demand(self, folder: Path) -> bool:
        """Return True if a disk at or above it is mounted when it is used, by autofs(5) or an automount unit."""
        names = {str(place) for place in (folder, *folder.parents)}
        return any(kind == b"autofs" and name in names for name, _mount, kind in self._read_mountinfo())

    def note(self, folder: Path) -> None:
        """Note where the disk of a folder is mounted that has one of its own. OSError if that cannot be written."""
        place = self._find_own_disk(Path(os.path.realpath(folder)))
        if place is None:
            return
        with self._noting:
            known = self._noted()
            if place in known:
                return
            half = self.notes.with_name(f".{NOTES}.part")
            remove(half)
            with written(half) as descriptor:
                write_all(descriptor, b"".join(_escape(each) + b"\n" for each in sorted({*known, place})))
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
        """Give what is mounted by its mount point, the topmost where there are several."""
        return {name: mount for name, mount, _kind in self._read_mountinfo()}

    def _read_mountinfo(self) -> Iterator[tuple[str, _Mount, bytes]]:
        """Give each mount point, what is mounted there, and of which type it is (proc(5), mountinfo)."""
        for line in self._mountinfo.read_bytes().split(b"\n"):
            if line:
                fields = line.split(b" ")
                kind = fields[fields.index(b"-", 6) + 1]
                yield _unescape(fields[4]), _Mount(fields[2], _unescape(fields[3])), kind

    def _in_fstab(self) -> set[str]:
        """Give the mount points of fstab(5), without needless slashes; what is no line of it is left out."""
        try:
            lines = self._fstab.read_bytes().split(b"\n")
        except FileNotFoundError:
            return set()
        except OSError as error:
            log.error("%s cannot be read, so it is not known where disks belong: %s", self._fstab, error.strerror)
            return set()
        fields = [_SPACE.split(line.strip(b" \t")) for line in lines if not line.lstrip(b" \t").startswith(b"#")]
        return {_unescape(os.path.normpath(each[1])) for each in fields if len(each) > 2 and each[1].startswith(b"/")}

    def _noted(self) -> set[str]:
        try:
            return {_unescape(line) for line in self.notes.read_bytes().split(b"\n") if line}
        except FileNotFoundError:
            return set()

    def _find_unit(self, place: str) -> Path | None:
        """Find the unit that mounts something there; one that is masked (a link to /dev/null) is none."""
        paths = [folder / f"{_escape_for_unit(place)}.mount" for folder in self._units]
        return next((path for path in paths if path.is_file()), None)


def _places(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give each path at which a disk of a folder may belong, as it may be named, and where it really is: the folder and
    those above it, first as they are written and then without links.
    """
    seen = set()
    for path in (folder, *folder.parents):
        place = Path(os.path.realpath(path))
        for each in (str(path), str(place)):
            if each not in seen and each != "/":
                seen.add(each)
                yield each, place
    real = Path(os.path.realpath(folder))
    for place in real.parents:
        if str(place) not in seen and str(place) != "/":
            yield str(place), place


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


def _escape(path: str) -> bytes:
    return _TO_ESCAPE.sub(lambda found: b"\\%03o" % found[0][0], os.fsencode(path))


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
