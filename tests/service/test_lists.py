# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders, pages, searching and turns, on both databases."""

from itertools import product
from pathlib import Path
from random import Random

import pytest

from faxcore.contract.listed import FaxQuery, Folder
from faxcore.model.job import Event
from faxcore.store.store import Store
from faxcore.store.store_error import StoreError
from faxcore.store.turns import Candidate, Passing
from faxcore.store.views import NO_CALL
from tests.support.added_faxes import add_submission
from tests.support.service_parts import configured

SOMEWHERE = Passing(((("+33",), True),), otherwise=False)
"""With this each queue is read on its own; it forbids nothing here."""


def open_store(folder: Path) -> Store:
    """A store on the database of this test."""
    return Store(folder / "state", url=configured(folder).store.url)


def found(store: Store, person: str, **query: object) -> list[str]:
    page = store.listing.page(person, FaxQuery(**query), lambda _job: NO_CALL)  # type: ignore[arg-type]
    return [each.id for each in (*page.drafts, *page.jobs, *page.receptions)]


def test_one_document_goes_to_many(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    jobs = add_submission(store, "anne", "+33199000002", "+33199000003", "+33199000002")
    assert len(jobs) == 2, "the same destination twice is one job"
    rows = store.jobs.several(jobs)
    assert len({row.document for row in rows}) == len({row.submission for row in rows}) == 1
    assert {row.destination for row in rows} == {"+33199000002", "+33199000003"}
    store.close()


def test_a_key_is_one_submission(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    jobs = add_submission(store, "anne", "+33199000002", "+33199000003", key="k")
    assert store.submissions.jobs_of_key("anne", "k") == jobs
    assert store.submissions.jobs_of_key("bob", "k") == []
    with pytest.raises(StoreError):
        add_submission(store, "anne", "+33199000002", key="k")
    assert len(store.jobs.all("anne")) == 2, "all or nothing"
    assert add_submission(store, "bob", "+33199000002", key="k")
    store.close()


WORDS = [
    ("lefevre", True),
    ("LEFÈVRE", True),
    ("lefe", True),
    ("efevre", False),
    ("strasse", True),
    ("straße", True),
    ("oeuvre", True),
    ("œuv", True),
    ("résul roof", True),
    ("resultats door", False),
    ("01 99 00 00 02", True),
    ("0199000002", True),
    ("01.99.00", True),
    ("+33 1 99 00 00 02", True),
    ("+33 (0)1 99 00 00 02", True),
    ("0033199000002", True),
    ("199000002", True),
    ("99000002", False),
    ("room 12 34", True),
    ("room 1234", False),
    ("東京", True),
    ("pasteur (lyon)", True),
    ('" OR 1=1 --', False),
    ("' | *:* & (", True),
    ("owner", False),
    ("00", False),
    ("0 0", True),
]


@pytest.mark.parametrize(("words", "expected"), WORDS)
def test_a_fax_is_found_by_what_people_type(words: str, expected: bool, tmp_path: Path) -> None:
    store = open_store(tmp_path)
    (job,) = add_submission(
        store,
        "anne",
        "+33199000002",
        last_name="Lefèvre-Strasse",
        first_name="東京",
        role="Œuvre",
        company="Institut Pasteur, Lyon",
        subject="Résultats of the roof in room 12 34",
    )
    add_submission(store, "bob", "+33199000002", last_name="Lefèvre")
    assert found(store, "anne", words=words) == ([job] if expected else [])
    store.close()


def test_what_is_gone_is_not_found(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    (job,) = add_submission(store, "anne", "+33199000002", last_name="Martin")
    store.entries.remove(job)
    (other,) = add_submission(store, "anne", "+33199000003", last_name="Martinez")
    assert found(store, "anne", words="mart") == [other]
    store.close()


def test_a_page_follows_another_without_a_gap_while_faxes_come_and_move(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    jobs = [add_submission(store, "anne", f"+331990000{number:02}")[0] for number in range(10)]
    first = store.listing.page("anne", FaxQuery(Folder.OUTBOX, most=4), lambda _job: NO_CALL)
    assert [each.id for each in first.jobs] == jobs[:5:-1] and first.after == jobs[6]
    add_submission(store, "anne", "+33199000099")
    store.jobs.event(jobs[5], Event.CANCELLED)
    second = store.listing.page("anne", FaxQuery(Folder.OUTBOX, most=4, after=first.after), lambda _job: NO_CALL)
    assert [each.id for each in second.jobs] == [jobs[4], jobs[3], jobs[2], jobs[1]]
    assert found(store, "anne", folder=Folder.FAILED) == [jobs[5]]
    store.close()


def test_turns_show_the_heads_of_every_persons_queue(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    many = add_submission(store, "anne", *(f"+3319900{number:04}" for number in range(300)))
    (urgent,) = add_submission(store, "anne", "+33199000500", priority=-1)
    (one,) = add_submission(store, "bob", "+33199000501")
    heads = store.turns.candidates(frozenset({"+33199000000"}), most=30)
    assert heads[0] == Candidate(urgent, "anne", -1, "+33199000500")
    assert [each.id for each in heads[1:11]] == many[1:11], "the busy one is left out, the others are in their order"
    assert heads[-1].id == one and len(heads) == 12
    assert store.turns.engaged() == []
    store.jobs.claim(one, "line-1", 3600)
    assert [(each.owner, each.destination) for each in store.turns.engaged()] == [("bob", "+33199000501")]
    store.close()


@pytest.mark.parametrize("seed", range(3))
def test_turns_are_those_of_a_look_at_the_whole_queue(tmp_path: Path, seed: int) -> None:
    """Whoever takes the database's steps through its index for a look at everything sees the same."""
    chance, store = Random(seed), open_store(tmp_path)
    rows = []
    for owner in ("anne", "bob", "Zoé", "uid:7"):
        for priority in chance.sample((-1, 0, 5), chance.randint(1, 3)):
            numbers = [f"+331990000{number:02}" for number in chance.sample(range(30), chance.randint(1, 12))]
            ids = add_submission(store, owner, *numbers, priority=priority)
            rows += [Candidate(id, owner, priority, number) for id, number in zip(ids, numbers, strict=True)]
    for gone in chance.sample(rows, 5):
        store.jobs.claim(gone.id, "line-1", 3600)
        rows.remove(gone)
    everybody = sorted({(row.priority, row.owner) for row in rows})
    for most, before in product((1, 5, len(everybody), 30, 200), (None, -1, 0, 5, 6)):
        queues = [queue for queue in everybody if before is None or queue[0] < before]
        busy = frozenset(f"+331990000{number:02}" for number in chance.sample(range(30), chance.randint(0, 20)))
        heads = {queue: [] for queue in queues}
        for row in sorted(rows, key=lambda row: row.id):
            queue = heads.get((row.priority, row.owner), [])
            if row.destination not in busy and len(queue) < max(1, most // max(1, len(queues))):
                queue.append(row)
        assert store.turns.candidates(busy, most, before=before) == sum(heads.values(), [])[:most]
        few = sum((heads[queue] for queue in queues[:most]), [])
        assert store.turns.candidates(busy, most, lambda _owner: SOMEWHERE, before) == few
    store.close()


def test_a_search_goes_on_page_by_page(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    jobs = [add_submission(store, "anne", f"+331990{number:05}", last_name="Martin")[0] for number in range(14)]
    store.jobs.event(jobs[6], Event.CANCELLED)
    seen: list[str] = []
    after = ""
    while True:
        page = store.listing.page(
            "anne", FaxQuery(Folder.OUTBOX, words="mart", most=4, after=after), lambda _j: NO_CALL
        )
        seen += [each.id for each in page.jobs]
        if not page.after:
            break
        assert not after or page.after < after
        after = page.after
    assert seen == [each for each in reversed(jobs) if each != jobs[6]]
    assert found(store, "anne", words="mart", after="nonsense", most=1) == [jobs[13]]
    store.close()


def test_only_what_is_not_read_is_listed_page_by_page_and_found(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    jobs = [add_submission(store, "anne", f"+331990000{number:02}", last_name="Martin")[0] for number in range(8)]
    for job in jobs[::2]:
        store.entries.mark_read("anne", job, True)
    (others,) = add_submission(store, "bob", "+33199000050", last_name="Martin")
    unread = [jobs[7], jobs[5], jobs[3], jobs[1]]
    assert found(store, "anne", unread=True) == unread
    assert found(store, "anne", folder=Folder.OUTBOX, unread=True, words="mart") == unread
    assert found(store, "anne", folder=Folder.INBOX, unread=True) == []
    first = store.listing.page("anne", FaxQuery(Folder.OUTBOX, unread=True, most=3), lambda _job: NO_CALL)
    assert [each.id for each in first.jobs] == unread[:3] and first.after == unread[2]
    assert found(store, "anne", folder=Folder.OUTBOX, unread=True, most=3, after=first.after) == unread[3:]
    store.entries.mark_read("anne", jobs[0], False)
    assert found(store, "anne", unread=True) == [*unread, jobs[0]]
    store.entries.mark_read("anne", others, True)
    assert found(store, "bob", unread=True) == [others], "each has marks of their own"
    store.close()
