# SPDX-License-Identifier: GPL-3.0-or-later
"""The price of one call by a tariff: `price_call(tariff, facts)`.

The rule is the one that fits the number called, on the day on which the call begins, by the clock on the wall of the
tariff's zone; it counts for the whole call. So do, for the connection charge and the pages, the hours in which the call
begins; of its seconds, each increment costs what is charged when it begins (`charged_time`). In order:

    connection charge + seconds + pages     pages beyond the bound of a tier by the tier's price
    at least the minimum, at most the maximum
    the mark-up: a percentage of that, and an amount for the call
    rounded, or kept with six digits for the invoice line
    VAT of what is rounded

Nothing of it falls when a call has more seconds or pages.

Of several documents in one telephone call, each that follows pays what it adds: no connection charge and no minimum,
but the increments that begin while it lasts, and its pages. So the seconds of all are those of the telephone call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Final

from faxcore.billing.call_price import NO_MARK_UP, CallFacts, MarkUp, Price, Unpriced
from faxcore.billing.charged_time import charge_seconds, count_seconds, find_period
from faxcore.billing.explanations import (
    explain_fitting,
    explain_following,
    explain_increments,
    explain_net,
    explain_pages,
    explain_rounding,
    explain_seconds,
    explain_tier,
    explain_unpriced,
    explain_vat,
)
from faxcore.billing.fitting_rule import FittingRule, find_fitting_rule
from faxcore.billing.money import EXACT, Stage, carry, format_amount
from faxcore.billing.tariff import NOTHING_PAID, Counting, PageCounting, Rates, Tariff, TariffRule
from faxcore.model.sentence import Sentence

_MINUTE: Final = 60
_NOBODY: Final = Sentence("The call was not answered: by this rule it costs nothing.")
_NOBODY_KNOWN: Final = Sentence(
    "Nobody is known to have answered the call, but the carrier may charge it: by this rule it costs nothing."
)


class _Sum:
    """The cost of a call so far, in sixtieths, and the steps that led there."""

    def __init__(self, tariff: Tariff) -> None:
        self.sixtieths = Decimal(0)
        self.steps: list[Sentence] = []
        self.seconds = 0
        self._tariff = tariff

    @property
    def amount(self) -> Decimal:
        """The sum in units of the currency."""
        return self.sixtieths / _MINUTE

    def add(self, sixtieths: Decimal) -> None:
        """Add an amount."""
        self.sixtieths += sixtieths

    def say(self, sentence: Sentence) -> None:
        """Add a step."""
        self.steps.append(sentence)

    def format_sixtieths(self, sixtieths: Decimal) -> str:
        """Write an amount with its currency."""
        return self.format(sixtieths / _MINUTE)

    def format(self, amount: Decimal) -> str:
        """Write an amount with its currency."""
        return f"{format_amount(amount, self._tariff.rounding.digits)} {self._tariff.currency}"


def price_call(tariff: Tariff, facts: CallFacts, mark_up: MarkUp = NO_MARK_UP) -> Price | Unpriced:
    """Price a call by a tariff, for somebody who pays a mark-up on it."""
    if mark_up.currency not in ("", tariff.currency):
        currencies = {"tariff": tariff.name, "currency": tariff.currency, "other": mark_up.currency}
        reason = Sentence("The tariff {tariff} is in {currency}, and the mark-up on it in {other}.", currencies)
        return Unpriced(tariff.name, reason)
    begin = facts.charged_from
    fitting = find_fitting_rule(tariff, facts.number, facts.direction, begin.astimezone(tariff.zone).date())
    if fitting is None:
        return Unpriced(tariff.name, explain_unpriced(tariff, facts))
    pages = facts.confirmed if fitting.rule.pages is PageCounting.CONFIRMED else max(facts.sent, facts.confirmed)
    with localcontext(EXACT):
        sum_ = _Sum(tariff)
        sum_.say(explain_fitting(tariff, fitting, facts))
        if _costs_something(sum_, fitting.rule, facts, pages):
            _add_call(sum_, tariff, fitting.rule, facts, begin, pages)
            _add_mark_up(sum_, mark_up)
        return _finish(sum_, tariff, fitting, pages)


def _costs_something(sum_: _Sum, rule: TariffRule, facts: CallFacts, pages: int) -> bool:
    """Return whether a call is one of those that the rule counts; say why if it is not."""
    if facts.answered is None and rule.counts is not Counting.ATTEMPTS:
        sum_.say(_NOBODY_KNOWN if facts.perhaps_answered else _NOBODY)
        return False
    if not pages and rule.counts is Counting.PAGES:
        sum_.say(Sentence("No page of the call counts: by this rule it costs nothing."))
        return False
    if rule.is_free:
        sum_.say(Sentence("By this rule the call costs nothing."))
    return not rule.is_free


def _add_call(sum_: _Sum, tariff: Tariff, rule: TariffRule, facts: CallFacts, begin: datetime, pages: int) -> None:
    """Add the connection charge, the seconds and the pages."""
    rates = rule.rates
    if rule.during:
        period = find_period(tariff, begin)
        rates = rule.during.get(period, rates)
        local = begin.astimezone(tariff.zone).strftime("%Y-%m-%d %H:%M:%S")
        values = {"time": local, "zone": tariff.zone.key, "hours": period}
        sum_.say(
            Sentence("It began on {time} ({zone}), in the hours “{hours}”.", values)
            if period
            else Sentence("It began on {time} ({zone}), in none of the named hours.", values)
        )
    if facts.earlier is not None:
        sum_.say(explain_following(_count_earlier(facts)))
    elif rates.connection:
        sum_.add(rates.connection * _MINUTE)
        sum_.say(Sentence("Connection charge: {amount}", {"amount": sum_.format(rates.connection)}))
    if facts.answered is None or facts.ended is None:
        sum_.say(Sentence("The call was not answered: an attempt costs no more than the connection charge."))
        return
    _add_seconds(sum_, tariff, rule, facts, count_seconds(begin, facts.ended))
    for count, price, after in _split_by_tiers(rule, rates, facts.month_pages, pages):
        sum_.add(count * price * _MINUTE)
        shown, amount = sum_.format(price), sum_.format(count * price)
        sum_.say(explain_tier(after, count, shown, amount) if after else explain_pages(rule, count, shown, amount))
    _add_bounds(sum_, rule, follows=facts.earlier is not None)


def _count_earlier(facts: CallFacts) -> int:
    """Count the seconds of a telephone call before this document of it."""
    begin = facts.charged_from
    return count_seconds(begin, begin + facts.earlier) if facts.earlier else 0


def _add_seconds(sum_: _Sum, tariff: Tariff, rule: TariffRule, facts: CallFacts, seconds: int) -> None:
    if not any(rates.per_minute for rates in (rule.rates, *rule.during.values())):
        return
    before = _count_earlier(facts)
    charged = charge_seconds(tariff, rule.increments, facts.charged_from, seconds, before)
    sum_.seconds = sum(part.seconds for part in charged)
    sum_.say(explain_increments(rule.increments, seconds - before, sum_.seconds))
    for period, count in _join_by_rates(rule, [(part.period, part.seconds) for part in charged]):
        price = rule.during.get(period, rule.rates).per_minute
        sum_.add(count * price)
        shown, amount = sum_.format(price), sum_.format_sixtieths(count * price)
        sum_.say(explain_seconds(period, bool(rule.during), count, shown, amount))


def _join_by_rates(rule: TariffRule, charged: Sequence[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Join the seconds of hours that follow each other and have no other prices by this rule."""
    joined: list[tuple[str, int]] = []
    for period, count in charged:
        named = period if period in rule.during else ""
        if joined and joined[-1][0] == named:
            joined[-1] = (named, joined[-1][1] + count)
        else:
            joined.append((named, count))
    return iter(joined)


