# SPDX-License-Identifier: GPL-3.0-or-later
"""Pairs of jobs and lines: what `choose` needs is read, and whose turn it was is remembered until the service ends."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from faxcore.config import LineConfig, Sender
from faxcore.config.current import CurrentConfig
from faxcore.dialling.line_dial import find_code
from faxcore.dialling.ruling import find_rule
from faxcore.lines.worker_line import WorkerLine
from faxcore.model.job import JobKind
from faxcore.model.sentence import Sentence
from faxcore.queue.carrying import find_passing, find_refused, list_able
from faxcore.queue.choose import Known, choose, choose_following
from faxcore.queue.line_costs import LineCosts
from faxcore.routing.own_numbers import find_station_id
from faxcore.store.jobs import JobRow
from faxcore.store.store import Store
from faxcore.store.turns import PASSES, Candidate, Passing


class Pairing:
    """Finds which job goes to which line."""

    def __init__(self, store: Store, config: CurrentConfig) -> None:
        self._store = store
        self._config = config
        self._served: dict[str, int] = {}
        self._used: dict[str, int] = {}
        self._turn_number = itertools.count(1)

    def note_turn(self, owner: str, line: str) -> None:
        """A call of this person is begun on this line."""
        self._served[owner] = self._used[line] = next(self._turn_number)

    def pair(self, lines: Iterable[WorkerLine]) -> list[tuple[Candidate, WorkerLine]]:
        """Pair jobs with those of these lines that are free."""
        free = {line.line: line for line in lines if line.free}
        if not free:
            return []
        known, candidates = self._find_heads(free)
        chosen = choose(candidates, list(free), known, self._config.value)
        return [(job, free[line]) for job, line in chosen]

    def find_refused(self, lines: Iterable[WorkerLine]) -> list[tuple[str, Sentence]]:
        """Find the heads of the queue that a rule forbids since they were handed in, each with the reason."""
        config, free = self._config.value, [line.line for line in lines if line.free]
        if not free or not any(rule.refuse for rule in config.rules):
            return []
        known, candidates = self._find_heads(free)
        return find_refused(candidates, known.senders, config)

    def find_following(self, before: JobRow, line: WorkerLine, station_id: str, ready: JobRow | None) -> JobRow | None:
        """Find the job that goes out behind this one in its call, of those that go out under the station id of the
        call; with `ready`, only that, if it still may.
        """
        jobs, turns, config = self._store.jobs, self._store.turns, self._config.value
        if ready is None:
            waiting = turns.list_for(before.destination, before.dial, JobKind.SEND)
        else:
            waiting = [Candidate.of(ready)] if jobs.get(ready.id) == ready else []
        ids = {owner: find_station_id(line.line, owner, config) for owner in {job.owner for job in waiting}}
        waiting = [job for job in waiting if ids[job.owner] == station_id]
        waiting = [job for job in waiting if self._is_charged_alike(job, before, line.line)]
        if not waiting or not self._store.call_history.experience(before.destination).together:
            return None
        known, heads = self._find_heads([line.line], max(job.priority for job in waiting))
        # What is fetched there has a call of its own, behind this one.
        others = [*heads, *turns.list_for(before.destination, before.dial, JobKind.FETCH)]
        senders = {owner: config.find_sender(owner) for owner in {job.owner for job in (*waiting, *others)}}
        known = replace(known, senders={**known.senders, **senders})
        found = choose_following(waiting, others, line.line, known, config)
        return jobs.get(found.id) if found is not None else None

    def _is_charged_alike(self, job: Candidate, before: JobRow, line: LineConfig) -> bool:
        """Return whether a job goes with the access code that was dialled for the one before it."""
        config = self._config.value
        if line.access_code is None and all(rule.access_code is None for rule in config.rules):
            return True
        one, other = (
            find_code(line, find_rule(config, each.destination, config.find_sender(each.owner)))
            for each in (job, before)
        )
        return one == other

    def _find_heads(self, free: Iterable[LineConfig], before: int | None = None) -> tuple[Known, Sequence[Candidate]]:
        """Find what choosing needs to know, and the heads of the queue as far as these lines may carry them now; with
        `before`, only those that are more urgent than this priority.
        """
        config, now = self._config.value, self._store.database.local_now()
        able = list_able(list(free), config.kept_free, now)
        senders: dict[str, Sender] = {}

        def find_passing_of(owner: str) -> Passing:
            senders[owner] = config.find_sender(owner)
            return find_passing(senders[owner], able, now, config) if config.rules else PASSES

        costs = LineCosts(self._store.prices.tariffs, now)
        known = Known(now, self._store.turns.engaged(), self._served, self._used, senders, costs)
        return known, self._store.turns.candidates(known.busy, passing=find_passing_of, before=before)
