# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl printer install|check|remove`: the printer *Fax* in this machine's printing system.

Exit status: 0 if all is well, after `install` as after `check`; 1 if not, with one sentence for each fault.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from faxcore.cups import backend_file, printer
from faxcore.cups.fault import Fault, Kind
from faxcore.i18n import gettext as _

_NOT_MENDED = (Kind.CUPSD, Kind.NOT_ALLOWED, Kind.REFUSED)
"""Faults whose sentence says itself what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The three commands and their options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    commands: tuple[tuple[str, str, Callable[[argparse.Namespace], int]], ...] = (
        ("install", _("make the printer, or put it right"), run_install),
        ("check", _("say what is wrong with the printer"), run_check),
        ("remove", _("remove the printer"), run_remove),
    )
    for name, text, run in commands:
        command = actions.add_parser(name, help=text)
        command.add_argument(
            "--name",
            default=printer.PRINTER,
            help=_("the printer's name (default: {name})").format(name=printer.PRINTER),
        )
        command.add_argument("--json", action="store_true", help=_("as one JSON object"))
        command.set_defaults(run_here=run)
        if name != "remove":
            command.add_argument(
                "--backend",
                type=Path,
                default=backend_file.BACKEND,
                metavar="FILE",
                help=_("the backend in cupsd's folder (default: {path})").format(path=backend_file.BACKEND),
            )


def run_install(options: argparse.Namespace) -> int:
    """`faxctl printer install`."""
    return _report(options, _install(options.name, options.backend))


def put_right() -> list[str]:
    """Make the usual printer, or put it right; a sentence for each fault that is left."""
    return [fault.sentence for fault in _install(printer.PRINTER, backend_file.BACKEND)]


def _install(name: str, backend: Path) -> list[Fault]:
    try:
        backend_file.mend_backend(backend)
    except PermissionError:
        return [Fault(Kind.NOT_ALLOWED, _("Only root may write the backend: try it with sudo."))]
    except OSError as error:
        return [Fault(Kind.REFUSED, _("The backend cannot be written: {reason}").format(reason=error))]
    try:
        printer.install(printer.connect(), name)
    except printer.PrinterFailed as failure:
        return [failure.fault]
    return _find_faults(name, backend)


def run_check(options: argparse.Namespace) -> int:
    """`faxctl printer check`."""
    return _report(options, _find_faults(options.name, options.backend), hint=True)


def run_remove(options: argparse.Namespace) -> int:
    """`faxctl printer remove`."""
    try:
        removed = printer.remove(printer.connect(), options.name)
    except printer.PrinterFailed as failure:
        return _report(options, [failure.fault])
    said = _("The printer {name} is removed.") if removed else _("There is no printer {name}.")
    _say(options, [], said.format(name=options.name))
    return 0


def _find_faults(name: str, backend: Path) -> list[Fault]:
    faults = list(backend_file.check_backend(backend))
    try:
        return faults + printer.check(printer.connect(), name)
    except printer.PrinterFailed as failure:
        return [*faults, failure.fault]


def _report(options: argparse.Namespace, faults: list[Fault], hint: bool = False) -> int:
    lines = [fault.sentence for fault in faults]
    if hint and any(fault.kind not in _NOT_MENDED for fault in faults):
        lines.append(_("To put it right: {command}").format(command=_mend_command(options)))
    if not faults:
        lines.append(_("The printer {name} is ready.").format(name=options.name))
    _say(options, faults, *lines)
    return 1 if faults else 0


def _mend_command(options: argparse.Namespace) -> str:
    program = "faxctl" if shutil.which("faxctl") else sys.argv[0]
    command = ["sudo", program, "printer", "install"]
    if options.name != printer.PRINTER:
        command += ["--name", options.name]
    if options.backend != backend_file.BACKEND:
        command += ["--backend", str(options.backend)]
    return shlex.join(command)


def _say(options: argparse.Namespace, faults: list[Fault], *lines: str) -> None:
    if not options.json:
        print("\n".join(lines))
        return
    found = [{"fault": str(fault.kind), "sentence": fault.sentence} for fault in faults]
    print(json.dumps({"printer": options.name, "good": not faults, "faults": found}, ensure_ascii=False))
