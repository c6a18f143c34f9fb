# SPDX-License-Identifier: GPL-3.0-or-later
"""The administrator says what a call really was: a further row says so, who said it and why, and what it costs then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from faxcore.api.api_error import ApiError
from faxcore.api.correcting import LONGEST_REASON, Correcting
from faxcore.billing.tariffs import read_tariffs
from faxcore.contract.bus import ErrorCode
from faxcore.contract.ledgered import CallCorrection, LedgerFault, LedgerFinding, LedgerSeal
from faxcore.contract.stated import StatementGrouping, StatementQuery
from faxcore.model.call import CallReport, Outcome
from faxcore.model.sentence import Sentence
from faxcore.store import bill_tables
from faxcore.store.ledger import Ledger
from tests.service.test_costs import SOME
from tests.service.test_prices import ENGLISH, FRENCH, Desk, list_rows, priced, show
from tests.service.test_statements import list_calls, state
from tests.support.added_faxes import add_submission
from tests.support.service_parts import ME, administrator, document, running, script, submit
from tests.support.waiting import async_test

WHY = "The carrier's list says so."


def correct(desk: Desk, call: str, reason: str = WHY, **said: Any) -> Any:
    """Correct a call; the newest row."""
    Correcting(desk.store).correct("root", CallCorrection(call, reason, **said))
    return list_rows(desk.store)[-1]


@pytest.mark.parametrize(
    ("said", "shown", "known"),
    [
        # The carrier: 0.10, and half minutes at 0.03; we: 0.25 a page and 20 % VAT of it.
        ({"seconds": 61}, (190_000, 500_000, 100_000), "person"),
        ({"seconds": 0}, (130_000, 500_000, 100_000), "person"),
        ({"confirmed": 5}, (130_000, 1_250_000, 250_000), "line"),
        ({"confirmed": 0, "seconds": 31}, (160_000, 0, 0), "person"),
        ({"answered": False}, (0, 0, 0), ""),
    ],
)
def test_a_correction_is_a_row_with_its_own_price(said: Any, shown: Any, known: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path, priced(tmp_path, SOME))
    before = desk.call(2)
    row = correct(desk, before.call, **said)
    assert (show(row)[1:], row.answer_known) == (shown, known)
    assert (row.kind, row.corrects, row.author, row.remark) == ("correction", before.place, "root", WHY)
    same = ("call", "line", "person", "other_number", "dialled", "ended", "outcome", "direction")
    assert all(row._mapping[name] == before._mapping[name] for name in same)
    assert list_rows(desk.store)[0] == before, "what was written stays"
    (call,) = list_calls(desk.store)
    assert (call.place, call.corrected_by, call.remark, call.price.net) == (row.place, "root", WHY, shown[1])
    (line,) = state(desk.store, StatementGrouping.PERSON)
    assert (line.calls, line.milliseconds) == (1, row.milliseconds)
    desk.check()
    desk.store.close()


def test_a_call_of_which_no_answer_was_seen_gets_its_seconds(tmp_path: Path) -> None:
    """They end where it ended."""
    desk = Desk(tmp_path)
    call = desk.call(0, outcome=Outcome.LINE_LOST, sent=0, confirmed=0, seconds=0.0, perhaps_answered=True).call
    row = correct(desk, call, seconds=45)
    assert (row.milliseconds, row.answer_known, row.purchase_net) == (45_000, "person", 160_000)
    assert row.answered < row.ended
    desk.check()
    desk.store.close()


def test_what_a_person_has_said_is_no_news_of_the_call(tmp_path: Path) -> None:
    """The service writes what it knows once more, as after a crash: that stands already. What is new counts."""
    desk = Desk(tmp_path, priced(tmp_path, SOME))
    call = desk.call(2).call
    corrected = correct(desk, call, confirmed=7)
    desk.store.ledger.add_call(call)
    assert list_rows(desk.store)[-1] == corrected
    desk.store.calls.end(call, CallReport(Outcome.OK, sent=3, confirmed=3, seconds=20.0))
    newest = list_rows(desk.store)[-1]
    assert (newest.corrects, newest.author, newest.remark, newest.confirmed) == (corrected.place, "facteur", "", 3)
    assert correct(desk, call, confirmed=4).corrects == newest.place
    (found,) = list_calls(desk.store)
    assert found.pages == 4
    desk.check()
    desk.store.close()


def test_documents_that_follow_are_priced_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of 20 s: the carrier's half minutes of the telephone call hang on the time before each of them."""
    desk = Desk(tmp_path)
    calls: list[str] = []
    for _number in range(3):
        (job,) = add_submission(desk.store, "anne", FRENCH)
        with desk.store.transaction():
            before = calls[-1] if calls else ""
            calls.append(desk.store.calls.begin_out(job, "anne", "line-1", FRENCH, FRENCH, 1, follows=before))
            desk.store.calls.end(calls[-1], CallReport(Outcome.OK, sent=1, confirmed=1, seconds=20.0))
    desk.call(1, "bob")
    assert [row.purchase_net for row in list_rows(desk.store)] == [130_000, 30_000, 0, 130_000]
    correct(desk, calls[0], seconds=5)
    first, second, third = list_rows(desk.store)[4:]
    assert [row.call for row in (first, second, third)] == calls
    assert [row.earlier for row in (first, second, third)] == [0, 5_000, 25_000]
    assert [row.purchase_net for row in (first, second, third)] == [130_000, 0, 30_000]
    assert {(row.author, row.remark) for row in (first, second, third)} == {("root", WHY)}
    correct(desk, calls[0], confirmed=3)
    assert len(list_rows(desk.store)) == 8, "pages change nothing of the others"
    with pytest.raises(OSError), monkeypatch.context() as broken:
        broken.setattr(Ledger, "_find_following", out_of_order)
        correct(desk, calls[0], seconds=7)
    assert len(list_rows(desk.store)) == 8, "all of it is written, or nothing"
    desk.check()
    desk.store.close()


