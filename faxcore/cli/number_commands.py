# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl number NUMBER`: what a number is, how it is written, and what would be dialled for it, or why nothing.

It asks no service: the rules are those of the configuration in /etc/facteur, of another one, or of none, as they are
for the person who asks, or for another.

Exit status: 0 for a number that would be called; 1 for one that would not, or a configuration that cannot be used.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import phonenumbers

from faxcore import people
from faxcore.billing.payer_choice import PayerRefused, choose_payer
from faxcore.cli.plain_output import print_json
from faxcore.config import Config, ConfigError, PayerConfig
from faxcore.config.configuration import CONFIG, find_and_load
from faxcore.config.dialling import DiallingConfig
from faxcore.dialling.judging import judge_number
from faxcore.dialling.line_dial import compose_dial
from faxcore.dialling.numbers import destination
from faxcore.dialling.ruling import find_rule
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.number import NumberKind
from faxcore.model.sentence import NOTHING, Sentence, mark
from faxcore.routing.own_numbers import find_station_id

_KINDS: Final = {
    NumberKind.INTERNAL: mark("internal number"),
    NumberKind.FIXED: mark("fixed line"),
    NumberKind.MOBILE: mark("mobile"),
    NumberKind.FIXED_OR_MOBILE: mark("fixed line or mobile"),
    NumberKind.FREE: mark("free of charge"),
    NumberKind.VOIP: mark("Internet telephony"),
    NumberKind.COMPANY: mark("company-wide number"),
    NumberKind.OTHER: mark("range unknown or reserved"),
}


@dataclass(frozen=True)
class FoundNumber:
    """A number and what became of it; of one that is not called only the rule and the reason are known."""

    number: str
    called: bool
    country: str = ""
    kind: str = ""
    shown: str = ""
    e164: str = ""
    dial: str = ""
    sub_address: str = ""
    rule: str = ""
    """The rule that lets it through or forbids it; for one of the configuration, "rule" and its name."""
    lines: tuple[str, ...] = ()
    """The lines on which it may go out."""
    station_ids: tuple[str, ...] = ()
    """The station ids under which it goes out on these lines, for this person."""
    hours: tuple[str, ...] = ()
    """The hours within which it does; empty: all the week."""
    payer: str = ""
    """The code of whoever pays for it today if the sender chooses nobody: of the rule, or by default; empty: nobody."""
    payer_name: str = ""
    payer_reason: Sentence = NOTHING
    """Why it is refused as long as the sender chooses no payer."""
    reason: Sentence = NOTHING


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command and its options."""
    parser.add_argument("number", metavar="NUMBER", help=_("as you would enter it; in quotes if it has spaces"))
    parser.add_argument("--region", metavar="CC", help=_("as if this installation were in this country, as FR"))
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help=_("configuration (default: {path})").format(path=CONFIG)
    )
    parser.add_argument("--person", metavar="NAME", help=_("for whom it is called (default: you)"))
    parser.add_argument("--json", action="store_true", help=_("as one JSON object"))
    parser.set_defaults(run_here=run_number)


def run_number(options: argparse.Namespace) -> int:
    """`faxctl number NUMBER [--region CC] [--json]`."""
    try:
        config = find_and_load(options.config)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    if options.region:
        region = options.region.upper()
        if region not in phonenumbers.SUPPORTED_REGIONS:
            print(_("{region} is not a country; two letters, as FR.").format(region=options.region), file=sys.stderr)
            return 2
        config = replace(config, dialling=_moved(config.dialling, region))
    person = config.find_person(options.person) if options.person else people.name_of(os.getuid())
    if person is None:
        print(_("There is no person called {name}.").format(name=options.person), file=sys.stderr)
        return 2
    found = find(options.number, config, person)
    if options.json:
        print_json(found)
    elif found.called:
        _print(found)
    else:
        print(f"faxctl: {translate(found.reason)}", file=sys.stderr)
    return 0 if found.called else 1


def find(number: str, config: Config, person: str) -> FoundNumber:
    """Judge a number for a person as every way in does."""
    judged = judge_number(number, config, config.find_sender(person))
    if not judged.called:
        return FoundNumber(number, called=False, rule=judged.rule, reason=judged.reason)
    to = destination(number, config.dialling)
    rule = find_rule(config, to.key, config.find_sender(person))
    lines = (line for line in config.all_lines() if line.name in judged.lines)
    dials = (compose_dial(to.dial, to.key, line, rule, config.dialling).shown for line in lines)
    kind = judged.kind.value if judged.kind is not None else ""
    # Of the simulated lines nobody has a number of their own.
    ids = [find_station_id(line, person, config) for line in config.lines if line.name in judged.lines]
    payer, payer_reason = _find_payer(config, person, rule.payer)
    return FoundNumber(
        number,
        called=True,
        country=judged.country,
        kind=kind,
        shown=judged.shown,
        e164=judged.e164,
        dial=", ".join(dict.fromkeys(dials)),
        sub_address=judged.sub_address,
        rule=judged.rule,
        lines=judged.lines,
        station_ids=tuple(dict.fromkeys(filter(None, ids))),
        hours=judged.hours,
        payer="" if payer is None else payer.code,
        payer_name="" if payer is None else payer.name,
        payer_reason=payer_reason,
    )


def _find_payer(config: Config, person: str, by_rule: str) -> tuple[PayerConfig | None, Sentence]:
    """Find who pays if the sender chooses nobody, or why that is refused."""
    sender, required = config.find_sender(person), config.billing.payer_required
    try:
        return choose_payer(config.payers, sender, date.today(), "", by_rule, required=required), NOTHING
    except PayerRefused as error:
        return None, error.sentence


def _moved(dialling: DiallingConfig, region: str) -> DiallingConfig:
    """The rules of an installation in another country; the further countries stay, what is dialled abroad does not."""
    if region == dialling.region:
        return dialling
    further = (country for country in dialling.allowed_countries if country != dialling.region)
    return replace(
        dialling, region=region, allowed_countries=tuple(dict.fromkeys((region, *further))), international=""
    )


def _print(found: FoundNumber) -> None:
    kind = _(_KINDS[NumberKind(found.kind)])
    ruled = found.rule.removeprefix("rule ") if found.rule.startswith("rule ") else ""
    lines = [
        (_("Number:"), found.shown),
        (_("International:"), found.e164),
        (_("Country:"), found.country),
        (_("Kind:"), kind),
        (_("Sub-address:"), found.sub_address),
        (_("Dialled:"), found.dial),
        (_("Rule:"), ruled),
        (_("Lines:"), ", ".join(found.lines) if ruled else ""),
        (_("Station id:"), ", ".join(found.station_ids)),
        (_("Hours:"), ", ".join(found.hours)),
        (_("Paid by:"), f"{found.payer} {found.payer_name}".strip() or translate(found.payer_reason)),
    ]
    width = max(len(name) for name, _value in lines)
    for name, value in lines:
        if value:
            print(f"{name:{width}} {value}")
