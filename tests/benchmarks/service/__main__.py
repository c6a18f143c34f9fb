# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how soon the service answers: `python -m tests.benchmarks.service [--database WHICH] [...]`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import ExitStack

from tests.benchmarks.report import processor
from tests.benchmarks.service.figures import report
from tests.benchmarks.service.run import Size, load_before, measure, put_beside
from tests.benchmarks.service.slices import slices
from tests.support.cluster import running_cluster
from tests.support.flooder import KINDS

DATABASES = {"sqlite": ("SQLite",), "postgresql": ("PostgreSQL",), "both": ("SQLite", "PostgreSQL")}


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.service", description="How soon it answers.")
    parser.add_argument("--database", choices=tuple(DATABASES), default="both", help="(both)")
    for name, otherwise, what in (
        ("faxes", 100_000, "in the store"),
        ("notices", 10_000, "that wait for the trays' people"),
        ("trays", 20, "that come and go"),
        ("rest", 300, "submissions at rest"),
        ("calls", 2_000, "that end the load, once so many have been given Noted"),
        ("submit-seconds", 130, "of submissions under load"),
        ("seconds", 260, "that the load lasts at most after these"),
    ):
        parser.add_argument(f"--{name}", type=int, default=otherwise, metavar="N", help=f"{what} ({otherwise})")
    parser.add_argument("--floods", nargs="*", choices=tuple(KINDS), default=tuple(KINDS), help="only these ways")
    return parser.parse_args()


def prepare_database(database: str, stack: ExitStack) -> str:
    """Start the database's server, until the end of the stack; its URL, empty for a file."""
    if database != "PostgreSQL":
        return ""
    cluster = stack.enter_context(running_cluster(synced=True))
    for process in cluster.processes:
        put_beside(process)
    return cluster.make_database()


def surroundings(title: str, program: str) -> Iterator[str]:
    """Where the figures are from."""
    yield title
    yield ""
    command = " ".join([program, *sys.argv[1:]])
    yield f"`{command}`, Python {platform.python_version()}, {os.cpu_count()} × {processor()}, Linux"
    yield f"{platform.release()}; load of the machine before: {load_before():.1f};"
    yield f"{slices()}."
    yield ""


def main() -> int:
    """Measure and report; 1 if a bound is broken."""
    wanted = arguments()
    size = Size(
        wanted.faxes,
        wanted.notices,
        wanted.trays,
        wanted.rest,
        wanted.calls,
        wanted.submit_seconds,
        wanted.seconds,
        wanted.floods,
    )
    lines, kept = list(surroundings("# How soon the service answers", "python -m tests.benchmarks.service")), True
    for database in DATABASES[wanted.database]:
        with ExitStack() as stack:
            figures = measure(size, prepare_database(database, stack))
        lines += report(f"{database}, {size.faxes} faxes, {size.notices} news, {size.trays} trays", figures)
        kept = kept and all(figure.kept for figure in figures)
    print("\n".join(lines))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
