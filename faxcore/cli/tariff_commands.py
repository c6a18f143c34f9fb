# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl tariff`: check the file of a tariff, and price one call by it, step by step.

Neither asks a service. Numbers are read as in the country of the configuration in /etc/facteur, of another one, or of
none.

Exit status: 0 for a tariff that can be used, and for a call that has a price; 1 for one that has none, for a number
that is none, and for a tariff or a configuration that cannot be used, with the file and the line on standard error.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import phonenumbers

from faxcore.billing.call_price import CallFacts, MarkUp, Price, Unpriced
from faxcore.billing.money import format_amount
from faxcore.billing.pricing import price_call
from faxcore.billing.tariff import OTHERWISE, Tariff, TariffRule
from faxcore.billing.tariff_file import read_tariff
from faxcore.billing.tariff_rules import MOST_PAGES
from faxcore.cli.plain_output import print_json
from faxcore.cli.send_time import parse_moment
from faxcore.config import ConfigError, DiallingConfig
from faxcore.config.configuration import CONFIG, find_and_load
from faxcore.dialling.numbers import destination, number_key
from faxcore.dialling.refusal import NumberRefused
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.call import Direction
from faxcore.model.sentence import NOTHING, Sentence

_LONGEST_CALL: Final = 7 * 24 * 3600


@dataclass(frozen=True)
class Quote:
    """The price of a call, with amounts as texts; of one without a price only the number and the reason are known."""

    number: str
    priced: bool
    currency: str = ""
    net: str = ""
    vat_percent: str = ""
    vat: str = ""
    """The amount of VAT; empty: it is computed on the invoice line."""
    gross: str = ""
    seconds: int = 0
    """The seconds that are charged."""
    pages: int = 0
    """The pages that count."""
    tariff: str = ""
    rule: str = ""
    beginning: str = ""
    """The beginning by which the rule fits; empty: it is the one for all other numbers."""
    place: str = ""
    steps: tuple[Sentence, ...] = ()
    reason: Sentence = NOTHING


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command and its options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help=_("say whether a tariff can be used"))
    check.add_argument("file", type=Path, metavar="FILE")
    check.set_defaults(run_here=run_check)
    quote = actions.add_parser("quote", help=_("what one call costs, and by which rule, step by step"))
    _add_quote(quote)


def _add_quote(quote: argparse.ArgumentParser) -> None:
    quote.add_argument("--tariff", type=Path, required=True, metavar="FILE", help=_("the file of the tariff"))
    quote.add_argument(
        "--to", required=True, metavar="NUMBER", help=_("the number called, as you would enter it; in quotes")
    )
    time = _("a day, a time or how long ago: 2026-11-01, 2026-11-01T18:30, 7d")
    quote.add_argument("--at", type=parse_moment, metavar="TIME", help=_("when it is answered (default: now); ") + time)
    connected = quote.add_mutually_exclusive_group(required=True)
    seconds, pages = _make_count(1, _LONGEST_CALL), _make_count(0, MOST_PAGES)
    connected.add_argument("--seconds", type=seconds, metavar="S", help=_("how long it is connected, without ringing"))
    connected.add_argument("--unanswered", action="store_true", help=_("nobody answers it"))
    quote.add_argument("--pages", type=pages, default=0, metavar="N", help=_("pages that are confirmed"))
    quote.add_argument("--sent", type=pages, metavar="N", help=_("pages that go out (default: those confirmed)"))
    quote.add_argument(
        "--month-pages", type=pages, default=0, metavar="N", help=_("pages of this month before this call")
    )
    quote.add_argument("--incoming", action="store_true", help=_("the call comes in, for the number"))
    quote.add_argument(
        "--mark-up", type=_parse_percent, default=Decimal(0), metavar="PERCENT", help=_("what is added to the tariff")
    )
    quote.add_argument(
        "--config", type=Path, metavar="FILE", help=_("configuration (default: {path})").format(path=CONFIG)
    )
    quote.add_argument("--json", action="store_true", help=_("as one JSON object"))
    quote.set_defaults(run_here=run_quote)


