# SPDX-License-Identifier: GPL-3.0-or-later
"""What the promises rest on, on both databases: transactions, whose a database is, a COMMIT that nobody answered."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, select, text

from faxcore.contract.printed import Accepted, Handover
from faxcore.store.database import Database
from faxcore.store.opening import is_database_url, open_database, sqlite_url
from faxcore.store.postgresql import ANSWER_SECONDS
from faxcore.store.print_jobs import PrintJobRow, PrintJobs
from faxcore.store.schema import METADATA, REVISION, call, destination, print_job
from faxcore.store.store_error import (
    StoreAway,
    StoreDoubtful,
    StoreError,
    StoreForeign,
    StoreTaken,
    StoreTooNew,
    StoreUnavailable,
)
from tests.support.cluster import Cluster
from tests.support.postgres_proxy import Proxy
from tests.support.service_fixture import public_folder
from tests.support.service_parts import configured

NUMBER = "+33199000002"


@pytest.fixture
def url(tmp_path: Path, database: str) -> str:
    """The URL of an empty database."""
    assert database in ("sqlite", "postgresql")
    return configured(tmp_path).store.url or sqlite_url(tmp_path / "db")


def remember(database: Database, number: str = NUMBER) -> None:
    database.add(destination, number=number, error_correction=True)


def numbers(database: Database) -> list[str]:
    return [row.number for row in database.rows(select(destination.c.number).order_by(destination.c.number))]


def run(url: str, *statements: str) -> None:
    """Do something to a database from outside."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        for each in statements:
            connection.execute(text(each))
    engine.dispose()


