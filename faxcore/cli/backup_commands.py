# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl backup FOLDER` and `faxctl restore FOLDER`: everything of the service as it was at one moment, on another
disk, and back.

The service works on while a backup is made; if it is stopped, it is not needed. What was restored does not dial before
`faxctl release --restored`.

Exit status of `backup`: 0, or 4 if a file was missing, which is named; 1 if there is no backup.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
from pathlib import Path

from faxcore.backup import manifest as manifests
from faxcore.backup import restoring, settings_files
from faxcore.backup.backing_up import BackupReport, back_up
from faxcore.backup.manifest import DOCUMENTS, BackupRefused, Manifest
from faxcore.backup.owner_of_files import acting_for
from faxcore.bus.client import BusError, connect_admin
from faxcore.cli.plain_output import format_time
from faxcore.cli.store_commands import database_url
from faxcore.config import Config, ConfigError
from faxcore.config.configuration import find_and_load
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext, translate
from faxcore.model.sentence import Sentence
from faxcore.store.ids_and_times import new_id
from faxcore.store.snapshot import snapshot_database
from faxcore.store.state_lock import StateLocked, lock_state_folder
from faxcore.store.store_error import StoreError
from faxcore.store.synced_files import make_folder, remove

NOT_ALL = 4
_MOST_NAMED = 20


def add_backup(parser: argparse.ArgumentParser) -> None:
    """The options of `faxctl backup`."""
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help=_("a folder that is not there yet, or empty; best on another disk")
    )
    _add_common(parser)
    parser.set_defaults(run_here=run_backup)


def add_restore(parser: argparse.ArgumentParser) -> None:
    """The options of `faxctl restore`."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=_("a folder that `faxctl backup` has made"))
    parser.add_argument(
        "--configuration", action="store_true", help=_("put the files of the configuration back as well, before")
    )
    parser.add_argument("--check", action="store_true", help=_("only say whether it could be restored"))
    _add_common(parser)
    parser.set_defaults(run_here=run_restore)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE", help=_("the configuration of the service"))
    parser.add_argument("--json", action="store_true", help=_("as one JSON object"))


def run_backup(options: argparse.Namespace) -> int:
    """`faxctl backup FOLDER`."""
    try:
        config = find_and_load(options.config)
        report = back_up(config, options.folder.absolute(), lambda file: _take(config, file, options.bus))
    except BackupRefused as error:
        return _fail(translate(error.sentence))
    except (BusError, ConfigError, StoreError, OSError) as error:
        return _fail(_("No backup was made: {reason}").format(reason=error))
    _tell_backup(report, options)
    return NOT_ALL if report.manifest.missing else 0


def _take(config: Config, file: Path, bus: str | None) -> str:
    """Get a snapshot: from the service, which alone may look into its database, or made here if it is stopped."""
    state = config.state
    try:
        with acting_for(state), lock_state_folder(state):
            # Where the service's user may write; if we are killed, the next start of the service removes it.
            made = make_folder(state / DOCUMENTS) / f"{new_id()}.snapshot"
            moment = snapshot_database(database_url(config), made)
    except StateLocked:
        return asyncio.run(_ask_for_snapshot(state, file, bus))
    with made.open("rb") as source, file.open("xb") as out:
        shutil.copyfileobj(source, out)
    with acting_for(state):
        remove(made)
    return moment


async def _ask_for_snapshot(state: Path, file: Path, bus: str | None) -> str:
    async with connect_admin(bus) as admin:
        with file.open("xb") as out:
            snapshot = await admin.write_snapshot(out)
    if snapshot.state != str(state.absolute()):
        raise BackupRefused(
            Sentence(
                "The fax service that answers has its faxes in {there}, not in {folder}: name its configuration.",
                {"there": snapshot.state, "folder": str(state)},
            )
        )
    return snapshot.moment


def _tell_backup(report: BackupReport, options: argparse.Namespace) -> None:
    made = report.manifest
    if options.json:
        found = {
            "folder": str(options.folder),
            "moment": made.moment,
            "files": len(made.files),
            "octets": report.octets,
            "linked": report.linked,
            "missing": list(made.missing),
        }
        print(json.dumps(found, ensure_ascii=False))
        return
    sentence = _("Everything as of {time} is in {folder}: {files} files, {megabytes:.1f} MB.")
    print(
        sentence.format(
            time=format_time(made.moment),
            folder=options.folder,
            files=len(made.files),
            megabytes=report.octets / 1e6,
        )
    )
    if report.linked:
        print(_("It is on the disk of the faxes themselves: copy it to another one."))
    if made.missing:
        count = len(made.missing)
        text = ngettext("{count} file was missing already:", "{count} files were missing already:", count)
        print(text.format(count=count), file=sys.stderr)
        for name in made.missing[:_MOST_NAMED]:
            print(f"  {name}", file=sys.stderr)


def run_restore(options: argparse.Namespace) -> int:
    """`faxctl restore FOLDER`."""
    folder = options.folder.absolute()
    try:
        found = manifests.read(folder)
        restoring.check(folder, found)
        if options.check:
            return _tell_checked(found, options)
        kept = settings_files.put_back(folder, found.configuration) if options.configuration else []
        config = find_and_load(options.config or _find_main(found, options))
        report = restoring.restore(config, folder, found)
    except BackupRefused as error:
        return _fail(translate(error.sentence))
    except StateLocked as error:
        return _fail(_("The fax service is running with {folder}: stop it first.").format(folder=error.folder))
    except (ConfigError, StoreError, OSError) as error:
        return _fail(_("The backup was not restored: {reason}").format(reason=error))
    if options.json:
        print(json.dumps({"moment": found.moment, "held": report.faxes, "kept": list(map(str, kept))}))
        return 0
    print(_("Restored in {folder}, as of {time}.").format(folder=config.state, time=format_time(found.moment)))
    for path in kept:
        print(_("The file that was there before is kept as {path}.").format(path=path))
    if found.configuration and not options.configuration:
        where = folder / manifests.CONFIGURATION
        print(
            _("The configuration of then is in {folder}; --configuration would have put it back.").format(folder=where)
        )
    if report.faxes:
        text = ngettext(
            "{count} fax that was waiting is held. Start the service; when it is to go out: {command}",
            "{count} faxes that were waiting are held. Start the service; when they are to go out: {command}",
            report.faxes,
        )
        print(text.format(count=report.faxes, command="faxctl release --restored"))
    return 0


def _find_main(found: Manifest, options: argparse.Namespace) -> Path | None:
    """Find the main file of the configuration that was put back; None for the usual one."""
    if not options.configuration or not found.configuration:
        return None
    return Path(found.configuration[0].path)


def _tell_checked(found: Manifest, options: argparse.Namespace) -> int:
    if options.json:
        print(json.dumps({"moment": found.moment, "files": len(found.files)}))
    else:
        text = _("The backup in {folder} is whole, as of {time}: {files} files.")
        print(text.format(folder=options.folder, time=format_time(found.moment), files=len(found.files)))
    return 0


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
