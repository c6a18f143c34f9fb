# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of every codec that is measured, ours and the others."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import Protocol

CODINGS = ("MH", "MR", "MMR")
JBIG = "T.85"
MR_K = 4
"""K of all MR pages: what T.4 asks for at fine resolution, and what libtiff and spandsp choose by themselves there."""


@dataclass(frozen=True)
class Sheet:
    """A page to measure with: packed rows, most significant bit first, 1 = black, padding bits zero."""

    name: str
    width: int
    data: bytes

    @property
    def stride(self) -> int:
        """Octets a row."""
        return (self.width + 7) // 8

    @property
    def length(self) -> int:
        """Rows."""
        return len(self.data) // self.stride


@dataclass(frozen=True)
class Timed:
    """What a codec made, and the seconds it took."""

    data: bytes
    seconds: float


class Missing(Exception):
    """A peer that is not on this machine; the words say what isn't."""


class Peer(Protocol):
    """A codec under measurement. It keeps the time itself: the making of files around the bits isn't counted."""

    @property
    def name(self) -> str:
        """What the tables call it."""

    @property
    def timing(self) -> str:
        """What its figures include, for the reader of the tables."""

    @property
    def slow(self) -> bool:
        """So slow a way in that a few repetitions must do."""

    @property
    def codings(self) -> tuple[str, ...]:
        """The codings that it has in both directions."""

    def encode(self, sheet: Sheet, coding: str) -> Timed:
        """The page's bits, most significant first."""

    def decode(self, bits: bytes, sheet: Sheet, coding: str) -> Timed:
        """The rows that those bits hold, packed as a sheet's are."""

    def version(self) -> str:
        """Name and version of what is measured."""


def program(name: str) -> str:
    """The path of a program that a peer needs."""
    path = shutil.which(name)
    if path is None:
        raise Missing(f"{name} is not installed")
    return path


def installed(package: str) -> str:
    """The version of a Debian package, as the package's name and its number."""
    query = ["dpkg-query", "-W", "-f", "${Version}", package]
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    return f"{package} {answer.stdout or '(not a Debian package here)'}"
