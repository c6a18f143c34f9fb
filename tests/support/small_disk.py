# SPDX-License-Identifier: GPL-3.0-or-later
"""A file system of some megabytes where root may mount one, which can be filled to the last octet."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(folder: Path) -> Iterator[Path]:
    """A file system of four megabytes in this folder; the test is skipped where that cannot be."""
    disk = folder / "disk"
    disk.mkdir()
    if not mount(disk, 4):
        pytest.skip("only root may mount a small file system, and not in every container")
    try:
        yield disk
    finally:
        unmount(disk)


def mount(disk: Path, megabytes: int) -> bool:
    """Mount a file system of this size on a folder; False where that cannot be."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(disk)]
    return os.getuid() == 0 and not subprocess.run(command, capture_output=True).returncode


def unmount(disk: Path) -> None:
    """Take it away."""
    subprocess.run(["umount", "-l", str(disk)], check=True)


@contextmanager
def filled(disk: Path, spare: int = 0) -> Iterator[None]:
    """Not an octet is free (but `spare`)."""
    fill(disk, spare)
    try:
        yield
    finally:
        empty(disk)


def fill(disk: Path, spare: int = 0) -> None:
    """Leave not an octet free (but `spare`)."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 65536)
        except OSError:
            pass
        try:
            while True:
                file.write(b"x")
        except OSError:
            pass
        if spare:
            file.truncate(file.tell() - spare)


def empty(disk: Path) -> None:
    """Make space again."""
    (disk / "filler").unlink()
