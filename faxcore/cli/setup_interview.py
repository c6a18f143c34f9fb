# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of `faxctl setup`: made of what is there already, of the options, and of a person's answers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from faxcore.cli import setup_steps
from faxcore.cli.setup_answers import (
    format_station,
    guess_country,
    guess_person,
    judge_country,
    judge_folder,
    judge_number,
    judge_owner,
    judge_station,
)
from faxcore.cli.setup_plan import (
    NAME,
    Plan,
    PlannedLine,
    fill_in,
    format_plan,
    is_ours,
    leave_out,
    name_lines,
    read_file,
    read_others,
    read_plan,
)
from faxcore.cli.setup_questions import Questions
from faxcore.config import ConfigError
from faxcore.config.configuration import find_and_load
from faxcore.config.toml_source import FOLDER
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.modem.search import Looked, find_devices, look_at

LINES: Final = 4
"""Lines of the simulated exchange."""


class NotSetUp(Exception):
    """It cannot be done; the text says why, and what to do."""


def make_plan(options: argparse.Namespace, questions: Questions) -> Plan | None:
    """Make the plan; None if the person does not want it."""
    path = options.config.parent / FOLDER / NAME
    text = read_file(path)
    if options.json and not options.yes:
        raise NotSetUp(_("With --json nothing is asked: say --yes, too."))
    before, others = _read_present(text, path), read_others(options.config)
    present = _complete(fill_in(before, others), options)
    if options.yes:
        if text and not is_ours(text) and not options.overwrite:
            raise NotSetUp(_("{path} was changed by hand: say --overwrite if that may be lost.").format(path=path))
        plan = present
        _look_at_lines(plan.lines, before.lines, options)
    else:
        plan = _ask(options, questions, present)
    if not plan.lines and not plan.simulated:
        raise NotSetUp(_("There is no line: name one with --line, or say --simulated for the simulated exchange."))
    plan = replace(plan, lines=name_lines(plan.lines, _list_other_names(options.config, plan)))
    written = leave_out(plan, others)
    setup_steps.check_new(options.config, format_plan(written))
    if options.yes:
        return written
    print("\n" + "\n".join(_summarise(plan, path)))
    if text and not is_ours(text) and not questions.ask_yes(_("It was changed by hand; may that be lost?"), False):
        return None
    return written if questions.ask_yes(_("Is that right, and to be done?")) else None


def _read_present(text: str, path: Path) -> Plan:
    try:
        return read_plan(text)
    except ValueError as error:
        raise NotSetUp(f"{path}: {error}") from error


def _complete(present: Plan, options: argparse.Namespace) -> Plan:
    """Put in what the options say, in place of what is there."""
    said = {
        "country": None if options.country is None else options.country.upper(),
        "station_name": options.name,
        "station_id": options.station,
        "prefix": options.prefix,
        "received": options.received,
        "owners": None if options.owner is None else tuple(options.owner),
    }
    plan = replace(present, **{name: value for name, value in said.items() if value is not None})
    plan = replace(plan, country=plan.country or guess_country(), owners=plan.owners or (guess_person(),))
    if options.simulated:
        return replace(plan, lines=(), simulated=LINES)
    if options.lines:
        # A line that is there already keeps its name, and with it its calls, and its numbers if none are said.
        known = {line.device: line for line in present.lines}
        kept = [known.get(line.device, line) for line in options.lines]
        lines = [replace(old, numbers=new.numbers or old.numbers) for old, new in zip(kept, options.lines, strict=True)]
        return replace(plan, lines=tuple(lines), simulated=0)
    return plan


def _look_at_lines(lines: Sequence[PlannedLine], before: Sequence[PlannedLine], options: argparse.Namespace) -> None:
    """Look at the modems that are new. NotSetUp if one is none."""
    # The service itself is using the others.
    known = {line.device for line in before}
    devices = [Path(line.device) for line in lines if line.device not in known]
    for looked in look_at(devices, options.seconds):
        if not looked.usable:
            raise NotSetUp(_describe(looked))


