# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of the bill as they are for people and payers: judged when a fax is handed in, shown, and lifted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.billing.limit_judging import (
    Period,
    Standing,
    estimate_milliseconds,
    explain_refusal,
    explain_warning,
    find_period,
    judge,
)
from faxcore.billing.payer_choice import list_usable
from faxcore.billing.price_estimate import estimate_net
from faxcore.config import LimitConfig, Sender
from faxcore.config.bill_limits import MOST_COUNTED, UNITS
from faxcore.config.current import CurrentConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.limited import Counted, LimitLevel, LimitLift, LimitState
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from faxcore.store.ids_and_times import format_time
from faxcore.store.limit_sums import Span, Whose
from faxcore.store.limit_warnings import NewWarning
from faxcore.store.store import Store

log = logging.getLogger(__name__)

LONGEST_REASON_TO_LIFT: Final = 200


@dataclass(frozen=True)
class NewFax:
    """A fax that is handed in, as limits count it."""

    payer: str
    pages: int
    milliseconds: int
    """About how long its call is."""
    net: int
    """About how much it costs before VAT, in millionths; 0: nobody knows."""


class BillLimits:
    """The limits of the configuration, and what people and payers have used of them."""

    def __init__(self, store: Store, config: CurrentConfig) -> None:
        self._store = store
        self._config = config

    def refuse_over(self, person: str, faxes: Sequence[NewFax], send_at: str | None) -> list[NewWarning]:
        """Raise ApiError if these faxes, which are handed in together, go over a limit that blocks; else, give what is
        to be warned of.
        """
        if not self._config.value.limits:
            return []
        sender, day = self._config.value.find_sender(person), self._find_day(send_at)
        warned = []
        for limit in self._config.value.limits:
            counted = [fax for fax in faxes if limit.payer in ("", fax.payer)]
            if counted and (limit.payer or _is_for(limit, sender)):
                standing = self._stand(limit, person, day)
                new = self._refuse(standing, counted)
                if judge(standing, new) is LimitLevel.WARNED:
                    warned.append(self._warn(standing, new, person, find_period(limit.per, day).first))
        return warned

    def note(self, warned: Sequence[NewWarning]) -> set[str]:
        """Give these warnings, each once in its period: who has to be told. In the caller's transaction."""
        return {name for new in warned if self._store.limit_warnings.add(new) for name in new.people}

    def _warn(self, standing: Standing, new: int, person: str, first: date) -> NewWarning:
        """Make a warning for whoever hands a fax in, and for the owner of the budget line that pays."""
        limit, config = standing.limit, self._config.value
        owners = (each.owner for each in config.budgets if each.code == limit.payer and each.owner)
        people = {person}.union(*(config.find_owners(owner) or () for owner in owners))
        alone = "" if limit.payer or limit.together else person
        return NewWarning(limit.name, alone, limit.payer, first, explain_warning(standing, new), people)

    def refuse_moved(self, job: str, payer: str, pages: int, number: str, send_at: str | None) -> None:
        """Raise ApiError if a fax that waits, and is to be paid by another one, goes over a limit of that payer."""
        limits = [limit for limit in self._config.value.limits if payer and limit.payer == payer]
        if not limits:
            return
        tariffs, now = self._store.prices.tariffs, self._store.database.local_now()
        length = self._store.limit_sums.find_estimate(job) or estimate_milliseconds(1, pages)
        fax = NewFax(payer, pages, length, estimate_net(tariffs, payer, number, pages, length, now))
        for limit in limits:
            self._refuse(self._stand(limit, "", self._find_day(send_at)), [fax])

    def list_own(self, person: str) -> list[LimitState]:
        """List the limits of this person's, as they are now."""
        config, today = self._config.value, self._find_day(None)
        sender = config.find_sender(person)
        payers = {payer.code for payer in list_usable(config.payers, sender, today)}
        payers |= {budget.code for budget in config.budgets if config.answers_for(person, budget)}
        own = (each for each in config.limits if (each.payer in payers if each.payer else _is_for(each, sender)))
        return [self._view(self._stand(limit, person, today), person) for limit in own]

    async def list_all(self, person: str) -> list[LimitState]:
        """List everybody's limits, or, if one is named, that person's. Everything else has its turn meanwhile."""
        if person:
            return self.list_own(self._find_person(person))
        today, found = self._find_day(None), []
        for limit in self._config.value.limits:
            for subject in self._list_subjects(limit, today):
                found.append(self._view(self._stand(limit, subject, today), subject))
                await asyncio.sleep(0)
        return found

    def lift(self, author: str, lift: LimitLift) -> None:
        """Add to a limit for the rest of its period. ApiError if there is no such limit for that person or payer."""
        limit = next((each for each in self._config.value.limits if each.name == lift.limit), None)
        if limit is None:
            raise ApiError(
                ErrorCode.UNKNOWN,
                Sentence("There is no limit “{limit}”.", {"limit": clean_text(lift.limit, 80)}),
            )
        person = self._find_subject(limit, lift)
        added = _read_more(lift.by, limit)
        reason = clean_text(lift.reason, LONGEST_REASON_TO_LIFT)
        if not reason:
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("Say why the limit is lifted: the reason is kept."))
        first = find_period(limit.per, self._find_day(None)).first
        self._store.limit_lifts.add(limit.name, person, limit.payer, first, added, author, reason)
        log.info("%s has lifted a limit by %s", author, clean_text(lift.by, 40))

    # ------------------------------------------------------------ inside

    def _refuse(self, standing: Standing, faxes: Sequence[NewFax]) -> int:
        """Raise ApiError if these faxes go over a limit that blocks; else, give what they take of it."""
        sums = (sum(each) for each in zip(*((fax.pages, fax.milliseconds, fax.net) for fax in faxes), strict=True))
        new = _count(standing.limit, *sums)
        if judge(standing, new) is LimitLevel.REACHED:
            raise ApiError(ErrorCode.TOO_MANY, explain_refusal(standing, new))
        return new

    def _stand(self, limit: LimitConfig, person: str, day: date) -> Standing:
        """Find how a limit stands, in the period of this day, for a person if it is not for all together."""
        period = find_period(limit.per, day)
        span, sums = _find_span(period), self._store.limit_sums
        whose = Whose.PAYER if limit.payer else Whose.PERSON
        names = self._name_counted(limit, person)
        used, queued = sums.sum_used(whose, names, span), sums.sum_queued(whose, names, span)
        taken = {Counted.PAGES: used.pages, Counted.MINUTES: used.milliseconds, Counted.AMOUNT: used.net}
        alone = "" if limit.payer or limit.together else person
        sale = self._store.prices.tariffs.sale
        return Standing(
            limit,
            period.last,
            taken[limit.counted],
            _count(limit, queued.pages, queued.milliseconds, queued.net),
            self._store.limit_lifts.sum_added(limit.name, alone, limit.payer, period.first),
            sale.currency if sale is not None and limit.counted is Counted.AMOUNT else "",
        )

    def _name_counted(self, limit: LimitConfig, person: str) -> list[str]:
        """Name the people or the payer whose faxes count together."""
        if limit.payer:
            return [limit.payer]
        if limit.together:
            return sorted(self._config.value.find_owners(limit.group) or ())
        return [person]

    def _list_subjects(self, limit: LimitConfig, today: date) -> Iterator[str]:
        """List for whom a limit is, each by themselves; one empty name for a payer or a group together."""
        config = self._config.value
        if limit.payer or limit.together:
            yield ""
        elif limit.person:
            yield limit.person
        elif limit.group:
            yield from sorted(config.find_owners(limit.group) or ())
        else:
            known = {person.name for person in config.persons}
            known.update(self._store.limit_sums.list_people(_find_span(find_period(limit.per, today))))
            yield from sorted(known)

    def _view(self, standing: Standing, person: str) -> LimitState:
        limit = standing.limit
        together = limit.together
        return LimitState(
            limit.name,
            "" if limit.payer or together else person,
            limit.group if together else "",
            limit.payer,
            limit.counted,
            limit.per,
            standing.bound,
            standing.lifted,
            standing.used,
            standing.queued,
            standing.left,
            standing.last.isoformat(),
            judge(standing, 0),
            limit.blocks,
            limit.contact,
            standing.currency,
        )

    def _find_subject(self, limit: LimitConfig, lift: LimitLift) -> str:
        """Find the person for whom a limit is lifted; empty for a payer or a group together."""
        if limit.payer or limit.together:
            if lift.person or lift.payer not in ("", limit.payer):
                whom = {"limit": limit.name, "name": limit.payer or limit.group}
                raise ApiError(ErrorCode.BAD_ORDER, Sentence("The limit “{limit}” is for {name}.", whom))
            return ""
        if lift.payer or not lift.person:
            named = {"limit": limit.name}
            sentence = Sentence("The limit “{limit}” is for each person: name the one for whom it is lifted.", named)
            raise ApiError(ErrorCode.BAD_ORDER, sentence)
        person = self._find_person(lift.person)
        if not _is_for(limit, self._config.value.find_sender(person)):
            whom = {"limit": limit.name, "name": person}
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("The limit “{limit}” is not for {name}.", whom))
        return person

    def _find_person(self, name: str) -> str:
        found = self._config.value.find_person(name)
        if found is None:
            named = {"name": clean_text(name, 60)}
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("This machine has no user “{name}”.", named))
        return found

    def _find_day(self, send_at: str | None) -> date:
        """Find the day on which a fax goes out: today, or later if its sender wants it."""
        now = self._store.database.local_now()
        return now.date() if not send_at else max(now, datetime.fromisoformat(send_at)).astimezone().date()


