# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a list, and what is loaded of it, without a window: whatever comes, and in whatever order."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PyQt6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt

from faxcore.contract.listed import FaxPage, FaxQuery, Folder
from faxcore.contract.printed import Draft
from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.model.call import Outcome
from faxcore.model.job import State
from faxcore.model.page import Resolution
from faxcore.model.sentence import NOTHING
from notifier.fax import Fax, of_job, of_reception
from notifier.faxes.entry import Entry, enter_broadcast, enter_fax, read_entries
from notifier.faxes.entry_model import ENTRY_ROLE, EntryModel
from notifier.faxes.loaded_list import PAGE, LoadedList, list_from, place_before
from notifier.faxes.place import Place

TIME = "2026-11-28T10:00:00+00:00"


def job(id: str, broadcast: str = "", state: State = State.DONE, subject: str = "Invitation", changed: str = "") -> Fax:
    """A fax that was sent, with this id."""
    texts = {"title": "", "number": "0199000002", "recipient": f"To {id}", "header": ""}
    times = {"created": TIME, "changed": changed or TIME}
    return of_job(
        Job(id=id, state=state, reason=NOTHING, pages=1, subject=subject, broadcast=broadcast, **texts, **times)
    )


def reception(id: str, read: bool = True) -> Fax:
    """A fax that came, with this id."""
    about = {"called": "0199000001", "caller": "", "remote_id": f"From {id}", "outcome": Outcome.OK, "pages": 1}
    return of_reception(Reception(id, TIME, "line-1", read=read, **about))


def draft(id: str) -> Draft:
    return Draft(id, f"Document {id}", TIME, 1, Resolution.FINE)


def rows_of(model: EntryModel) -> list[Entry]:
    rows = [model.index(row, 0).data(ENTRY_ROLE) for row in range(model.rowCount())]
    assert [model.entry(row) for row in range(model.rowCount())] == rows
    return rows


def keys_of(model: EntryModel) -> list[str]:
    return [entry.key for entry in rows_of(model)]


def shown(*faxes: Fax, gathered: bool = True) -> EntryModel:
    """A model that shows these."""
    model = EntryModel()
    model.replace(map(enter_fax, faxes), gathered)
    return model


def gather(entries: Iterable[Entry], gathered: bool) -> list[Entry]:
    """The rows of a list as one would make them from scratch."""
    rows, broadcasts = [], {}
    for entry in sorted(entries, key=lambda each: each.place, reverse=True):
        broadcast = getattr(entry.fax.of, "broadcast", "") if entry.fax is not None else ""
        if gathered and broadcast:
            broadcasts.setdefault(broadcast, []).append(entry.fax)
        else:
            rows.append(entry)
    rows += [enter_broadcast(faxes) if faxes[1:] else enter_fax(faxes[0]) for faxes in broadcasts.values()]
    return sorted(rows, key=lambda each: each.place, reverse=True)


class Follower:
    """A view of a model that believes only what the model tells of its changes."""

    def __init__(self, model: QAbstractItemModel) -> None:
        self._model = model
        self.rows: list[Entry] = rows_of(model)
        model.modelReset.connect(lambda: setattr(self, "rows", rows_of(model)))
        model.rowsInserted.connect(lambda _at, first, last: self._insert(first, last))
        model.rowsRemoved.connect(lambda _at, first, last: self._remove(first, last))
        model.rowsMoved.connect(lambda _at, first, last, _to, row: self._move(first, last, row))
        model.dataChanged.connect(lambda first, last: self._change(first.row(), last.row()))

    def _insert(self, first: int, last: int) -> None:
        self.rows[first:first] = [self._model.entry(row) for row in range(first, last + 1)]

    def _remove(self, first: int, last: int) -> None:
        del self.rows[first : last + 1]

    def _move(self, first: int, last: int, to: int) -> None:
        assert first == last
        entry = self.rows.pop(first)
        self.rows.insert(to if to < first else to - 1, entry)

    def _change(self, first: int, last: int) -> None:
        for row in range(first, last + 1):
            self.rows[row] = self._model.entry(row)


# ------------------------------------------------------------ the rows


