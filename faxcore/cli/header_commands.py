# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl headers`: those that one may choose (`send --header ID`), and those of one's own.

`list`; `add --name NAME ...`, `change HEADER ...`, `remove HEADER` for one's own; `preview HEADER --output FILE` draws
the pages of a fax with it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from faxcore.bus.client import BusError, Client, connect
from faxcore.cli.plain_output import print_json
from faxcore.config.offered_languages import LANGUAGES
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import HeaderChoice, Order, OwnHeader
from faxcore.i18n import gettext as _
from faxcore.i18n import show_sentence
from faxcore.model.sentence import Sentence

_TEXTS: Final = ("name", "heading", "language", "logo", "message")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The commands and their options."""
    commands = parser.add_subparsers(required=True, metavar=_("COMMAND"))
    listing = commands.add_parser("list", help=_("the headers that you may choose, your own last"))
    listing.add_argument("--json", action="store_true", help=_("for scripts: one JSON value, of your own headers"))
    listing.set_defaults(run_here=lambda options: asyncio.run(_list(options)))
    adding = commands.add_parser("add", help=_("a header of your own"))
    _add_content(adding, name_required=True)
    adding.set_defaults(run_here=lambda options: asyncio.run(_add(options)))
    changing = commands.add_parser("change", help=_("a header of your own; what is not named stays as it is"))
    removing = commands.add_parser("remove", help=_("a header of your own"))
    drawing = commands.add_parser("preview", help=_("the pages of a fax with a header of your own, as TIFF"))
    for each in (changing, removing, drawing):
        each.add_argument(
            "header", metavar=_("HEADER"), help=_("its id or its name, as “faxctl headers list” shows it")
        )
    _add_content(changing, name_required=False)
    changing.set_defaults(run_here=lambda options: asyncio.run(_change(options)))
    removing.set_defaults(run_here=lambda options: asyncio.run(_remove(options)))
    drawing.add_argument("--output", required=True, type=Path, metavar=_("FILE"))
    drawing.add_argument("--subject", default="", metavar=_("TEXT"), help=_("that of the fax"))
    drawing.set_defaults(run_here=lambda options: asyncio.run(_preview(options)))


def _add_content(parser: argparse.ArgumentParser, name_required: bool) -> None:
    parser.add_argument("--name", required=name_required, metavar=_("TEXT"), help=_("how lists call it"))
    parser.add_argument("--heading", metavar=_("TEXT"), help=_("whose fax it is, at the top of the cover page"))
    about_lines = _("a line of the address below the heading; once for each")
    parser.add_argument("--sender", action="append", metavar=_("TEXT"), help=about_lines)
    about_cover = _("a cover page goes first (--no-cover: none does)")
    parser.add_argument("--cover", action=argparse.BooleanOptionalAction, help=about_cover)
    parser.add_argument("--language", choices=("", *LANGUAGES), help=_("of the words on the cover page"))
    about_logo = _("the header of the administrator's whose logo it has; empty: none")
    parser.add_argument("--logo", metavar=_("HEADER"), help=about_logo)
    about_picture = _("a logo of your own, a PNG or JPEG file; empty: none")
    parser.add_argument("--picture", metavar=_("FILE"), help=about_picture)
    about_message = _("the text that a message begins with; - reads it from standard input")
    parser.add_argument("--message", metavar=_("TEXT"), help=about_message)


async def _list(options: argparse.Namespace) -> int:
    async with connect(options.bus) as desk:
        if options.json:
            return print_json(await desk.list_own_headers())
        for header in await desk.headers():
            print(_format(header))
    return 0


def _format(header: HeaderChoice) -> str:
    facts = [show_sentence(header.name), header.heading]
    facts += [_("with a cover page")] * header.cover + [_("your own")] * header.own
    return "  ".join((f"{header.id:36}", *filter(None, facts)))


async def _add(options: argparse.Namespace) -> int:
    async with connect(options.bus) as desk:
        print((await desk.save_header(await _with_content(desk, OwnHeader(), options))).id)
    return 0


async def _change(options: argparse.Namespace) -> int:
    async with connect(options.bus) as desk:
        await desk.save_header(await _with_content(desk, await _find(desk, options.header), options))
    return 0


async def _remove(options: argparse.Namespace) -> int:
    async with connect(options.bus) as desk:
        await desk.remove_header((await _find(desk, options.header)).id)
    return 0


async def _preview(options: argparse.Namespace) -> int:
    async with connect(options.bus) as desk:
        header = await _find(desk, options.header)
        with tempfile.TemporaryFile() as made:
            await desk.preview_header(header, Order(subject=options.subject, message=header.message), made)
            made.seek(0)
            options.output.write_bytes(made.read())
    return 0


async def _find(desk: Client, wanted: str) -> OwnHeader:
    """Find a header of the caller's own by its id or its name. BusError if there is none."""
    for header in await desk.list_own_headers():
        if wanted in (header.id, header.name):
            return header
    sentence = Sentence("You have no header “{name}”: “faxctl headers list” shows yours.", {"name": wanted})
    raise BusError(ErrorCode.UNKNOWN, sentence)


async def _with_content(desk: Client, header: OwnHeader, options: argparse.Namespace) -> OwnHeader:
    """Give a header what the options say; what they do not name stays."""
    said: dict[str, Any] = {name: getattr(options, name) for name in _TEXTS if getattr(options, name) is not None}
    if said.get("message") == "-":
        said["message"] = sys.stdin.read()
    if options.cover is not None:
        said["cover"] = options.cover
    if options.sender is not None:
        said["sender"] = tuple(filter(None, options.sender))
    if options.picture:
        with open(options.picture, "rb") as picture:
            said["picture"] = await desk.keep_logo(picture)
    elif options.picture is not None:
        said["picture"] = ""
    return replace(header, **said)