def _is_for(limit: LimitConfig, sender: Sender) -> bool:
    """Return whether a limit, which is for people, is for this one."""
    return not limit.people or limit.people.includes(sender.name, sender.groups)


def _count(limit: LimitConfig, pages: int, milliseconds: int, net: int) -> int:
    """Count what faxes that have not gone out take of a limit."""
    return {Counted.PAGES: pages, Counted.MINUTES: milliseconds, Counted.AMOUNT: net}[limit.counted]


def _find_span(period: Period) -> Span:
    """Find when a period begins and ends by the clock of this machine."""
    begin, end = (datetime.combine(day, time()).astimezone(UTC) for day in (period.first, period.next))
    return Span(format_time(begin), format_time(end))


def _read_more(text: str, limit: LimitConfig) -> int:
    """Read how much is added to a limit."""
    try:
        number = Decimal(text)
        more = int(number * UNITS[limit.counted]) if number.is_finite() and 0 < number <= MOST_COUNTED else 0
    except InvalidOperation:
        more = 0
    exact = more and Decimal(more) == number * UNITS[limit.counted]
    if not exact or (limit.counted is not Counted.AMOUNT and number != int(number)):
        named = {"text": clean_text(text, 40)}
        raise ApiError(ErrorCode.BAD_ORDER, Sentence("“{text}” is not how much a limit may be lifted by.", named))
    return more
