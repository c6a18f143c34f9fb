# SPDX-License-Identifier: GPL-3.0-or-later
"""The reasons why faxes do not go out now, each with how many it holds back: rules, hours, lines kept free or at work.

A ready fax is looked at as choosing does (`choose`, `carrying`), and the first reason that stands against it counts. Of
a long queue only the first of each person are looked at; the other states are counted by the database, in one go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from faxcore.config import Config, LineConfig, QueueConfig, Sender, SendingRule
from faxcore.contract.service_status import HeldBack, RuleNow
from faxcore.dialling.ruling import find_rule
from faxcore.model.job import State
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.queue.carrying import list_able, list_carriers
from faxcore.store.turns import Candidate

_STATES: Final = {
    State.PENDING: Sentence("They are to be sent later."),
    State.SLEEPING: Sentence("They wait for their next try."),
    State.HELD: Sentence("They are held back until they are released."),
}
_CALLED: Final = Sentence("Their numbers are being called already.")
NO_LINE_YET: Final = Sentence("There is no telephone line yet.")
_NO_LINE: Final = Sentence("No line may call their numbers, by the configuration.")
_LINES_HOURS: Final = Sentence("The lines that may call their numbers do not dial at this hour.")
_KEPT_FREE: Final = Sentence("The lines that may call their numbers stay free for receiving.")
_NOT_FREE: Final = Sentence("The lines that may call their numbers are in a call, or cannot be used.")


@dataclass(frozen=True)
class Situation:
    """The lines as they are now, and what is being called."""

    now: datetime
    """As the clock on the wall shows it."""
    free: Sequence[LineConfig]
    """Lines on which there is no call, those included that do not dial."""
    busy: frozenset[str]
    """The destinations that are being called."""


def explain_waiting(
    counts: Counter[State], ready: Sequence[Candidate], situation: Situation, config: Config
) -> tuple[HeldBack, ...]:
    """Say what holds back the faxes that wait, the most first; `ready` are the first of the ready ones."""
    found = Counter({reason: counts[state] for state, reason in _STATES.items() if counts[state]})
    senders: dict[str, Sender] = {}
    able = list_able(situation.free, config.kept_free, situation.now)
    for job in ready:
        sender = senders.setdefault(job.owner, config.find_sender(job.owner))
        reason = _find_reason(job, find_rule(config, job.destination, sender), situation, able, config)
        if reason:
            found[reason] += 1
    more = counts[State.READY] > len(ready)
    exact = set(_STATES.values())
    return tuple(HeldBack(reason, faxes, more and reason not in exact) for reason, faxes in found.most_common())


def _find_reason(
    job: Candidate, rule: SendingRule, situation: Situation, able: Sequence[LineConfig], config: Config
) -> Sentence:
    """Find the first reason why a fax does not go out; nothing if it is about to."""
    if rule.refuse:
        return NOTHING  # It is given up as soon as it is its turn.
    lines = config.all_lines()
    if not lines:
        return NO_LINE_YET
    carriers = list_carriers(rule, lines, job.destination, config)
    if not carriers:
        return _NO_LINE
    if not rule.hours.has(situation.now):
        return _explain_hours(rule, situation.now)
    timely = [line for line in carriers if line.hours.has(situation.now)]
    if not timely:
        return _LINES_HOURS
    if job.destination in situation.busy:
        return _CALLED
    if any(line in able for line in timely):
        return NOTHING
    return _KEPT_FREE if any(line in situation.free for line in timely) else _NOT_FREE


def _explain_hours(rule: SendingRule, now: datetime) -> Sentence:
    opening = rule.hours.next_change(now)
    if opening is None:
        return Sentence("The rule “{rule}” has them wait for its hours.", {"rule": rule.name})
    named = {"rule": rule.name, "time": f"{opening.astimezone():%Y-%m-%d %H:%M}"}
    return Sentence("The rule “{rule}” has them wait for its hours, until {time}.", named)


def view_rules(config: Config, now: datetime) -> tuple[RuleNow, ...]:
    """Give the rules in force, in their order, without the people and numbers that they are for."""
    return tuple(
        RuleNow(rule.name, rule.refuse, rule.lines, rule.hours.texts, not rule.refuse and rule.hours.has(now))
        for rule in config.rules
    )


def list_limits(queue: QueueConfig) -> Iterator[Sentence]:
    """List the bounds of the queue in force."""
    yield Sentence(
        "A fax is called {dials} times at most, and given up after {tries} calls in a row that bring no page, or"
        " {hours} hours behind its first call.",
        {"dials": queue.dials, "tries": queue.tries, "hours": queue.give_up_hours},
    )
    yield Sentence("Faxes to one number in one call, at most: {faxes}.", {"faxes": queue.faxes_per_call})
    if queue.max_faxes_per_hour:
        count = {"faxes": queue.max_faxes_per_hour}
        yield Sentence("Faxes that one person may hand in within an hour: {faxes}.", count)
    if queue.max_waiting_megabytes:
        size = {"megabytes": queue.max_waiting_megabytes}
        yield Sentence("Documents of one person that may wait: {megabytes} MB.", size)
