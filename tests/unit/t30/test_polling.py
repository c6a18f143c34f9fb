# SPDX-License-Identifier: GPL-3.0-or-later
"""Polling, with two engines joined: one calls and fetches what the other offers, on a good line and on a bad one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.model.call import Outcome
from faxcore.model.page import Resolution, Width
from faxcore.t30.capabilities import OfferedDocument, PageInfo, Terminal
from faxcore.t30.selective import Selection
from tests.support.hypothesis_profiles import examples
from tests.support.joined import Fault, Joined

FINE = PageInfo(Width.A4, Resolution.FINE, 1000)
STANDARD = PageInfo(Width.A4, Resolution.STANDARD, 500)
PLAIN = Terminal("plain", error_correction=False)


@pytest.mark.parametrize("pages", [1, 3])
@pytest.mark.parametrize("poller", [Terminal("p"), PLAIN], ids=["ecm", "plain"])
def test_every_page_of_a_polled_document_is_confirmed_and_kept(pages: int, poller: Terminal) -> None:
    call = Joined([FINE] * pages, receiver=poller, polling=True)
    polling, called = call.run()
    assert (polling.outcome, polling.confirmed, polling.complete) == (Outcome.OK, pages, True)
    assert (called.outcome, called.confirmed, called.kept) == (Outcome.OK, 0, 0)
    assert called.polled is not None
    assert (called.polled.confirmed, called.polled.sent) == (pages, pages)
    assert (call.caller.bits_x, call.called.bits_x) == ({True}, {False})
    for page, (data, confirmed) in call.caller.kept.items():
        assert confirmed
        assert data.startswith(call.coded(page))
    assert call.called.sent[-1] == "DCN"
    assert "DCN" not in call.caller.sent


def test_a_change_of_geometry_has_the_poller_ask_again() -> None:
    call = Joined([FINE, STANDARD], polling=True)
    polling, called = call.run()
    assert polling.confirmed == called.polled.confirmed == 2
    assert [name for name in call.caller.sent if "DTC" in name] == ["CIG DTC", "CIG DTC"]


def test_whoever_fetches_is_known_by_the_name_that_its_machine_gives() -> None:
    _polling, called = Joined([FINE], receiver=Terminal("0199000002"), polling=True).run()
    assert called.remote_id == "0199000002"


def test_nothing_offered_is_no_document() -> None:
    polling, called = Joined([], polling=True).run()
    assert (polling.outcome, called.outcome) == (Outcome.NO_DOCUMENT, Outcome.REMOTE_DCN)


SECRET = Selection(password="12#4*")
WRONG = Selection(password="666")


def with_(selection: Selection) -> Terminal:
    return Terminal("t", selection=selection)


@pytest.mark.parametrize("polling", [False, True], ids=["sent", "polled"])
@pytest.mark.parametrize(
    ("said", "wanted", "ours", "theirs"),
    [
        (SECRET, SECRET, Outcome.OK, Outcome.OK),
        (WRONG, SECRET, Outcome.PASSWORD, Outcome.PASSWORD),
        (Selection(), SECRET, Outcome.PASSWORD, Outcome.PASSWORD),
        (SECRET, Selection(), Outcome.INCOMPATIBLE, Outcome.REMOTE_DCN),
    ],
    ids=["right", "wrong", "missing", "not taken"],
)
def test_a_password_guards_what_is_sent_and_what_is_polled(
    polling: bool, said: Selection, wanted: Selection, ours: Outcome, theirs: Outcome
) -> None:
    caller, called = with_(said), with_(wanted)
    sender, receiver = (called, caller) if polling else (caller, called)
    call = Joined([FINE], sender=sender, receiver=receiver, polling=polling)
    calling, answering = call.run()
    assert (calling.outcome, answering.outcome) == (ours, theirs)
    assert bool(call.called.kept or call.caller.kept) == (ours is Outcome.OK)
    if ours is Outcome.PASSWORD:
        assert "FNV" in call.called.sent
        assert call.caller.sent[-1] == "DCN"
        assert call.called.sent[-1] == "FNV"


@pytest.mark.parametrize(("said", "outcome"), [("7", Outcome.OK), ("8", Outcome.NO_DOCUMENT)])
def test_the_document_that_is_asked_for_has_to_be_the_one_that_is_offered(said: str, outcome: Outcome) -> None:
    sender, receiver = with_(Selection(document="7")), with_(Selection(document=said))
    polling, called = Joined([FINE], sender=sender, receiver=receiver, polling=True).run()
    assert (polling.outcome, called.outcome) == (outcome, outcome)


OFFERED = (
    OfferedDocument([FINE] * 2),
    OfferedDocument([FINE], "12"),
    OfferedDocument([FINE] * 3, "12", "4#"),
    OfferedDocument([FINE], "13", "5"),
)


@pytest.mark.parametrize(
    ("said", "number", "outcome"),
    [
        (Selection(), 1, Outcome.OK),
        (Selection(document="12"), 2, Outcome.OK),
        (Selection(document="12", password="4#"), 3, Outcome.OK),
        (Selection(document="12", password="5"), 2, Outcome.OK),
        (Selection(document="13", password="5"), 4, Outcome.OK),
        (Selection(document="13", password="4#"), 0, Outcome.PASSWORD),
        (Selection(document="13"), 0, Outcome.PASSWORD),
        (Selection(document="14"), 0, Outcome.NO_DOCUMENT),
    ],
)
def test_of_several_documents_the_caller_gets_the_one_that_it_asks_for(
    said: Selection, number: int, outcome: Outcome
) -> None:
    call = Joined([], receiver=with_(said), polling=True, documents=OFFERED)
    polling, called = call.run()
    assert (polling.outcome, called.outcome) == (outcome, outcome)
    assert called.document == number
    assert polling.confirmed == (len(OFFERED[number - 1].pages) if number else 0)


def test_what_another_call_is_fetching_is_not_given() -> None:
    polling, called = Joined([], receiver=with_(Selection()), polling=True, documents=OFFERED, taken=True).run()
    assert (polling.outcome, called.outcome) == (Outcome.REMOTE_DCN, Outcome.NO_DOCUMENT)
    assert "another call is fetching" in str(called.reason)
    assert (called.document, polling.confirmed) == (0, 0), "it does not count as one that was fetched"


def test_whoever_sends_needs_no_password_of_a_document_that_is_offered() -> None:
    sending, answering = Joined([FINE], documents=OFFERED[2:]).run()
    assert (sending.outcome, answering.outcome, answering.kept) == (Outcome.OK, Outcome.OK, 1)


def test_a_sub_address_arrives_where_it_is_taken_and_nothing_is_sent_where_it_is_not() -> None:
    sender = with_(Selection(sub_address="12#3"))
    call = Joined([FINE, STANDARD], sender=sender, receiver=Terminal("r", takes_sub_address=True))
    sending, receiving = call.run()
    assert (sending.outcome, receiving.sub_address, receiving.sender_id) == (Outcome.OK, "12#3", "")
    assert [name for name in call.caller.sent if "DCS" in name] == ["SUB TSI DCS"] * 2
    refused = Joined([FINE], sender=sender)
    sending, receiving = refused.run()
    assert (sending.outcome, receiving.outcome) == (Outcome.INCOMPATIBLE, Outcome.REMOTE_DCN)
    assert refused.caller.sent == ["DCN"]


FAULTS = st.dictionaries(st.integers(0, 60), st.sampled_from(list(Fault)), max_size=12)


@examples(400)
@given(
    faults=FAULTS,
    pages=st.lists(st.sampled_from([FINE, STANDARD]), min_size=1, max_size=4),
    ecm=st.booleans(),
    password=st.booleans(),
    octets=st.sampled_from([5_000, 20_000, 70_000]),
)
def test_whatever_the_line_does_polling_ends_and_nothing_is_confirmed_that_is_not_there(
    faults: dict[int, Fault], pages: list[PageInfo], ecm: bool, password: bool, octets: int
) -> None:
    selection = SECRET if password else Selection()
    poller = Terminal("p", error_correction=ecm, selection=selection)
    call = Joined(pages, faults, with_(selection), poller, octets, polling=True)
    polling, called = call.run()
    log = "\n".join(call.log)
    assert call.caller.now < 3600, log
    arrived = iter([data for _, (data, confirmed) in sorted(call.caller.kept.items()) if confirmed])
    confirmed = called.polled.confirmed if called.polled is not None else 0
    for page in range(1, confirmed + 1):
        assert any(data.startswith(call.coded(page)) for data in arrived), log
    if called.polled is not None and called.outcome is Outcome.OK:
        assert confirmed == len(pages), log
        assert polling.complete, log
    assert called.confirmed == called.kept == 0
