# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl store migrate`: everything goes to another database, counted and compared, or nothing does."""

import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, select, text

from faxcore.cli.main import main
from faxcore.contract.listed import FaxQuery
from faxcore.store import transfer
from faxcore.store.opening import sqlite_url
from faxcore.store.schema import METADATA
from faxcore.store.state_lock import lock_state_folder
from faxcore.store.store import Store
from tests.service.test_lists import add_submission, found
from tests.service.test_saved_state import SAVED
from tests.support.cluster import Cluster
from tests.support.service_parts import running, script
from tests.support.waiting import async_test


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a service of 0.1 with all kinds of rows, and a configuration for it."""
    with zipfile.ZipFile(SAVED) as archive:
        archive.extractall(tmp_path)
    state, received = tmp_path / "state", tmp_path / "received"
    (tmp_path / "facteur.toml").write_text(f'[folders]\nstate = "{state}"\nreceived = "{received}"\n')
    return tmp_path


def migrate(home: Path, url: str) -> int:
    return main(["store", "migrate", "--to", url, "--config", str(home / "facteur.toml")])


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    return {
        table.name: [tuple(row) for row in store.database.rows(select(table).order_by(*table.primary_key.columns))]
        for table in METADATA.sorted_tables
    }


def test_every_row_moves_and_the_service_goes_on(
    home: Path, cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    url = cluster.make_database()
    assert migrate(home, url) == 0
    said = capsys.readouterr().out
    assert f'[store]\nurl = "{url}"' in said and "rows were copied and compared" in said
    old, new = Store(home / "state"), Store(home / "state", url=url)
    before, after = everything(old), everything(new)
    assert before == after and len(before["job"]) == 9 and len(before["entry"]) == 13
    assert found(new, "root", words="mart 01 99 00 00 03") == found(old, "root", words="mart 01 99 00 00 03") != []
    add_submission(new, "root", "+33199000088", last_name="New")
    assert len(found(new, "root", words="new")) == 1, "entries go on being numbered behind the old ones"
    old.close()
    new.close()


def test_back_again(home: Path, cluster: Cluster) -> None:
    url = cluster.make_database()
    assert migrate(home, url) == 0
    back = sqlite_url(home / "back.db")
    assert transfer.copy_database(url, back, lambda _table, _rows: None) > 50
    old, new = Store(home / "state"), Store(home / "other", url=back)
    assert everything(old) == everything(new)
    assert found(new, "root", words="mairie") != []
    old.close()
    new.close()


def test_nothing_moves_while_the_service_runs(home: Path, cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    url = cluster.make_database()
    with lock_state_folder(home / "state"):
        assert migrate(home, url) == 1
    assert "stop it first" in capsys.readouterr().err


def test_a_copy_that_was_broken_off_is_refused(
    home: Path, cluster: Cluster, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: object) -> None:
        raise ZeroDivisionError

    url = cluster.make_database()
    with monkeypatch.context() as patched, pytest.raises(ZeroDivisionError):
        patched.setattr(transfer, "_finish", fail)
        migrate(home, url)
    assert migrate(home, url) == 1
    assert "a copy that was never finished" in capsys.readouterr().err
    store = Store(home / "state")
    assert len(store.jobs.all("root")) == 9, "what was copied is as it was"
    store.close()


def test_a_copy_that_differs_is_refused(
    home: Path, cluster: Cluster, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(source: Connection, target: Connection, table: Table) -> None:
        if table.name == "job":
            target.execute(text("UPDATE job SET pages = pages + 1"))
        compare(source, target, table)

    compare = transfer._compare  # noqa: SLF001 - there is no other way to a disk that lies
    monkeypatch.setattr(transfer, "_compare", spoil)
    assert migrate(home, cluster.make_database()) == 1
    assert "the copy of the table job differs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://x/y", "is not the URL of a database"),
        ("postgresql://nobody@/x?host=/nowhere", "Nothing was changed"),
    ],
)
def test_a_wrong_target_is_said(url: str, sentence: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate(home, url) == 1
    assert sentence in capsys.readouterr().err


@async_test
async def test_a_database_with_faxes_is_not_overwritten(home: Path, tmp_path: Path, cluster: Cluster) -> None:
    url = cluster.make_database()
    assert migrate(home, url) == 0
    script(tmp_path)
    assert migrate(home, url) == 1
    async with running(tmp_path) as (service, _listener):
        page = await service.api.list_faxes("root", FaxQuery())
        assert len(page.jobs) == 9


def test_a_state_folder_that_cannot_be_used_is_named_with_what_to_do(
    home: Path, cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "state").rename(home / "elsewhere")
    (home / "state").write_text("a file, where the folder should be")
    assert migrate(home, cluster.make_database()) == 1
    said = capsys.readouterr().err
    assert f"Nothing was changed. {home}/state" in said and "Run this as root." in said
