# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders with a whole Debian: bare ones, made once and kept, and layers upon them with what was changed since."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

CACHE: Final = Path(os.environ.get("FACTEUR_BOOTED_CACHE", "/var/cache/facteur-booted"))
RELEASES: Final = {"12": "bookworm", "13": "trixie"}
FIRST: Final = ("systemd", "systemd-sysv", "dbus", "ca-certificates")
THEN: Final = (
    "libpam-systemd",
    "polkitd",
    "cups",
    "cups-client",
    "cups-filters",
    "dbus-user-session",
    "python3",
    "debconf-utils",
)
"""polkitd wants a logind that is there already."""

NO_CONSOLE: Final = ("console-getty.service", "systemd-ask-password-console.path", "systemd-ask-password-wall.path")


def make_bare(release: str) -> Path:
    """Make a Debian with a printing system and nothing of ours, unless there is one. CalledProcessError if it fails."""
    suite = RELEASES[release]
    wanted = hashlib.sha256(" ".join((suite, *FIRST, *THEN, *NO_CONSOLE)).encode()).hexdigest()[:12]
    place = CACHE / f"debian-{release}-{wanted}"
    if place.exists():
        return place
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = place.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    mirror = find_mirror()
    run("debootstrap", "--variant=minbase", f"--include={','.join(FIRST)}", suite, str(fresh), mirror)
    for path in Path("/etc/apt/apt.conf.d").iterdir():
        # A package's own file comes with that package.
        if (
            not path.name.startswith("docker")
            and subprocess.run(["dpkg", "--search", path], capture_output=True).returncode
        ):
            shutil.copy(path, fresh / "etc/apt/apt.conf.d")
    install_within(fresh, *THEN)
    # What a container has no console for is no fault of the machine's.
    run("systemctl", f"--root={fresh}", "mask", *NO_CONSOLE)
    fresh.rename(place)
    return place


def install_within(root: Path, *packages: str) -> None:
    """Install packages in a Debian that is not booted. RuntimeError if that fails."""
    install = ("apt-get", "install", "-y", "-q", "--no-install-recommends", *packages)
    for command in (("apt-get", "update", "-q"), ("env", "DEBIAN_FRONTEND=noninteractive", *install)):
        run(*enter(root), *command)


def enter(root: Path, *options: str) -> tuple[str, ...]:
    """Give the command that runs another in a Debian that is not booted: with its own /proc and /dev, which what is
    installed asks for, and this machine's network.
    """
    return (
        *("systemd-nspawn", "--quiet", "--directory", str(root), "--register=no", "--keep-unit", "--as-pid2"),
        *("--pipe", "--resolv-conf=copy-host", *options, "--"),
    )


def find_mirror() -> str:
    """Find where this machine has Debian from."""
    for path in (*Path("/etc/apt/sources.list.d").glob("*.sources"), Path("/etc/apt/sources.list")):
        text = path.read_text() if path.exists() else ""
        for found in re.findall(r"^(?:URIs:|deb(?: \[.*?\])?)\s+(\S+)", text, re.MULTILINE):
            if found.rstrip("/").endswith("/debian"):
                return str(found)
    return "http://deb.debian.org/debian"


def run(*command: str) -> None:
    """Run a program, and tell its last words if it fails."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout[-2000:]}")
