# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how long the closing of a month takes, and for how long it holds the service's loop:
`python -m tests.benchmarks.service.invoices [--customers N] [--lines N] [--database WHICH]`

A ledger is filled with a month in which each customer has two calls by each of so many rules.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from faxcore.api.invoicing import Invoicing
from faxcore.config import CompanyConfig, Config, CustomerConfig
from faxcore.config.current import CurrentConfig
from faxcore.contract.invoiced import ClosedMonth, MonthClosing
from faxcore.store.store import Store
from tests.benchmarks.service.__main__ import DATABASES, surroundings
from tests.benchmarks.service.figures import Figure, report
from tests.support.cluster import running_cluster
from tests.support.ledger_rows import add_rows, make_rows
from tests.support.many_faxes import settle

BEGIN: Final = datetime(2026, 10, 1, 12, tzinfo=UTC)
MONTH: Final = timedelta(days=29)
NOW: Final = datetime(2026, 12, 1, tzinfo=UTC)
CALLS: Final = 2
"""Of each line."""
BOUND: Final = 60.0
"""Seconds that the closing may take."""
HELD: Final = 0.25
"""Seconds for which the service's loop may be held."""


def make_calls(customers: int, lines: int) -> Iterator[dict[str, Any]]:
    """Make the rows of a month: a call by each rule for each customer, and again."""
    count = customers * lines * CALLS
    for index, row in enumerate(make_rows(count, BEGIN, MONTH / count, corrected=0)):
        line = index // customers % lines
        amounts = {"sale_net": 250_000, "sale_vat": 50_000, "sale_vat_percent": 20_000_000, "sale_state": "priced"}
        row |= {"payer": f"C-{index % customers:05}", "sale_rule": f"rule {line:02}", "sale_currency": "EUR"}
        yield row | amounts


async def close(store: Store, config: Config) -> tuple[ClosedMonth, float, float]:
    """Close the month: what was closed, the seconds, and those for which nothing else could run."""
    held, last = 0.0, time.perf_counter()

    async def watch() -> None:
        nonlocal held, last
        while True:
            now = time.perf_counter()
            held, last = max(held, now - last), now
            await asyncio.sleep(0)

    begun, watching = time.perf_counter(), asyncio.create_task(watch())
    closed = await Invoicing(store, CurrentConfig(config)).close("root", MonthClosing("2026-10"))
    watching.cancel()
    return closed, time.perf_counter() - begun, held


def measure(customers: int, lines: int, url: str) -> Iterator[Figure]:
    """Fill a ledger, and close its month."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "state", lambda: NOW, url)
        add_rows(store, make_calls(customers, lines))
        settle(store)
        company = CompanyConfig("Maison Facteur", ("1, rue de Bretagne",))
        known = tuple(CustomerConfig(f"C-{index:05}", f"Customer {index}") for index in range(customers))
        closed, seconds, held = asyncio.run(close(store, replace(Config(), company=company, customers=known)))
        made = len(closed.invoices)
        assert made == customers, made
        assert sum(each.net for each in closed.invoices) == customers * lines * CALLS * 250_000
        yield Figure("closing of the month", seconds, "s", BOUND)
        yield Figure("the loop was held for", 1000 * held, "ms", 1000 * HELD)
        store.close()


def main() -> int:
    """Measure and report; 1 if a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.service.invoices", description=__doc__)
    parser.add_argument("--database", choices=tuple(DATABASES), default="both", help="(both)")
    parser.add_argument("--customers", type=int, default=1_000, metavar="N", help="(1000)")
    parser.add_argument("--lines", type=int, default=50, metavar="N", help="of each invoice (50)")
    wanted = parser.parse_args()
    lines = list(surroundings("# How long the closing of a month takes", "python -m tests.benchmarks.service.invoices"))
    kept = True
    for database in DATABASES[wanted.database]:
        with ExitStack() as stack:
            url = "" if database == "SQLite" else stack.enter_context(running_cluster(synced=True)).make_database()
            figures = list(measure(wanted.customers, wanted.lines, url))
        title = f"{database}, {wanted.customers} customers, {wanted.lines} lines, {CALLS} calls each"
        lines += report(title, figures)
        kept = kept and all(figure.kept for figure in figures)
    print("\n".join(lines))
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
