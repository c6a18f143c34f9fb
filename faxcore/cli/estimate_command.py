# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl estimate`: how long the call for a fax will probably be, before it is sent. It takes what `send` takes."""

from __future__ import annotations

import argparse
import asyncio
import tempfile

from faxcore.bus.client import connect
from faxcore.cli.fax_commands import add_drawing, add_recipient, draw, make_order
from faxcore.cli.plain_output import print_json
from faxcore.contract.estimated import Estimate
from faxcore.i18n import gettext as _


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
    print(_format_length(found))
    return 0


def _format_length(estimate: Estimate) -> str:
    text = _("{pages} pages, about {time} on the line, between {least} and {most}").format(
        pages=estimate.pages,
        time=_format_seconds(estimate.seconds),
        least=_format_seconds(estimate.least),
        most=_format_seconds(estimate.most),
    )
    known = _("as earlier calls to this number") if estimate.known else _("no fax has gone to this number before")
    return f"{text} ({known})"


def _format_seconds(seconds: int) -> str:
    return _("{minutes}:{seconds:02} min").format(minutes=seconds // 60, seconds=seconds % 60)
