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
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from faxcore.cli import setup_steps
from faxcore.cli.printer_commands import put_right
from faxcore.cli.setup_interview import NotSetUp, make_plan
from faxcore.cli.setup_plan import Plan, PlannedLine, format_plan
from faxcore.cli.setup_questions import NobodyAnswers, Questions
from faxcore.cli.setup_steps import Done
from faxcore.cli.udev_rule import RULES
from faxcore.config import ConfigError
from faxcore.config.configuration import CONFIG
from faxcore.i18n import gettext as _
from faxcore.modem.search import DEVICES, PROBE_SECONDS, TTYS

SIMULATED: Final = "0199000002"
"""The number of the second line of the simulated exchange."""


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
        plan = make_plan(options, questions)
    except (NotSetUp, ConfigError) as error:
        return _report(options, [Done("plan", False, str(error))])
    except NobodyAnswers:
        return _report(options, [Done("plan", False, _("Nothing has been written: the questions were not answered."))])
    if plan is None:
        print(_("Nothing has been written."))
        return 1
    return _report(options, _carry_out(options, plan, questions))


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
