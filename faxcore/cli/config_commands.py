# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl config`: check a configuration, and have the running service take it on.

`check FILE` says if it can be used, with the files of facteur.d beside it; `reload` has the service read its own files
again, which administrators may.

Exit status: 0 if it can be used; 1 if not, with the file, the line and the remedy on standard error.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from faxcore.billing.tariffs import read_tariffs
from faxcore.bus.client import connect_admin
from faxcore.cli.config_printers import check_printers
from faxcore.config import ConfigError, load
from faxcore.cups.printer import PrinterFailed
from faxcore.i18n import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command and its options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help=_("say whether a configuration can be used"))
    check.add_argument("file", type=Path, metavar="FILE")
    check.set_defaults(run_here=run_check)
    reload = actions.add_parser("reload", help=_("have the running service read its configuration again"))
    reload.set_defaults(run_here=run_reload)


def run_check(options: argparse.Namespace) -> int:
    """`faxctl config check FILE`."""
    try:
        config = load(options.file)
        read_tariffs(config)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    if not _has_its_printers(options.file):
        return 1
    print(_("Files read: {files}").format(files=", ".join(map(str, config.files))))
    lines = config.all_lines()
    if not lines:
        print(_("There is no telephone line yet."))
    for line in lines:
        numbers = ", ".join(number.number for number in line.numbers) or _("no number")
        print(f"{line.name}: {line.device} ({numbers})")
    print(_("{path} can be used.").format(path=options.file))
    return 0


def _has_its_printers(file: Path) -> bool:
    """Return whether the printing system has each printer that is named; say which it has not, or that it is away."""
    try:
        unknown = check_printers(file)
    except PrinterFailed as error:
        print(_("The printers could not be checked. {reason}").format(reason=error), file=sys.stderr)
        return True
    for each in unknown:
        print(each, file=sys.stderr)
    return not unknown


def run_reload(options: argparse.Namespace) -> int:
    """`faxctl config reload`."""
    return asyncio.run(_reload(options.bus))


async def _reload(address: str | None) -> int:
    """Print the sections that have changed. BusError if the service refuses the configuration."""
    async with connect_admin(address) as admin:
        changed = (await admin.reload()).changed
    if changed:
        print(_("Changed, and in force now: {sections}").format(sections=", ".join(changed)))
    else:
        print(_("Nothing has changed."))
    return 0
