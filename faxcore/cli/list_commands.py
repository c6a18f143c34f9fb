# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of `faxctl`: faxes, received faxes, and drafts.

Faxes come page by page and are printed as they come, so that an archive of any size begins at once and ends when its
reader (`head`, a pager) has enough. Everything is listed unless --most says otherwise: who pipes a list into another
program counts on all of it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

from faxcore.bus.client import Client
from faxcore.cli.plain_output import format_fax, print_json
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.contract.printed import Draft
from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.i18n import gettext as _

PAGE: Final = 200
"""Faxes that are asked for at once."""


def add_folder(parser: argparse.ArgumentParser) -> None:
    """The option that chooses a folder."""
    parser.add_argument(
        "--folder",
        choices=[folder.value for folder in Folder],
        help=_("only what is in this folder, received faxes too (default: every fax that you send, but the bin)"),
    )


def add_choice(parser: argparse.ArgumentParser) -> None:
    """The options that say which faxes of a list."""
    parser.add_argument(
        "--search",
        nargs="+",
        default=[],
        metavar="WORD",
        help=_("only those with all these words or beginnings of words: names, numbers, subject"),
    )
    parser.add_argument("--most", type=_count, metavar="N", help=_("only the newest N (default: all)"))


def add_discard(parser: argparse.ArgumentParser) -> None:
    """The option that throws a draft away."""
    parser.add_argument("--discard", metavar="ID")


async def list_faxes(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl list`: without a folder what the caller sends, whatever has become of it."""
    folder = Folder(options.folder) if options.folder else None
    return await _list(desk, options, folder, (Draft, Job, Reception) if folder else (Job,))


async def list_receptions(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl receptions`."""
    return await _list(desk, options, Folder.INBOX, (Reception,))


async def list_drafts(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl drafts`."""
    if options.discard:
        await desk.discard_draft(options.discard)
        return 0
    found = await desk.list_drafts()
    if options.json:
        return print_json(found)
    for draft in found:
        print(format_fax(draft))
    return 0


async def _list(
    desk: Client, options: argparse.Namespace, folder: Folder | None, kinds: tuple[type[Draft | Job | Reception], ...]
) -> int:
    query = FaxQuery(folder=folder, words=" ".join(options.search), most=PAGE)
    faxes: list[Draft | Job | Reception] = []
    async for page in _pages(desk, query, kinds, options.most):
        faxes += page if options.json else []
        for fax in [] if options.json else page:
            print(format_fax(fax))
        sys.stdout.flush()
    return print_json(faxes) if options.json else 0


async def _pages(
    desk: Client, query: FaxQuery, kinds: tuple[type[Draft | Job | Reception], ...], most: int | None
) -> AsyncIterator[list[Draft | Job | Reception]]:
    """The faxes of these kinds, newest first, as the service gives its pages."""
    left = sys.maxsize if most is None else most
    while left > 0:
        page = await desk.list_faxes(query)
        faxes = [fax for fax in (*page.drafts, *page.jobs, *page.receptions) if isinstance(fax, kinds)]
        yield sorted(faxes, key=lambda fax: fax.id, reverse=True)[:left]
        left -= len(faxes)
        if not page.after:
            return
        query = replace(query, after=page.after)


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(_("{text} is not a number of faxes").format(text=text))
    return int(text)
