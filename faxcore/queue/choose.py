# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose which job goes to which line: a pure function of the jobs that wait, the free lines and the calls under way.

The oldest job goes first; one call at a time to each destination; never on the line at which the destination itself is
reached, which would be engaged. A job that no free line may carry holds up none of those behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from faxcore.config import DiallingConfig, LineConfig
from faxcore.dialling.numbers import number_key
from faxcore.store.jobs import ReadyJob


def choose(
    ready: Iterable[ReadyJob], free: Sequence[LineConfig], busy: frozenset[str], dialling: DiallingConfig
) -> list[tuple[ReadyJob, LineConfig]]:
    """Pair jobs with lines. `ready` is in order of turn; `busy` are the destinations that are being called."""
    pairs: list[tuple[ReadyJob, LineConfig]] = []
    left, engaged = list(free), set(busy)
    for job in ready:
        if not left:
            break
        if job.destination in engaged:
            continue
        line = next(iter(carriers(left, job.destination, dialling)), None)
        if line is not None:
            pairs.append((job, line))
            left.remove(line)
            engaged.add(job.destination)
    return pairs


def carriers(lines: Iterable[LineConfig], destination: str, dialling: DiallingConfig) -> list[LineConfig]:
    """List the lines on which this destination can be called, in their order."""
    wanted = number_key(destination, dialling)
    return [line for line in lines if wanted not in (number_key(each.number, dialling) for each in line.numbers)]