def test_pages_are_appended_and_news_inserted_by_their_places():
    model = shown(job("30"), reception("20"))
    model.put(map(enter_fax, (job("10"), reception("15"))))
    assert keys_of(model) == ["job:30", "reception:20", "reception:15", "job:10"]
    model.put(map(enter_fax, (reception("40"), job("17"))))
    assert keys_of(model) == ["reception:40", "job:30", "reception:20", "job:17", "reception:15", "job:10"]
    assert [model.row_of(key) for key in keys_of(model)] == list(range(6))
    assert model.row_of("job:20") == model.row_of("nothing") == -1


def test_a_change_stays_where_it_is_and_its_row_with_it():
    model = shown(reception("30", read=False), reception("20", read=False), job("10"))
    row = QPersistentModelIndex(model.index(1, 0))
    assert model.first_unread() == 0
    model.put([enter_fax(reception("30")), enter_fax(reception("40"))])
    assert keys_of(model) == ["reception:40", "reception:30", "reception:20", "job:10"]
    assert row.row() == model.first_unread() == 2
    model.put([enter_fax(reception("20"))])
    assert model.first_unread() == -1 and len(rows_of(model)) == 4


def test_a_broadcast_is_one_row_across_pages():
    """Also where a page ends in the middle of it, and where it is longer than a page."""
    model = shown(job("90"), job("84", "b"), job("83", "b"))
    assert keys_of(model) == ["job:90", "broadcast:b"]
    model.put(map(enter_fax, (job("82", "b"), job("81", "b"))))
    model.put(map(enter_fax, (job("80", "b"), job("70"))))
    assert keys_of(model) == ["job:90", "broadcast:b", "job:70"]
    row = rows_of(model)[1]
    assert [fax.id for fax in row.broadcast] == ["84", "83", "82", "81", "80"]
    assert (row.name, row.about) == ("Invitation", "5 recipients · 5 sent")
    assert model.row_of("job:80") == model.row_of("broadcast:b") == 1
    model.put([enter_fax(job("82", "b", State.FAILED))])
    assert rows_of(model)[1].about == "5 recipients · 4 sent · 1 failed"


def test_the_first_fax_of_a_broadcast_stands_for_itself_until_the_second_comes():
    model = shown(job("90"), job("84", "b"))
    row = QPersistentModelIndex(model.index(1, 0))
    assert keys_of(model) == ["job:90", "job:84"]
    model.put([enter_fax(job("83", "b"))])
    assert keys_of(model) == ["job:90", "broadcast:b"] and row.row() == 1


def test_somebody_elses_fax_in_the_middle_of_a_broadcast_does_not_divide_it():
    model = shown(job("84", "b"), job("82", "b"))
    model.put([enter_fax(reception("83"))])
    assert keys_of(model) == ["broadcast:b", "reception:83"]
    model.put([enter_fax(job("81", "b"))])
    assert keys_of(model) == ["broadcast:b", "reception:83"] and model.row_of("job:81") == 0
    row = QPersistentModelIndex(model.index(0, 0))
    model.remove("job:84")
    assert keys_of(model) == ["reception:83", "broadcast:b"], "its newest fax is an older one now"
    assert row.row() == 1, "who has selected it has it selected still"


def test_one_recipient_leaves_a_broadcast():
    model = shown(job("84", "b"), job("83", "b"), job("82", "b"))
    model.remove("job:83")
    assert [fax.id for fax in rows_of(model)[0].broadcast] == ["84", "82"] and model.row_of("job:83") == -1
    model.remove("job:84")
    assert keys_of(model) == ["job:82"], "the last one stands for itself"
    model.remove("job:82")
    model.remove("job:82")
    assert keys_of(model) == [] and model.row_of("broadcast:b") == -1


def test_in_a_broadcast_and_in_what_a_search_finds_each_fax_is_a_row():
    model = shown(job("84", "b"), job("83", "b"), gathered=False)
    model.put([enter_fax(job("82", "b"))])
    assert keys_of(model) == ["job:84", "job:83", "job:82"]


def test_a_reader_hears_the_whole_row():
    model = shown(reception("20", read=False))
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Unread, From From 20, on 0199000001")
    assert model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole) is None
    assert model.rowCount(model.index(0, 0)) == 0 and model.data(QModelIndex()) is None


