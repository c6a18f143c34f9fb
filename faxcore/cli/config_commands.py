# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl config check FILE`: whether a configuration can be used, with the files of facteur.d beside it.

Exit status: 0 if it can be used; 1 if not, with the file, the line and the remedy on standard error.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from faxcore.config import ConfigError, load
from faxcore.i18n import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command and its options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help=_("say whether a configuration can be used"))
    check.add_argument("file", type=Path, metavar="FILE")
    check.set_defaults(run_here=run_check)


def run_check(options: argparse.Namespace) -> int:
    """`faxctl config check FILE`."""
    try:
        config = load(options.file)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    print(_("Files read: {files}").format(files=", ".join(map(str, config.files))))
    for line in config.all_lines():
        numbers = ", ".join(number.number for number in line.numbers) or _("no number")
        print(f"{line.name}: {line.device} ({numbers})")
    print(_("{path} can be used.").format(path=options.file))
    return 0
