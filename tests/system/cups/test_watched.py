# SPDX-License-Identifier: GPL-3.0-or-later
"""The backend's second process: killed, it is started again; and it goes on when the first one is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from faxcore.cups import watched
from faxcore.cups.watched import AGAIN, ATTEMPTS, Killed, run_watched
from tests.support import CHECKOUT
from tests.support.waiting import wait_until

WAITING = """
import os, signal, sys, time
from faxcore.cups.watched import run_watched
folder = sys.argv[1]
class Cancelled(BaseException): pass
def cancel(number, frame): raise Cancelled
signal.signal(signal.SIGTERM, cancel)
def work():
    try:
        # Inside: whoever waits for this may cancel at once.
        open(folder + "/begun", "w").close()
        while not os.path.exists(folder + "/go"):
            time.sleep(0.01)
    except Cancelled:
        open(folder + "/cancelled", "w").close()
        return 0
    open(folder + "/done", "w").close()
    return 0
try:
    run_watched(work, lambda: None)
except Cancelled:
    sys.exit(7)
"""


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "PAUSE_SECONDS", 0.0)


def waiting(folder: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", WAITING, folder], cwd=CHECKOUT)
    wait_until("the work to begin", (folder / "begun").exists)
    return process


def test_work_that_is_killed_is_done_again(tmp_path: Path) -> None:
    said: list[int] = []

    def work() -> int:
        with (tmp_path / "log").open("a") as log:
            log.write("x")
        if (tmp_path / "log").stat().st_size < 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return 4

    assert run_watched(work, lambda: said.append(1)) == 4
    assert len(said) == 2


@pytest.mark.parametrize("how", ["killed", "for now"])
def test_work_that_never_ends_well_is_given_up(tmp_path: Path, how: str) -> None:
    def work() -> int:
        with (tmp_path / "log").open("a") as log:
            log.write("x")
        if how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        return AGAIN

    with pytest.raises(Killed):
        run_watched(work, lambda: None)
    assert (tmp_path / "log").stat().st_size == ATTEMPTS


def test_the_second_process_is_ended_first_when_there_is_no_memory(tmp_path: Path) -> None:
    def work() -> int:
        (tmp_path / "score").write_text(Path("/proc/self/oom_score_adj").read_text())
        return 0

    assert run_watched(work, lambda: None) == 0
    ours = int(Path("/proc/self/oom_score_adj").read_text())
    assert int((tmp_path / "score").read_text()) > ours


def test_cancelling_ends_both(tmp_path: Path) -> None:
    process = waiting(tmp_path)
    process.terminate()
    assert process.wait(30) == 7
    assert (tmp_path / "cancelled").exists()


def test_the_work_goes_on_when_the_first_process_is_killed(tmp_path: Path) -> None:
    process = waiting(tmp_path)
    process.kill()
    process.wait(30)
    (tmp_path / "go").touch()
    wait_until("the work to be done", (tmp_path / "done").exists)
