# SPDX-License-Identifier: GPL-3.0-or-later
"""`packaging/setup` installs what is missing, and nothing twice. The program is the real one, in a checkout in which
`.venv/bin/python` only writes down what it is told to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import CHECKOUT

PYTHON = """#!/bin/sh
# Stands in for Python with pip.
case "$*" in *--editable*) echo "$*" >>"$(dirname "$0")/../installed" ;; esac
"""
EARLIER = 1_000_000_000


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout as far as the program looks into it; its files are old."""
    for name in ("packaging/setup", "packaging/lib/debian-packages.sh", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / name, tmp_path / name)
    (tmp_path / "packaging/apt-packages").write_text("# none is needed\n")
    (tmp_path / "faxcore").mkdir()
    (tmp_path / "faxcore/codec.pyx").touch()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    python = tmp_path / ".venv/bin/python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    for path in (tmp_path / "pyproject.toml", tmp_path / "faxcore/codec.pyx"):
        os.utime(path, (EARLIER, EARLIER))
    return tmp_path


def set_up(checkout: Path, kind: str) -> list[str]:
    """Run it; what was installed by it."""
    installed = checkout / ".venv/installed"
    installed.unlink(missing_ok=True)
    subprocess.run([checkout / "packaging/setup", kind], check=True, capture_output=True, timeout=60)
    return installed.read_text().splitlines() if installed.exists() else []


def test_whoever_has_checked_sees_the_demonstration_at_once(checkout: Path) -> None:
    (check,) = set_up(checkout, "check")
    assert "exchange" in check and "test" in check
    assert set_up(checkout, "run") == set_up(checkout, "check") == []


def test_the_demonstration_is_not_enough_for_the_check(checkout: Path) -> None:
    (run,) = set_up(checkout, "run")
    assert "test" not in run
    assert set_up(checkout, "run") == []
    assert len(set_up(checkout, "check")) == 1
    assert len(set_up(checkout, "fuzz")) == 1


@pytest.mark.parametrize("source", ["pyproject.toml", "faxcore/codec.pyx"])
def test_what_has_changed_is_installed_again_once(checkout: Path, source: str) -> None:
    set_up(checkout, "check")
    os.utime(checkout / ".venv/.facteur-check", (EARLIER + 1, EARLIER + 1))
    os.utime(checkout / source, (EARLIER + 2, EARLIER + 2))
    assert len(set_up(checkout, "run")) == 1
    assert set_up(checkout, "run") == []
