# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose which job goes to which line: a pure function of the heads of the queue, the free lines and what is known.

A more urgent job goes before one that is less so. Among equals it is the turn of the person who has the fewest calls
under way, then of the one who has been served longest ago; each person's own jobs go in their order. So a mailing of
thousands leaves everybody else's letter its turn. One call at a time goes to each destination, on a line that may
carry it (`carrying`). A job that no free line may carry holds up none of those behind it. Of the lines that may, the
one with the highest priority dials; of several, the one whose carrier takes least (`line_costs`); of several still, the
one that dialled longest ago, so that they share the load.

Behind the one that goes out, others to the same number may go out in the same call (`choose_following`): that costs no
dialling. What is more urgent and waits for the line does not wait for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from faxcore.config import Config, LineConfig, Sender
from faxcore.dialling.ruling import find_rule
from faxcore.queue.carrying import list_able, list_carriers
from faxcore.queue.line_costs import LineCosts
from faxcore.store.turns import Candidate, Engaged


@dataclass(frozen=True)
class Known:
    """Knowledge besides the jobs: the time, the calls under way, and whose turn it was."""

    now: datetime
    """As the clock on the wall shows it."""
    engaged: Sequence[Engaged] = ()
    served: Mapping[str, int] = field(default_factory=dict)
    """By person, a number that grows with each call that is begun: the smaller, the longer ago was their last one."""
    used: Mapping[str, int] = field(default_factory=dict)
    """The same by line."""
    senders: Mapping[str, Sender] = field(default_factory=dict)
    """The people whose jobs wait, with their groups; who is not here is in none."""
    costs: LineCosts = LineCosts()

    @property
    def busy(self) -> frozenset[str]:
        """The destinations that are being called."""
        return frozenset(each.destination for each in self.engaged)


class Carriers:
    """The free lines that may carry each job now, found when they are asked for first."""

    def __init__(self, free: Sequence[LineConfig], known: Known, config: Config) -> None:
        self._free = tuple(free)
        self._known = known
        self._config = config
        self._found: dict[str, frozenset[str]] = {}

    def of(self, job: Candidate) -> frozenset[str]:
        """Give the names of the lines that may carry a job."""
        if job.id not in self._found:
            sender = self._known.senders.get(job.owner) or Sender(job.owner)
            rule = find_rule(self._config, job.destination, sender)
            lines = list_carriers(rule, self._free, job.destination, self._config)
            timely = lines if rule.hours.has(self._known.now) else []
            self._found[job.id] = frozenset(line.name for line in timely)
        return self._found[job.id]


def choose(
    candidates: Sequence[Candidate], free: Sequence[LineConfig], known: Known, config: Config
) -> list[tuple[Candidate, LineConfig]]:
    """Pair jobs with lines. The candidates of one person and priority are in the order of their making; `free` are the
    lines on which there is no call, those included that do not dial: some may have to stay free.
    """
    pairs: list[tuple[Candidate, LineConfig]] = []
    left, waiting, busy = list(free), list(candidates), set(known.busy)
    left.sort(key=lambda line: (-line.priority, known.used.get(line.name, 0)))
    calls = Counter(each.owner for each in known.engaged)
    served = dict(known.served)
    carriers = Carriers(left, known, config)
    while waiting and (able := list_able(left, config.kept_free, known.now)):
        waiting.sort(key=partial(_find_rank, calls=calls, served=served))
        found = _first_pair(waiting, able, busy, carriers, known.costs)
        if found is None:
            break
        job, line = found
        pairs.append(found)
        left.remove(line)
        waiting.remove(job)
        busy.add(job.destination)
        calls[job.owner] += 1
        served[job.owner] = max(served.values(), default=0) + 1
    return pairs


def choose_following(
    waiting: Sequence[Candidate], others: Sequence[Candidate], line: LineConfig, known: Known, config: Config
) -> Candidate | None:
    """Choose which of the jobs that wait for the number which this line is calling goes out next in the same call, in
    the order of `choose`; None if none may, or one of the others that may go out on this line is more urgent: an order
    to fetch from that number, too, which has a call of its own when this one is over.
    """
    if not line.dials or not line.hours.has(known.now):
        return None
    calls = Counter(each.owner for each in known.engaged)
    carriers = Carriers([line], known, config)
    order = partial(_find_rank, calls=calls, served=known.served)
    job = min((job for job in waiting if carriers.of(job)), key=order, default=None)
    if job is None:
        return None
    busy = known.busy - {job.destination}
    if any(other.priority < job.priority and other.destination not in busy and carriers.of(other) for other in others):
        return None
    return job


def _find_rank(job: Candidate, calls: Mapping[str, int], served: Mapping[str, int]) -> tuple[int, int, int, str]:
    return job.priority, calls.get(job.owner, 0), served.get(job.owner, 0), job.id


def _first_pair(
    waiting: Sequence[Candidate], able: Sequence[LineConfig], busy: set[str], carriers: Carriers, costs: LineCosts
) -> tuple[Candidate, LineConfig] | None:
    for job in waiting:
        if job.destination not in busy:
            names = carriers.of(job)
            lines = [line for line in able if line.name in names]
            if lines:
                first = [line for line in lines if line.priority == lines[0].priority]
                return job, costs.list_cheapest(first, job.destination)[0]
    return None
