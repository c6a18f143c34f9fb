# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl setup`: from an installed Facteur to a telephone line, by questions or by the same as options.

    faxctl setup                                        asks, and proposes what it finds, or what is there already
    faxctl setup --line DEVICE --number NUMBER ... --yes      asks nothing: what is not said stays as it is
    faxctl setup --simulated --yes                      the simulated exchange in place of a line, to try Facteur out

Nothing is written before the summary is confirmed. Exit status: 0 if every step is done; 1 if one is not, with what is
wrong and what to do; it may be run again at any time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import phonenumbers

from faxcore import people
from faxcore.cli import setup_steps
from faxcore.cli.printer_commands import put_right
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
from faxcore.cli.setup_questions import NobodyAnswers, Questions
from faxcore.cli.setup_steps import Done
from faxcore.cli.udev_rule import RULES
from faxcore.config import ConfigError
from faxcore.config.configuration import CONFIG, find_and_load
from faxcore.config.toml_source import FOLDER
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.modem.search import DEVICES, PROBE_SECONDS, TTYS, Looked, find_devices, look_at

LINES: Final = 4
"""Lines of the simulated exchange."""
SIMULATED: Final = "0199000002"
"""The number of its second line."""


class NotSetUp(Exception):
    """It cannot be done; the text says why, and what to do."""


class _Number(argparse.Action):
    """A number belongs to the line that was named before it."""

    def __call__(
        self, parser: argparse.ArgumentParser, options: argparse.Namespace, value: Any, option: str | None = None
    ) -> None:
        if not options.lines:
            parser.error(_("say --line before its --number"))
        last = options.lines[-1]
        options.lines = [*options.lines[:-1], replace(last, numbers=(*last.numbers, value))]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command and its options."""
    parser.add_argument(
        "--line",
        dest="lines",
        action="append",
        default=[],
        type=PlannedLine,
        metavar="DEVICE",
        help=_("a modem's serial device, for instance /dev/serial/by-id/usb-...; may be repeated"),
    )
    parser.add_argument(
        "--number", action=_Number, metavar="NUMBER", help=_("a number at which that line is called; may be repeated")
    )
    parser.add_argument("--simulated", action="store_true", help=_("the simulated exchange, in place of a line"))
    parser.add_argument("--owner", action="append", metavar="NAME", help=_("a person or group who gets the faxes"))
    parser.add_argument("--station", metavar="ID", help=_("the station id that other fax machines show"))
    parser.add_argument("--name", metavar="WORDS", help=_("who you are, in words"))
    parser.add_argument("--country", metavar="FR", help=_("your country, in two letters"))
    parser.add_argument("--prefix", metavar="DIGITS", help=_("what is dialled for an outside line"))
    parser.add_argument("--received", metavar="FOLDER", help=_("the folder of received faxes"))
    parser.add_argument("--test", metavar="NUMBER", help=_("send a test page to this number at the end"))
    parser.add_argument("--yes", action="store_true", help=_("ask nothing, and do it"))
    parser.add_argument("--overwrite", action="store_true", help=_("with --yes: what was changed by hand is lost"))
    parser.add_argument("--no-printer", action="store_true", help=_("leave the printing system alone"))
    parser.add_argument("--json", action="store_true", help=_("as one JSON object"))
    # For other places than the usual ones.
    parser.add_argument("--config", type=Path, default=CONFIG, metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--devices", type=Path, default=DEVICES, metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--ttys", type=Path, default=TTYS, metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--rules", type=Path, default=RULES, metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=PROBE_SECONDS, help=argparse.SUPPRESS)
    parser.set_defaults(run_here=run)


def run(options: argparse.Namespace) -> int:
    """`faxctl setup`."""
    questions = Questions()
    try:
        plan = _make_plan(options, questions)
    except (NotSetUp, ConfigError) as error:
        return _report(options, [Done("plan", False, str(error))])
    except NobodyAnswers:
        return _report(options, [Done("plan", False, _("Nothing has been written: the questions were not answered."))])
    if plan is None:
        print(_("Nothing has been written."))
        return 1
    return _report(options, _carry_out(options, plan, questions))


def _make_plan(options: argparse.Namespace, questions: Questions) -> Plan | None:
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
    plan = replace(plan, country=plan.country or _guess_country(), owners=plan.owners or (_guess_person(),))
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
    country = questions.ask(_("Your country, in two letters"), present.country, _judge_country)
    plan = replace(present, country=country.upper())
    plan = replace(plan, station_name=questions.ask(_("Who you are, in words"), plan.station_name))
    plan = _ask_lines(options, questions, plan)
    number = next((number for line in plan.lines for number in line.numbers), "")
    station = questions.ask(
        _("The station id that other fax machines show"),
        plan.station_id or _format_station(number, plan.country),
        _judge_station,
    )
    owners = questions.ask_list(_("People and groups who get the faxes"), plan.owners, _judge_owner)
    about_prefix = _("What is dialled for an outside line, often 0; nothing if that is not needed")
    prefix = questions.ask(about_prefix, plan.prefix)
    received = questions.ask(
        _("The folder of received faxes"), plan.received or "/var/spool/facteur/received", _judge_folder
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
                _("The numbers at which it is called"), line.numbers if line else (), _judge_number
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


def _guess_country() -> str:
    """Guess by the language of this terminal."""
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    country = spoken.partition(".")[0].partition("_")[2]
    return country if country in phonenumbers.SUPPORTED_REGIONS else "FR"


def _guess_person() -> str:
    return os.environ.get("SUDO_USER") or people.name_of(os.getuid())


def _format_station(number: str, country: str) -> str:
    """Format a number as a station id: in international form."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)[:20]


