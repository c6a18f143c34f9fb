# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures our codecs beside their peers: `python -m tests.benchmarks [FOLDER] [--output FILE]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import efix, ghostscript, jbig, libtiff, ours, pages, pillow, spandsp
from tests.benchmarks.measure import Result, measure
from tests.benchmarks.peer import Missing, Peer, Sheet
from tests.benchmarks.report import figures, surroundings


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Our codecs beside their peers.")
    parser.add_argument("folder", nargs="?", type=Path, help="images of pages to measure with, besides the made ones")
    parser.add_argument("--output", type=Path, metavar="FILE", help="a Markdown file; else standard output")
    parser.add_argument("--repetitions", type=int, default=100, metavar="N", help="at most so many a page (100)")
    parser.add_argument("--only", default="", metavar="WORD", help="only pages with that in their names")
    return parser.parse_args()


def contestants(scratch: Path, stack: ExitStack) -> tuple[list[list[Peer]], list[str]]:
    """Our codecs, each with the peers that this machine has behind it; and why the others aren't there."""
    missing: list[str] = []

    def present(*makers: Callable[[], Peer]) -> Iterator[Peer]:
        for maker in makers:
            try:
                yield maker()
            except Missing as reason:
                missing.append(str(reason))

    def filters() -> Peer:
        return stack.enter_context(ghostscript.Ghostscript(scratch))

    libraries = (lambda: libtiff.Libtiff(scratch), pillow.Pillow, lambda: spandsp.Spandsp(scratch))
    t4 = [ours.Ours(), *present(*libraries, lambda: efix.Efix(scratch), filters)]
    t85 = [ours.OursT85(), *present(lambda: jbig.Jbig(scratch))]
    return [t4, t85], missing


def main() -> int:
    """Measure and report; 1 if our own codec made a page wrong."""
    wanted = arguments()
    sets: list[tuple[str, list[Sheet]]] = [("Made pages, A4 fine", list(pages.generated()))]
    if wanted.folder:
        sets.insert(0, (f"Pages of {wanted.folder.name}", pages.from_folder(wanted.folder)))
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmarks-")))
        groups, missing = contestants(scratch, stack)
        command = f"python -m tests.benchmarks {wanted.folder.name if wanted.folder else ''}".strip()
        lines = list(surroundings(command, [codec for group in groups for codec in group], missing))
        wrong = False
        for title, sheets in sets:
            results: list[Result] = []
            for sheet in (sheet for sheet in sheets if wanted.only in sheet.name):
                print(f"{title}: {sheet.name}", file=sys.stderr)
                for mine, *peers in groups:
                    results += measure(mine, peers, [sheet], wanted.repetitions)
            if results:
                lines += figures(title, results, ours.Ours.name)
            wrong = wrong or any(result.peer == ours.Ours.name and not result.right for result in results)
    text = "\n".join(lines)
    if wanted.output:
        wanted.output.write_text(text)
    else:
        print(text)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
