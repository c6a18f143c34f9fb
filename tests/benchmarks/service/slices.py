# SPDX-License-Identifier: GPL-3.0-or-later
"""The shares of the processor that systemd gives where Facteur is installed: half for people's programs (`user.slice`),
half for the system's services (`system.slice`), and of these the weight of its unit for ours.

Without them a hundred processes that stand for other desktops count as much as a hundred services, which no machine has
that was installed. Where this process may make no groups (no root, no cgroup file system), nobody is moved, and the
report says so.
"""

from __future__ import annotations

import atexit
import enum
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

from tests.support import CHECKOUT

UNIT: Final = CHECKOUT / "packaging" / "debian" / "facteur.service"
USUAL_WEIGHT: Final = 100
"""Of a unit or slice that says nothing."""
_GROUPS: Final = Path("/sys/fs/cgroup")
_NAME: Final = "facteur-benchmark"
_SHARES_OF_USUAL: Final = 1024
"""The same in the first version of the file system."""


class Slice(enum.Enum):
    """A place for processes: its folder below that of the benchmark."""

    SERVICE = "system/facteur"
    OTHER_SERVICES = "system/others"
    """The bus, the database."""
    PEOPLE = "people"


class Slices:
    """The groups of a benchmark, until its process ends."""

    def __init__(self) -> None:
        first = (_GROUPS / "cpu").is_dir()
        self._folder = (_GROUPS / "cpu" if first else _GROUPS) / _NAME
        self._weight_file = "cpu.shares" if first else "cpu.weight"
        self._usual = _SHARES_OF_USUAL if first else USUAL_WEIGHT
        self.trouble = ""
        """The reason why there are none; empty if there are."""
        try:
            self._make(with_controllers=not first)
        except OSError as error:
            self.trouble = f"{error.strerror}: {error.filename}"
        else:
            atexit.register(self._remove)

    def _make(self, with_controllers: bool) -> None:
        self._folder.mkdir(exist_ok=True)
        if with_controllers:  # each folder hands its own on
            for folder in (_GROUPS, self._folder):
                (folder / "cgroup.subtree_control").write_text("+cpu")
        for place in sorted(self._folders(), key=str):
            place.mkdir(exist_ok=True)
            if with_controllers and place == self._folder / "system":
                (place / "cgroup.subtree_control").write_text("+cpu")
        weight = self._folder / Slice.SERVICE.value / self._weight_file
        weight.write_text(str(self._usual * service_weight() // USUAL_WEIGHT))

    def _folders(self) -> Iterator[Path]:
        yield self._folder / "system"
        for each in Slice:
            yield self._folder / each.value

    def _remove(self) -> None:
        """Remove the groups; the last processes may have ended a moment ago."""
        for folder in (*sorted(self._folders(), key=str, reverse=True), self._folder):
            for _ in range(50):
                with suppress(OSError):
                    folder.rmdir()
                    break
                time.sleep(0.02)

    def put(self, process: int, place: Slice) -> None:
        """Move a process, and what it will start, to its place."""
        if self.trouble:
            return
        with suppress(ProcessLookupError):  # it has ended meanwhile
            (self._folder / place.value / "cgroup.procs").write_text(str(process))

    def __str__(self) -> str:
        if self.trouble:
            return f"every process is equal ({self.trouble})"
        return f"shares of the processor as installed: people half, the service {service_weight()} against others' 100"


def service_weight() -> int:
    """Read the weight of our unit."""
    found = re.search(r"^CPUWeight=(\d+)$", UNIT.read_text(), re.MULTILINE)
    return int(found[1]) if found else USUAL_WEIGHT


@cache
def slices() -> Slices:
    """Make the groups of this benchmark, or give those that it has."""
    return Slices()
