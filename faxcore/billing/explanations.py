# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences that say how a price was computed, and why there is none."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from faxcore.billing.call_price import CallFacts
from faxcore.billing.fitting_rule import FittingRule
from faxcore.billing.money import Rounding, RoundingMode, Stage
from faxcore.billing.tariff import INTERNAL, OTHERWISE, Increments, PageCounting, Tariff, TariffRule
from faxcore.model.call import Direction
from faxcore.model.sentence import Sentence, Value, mark

_MODES: Final = {
    RoundingMode.UP: mark("Rounded up in units of {unit}: {amount} becomes {rounded}"),
    RoundingMode.HALF_UP: mark("Rounded in units of {unit}, a half up: {amount} becomes {rounded}"),
    RoundingMode.HALF_EVEN: mark("Rounded in units of {unit}, a half to the even one: {amount} becomes {rounded}"),
    RoundingMode.DOWN: mark("Rounded down in units of {unit}: {amount} becomes {rounded}"),
}
_UNKNOWN: Final = mark("the number called is not known")


def explain_fitting(tariff: Tariff, fitting: FittingRule, facts: CallFacts) -> Sentence:
    """Say which rule prices a call, where it stands, and why it is this one."""
    values: dict[str, Value] = {
        "rule": fitting.rule.name,
        "tariff": tariff.name,
        "place": str(fitting.rule.place),
        "reason": _explain_beginning(fitting, facts.number),
    }
    return Sentence("Rule “{rule}” of the tariff {tariff} ({place}): {reason}.", values)


def _explain_beginning(fitting: FittingRule, number: str) -> Sentence:
    values: dict[str, Value] = {"number": number, "beginning": fitting.beginning}
    if fitting.beginning == OTHERWISE:
        return Sentence("no other one is for {number}", values) if number else Sentence(_UNKNOWN)
    if fitting.beginning == INTERNAL:
        return Sentence("{number} is an internal number", values)
    if fitting.beginning.isalpha():
        return Sentence("{number} is a number of {beginning}", values)
    return Sentence("{number} begins with {beginning}", values)


def explain_unpriced(tariff: Tariff, facts: CallFacts) -> Sentence:
    """Say that no rule prices a call."""
    day = facts.charged_from.astimezone(tariff.zone).date().isoformat()
    values: dict[str, Value] = {"tariff": tariff.name, "number": facts.number, "day": day}
    if not facts.number:
        return Sentence("The tariff {tariff} has no price for a call to an unknown number on {day}.", values)
    if facts.direction is Direction.IN:
        return Sentence("The tariff {tariff} has no price for a call that comes in for {number} on {day}.", values)
    return Sentence("The tariff {tariff} has no price for a call to {number} on {day}.", values)


def explain_following(before: int) -> Sentence:
    """Say what a document does not pay that follows others in one telephone call."""
    return Sentence(
        "It follows other documents in a telephone call that had lasted {seconds} s: it pays no connection charge and "
        "no minimum, and only the periods that it adds.",
        {"seconds": before},
    )


def explain_increments(increments: Increments, seconds: int, charged: int) -> Sentence:
    """Say how many seconds of a call are charged."""
    values: dict[str, Value] = {
        "seconds": seconds,
        "free": increments.free,
        "first": increments.first,
        "then": increments.then,
        "charged": charged,
    }
    if increments.free:
        return Sentence(
            "{seconds} s connected; {free} s are free, then each period begun counts, {first} s first, {then} s each "
            "after that: {charged} s are charged.",
            values,
        )
    return Sentence(
        "{seconds} s connected; each period begun counts, {first} s first, {then} s each after that: "
        "{charged} s are charged.",
        values,
    )


def explain_seconds(period: str, has_periods: bool, seconds: int, price: str, amount: str) -> Sentence:
    """Say what the seconds of some hours cost."""
    values: dict[str, Value] = {"hours": period, "seconds": seconds, "price": price, "amount": amount}
    if period:
        return Sentence("{seconds} s begun in the hours “{hours}”, at {price} a minute: {amount}", values)
    if has_periods:
        return Sentence("{seconds} s begun at other hours, at {price} a minute: {amount}", values)
    return Sentence("{seconds} s at {price} a minute: {amount}", values)


def explain_pages(rule: TariffRule, pages: int, price: str, amount: str) -> Sentence:
    """Say what pages cost."""
    values: dict[str, Value] = {"pages": pages, "price": price, "amount": amount}
    if rule.pages is PageCounting.SENT:
        return Sentence("Pages sent: {pages}, at {price} each: {amount}", values)
    return Sentence("Pages confirmed: {pages}, at {price} each: {amount}", values)


def explain_tier(after: int, pages: int, price: str, amount: str) -> Sentence:
    """Say what pages beyond the bound of a tier cost."""
    values: dict[str, Value] = {"after": after, "pages": pages, "price": price, "amount": amount}
    return Sentence("Pages beyond the first {after} of this month: {pages}, at {price} each: {amount}", values)


def explain_rounding(rounding: Rounding, amount: str, rounded: str, currency: str) -> Sentence:
    """Say how the price was rounded."""
    values: dict[str, Value] = {"unit": f"{rounding.unit:f} {currency}", "amount": amount, "rounded": rounded}
    return Sentence(_MODES[rounding.mode], values)


def explain_net(rounding: Rounding, net: str) -> Sentence:
    """Say the price, and that its invoice line will be rounded if it will."""
    if rounding.on is Stage.INVOICE:
        return Sentence("Price of the call, not rounded before the invoice line: {amount}", {"amount": net})
    return Sentence("Price of the call: {amount}", {"amount": net})


def explain_vat(percent: Decimal, amounts: tuple[str, str] | None) -> Sentence:
    """Say how much VAT is added; `amounts`: the VAT, and the price with it, or None if the invoice line has them."""
    values: dict[str, Value] = {"percent": f"{percent:f}"}
    if not percent:
        return Sentence("No VAT.")
    if amounts is None:
        return Sentence("VAT is added on the invoice line: {percent} %", values)
    vat, gross = amounts
    return Sentence("VAT of {percent} %: {vat}; with VAT {gross}", {**values, "vat": vat, "gross": gross})
