# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl offer` and `faxctl offers`: documents that callers may fetch."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from argparse import ArgumentParser
from typing import Any

from faxcore.bus.client import Client
from faxcore.cli.fax_commands import add_drawing, draw, make_title
from faxcore.cli.plain_output import format_time, print_json
from faxcore.cli.selection_options import add_password, parse_selection
from faxcore.cli.send_time import parse_time
from faxcore.contract.offered import NewOffer, Offer
from faxcore.i18n import gettext as _


def add_offer(made: ArgumentParser) -> None:
    """The options of `faxctl offer`."""
    made.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
    about_selective = _("its name among several (SEP); without, callers who name none get it")
    made.add_argument("--selective", type=parse_selection, metavar="DIGITS", help=about_selective)
    add_password(made, _("what the caller's machine must say"))
    about_number = _("one of your own numbers; without, all of them")
    made.add_argument("--number", default="", metavar="NUMBER", help=about_number)
    end = made.add_mutually_exclusive_group()
    end.add_argument("--times", type=int, default=0, metavar="N", help=_("how often it may be fetched as a whole"))
    about_until = _("until this time: 18:30, 2026-12-24, 2026-12-24T18:30, +90m")
    end.add_argument("--until", type=parse_time, metavar="TIME", help=about_until)
    add_drawing(made)
    made.set_defaults(run_there=offer)


def add_offers(top: ArgumentParser) -> None:
    """The commands about offers."""
    commands = top.add_subparsers(dest="action", required=True, metavar="COMMAND")

    def command(name: str, run: Any, help: str) -> ArgumentParser:
        made: ArgumentParser = commands.add_parser(name, help=help)
        made.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
        made.set_defaults(run_there=run)
        return made

    command("list", list_all, _("the documents that you offer or have offered, newest first"))
    command("show", show, _("an offer, and the calls that have fetched it")).add_argument("offer", metavar="OFFER")
    command("withdraw", withdraw, _("offer a document no longer")).add_argument("offer", metavar="OFFER")


async def offer(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl offer FILE...`."""
    wanted = NewOffer(
        title=options.title or make_title(options.files),
        number=options.number,
        selective=options.selective or "",
        password=options.password or "",
        times=options.times,
        until=options.until.isoformat() if options.until is not None else "",
    )
    with tempfile.TemporaryFile() as original, tempfile.TemporaryFile() as pages:
        await asyncio.to_thread(draw, original, pages, options)
        made = await desk.offer_document(pages, original, wanted)
    if options.json:
        return print_json(made)
    print(made.id)
    return 0


async def list_all(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl offers list`."""
    found = await desk.list_offers()
    if options.json:
        return print_json(found)
    for each in found:
        print(_format(each))
    return 0


async def show(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl offers show OFFER`."""
    found = await desk.show_offer(options.offer)
    if options.json:
        return print_json(found)
    print(_format(found))
    for each in found.fetchings:
        pages = _("{confirmed} of {pages} pages").format(confirmed=each.confirmed, pages=each.pages)
        who = f"{each.line:8}  {each.outcome.value:12}  {each.caller}  {each.remote_id}"
        print(f"  {format_time(each.started)}  {who}  {pages}")
    return 0


async def withdraw(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl offers withdraw OFFER`."""
    await desk.withdraw_offer(options.offer)
    return 0


def _format(offer: Offer) -> str:
    state = _("offered") if offer.open else _("ended")
    facts = (
        _("at {number}").format(number=offer.number) if offer.number else "",
        _("named {selective}").format(selective=offer.selective) if offer.selective else "",
        _("with a password") if offer.has_password else "",
        _("until {time}").format(time=format_time(offer.until)) if offer.until else "",
        _("fetched {count} of {times} times").format(count=offer.fetched, times=offer.times)
        if offer.times
        else _("fetched {count} times").format(count=offer.fetched),
    )
    known = ", ".join(fact for fact in facts if fact)
    pages = _("{pages} pages").format(pages=offer.pages)
    return f"{offer.id}  {state:8}  {pages}  {offer.title}  ({known})"
