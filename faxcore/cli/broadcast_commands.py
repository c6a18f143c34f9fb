# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl broadcast`: one document for many recipients, seen and stopped in one place."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from faxcore.bus.client import BusError, Client
from faxcore.cli.fax_commands import add_drawing, add_order, draw, make_order, make_title
from faxcore.cli.handing_in import hand_in
from faxcore.cli.plain_output import format_fax, print_json
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery
from faxcore.contract.order import Order
from faxcore.contract.sent_fax import Broadcast
from faxcore.i18n import gettext as _
from faxcore.model.sentence import Sentence


def add_arguments(top: ArgumentParser) -> None:
    """The commands about broadcasts."""
    commands = top.add_subparsers(dest="action", required=True, metavar="COMMAND")

    def command(name: str, run: Any, help: str) -> ArgumentParser:
        made: ArgumentParser = commands.add_parser(name, help=help)
        made.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
        made.set_defaults(run_there=run)
        return made

    sending = command("send", send, _("send a document to every recipient of a list, or to none if it has a fault"))
    about_list = _(
        "CSV; the first line names the columns: number, last_name, first_name, role, department, company, sub_address,"
        " password"
    )
    sending.add_argument("--list", required=True, type=Path, metavar="CSV", help=about_list)
    add_order(sending)
    add_drawing(sending)
    command("list", list_all, _("your broadcasts, newest first"))
    for name, run, about in (
        ("show", show, _("how far a broadcast is, and its faxes")),
        ("cancel", cancel, _("cancel every fax of a broadcast that has not ended")),
        ("hold", hold, _("hold every fax of a broadcast back until it is released")),
        ("release", release, _("let every held fax of a broadcast go on")),
    ):
        command(name, run, about).add_argument("broadcast", metavar="BROADCAST")


async def send(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl broadcast send --list CSV FILE...`."""
    order = make_order(options, options.title or make_title(options.files))
    try:
        recipients = options.list.open("rb")
    except OSError as error:
        values = {"path": str(options.list), "cause": error.strerror or ""}
        sentence = Sentence("The list {path} cannot be read: {cause}.", values)
        raise BusError(ErrorCode.BAD_ORDER, sentence) from error
    with recipients, tempfile.TemporaryFile() as original, tempfile.TemporaryFile() as pages:
        await asyncio.to_thread(draw, original, pages, options)

        async def submit(desk: Client, order: Order) -> Broadcast:
            for file in (pages, original, recipients):
                if file.seekable():
                    file.seek(0)
            return await desk.submit_to_many(pages, original, recipients, order)

        begun = await hand_in(desk, options.bus, order, order.title, submit)
    if options.json:
        return print_json(begun)
    print(begun.id)
    return 0


async def list_all(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl broadcast list`."""
    found = await desk.list_broadcasts()
    if options.json:
        return print_json(found)
    for each in found:
        print(_format(each))
    return 0


async def show(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl broadcast show BROADCAST`."""
    found = await desk.show_broadcast(options.broadcast)
    if options.json:
        return print_json(found)
    print(_format(found))
    after = ""
    while True:
        page = await desk.list_faxes(FaxQuery(broadcast=options.broadcast, after=after))
        for job in page.jobs:
            print(f"  {format_fax(job)}")
        after = page.after
        if not after:
            return 0


async def cancel(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl broadcast cancel BROADCAST`."""
    await desk.cancel_broadcast(options.broadcast)
    return 0


async def hold(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl broadcast hold BROADCAST`."""
    await desk.hold_broadcast(options.broadcast)
    return 0


async def release(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl broadcast release BROADCAST`."""
    await desk.release_broadcast(options.broadcast)
    return 0


def _format(found: Broadcast) -> str:
    counts = ", ".join(f"{each.state.value}: {each.faxes}" for each in found.states)
    recipients = _("{count} recipients").format(count=found.recipients)
    return f"{found.id}  {found.created[:19]}  {recipients}  {found.title}  ({counts})"
