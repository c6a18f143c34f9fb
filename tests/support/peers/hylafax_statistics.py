# SPDX-License-Identifier: GPL-3.0-or-later
"""HylaFAX's own programs that add up its log, on a log of ours or of its own; nothing of the machine's is touched."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tests.support.peers.hylafax import SYSTEM_SETUP, SYSTEM_SPOOL

PROGRAMS = Path("/usr/lib/hylafax/bin")


def missing() -> str | None:
    """Why they can't be used here, or None."""
    return None if (PROGRAMS / "xferfaxstats").exists() else "hylafax-server is not installed"


def read_statistics(
    folder: Path, log: str, *options: str, program: str = "xferfaxstats", year: str = "26"
) -> dict[str, list[str]]:
    """Let a program read a log of this year, in an empty folder of its own; the columns behind the key of each row."""
    spool = folder / "hylafax-statistics"
    shutil.rmtree(spool, ignore_errors=True)
    for name in ("bin", "etc", "log", "tmp"):
        (spool / name).mkdir(parents=True)
    shutil.copy(SYSTEM_SPOOL / "bin/common-functions", spool / "bin")
    shutil.copy(SYSTEM_SETUP / "setup.cache", spool / "etc")
    (spool / "log/xferfaxlog").write_text(log)
    text = (PROGRAMS / program).read_text().replace(f"SPOOL={SYSTEM_SPOOL}", f"SPOOL={spool}")
    assert str(spool) in text
    (spool / program).write_text(text)
    dates = ("-since", f"01/01/{year} 00:00", "-end", f"12/31/{year} 23:59")
    done = subprocess.run(
        ["bash", str(spool / program), *dates, *options, str(spool / "log/xferfaxlog")],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=spool,
    )
    assert done.returncode == 0, done
    rows = (re.split(r"\s{2,}", line.strip()) for line in done.stdout.splitlines())
    return {row[0]: row[1:] for row in rows if len(row) > 3}


def seconds_of(time: str) -> int:
    """The seconds of a time as they write it."""
    seconds = 0
    for part in time.split(":"):
        seconds = 60 * seconds + int(part)
    return seconds
