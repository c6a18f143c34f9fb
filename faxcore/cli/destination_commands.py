# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl destinations`: what calls have taught of the numbers that were called, for the administrator."""

from __future__ import annotations

import argparse
import asyncio
import sys
from argparse import ArgumentParser
from typing import Any

from faxcore.bus.client import AdminClient, connect_admin
from faxcore.cli.plain_output import format_time, print_json
from faxcore.contract.administration import LearntDestination
from faxcore.contract.page_reading import read_pages
from faxcore.i18n import gettext as _


def add_arguments(top: ArgumentParser) -> None:
    """The commands; without one, the list."""
    about_json = _("for scripts: one JSON value")
    top.add_argument("--json", action="store_true", help=about_json)
    top.set_defaults(run_here=run, act=list_all)
    commands = top.add_subparsers(dest="action", metavar="COMMAND")
    for name, act, about in (
        ("show", show, _("what calls have taught of a number")),
        ("forget", forget, _("forget what calls have taught of a number")),
        ("lock", lock, _("keep what is known of a number as it is: calls do not change it any more")),
        ("unlock", unlock, _("let calls to a number teach again")),
    ):
        made: Any = commands.add_parser(name, help=about)
        made.add_argument("number", metavar="NUMBER")
        # Not the default of the list's option, which may have been given before.
        made.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=about_json)
        made.set_defaults(act=act)


def run(options: argparse.Namespace) -> int:
    """Run the command that was given."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with connect_admin(options.bus) as admin:
        return int(await options.act(admin, options))


async def list_all(admin: AdminClient, options: argparse.Namespace) -> int:
    """`faxctl destinations`."""
    found: list[LearntDestination] = []
    async for page in read_pages(admin.list_destinations):
        if options.json:
            found += page.destinations
            continue
        for each in page.destinations:
            print(_format(each))
        sys.stdout.flush()
    return print_json(found) if options.json else 0


async def show(admin: AdminClient, options: argparse.Namespace) -> int:
    """`faxctl destinations show NUMBER`."""
    found = await admin.show_destination(options.number)
    if options.json:
        return print_json(found)
    print(_format(found))
    return 0


async def forget(admin: AdminClient, options: argparse.Namespace) -> int:
    """`faxctl destinations forget NUMBER`."""
    await admin.forget_destination(options.number)
    return 0


async def lock(admin: AdminClient, options: argparse.Namespace) -> int:
    """`faxctl destinations lock NUMBER`."""
    await admin.lock_destination(options.number)
    return await show(admin, options)


async def unlock(admin: AdminClient, options: argparse.Namespace) -> int:
    """`faxctl destinations unlock NUMBER`."""
    await admin.unlock_destination(options.number)
    return await show(admin, options)


def _format(found: LearntDestination) -> str:
    facts = [
        _("begins at {rung}").format(rung=found.begin_at) if found.begin_at else "",
        "" if found.error_correction else _("without error correction"),
        "" if found.together else _("one fax a call"),
        _("prints {paper} at most").format(paper=found.paper.upper()) if found.paper else "",
        _("calls lost in the training: {count}").format(count=found.training_failures)
        if found.training_failures
        else "",
        _("calls lost in error correction: {count}").format(count=found.correction_failures)
        if found.correction_failures
        else "",
        _("known until {time}").format(time=format_time(found.until)) if found.until else "",
        _("last reached {time}").format(time=format_time(found.reached)) if found.reached else _("never reached"),
        _("LOCKED") if found.locked else "",
    ]
    return f"{found.number:16}  {', '.join(fact for fact in facts if fact)}"
