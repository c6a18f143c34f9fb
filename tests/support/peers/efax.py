# SPDX-License-Identifier: GPL-3.0-or-later
"""efax at a line of the exchange: one-dimensional coding, no error correction.

efax works in whole seconds and divides by them: a page that takes less than a second
ends it with signal 8. Whole pages at a clock 20 times too fast take two.
It reads one page a file, coded T.4 one-dimensional, and puts blank rows for its header line above each page.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from faxcore.exchange import Exchange
from faxcore.model.page import Resolution
from tests.support.pages import read_tiff, write_tiff
from tests.support.peers.peer import Outcome, PeerFailed, end, wait_until


def missing() -> str | None:
    """Why efax can't be used here, or None."""
    return None if shutil.which("efax") else "efax is not installed"


class Efax:
    """efax at one line: it answers one call after the other, or sends."""

    def __init__(self, folder: Path, exchange: Exchange, line: int, *, station_id: str = "3319900", speed: int = 5):
        self._folder = folder / f"efax-{line}"
        self._device = exchange.device(line)
        self._station_id = station_id
        self._speed = speed
        self._answering: subprocess.Popen[bytes] | None = None
        self._calls = 0

    def __enter__(self) -> Self:
        self._folder.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._answering is not None:
            end(self._answering)

    def _command(self, *arguments: str) -> list[str]:
        capabilities = f"1,{self._speed},0,2,0,0,0,0"
        common = ["-o1", "-vewincmh", "-c", capabilities, "-l", self._station_id]
        return ["efax", "-d", str(self._device), *common, *arguments]

    def log(self) -> str:
        """All that efax has said."""
        return "\n".join(file.read_text(errors="replace") for file in sorted(self._folder.glob("*.log")))

    def _with_end_of_page(self, plain: Path) -> Path:
        """The page as efix writes it. libtiff ends a page without RTC, after which efax would send rubbish."""
        name = plain.with_suffix(".g3")
        command = ["efix", "-v", "e", "-o", "tiffg3", "-n", str(name), str(plain)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode or not name.exists():
            raise PeerFailed(f"efix: {done.stderr}")
        return name

    def send(self, tiff: Path, number: str, timeout: float = 300) -> Outcome:
        """Send a TIFF to a number."""
        self._calls += 1
        log = self._folder / f"send-{self._calls}.log"
        files = []
        for count, page in enumerate(read_tiff(tiff), start=1):
            if page.resolution is Resolution.SUPERFINE:
                raise PeerFailed("efax has no superfine resolution")
            plain = write_tiff(self._folder / f"page-{self._calls}-{count}.tif", [page], compression="group3")
            files.append(str(self._with_end_of_page(plain)))
        with log.open("wb") as output:
            try:
                code = subprocess.run(
                    self._command("-h", "", "-t", f"T{number}", *files),
                    stderr=output,
                    stdout=output,
                    cwd=self._folder,
                    timeout=timeout,
                    check=False,
                ).returncode
            except subprocess.TimeoutExpired as late:
                raise PeerFailed(f"efax does not end\n{log.read_text(errors='replace')}") from late
        said = log.read_text(errors="replace")
        # It ends with 0 though it has given up a page that was answered with RTN: only its log tells.
        return Outcome(code == 0 and "failed ->" not in said, f"exit {code}\n{said}")

    def answer(self) -> None:
        """Be ready for a call: the modem is set to answer at the first ring. Returns when it is."""
        self._calls += 1
        log = self._folder / f"receive-{self._calls}.log"
        with log.open("wb") as output:
            self._answering = subprocess.Popen(
                self._command("-jS0=1", "-w", "-r", f"received-{self._calls}"),
                stderr=output,
                stdout=output,
                cwd=self._folder,
            )
        wait_until(lambda: "S0=1" in log.read_text(errors="replace"), 30, "efax ready")
        wait_until(lambda: "waiting for activity" in log.read_text(errors="replace").split("S0=1", 1)[1], 30, "efax")

    def wait_received(self, timeout: float = 300) -> Outcome:
        """Wait for the call answered to be over."""
        if self._answering is None:
            raise PeerFailed("efax was not told to answer")
        try:
            code = self._answering.wait(timeout)
        except subprocess.TimeoutExpired as late:
            end(self._answering)
            raise PeerFailed(f"efax does not end\n{self.log()}") from late
        self._answering = None
        files = tuple(sorted(self._folder.glob(f"received-{self._calls}.[0-9][0-9][0-9]")))
        return Outcome(code == 0, f"exit {code}\n{self.log()}", files)
