# SPDX-License-Identifier: GPL-3.0-or-later
"""A file system of a few megabytes where root may mount one, which can be filled to the last octet."""

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
    done = (
        os.getuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], capture_output=True
        ).returncode
    )
    if not done:
        pytest.skip("only root may mount a small file system, and not in every container")
    try:
        yield disk
    finally:
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
