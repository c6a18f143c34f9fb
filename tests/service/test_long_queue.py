# SPDX-License-Identifier: GPL-3.0-or-later
"""A turn of the scheduler asks the database much; none of it is looked for in all of a long queue."""

from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from faxcore.model.job import State
from faxcore.store.store import Store
from tests.support.many_faxes import Ids, add_jobs

MANY = 3000
FEW = ("job_in_call", "job_by_send_at")
"""Indexes that have a few of the jobs only: all of such an index may be read."""
WALKS = ("SCAN job", "SCAN here", "SCAN next_one", "SEARCH job USING INDEX job_by_turn (state=?)")


def test_a_turn_reads_no_queue_from_its_beginning(tmp_path: Path) -> None:
    """SQLite, whose statistics say that all jobs are in the same state: an index by state alone seems worthless."""
    store = Store(tmp_path / "state")
    add_jobs(store, "anne", MANY, State.READY, Ids())
    connection, asked = store.database._connection(), []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    store.jobs.wake(10)
    store.jobs.find_late(10)
    store.jobs.next_wake()
    store.jobs.next_deadline()
    store.jobs.next_send_at()
    store.turns.engaged()
    store.turns.candidates(frozenset(["+33199000002"]))
    assert store.turns.find_awaited(["+33199000002", "+33199999999"]) == {"+33199000002"}
    event.remove(connection, "before_cursor_execute", note)
    assert store.database.value(text("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'job'")), "it has statistics"
    assert len(asked) >= 10
    for statement, parameters in asked:
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        long = [step for step in plan if not any(step.endswith(few) or f"{few} " in step for few in FEW)]
        walks = [step for step in long if step.startswith(WALKS) or step == "SEARCH job"]
        assert not walks, f"{statement}: {plan}"
    store.close()
