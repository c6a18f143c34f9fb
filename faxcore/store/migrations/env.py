# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs migrations on the connection that `faxcore.store.migrating` gives, in its transaction."""

from alembic import context

from faxcore.checkpoint import checkpoint
from faxcore.store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=False,
    on_version_apply=lambda **_step: checkpoint("step of an upgrade done, not committed"),
)
context.run_migrations()
