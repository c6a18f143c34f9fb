# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl status`: the service and its lines."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Final

from faxcore.bus.client import Client
from faxcore.cli.plain_output import format_time, print_json
from faxcore.contract.service_status import HeldBack, KeptLines, Line, RuleNow
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext, translate
from faxcore.model.line_direction import LineDirection
from faxcore.model.sentence import mark

_ONLY: Final = {LineDirection.IN: mark("for receiving only"), LineDirection.OUT: mark("for sending only")}


async def status(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl status`."""
    found = await desk.status()
    if options.json:
        return print_json(found)
    print(_("Facteur {version}, codec {codec}").format(version=found.version, codec=found.codec))
    if found.stops_at:
        text = _("The service was told to stop. It takes no more calls; those that go on have until {time}.")
        print(text.format(time=format_time(found.stops_at)))
    for line in found.lines:
        page = _(", page {page}").format(page=line.page) if line.page else ""
        about = " ".join(part for part in (line.modem, translate(line.detail)) if part)
        print(f"  {line.name:12} {line.state.value + page:20} {', '.join(line.numbers)}  {about}".rstrip())
        rules = "; ".join(_tell_rules(line))
        if rules:
            print(f"  {'':12} {rules}")
    counts = _("Faxes that wait: {queued}; that are being sent: {active}. Your drafts: {drafts}.")
    print(counts.format(queued=found.queued, active=found.active, drafts=found.drafts))
    for held in found.held_back:
        print(_tell_held(held))
    if found.restored:
        text = ngettext(
            "  {count} fax is held because it comes from a backup; when it is to go out: {command}",
            "  {count} faxes are held because they come from a backup; when they are to go out: {command}",
            found.restored,
        )
        print(text.format(count=found.restored, command="faxctl release --restored"))
    for rule in found.rules:
        print("  " + "; ".join(_tell_rule(rule)))
    for limit in found.limits:
        print(translate(limit))
    for kept in found.kept_free:
        print(_tell_kept(kept))
    print(_("Received faxes go to {folder}").format(folder=found.received_folder))
    if found.trouble:
        print(translate(found.trouble))
    for warning in found.warnings:
        print(translate(warning))
    return 0


def _tell_rules(line: Line) -> Iterator[str]:
    """Tell what the configuration says of the use of a line, where it says anything."""
    if line.direction in _ONLY:
        yield _(_ONLY[line.direction])
    if line.groups:
        yield _("in the groups {groups}").format(groups=", ".join(line.groups))
    if line.priority:
        yield _("priority {priority}").format(priority=line.priority)
    if line.hours:
        yield _("dials {hours}").format(hours=", ".join(line.hours))
    if line.dials_at:
        yield _("dials again from {time}").format(time=format_time(line.dials_at))


def _tell_held(held: HeldBack) -> str:
    if held.more:
        text = _("  at least {faxes} faxes: {reason}")
    else:
        text = ngettext("  {faxes} fax: {reason}", "  {faxes} faxes: {reason}", held.faxes)
    return text.format(faxes=held.faxes, reason=translate(held.reason))


def _tell_rule(rule: RuleNow) -> Iterator[str]:
    """Tell what a rule of sending says, and whether its faxes go out at this hour."""
    yield _("rule “{rule}”").format(rule=rule.name)
    if rule.refuse:
        yield _("such faxes are refused")
    if rule.lines:
        yield _("on {lines}").format(lines=", ".join(rule.lines))
    if rule.hours:
        yield _("in {hours}").format(hours=", ".join(rule.hours))
        yield _("open now") if rule.open else _("shut now")


def _tell_kept(kept: KeptLines) -> str:
    if kept.group:
        text = _("Lines that stay free for receiving in the group {group}: {count}; free now: {free}.")
    else:
        text = _("Lines that stay free for receiving: {count}; free now: {free}.")
    return text.format(group=kept.group, count=kept.count, free=kept.free)
