# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at a desk: a session of logind with a virtual screen and the tray of Facteur, and what is seen there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from tests.booted.conftest import copy_package
from tests.booted.machine import Machine, until

SCREEN: Final = ("xvfb", "xdotool", "dunst", "imagemagick", "libegl1", "libgl1", "libxcb-cursor0")
"""Debian's packages that a screen needs, where there is none."""
SESSION: Final = """#!/bin/sh
export DISPLAY=:7 XDG_RUNTIME_DIR=/run/user/$(id -u) DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus
Xvfb :7 -screen 0 1280x800x24 -nolisten tcp -noreset &
while ! xdotool getdisplaygeometry >/dev/null 2>&1; do sleep 0.1; done
dunst &
exec facteur-notifier
"""
LOGIN: Final = ("--property=PAMName=login", "--property=StandardOutput=journal", "--quiet", "--collect")


def install_desktop(machine: Machine, *packages: str) -> None:
    """Install the windows of Facteur, a screen, and these packages of Debian."""
    machine.install(*SCREEN, *packages, copy_package(machine, "facteur-desktop"))


class Desk:
    """The desk of one person on a machine."""

    def __init__(self, machine: Machine, person: str) -> None:
        self.machine, self.person = machine, person
        self._user = machine.run("id", "-u", person).stdout.strip()

    def log_in(self) -> None:
        """Log in, and wait for the screen."""
        self.machine.write(f"/home/{self.person}/session", SESSION, 0o755)
        start = ("systemd-run", *LOGIN, "--unit=screen", f"--property=User={self.person}")
        self.machine.run(*start, f"/home/{self.person}/session")
        until("a session of logind's", lambda: self.person in self.machine.run("loginctl", "list-sessions").stdout)
        until("the screen", lambda: self.run("xdotool", "getdisplaygeometry", check=False).strip())

    def run(self, *command: str, check: bool = True, seconds: float = 120) -> str:
        """Run a program at the desk; what it says."""
        runtime = f"/run/user/{self._user}"
        where = (f"XDG_RUNTIME_DIR={runtime}", f"DBUS_SESSION_BUS_ADDRESS=unix:path={runtime}/bus")
        inside = ("env", "DISPLAY=:7", *where, *command)
        return self.machine.run(*inside, user=self.person, check=check, seconds=seconds).stdout

    def start(self, name: str, *command: str) -> None:
        """Start a program that stays, in the person's own manager."""
        options = ("--user", "--quiet", "--collect", f"--unit={name}", "--setenv=DISPLAY=:7")
        self.run("systemd-run", *options, "--", *command)

    def stop(self, name: str) -> None:
        """Stop a program that was started, if it has not ended."""
        self.run("systemctl", "--user", "stop", name, check=False)

    def find_windows(self, *search: str) -> list[str]:
        """Find visible windows, by what xdotool searches."""
        return self.run("xdotool", "search", "--onlyvisible", *search, check=False).split()

    def focus(self, *search: str) -> None:
        """Wait for a window, and have what is typed go there: no window manager does it."""
        until(f"a window: {' '.join(search)}", lambda: self.find_windows(*search), 90)
        self.run("xdotool", "windowfocus", "--sync", self.find_windows(*search)[-1])

    def type(self, text: str) -> None:
        """Type a text."""
        self.run("xdotool", "type", "--delay", "20", text)

    def press(self, key: str) -> None:
        """Press a key, or several at once, as "ctrl+p"."""
        self.run("xdotool", "key", key)

    def take_picture(self, into: Path) -> None:
        """Take a picture of the screen."""
        self.run("import", "-window", "root", f"/home/{self.person}/{into.name}")
        shutil.copy(self.machine.root / "home" / self.person / into.name, into)
