# SPDX-License-Identifier: GPL-3.0-or-later
"""A file system that never answers, as a network's whose server is gone: FUSE, with nobody who serves it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.small_disk import unmount


class HangingDisk:
    """A folder in which every call hangs, until it is given back as it was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        self._mounted = True
        options = f"fd={self._server},rootmode=40000,user_id=0,group_id=0"
        # Not through a helper program of FUSE: mount itself hands our descriptor to the kernel.
        command = ["mount", "-i", "-t", "fuse", "-o", options, "hanging", str(folder)]
        try:
            subprocess.run(command, pass_fds=[self._server], check=True, capture_output=True)
        except BaseException:
            os.close(self._server)
            raise

    def give_back(self) -> None:
        """End every call that hangs with an error; the folder below is there again."""
        if self._mounted:
            self._mounted = False
            unmount(self.folder)
            os.close(self._server)


@contextmanager
def hanging(folder: Path) -> Iterator[HangingDisk]:
    """Let a folder hang; the test is skipped where that cannot be."""
    if os.getuid() != 0 or not os.access("/dev/fuse", os.R_OK | os.W_OK):
        pytest.skip("only root may mount a file system that hangs, and not in every container")
    try:
        disk = HangingDisk(folder)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no FUSE here: {error.stderr!r}")
    try:
        yield disk
    finally:
        disk.give_back()
