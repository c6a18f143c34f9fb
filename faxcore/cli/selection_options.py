# SPDX-License-Identifier: GPL-3.0-or-later
"""Sub-addresses and passwords on the command line."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TextIO

from faxcore.i18n import gettext as _
from faxcore.t30.frames import clean_selection


def add_password(command: argparse.ArgumentParser, what: str) -> None:
    """Add the option for a password; `what` says whose."""
    unseen = _("- asks for it, or reads it from standard input: others can see what a command line says")
    command.add_argument("--password", type=parse_password, metavar="DIGITS", help=f"{what}; {unseen}")


def parse_password(text: str) -> str:
    """Read a password, of - from standard input."""
    if text == "-":
        text = _typed_or_piped()
    return parse_selection(text)


def _typed_or_piped() -> str:
    """A line of standard input, without echo where a person types it; empty where there is none."""
    # Python's own type says otherwise, but a program that was started without standard input has None.
    source: TextIO | None = sys.stdin
    if source is None:
        return ""
    try:
        return getpass.getpass(_("Password: ")) if source.isatty() else source.readline()
    except EOFError:
        return ""


def parse_selection(text: str) -> str:
    """Read a sub-address or password, if T.30 can carry it: what it cannot is refused, not left out."""
    if not text.strip() or clean_selection(text) != text.strip():
        raise argparse.ArgumentTypeError(_("it may have up to twenty digits, spaces, +, * and #"))
    return text.strip()
