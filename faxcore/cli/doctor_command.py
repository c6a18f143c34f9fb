# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl doctor`: what a support desk asks, looked at one after another, with what to do about each.

It works while the service does not. `--report FILE` writes all of it for somebody outside of the house: numbers, names,
station ids, addresses, titles and paths are hidden in it, and it is a text to be read before it is sent.

Exit status: 0 if nothing is wrong, though there may be warnings; 1 if something is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import faxcore
from faxcore.config import Config
from faxcore.doctor.finding import Area, Finding, Verdict, hide
from faxcore.doctor.house_checks import check_bus_files, check_database, check_folders, check_mail, read_house
from faxcore.doctor.machine_checks import check_machine, check_packages
from faxcore.doctor.printer_checks import check_printer
from faxcore.doctor.service_checks import ask_service, check_service
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.sentence import mark
from faxcore.store.opening import is_database_url
from faxcore.store.snapshot import snapshot_database
from faxcore.store.state_lock import StateLocked, lock_state_folder
from faxcore.store.store_error import StoreError

_WORDS = {Verdict.GOOD: mark("ok"), Verdict.WARNING: mark("warning"), Verdict.WRONG: mark("WRONG")}

_AREAS = {
    Area.SERVICE: mark("Service"),
    Area.CONFIGURATION: mark("Configuration"),
    Area.LINES: mark("Lines"),
    Area.QUEUE: mark("Queue"),
    Area.NEWS: mark("News"),
    Area.DATABASE: mark("Database"),
    Area.FOLDERS: mark("Folders"),
    Area.PRINTER: mark("Printer"),
    Area.MACHINE: mark("Machine"),
    Area.PACKAGES: mark("Packages"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help=_("write it for a support desk, with names and numbers hidden")
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help=_("the configuration of the service"))
    parser.add_argument("--json", action="store_true", help=_("as one JSON object"))
    parser.set_defaults(run_here=run_doctor)


def run_doctor(options: argparse.Namespace) -> int:
    """`faxctl doctor`."""
    with tempfile.TemporaryDirectory() as folder:
        found = examine(options.config, options.bus, Path(folder))
    findings = sorted(found, key=lambda each: list(Area).index(each.area))
    wrong = sum(each.verdict is Verdict.WRONG for each in findings)
    if options.report is not None:
        _write_report(options.report, findings)
    if options.json:
        print(json.dumps({"good": not wrong, "findings": list(map(_to_plain, findings))}, ensure_ascii=False))
    else:
        print("\n".join(_format(findings)))
        if options.report is not None:
            print(_("The report is in {path}: read it before you send it.").format(path=options.report))
    return 1 if wrong else 0


def examine(path: Path | None, bus: str | None, folder: Path) -> list[Finding]:
    """Look at everything; `folder` is for a snapshot of the database."""
    config, findings = read_house(path)
    snapshot = folder / "snapshot"
    at_work = asyncio.run(ask_service(bus, snapshot))
    findings += [*check_service(at_work), *check_bus_files(), check_mail(config)]
    if at_work.snapshot or (at_work.status is None and _take_snapshot(config, snapshot)):
        kind = "PostgreSQL" if config.store.url.startswith("postgresql") else "SQLite"
        findings += check_database(snapshot, kind)
    return [*findings, *check_folders(config), *check_printer(), *check_machine(), *check_packages()]


def _take_snapshot(config: Config, file: Path) -> bool:
    """Write a snapshot of the database of a service that is stopped, if this user may; True if there is one."""
    database = config.state / "facteur.db"
    try:
        # Whoever else opens the folder leaves files there that the service could not write.
        if config.state.stat().st_uid != os.geteuid() or not (config.store.url or database.exists()):
            return False
    except OSError:
        return False
    file.unlink(missing_ok=True)
    url = config.store.url if is_database_url(config.store.url) else f"sqlite:///{database}"
    try:
        with lock_state_folder(config.state):
            snapshot_database(url, file)
    except (StateLocked, StoreError, OSError):
        return False
    return True


def _format(findings: Iterable[Finding]) -> Iterable[str]:
    area = None
    for each in findings:
        if each.area is not area:
            area = each.area
            yield _(_AREAS[area])
        word = _(_WORDS[each.verdict])
        yield f"  {word:10} {translate(each.sentence)}"
        if each.verdict is not Verdict.GOOD and each.remedy:
            yield f"  {'':10} → {translate(each.remedy)}"


def _to_plain(finding: Finding) -> dict[str, str]:
    return {
        "area": finding.area.value,
        "verdict": finding.verdict.value,
        "sentence": translate(finding.sentence),
        "remedy": translate(finding.remedy),
    }


def _write_report(path: Path, findings: Sequence[Finding]) -> None:
    hidden = [Finding(each.area, each.verdict, hide(each.sentence), hide(each.remedy)) for each in findings]
    lines = [
        _("Facteur {version}, report of {time}").format(
            version=faxcore.__version__, time=datetime.now().astimezone().isoformat(timespec="seconds")
        ),
        _("Names, numbers, addresses, titles and paths are hidden."),
        "",
        *_format(hidden),
    ]
    descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
