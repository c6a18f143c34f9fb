# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen for a machine that has none: X server, notification daemon, a place for tray icons; and pictures of it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from processes import Stage, Trouble

SIZE = "1280x800"

NOTIFICATION_DAEMON = """[global]
    width = (300, 420)
    origin = bottom-right
    offset = 24x48
    font = DejaVu Sans 11
    frame_width = 1
    frame_color = "#8a8f98"
    corner_radius = 6
    padding = 12
    horizontal_padding = 14
    markup = full
    format = "<b>%s</b>\\n%b"
[urgency_low]
    background = "#ffffff"
    foreground = "#202124"
    timeout = 0
[urgency_normal]
    background = "#ffffff"
    foreground = "#202124"
    timeout = 0
[urgency_critical]
    background = "#fff4f2"
    foreground = "#202124"
    timeout = 0
"""


def virtual_screen(stage: Stage) -> str:
    """Start an X server without a screen; the display's name."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as told:
        stage.start(
            "xvfb",
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{SIZE}x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=(writing,),
        )
        os.close(writing)
        number = told.readline().strip()
    if not number:
        raise Trouble(f"Xvfb did not start: see {stage.log('xvfb')}")
    display = f":{number}"
    stage.environment |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "XDG_SESSION_TYPE": "x11"}
    stage.environment.pop("WAYLAND_DISPLAY", None)
    stage.run(["xsetroot", "-solid", "#5b7083"])
    return display


def desktop(stage: Stage) -> None:
    """The rest of a desktop: a notification daemon, and a tray."""
    config = stage.folder / "dunstrc"
    config.write_text(NOTIFICATION_DAEMON)
    stage.start("notification-daemon", ["dunst", "-config", config])
    stage.start(
        "tray-host", ["trayer", "--edge", "bottom", "--align", "right", "--widthtype", "request", "--height", "28"]
    )


def windows(stage: Stage, *search: str) -> list[str]:
    """The ids of the visible windows that xdotool finds."""
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", *search], env=stage.environment, capture_output=True, text=True
    )
    return found.stdout.split()


def picture(stage: Stage, path: Path) -> Path:
    """The whole screen as PNG."""
    stage.run(["import", "-window", "root", str(path)])
    return path
