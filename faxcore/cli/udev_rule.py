# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule for udev that keeps ModemManager away from our modems: it asks every new one what it is, in a call, too.

A USB device is known by its vendor, product and serial number, wherever it is plugged in; a serial port by its name.
ModemManager wants the mark at the device that it belongs to, and at the port (ID_MM_DEVICE_IGNORE, ID_MM_PORT_IGNORE).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

RULES: Final = Path("/etc/udev/rules.d")
NAME: Final = "78-facteur-modems.rules"
"""After those that give devices their names, and before ModemManager's last ones (80)."""
_FIRST: Final = "# Made by `faxctl setup`: ModemManager is to leave the modems of the fax service alone."
_IDS: Final = ("idVendor", "idProduct", "serial")
_SAFE: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -_.:")
_SECONDS: Final = 20.0


def format_rules(devices: Sequence[Path], ttys: Path) -> str:
    """Format the rules for these devices; empty if none of them is one that udev knows."""
    lines: list[str] = []
    for device in devices:
        node = Path(os.path.realpath(device)).name
        for line in _list_rules(node, ttys):
            if line not in lines:
                lines.append(line)
    return "\n".join([_FIRST, *lines, ""]) if lines else ""


def _list_rules(node: str, ttys: Path) -> list[str]:
    place = ttys / node
    if not place.exists():
        return []
    ids = _read_ids(place.resolve())
    if ids is None:
        return [f'ACTION!="remove", SUBSYSTEM=="tty", KERNEL=="{node}", ENV{{ID_MM_PORT_IGNORE}}="1"']
    usb = ", ".join(f'ATTR{{{name}}}=="{value}"' for name, value in ids.items())
    tty = ", ".join(f'ATTRS{{{name}}}=="{value}"' for name, value in ids.items())
    return [
        f'ACTION!="remove", SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", {usb}, ENV{{ID_MM_DEVICE_IGNORE}}="1"',
        f'ACTION!="remove", SUBSYSTEM=="tty", {tty}, ENV{{ID_MM_DEVICE_IGNORE}}="1", ENV{{ID_MM_PORT_IGNORE}}="1"',
    ]


def _read_ids(place: Path) -> dict[str, str] | None:
    """Read what the USB device above a port says of itself; None if there is none."""
    for folder in (place, *place.parents):
        if (folder / "idVendor").exists():
            found = {name: _read(folder / name) for name in _IDS}
            # What could end the text of a rule, or is a pattern there, is left out: the rest is known by.
            return {name: value for name, value in found.items() if value and set(value) <= _SAFE}
    return None


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def verify(file: Path) -> str:
    """Ask udev to look at a file of rules; what it says is wrong. Empty if nothing is, or if there is nobody to ask."""
    program = shutil.which("udevadm")
    if program is None:
        return ""
    done = _run(program, "verify", str(file))
    # Before version 254 there is no such command.
    return "" if done is None or done.returncode == 0 or "nknown" in done.stderr else done.stderr.strip()


def put_in_force() -> None:
    """Tell udev to read its rules again, and look at the devices anew."""
    program = shutil.which("udevadm")
    if program is not None:
        _run(program, "control", "--reload")
        _run(program, "trigger", "--subsystem-match=usb", "--subsystem-match=tty")


def _run(*command: str) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return None
