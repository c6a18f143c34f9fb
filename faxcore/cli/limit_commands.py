# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl limits`: how much of a limit of the bill is left; and `faxctl limits lift`, for the administrator."""

from __future__ import annotations

import argparse
import asyncio

from faxcore.billing.limit_judging import format_counted
from faxcore.bus.client import connect, connect_admin
from faxcore.cli.plain_output import print_json
from faxcore.contract.limited import Counted, LimitLevel, LimitLift, LimitState
from faxcore.i18n import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command and its options."""
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument("--everybody", action="store_true", help=_("everybody's, for the administrator"))
    whose.add_argument("--person", default="", metavar=_("NAME"), help=_("this person's, for the administrator"))
    parser.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
    parser.set_defaults(run_here=lambda options: asyncio.run(_show(options)))
    commands = parser.add_subparsers(metavar=_("COMMAND"))
    lift = commands.add_parser("lift", help=_("more of a limit for the rest of its period, for the administrator"))
    lift.add_argument("limit", metavar=_("LIMIT"), help=_("the limit's name"))
    lift.add_argument("--person", dest="for_person", default="", metavar=_("NAME"), help=_("for whom it is lifted"))
    lift.add_argument("--payer", default="", metavar=_("CODE"), help=_("for which payer"))
    lift.add_argument(
        "--by", required=True, metavar=_("AMOUNT"), help=_("how many pages or minutes, or how much money")
    )
    lift.add_argument("--reason", required=True, metavar=_("TEXT"), help=_("why; it is kept with your name"))
    lift.set_defaults(run_here=lambda options: asyncio.run(_lift(options)))


async def _show(options: argparse.Namespace) -> int:
    if options.everybody or options.person:
        async with connect_admin(options.bus) as admin:
            found = await admin.list_all_limits(options.person)
    else:
        async with connect(options.bus) as desk:
            found = await desk.list_limits()
    if options.json:
        return print_json(found)
    for state in found:
        print(_format(state))
    return 0


async def _lift(options: argparse.Namespace) -> int:
    lift = LimitLift(options.limit, options.by, options.reason, options.for_person, options.payer)
    async with connect_admin(options.bus) as admin:
        await admin.lift_limit(lift)
    print(_("“{limit}” is lifted until its period ends.").format(limit=options.limit))
    return 0


def _format(state: LimitState) -> str:
    units = {Counted.PAGES: _("pages"), Counted.MINUTES: _("minutes"), Counted.AMOUNT: state.currency}
    levels = {
        LimitLevel.FINE: "",
        LimitLevel.WARNED: _("soon used up, or more than that"),
        LimitLevel.REACHED: _("used up: further faxes are refused"),
    }
    used, queued, left, bound = (
        format_counted(state.counted, count) for count in (state.used, state.queued, state.left, state.bound)
    )
    facts = (
        _("{used} used, {queued} queued, {left} left of {bound} {unit} until {day}").format(
            used=used, queued=queued, left=left, bound=bound, unit=units[state.counted], day=state.last_day
        ),
        levels[state.level],
        _("{contact} can lift it").format(contact=state.contact) if state.contact else "",
    )
    whom = state.person or state.group or state.payer
    return f"{state.name:20}  {whom:12}  {'; '.join(fact for fact in facts if fact)}"
