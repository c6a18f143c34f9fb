# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl estimate`: how long the call for a fax will probably be, before it is sent. It takes what `send` takes."""

from __future__ import annotations

import argparse
import asyncio
import tempfile

from faxcore.bus.client import connect
from faxcore.cli.cost_output import format_price
from faxcore.cli.fax_commands import add_drawing, add_recipient, draw, make_order
from faxcore.cli.plain_output import print_json
from faxcore.contract.estimated import Estimate
from faxcore.contract.priced import Pricing
from faxcore.i18n import gettext as _
from faxcore.i18n import translate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add_recipient(parser, number_required=True)
    add_drawing(parser)
    parser.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
    parser.set_defaults(run_here=lambda options: asyncio.run(_estimate(options)))


async def _estimate(options: argparse.Namespace) -> int:
    async with connect(options.bus) as desk:
        with tempfile.TemporaryFile() as original, tempfile.TemporaryFile() as pages:
            await asyncio.to_thread(draw, original, pages, options)
            found = await desk.estimate_document(pages, make_order(options))
    if options.json:
        return print_json(found)
    print(format_length(found))
    if found.price.state is not Pricing.NONE:
        print(format_cost(found))
    return 0


def format_length(estimate: Estimate) -> str:
    """Write how many pages it has, and how long it will be."""
    text = _("{pages} pages, about {time} on the line, between {least} and {most}").format(
        pages=estimate.pages,
        time=_format_seconds(estimate.seconds),
        least=_format_seconds(estimate.least),
        most=_format_seconds(estimate.most),
    )
    known = _("as earlier calls to this number") if estimate.known else _("no fax has gone to this number before")
    return f"{text} ({known})"


def format_cost(estimate: Estimate) -> str:
    """Write what it would cost, or why nobody knows, and who pays."""
    price, most = format_price(estimate.price), format_price(estimate.most_price)
    if estimate.price.state is Pricing.UNPRICED:
        reason = " ".join(map(translate, estimate.price.steps))
        price = _("no price: {reason}").format(reason=reason)
    elif most != price:
        price = _("{price}, at most {most}").format(price=price, most=most)
    payer = _("paid by {payer}").format(payer=estimate.payer)
    return f"{price} ({payer})" if estimate.payer else price


def _format_seconds(seconds: int) -> str:
    return _("{minutes}:{seconds:02} min").format(minutes=seconds // 60, seconds=seconds % 60)
