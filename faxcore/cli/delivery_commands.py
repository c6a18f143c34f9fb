# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl deliveries` and `faxctl mail`, for the administrator: whether news go out, by mail, on paper, by a command.

`deliveries list` shows what waits and what was given up, and why; `deliveries retry` tries all of it again; `mail test
ADDRESS` sends a mail now and tells what the mail server says.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from faxcore.bus.client import connect_admin
from faxcore.cli.paging import print_pages
from faxcore.cli.plain_output import format_time
from faxcore.contract.administration import OpenDelivery
from faxcore.contract.page_reading import read_pages
from faxcore.i18n import gettext as _
from faxcore.i18n import translate


def add_mail(parser: argparse.ArgumentParser) -> None:
    """The commands of `faxctl mail`."""
    commands = parser.add_subparsers(required=True, metavar=_("COMMAND"))
    test = commands.add_parser("test", help=_("send a test mail now, and tell what the mail server says"))
    test.add_argument("address", metavar=_("ADDRESS"), help=_("where it goes, as anne@example.org"))
    test.set_defaults(run_here=lambda options: asyncio.run(_test(options)))


def add_deliveries(parser: argparse.ArgumentParser) -> None:
    """The commands of `faxctl deliveries`."""
    commands = parser.add_subparsers(required=True, metavar=_("COMMAND"))
    listing = commands.add_parser(
        "list", help=_("what waits to go out by mail, printer or command, and what was given up")
    )
    listing.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
    listing.set_defaults(run_here=lambda options: asyncio.run(_list(options)))
    retry = commands.add_parser("retry", help=_("try everything again that has not gone out"))
    retry.set_defaults(run_here=lambda options: asyncio.run(_retry(options)))


async def _test(options: argparse.Namespace) -> int:
    async with connect_admin(options.bus) as admin:
        result = await admin.test_mail(options.address)
    if result.warning:
        print(result.warning, file=sys.stderr)
    if result.sent:
        print(_("The mail server has taken the mail for {address}.").format(address=options.address))
        return 0
    print(translate(result.reason), file=sys.stderr)
    return 1


async def _list(options: argparse.Namespace) -> int:
    async with connect_admin(options.bus) as admin:
        pages = read_pages(admin.list_deliveries)
        return await print_pages(pages, lambda page: page.deliveries, _format, options.json)


async def _retry(options: argparse.Namespace) -> int:
    async with connect_admin(options.bus) as admin:
        await admin.retry_deliveries()
    return 0


def _format(delivery: OpenDelivery) -> str:
    if delivery.given_up:
        state = _("given up")
    elif delivery.next_try:
        state = _("tried again at {time}").format(time=format_time(delivery.next_try))
    else:
        state = _("waits")
    who = delivery.address or delivery.person
    parts = [
        format_time(delivery.created),
        delivery.channel,
        delivery.kind,
        delivery.subject,
        who,
        state,
        translate(delivery.reason),
    ]
    return "  ".join(filter(None, parts))