STATES = (State.READY, State.DONE, State.FAILED)
IDS = some.integers(0, 24).map("{:02}".format)
FAXES = some.builds(
    lambda id, kind, state: reception(id) if not kind else job(id, kind.strip("-"), state),
    IDS,
    some.sampled_from(["", "-", "b", "c"]),
    some.sampled_from(STATES),
)
STEPS = some.one_of(
    some.tuples(some.just("put"), some.lists(FAXES, max_size=6)),
    some.tuples(some.just("remove"), IDS),
    some.tuples(some.just("replace"), some.lists(FAXES, max_size=6)),
)


@given(some.lists(STEPS, max_size=12), some.booleans())
def test_whatever_comes_the_rows_are_those_made_from_scratch(steps, gathered):
    """An id belongs to one fax for ever: its first kind stays."""
    model, known, kinds = shown(gathered=gathered), {}, {}
    follower = Follower(model)
    for step, about in steps:
        if step == "remove":
            key = next((key for key in known if key.endswith(f":{about}")), f"job:{about}")
            known.pop(key, None)
            model.remove(key)
        else:
            about = {fax.id: fax for fax in about}.values()
            faxes = [fax for fax in about if kinds.setdefault(fax.id, kind_of(fax)) == kind_of(fax)]
            known = {} if step == "replace" else known
            known |= {fax.key: enter_fax(fax) for fax in faxes}
            if step == "replace":
                model.replace(map(enter_fax, faxes), gathered)
            else:
                model.put(map(enter_fax, faxes))
        rows = gather(known.values(), gathered)
        assert rows_of(model) == rows == follower.rows
        for key in known:
            row = model.row_of(key)
            assert rows[row].key == key or key in {fax.key for fax in rows[row].broadcast}
        assert [model.row_of(entry.key) for entry in rows] == list(range(len(rows)))


def kind_of(fax: Fax) -> tuple[bool, str]:
    return fax.sent, getattr(fax.of, "broadcast", "")


# ------------------------------------------------------------ what is loaded


def page(*faxes: Fax, after: str = "", drafts: tuple[Draft, ...] = ()) -> FaxPage:
    jobs = tuple(fax.of for fax in faxes if isinstance(fax.of, Job))
    return FaxPage(drafts, jobs, tuple(fax.of for fax in faxes if isinstance(fax.of, Reception)), after)


def loaded(where: Place, *faxes: Fax, after: str = "") -> LoadedList:
    """A list whose first page has come."""
    listed = LoadedList(where)
    listed.take(listed.first_query(), page(*faxes, after=after))
    return listed


def test_a_page_is_taken_with_all_that_lies_in_it():
    listed = LoadedList(Place(None))
    assert not listed.loaded and not listed.complete
    query = listed.first_query()
    assert query == FaxQuery(folder=None, after="", most=PAGE)
    came, gone = listed.take(query, page(job("30"), reception("20"), drafts=(draft("25"),), after="20"))
    assert [entry.key for entry in came] == ["job:30", "draft:25", "reception:20"] and gone == []
    assert set(listed.entries) == {"job:30", "draft:25", "reception:20"}
    assert listed.loaded and not listed.complete and listed.next_query().after == "20"
    came, gone = listed.take(listed.next_query(), page(job("10")))
    assert [entry.key for entry in came] == ["job:10"] and gone == [] and listed.complete


def test_a_page_that_does_not_go_forward_ends_the_list():
    """A service that errs makes nobody ask for ever."""
    listed = loaded(Place(None), job("30"), after="30")
    listed.take(listed.next_query(), page(job("30"), after="30"))
    assert listed.complete


def test_asked_for_again_the_first_page_tells_what_is_new_what_changed_and_what_has_gone():
    listed = loaded(Place(None), job("40"), job("30", state=State.READY), reception("20"), after="20")
    listed.take(listed.next_query(), page(job("10")))
    again = page(reception("50"), job("30", changed="2026-11-28T11:00:00+00:00"), reception("20"), after="20")
    came, gone = listed.take(listed.first_query(), again)
    assert [entry.key for entry in came] == ["reception:50", "job:30"] and gone == ["job:40"]
    assert set(listed.entries) == {"reception:50", "job:30", "reception:20", "job:10"}, "older pages stay"
    assert listed.complete, "nothing is loaded twice"


def test_what_came_while_the_first_page_was_on_its_way_again_is_not_gone():
    listed = loaded(Place(None), job("40"), reception("20"))
    query = listed.first_query()
    assert listed.put(reception("50"), new=True) is not None
    _came, gone = listed.take(query, page(job("40"), reception("20")))
    assert gone == [] and "reception:50" in listed.entries


