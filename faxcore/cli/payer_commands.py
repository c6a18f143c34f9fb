# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl payers`: who may pay for one's faxes; and the option by which one of them is chosen."""

from __future__ import annotations

import argparse
import asyncio

from faxcore.bus.client import connect, connect_admin
from faxcore.cli.plain_output import print_json
from faxcore.contract.paying import PayerChoice, PayerKind
from faxcore.i18n import gettext as _


def add_payer(parser: argparse.ArgumentParser) -> None:
    """The option of an order that says who pays."""
    about = _("the budget line or customer that pays; “faxctl payers” lists yours (default: by rule, or your own)")
    parser.add_argument("--payer", default="", metavar="CODE", help=about)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command and its options."""
    about = _("all of the configuration, valid or not, for the administrator")
    parser.add_argument("--everybody", action="store_true", help=about)
    parser.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
    parser.set_defaults(run_here=run)


def run(options: argparse.Namespace) -> int:
    """`faxctl payers`."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    if options.everybody:
        async with connect_admin(options.bus) as admin:
            found = await admin.list_all_payers()
    else:
        async with connect(options.bus) as desk:
            found = await desk.list_payers()
    if options.json:
        return print_json(found)
    for payer in found:
        print(_format(payer))
    return 0


def _format(payer: PayerChoice) -> str:
    kinds = {PayerKind.BUDGET: _("budget line"), PayerKind.CUSTOMER: _("customer")}
    facts = (
        payer.name,
        _("from {day} on").format(day=payer.valid_from) if payer.valid_from else "",
        _("until {day}").format(day=payer.valid_until) if payer.valid_until else "",
        _("pays where you choose nobody") if payer.is_default else "",
    )
    return f"{payer.code:16}  {kinds[payer.kind]:14}  {', '.join(fact for fact in facts if fact)}"
