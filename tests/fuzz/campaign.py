# SPDX-License-Identifier: GPL-3.0-or-later
"""Many fuzzing processes for so many seconds: started again after a crash, counted, and reported.

`packaging/fuzz` starts it in the folder of the sanitized build, or for parsers in the checkout:
`python -m tests.fuzz.campaign KEPT SECONDS TARGET...`. KEPT is where the interesting inputs stay from one campaign to
the next, and the crashes with their logs.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import atheris

import faxcore
from tests.fuzz.targets import CODECS

_EVERY: Final = 60.0  # seconds between two lines about how it goes
_MOST_CRASHES: Final = 10  # then a process is not started again: it dies of the corpus, or of everything
_HEX_OCTETS: Final = 400  # of a crashing input, that are printed
_LIMITS: Final = ("-timeout=30", "-rss_limit_mb=2000", "-malloc_limit_mb=64", "-max_len=2048")
_EDGES = re.compile(r"^#(\d+)\t.*?cov: (\d+)", re.MULTILINE)
_ARTIFACTS = re.compile(r"Test unit written to (.*)")
_UNITS = re.compile(r"^stat::number_of_executed_units: (\d+)", re.MULTILINE)
SANITIZED: Final = {
    "LD_PRELOAD": f"{Path(atheris.path()) / 'asan_with_fuzzer.so'} {Path('mutator.so').absolute()}",
    # Python leaves its own memory to the kernel when it ends.
    "ASAN_OPTIONS": "detect_leaks=0:quarantine_size_mb=32",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    # Every object by itself, or reading past the end of one is just another of the interpreter's.
    "PYTHONMALLOC": "malloc",
}
RUN: Final = (sys.executable, "-m", "tests.fuzz")


def environment(target: str) -> dict[str, str]:
    """The environment of a target's process: the sanitizers are for what is compiled."""
    return {**os.environ, **(SANITIZED if target in CODECS else {})}


@dataclass
class Worker:
    """One process, and those that were started in its place."""

    target: str
    kept: Path
    number: int
    process: subprocess.Popen[bytes] | None = None
    logs: list[Path] = field(default_factory=list)
    crashes: int = 0

    def start(self, seconds: float) -> None:
        """Fuzz for so long, beginning with the corpus and whatever was kept."""
        found, seeds = self.kept / self.target, Path("tests/fuzz/corpus") / self.target
        crashes = self.kept / "crashes"
        for folder in (found, crashes):
            folder.mkdir(parents=True, exist_ok=True)
        times = (f"-max_total_time={max(1, round(seconds))}", "-print_final_stats=1", f"-artifact_prefix={crashes}/")
        command = [*RUN, self.target, *times, *_LIMITS, "-reload=10", str(found), str(seeds)]
        self.logs.append(self.kept / f"{self.target}-{self.number}-{len(self.logs)}.log")
        with self.logs[-1].open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment(self.target))

    def ended(self) -> bool:
        """Its process isn't there any more; one that has crashed is counted."""
        if self.process is None or self.process.poll() is None:
            return False
        if self.process.returncode:
            self.crashes += 1
            print(f"{self.target}: {last_words(self.logs[-1])}", flush=True)
        return True

    def inputs(self) -> int:
        """How many ran so far."""
        return sum(units(log.read_text(errors="replace")) for log in self.logs)

    def edges(self) -> int:
        """The most edges, or branches of Python, that one process reached."""
        return max(int(cov) for log in self.logs for _, cov in [("0", "0"), *_EDGES.findall(log.read_text("latin-1"))])


def units(log: str) -> int:
    """Inputs that a process ran: as it says at its end, or said last."""
    final = _UNITS.findall(log)
    running = _EDGES.findall(log)
    return int(final[-1]) if final else int(running[-1][0]) if running else 0


def last_words(log: Path) -> str:
    """What a crashed process said of the cause, and where its input lies."""
    wanted = ("ERROR:", "SUMMARY:", "runtime error", "Error:")
    text = log.read_text(errors="replace")
    said = [line for line in text.splitlines() if any(word in line for word in wanted)]
    for name in _ARTIFACTS.findall(text):
        said.append(f"the input, in {name}: {Path(name).read_bytes()[:_HEX_OCTETS].hex()}")
    return "\n    ".join(["a process has ended early:", *said, f"all it said: {log}"])


def run(kept: Path, seconds: float, targets: list[str]) -> list[Worker]:
    """As many processes as there are processors, and at least one a target, until the time is over."""
    each = max(1, (os.cpu_count() or 1) // len(targets))
    workers = [Worker(target, kept, number) for target in targets for number in range(each)]
    end = monotonic() + seconds
    next_word = monotonic() + _EVERY
    for worker in workers:
        worker.start(seconds)
    while any(worker.process is not None for worker in workers):
        for worker in workers:
            if worker.ended():
                worker.process = None
                if monotonic() + 1 < end and worker.crashes < _MOST_CRASHES:
                    worker.start(end - monotonic())
        if monotonic() > next_word:
            next_word += _EVERY
            print("; ".join(f"{w.target}: {w.inputs()} inputs, {w.edges()} edges" for w in workers), flush=True)
        sleep(0.2)
    return workers


def main() -> int:
    """Run, and say what came of it; 1 after a crash."""
    if Path(faxcore.__file__).parents[1] != Path.cwd():
        raise SystemExit(f"faxcore is that of {Path(faxcore.__file__).parent}, not the one of this folder")
    if sys.argv[1] == "replay":
        return subprocess.run([*RUN, *sys.argv[2:]], env=environment(sys.argv[2]), check=False).returncode
    kept, seconds, targets = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    workers = run(kept, seconds, targets)
    for worker in workers:
        print(f"{worker.target}: {worker.inputs()} inputs ran, {worker.edges()} edges, {worker.crashes} crashes")
    for target in targets:
        print(f"{target}: {len(list((kept / target).iterdir()))} interesting inputs in {kept / target}")
    crashes = sum(worker.crashes for worker in workers)
    if crashes:
        print(f"the crashing inputs are in {kept / 'crashes'}; one runs again by: packaging/fuzz replay TARGET FILE")
    return min(crashes, 1)


if __name__ == "__main__":
    sys.exit(main())
