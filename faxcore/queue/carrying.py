# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines that may carry a fax: ever, at this time of the week, and now, as so many stay free for receiving.

Values only: nothing here reads a clock or asks a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from faxcore.config import Config, KeptFree, LineConfig, Sender
from faxcore.config.weekly_hours import ALWAYS, WeeklyHours
from faxcore.dialling.numbers import number_key
from faxcore.dialling.ruling import explain_refusal, find_rule
from faxcore.model.sentence import Sentence
from faxcore.store.turns import Candidate


def find_carriers(lines: Iterable[LineConfig], destination: str, sender: Sender, config: Config) -> list[LineConfig]:
    """List the lines on which this person may have this destination called, in their order: those of the rule that
    fits and that dial, but not the line at which it is reached itself.
    """
    rule = find_rule(config, destination, sender)
    if rule.refuse:
        return []
    wanted = number_key(destination, config.dialling)
    return [line for line in lines if line.dials and rule.takes(line) and wanted not in _list_keys(line, config)]


def _list_keys(line: LineConfig, config: Config) -> list[str]:
    return [number_key(each.number, config.dialling) for each in line.numbers]


def find_refused(
    candidates: Iterable[Candidate], senders: Mapping[str, Sender], config: Config
) -> list[tuple[str, Sentence]]:
    """Find the jobs that a rule forbids, each with the reason."""
    rules = ((job, find_rule(config, job.destination, senders[job.owner])) for job in candidates)
    return [(job.id, explain_refusal(rule, job.destination)) for job, rule in rules if rule.refuse]


def find_hours(carriers: Sequence[LineConfig]) -> WeeklyHours:
    """Give the hours in which at least one of these lines dials; all the week if there is none."""
    return reduce(or_, (line.hours for line in carriers)) if carriers else ALWAYS


def list_able(free: Sequence[LineConfig], kept_free: Sequence[KeptFree], now: datetime) -> list[LineConfig]:
    """List those of the free lines that are able to carry any call now: within their hours, and without taking one that
    stays free for receiving.
    """
    exhausted = [kept for kept in kept_free if sum(map(kept.covers, free)) <= kept.count]
    return [line for line in free if line.hours.has(now) and not any(kept.covers(line) for kept in exhausted)]
