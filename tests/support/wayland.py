# SPDX-License-Identifier: GPL-3.0-or-later
"""A Wayland compositor without a screen: Debian's weston, which draws for nobody."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.support.waiting import wait_until

MISSING: Final = [program for program in ("weston",) if shutil.which(program) is None]


@contextmanager
def wayland_screen(runtime: Path) -> Iterator[dict[str, str]]:
    """A compositor; what its programs need to find it, in this folder of a session."""
    name = "facteur-test-0"
    command = ["weston", "--backend=headless-backend.so", f"--socket={name}", "--idle-time=0", "--width=1280"]
    environment = {"XDG_RUNTIME_DIR": str(runtime), "PATH": "/usr/bin:/bin"}
    with (runtime / "weston.log").open("w") as log, subprocess.Popen(command, env=environment, stderr=log) as server:
        try:
            wait_until("weston to listen", lambda: (runtime / name).exists() or server.poll() is not None)
            assert server.poll() is None, (runtime / "weston.log").read_text()
            yield {"WAYLAND_DISPLAY": name, "QT_QPA_PLATFORM": "wayland"}
        finally:
            server.terminate()