def test_the_file_of_sqlite_is_as_promised(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "db"))
    assert database.value(text("PRAGMA journal_mode")) == "wal"
    assert database.value(text("PRAGMA synchronous")) == 3, "EXTRA"
    assert database.value(text("PRAGMA foreign_keys")) == 1
    assert {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {"db": 0o640, "db-wal": 0o640}
    with pytest.raises(StoreError, match="locked"):
        Database(sqlite_url(tmp_path / "db"))
    database.close()
    assert [file.name for file in tmp_path.iterdir()] == ["db"]
    Database(sqlite_url(tmp_path / "db")).close()


def test_a_foreign_file_of_sqlite_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "theirs"
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute("CREATE TABLE theirs (value)")
    before = path.read_bytes()
    with pytest.raises(StoreForeign):
        Database(sqlite_url(path))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["theirs"]


def test_a_server_that_does_not_sync_is_told_to(cluster: Cluster) -> None:
    url = cluster.make_database()
    name = url.partition("@/")[2].partition("?")[0]
    run(url, f"ALTER DATABASE {name} SET synchronous_commit = off")
    database = Database(url)
    assert database.value(text("SHOW synchronous_commit")) == "on"
    database.close()


def test_all_of_a_transaction_or_nothing(url: str) -> None:
    database = Database(url)
    with pytest.raises(ZeroDivisionError), database.transaction(), database.transaction():
        remember(database)
        raise ZeroDivisionError
    assert numbers(database) == []
    with pytest.raises(StoreError), database.transaction():
        remember(database)
        remember(database)
    assert numbers(database) == [], "an error of the database's own"
    with database.transaction():
        remember(database)
    database.close()
    again = Database(url)
    assert numbers(again) == [NUMBER]
    again.close()


def test_the_tables_are_those_of_the_schema(url: str) -> None:
    opened = open_database(url)
    context = MigrationContext.configure(opened.connection, opts={"compare_type": True, "include_object": _is_ours})
    assert context.get_current_revision() == REVISION
    assert compare_metadata(context, METADATA) == []
    opened.close()


def test_print_jobs_of_the_release_before_are_known_and_ask(url: str) -> None:
    """Those that were sent without a dialog: cupsd may not have heard our answer when the service was upgraded."""
    opened = open_database(url)
    begin = "BEGIN IMMEDIATE" if opened.connection.dialect.name == "sqlite" else "BEGIN"
    for statement in (
        begin,
        "DROP TABLE print_job",
        "DROP TABLE sent_copy",
        "DROP TABLE offer",
        "DROP TABLE ledger",
        "DROP TABLE limit_lift",
        "DROP TABLE own_header",
        "DROP TABLE own_logo",
        "DROP TABLE contact_member",
        "DROP TABLE contact_word",
        "DROP TABLE contact",
        "DROP TABLE limit_warning",
        "DROP INDEX job_queued_of_owner",
        "DROP INDEX job_queued_of_payer",
        "ALTER TABLE job DROP COLUMN net_estimate",
        "ALTER TABLE job DROP COLUMN milliseconds_estimate",
        "DROP TABLE invoice_call",
        "DROP TABLE invoice_line",
        "DROP TABLE invoice_vat",
        "DROP TABLE invoice",
        "DROP TABLE invoice_series",
        "DROP TABLE closing",
        "DROP INDEX call_by_offer",
        "DROP INDEX delivery_by_channel",
        "DROP INDEX job_in_call",
        "DROP INDEX job_by_send_at",
        "DROP INDEX call_by_owner",
        "DROP INDEX call_with_names",
        "DROP INDEX reception_owner_by_person",
        "ALTER TABLE call DROP COLUMN own_number",
        "ALTER TABLE call DROP COLUMN payer",
        "ALTER TABLE job DROP COLUMN payer",
        "ALTER TABLE draft DROP COLUMN payer",
        "ALTER TABLE draft DROP COLUMN kept",
        "ALTER TABLE draft DROP COLUMN arranged",
        "ALTER TABLE submission DROP COLUMN message",
        "ALTER TABLE job DROP COLUMN department",
        "ALTER TABLE submission DROP COLUMN was_draft",
        "DROP INDEX submission_by_draft_document",
        "DROP INDEX entry_not_read",
        "ALTER TABLE job DROP COLUMN comment",
        "ALTER TABLE reception DROP COLUMN comment",
        "ALTER TABLE submission DROP COLUMN draft_document",
        "ALTER TABLE call DROP COLUMN offer",
        "ALTER TABLE call DROP COLUMN shortened",
        "DROP INDEX call_weighed",
        "DROP INDEX call_weighed_there",
        "ALTER TABLE call DROP COLUMN octets",
        "ALTER TABLE call DROP COLUMN answer_spread",
        "ALTER TABLE reception DROP COLUMN tiff_sha256",
        "ALTER TABLE reception DROP COLUMN pdf_sha256",
        "ALTER TABLE reception DROP COLUMN called_name",
        "DROP TABLE print_notice",
        "ALTER TABLE destination DROP COLUMN paper",
        "ALTER TABLE job DROP COLUMN paper",
        "ALTER TABLE job DROP COLUMN held",
        "ALTER TABLE job DROP COLUMN send_at",
        "DROP INDEX job_by_deadline",
        "ALTER TABLE job DROP COLUMN dials",
        "ALTER TABLE job DROP COLUMN in_vain",
        "ALTER TABLE job DROP COLUMN unreached",
        "ALTER TABLE job DROP COLUMN give_up_at",
        "ALTER TABLE job DROP COLUMN deadline",
        "ALTER TABLE job DROP COLUMN header",
        "ALTER TABLE job DROP COLUMN wish",
        "ALTER TABLE job DROP COLUMN password",
        "ALTER TABLE job DROP COLUMN kind",
        "ALTER TABLE reception DROP COLUMN fetched_for",
        "ALTER TABLE destination DROP COLUMN reached",
        "ALTER TABLE destination DROP COLUMN locked",
        "ALTER TABLE destination DROP COLUMN together",
        "ALTER TABLE call DROP COLUMN follows",
        "DROP INDEX job_by_number",
        "DROP INDEX submission_by_owner",
        "ALTER TABLE submission DROP COLUMN recipients",
        "DROP INDEX job_by_owner",
        "ALTER TABLE draft DROP COLUMN repeats",
        "ALTER TABLE draft ADD COLUMN print_job BIGINT",
        "ALTER TABLE submission ADD COLUMN print_job BIGINT",
        "CREATE INDEX submission_by_print_job ON submission (owner, print_job)",
        "UPDATE alembic_version SET version_num = '0001'",
        "INSERT INTO document (id, sha256) VALUES ('d', 'abc')",
        "INSERT INTO submission (id, owner, key, document, print_job)"
        " VALUES ('s', 'anne', 'order:urn:uuid:1', 'd', 7), ('t', 'anne', 'order:mine', 'd', NULL)",
        "INSERT INTO job (id, submission, owner, destination)"
        " VALUES ('j', 's', 'anne', '+33199000002'), ('k', 't', 'anne', '+33199000003')",
        "COMMIT",
    ):
        opened.connection.exec_driver_sql(statement)
    opened.close()
    database = Database(url)
    known = PrintJobs(database).get("anne", "urn:uuid:1")
    assert known == PrintJobRow("abc", "+33199000002", Handover(Accepted.JOB, "j"), heard=True)
    assert database.count(print_job) == 1
    database.close()
    test_the_tables_are_those_of_the_schema(url)


def _is_ours(_object: object, name: str, kind: str, _reflected: bool, _other: object) -> bool:
    # The index of words is of each database's own kind.
    return not (name or "").startswith("entry_words") and (kind, name) != ("column", "vector")


def test_what_is_not_ours_is_left_alone(url: str) -> None:
    run(url, "CREATE TABLE invoices (id INTEGER)")
    with pytest.raises(StoreForeign, match="are not Facteur's"):
        Database(url)
    run(url, "DROP TABLE invoices")
    Database(url).close()


@pytest.mark.parametrize(
    ("statement", "error", "sentence"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", StoreTooNew, "written by a later release"),
        ("INSERT INTO alembic_version VALUES ('0000')", StoreForeign, "between two releases"),
        ("DROP TABLE mark", StoreForeign, "between two releases"),
        ("CREATE TABLE copying (since TEXT)", StoreForeign, "a copy that was never finished"),
        ("DELETE FROM alembic_version", StoreForeign, "are not Facteur's"),
    ],
)
def test_a_newer_or_half_made_database_is_refused(
    statement: str, error: type[StoreError], sentence: str, url: str
) -> None:
    database = Database(url)
    remember(database)
    database.close()
    run(url, statement)
    for _again in range(2):
        with pytest.raises(error, match=sentence):
            Database(url)
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        assert connection.execute(select(destination.c.number)).scalars().all() == [NUMBER], "nothing was touched"
    engine.dispose()


def test_a_migration_that_fails_changes_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def begin_and_fail(config: Config, _revision: str) -> None:
        config.attributes["connection"].execute(text("CREATE TABLE call (id TEXT)"))
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("alembic.command.upgrade", begin_and_fail)
        with pytest.raises(ZeroDivisionError):
            Database(url)
    Database(url).close()


def test_a_server_that_is_away_is_said_and_comes_back(cluster: Cluster) -> None:
    database = Database(cluster.make_database())
    remember(database)
    heard: list[str] = []
    database.lost = lambda: heard.append("lost")
    cluster.stop()
    for _again in range(2):
        with pytest.raises(StoreAway):
            numbers(database)
    with pytest.raises(StoreAway):
        database.reconnect()
    assert (heard, database.is_away) == (["lost"], True)
    cluster.start()
    database.resume(database.reconnect())
    assert numbers(database) == [NUMBER]
    database.close()


def test_a_server_that_stands_still_is_given_up(cluster: Cluster) -> None:
    database = Database(cluster.make_database())
    with cluster.frozen(), pytest.raises(StoreAway, match=f"not answered for {ANSWER_SECONDS} s"):
        remember(database)
    database.resume(database.reconnect())
    assert numbers(database) == []
    database.close()


def test_one_service_at_a_time_has_a_database(cluster: Cluster) -> None:
    url = cluster.make_database()
    first = Database(url)
    with pytest.raises(StoreTaken, match="another fax service is using the database"):
        Database(url)
    remember(first)
    first.close()
    second = Database(url)
    assert numbers(second) == [NUMBER]
    second.close()


@pytest.fixture
def proxied(cluster: Cluster) -> Iterator[tuple[Proxy, Database]]:
    """A database behind something that loses connections."""
    url = cluster.make_database()
    with public_folder() as folder, Proxy(folder, cluster.folder) as proxy:
        database = Database(url.partition("?")[0] + f"?host={folder}")
        yield proxy, database
        database.close()


def test_a_commit_whose_answer_was_lost_stands(proxied: tuple[Proxy, Database]) -> None:
    proxy, database = proxied
    proxy.break_at = "behind"
    remember(database)
    assert numbers(database) == [NUMBER]
    remember(database, "+33199000003")


def test_a_commit_that_was_lost_on_its_way_does_not(proxied: tuple[Proxy, Database]) -> None:
    proxy, database = proxied
    proxy.break_at = "before"
    with pytest.raises(StoreUnavailable):
        remember(database)
    assert numbers(database) == []
    remember(database)
    assert numbers(database) == [NUMBER]


@pytest.mark.parametrize("how", ["before", "behind"])
def test_a_commit_of_which_nobody_knows_ends_the_service_only_if_it_stands(
    how: str, proxied: tuple[Proxy, Database]
) -> None:
    proxy, database = proxied
    proxy.break_at, proxy.down = how, True
    with pytest.raises(StoreAway):
        remember(database)
    proxy.down = False
    if how == "behind":
        with pytest.raises(StoreDoubtful):
            database.resume(database.reconnect())
    else:
        database.resume(database.reconnect())
        remember(database)
    assert numbers(database) == [NUMBER]


@pytest.mark.parametrize("url", ["", "mysql://x/y", "postgresql://host", "not a url", "sqlite://"])
def test_a_wrong_url_is_known(url: str) -> None:
    assert not is_database_url(url)
    assert is_database_url("postgresql://facteur@localhost/facteur")


def test_a_read_does_not_count_a_transaction(url: str) -> None:
    database = Database(url)
    with database.transaction():
        numbers(database)
        database.run(text("UPDATE job SET pages = 1"))
    assert database.value(text("SELECT number FROM mark")) == 0, "nothing was changed, so nothing is synced"
    remember(database)
    assert database.value(text("SELECT number FROM mark")) == 1
    assert database.count(call) == 0
    database.close()
