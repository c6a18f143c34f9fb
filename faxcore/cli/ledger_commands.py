# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl ledger`, for the administrator: whether the ledger of calls is as it was written, and corrections of it.

`ledger verify` checks every row, and `--seals FILE` besides the seals that were noted in that file; `ledger seal` gives
the newest row's seal, to be noted where nobody can change it who could change the database; `ledger correct CALL` says
what a call really was, by a further row.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from faxcore.bus.client import AdminClient, connect_admin
from faxcore.cli.plain_output import print_json
from faxcore.cli.statement_command import format_call
from faxcore.contract.codec import encode
from faxcore.contract.ledgered import CallCorrection, LedgerFault, LedgerFinding, LedgerSeal
from faxcore.i18n import gettext as _
from faxcore.i18n import translate

_NOTED = re.compile(r"(?P<place>[1-9][0-9]{0,17}) (?P<text>[0-9a-f]{64})(?: .*)?", re.ASCII)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of `faxctl ledger`."""
    commands = parser.add_subparsers(required=True, metavar=_("COMMAND"))
    verify = commands.add_parser("verify", help=_("check that every row is as it was written"))
    verify.add_argument("--seals", type=Path, metavar=_("FILE"), help=_("and that the seals noted in FILE still stand"))
    verify.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
    verify.set_defaults(run_here=lambda options: asyncio.run(_verify(options)))
    _add_correct(commands.add_parser("correct", help=_("say what a call really was, by a further row")))
    seal = commands.add_parser("seal", help=_("the seal of the newest row, to be noted elsewhere"))
    seal.set_defaults(run_here=lambda options: asyncio.run(_seal(options)))


def _add_correct(correct: argparse.ArgumentParser) -> None:
    correct.add_argument("call", metavar="CALL", help=_("the id that `faxctl statement --calls` gives it"))
    correct.add_argument("--seconds", type=int, metavar="S", help=_("how long it was connected, without ringing"))
    correct.add_argument("--confirmed", type=int, metavar="N", help=_("pages that the other end has confirmed"))
    correct.add_argument("--not-answered", action="store_true", help=_("nobody answered it"))
    about_reason = _("why: it is sealed, and whose call it is reads it")
    correct.add_argument("--reason", required=True, metavar="TEXT", help=about_reason)
    correct.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
    correct.set_defaults(run_here=lambda options: asyncio.run(_correct(options)))


async def _correct(options: argparse.Namespace) -> int:
    correction = CallCorrection(
        options.call, options.reason, options.seconds, options.confirmed, not options.not_answered
    )
    async with connect_admin(options.bus) as admin:
        corrected = await admin.correct_call(correction)
    if options.json:
        return print_json(corrected)
    print(format_call(corrected))
    for step in corrected.price.steps:
        print(f"    {translate(step)}")
    return 0


async def _seal(options: argparse.Namespace) -> int:
    async with connect_admin(options.bus) as admin:
        newest = await admin.find_seal(LedgerSeal())
    if newest.place == 0:
        print(_("The ledger is empty: no call has ended yet."), file=sys.stderr)
        return 1
    print(newest.place, newest.text)
    return 0


async def _verify(options: argparse.Namespace) -> int:
    noted: list[LedgerSeal] = []
    if options.seals is not None:
        try:
            noted = list(_read_seals(options.seals))
        except (OSError, ValueError) as error:
            print(f"faxctl: {error}", file=sys.stderr)
            return 2
    async with connect_admin(options.bus) as admin:
        findings, last = await _check_all(admin)
        broken = [seal for seal in noted if (await admin.find_seal(seal)).text != seal.text]
    if options.json:
        found = {"rows": last.place, "seal": last.text, "findings": [encode(each) for each in findings]}
        print(json.dumps({**found, "seals": len(noted), "broken_seals": [seal.place for seal in broken]}))
    else:
        _tell(findings, last, noted, broken)
    return 1 if findings or broken else 0


async def _check_all(admin: AdminClient) -> tuple[list[LedgerFinding], LedgerSeal]:
    findings: list[LedgerFinding] = []
    last, complete = LedgerSeal(), False
    while not complete:
        checked = await admin.check_ledger(last)
        findings += checked.findings
        last, complete = checked.last, checked.complete
    return findings, last


def _tell(
    findings: Sequence[LedgerFinding], last: LedgerSeal, noted: Sequence[LedgerSeal], broken: Sequence[LedgerSeal]
) -> None:
    for finding in findings:
        print(_explain(finding))
    for seal in broken:
        print(_("Row {place}: its seal is not the one that was noted.").format(place=seal.place))
    if not findings and not broken:
        print(_("The ledger is as it was written: rows 1 to {place}.").format(place=last.place))
        print(_("Noted seals that stand: {count}.").format(count=len(noted)))


def _explain(finding: LedgerFinding) -> str:
    place = finding.place
    match finding.fault:
        case LedgerFault.MISSING:
            return _("Row {place}: the row before it is missing.").format(place=place)
        case LedgerFault.CHANGED:
            return _("Row {place}: it was changed, or the row before it was.").format(place=place)
        case LedgerFault.PERSONAL:
            return _("Row {place}: the person or the number was changed.").format(place=place)


def _read_seals(file: Path) -> Iterator[LedgerSeal]:
    """Read the lines of `faxctl ledger seal`; what stands behind a seal is for people. ValueError names a bad line."""
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if not line.strip():
            continue
        found = _NOTED.fullmatch(line.strip())
        if found is None:
            raise ValueError(_("{file}:{line}: that is not a seal of a row.").format(file=file, line=number))
        yield LedgerSeal(int(found["place"]), found["text"])
