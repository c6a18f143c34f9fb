# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine: clock, kernel, and the packages that Facteur is made of."""

from __future__ import annotations

import ctypes
import os
import platform
import re
import shutil
import sys
import time
from collections.abc import Iterator
from ctypes.util import find_library
from importlib import metadata
from pathlib import Path
from typing import Final

import faxcore
from faxcore.doctor.finding import Area, Finding, Public, Verdict, good
from faxcore.document import landlock
from faxcore.model.sentence import Sentence, mark

_TIME_ERROR: Final = 5
"""The answer of adjtimex(2) for a clock that nothing keeps right."""
_EARLIEST: Final = 1_795_000_000.0
"""A moment of November 2026, before which this release was not there: a clock that shows less is wrong."""
_NEEDED: Final = re.compile(r"^([A-Za-z0-9._-]+)")


def check_machine() -> Iterator[Finding]:
    """Look at the clock, the kernel and Python."""
    system = platform.uname()
    yield good(
        Area.MACHINE,
        mark("{system} {kernel} on {machine}, Python {python}."),
        system=Public(_read_system_name()),
        kernel=Public(system.release),
        machine=Public(system.machine),
        python=Public(platform.python_version()),
    )
    yield check_clock(time.time(), _is_kept_right())
    yield check_landlock(landlock.version())
    yield _check_program("bwrap", "bubblewrap")
    yield check_ghostscript(find_library("gs"))


def check_clock(now: float, kept_right: bool | None) -> Finding:
    """Judge the machine's clock; `kept_right` is None where the kernel does not tell."""
    shown = time.strftime("%Y-%m-%d %H:%M %Z", time.localtime(now))
    if now < _EARLIEST:
        return Finding(
            Area.MACHINE,
            Verdict.WRONG,
            Sentence("The clock shows {time}, which is long ago.", {"time": Public(shown)}),
            Sentence(
                "Set it, and have it kept right (systemd-timesyncd or chrony): times of faxes, and prices, go by it."
            ),
        )
    if kept_right is False:
        return Finding(
            Area.MACHINE,
            Verdict.WARNING,
            Sentence("The clock shows {time}, and nothing keeps it right.", {"time": Public(shown)}),
            Sentence("Have it kept right (systemd-timesyncd or chrony): times of faxes, and prices, go by it."),
        )
    return good(Area.MACHINE, mark("The clock shows {time}."), time=Public(shown))


def check_landlock(version: int) -> Finding:
    """Judge the kernel's means to wall processes in."""
    if version:
        return good(Area.MACHINE, mark("The kernel has Landlock, version {version}."), version=version)
    return Finding(
        Area.MACHINE,
        Verdict.WARNING,
        Sentence("The kernel has no Landlock, or was started without it."),
        Sentence("Documents are opened behind bubblewrap alone; start the kernel with lsm=landlock,... to have both."),
    )


def check_ghostscript(library: str | None) -> Finding:
    """Judge whether PostScript can be drawn."""
    if library:
        return good(Area.PACKAGES, mark("Ghostscript is there: {library}."), library=Public(library))
    return Finding(
        Area.PACKAGES,
        Verdict.WRONG,
        Sentence("Ghostscript is not installed: PostScript cannot be faxed."),
        Sentence("Install it: sudo apt install ghostscript"),
    )


def _check_program(program: str, package: str) -> Finding:
    if shutil.which(program):
        return good(Area.PACKAGES, mark("{package} is there."), package=Public(package))
    return Finding(
        Area.PACKAGES,
        Verdict.WARNING,
        Sentence("{package} is not installed.", {"package": Public(package)}),
        Sentence("Install it: sudo apt install {package}", {"package": Public(package)}),
    )


def check_packages() -> Iterator[Finding]:
    """Look at the Python packages that Facteur asks for, as far as its own metadata tell."""
    try:
        wanted = metadata.requires("facteur") or []
    except metadata.PackageNotFoundError:
        wanted = []
    found, missing, places = {}, [], _list_places()
    for line in wanted:
        match = _NEEDED.match(line)
        if match is None or 'extra == "test"' in line or 'extra == "fuzz"' in line:
            continue
        package = next(iter(metadata.distributions(name=match[1], path=places)), None)
        if package is not None:
            found[match[1]] = package.version
        elif "extra" not in line or 'extra == "server"' in line:
            missing.append(match[1])
    versions = ", ".join(f"{name} {version}" for name, version in sorted(found.items()))
    yield good(
        Area.PACKAGES,
        mark("Facteur {version}, with {packages}."),
        version=Public(faxcore.__version__),
        packages=Public(versions),
    )
    if missing:
        yield Finding(
            Area.PACKAGES,
            Verdict.WRONG,
            Sentence("Python packages are missing: {packages}.", {"packages": Public(", ".join(missing))}),
            Sentence("Install Facteur again, with its extra “server”."),
        )


def _list_places() -> list[str]:
    """List the folders in which packages tell of themselves: those of Python, and those that hold what is linked there,
    as the Debian package links Debian's own.
    """
    linked = {
        str(each.resolve().parent)
        for place in map(Path, sys.path)
        if place.is_dir()
        for each in place.iterdir()
        if each.is_symlink()
    }
    return [*sys.path, *sorted(linked)]


def _is_kept_right() -> bool | None:
    """Ask the kernel whether the clock is kept right; None if it does not tell."""
    buffer = ctypes.create_string_buffer(512)  # struct timex, all 0: only ask
    try:
        state = int(ctypes.CDLL(None, use_errno=True).adjtimex(buffer))
    except (AttributeError, OSError):
        return None
    return None if state < 0 else state != _TIME_ERROR


def _read_system_name() -> str:
    for path in map(Path, ("/etc/os-release", "/usr/lib/os-release")):
        if os.access(path, os.R_OK):
            match = re.search(r'^PRETTY_NAME="?([^"\n]*)', path.read_text("utf-8", "replace"), re.MULTILINE)
            if match:
                return match[1]
    return platform.system()
