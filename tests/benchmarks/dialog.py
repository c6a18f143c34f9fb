# SPDX-License-Identifier: GPL-3.0-or-later
"""The time from `lp` to the dialog, and the memory of a desktop at rest: `python -m tests.benchmarks.dialog`.

A real cupsd, the real service and the real tray on a virtual screen. Each document is printed when the tray has a spare
dialog again, as for a person who prints now and then; the clock runs until its window is seen. As root, on a machine
that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.benchmarks.report import table
from tests.support.documents import pdf
from tests.support.stage import Stage, python, session_bus, virtual_screen, windows
from tests.system.cups.house import House

PAGES: Final = (1, 20)
SECONDS: Final = 30.0
REST: Final = 1.5
"""Seconds for which nothing is done before each print, so that the spare dialog is at rest."""


def find_processes(*words: str) -> list[int]:
    """Find the processes in whose command all of these words stand."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            continue  # it has ended meanwhile
        if set(words) <= set(command):
            found.append(int(folder.name))
    return found


def read_memory(process: int) -> float:
    """The memory of a process in megabytes, its part of what it shares."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def time_prints(house: House, document: Path, turns: int, seen: Callable[[str], list[str]]) -> list[float]:
    """Print so often; the seconds until each window was seen."""
    took = []
    for turn in range(turns):
        house.stage.until("a spare dialog", lambda: find_processes("faxdialog", "--spare"), SECONDS)
        time.sleep(REST)
        title = f"{document.stem}-{turn}"
        begun = time.monotonic()
        house.print(document, title=title)
        house.stage.until(f"the dialog of {title}", lambda title=title: seen(title), SECONDS, every=0.01)
        took.append(time.monotonic() - begun)
        (window,) = seen(title)
        house.stage.run(["xdotool", "windowfocus", "--sync", window, "key", "Escape"])
        house.stage.until("the dialog to close", lambda title=title: not seen(title), SECONDS)
    return took


def main() -> None:
    """Print, and tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=20)
    turns = parser.parse_args().turns
    with tempfile.TemporaryDirectory(prefix="facteur-dialog-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with Stage(folder) as stage:
            session_bus(stage)
            virtual_screen(stage)
            stage.environment |= {"XDG_CONFIG_HOME": str(folder / "config"), "LANGUAGE": "en"}
            house = House(stage)
            house.start_service()
            stage.start("notifier", [python(), "-m", "notifier"])

            def seen(title: str) -> list[str]:
                return list(windows(stage, "--name", f"^Send a fax: {title}$"))

            rows = []
            for pages in PAGES:
                document = folder / f"pages{pages}.pdf"
                document.write_bytes(pdf(pages))
                document.chmod(0o644)
                took = time_prints(house, document, turns, seen)
                rows.append(
                    (f"lp to its dialog, {pages} pages", f"{statistics.median(took):.2f} s", f"{max(took):.2f} s")
                )
            time.sleep(REST)
            for what, words in (("spare dialog", ("faxdialog", "--spare")), ("tray", ("notifier",))):
                (process,) = find_processes(*words)
                rows.append((f"{what}, at rest", f"{read_memory(process):.0f} MB PSS", ""))
            print("\n".join(table(("what", "median", "longest"), rows)))
            print(f"\n{turns} prints of each document; {os.cpu_count()} processors.")


if __name__ == "__main__":
    main()
