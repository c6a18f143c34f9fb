# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that open documents: how Python starts them, and their limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore.document.walls import Wall

SETTINGS: Final = "FACTEUR_PROCESS"
"""The variable in the environment with the wall and the limits, as JSON."""
ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""The same for every process. fpdf2 loads numpy where it is, and numpy a library that would start threads at once,
which no process may.
"""


@dataclass(frozen=True)
class Program:
    """A program that opens documents, and its limits."""

    start: tuple[str, ...]
    """The arguments for Python."""
    cpu_seconds: int = 60
    memory: int = 512 * 1024 * 1024
    """Octets of address space."""
    file_size: int = 200 * 1024 * 1024
    """Octets of each of the few files that it can write."""
    seconds: float = 60.0
    """From the call to the answer, by the clock on the wall."""

    @staticmethod
    def of(module: str, memory: int = 512 * 1024 * 1024) -> Program:
        """Make a program of a module with the usual limits."""
        return Program(("-m", module), memory=memory)

    def environment(self, wall: Wall, place: Path, *, forks: bool = False) -> Mapping[str, str]:
        """Make the environment of a process of this program behind this wall: its limits, and where it may write. One
        that `forks` others gives them the wall and the limits.
        """
        settings = {**self.settings(wall), "forks": forks, "own_folders": False}
        return {"TMPDIR": str(place), **ENVIRONMENT, SETTINGS: json.dumps(settings)}

    def settings(self, wall: Wall) -> Mapping[str, str | int]:
        """Give the wall and the limits of a process of this program."""
        limits = {"cpu_seconds": self.cpu_seconds, "memory": self.memory, "file_size": self.file_size}
        return {"wall": wall.value, **limits}