def out_of_order(*_: object) -> None:
    raise OSError("the disk is out of order")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", {"confirmed": 1}),
        (" \n\x07", {"confirmed": 1}),
        (WHY, {}),
        (WHY, {"confirmed": 2}),
        (WHY, {"seconds": 20}),
        (WHY, {"seconds": -1}),
        (WHY, {"seconds": 10**9}),
        (WHY, {"confirmed": -1}),
        (WHY, {"confirmed": 10**9}),
        (WHY, {"answered": False, "seconds": 1}),
        (WHY, {"answered": False, "confirmed": 1}),
    ],
)
def test_what_is_no_correction_is_refused(reason: str, said: Any, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    call = desk.call(2).call
    with pytest.raises(ApiError) as refused:
        correct(desk, call, reason, **said)
    assert refused.value.code is ErrorCode.BAD_ORDER
    assert len(list_rows(desk.store)) == 1
    desk.store.close()


def test_a_call_that_is_not_there_or_not_named_any_more(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    call = desk.call(2).call
    with pytest.raises(ApiError) as unknown:
        correct(desk, "no-such-call", confirmed=1)
    assert unknown.value.code is ErrorCode.UNKNOWN
    desk.store.ledger.forget_names(0)
    with pytest.raises(ApiError) as gone:
        correct(desk, call, confirmed=1)
    assert gone.value.code is ErrorCode.STATE
    desk.store.close()


def test_the_reason_is_sealed(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    row = correct(desk, desk.call(2).call, f"a\nb\x1b[2J{'x' * 500}", confirmed=1)
    assert row.remark.startswith("a b[2Jxx") and len(row.remark) == LONGEST_REASON
    table = bill_tables.ledger
    desk.store.database.run(update(table).where(table.c.place == 2).values(remark="Nobody knows."))
    assert desk.store.ledger.check(LedgerSeal(), 10)[0] == [LedgerFinding(2, LedgerFault.CHANGED)]
    desk.store.close()


def test_an_unpriced_call_can_be_given_a_price_by_a_tariff_that_has_one(tmp_path: Path) -> None:
    """It is priced by the tariff in force when it is corrected."""
    desk = Desk(tmp_path, priced(tmp_path, SOME))
    call = desk.call(2, number=ENGLISH).call
    desk.store.prices.tariffs = read_tariffs(priced(tmp_path))
    row = correct(desk, call, confirmed=1)
    assert (row.sale_state, row.sale_net) == ("priced", 250_000)
    desk.store.close()


@async_test
async def test_the_administrator_corrects(tmp_path: Path) -> None:
    script(tmp_path, {"0199000002": ["ok"]})
    async with running(tmp_path, priced(tmp_path, SOME)) as (service, listener):
        job = await submit(service, document(tmp_path, pages=2))
        await listener.until_job(job, "done")
        admin = administrator(service)
        (call,) = (await admin.list_all_costs("root", StatementQuery())).calls
        corrected = await admin.correct_call("root", CallCorrection(call.call, WHY, confirmed=1))
        assert (corrected.price.net, corrected.corrected_by, corrected.remark) == (250_000, "root", WHY)
        assert Sentence in {type(step) for step in corrected.price.steps}
        (shown,) = (await service.api.show_job(ME, job)).calls
        assert (shown.price.net, shown.confirmed) == (250_000, 2), "the log says what was seen"
        assert service.sealing.check(LedgerSeal()).findings == ()
        rows = service.store.database.rows(select(bill_tables.ledger.c.author).order_by(bill_tables.ledger.c.place))
        assert [row.author for row in rows] == ["facteur", "root"]
