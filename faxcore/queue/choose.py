# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose which job goes to which line: a pure function of the heads of the queue, the free lines and what is known.

A more urgent job goes before one that is less so. Among equals it is the turn of the person who has the fewest calls
under way, then of the one who has been served longest ago; each person's own jobs go in their order. So a mailing of
thousands leaves everybody else's letter its turn. One call at a time goes to each destination, and none over the
line at which the destination itself is reached, which would be engaged. A job that no free line may carry holds up
none of those behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from faxcore.config import DiallingConfig, LineConfig
from faxcore.dialling.numbers import number_key
from faxcore.store.turns import Candidate, Engaged


@dataclass(frozen=True)
class Known:
    """Knowledge besides the jobs: the calls under way, and whose turn it was."""

    engaged: Sequence[Engaged] = ()
    served: Mapping[str, int] = field(default_factory=dict)
    """By person, a number that grows with each call that is begun: the smaller, the longer ago was their last one."""

    @property
    def busy(self) -> frozenset[str]:
        """The destinations that are being called."""
        return frozenset(each.destination for each in self.engaged)


def choose(
    candidates: Sequence[Candidate], free: Sequence[LineConfig], known: Known, dialling: DiallingConfig
) -> list[tuple[Candidate, LineConfig]]:
    """Pair jobs with lines. The candidates of one person and priority are in the order of their making."""
    pairs: list[tuple[Candidate, LineConfig]] = []
    left, waiting, busy = list(free), list(candidates), set(known.busy)
    calls = Counter(each.owner for each in known.engaged)
    served = dict(known.served)
    while left and waiting:
        waiting.sort(key=lambda job: (job.priority, calls[job.owner], served.get(job.owner, 0), job.id))
        found = _first_pair(waiting, left, busy, dialling)
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


def _first_pair(
    waiting: Sequence[Candidate], left: Sequence[LineConfig], busy: set[str], dialling: DiallingConfig
) -> tuple[Candidate, LineConfig] | None:
    for job in waiting:
        if job.destination not in busy:
            line = next(iter(carriers(left, job.destination, dialling)), None)
            if line is not None:
                return job, line
    return None


def carriers(lines: Iterable[LineConfig], destination: str, dialling: DiallingConfig) -> list[LineConfig]:
    """List the lines on which this destination can be called, in their order."""
    wanted = number_key(destination, dialling)
    return [line for line in lines if wanted not in (number_key(each.number, dialling) for each in line.numbers)]
