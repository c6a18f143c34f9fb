# SPDX-License-Identifier: GPL-3.0-or-later
"""The house: its configuration, the folders of the service, the files by which the bus knows it, and the database."""

from __future__ import annotations

import pwd
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from faxcore.billing.tariffs import read_tariffs
from faxcore.config import Config, ConfigError
from faxcore.config.configuration import CONFIG, default, find_and_load
from faxcore.doctor.finding import Area, Finding, Public, Verdict, good
from faxcore.model.sentence import Sentence, Value, literal, mark
from faxcore.store.schema import REVISION
from faxcore.store.snapshot import SnapshotFile
from faxcore.store.store import RESTORING
from faxcore.store.store_error import StoreError
from faxcore.store.synced_files import LOW, RESERVE, free_octets

_POLICIES: Final = tuple(
    Path(folder, "org.facteur.Facteur.conf") for folder in ("/usr/share/dbus-1/system.d", "/etc/dbus-1/system.d")
)
_MAKE_A_LINE: Final = Sentence("Plug a modem in, and make a line of it: sudo faxctl setup")
_ACTIVATION: Final = Path("/usr/share/dbus-1/system-services/org.facteur.Facteur.service")


def read_house(path: Path | None) -> tuple[Config, list[Finding]]:
    """Read the configuration, as far as this user may; that of an empty file if it cannot be used."""
    try:
        config = find_and_load(path)
        read_tariffs(config)
    except (ConfigError, OSError) as error:
        remedy = Sentence("Put it right, and check it: faxctl config check {path}", {"path": str(path or CONFIG)})
        sentence = Sentence("The configuration cannot be used: {reason}", {"reason": literal(str(error))})
        return default(), [Finding(Area.CONFIGURATION, Verdict.WRONG, sentence, remedy)]
    if config.simulated:
        sentence = Sentence("The lines are those of the simulated exchange: no fax leaves this machine.")
        return config, [Finding(Area.CONFIGURATION, Verdict.WARNING, sentence, _MAKE_A_LINE)]
    if not config.lines:
        sentence = Sentence("No line is configured yet: faxes wait for the first one.")
        return config, [Finding(Area.CONFIGURATION, Verdict.WARNING, sentence, _MAKE_A_LINE)]
    text = mark("The configuration can be used: {files} files, {lines} lines, {rules} rules, {routes} routes.")
    counts = {"lines": len(config.lines), "rules": len(config.rules), "routes": len(config.routes)}
    return config, [good(Area.CONFIGURATION, text, files=len(config.files), **counts)]


def check_mail(config: Config) -> Finding:
    """Say whether news go out by mail."""
    if config.mail.server:
        return good(Area.NEWS, mark("News go out by mail, by the server {server}."), server=config.mail.server)
    return good(Area.NEWS, mark("No mail is sent: no mail server is configured."))


def check_bus_files() -> Iterator[Finding]:
    """Look for the files by which the bus lets the service in, and starts it."""
    if any(path.exists() for path in _POLICIES):
        yield good(Area.SERVICE, mark("The bus has its policy."))
    else:
        yield Finding(
            Area.SERVICE,
            Verdict.WARNING,
            Sentence(
                "The system's bus has no policy for the fax service: {path} is not there.",
                {"path": Public(_POLICIES[0])},
            ),
            Sentence("Install the package again, unless the service runs on a bus of its own."),
        )
    if _ACTIVATION.exists():
        yield good(Area.SERVICE, mark("The bus starts the service when somebody asks for it."))


def check_folders(config: Config) -> Iterator[Finding]:
    """Look at the folders of the service: whether they are there, whose they are, and how much room there is."""
    if _is_there(config.state / RESTORING):
        yield Finding(
            Area.FOLDERS,
            Verdict.WRONG,
            Sentence("The restore of a backup was not finished, and the service does not begin."),
            Sentence("Run the same faxctl restore again."),
        )
    folders = [(Sentence("state folder"), config.state), (Sentence("folder of received faxes"), config.received)]
    if config.archive.folder is not None:
        folders.append((Sentence("archive of sent faxes"), config.archive.folder))
    for name, folder in folders:
        yield check_folder(name, folder, is_ours=folder == config.state)


def _is_there(path: Path) -> bool:
    """Return whether there is a file, as far as this user may know."""
    try:
        return path.exists()
    except PermissionError:
        return False


def check_folder(name: Sentence, folder: Path, is_ours: bool) -> Finding:
    """Judge one folder; `is_ours`: nobody else has a right to look into it."""
    values: dict[str, Value] = {"name": name, "folder": str(folder)}
    try:
        found, free = folder.stat(), free_octets(folder)
    except FileNotFoundError:
        verdict = Verdict.WRONG if is_ours else Verdict.WARNING
        remedy = Sentence("It is made when the service begins, or when the first fax comes.")
        return Finding(Area.FOLDERS, verdict, Sentence("The {name}, {folder}, is not there.", values), remedy)
    except OSError as error:
        values["reason"] = Public(error.strerror or "")
        sentence = Sentence("The {name}, {folder}, cannot be looked at: {reason}.", values)
        return Finding(Area.FOLDERS, Verdict.WARNING, sentence, Sentence("Look at it as root."))
    mode, megabytes = stat.S_IMODE(found.st_mode), free // 1_000_000
    if is_ours and mode & 0o027:
        sentence = Sentence(
            "The {name}, {folder}, is open to others ({mode}).", {**values, "mode": Public(f"{mode:04o}")}
        )
        return Finding(Area.FOLDERS, Verdict.WRONG, sentence, Sentence("chmod 0750 {folder}", {"folder": str(folder)}))
    if free < LOW:
        sentence = Sentence("Only {free} MB are free in the {name}, {folder}.", {**values, "free": megabytes})
        remedy = Sentence("Make room: below {least} MB no call is answered.", {"least": RESERVE // 1_000_000})
        return Finding(Area.FOLDERS, Verdict.WRONG if free < RESERVE else Verdict.WARNING, sentence, remedy)
    text = mark("The {name}, {folder}, belongs to {user} ({mode}); {free} MB are free.")
    return Finding(
        Area.FOLDERS,
        Verdict.GOOD,
        Sentence(text, {**values, "user": _name(found.st_uid), "mode": Public(f"{mode:04o}"), "free": megabytes}),
    )


def check_database(snapshot: Path, kind: str) -> Iterator[Finding]:
    """Judge a snapshot of the database."""
    found = SnapshotFile(snapshot)
    megabytes = snapshot.stat().st_size / 1e6
    try:
        damage, revision = found.find_damage(), found.read_revision()
    except StoreError as error:
        damage, revision = str(error), ""
    if damage:
        yield Finding(
            Area.DATABASE,
            Verdict.WRONG,
            Sentence("The database is damaged: {reason}", {"reason": damage}),
            Sentence("Stop the service, keep its folder, and restore the last backup: faxctl restore"),
        )
        return
    yield good(
        Area.DATABASE,
        mark("The database ({kind}) is whole: {megabytes:.1f} MB, tables of {revision}."),
        kind=Public(kind),
        megabytes=megabytes,
        revision=Public(revision or "0.1"),
    )
    if revision != REVISION:
        yield Finding(
            Area.DATABASE,
            Verdict.WARNING,
            Sentence("The tables are not those of this release ({revision}).", {"revision": Public(REVISION)}),
            Sentence("Start the service: it brings an older database to its own form."),
        )


def _name(uid: int) -> str:
    try:
        return Public(pwd.getpwuid(uid).pw_name) if uid < 1000 else pwd.getpwuid(uid).pw_name
    except KeyError:
        return Public(uid)