def _judge_country(answer: str) -> str:
    return "" if answer.upper() in phonenumbers.SUPPORTED_REGIONS else _("two letters, for instance FR")


def _judge_station(answer: str) -> str:
    return "" if len(answer) <= 20 and answer.isascii() else _("at most 20 letters and digits, without accents")


def _judge_owner(name: str) -> str:
    known = people.find(name) is not None or people.is_group(name)
    return "" if known else _("nobody, and no group, is called {name} here").format(name=name)


def _judge_number(number: str) -> str:
    return "" if any(map(str.isdigit, number)) else _("{number} is not a telephone number").format(number=number)


def _judge_folder(folder: str) -> str:
    return "" if Path(folder).is_absolute() else _("a folder with its whole path, from / on")


# ------------------------------------------------------------ doing it


def _carry_out(options: argparse.Namespace, plan: Plan, questions: Questions) -> list[Done]:
    done: list[Done] = []
    if plan.received:
        done.append(setup_steps.make_folder(Path(plan.received), setup_steps.find_user()))
        if not done[-1].good:
            return done
    done += setup_steps.configure(options.config, format_plan(plan), options.bus)
    if not all(each.good for each in done):
        return done
    devices = [Path(line.device) for line in plan.lines]
    if devices:
        done += setup_steps.keep_modem_manager_away(devices, options.rules, options.ttys)
    if not options.no_printer:
        done.append(setup_steps.make_printer(put_right))
    number = options.test or ""
    if not options.yes and not number:
        number = questions.ask(_("Send a test page to which number? (nothing: to none)"), _find_other_end(plan))
    if number:
        done.append(setup_steps.send_test_page(number, options.bus))
    return done


def _find_other_end(plan: Plan) -> str:
    """Find a number of our own that a test page can go to: that of a second line."""
    if plan.simulated:
        return SIMULATED
    return next((number for line in plan.lines[1:] for number in line.numbers), "")


def _report(options: argparse.Namespace, done: list[Done]) -> int:
    good = all(each.good for each in done)
    if options.json:
        steps: list[dict[str, Any]] = [
            {"step": each.step, "good": each.good, "sentence": each.sentence} for each in done
        ]
        print(json.dumps({"good": good, "steps": steps}, ensure_ascii=False))
        return 0 if good else 1
    for each in done:
        print(each.sentence, file=sys.stdout if each.good else sys.stderr)
    return 0 if good else 1
