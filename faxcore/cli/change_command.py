# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl change`: another number, password, header, time, priority or payer for a fax that has not ended."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser
from typing import Final

from faxcore.bus.client import Client
from faxcore.cli.plain_output import format_fax, print_json
from faxcore.cli.selection_options import parse_password
from faxcore.cli.send_time import parse_time
from faxcore.contract.order import JobChange
from faxcore.i18n import gettext as _
from faxcore.model.priority import Priority

NOW: Final = "now"
NONE: Final = "none"


def add_options(parser: ArgumentParser) -> None:
    """The options of the command; what is not given stays as it is."""
    parser.add_argument("fax", metavar="FAX")
    about_number = _("to another number it is sent from the first page on")
    parser.add_argument("--to", metavar="NUMBER", help=about_number)
    about_password = _("what the number wants to hear, or none; - asks for it, or reads it from standard input")
    parser.add_argument("--password", type=_read_password, metavar="DIGITS", help=about_password)
    about_header = _("only as long as no page has arrived")
    parser.add_argument("--header", metavar="ID", help=about_header)
    about_payer = _("the budget line or customer that pays from its next call on, or none: by rule, or your own")
    parser.add_argument("--payer", type=_read_payer, metavar="CODE", help=about_payer)
    about_time = _("not before this time: 18:30, 2026-12-24, 2026-12-24T18:30, +90m; or now")
    parser.add_argument("--at", type=_read_start, metavar="TIME", help=about_time)
    about_end = _("give it up at this time, written in the same way; or none: some hours behind its next call")
    parser.add_argument("--until", type=_read_end, metavar="TIME", help=about_end)
    about_priority = _("bulk goes when nothing else waits; urgent is for those whom the administrator has named")
    parser.add_argument("--priority", choices=[each.value for each in Priority], help=about_priority)


def _read_start(text: str) -> str:
    return "" if text == NOW else parse_time(text).isoformat()


def _read_end(text: str) -> str:
    return "" if text == NONE else parse_time(text).isoformat()


def _read_payer(text: str) -> str:
    return "" if text == NONE else text


def _read_password(text: str) -> str:
    return "" if text == NONE else parse_password(text)


async def change(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl change FAX [--to NUMBER] [--at TIME] ...`."""
    priority = Priority(options.priority) if options.priority else None
    wanted = JobChange(options.to, options.header, options.at, options.until, priority, options.password, options.payer)
    await desk.change_job(options.fax, wanted)
    changed = (await desk.show_job(options.fax)).job
    if options.json:
        return print_json(changed)
    print(format_fax(changed))
    return 0
