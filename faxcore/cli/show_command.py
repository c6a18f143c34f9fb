# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl show`: one fax with its calls; with --costs, the steps that led to the price of each."""

from __future__ import annotations

import argparse

from faxcore.bus.client import Client
from faxcore.cli.cost_output import format_costs, format_price
from faxcore.cli.plain_output import format_live, print_json
from faxcore.contract.codec import encode
from faxcore.contract.priced import CallPrice, Pricing, count_unpriced, sum_prices
from faxcore.contract.sent_fax import Call, Job
from faxcore.i18n import gettext as _
from faxcore.i18n import translate


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("fax", metavar="FAX")
    parser.add_argument("--costs", action="store_true", help=_("why each of its calls cost what it did, step by step"))


async def show(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl show FAX [--costs]`."""
    found = await desk.show_job(options.fax)
    if options.json:
        return print_json(found)
    prices = [call.price for call in found.calls]
    cost = format_costs(sum_prices(prices), count_unpriced(prices))
    for name, value in (_facts(found.job) | ({"cost": cost} if cost else {})).items():
        print(f"{name + ':':12}{value}")
    for call in found.calls:
        print(_format_call(call))
        for step in _list_steps(call.price, options.costs):
            print(f"    {step}")
    return 0


def _facts(job: Job) -> dict[str, object]:
    told = {"reason": translate(job.reason), "progress": translate(job.progress)}
    live = {} if job.live is None else {"live": " ".join(part for part in (job.live.line, format_live(job)) if part)}
    return encode(job) | told | live  # type: ignore[no-any-return]


def _format_call(call: Call) -> str:
    outcome = call.outcome.value if call.outcome is not None else ""
    to = f"  {call.number}" if call.number else ""
    counts = _("{confirmed} pages confirmed, {rate} bit/s, {seconds:.0f} s")
    about = counts.format(confirmed=call.confirmed, rate=call.rate, seconds=call.seconds)
    reason = f"  {translate(call.reason)}" if call.reason else ""
    behind = "  " + _("in the call of the fax before it") if call.follows else ""
    price = f"  {format_price(call.price)}" if call.price.state is not Pricing.NONE else ""
    return f"  {call.started[:19]}  {call.line:8}  {outcome:12}{to}  {about}{behind}{reason}{price}"


def _list_steps(price: CallPrice, wanted: bool) -> list[str]:
    """List the steps to a price, if they are wanted; why there is none is said in any case."""
    steps = [translate(each) for each in price.steps]
    if price.state is Pricing.UNPRICED:
        return steps
    if not wanted:
        return []
    if price.state is Pricing.NONE:
        return [_("No price is known: no tariff was configured when the call ended, or it has not ended.")]
    if not steps:
        return [_("The steps to this price have been removed together with the number.")]
    return [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
