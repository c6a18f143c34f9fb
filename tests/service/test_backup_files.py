# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups on disk: what is none is not restored, what was killed is none, and nobody else may read one."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.backup import manifest as manifests
from faxcore.backup.manifest import BackupRefused
from faxcore.cli.main import main
from tests.service.test_backup import everything, home, kill_at, run, write_settings
from tests.support.service_fixture import needs_root

__all__ = ["home"]

POINTS = [
    "backup begun, no snapshot",
    "snapshot taken, no documents copied",
    "documents copied, calls not",
    "everything copied, no manifest",
]


def test_a_backup_is_closed_to_others_and_has_the_configuration(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = tmp_path / "backup"
    assert run(home, "backup", backup) == 0
    assert backup.stat().st_mode & 0o777 == 0o700
    saved = {path.name: path for path in (backup / "configuration").iterdir()}
    assert sorted(saved) == ["01-facteur.toml", "02-secret"]
    assert {path.stat().st_mode & 0o777 for path in saved.values()} == {0o600}
    (home / "facteur.toml").write_text((home / "facteur.toml").read_text() + '[station]\nname = "Changed"\n')
    (home / "secret").unlink()
    shutil.rmtree(home / "state")
    capsys.readouterr()
    assert main(["restore", str(backup), "--configuration"]) == 0
    assert "kept as" in capsys.readouterr().out
    assert (home / "secret").read_text() == "hush\n" and (home / "secret").stat().st_mode & 0o777 == 0o600
    assert "Changed" not in (home / "facteur.toml").read_text()
    assert "Changed" in (home / "facteur.toml.before-restore-1").read_text()
    assert len(everything(home)["job"]) == 2


def spoil_file(backup: Path) -> None:
    path = next(iter(sorted((backup / "documents").iterdir())))
    data = path.read_bytes()
    path.unlink()  # it may be the very file of the state folder
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def spoil_manifest(backup: Path) -> None:
    path = backup / "manifest.json"
    path.write_text(path.read_text().replace('"octets": ', '"octets": 1'))


def write_manifest(backup: Path, **changes: Any) -> None:
    found = manifests.read(backup)
    (backup / "manifest.json").unlink()
    (backup / "unfinished").touch()
    manifests.finish(backup, replace(found, **changes))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (spoil_file, "is damaged: documents/"),
        (lambda backup: (backup / "facteur.db").unlink(), "is damaged: facteur.db"),
        (spoil_manifest, "is damaged: manifest.json"),
        (lambda backup: (backup / "manifest.json").write_text("{}"), "is damaged: manifest.json"),
        (lambda backup: (backup / "manifest.json").unlink(), "is not a backup"),
        (lambda backup: (backup / "unfinished").touch(), "was never finished"),
        (lambda backup: write_manifest(backup, revision="9999"), "was made by a later release"),
        (lambda backup: write_manifest(backup, format=2), "was made by a later release"),
    ],
)
def test_what_cannot_be_restored_is_said_and_nothing_is_touched(
    spoil: Callable[[Path], None],
    sentence: str,
    home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    backup = tmp_path / "backup"
    assert run(home, "backup", backup) == 0
    spoil(backup)
    there = tmp_path / "there"
    write_settings(there, "")
    assert run(there, "restore", backup) == 1
    assert sentence in capsys.readouterr().err
    assert sorted(path.name for path in there.iterdir()) == ["facteur.toml", "secret"]


@pytest.mark.parametrize("point", POINTS)
def test_a_backup_that_was_killed_is_none_and_is_made_anew(
    point: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = tmp_path / "backup"
    before = everything(home)
    kill_at(point, "backup", str(backup), "--config", str(home / "facteur.toml"))
    assert everything(home) == before
    with pytest.raises(BackupRefused, match="was never finished"):
        manifests.read(backup)
    assert run(home, "backup", backup) == 0
    assert run(home, "restore", backup, "--check") == 0


def test_a_damaged_database_is_not_backed_up(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = home / "state/facteur.db"
    data = bytearray(path.read_bytes())
    data[-4096 * 3 : -4096] = b"\xff" * 4096 * 2
    path.write_bytes(data)
    assert run(home, "backup", tmp_path / "backup") == 1
    assert capsys.readouterr().err
    with pytest.raises(BackupRefused):
        manifests.read(tmp_path / "backup")


@needs_root
def test_root_leaves_no_file_of_its_own(home: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    write_settings(there, "")
    (there / "state").mkdir()
    for folder in (home, there):
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 65534, 65534)
    for path in (tmp_path, *tmp_path.parents):
        if path != Path("/") and not path.stat().st_mode & 0o1:
            path.chmod(path.stat().st_mode | 0o011)
    backup = tmp_path / "backup"
    assert run(home, "backup", backup) == 0
    assert run(there, "restore", backup) == 0
    owners = {path.lstat().st_uid for state in (home / "state", there / "state") for path in state.rglob("*")}
    assert owners == {65534}
    assert len(everything(there)["job"]) == 2
