# SPDX-License-Identifier: GPL-3.0-or-later
"""The real windows as different people see them: nothing cut off, no warning of Qt, no text without a translation.

The pictures are left in `build/looks`, for whoever wants to look at them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCREENS = [f"{screen}-{shade}" for screen in ("1x", "2x", "small", "text-200") for shade in ("light", "dark")]
WINDOWS = (
    "dialog",
    "dialog-payer",
    "headers",
    "faxes",
    "contacts",
    "contacts-person",
    "contacts-group",
    "contacts-report",
)


def draw(folder: Path, language: str, look: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "packaging/lib/looks.py"), str(folder), language, look]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("look", SCREENS)
def test_nothing_is_cut_off_on_any_screen(language: str, look: str) -> None:
    folder = ROOT / "build/looks"
    drawn = draw(folder, language, look)
    assert (drawn.stdout.strip(), drawn.returncode) == ("", 0), drawn.stderr
    assert all((folder / f"{window}-{language}-{look}.png").stat().st_size > 1000 for window in WINDOWS)


def test_every_text_on_the_screen_can_be_translated(tmp_path: Path) -> None:
    drawn = draw(tmp_path, "marked", "1x-light")
    assert (drawn.stdout.strip(), drawn.returncode) == ("", 0), drawn.stderr


def test_a_fault_is_found(tmp_path: Path) -> None:
    """One window is too large, one text is cut off, and one is outside and unknown to the catalogue."""
    program = f"""
import sys
sys.path.insert(0, {str(ROOT / "packaging/lib")!r})
import looks, windows
from PyQt6.QtWidgets import QLabel
def spoilt():
    window = windows.show_contacts()
    window.resize(3000, 400)
    window.pane.column.count.setFixedWidth(5)
    label = QLabel("Nobody knows this", window)
    label.move(-20, 0)
    label.show()
    return window
looks.list_windows = lambda language: [("spoilt", spoilt)]
sys.exit(looks.main(looks.Path({str(tmp_path)!r}), sys.argv[1], "1x-light"))
"""
    told = []
    for language in ("en", "marked"):
        environment = os.environ | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
        command = [sys.executable, "-c", program, language]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
        assert done.returncode == 1, done.stderr
        told.append(done.stdout)
    for fault in ("is larger than the screen", "is cut off", "QLabel 'Nobody knows this' is outside of its window"):
        assert fault in told[0]
    assert "nobody has translated 'Nobody knows this'" in told[1]
