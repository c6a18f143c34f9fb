# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of the service in the text format of Prometheus (exposition format 0.0.4): queue, lines, calls, room, news.

No label says whose anything is: states, results, directions and channels only. Counters begin at 0 with the service.
A file for node_exporter's textfile collector is written whole, and put in its place by a rename.
"""

from __future__ import annotations

import asyncio
import logging
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import faxcore
from faxcore.config.current import CurrentConfig
from faxcore.contract.service_status import LineState
from faxcore.line.codecs import implementation
from faxcore.lines.worker_line import WorkerLine
from faxcore.model.job import FINAL, State
from faxcore.model.sentence import Sentence
from faxcore.store.deliveries import Channel
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable

log = logging.getLogger(__name__)

WRITE_SECONDS: Final = 15.0
_RIGHTS: Final = 0o644
"""node_exporter is another user."""


@dataclass(frozen=True)
class _Sample:
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Family:
    name: str
    kind: str
    about: str
    samples: Sequence[_Sample]


class Metrics:
    """Counts, and writes it down."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        lines: Callable[[], Sequence[WorkerLine]],
        warnings: Callable[[], Iterable[Sentence]],
        seconds: float = WRITE_SECONDS,
    ) -> None:
        self._store = store
        self._config = config
        self._lines = lines
        self._warnings = warnings
        self._seconds = seconds
        self._failed = ""

    def text(self) -> str:
        """Write all figures as text. While the database is away, those are left out that are in it."""
        return "".join(map(_format, self._list()))

    async def run(self) -> None:
        """Write the file again and again, if one is configured, until cancelled."""
        while True:
            file = self._config.value.metrics_file
            if file is not None:
                await self._write(file, self.text())
            await asyncio.sleep(self._seconds)

    async def _write(self, file: Path, text: str) -> None:
        try:
            await asyncio.to_thread(_replace, file, text)
            self._failed = ""
        except OSError as error:
            # Once, not every time: nothing depends on it.
            if self._failed != str(error):
                log.error("metrics cannot be written: %s", error)
            self._failed = str(error)

    def _list(self) -> Iterator[_Family]:
        about = {"version": faxcore.__version__, "codec": implementation()[0], "python": platform.python_version()}
        yield _Family("facteur_build_info", "gauge", "The release, always 1.", [_Sample(1, about)])
        yield self._count_lines()
        yield from self._count_calls()
        up = not self._store.database.is_away
        yield _gauge("facteur_database_up", "1 while the database can be reached.", up)
        yield _gauge("facteur_warnings", "Things that the administrator should see to.", len(list(self._warnings())))
        with suppress(OSError):
            free = self._store.free_octets()
            yield _gauge("facteur_state_free_bytes", "Room where documents and calls are kept.", free)
        if up:
            with suppress(StoreUnavailable):
                yield from list(self._read_database())

    def _count_lines(self) -> _Family:
        states = [line.state for line in self._lines()]
        samples = [_Sample(states.count(state), {"state": state.value}) for state in LineState]
        return _Family("facteur_lines", "gauge", "Telephone lines by what they do.", samples)

    def _count_calls(self) -> Iterator[_Family]:
        counts = self._store.calls.counts
        calls = [
            _Sample(count, {"direction": direction.value, "result": outcome.value})
            for (direction, outcome), count in sorted(counts.calls.items(), key=str)
        ]
        yield _Family("facteur_calls_total", "counter", "Calls that have ended.", calls)
        for name, about, counter in (
            ("facteur_pages_total", "Pages that were confirmed.", counts.pages),
            ("facteur_call_seconds_total", "Connected seconds of calls.", counts.seconds),
        ):
            samples = [_Sample(count, {"direction": each.value}) for each, count in sorted(counter.items(), key=str)]
            yield _Family(name, "counter", about, samples)

    def _read_database(self) -> Iterator[_Family]:
        store = self._store
        counted = store.jobs.count_states()
        states = [state for state in State if state not in FINAL and state is not State.ENTERING]
        jobs = [_Sample(counted[state], {"state": state.value}) for state in states]
        yield _Family("facteur_jobs", "gauge", "Faxes on their way out that have not ended.", jobs)
        yield _gauge("facteur_oldest_waiting_seconds", "Age of the oldest fax that could go out.", self._find_oldest())
        yield _gauge(
            "facteur_receptions_unfiled", "Received faxes not in a folder yet.", store.receptions.count_unfiled()
        )
        out = [channel for channel in Channel if channel is not Channel.PROGRAM]
        waiting = [_Sample(store.deliveries.count_waiting(each), {"channel": each.value}) for each in out]
        yield _Family("facteur_deliveries_waiting", "gauge", "News that have not gone out.", waiting)
        yield _gauge("facteur_database_bytes", "Size of the database.", store.database.count_octets())

    def _find_oldest(self) -> float:
        created = self._store.jobs.find_oldest_waiting()
        if created is None:
            return 0
        age = datetime.fromisoformat(self._store.database.now()) - datetime.fromisoformat(created)
        return max(0.0, age.total_seconds())


def _gauge(name: str, about: str, value: float) -> _Family:
    return _Family(name, "gauge", about, [_Sample(float(value))])


def _format(family: _Family) -> str:
    head = f"# HELP {family.name} {family.about}\n# TYPE {family.name} {family.kind}\n"
    return head + "".join(f"{family.name}{_labels(each.labels)} {each.value:.15g}\n" for each in family.samples)


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escape(value)}"' for name, value in labels.items()) + "}"


def _escape(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _replace(file: Path, text: str) -> None:
    half = file.with_name(f".{file.name}.half")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, _RIGHTS)
    with open(descriptor, "w", encoding="utf-8") as out:
        os.fchmod(descriptor, _RIGHTS)
        out.write(text)
    half.rename(file)
