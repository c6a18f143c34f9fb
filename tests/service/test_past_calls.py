# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls by which others are estimated: those that sent everything, the newest first."""

from pathlib import Path
from typing import Any

from faxcore.model.call import CallReport, Outcome
from faxcore.store.past_calls import ELSEWHERE, THERE, PastCall
from faxcore.store.store import Store
from tests.support.added_faxes import add_submission
from tests.support.service_parts import configured

HERE, ELSE = "+33199000002", "+33199000003"


def make_store(folder: Path) -> Store:
    return Store(folder / "state", url=configured(folder).store.url)


def call(store: Store, number: str, follows: str = "", **report: Any) -> str:
    (job,) = add_submission(store, "anne", number)
    known: dict[str, Any] = {
        "outcome": Outcome.OK,
        "pages": 2,
        "sent": 2,
        "confirmed": 2,
        "octets": 9000,
        "seconds": 30.0,
        "rate": 9600,
        "coding": "MR",
    }
    with store.transaction():
        id = store.calls.begin_out(job, "anne", "line-1", number, number, 1, follows=follows)
        store.calls.end(id, CallReport(**(known | report)))
    return id


def test_calls_that_sent_everything_are_listed_newest_first(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    first = call(store, HERE, octets=1)
    call(store, HERE, octets=2, error_correction=True)
    call(store, ELSE, octets=3)
    # None of these shows how long a call takes.
    call(store, HERE, octets=4, outcome=Outcome.OK_PARTIAL, confirmed=1)
    call(store, HERE, octets=0)
    call(store, HERE, octets=5, follows=first)
    call(store, HERE, octets=6, seconds=0.0)
    assert store.past_calls.list_there(HERE) == [
        PastCall(2, 2, 30.0, 9600, "MR", True),
        PastCall(1, 2, 30.0, 9600, "MR", False),
    ]
    assert [each.octets for each in store.past_calls.list_newest()] == [3, 2, 1]
    assert store.past_calls.list_there("+33199000009") == []
    store.close()


def test_only_the_newest_are_listed(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    for octets in range(1, ELSEWHERE + 3):
        call(store, HERE, octets=octets)
    assert [each.octets for each in store.past_calls.list_there(HERE)] == [*range(ELSEWHERE + 2, 0, -1)][:THERE]
    assert [each.octets for each in store.past_calls.list_newest()] == [*range(ELSEWHERE + 2, 0, -1)][:ELSEWHERE]
    store.close()
