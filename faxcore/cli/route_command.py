# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl route`: whose a fax would be that came in now, or at another time, and which rule says so.

It asks no service: the routes are those of the configuration in /etc/facteur, or of another one.

Exit status: 0 for a call that would be answered; 1 for one that would not, or a configuration that cannot be used.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from faxcore.cli.plain_output import print_json
from faxcore.cli.send_time import parse_time
from faxcore.config import Config, ConfigError, LineConfig
from faxcore.config.callers import UNKNOWN, WITHHELD
from faxcore.config.configuration import CONFIG, find_and_load
from faxcore.dialling.numbers import same_number
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.file_format import FileFormat
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.routing.answered import find_unanswered
from faxcore.routing.fitting import Arrival
from faxcore.routing.routes import route


@dataclass(frozen=True)
class FoundRoute:
    """The way of a fax, and why."""

    line: str
    answered: bool
    reason: Sentence = NOTHING
    """The reason why its call is left to ring."""
    rule: str = ""
    owners: tuple[str, ...] = ()
    """As the configuration names them."""
    people: tuple[str, ...] = ()
    """Those whom these names mean now."""
    folder: str = ""
    mail: tuple[str, ...] = ()
    """Addresses that hear of it besides its owners."""
    printer: str = ""
    """The printer on which it is printed."""
    file_name: str = ""
    """The pattern of its files' names."""
    formats: tuple[FileFormat, ...] = ()
    trace: tuple[Sentence, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("--line", metavar="NAME", help=_("the line on which it comes (default: that of the number)"))
    parser.add_argument("--called", metavar="NUMBER", default="", help=_("the number called"))
    parser.add_argument(
        "--caller",
        metavar="NUMBER",
        default=UNKNOWN,
        help=_("the caller's number; “{unknown}”, or “{withheld}”").format(unknown=UNKNOWN, withheld=WITHHELD),
    )
    parser.add_argument("--station", metavar="ID", default="", help=_("the station id of the sender's machine"))
    parser.add_argument("--sub-address", metavar="DIGITS", default="", help=_("for whom its sender says that it is"))
    parser.add_argument("--at", metavar="TIME", type=parse_time, help=_("when it comes, as 18:30 (default: now)"))
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help=_("configuration (default: {path})").format(path=CONFIG)
    )
    parser.add_argument("--json", action="store_true", help=_("as one JSON object"))
    parser.set_defaults(run_here=run_route)


def run_route(options: argparse.Namespace) -> int:
    """`faxctl route [--line NAME] [--called NUMBER] [--caller NUMBER] ...`."""
    try:
        config = find_and_load(options.config)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    lines = _find_lines(config, options.line, options.called)
    if len(lines) != 1:
        print(_explain_lines(options.line, lines), file=sys.stderr)
        return 2
    none = options.caller in (UNKNOWN, WITHHELD)
    arrival = Arrival(
        called=options.called,
        sub_address=options.sub_address,
        caller="" if none else options.caller,
        station=options.station,
        at=options.at or datetime.now().astimezone(),
    )
    found = find(config, lines[0], arrival, withheld=options.caller == WITHHELD)
    if options.json:
        print_json(found)
    else:
        _print(found)
    return 0 if found.answered else 1


def find(config: Config, line: LineConfig, arrival: Arrival, *, withheld: bool = False) -> FoundRoute:
    """Find the way of a fax as the service does."""
    unanswered = find_unanswered(line, arrival, config, withheld=withheld)
    if unanswered:
        return FoundRoute(line.name, answered=False, reason=unanswered)
    found = route(line, arrival, config.dialling, config.routes)
    people = sorted({person for name in found.owners for person in config.find_owners(name) or ()})
    folder, naming = found.folder or config.received, found.naming.or_else(config.received_naming)
    return FoundRoute(
        line.name,
        answered=True,
        rule=found.rule,
        owners=found.owners,
        people=tuple(people),
        folder=str(folder),
        mail=found.telling.mail,
        printer=found.telling.printer,
        file_name=naming.file_name,
        formats=naming.formats,
        trace=found.trace,
    )


def _find_lines(config: Config, name: str | None, called: str) -> list[LineConfig]:
    """Find the lines on which a call can come: of those that are meant, those with the number called if any has it."""
    lines = [line for line in config.all_lines() if (line.name == name if name else line.answers)]
    if name or not called:
        return lines
    having = [
        line for line in lines if any(same_number(number.number, called, config.dialling) for number in line.numbers)
    ]
    return having or lines


def _explain_lines(name: str | None, lines: Sequence[LineConfig]) -> str:
    if name:
        return _("There is no line called {name}.").format(name=name)
    if not lines:
        return _("No line answers calls.")
    names = ", ".join(line.name for line in lines)
    return _("It may come on several lines; say which with --line: {lines}").format(lines=names)


def _print(found: FoundRoute) -> None:
    if not found.answered:
        print(_("The call is left to ring: {reason}").format(reason=translate(found.reason)))
        return
    people = ", ".join(found.people) or _("nobody: it is kept for the administrator")
    lines = [
        (_("Line:"), found.line),
        (_("For:"), people),
        (_("Owners:"), ", ".join(found.owners) if found.owners != found.people else ""),
        (_("Folder:"), found.folder),
        (_("Mail to:"), ", ".join(found.mail)),
        (_("Printer:"), found.printer),
        (_("File name:"), f"{found.file_name}  ({', '.join(each.suffix for each in found.formats)})"),
        (_("Rule:"), found.rule),
    ]
    known = [(name, value) for name, value in lines if value]
    width = max(len(name) for name, _value in known)
    for name, value in known:
        print(f"{name:{width}} {value}")
    for number, sentence in enumerate(found.trace, start=1):
        print(f"{number:{width}}. {translate(sentence)}")
