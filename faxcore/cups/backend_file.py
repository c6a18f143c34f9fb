# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the backend and of its filter in cupsd's folders: written, and looked at as cupsd looks at them.

cupsd runs a program only if its owner alone, root, can write it; and it runs a backend as root that others may not
execute. Ours are for everybody to read and execute, so that cupsd's user (lp) runs them. Their first line names the
Python that has Facteur.
"""

from __future__ import annotations

import os
import stat
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from faxcore.cups.fault import Fault, Kind
from faxcore.i18n import gettext as _

BACKEND: Final = Path("/usr/lib/cups/backend/fax")
"""The file that Debian's cupsd runs."""

FILTER: Final = "fax-parcel"
"""The name of the filter, in the PPD too."""

MODE: Final = 0o755


def find_shipped(name: str) -> Path:
    """Find a file of the folder cups-backend: in a checkout, or where an installation has put it."""
    checkout = Path(__file__).parents[2] / "cups-backend" / name
    return checkout if checkout.exists() else Path(sysconfig.get_path("data")) / "share/facteur" / name


def find_filter(backend: Path) -> Path:
    """Find the place of the filter that belongs to a backend: cupsd has one folder of each."""
    return backend.parent.parent / "filter" / FILTER


def write_backend(path: Path, python: Path) -> None:
    """Write the backend for this Python, and its filter. OSError if they cannot be written."""
    _write(path, "fax", python)
    _write(find_filter(path), FILTER, python)


def _write(path: Path, shipped: str, python: Path) -> None:
    program = find_shipped(shipped).read_text("utf-8").partition("\n")[2]
    fresh = path.with_name(f".{path.name}.new")
    # Never a half of it under the name that cupsd runs.
    fresh.write_text(f"#!{python} -I\n{program}", "utf-8")
    fresh.chmod(MODE)
    fresh.replace(path)


def mend_backend(path: Path, python: Path = Path(sys.executable)) -> None:
    """Put right what `check_backend` finds. OSError if this user may not."""
    for program, shipped in ((path, "fax"), (find_filter(path), FILTER)):
        kinds = {fault.kind for fault in _check(program)}
        if kinds & {Kind.BACKEND_MISSING, Kind.BACKEND_PYTHON}:
            _write(program, shipped, python)
        if Kind.BACKEND_OWNER in kinds:
            owner = program.parent.stat()
            os.chown(program, owner.st_uid, owner.st_gid)
        if Kind.BACKEND_MODE in kinds:
            program.chmod(MODE)


def check_backend(path: Path) -> Iterator[Fault]:
    """Find what keeps cupsd from running the backend and its filter as its user."""
    yield from _check(path)
    yield from _check(find_filter(path))


def _check(path: Path) -> Iterator[Fault]:
    try:
        found = path.stat()
    except OSError:
        yield Fault(Kind.BACKEND_MISSING, _("The program {path} of the printer is missing.").format(path=path))
        return
    # The folder is root's, but for a cupsd that an ordinary user runs for itself.
    folder = path.parent.stat()
    if found.st_uid not in (0, folder.st_uid):
        sentence = _("The program {path} of the printer does not belong to root, so cupsd does not run it.").format(
            path=path
        )
        yield Fault(Kind.BACKEND_OWNER, sentence)
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o022 or mode & 0o555 != 0o555:
        sentence = _("The program {path} of the printer has the permissions {mode} instead of {right}.").format(
            path=path, mode=f"{mode:04o}", right=f"{MODE:04o}"
        )
        yield Fault(Kind.BACKEND_MODE, sentence)
    python = _read_interpreter(path)
    if python is not None and folder.st_uid == 0 and not _is_for_everybody(python):
        sentence = _(
            "The program {path} of the printer needs {python}, which is missing or not for everybody:"
            " install Facteur elsewhere."
        )
        sentence = sentence.format(path=path, python=python)
        yield Fault(Kind.BACKEND_PYTHON, sentence)


def _read_interpreter(path: Path) -> Path | None:
    """The program of the first line; None if this user may not read it."""
    try:
        with path.open("rb") as file:
            words = file.readline(500).removeprefix(b"#!").split()
    except OSError:
        return None
    return Path(os.fsdecode(words[0])) if words else Path("/")


def _is_for_everybody(program: Path) -> bool:
    """Tell if cupsd's user can reach and run it: for this user it may be another matter."""
    try:
        resolved = program.resolve(strict=True)
        return resolved.is_file() and all(
            each.stat().st_mode & 0o001 for path in (program.absolute(), resolved) for each in (path, *path.parents)
        )
    except OSError:
        return False
