# SPDX-License-Identifier: GPL-3.0-or-later
"""Lock files of serial devices, as UUCP had them: /run/lock/LCK..ttyUSB0 names the program that uses a device.

The Filesystem Hierarchy Standard has kept them (3.0, 5.9).

minicom, mgetty, picocom, pppd and others look there before they open a device, and so do we: not every one of them
asks the kernel, too. In the file is the number of the process, as text with its name behind it or, from old programs,
as four octets. A lock whose process is no more is stale, and is taken over.

The lock is a courtesy: where the folder is missing, or is not ours to write, a device is used without one.
"""

from __future__ import annotations

import logging
import os
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore.model.text import clean_text

log = logging.getLogger(__name__)

FOLDER: Final = Path("/run/lock")
_LONGEST: Final = 200
_NAME: Final = "facteur"


@dataclass(frozen=True)
class Holder:
    """A program that uses a device."""

    pid: int
    program: str
    """Its name; empty if nobody says it."""


class DeviceLock:
    """The lock of one device."""

    def __init__(self, device: str, folder: Path | None = None) -> None:
        self._folder = FOLDER if folder is None else folder
        real = os.path.realpath(device)
        self._path = self._folder / _name_lock(real)
        # Others may lock the name that they were given, a link as those of /dev/serial/by-id, whole or its last part.
        given = {_name_lock(device), f"LCK..{os.path.basename(device)}", f"LCK..{os.path.basename(real)}"}
        self._others = [self._folder / name for name in sorted(given - {self._path.name})]
        self._held = False

    def take(self) -> Holder | None:
        """Take the lock; the program that has it, if another one does."""
        for path in (self._path, *self._others):
            holder = read_holder(path)
            if holder is not None and holder.pid != os.getpid():
                return holder
        temporary = self._folder / f"LTMP..{os.getpid()}"
        try:
            temporary.write_text(f"{os.getpid():10d} {_NAME}\n", "ascii")
            temporary.chmod(0o644)
            with suppress(FileExistsError):
                os.link(temporary, self._path)
            if read_holder(self._path) is None:
                # A stale one. Of two programs that find it at the same time, the last one to put its own there has it.
                temporary.replace(self._path)
        except OSError as error:
            log.info("no lock is made for %s: %s", self._path.name, error)
            return None
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        holder = read_holder(self._path)
        if holder is not None and holder.pid != os.getpid():
            return holder
        self._held = True
        return None

    def release(self) -> None:
        """Give it back."""
        if self._held:
            self._held = False
            holder = read_holder(self._path)
            if holder is not None and holder.pid == os.getpid():
                with suppress(OSError):
                    self._path.unlink()


def read_holder(path: Path) -> Holder | None:
    """Read the program that holds a lock; None if there is none, or if it is stale."""
    try:
        with path.open("rb") as file:
            octets = file.read(_LONGEST)
    except OSError:
        return None
    pid, name = _parse(octets)
    return Holder(pid, name or find_name(pid)) if pid > 0 and _lives(pid) else None


def find_kernel_lock(device: str) -> Holder | None:
    """Find the program that has locked a device with the kernel (flock); None if nobody says so, or if we have."""
    try:
        found, locks = os.stat(device), Path("/proc/locks").read_text("ascii", "replace")
    except OSError:
        return None
    place = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    for line in locks.splitlines():
        words = line.split()
        if place in words and words[4].isdigit() and int(words[4]) not in (0, os.getpid()):
            return Holder(int(words[4]), find_name(int(words[4])))
    return None


def find_name(pid: int) -> str:
    """Find the name of a process; empty if this user may not know it."""
    try:
        return clean_text(Path(f"/proc/{pid}/comm").read_text("utf-8", "replace"), 40)
    except OSError:
        return ""


def _parse(octets: bytes) -> tuple[int, str]:
    """Parse the contents of a lock; 0 if it is none."""
    words = octets.decode("ascii", "replace").split()
    if words and words[0].isascii() and words[0].isdigit() and len(words[0]) < 10:
        return int(words[0]), clean_text(words[1], 40) if len(words) > 1 else ""
    if len(octets) == struct.calcsize("i"):
        return int(struct.unpack("i", octets)[0]), ""
    return 0, ""


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        # Somebody else's.
        return True
    return True


def _name_lock(device: str) -> str:
    return f"LCK..{device.removeprefix('/dev/').strip('/').replace('/', '_')}"
