# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way, with nothing left out: lp, cupsd, backend, bus, service, dialog, two lines, popup, main window.

This is `packaging/demo --auto` itself: what a newcomer is shown is what is tested.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from faxcore.document.tiff import read_pages

pytestmark = pytest.mark.xdist_group("the whole way")
DEMO = Path(__file__).parents[2] / "packaging/lib/demo.py"


@pytest.fixture(scope="module")
def shown() -> Iterator[tuple[Path, str]]:
    """The demonstration's folder, which cupsd's user can reach, and what it said."""
    with tempfile.TemporaryDirectory(prefix="facteur-way-", dir="/tmp", ignore_cleanup_errors=True) as name:
        command = [sys.executable, str(DEMO), "--auto", "--folder", name]
        done = subprocess.run(command, capture_output=True, text=True, timeout=280)
        assert done.returncode == 0, done.stdout + done.stderr + read_logs(Path(name) / "log")
        yield Path(name), done.stdout


def read_logs(folder: Path) -> str:
    """Read what its processes said: the folder is gone when somebody reads why the test failed."""
    return "".join(f"\n{log.name}:\n{log.read_text(errors='replace')}" for log in sorted(folder.glob("*.log")))


def test_what_was_printed_is_received_and_told_where(shown: tuple[Path, str]) -> None:
    folder, said = shown
    (tiff,) = (folder / "received").glob("*.tif")
    (pdf,) = (folder / "received").glob("*.pdf")
    assert str(tiff) in said
    assert str(pdf) in said
    pages = list(read_pages(tiff))
    assert len(pages) == 2
    assert all(any(page.rows) for page in pages)
    assert tiff.stem == pdf.stem


def test_the_dialog_stands_soon_after_lp(shown: tuple[Path, str]) -> None:
    """A figure to look at: how long it takes depends on what else the machine does, so only nonsense fails."""
    found = re.search(r"the dialog stood ([\d.]+) s after lp", shown[1])
    assert found is not None
    assert float(found[1]) < 20


@pytest.mark.parametrize("name", ["dialog", "popup", "faxes"])
def test_there_is_a_picture_with_something_on_it(shown: tuple[Path, str], name: str) -> None:
    with Image.open(shown[0] / f"pictures/{name}.png") as picture:
        assert picture.size == (1280, 800)
        assert max(ImageStat.Stat(picture.convert("L")).stddev) > 5


def test_nothing_of_the_job_reaches_cupsds_command_channel(shown: tuple[Path, str]) -> None:
    """What the backend says is one of our sentences."""
    log = (shown[0] / "cups/log/error_log").read_text(errors="replace")
    assert "The document waits for its recipient in the fax dialog." in log
    assert "Traceback" not in log


def test_no_process_of_ours_complained(shown: tuple[Path, str]) -> None:
    for name in ("faxcore", "notifier"):
        text = (shown[0] / f"log/{name}.log").read_text()
        assert "Traceback" not in text, text
        assert "ERROR" not in text, text