def test_what_came_before_the_first_page_is_put_in_with_it():
    """A fax that the page has is the later of the two; one behind the page waits for its own."""
    listed = LoadedList(Place(None))
    query = listed.first_query()
    later = job("30", state=State.DONE, changed="2026-11-28T12:00:00+00:00")
    for fax in (reception("50"), later, job("10")):
        assert listed.put(fax, new=True) is None
    came, _gone = listed.take(query, page(job("30", state=State.ACTIVE), reception("20"), after="20"))
    assert {entry.key for entry in came} == {"reception:50", "job:30", "reception:20"}
    assert listed.entries["job:30"].fax.of.state is State.DONE


def test_a_fax_behind_what_is_loaded_waits_for_its_page():
    listed = loaded(Place(None), job("40"), after="40")
    assert listed.put(job("30"), new=False) is None and set(listed.entries) == {"job:40"}
    assert listed.put(job("50"), new=False) is not None
    older = list_from(Place(None), "job:40")
    older.take(older.first_query(), page(job("40"), job("30")))
    assert older.put(reception("50"), new=True) is None, "newer than where this list begins"
    assert older.put(job("30", state=State.FAILED), new=False).mood is not older.entries["job:40"].mood


def test_a_list_from_a_fax_on_has_it_first():
    listed = list_from(Place(None), "job:40")
    assert (listed.first, listed.wanted) == (place_before("job:40"), "job:40")
    assert "40" < listed.first_query().after < "41"


@pytest.mark.parametrize("where", [Place(None, words="roof"), Place(Folder.INBOX, "0199000001"), Place(unread=True)])
def test_only_the_service_knows_what_is_found(where):
    """It is asked once for each fax, however often that changes."""
    listed = loaded(where, reception("20"))
    assert listed.put(job("30", state=State.READY), new=False) is None and listed.stale
    listed.first_query()
    assert not listed.stale
    assert listed.put(job("30", state=State.ACTIVE), new=False) is None and not listed.stale
    assert listed.put(reception("20", read=False), new=False).unread, "what is shown changes at once"


def test_a_fax_goes_from_folder_to_folder():
    outbox, every = loaded(Place(Folder.OUTBOX), job("30", state=State.READY)), loaded(Place(None))
    sent = job("30", state=State.DONE)
    assert outbox.is_left_by(sent) and not outbox.is_left_by(job("30", state=State.ACTIVE))
    assert not outbox.is_left_by(job("10")), "it is not there"
    assert loaded(Place(Folder.SENT)).put(sent, new=False) is not None
    assert loaded(Place(Folder.FAILED)).put(sent, new=False) is None
    assert loaded(Place(Folder.SENT)).put(reception("40"), new=True) is None
    assert loaded(Place(broadcast="b", folder=None)).put(job("50", "b"), new=False) is not None
    assert loaded(Place(broadcast="b", folder=None)).put(job("50", "c"), new=False) is None
    assert every.put(reception("40"), new=False) is None, "one that only changed may be in the bin"
    assert every.put(reception("40"), new=True) is not None


@given(some.lists(IDS, unique=True, max_size=25), some.integers(1, 6))
def test_pages_of_any_length_give_the_whole_list(ids, most):
    """As the service makes them: a page that is full may be the last one."""
    faxes = [reception(id) if int(id) % 3 else job(id, "b") for id in sorted(ids, reverse=True)]
    listed, model = LoadedList(Place(None)), shown()
    asked = []
    while not listed.complete:
        query = listed.next_query() if listed.loaded else listed.first_query()
        asked.append(query.after)
        rest = [fax for fax in faxes if not query.after or fax.id < query.after][:most]
        came, gone = listed.take(query, page(*rest, after=rest[-1].id if len(rest) == most else ""))
        assert gone == []
        model.put(came)
    assert all(one > other for one, other in pairwise(asked[1:]))
    assert rows_of(model) == gather(map(enter_fax, faxes), gathered=True)
    assert [entry.key for entry in read_entries((), *split(faxes))] == [fax.key for fax in faxes]


def split(faxes: list[Fax]) -> tuple[list[Job], list[Reception]]:
    return [fax.of for fax in faxes if fax.sent], [fax.of for fax in faxes if not fax.sent]
