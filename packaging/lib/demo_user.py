# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at the desk: prints, types, presses keys. Only by what a person has: the command `lp`, and the keyboard."""

from __future__ import annotations

import re
from pathlib import Path

from processes import Stage, Trouble


def print_document(stage: Stage, document: Path, title: str, *options: str) -> str:
    """Print on *Fax*, as applications do; the print job's number."""
    said = stage.run(["lp", "-d", "Fax", "-t", title, *options, str(document)])
    found = re.search(r"Fax-(\d+)", said)
    if found is None:
        raise Trouble(f"lp answered {said!r}")
    return found[1]


def focus(stage: Stage, window: str) -> None:
    """Look at a window. Without a window manager nobody else gives it the keyboard."""
    stage.run(["xdotool", "windowfocus", "--sync", window])


def press(stage: Stage, *keys: str) -> None:
    """Keys, in xdotool's names."""
    stage.run(["xdotool", "key", "--delay", "30", *keys])


def type_text(stage: Stage, text: str) -> None:
    """Type, quicker than most."""
    stage.run(["xdotool", "type", "--delay", "12", "--", text])
