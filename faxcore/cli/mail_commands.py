# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl mail`, for the administrator: whether news go out by mail.

`test ADDRESS` sends a mail now and tells what the mail server says; `list` shows what waits and what was given up, and
why; `retry` tries all of it again.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from faxcore.bus.client import connect_admin
from faxcore.cli.paging import read_pages
from faxcore.cli.plain_output import format_time, print_json
from faxcore.contract.bus import Mail
from faxcore.i18n import gettext as _
from faxcore.i18n import translate


def add_mail(parser: argparse.ArgumentParser) -> None:
    """The commands of `faxctl mail`."""
    commands = parser.add_subparsers(required=True, metavar=_("COMMAND"))
    test = commands.add_parser("test", help=_("send a test mail now, and tell what the mail server says"))
    test.add_argument("address", metavar=_("ADDRESS"), help=_("where it goes, as anne@example.org"))
    test.set_defaults(run_here=lambda options: asyncio.run(_test(options)))
    listing = commands.add_parser("list", help=_("what waits to go by mail, and what was given up"))
    listing.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
    listing.set_defaults(run_here=lambda options: asyncio.run(_list(options)))
    retry = commands.add_parser("retry", help=_("try everything again that has not gone by mail"))
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
    found: list[Mail] = []
    async with connect_admin(options.bus) as admin:
        async for page in read_pages(admin.list_mails):
            if options.json:
                found += page.mails
                continue
            for each in page.mails:
                print(_format(each))
            sys.stdout.flush()
    return print_json(found) if options.json else 0


async def _retry(options: argparse.Namespace) -> int:
    async with connect_admin(options.bus) as admin:
        await admin.retry_mails()
    return 0


def _format(mail: Mail) -> str:
    if mail.given_up:
        state = _("given up")
    elif mail.next_try:
        state = _("tried again at {time}").format(time=format_time(mail.next_try))
    else:
        state = _("waits")
    who = mail.address or mail.person
    parts = [format_time(mail.created), mail.kind, mail.subject, who, state, translate(mail.reason)]
    return "  ".join(filter(None, parts))
