# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl modem probe` and `faxctl modem test`: what a modem is and can do, and whether faxes go through it.

What was found goes to standard output, in words or as one JSON object; the exit status is 0 only for a modem that
Facteur can use, and for a test whose page arrived.
"""

from __future__ import annotations

import argparse
import json
import sys

from faxcore.cli.trial_call import Trial, try_out
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.sentence import NOTHING
from faxcore.modem.modem_failed import ModemFailed
from faxcore.modem.port import Port
from faxcore.modem.probe import Abilities, has_class_1, probe
from faxcore.t30.carrier import Interrupted
from faxcore.t30.modulation import Modulation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The two commands and their options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    probing = actions.add_parser("probe", help=_("say what a modem is and can do"))
    probing.set_defaults(run_here=run_probe)
    trying = actions.add_parser("test", help=_("send a test page to another line"))
    trying.add_argument("--to", required=True, metavar="NUMBER", help=_("the number to call"))
    trying.add_argument(
        "--with", dest="other", metavar="DEVICE", help=_("the modem that answers there, where it is on this computer")
    )
    trying.set_defaults(run_here=run_trial)
    for command in (probing, trying):
        command.add_argument("device", metavar="DEVICE", help=_("the modem's serial device, for instance /dev/ttyACM0"))
        command.add_argument("--json", action="store_true", help=_("as one JSON object"))


def run_probe(options: argparse.Namespace) -> int:
    """`faxctl modem probe DEVICE`."""
    try:
        port = Port(options.device)
        try:
            found = probe(port)
        finally:
            port.close()
    except ModemFailed as failure:
        print(f"faxctl: {translate(failure.sentence)}", file=sys.stderr)
        return 1
    print(json.dumps(_as_json(found), ensure_ascii=False) if options.json else "\n".join(_in_words(found)))
    return 0 if found.usable else 1


def _as_json(found: Abilities) -> dict[str, object]:
    return {
        "device": found.device,
        "identity": found.identity,
        "classes": found.classes,
        "usable": found.usable,
        "sends": [str(modulation) for modulation in found.sends],
        "receives": [str(modulation) for modulation in found.receives],
        "adaptive_reception": found.adaptive,
        "carrier_loss_time": found.carrier_loss,
        "inactivity_timer": found.inactivity,
        "caller_id": found.caller_id,
        "known": found.row and {"cause": translate(found.row.cause), "evidence": found.row.evidence},
    }


def _in_words(found: Abilities) -> list[str]:
    name = ", ".join(found.identity) or _("a modem that does not say its name")
    lines = [f"{found.device}: {name}", _verdict(found)]
    if found.sends or found.receives:
        lines.append(_("Sends: {speeds}.").format(speeds=_speeds(found.sends)))
        lines.append(_("Receives: {speeds}.").format(speeds=_speeds(found.receives)))
    lines += [
        _yes(_("Shows who calls"), found.caller_id),
        _yes(_("Tells by itself that the kind of carrier has changed (+FAR)"), found.adaptive),
        _yes(_("Can be told how long a carrier may be gone (+FCL)"), found.carrier_loss),
        _yes(_("Hangs up when its computer falls silent (+FIT)"), found.inactivity),
    ]
    if found.row is not None:
        lines.append(
            _("Known of it: {cause} ({evidence})").format(cause=translate(found.row.cause), evidence=found.row.evidence)
        )
    return lines


def _verdict(found: Abilities) -> str:
    others = [number for number in found.classes if number not in ("0", "1", "1.0", "8")]
    if found.usable:
        return _("It is a fax modem of class 1: Facteur can use it.")
    if has_class_1(found.classes):
        return _("It says that it is a fax modem of class 1, but not at which speeds: Facteur cannot use it.")
    if others:
        return _("It is a fax modem, but of class {classes} only, not of class 1: Facteur cannot use it.").format(
            classes=", ".join(others)
        )
    return _("It is not a fax modem: Facteur cannot use it.")


def _yes(what: str, holds: bool) -> str:
    answer = _("yes") if holds else _("no")
    return _("{what}: {answer}.").format(what=what, answer=answer)


def _speeds(modulations: tuple[Modulation, ...]) -> str:
    """For instance: V.17 14400, 12000, 9600, 7200; V.29 9600, 7200."""
    kinds: dict[str, list[str]] = {}
    for modulation in modulations:
        kinds.setdefault(modulation.name, []).append(str(modulation.rate))
    shown = [f"{name} {', '.join(rates)}" for name, rates in kinds.items()]
    return "; ".join(shown) + " bit/s" if shown else _("nothing")


def run_trial(options: argparse.Namespace) -> int:
    """`faxctl modem test DEVICE --to NUMBER [--with DEVICE]`."""
    try:
        trial = try_out(
            options.device, options.to, options.other, lambda text: print(text, file=sys.stderr, flush=True)
        )
    except ModemFailed as failure:
        print(f"faxctl: {translate(failure.sentence)}", file=sys.stderr)
        return 1
    except (Interrupted, KeyboardInterrupt):
        print("faxctl: " + _("The test was broken off."), file=sys.stderr)
        return 1
    print(json.dumps(trial.as_json(), ensure_ascii=False) if options.json else "\n".join(_outcome(trial)))
    return 0 if trial.good else 1


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _outcome(trial: Trial) -> list[str]:
    sent = trial.sent
    lines = []
    if sent.remote_id:
        lines.append(_("Connected with {remote}.").format(remote=sent.remote_id))
    if sent.rate:
        correction = _("with error correction") if sent.error_correction else _("without error correction")
        lines.append(
            _("{modulation} at {rate} bit/s, {coding}, {correction}.").format(
                modulation=sent.modulation, rate=sent.rate, coding=sent.coding, correction=correction
            )
        )
    if sent.confirmed:
        lines.append(_("The page was confirmed after {seconds} s.").format(seconds=round(sent.seconds)))
    if trial.arrived is not None:
        lines.append(
            _("It arrived as it was sent, to the last dot.")
            if trial.arrived
            else _("It did not arrive as it was sent: {rows} of its rows are bad.").format(rows=trial.bad_rows)
        )
    reasons = (sent.reason, trial.received.reason if trial.received else NOTHING)
    lines += [translate(reason) for reason in reasons if reason]
    lines.append(_("The modem works.") if trial.good else _("The test failed."))
    return lines
