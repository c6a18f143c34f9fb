# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole faxes on a line with drop-outs, ours beside HylaFAX's: `python -m tests.benchmarks.drop_outs [SEED ...]`.

For each seed, Facteur and HylaFAX each receive a fax from libspandsp's terminal and send one to it, all with error
correction, each on an exchange of its own with the same settings and the same seed: the line is dead for 60 ms once in
five seconds, each way, at the same places of a call. A fax is whole if both ends say so and its pages are the same to
the pixel.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

from faxcore.exchange import Exchange, ExchangeSettings, Impairments, default_lines
from faxcore.model.call import Outcome
from faxcore.model.page import Page
from faxcore.t30.capabilities import Terminal
from tests.support.calls import Answerer, Listener, send_from
from tests.support.pages import text_page, write_tiff
from tests.support.peers.hylafax import HylaFax
from tests.support.peers.peer import PeerFailed
from tests.support.peers.spandsp import Spandsp, terminal_line

IMPAIRED: Final = Impairments(dropout_in_seconds=5.0, dropout_ms=60)
SPEED: Final = 1.0
"""Real time: the waits of both programs are by their own clocks, and a faster line would not wait for their end."""
PATIENCE: Final = 500.0
KINDS: Final = tuple((program, way) for program in ("Facteur", "HylaFAX") for way in ("receives", "sends"))
ROWS: Final = 250
"""Rows of the page: some seven seconds at 14,400 bit/s."""


def play(seed: int, program: str, way: str, transcripts: Path | None) -> tuple[bool, str]:
    """Play one call; returns whether the fax was whole, and what was said of it. Our transcript is kept in a folder."""
    pages = [text_page(seed=seed, rows=ROWS)]
    with tempfile.TemporaryDirectory(prefix="drop-outs-") as name:
        folder = Path(name)
        document = write_tiff(folder / "document.tif", pages)
        lines = (replace(default_lines(1)[0], impairments=IMPAIRED), terminal_line(2))
        with Exchange(ExchangeSettings(folder / "exchange", lines=lines, speed=SPEED, seed=seed)) as exchange:
            try:
                if program == "HylaFAX":
                    return play_hylafax(folder, exchange, document, pages, way)
                whole, said, transcript = play_ours(folder, exchange, document, pages, way)
            except PeerFailed as failure:
                return False, str(failure).partition("\n")[0]
    if transcripts is not None:
        (transcripts / f"{seed}-{way}.txt").write_text("\n".join([*transcript, said, ""]))
    return whole, said


def play_ours(
    folder: Path, exchange: Exchange, document: Path, pages: list[Page], way: str
) -> tuple[bool, str, list[str]]:
    """Play a call between our own program and the terminal; with its transcript."""
    terminal, other = Terminal(exchange.numbers(1)[0]), Spandsp(folder, exchange, 2)
    if way == "sends":
        transcript: list[str] = []
        sent = send_from(exchange, 1, document, exchange.numbers(2)[0], terminal, Listener(), transcript)
        received = other.wait_received(PATIENCE)
        whole = sent.outcome is Outcome.OK and received.ok and received.pages() == pages
        return whole, f"{sent.outcome.value}: {sent.reason}; {received.said}", transcript
    answerer = Answerer(exchange, 1, folder / "received", terminal)
    said = other.send(document, exchange.numbers(1)[0], PATIENCE)
    report = answerer.result()
    whole = report.outcome is Outcome.OK and said.ok and answerer.pages() == pages
    return whole, f"{report.outcome.value}: {report.reason}; {said.said}", answerer.transcript


def play_hylafax(folder: Path, exchange: Exchange, document: Path, pages: list[Page], way: str) -> tuple[bool, str]:
    """Play a call between HylaFAX and the terminal."""
    other = Spandsp(folder, exchange, 2)
    with HylaFax(folder, exchange, 1, coding="MMR") as hylafax:
        if way == "sends":
            sent = hylafax.send(document, exchange.numbers(2)[0], PATIENCE)
            received = other.wait_received(PATIENCE)
            status = next((line for line in sent.said.splitlines() if line.startswith("status:")), "")
            return sent.ok and received.ok and received.pages() == pages, f"{status}; {received.said}"
        said = other.send(document, exchange.numbers(1)[0], PATIENCE)
        received = hylafax.wait_received(PATIENCE)
        return said.ok and received.ok and received.pages() == pages, f"{received.said}; {said.said}"


def measure(seeds: list[int], processes: int, transcripts: Path | None) -> Iterator[tuple[str, str, int, int]]:
    """Play all calls; yields program, way, whole faxes and calls."""
    with ProcessPoolExecutor(processes) as pool:
        under_way = {(kind, seed): pool.submit(play, seed, *kind, transcripts) for seed in seeds for kind in KINDS}
        whole = dict.fromkeys(KINDS, 0)
        for (kind, seed), call in under_way.items():
            good, said = call.result()
            whole[kind] += good
            print(
                f"seed {seed}, {' '.join(kind)}: {'whole' if good else 'NOT WHOLE'} ({said})",
                file=sys.stderr,
                flush=True,
            )
    for kind in KINDS:
        yield (*kind, whole[kind], len(seeds))


def main() -> int:
    """Measure; 1 if Facteur has fewer whole faxes than HylaFAX one way, or less than half."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.drop_outs", description="Faxes on a bad line.")
    parser.add_argument("seeds", nargs="*", type=int, default=list(range(1, 13)), metavar="SEED", help="1 to 12")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="calls at a time (2)")
    parser.add_argument("--transcripts", type=Path, metavar="FOLDER", help="keep Facteur's transcripts there")
    wanted = parser.parse_args()
    if wanted.transcripts is not None:
        wanted.transcripts.mkdir(parents=True, exist_ok=True)
    calls_made = measure(wanted.seeds, wanted.processes, wanted.transcripts)
    found = {(program, way): (whole, calls) for program, way, whole, calls in calls_made}
    for (program, way), (whole, calls) in found.items():
        print(f"{program} {way}: {whole} of {calls} whole")
    return int(
        any(
            found["Facteur", way][0] < max(found["HylaFAX", way][0], len(wanted.seeds) / 2)
            for way in ("receives", "sends")
        )
    )


if __name__ == "__main__":
    sys.exit(main())
