# SPDX-License-Identifier: GPL-3.0-or-later
"""Few among many: the jobs in a call and those that are to be sent later, found in a long queue at once."""

from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Give each an index of these jobs only."""
    _index("job_in_call", ["owner", "destination"], "state IN ('active', 'final-pending')")
    _index("job_by_send_at", ["send_at", "id"], "state IN ('pending')")


def _index(name: str, columns: list[str], few: str) -> None:
    op.create_index(name, "job", columns, sqlite_where=text(few), postgresql_where=text(few))
