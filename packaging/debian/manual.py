# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the manual of the Debian packages: the man pages, by the programs that they are about, and the site of docs/,
which the windows open with F1.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def write_manual(source: Path, lock: Path, python: Path, modules: Path, service: Path, desktop: Path) -> None:
    """Write it into the packages' folders; `python` has Facteur, and the windows' `modules` beside it."""
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder) / "tools"
        subprocess.run([sys.executable, "-m", "venv", f"{folder}/venv"], check=True)
        plain = Path(folder) / "venv/bin/python"
        wanted = ["--require-hashes", "--no-deps", "--target", tools, "-r", lock]
        pip = [plain, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.run([*pip, "install", *wanted], check=True)
        write_man_pages(source / "debian/man.py", python, [modules, tools], service, desktop)
        write_site(source / "packaging/mkdocs.yml", plain, tools, service / "usr/share/doc/facteur/html")


def write_man_pages(program: Path, python: Path, places: list[Path], service: Path, desktop: Path) -> None:
    """Write the man pages, in English and French."""
    found = [str(place) for place in places]
    start = f"import runpy, sys; sys.path += {found}; runpy.run_path({str(program)!r}, run_name='__main__')"
    for language in ("en", "fr"):
        environment = {**os.environ, "LANGUAGE": language, "COLUMNS": "100", "QT_QPA_PLATFORM": "offscreen"}
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        subprocess.run([python, "-c", start, service, desktop, language], env=environment, check=True)


def write_site(configuration: Path, python: Path, tools: Path, place: Path) -> None:
    """Write the site; a link that leads nowhere ends the build."""
    command = [python, "-m", "mkdocs", "build", "--strict", "--config-file", configuration, "--site-dir", place]
    environment = {**os.environ, "PYTHONPATH": str(tools), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"the manual cannot be made: {done.stdout}{done.stderr}")
    for path in place.rglob("*.map"):
        path.unlink()  # for those who look for faults in the theme
    for path in place.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
