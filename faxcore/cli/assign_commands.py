# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl assign` and `faxctl unassigned`: whose a received fax is, told by hand.

`assign FAX NAME ...` gives one of your received faxes to others, people or groups: one that came to you by mistake, or,
for those who sort (`[receiving] sorters`), one that is nobody's. With --any the administrator gives anybody's.
`unassigned` lists, for the administrator, what is nobody's.
"""

from __future__ import annotations

import argparse
import asyncio

from faxcore.bus.client import connect, connect_admin
from faxcore.cli.paging import print_pages
from faxcore.cli.plain_output import format_fax
from faxcore.contract.page_reading import read_pages
from faxcore.contract.received_fax import Assignment
from faxcore.i18n import gettext as _


def add_assign(parser: argparse.ArgumentParser) -> None:
    """The options of `faxctl assign`."""
    parser.add_argument("fax", metavar="FAX", help=_("the id of a received fax"))
    parser.add_argument("names", metavar="NAME", nargs="+", help=_("people and groups who get it"))
    parser.add_argument("--any", action="store_true", help=_("anybody's fax, as the administrator"))
    parser.set_defaults(run_here=lambda options: asyncio.run(_assign(options)))


def add_unassigned(parser: argparse.ArgumentParser) -> None:
    """The options of `faxctl unassigned`."""
    parser.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
    parser.set_defaults(run_here=lambda options: asyncio.run(_list(options)))


async def _assign(options: argparse.Namespace) -> int:
    wanted = Assignment(options.fax, tuple(options.names))
    if options.any:
        async with connect_admin(options.bus) as admin:
            await admin.assign_any_reception(wanted)
    else:
        async with connect(options.bus) as desk:
            await desk.assign_reception(wanted)
    return 0


async def _list(options: argparse.Namespace) -> int:
    async with connect_admin(options.bus) as admin:
        pages = read_pages(admin.list_unassigned)
        return await print_pages(pages, lambda page: page.receptions, format_fax, options.json)