def run_check(options: argparse.Namespace) -> int:
    """`faxctl tariff check FILE`."""
    try:
        tariff = read_tariff(options.file)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        _("{tariff}: prices in {currency}, times of {zone}").format(
            tariff=tariff.name, currency=tariff.currency, zone=tariff.zone.key
        )
    )
    for rule in tariff.rules:
        print(f"{rule.place.line}: {rule.name}: {_format_for(rule)}")
    print(_("{path} can be used.").format(path=options.file))
    return 0


def run_quote(options: argparse.Namespace) -> int:
    """`faxctl tariff quote --tariff FILE --to NUMBER --seconds S --pages N ...`."""
    try:
        tariff, dialling = read_tariff(options.tariff), find_and_load(options.config).dialling
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        number = find_number(options.to, dialling, incoming=options.incoming)
    except NumberRefused as refused:
        return _show(Quote(options.to, priced=False, reason=refused.sentence), options.json)
    at = options.at or datetime.now().astimezone()
    facts = CallFacts(
        number,
        at,
        None if options.unanswered else at,
        None if options.unanswered else at + timedelta(seconds=options.seconds),
        options.pages if options.sent is None else options.sent,
        options.pages,
        Direction.IN if options.incoming else Direction.OUT,
        options.month_pages,
    )
    return _show(make_quote(tariff, facts, MarkUp(options.mark_up)), options.json)


def find_number(text: str, dialling: DiallingConfig, *, incoming: bool = False) -> str:
    """Find the number that a tariff prices; it may be one that nobody here may call. NumberRefused if it is none."""
    if incoming:
        return number_key(text, dialling)
    everywhere = replace(dialling, allowed_countries=tuple(sorted(phonenumbers.SUPPORTED_REGIONS)))
    return destination(text, everywhere).key


def make_quote(tariff: Tariff, facts: CallFacts, mark_up: MarkUp) -> Quote:
    """Price a call."""
    match price_call(tariff, facts, mark_up):
        case Unpriced() as unpriced:
            return Quote(facts.number, priced=False, tariff=tariff.name, reason=unpriced.reason)
        case Price() as price:
            digits = tariff.rounding.digits
            net, vat, gross = (
                "" if amount is None else format_amount(amount, digits)
                for amount in (price.net, price.vat, price.gross)
            )
            return Quote(
                facts.number,
                priced=True,
                currency=price.currency,
                net=net,
                vat_percent=f"{price.vat_percent:f}",
                vat=vat,
                gross=gross,
                seconds=price.seconds,
                pages=price.pages,
                tariff=price.tariff,
                rule=price.rule,
                beginning=price.beginning,
                place=price.place,
                steps=price.steps,
            )


def _show(quote: Quote, json: bool) -> int:
    if json:
        print_json(quote)
    elif quote.priced:
        _print(quote)
    else:
        print(f"faxctl: {translate(quote.reason)}", file=sys.stderr)
    return 0 if quote.priced else 1


def _print(quote: Quote) -> None:
    known = [
        (_("Number:"), quote.number),
        (_("Rule:"), quote.rule),
        (_("Price:"), f"{quote.net} {quote.currency}"),
        (_("With VAT:"), f"{quote.gross} {quote.currency}" if quote.gross else ""),
    ]
    width = max(len(name) for name, value in known if value)
    for name, value in known:
        if value:
            print(f"{name:{width}} {value}")
    for number, sentence in enumerate(quote.steps, start=1):
        print(f"{number:{width}}. {translate(sentence)}")


def _format_for(rule: TariffRule) -> str:
    numbers = _("all other numbers") if OTHERWISE in rule.beginnings else ", ".join(rule.beginnings)
    facts = [
        numbers,
        _("calls that come in") if rule.direction is Direction.IN else "",
        _("from {day} on").format(day=rule.first_day) if rule.first_day else "",
        _("until {day}").format(day=rule.last_day) if rule.last_day else "",
    ]
    return "; ".join(filter(None, facts))


def _make_count(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,8}", text, re.ASCII) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(
                _("{text} is not a whole number from {least} to {most}").format(text=text, least=least, most=most)
            )
        return int(text)

    return parse


def _parse_percent(text: str) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,6})?", text, re.ASCII):
        raise argparse.ArgumentTypeError(_("{text} is not a percentage, as 10 or 7.5").format(text=text))
    return Decimal(text)
