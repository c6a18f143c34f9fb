# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the configuration in a backup: those of facteur.toml and facteur.d, and each that they name."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from faxcore.backup.manifest import CONFIGURATION, SavedSetting
from faxcore.config import Config
from faxcore.store.synced_files import make_folder, settle, sync_folder, write_all, written


def list_files(config: Config) -> list[Path]:
    """List the files of a configuration, in the order in which they are read; those that it names behind them."""
    found = [*config.files, *filter(None, _list_named(config))]
    return [path for path in dict.fromkeys(map(Path.absolute, found)) if path.is_file()]


def _list_named(config: Config) -> Iterator[Path | None]:
    yield config.dialling.access_codes
    yield config.mail.password_file
    yield config.mail.certificates
    yield config.company.logo
    tariffs = [config.billing.sale, config.billing.purchase]
    tariffs += [line.purchase for line in config.lines]
    tariffs += [customer.tariff for customer in config.customers]
    yield from (tariff.path for tariff in tariffs if tariff is not None)
    if config.mail.templates is not None and config.mail.templates.is_dir():
        yield from sorted(config.mail.templates.iterdir())


def save(files: list[Path], folder: Path) -> Iterator[SavedSetting]:
    """Copy files of the configuration into a backup, closed to everybody else."""
    make_folder(folder / CONFIGURATION)
    for number, path in enumerate(files, start=1):
        saved = f"{CONFIGURATION}/{number:02}-{path.name}"
        with path.open("rb") as file, written(folder / saved) as target:
            found = os.fstat(file.fileno())
            write_all(target, file.read())
            os.fchmod(target, 0o600)
        yield SavedSetting(
            str(path), saved, stat.S_IMODE(found.st_mode), _name_user(found.st_uid), _name_group(found.st_gid)
        )
    sync_folder(folder / CONFIGURATION)


def put_back(folder: Path, settings: tuple[SavedSetting, ...]) -> list[Path]:
    """Put files of the configuration back where they belong; those that were there already and differ, which are kept
    under another name: this name of each.
    """
    kept = []
    for setting in settings:
        path, text = Path(setting.path), (folder / setting.saved).read_bytes()
        if path.is_file() and path.read_bytes() == text:
            continue
        make_folder(path.parent)
        half = path.with_name(f".{path.name}.restored")
        half.unlink(missing_ok=True)
        with written(half) as target:
            os.fchmod(target, 0o600)
            write_all(target, text)
            if os.geteuid() == 0:
                _give(target, setting)
            os.fchmod(target, setting.mode & 0o777)
        if path.exists():
            kept.append(_keep(path))
        settle(half, path)
    return kept


def _keep(path: Path) -> Path:
    number = 1
    while (other := path.with_name(f"{path.name}.before-restore-{number}")).exists():
        number += 1
    shutil.copy2(path, other)
    return other


def _give(descriptor: int, setting: SavedSetting) -> None:
    """Give a file to its owners, as far as they are known here."""
    try:
        os.fchown(descriptor, pwd.getpwnam(setting.user).pw_uid, -1)
    except KeyError:
        pass
    try:
        os.fchown(descriptor, -1, grp.getgrnam(setting.group).gr_gid)
    except KeyError:
        pass


def _name_user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""


def _name_group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return ""
