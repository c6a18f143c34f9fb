# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl import hylafax`: the received faxes, the log of calls and the sent jobs of a HylaFAX become ours, while the
service is stopped. Nothing in HylaFAX's spool is changed.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import pwd
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from faxcore.config import Config, ConfigError
from faxcore.config.configuration import find_and_load
from faxcore.hylafax.choices import Choices, NobodyHere, UnknownPeople
from faxcore.hylafax.import_report import ImportReport, Tally
from faxcore.hylafax.importing import import_spool
from faxcore.hylafax.received_faxes import Stopped
from faxcore.hylafax.spool import DEFAULT, NotThere, Spool
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.text import clean_text
from faxcore.store.state_lock import StateLocked, lock_state_folder
from faxcore.store.store import Store
from faxcore.store.store_error import StoreError

NOT_ALL: Final = 4
"""The exit status of an import that has left something out, which it names."""
_MOST_NAMED: Final = 50
"""Things of one kind that the report names; `--json` names all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command and its options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="PROGRAM")
    hylafax = actions.add_parser(
        "hylafax", help=_("received faxes, the log of calls and sent jobs; the service is stopped")
    )
    hylafax.add_argument("--spool", type=Path, default=DEFAULT, metavar="FOLDER", help=_("HylaFAX's folder"))
    hylafax.add_argument(
        "--person",
        action="append",
        default=[],
        type=_read_pair,
        metavar="THEIRS=OURS",
        help=_("who a person of HylaFAX's is here; nobody, if there is nothing behind =; everybody else, as *=OURS"),
    )
    hylafax.add_argument(
        "--line",
        action="append",
        default=[],
        type=_read_pair,
        metavar="MODEM=LINE",
        help=_("the line on which a modem of HylaFAX's is now (default: that with the same device)"),
    )
    hylafax.add_argument(
        "--owner", default="", metavar="NAME", help=_("whose all received faxes are (default: as the routes say)")
    )
    hylafax.add_argument("--read", action="store_true", help=_("mark received faxes as read"))
    hylafax.add_argument("--dry-run", action="store_true", help=_("only say what would be imported"))
    hylafax.add_argument("--json", action="store_true", help=_("the report as JSON"))
    hylafax.add_argument("--config", type=Path, metavar="FILE", help=_("the configuration of the service"))
    hylafax.set_defaults(run_here=run_hylafax)


def _read_pair(text: str) -> tuple[str, str]:
    theirs, equals, ours = text.partition("=")
    if not equals or not theirs:
        raise argparse.ArgumentTypeError(_("{text} is not of the form THEIRS=OURS").format(text=clean_text(text)))
    return theirs, ours


def run_hylafax(options: argparse.Namespace) -> int:
    """`faxctl import hylafax`."""
    choices = Choices(dict(options.person), dict(options.line), options.owner, options.read, options.dry_run)
    # What it would log of a route stands in the report, too.
    logging.getLogger("faxcore").addHandler(logging.NullHandler())
    try:
        config = find_and_load(options.config)
        if refusal := _refuse_user(config.state):
            return _fail(refusal)
        with Spool(options.spool) as spool, lock_state_folder(config.state):
            report = _import(spool, config, choices)
    except NotThere as error:
        return _fail(f"{options.spool}: {translate(error.sentence)}")
    except StateLocked as error:
        return _fail(_("The fax service is running with {folder}: stop it first.").format(folder=error.folder))
    except UnknownPeople as error:
        return _fail(_explain_people(error))
    except NobodyHere as error:
        return _fail(_("There is no {name} here.").format(name=clean_text(error.name)))
    except Stopped as error:
        return _fail(_explain_stop(translate(error.sentence)))
    except (ConfigError, StoreError, OSError) as error:
        return _fail(_explain_stop(str(error)))
    if options.json:
        print(json.dumps(_to_plain(report), ensure_ascii=False, indent=2))
    else:
        _tell(report, options.dry_run)
    return 0 if report.is_whole else NOT_ALL


def _import(spool: Spool, config: Config, choices: Choices) -> ImportReport:
    store = Store(config.state, url=config.store.url)
    try:
        return import_spool(spool, store, config, choices, datetime.now(UTC))
    finally:
        store.close()


def _refuse_user(state: Path) -> str:
    """Say who must run it, if that is somebody else: the service could not read what another user has written."""
    try:
        owner = state.stat().st_uid
    except FileNotFoundError:
        return ""
    if owner == os.geteuid():
        return ""
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = str(owner)
    return _("{folder} belongs to {user}: run this as {user}.").format(folder=state, user=name)


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _explain_stop(reason: str) -> str:
    sentence = _("The import was stopped, and can be begun again: what is imported stays. {reason}")
    return sentence.format(reason=reason)


def _explain_people(error: UnknownPeople) -> str:
    names = "\n".join(f"  {name or '?'} ({count})" for name, count in list(error.names.items())[:_MOST_NAMED])
    return "\n".join(
        (
            _("Nothing was imported: HylaFAX knows people who are nobody here."),
            names,
            _("Say who they are: --person THEIRS=OURS for each, or --person \\*=OURS for all of them."),
            _("With nothing behind the = they are nobody: their calls are kept, their faxes are not."),
        )
    )


def _list_tallies(report: ImportReport) -> Iterable[tuple[str, str, Tally]]:
    yield "receptions", _("Received faxes"), report.receptions
    yield "calls", _("Calls"), report.calls
    yield "jobs", _("Sent faxes"), report.jobs


def _tell(report: ImportReport, dry: bool) -> None:
    for _key, name, tally in _list_tallies(report):
        values = {
            "name": name,
            "imported": tally.imported,
            "there": tally.there,
            "left_out": tally.left_out,
            "refused": len(tally.refused),
        }
        sentence = _(
            "{name}: {imported} imported, {there} there already, {left_out} left out, {refused} could not be imported"
        )
        if dry:
            sentence = _(
                "{name}: {imported} to be imported, {there} there already, {left_out} left out, {refused} cannot be"
                " imported"
            )
        print(sentence.format(**values))
        for refused in tally.refused[:_MOST_NAMED]:
            print(f"  {refused.where}: {translate(refused.reason)}")
        more = len(tally.refused) - _MOST_NAMED
        if more > 0:
            print("  " + _("and {count} more").format(count=more))


def _to_plain(report: ImportReport) -> dict[str, object]:
    return {
        key: {
            "imported": tally.imported,
            "there": tally.there,
            "left_out": tally.left_out,
            "refused": [{"where": each.where, "reason": translate(each.reason)} for each in tally.refused],
        }
        for key, _name, tally in _list_tallies(report)
    }
