# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall around a process with a document: which there are, which one serves, and how a program is started behind it.

Two halves. From outside, bubblewrap gives the process a system of its own: no network, no other process, no file but
those it is made of, its private ones, and nothing it could write besides. From within, before the document is handed
over, the process gives up what is left (`inside.serve`): Landlock (files, TCP), seccomp (every system call but a few),
its capabilities. Where bubblewrap is not there or not allowed (a chroot, a service under hardening, cupsd under
AppArmor), the inner half is the wall, with namespaces of its own where these are allowed: then a process can still see
that a file is there and how large it is, if it guesses its name, and no more. Where Facteur is installed, systemd keeps
the outer half: a unit with a user and files of its own, in which the processes are forked (`unit_server`).

Which one can be built is found by trial, because nothing else tells it: the first process is the trial. One that could
not build its wall never gets a document; without any wall none is opened, unless the configuration says "none".
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Final

import faxcore
from faxcore.document.document_error import Reason
from faxcore.model.sentence import NOTHING

log = logging.getLogger(__name__)

FILES: Final = ("source", "pages", "messages")
"""The files of a process's private folder. It can make no others: what it writes is bounded."""
PIPE: Final = "greys"
"""A named pipe there."""
PLACE: Final = Path("/document")
"""The private folder, as a process in a system of its own sees it."""
SHELF: Final = Path("/documents")
"""The private folders of all processes that are forked from one, as that one sees them in a system of its own."""

_SYSTEM: Final = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"),
    *("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/ghostscript", "/etc/papersize"),
    *("/var/lib/ghostscript", "/var/cache/fontconfig"),
)
"""The places that Python, Ghostscript and their fonts are read from."""
RANDOM: Final = "/dev/urandom"
"""Opening an encrypted PDF takes random numbers."""
_PYTHON: Final = ("bin", "lib", "lib64", "pyvenv.cfg")
_BWRAP_PLACES: Final = ("/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap")


AUTO: Final = "auto"
"""The word of the configuration for the best wall that can be built."""


class Wall(Enum):
    """The walls, the best first; the value is the word of the configuration."""

    UNIT = "unit"
    """A unit of systemd's of their own, where an installation has one, and the inner half."""
    BUBBLEWRAP = "bubblewrap"
    LANDLOCK = "landlock"
    NONE = "none"


class NoWall(Exception):
    """A process could not build its wall; the text is for the log."""


class Choice:
    """The wall of this program: what the configuration asks for, and what was found to work."""

    def __init__(self) -> None:
        self._asked = ""
        self.found: Wall | None = None
        """The wall that works; None as long as none was tried, or none does."""
        self.trouble = NOTHING
        """A sentence for everybody while no wall can be built."""
        self.unit: Path | None = None
        """The socket at which systemd starts a unit that opens documents; None: there is none for this program."""

    def ask(self, asked: str) -> None:
        """Take the word of the configuration; what was found before is forgotten. A program that does not say it takes
        the best wall, and reads the configuration only where there is none.
        """
        self._asked, self.found, self.trouble = asked, None, NOTHING

    def candidates(self) -> Iterator[Wall]:
        """List the walls to try, in order."""
        if self.found is not None:
            yield self.found
        elif self._asked not in ("", AUTO):
            yield Wall(self._asked)
        else:
            if self.unit is not None:
                yield Wall.UNIT
            yield Wall.BUBBLEWRAP
            yield Wall.LANDLOCK
            if not self._asked and _read_configuration() == Wall.NONE.value:
                yield Wall.NONE

    def works(self, wall: Wall, made_of: str) -> None:
        """Note that a process is behind this wall."""
        self.trouble = NOTHING
        if self.found is not None:
            return
        self.found = wall
        if wall is Wall.NONE:
            log.warning("documents are opened without any wall, because the configuration says so")
        else:
            log.info("documents are opened behind a wall: %s", made_of)

    def fails(self, reasons: Iterable[str]) -> None:
        """Note that no wall can be built. The next document tries again, and every wall."""
        log.error("documents cannot be opened, because no wall can be built: %s", "; ".join(reasons))
        self.found = None
        self.trouble = Reason.NO_WALL.sentence()


def _read_configuration() -> str:
    # Here: it takes longer to load than a document to draw, and hardly ever is needed.
    from faxcore.config.configuration import find_document

    return find_document().wall


CHOICE: Final = Choice()
"""The one of this program."""


def start_command(wall: Wall, program: Iterable[str], folder: Path, *, forks: bool = False) -> list[str]:
    """Make the command line that starts a program (Python's arguments) behind the outer half of a wall: with its
    private folder or, if it forks others, with the one that holds theirs. NoWall if that half is not there.
    """
    if wall is Wall.UNIT:
        raise NoWall("unit: its processes are forked there, or there are none")
    # -I: neither the environment nor the current folder may lend the process a module.
    python = [sys.executable, "-I", *program]
    return [*_bubblewrap(folder, forks), *python] if wall is Wall.BUBBLEWRAP else python


def list_readable() -> list[Path]:
    """List the places that a process must be able to read: the system's programs, libraries and fonts, and ours."""
    # Of Python's own places what is in them, not they themselves: somebody may have put the state folder beside it.
    python = (f"{prefix}/{part}" for prefix in (sys.prefix, sys.base_prefix) for part in _PYTHON)
    ours = (*python, str(Path(faxcore.__file__).parent), *filter(os.path.isabs, sys.path))
    found: list[Path] = []
    for path in map(Path, (*_SYSTEM, *ours)):
        if path.exists() and not any(path.is_relative_to(other) for other in found):
            found.append(path)
    return found


def _bubblewrap(folder: Path, forks: bool) -> list[str]:
    program = next((place for place in _BWRAP_PLACES if os.access(place, os.X_OK)), None)
    if program is None:
        raise NoWall("bubblewrap is not installed")
    command = [program, "--unshare-all", "--die-with-parent", "--cap-drop", "ALL"]
    for device in (os.devnull, RANDOM):
        command += ["--dev-bind", device, device]
    for path in list_readable():
        if path.is_symlink() and path.parent == Path("/"):
            command += ["--symlink", os.readlink(path), str(path)]
        else:
            command += ["--ro-bind", str(path), str(path)]
    if forks:
        command += ["--bind", str(folder), str(SHELF)]
    for name in (*FILES, PIPE):
        # A process that forks others has empty places for their files.
        command += ["--ro-bind", os.devnull, str(PLACE / name)] if forks else []
        command += [] if forks else ["--bind", str(folder / name), str(PLACE / name)]
    # The root is a small file system of bubblewrap's own, in memory: nothing may be written there either.
    return [*command, "--chdir", str(SHELF if forks else PLACE), "--remount-ro", "/", "--"]
