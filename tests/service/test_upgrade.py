# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P26: an upgrade is done as a whole or not at all, whatever fails, and is never gone back by itself."""

import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from faxcore.checkpoint import checkpoint
from faxcore.cli.main import main
from faxcore.store import carry_over, migrating
from faxcore.store.opening import open_database, sqlite_url
from faxcore.store.schema import REVISION
from faxcore.store.store import Store
from faxcore.store.store_error import StoreTooNew
from tests.service.test_saved_state import SAVED
from tests.support import CHECKOUT
from tests.support.service_parts import DATABASE

STEP = "step of an upgrade done, not committed"
NUMBERS = sorted(
    script.revision
    for script in ScriptDirectory.from_config(migrating._configure()).walk_revisions()  # noqa: SLF001
)
CHILD = """
import sys
from faxcore.checkpoint import checkpoint
from faxcore.store.database import Database
checkpoint.arm(sys.argv[1], int(sys.argv[2]))
Database(sys.argv[3])
"""
ROWS = (
    "INSERT INTO document (id, sha256, pages) VALUES ('d', 'abc', 2)",
    "INSERT INTO submission (id, owner, key, document) VALUES ('s', 'anne', 'k', 'd')",
    "INSERT INTO job (id, submission, owner, destination, state, pages) VALUES ('j', 's', 'anne', '+331', 'ready', 2)",
    "INSERT INTO call (id, direction, job, owner) VALUES ('c', 'out', 'j', 'anne')",
)


class Failed(Exception):
    """A step that does not succeed."""


@pytest.fixture
def first(tmp_path: Path, database: str) -> str:
    """The URL of a database of the first release that had migrations, with a fax in its queue."""
    url = os.environ.get(DATABASE, "") or sqlite_url(tmp_path / "facteur.db")
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        command.upgrade(migrating._configure(connection=connection), NUMBERS[0])  # noqa: SLF001
        for statement in ROWS:
            connection.execute(text(statement))
    engine.dispose()
    return url


def dump(url: str) -> dict[str, Any]:
    """Everything in a database: the tables, their columns and indexes, and every row."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        found = inspect(connection)
        dumped = {
            table: (
                [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(table)],
                sorted(str(index["name"]) for index in found.get_indexes(table)),
                sorted(map(tuple, connection.execute(text(f"SELECT * FROM {table}")).fetchall()), key=repr),
            )
            for table in sorted(found.get_table_names())
        }
    engine.dispose()
    return dumped


def fail() -> None:
    raise Failed


def test_whichever_step_fails_the_release_before_has_its_database(first: str) -> None:
    before = dump(first)
    assert len(NUMBERS) > 20 and before["alembic_version"][2] == [(NUMBERS[0],)]
    for step in range(1, len(NUMBERS)):
        checkpoint.arm(STEP, step, fail)
        with pytest.raises(Failed):
            open_database(first)
        assert dump(first) == before, f"step {step}"
    checkpoint.disarm()
    opened = open_database(first)
    job = opened.connection.execute(text("SELECT id, state, pages FROM job")).fetchall()
    assert [tuple(row) for row in job] == [("j", "ready", 2)]
    opened.close()


@pytest.mark.parametrize("step", [1, len(NUMBERS) // 2, len(NUMBERS) - 1])
def test_a_service_that_is_killed_in_its_upgrade_has_done_nothing(step: int, first: str) -> None:
    before = dump(first)
    child = subprocess.run(
        [sys.executable, "-c", CHILD, STEP, str(step), first], cwd=CHECKOUT, timeout=60, capture_output=True
    )
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()[-2000:]
    assert dump(first) == before
    open_database(first).close()
    assert dump(first)["alembic_version"][2] == [(REVISION,)]


def break_copying(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry_over, "copy_rows", lambda _connection: fail())


def break_last_step(_monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint.arm(STEP, len(NUMBERS), fail)


@pytest.mark.parametrize("breaking", [break_copying, break_last_step])
def test_a_database_of_0_1_is_as_it_was_when_it_cannot_be_carried_over(
    breaking: Callable[[pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(SAVED) as archive:
        archive.extractall(tmp_path)
    path = tmp_path / "state/facteur.db"

    def lines() -> list[str]:
        with closing(sqlite3.connect(path)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            return [str(version), *connection.iterdump()]

    before = lines()
    with monkeypatch.context() as patched:
        breaking(patched)
        with pytest.raises(Failed):
            Store(tmp_path / "state", url=sqlite_url(path))
    checkpoint.disarm()
    assert lines() == before and before[0] != "0"
    store = Store(tmp_path / "state", url=sqlite_url(path))
    assert len(store.jobs.all("root")) == 9
    store.close()


def test_the_release_before_refuses_what_it_does_not_know_and_says_what_to_do(
    first: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_database(first).close()
    engine = create_engine(first.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    before = dump(first)
    with pytest.raises(StoreTooNew, match="install that again, or restore a backup that was made before"):
        Store(tmp_path / "state", url=first)
    assert dump(first) == before


def test_the_way_back_is_the_backup_of_before(
    first: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest, database: str
) -> None:
    """A backup of a release with older tables, which this one has not touched, is restored by this one."""
    if database == "postgresql":
        return  # rows of a server are read by the release whose tables they are in
    home, there = tmp_path, tmp_path / "there"
    there.mkdir()
    (home / "state").mkdir()
    (home / "facteur.db").rename(home / "state/facteur.db")
    for folder in (home, there):
        (folder / "facteur.toml").write_text(f'[folders]\nstate = "{folder}/state"\n')
    backup = tmp_path / "backup"
    assert main(["backup", str(backup), "--config", str(home / "facteur.toml")]) == 4, "there is no such document"
    assert dump(sqlite_url(home / "state/facteur.db"))["alembic_version"][2] == [(NUMBERS[0],)]
    assert main(["restore", str(backup), "--config", str(there / "facteur.toml")]) == 0
    found = dump(sqlite_url(there / "state/facteur.db"))
    assert found["alembic_version"][2] == [(REVISION,)]
    assert len(found["job"][2]) == 1
