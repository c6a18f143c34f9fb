# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines that may carry a fax: ever, at this time of the week, and now, as so many stay free for receiving.

Values only: nothing here reads a clock or asks a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, reduce
from operator import or_

import phonenumbers

from faxcore.config import Config, KeptFree, LineConfig, Sender, SendingRule
from faxcore.config.weekly_hours import ALWAYS, WeeklyHours
from faxcore.dialling.line_dial import connects_on
from faxcore.dialling.numbers import number_key
from faxcore.dialling.ruling import FREELY, explain_refusal, find_rule
from faxcore.model.sentence import Sentence
from faxcore.store.jobs import JobRow
from faxcore.store.turns import Candidate, Passing


def find_carriers(lines: Iterable[LineConfig], destination: str, sender: Sender, config: Config) -> list[LineConfig]:
    """List the lines on which this person may have this destination called, in their order: those of the rule that
    fits and that dial, but not the line at which it is reached itself.
    """
    return list_carriers(find_rule(config, destination, sender), lines, destination, config)


def list_carriers(rule: SendingRule, lines: Iterable[LineConfig], destination: str, config: Config) -> list[LineConfig]:
    """List the lines on which a destination may be called by this rule, in their order: none with whose prefix it would
    be an emergency number.
    """
    if rule.refuse:
        return []
    wanted = number_key(destination, config.dialling)
    return [
        line
        for line in lines
        if line.dials
        and rule.takes(line)
        and wanted not in _list_keys(line, config)
        and not connects_on(line, rule, destination, config.dialling)
    ]


def _list_keys(line: LineConfig, config: Config) -> list[str]:
    return [number_key(each.number, config.dialling) for each in line.numbers]


def find_refused(
    candidates: Iterable[Candidate], senders: Mapping[str, Sender], config: Config
) -> list[tuple[str, Sentence]]:
    """Find the jobs that a rule forbids, each with the reason."""
    rules = ((job, find_rule(config, job.destination, senders[job.owner])) for job in candidates)
    return [(job.id, explain_refusal(rule, job.destination)) for job, rule in rules if rule.refuse]


def may_carry_now(line: LineConfig, job: JobRow, config: Config, now: datetime) -> bool:
    """Return whether a line may make a job's call at this time, by the configuration in force."""
    rule = find_rule(config, job.destination, config.find_sender(job.owner))
    return bool(list_carriers(rule, [line], job.destination, config)) and (line.hours & rule.hours).has(now)


def find_hours(destination: str, sender: Sender, config: Config) -> WeeklyHours:
    """Give the hours in which this person's faxes go out to this destination; all the week if they never do."""
    rule = find_rule(config, destination, sender)
    carriers = list_carriers(rule, config.all_lines(), destination, config)
    return reduce(or_, (line.hours for line in carriers)) & rule.hours if carriers else ALWAYS


def find_opening(destination: str, sender: Sender, config: Config, now: datetime) -> datetime | None:
    """Find when this person's faxes may go out to this destination next, by the hours; None: now, or never."""
    # Simulated lines have no hours, and are made anew whenever they are asked for.
    hours = (*(rule.hours for rule in config.rules), *(line.hours for line in config.lines))
    if all(each.is_always for each in hours):
        return None
    # All of a long list ask in the same minute.
    return _find_begin(find_hours(destination, sender, config), now.replace(second=0, microsecond=0))


@lru_cache(maxsize=100)
def _find_begin(hours: WeeklyHours, now: datetime) -> datetime | None:
    return None if hours.has(now) else hours.next_change(now)


def find_passing(sender: Sender, able: Sequence[LineConfig], now: datetime, config: Config) -> Passing:
    """Find where this person's jobs may go now, by the rules, on lines that are able to carry a call."""
    found: list[tuple[tuple[str, ...], bool]] = []
    for rule in (*filter(lambda rule: rule.is_for(sender), config.rules), FREELY):
        # What is refused is to be found, and told.
        passes = rule.refuse or (rule.hours.has(now) and any(line.dials and rule.takes(line) for line in able))
        if not rule.destinations and not rule.countries:
            return Passing(tuple(found), passes)
        found.append((rule.destinations, passes))
        for country in rule.countries:
            code = phonenumbers.country_code_for_region(country)
            # Of a code that countries share, the beginning does not say whose a number is.
            shared = len(phonenumbers.region_codes_for_country_code(code)) > 1
            found.append(((f"+{code}",), passes or shared))
    raise AssertionError("what no rule fits goes freely")


def list_able(free: Sequence[LineConfig], kept_free: Sequence[KeptFree], now: datetime) -> list[LineConfig]:
    """List those of the free lines that are able to carry any call now: within their hours, and without taking one that
    stays free for receiving.
    """
    exhausted = [kept for kept in kept_free if sum(map(kept.covers, free)) <= kept.count]
    return [line for line in free if line.hours.has(now) and not any(kept.covers(line) for kept in exhausted)]
