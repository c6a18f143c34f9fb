# SPDX-License-Identifier: GPL-3.0-or-later
"""The databases on which the service is tested: a file of SQLite, and a server of PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cluster import Cluster, running_cluster
from tests.support.service_parts import DATABASE
from tests.support.small_disk import mounted

ON_BOTH = {
    "test_backup",
    "test_bill_limits",
    "test_broadcasts",
    "test_call_log",
    "test_comments",
    "test_changed_faxes",
    "test_corrections",
    "test_costs",
    "test_crashes",
    "test_database",
    "test_finishing",
    "test_limits",
    "test_desk",
    "test_empty_drafts",
    "test_import_hylafax",
    "test_inbox_numbers",
    "test_invoice_mails",
    "test_invoices",
    "test_learnt_destinations",
    "test_ledger",
    "test_lifted_limits",
    "test_left_reports",
    "test_lists",
    "test_mail",
    "test_many",
    "test_past_calls",
    "test_own_logos",
    "test_payers",
    "test_prices",
    "test_print_notices",
    "test_receiving",
    "test_removing",
    "test_repeats",
    "test_retention",
    "test_sending",
    "test_sending_rules",
    "test_set_clock",
    "test_several_faxes",
    "test_statements",
    "test_taking_back",
    "test_telling",
    "test_typed_twice",
    "test_upgrade",
}
"""The files whose tests run on both."""


@pytest.fixture(scope="session")
def database_server() -> Iterator[Cluster]:
    """A server of PostgreSQL."""
    with running_cluster() as made:
        yield made


@pytest.fixture
def cluster(database_server: Cluster) -> Iterator[Cluster]:
    """The server; what a test makes there goes when the test ends."""
    yield database_server
    database_server.drop_databases()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of some files once for each database."""
    kinds = ["sqlite", "postgresql"] if metafunc.module.__name__.rpartition(".")[2] in ON_BOTH else ["sqlite"]
    if "database" in metafunc.fixturenames and len(kinds) > 1:
        metafunc.parametrize("database", kinds, indirect=True)


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The kind of database that services and their children of this test have."""
    kind: str = getattr(request, "param", "sqlite")
    url = request.getfixturevalue("cluster").make_database() if kind == "postgresql" else ""
    monkeypatch.setenv(DATABASE, url)
    return kind


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    with mounted(tmp_path) as disk:
        yield disk
