# SPDX-License-Identifier: GPL-3.0-or-later
"""Promises P1 to P3 on the whole house: a few processes are killed here, hundreds by hand (packaging/check --kills)."""

from __future__ import annotations

import subprocess
import sys

from tests.support import CHECKOUT


def test_nothing_is_lost_doubled_or_falsely_confirmed() -> None:
    command = [sys.executable, "-m", "tests.support.kills", "8", "5"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost [], doubled [], falsely confirmed [], called unwanted [], miscopied [], untold []" in done.stdout
