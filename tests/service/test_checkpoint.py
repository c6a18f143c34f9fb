# SPDX-License-Identifier: GPL-3.0-or-later
"""A process ends at the checkpoint that was armed, at the passing that was meant, and at no other."""

import signal
import subprocess
import sys

import pytest

from faxcore.checkpoint import checkpoint

PROGRAM = """
import sys
from faxcore.checkpoint import checkpoint
name, nth = sys.argv[1:]
if name:
    checkpoint.arm(name, int(nth))
for number in (1, 2, 3):
    checkpoint("page safe, row not written")
    print(f"row {number}", flush=True)
checkpoint("call ended")
print("end")
"""


def play(name: str = "", nth: int = 1) -> tuple[int, list[str]]:
    """Run the program with this place armed; its exit code, and the lines that it printed before."""
    command = [sys.executable, "-c", PROGRAM, name, str(nth)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize(("nth", "rows"), [(1, []), (2, ["row 1"]), (3, ["row 1", "row 2"])])
def test_it_is_killed_at_the_passing_that_was_meant(nth: int, rows: list[str]) -> None:
    assert play("page safe, row not written", nth) == (-signal.SIGKILL, rows)


@pytest.mark.parametrize(("name", "nth"), [("", 1), ("page safe, row not written", 4), ("no such place", 1)])
def test_it_goes_on_where_nothing_was_armed_or_it_is_not_passed(name: str, nth: int) -> None:
    assert play(name, nth) == (0, ["row 1", "row 2", "row 3", "end"])


def test_other_checkpoints_do_not_count() -> None:
    assert play("call ended") == (-signal.SIGKILL, ["row 1", "row 2", "row 3"])


def test_no_passing_before_the_first_can_be_meant() -> None:
    with pytest.raises(ValueError, match="for the 0th time"):
        checkpoint.arm("call ended", 0)
    checkpoint("call ended")