def _split_by_tiers(rule: TariffRule, rates: Rates, before: int, pages: int) -> Iterator[tuple[int, Decimal, int]]:
    """Split pages by their prices: how many, the price of each, and the bound of the tier, 0 for those below it."""
    bounds = [(0, rates.per_page), *((tier.after, tier.per_page) for tier in rule.tiers)]
    for index, (after, price) in enumerate(bounds):
        behind = bounds[index + 1][0] if index + 1 < len(bounds) else before + pages
        count = min(behind, before + pages) - max(after, before)
        if count > 0 and (price or rule.tiers):
            yield count, price, after


def _add_bounds(sum_: _Sum, rule: TariffRule, *, follows: bool) -> None:
    """Bring the sum up to the minimum, or down to the maximum."""
    least = NOTHING_PAID if follows else rule.minimum * _MINUTE
    most = None if rule.maximum is None else rule.maximum * _MINUTE
    if sum_.sixtieths < least:
        values = {"amount": sum_.format_sixtieths(sum_.sixtieths), "bound": sum_.format_sixtieths(least)}
        sum_.say(Sentence("Together {amount}, which is less than a call costs at least: {bound}", values))
        sum_.sixtieths = least
    elif most is not None and sum_.sixtieths > most:
        values = {"amount": sum_.format_sixtieths(sum_.sixtieths), "bound": sum_.format_sixtieths(most)}
        sum_.say(Sentence("Together {amount}, which is more than a call costs at most: {bound}", values))
        sum_.sixtieths = most


def _add_mark_up(sum_: _Sum, mark_up: MarkUp) -> None:
    if mark_up.percent:
        added = sum_.sixtieths * mark_up.percent / 100
        values = {"percent": f"{mark_up.percent:f}", "amount": sum_.format_sixtieths(added)}
        sum_.say(Sentence("Mark-up of {percent} %: {amount}", values))
        sum_.add(added)
    if mark_up.per_call:
        sum_.add(mark_up.per_call * _MINUTE)
        sum_.say(Sentence("Mark-up for the call: {amount}", {"amount": sum_.format(mark_up.per_call)}))


def _finish(sum_: _Sum, tariff: Tariff, fitting: FittingRule, pages: int) -> Price:
    """Round the sum, and add VAT."""
    rule, rounding, in_all = fitting.rule, tariff.rounding, sum_.amount
    net = rounding.round_amount(in_all) if rounding.on is Stage.CALL else carry(in_all)
    if rounding.on is Stage.CALL and net != in_all:
        sum_.say(explain_rounding(rounding, sum_.format(in_all), sum_.format(net), tariff.currency))
    sum_.say(explain_net(rounding, sum_.format(net)))
    vat = rounding.round_amount(net * rule.vat / 100) if tariff.vat_on is Stage.CALL else None
    sum_.say(explain_vat(rule.vat, None if vat is None else (sum_.format(vat), sum_.format(net + vat))))
    return Price(
        tariff.currency,
        net,
        rule.vat,
        vat,
        sum_.seconds,
        pages,
        tariff.name,
        rule.name,
        fitting.beginning,
        str(rule.place),
        tuple(sum_.steps),
    )
