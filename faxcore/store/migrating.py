# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations by Alembic, all of them in one transaction: a database is of one release or of another, never between.

Databases of 0.1 and before have no Alembic revision but a number of their own, SQLite's `user_version`. `carry_over`
brings them here.
"""

from __future__ import annotations

from collections.abc import Sequence

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from faxcore.store import carry_over
from faxcore.store.store_error import StoreTooNew


def is_known(revision: str) -> bool:
    """Return whether this release can bring tables of this revision to its own; empty: those of 0.1."""
    return not revision or revision in _list_known(_configure())


def migrate(connection: Connection, revisions: Sequence[str], old: int) -> None:
    """Bring the tables to the newest revision; `revisions` are those of the database, `old` is the version of one of
    0.1, or 0. StoreTooNew if this release does not know them.
    """
    config = _configure(connection=connection)
    known = _list_known(config)
    for revision in revisions:
        if revision not in known:
            raise StoreTooNew(
                f"the database was written by a later release (revision {revision}): install that again, or restore a"
                " backup that was made before"
            )
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.dialect.name == "sqlite" else "BEGIN")
    try:
        if old:
            carry_over.set_aside(connection, old)
        command.upgrade(config, "head")
        if old:
            carry_over.copy_rows(connection)
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise


def _configure(**attributes: object) -> Config:
    config = Config(attributes=attributes)
    config.set_main_option("script_location", "faxcore.store:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _list_known(config: Config) -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
