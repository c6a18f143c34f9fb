# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl archive verify [FAX ...]`: say of each filed fax, received or sent, whether its files are what was filed.

Exit status: 0 if none is changed or missing; 1 if one is.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace

from faxcore.bus.client import connect, connect_admin
from faxcore.cli.plain_output import print_json
from faxcore.contract.filed import CopyPage, CopyQuery, CopyState, FiledCopy
from faxcore.contract.page_reading import read_pages
from faxcore.i18n import gettext as _
from faxcore.i18n import translate

_BAD = (CopyState.CHANGED, CopyState.MISSING)

Verify = Callable[[CopyQuery], Awaitable[CopyPage]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command and its options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help=_("say whether the files of filed faxes are what was filed"))
    verify.add_argument("faxes", nargs="*", metavar="FAX", help=_("only these (default: all of yours that are filed)"))
    verify.add_argument("--everybody", action="store_true", help=_("everybody's, for the administrator"))
    verify.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
    verify.set_defaults(run_here=run_verify)


def run_verify(options: argparse.Namespace) -> int:
    """`faxctl archive verify`."""
    return asyncio.run(_verify(options))


async def _verify(options: argparse.Namespace) -> int:
    found: list[FiledCopy] = []
    bad = False
    async with AsyncExitStack() as connections:
        verify: Verify
        if options.everybody:
            verify = (await connections.enter_async_context(connect_admin(options.bus))).verify_all_copies
        else:
            verify = (await connections.enter_async_context(connect(options.bus))).verify_copies
        query = CopyQuery(ids=tuple(options.faxes))
        async for page in read_pages(lambda after: verify(replace(query, after=after))):
            bad |= any(copy.state in _BAD for copy in page.copies)
            if options.json:
                found += page.copies
                continue
            for copy in page.copies:
                print(_format(copy))
            sys.stdout.flush()
    if options.json:
        print_json(found)
    return 1 if bad else 0


def _format(copy: FiledCopy) -> str:
    states = {
        CopyState.UNCHANGED: _("unchanged"),
        CopyState.CHANGED: _("CHANGED"),
        CopyState.MISSING: _("MISSING"),
        CopyState.AWAY: _("folder away"),
        CopyState.UNKNOWN: _("no hash is known"),
    }
    about = "  ".join((*(copy.files or (copy.pdf or copy.tiff,)), *([translate(copy.reason)] if copy.reason else [])))
    return f"{copy.id}  {states[copy.state]:18}  {about}"
