# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at a desktop: what they print brings the dialog up in their session, goes out, and its arrival is announced
to the person whose number was called.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.booted.conftest import PACKAGES
from tests.booted.machine import Machine, until

DESKTOP = ("xvfb", "xdotool", "dunst", "imagemagick", "libegl1", "libgl1", "libxcb-cursor0")
SESSION = """#!/bin/sh
export DISPLAY=:7 XDG_RUNTIME_DIR=/run/user/$(id -u) DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus
Xvfb :7 -screen 0 1280x800x24 -nolisten tcp -noreset &
while ! xdotool getdisplaygeometry >/dev/null 2>&1; do sleep 0.1; done
dunst &
exec facteur-notifier
"""
SEE = ("env", "DISPLAY=:7")


def windows(machine: Machine, name: str) -> list[str]:
    """Find the visible windows of a program on Anne's screen."""
    search = ("xdotool", "search", "--onlyvisible", "--class", name)
    return machine.run(*SEE, *search, user="anne", check=False).stdout.split()


def test_what_is_printed_is_asked_for_on_the_screen_and_announced_on_arrival(
    boot: Callable[..., Machine], tmp_path: Path
) -> None:
    desk = boot("desk", network=True)
    (package,) = Path(PACKAGES).glob("facteur-desktop_*.deb")
    shutil.copy(package, desk.root / "root")
    install = ("apt-get", "install", "-y", "-q", "--no-install-recommends", *DESKTOP, f"/root/{package.name}")
    desk.run("apt-get", "update", "-q", seconds=300)
    desk.run("env", "DEBIAN_FRONTEND=noninteractive", *install, seconds=600)
    assert (desk.root / "etc/xdg/autostart/org.facteur.Notifier.desktop").exists()
    desk.write("/etc/facteur/facteur.d/20-anne.toml", '[exchange]\nowners = ["anne"]\n')
    desk.write("/etc/facteur/facteur.d/10-setup.toml", "")
    desk.run("systemctl", "reload", "facteur")
    desk.write("/home/anne/session", SESSION, 0o755)
    login = ("--property=PAMName=login", "--property=User=anne", "--property=StandardOutput=journal")
    desk.run("systemd-run", "--quiet", "--collect", "--unit=screen", *login, "/home/anne/session")
    until("a session of logind's", lambda: "anne" in desk.run("loginctl", "list-sessions").stdout)
    until(
        "the screen", lambda: desk.run(*SEE, "xdotool", "getdisplaygeometry", user="anne", check=False).returncode == 0
    )
    until("the lines to be ready", lambda: desk.run("faxctl", "status").stdout.count(" idle ") == 4)
    desk.run("lp", "-d", "Fax", "-t", "A letter", "letter.txt", user="anne")
    until("the dialog", lambda: windows(desk, "faxdialog"), 60)
    desk.run(*SEE, "xdotool", "windowfocus", "--sync", windows(desk, "faxdialog")[0], user="anne")
    desk.run(*SEE, "xdotool", "type", "--delay", "20", "0199000002", user="anne")
    for key in ("Tab", "space", "Tab"):  # the name stands among the details, which are opened
        desk.run(*SEE, "xdotool", "key", key, user="anne")
    desk.run(*SEE, "xdotool", "type", "--delay", "20", "Martin", user="anne")
    desk.run(*SEE, "import", "-window", "root", "/home/anne/dialog.png", user="anne")
    desk.run(*SEE, "xdotool", "key", "Return", user="anne")
    until("the fax to be sent", lambda: " done " in desk.run("faxctl", "list", user="anne").stdout, 180)
    until("the popup of its arrival", lambda: windows(desk, "Dunst"), 60)
    desk.run(*SEE, "import", "-window", "root", "/home/anne/popup.png", user="anne")
    for name in ("dialog.png", "popup.png"):
        shutil.copy(desk.root / "home/anne" / name, tmp_path)
    assert desk.failed() == []