def _list_other_names(config: Path, plan: Plan) -> list[str]:
    """List the names of the lines that stand in other files of the configuration."""
    try:
        found = find_and_load(config if config.exists() else None)
    except (ConfigError, OSError):
        return []
    ours = {line.name for line in plan.lines}
    return [line.name for line in found.lines if line.name not in ours]


# ------------------------------------------------------------ questions


def _ask(options: argparse.Namespace, questions: Questions, present: Plan) -> Plan:
    print(_("Enter takes what stands in brackets; - empties it. Nothing is written before you have seen it all."))
    country = questions.ask(_("Your country, in two letters"), present.country, judge_country)
    plan = replace(present, country=country.upper())
    plan = replace(plan, station_name=questions.ask(_("Who you are, in words"), plan.station_name))
    plan = _ask_lines(options, questions, plan)
    number = next((number for line in plan.lines for number in line.numbers), "")
    station = questions.ask(
        _("The station id that other fax machines show"),
        plan.station_id or format_station(number, plan.country),
        judge_station,
    )
    owners = questions.ask_list(_("People and groups who get the faxes"), plan.owners, judge_owner)
    about_prefix = _("What is dialled for an outside line, often 0; nothing if that is not needed")
    prefix = questions.ask(about_prefix, plan.prefix)
    received = questions.ask(
        _("The folder of received faxes"), plan.received or "/var/spool/facteur/received", judge_folder
    )
    return replace(plan, station_id=station, owners=owners, prefix=prefix, received=received)


def _ask_lines(options: argparse.Namespace, questions: Questions, plan: Plan) -> Plan:
    print(_("Looking for modems …"))
    devices = [device.path for device in find_devices(options.devices, options.ttys)]
    known = {line.device: line for line in plan.lines}
    asked = [Path(device) for device in known if Path(device) not in devices]
    lines: list[PlannedLine] = []
    for looked in [*look_at(devices, options.seconds), *look_at(asked, options.seconds)]:
        print("  " + _describe(looked))
        line = known.get(str(looked.device))
        # The service itself may be using a line that is there already.
        if (looked.usable or line is not None) and questions.ask_yes(_("Use it as a telephone line?")):
            numbers = questions.ask_list(
                _("The numbers at which it is called"), line.numbers if line else (), judge_number
            )
            lines.append(PlannedLine(str(looked.device), numbers, line.name if line else ""))
    if lines:
        return replace(plan, lines=tuple(lines), simulated=0)
    print(_("There is no modem that Facteur can use."))
    if questions.ask_yes(_("Use the simulated exchange, to try Facteur out?"), False):
        return replace(plan, lines=(), simulated=LINES)
    return replace(plan, lines=(), simulated=0)


def _describe(looked: Looked) -> str:
    if looked.failure is not None:
        return f"{looked.device}: {translate(looked.failure)}"
    assert looked.abilities is not None
    name = ", ".join(looked.abilities.identity) or _("a modem that does not say its name")
    good, bad = _("a fax modem that Facteur can use"), _("not a fax modem of class 1, which Facteur needs")
    verdict = good if looked.usable else bad
    return f"{looked.device}: {name}: {verdict}"


def _summarise(plan: Plan, path: Path) -> list[str]:
    lines = [
        _("Country: {country}").format(country=plan.country),
        _("Name: {name}; station id: {station}").format(name=plan.station_name, station=plan.station_id),
        *(
            _("Line {line}: {device}, numbers: {numbers}").format(
                line=line.name, device=line.device, numbers=", ".join(line.numbers) or _("no number")
            )
            for line in plan.lines
        ),
    ]
    if not plan.lines:
        lines.append(_("The simulated exchange, with {lines} lines").format(lines=plan.simulated))
    lines += [
        _("Owners of received faxes: {owners}").format(owners=", ".join(plan.owners)),
        _("Folder of received faxes: {folder}").format(folder=plan.received),
        _("It is written to {path}").format(path=path),
    ]
    return lines
