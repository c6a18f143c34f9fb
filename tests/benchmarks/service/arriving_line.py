# SPDX-License-Identifier: GPL-3.0-or-later
"""A line without a modem that is called again and again, and writes down when each caller said goodbye.

    python -m tests.benchmarks.service.arriving_line FOLDER LINE

It is ready when FOLDER/go is there, a file with the seconds that a page takes, and is called as often as FOLDER/calls
says. Each call is a line of FOLDER/LINE.said: `ended CALLER SECONDS`, by the machine's monotonic clock.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from faxcore.contract.messages import AnswerCall, Decline, Ended, Quit, Ready, Ringing, RingingEnded
from faxcore.contract.report_file import write_report
from tests.benchmarks.service.scripted_line import ScriptedLine


class ArrivingLine(ScriptedLine):
    """One line that only receives."""

    def __init__(self, folder: Path, line: str) -> None:
        super().__init__(folder, line)
        self._number = int(line.rpartition("-")[2])

    def work(self) -> None:
        """Be called until there are no more callers, or the service has had enough."""
        while not (self._folder / "go").exists():
            time.sleep(0.01)
        self._say(Ready("arriving"))
        calls = int((self._folder / "calls").read_text())
        for call in range(calls):
            caller = f"06{self._number:02}{call:06}"
            self._say(Ringing(caller, "", f"019900000{self._number}"))
            match self._hear(AnswerCall, Decline, Quit):
                case AnswerCall() as order:
                    report = self._receive(order)
                    write_report(Path(order.folder), Ended(order.call, report))
                    self._note(f"ended {caller} {time.monotonic():.6f}")
                    self._say(Ended(order.call, report))
                case Decline():
                    self._say(RingingEnded())
                case _:
                    return
        self._hear(Quit)


if __name__ == "__main__":
    ArrivingLine(Path(sys.argv[1]), sys.argv[2]).work()
