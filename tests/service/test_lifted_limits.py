# SPDX-License-Identifier: GPL-3.0-or-later
"""A limit that is lifted is a row of the ledger: sealed, with author and reason, and no call."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from faxcore.api.api_error import ApiError
from faxcore.api.own_limits import BillLimits
from faxcore.config import LimitConfig, PersonConfig
from faxcore.contract.invoiced import MonthClosing
from faxcore.contract.ledgered import CallCorrection, LedgerFault, LedgerSeal
from faxcore.contract.limited import Counted, LimitLift
from faxcore.contract.stated import StatementGrouping
from faxcore.store import bill_tables
from faxcore.store.ledger_statements import StatementFilter
from faxcore.store.store_error import StoreError
from tests.support.invoiced_calls import Correcting, Office, bill
from tests.support.waiting import async_test

MONEY = LimitConfig("Money", Counted.AMOUNT, 1_000_000, payer="C-1")
PAGES = LimitConfig("Pages", Counted.PAGES, 10)


def make_office(folder: Path) -> tuple[Office, BillLimits]:
    config = bill(folder, limits=(MONEY, PAGES), persons=(PersonConfig("anne"),))
    office = Office(folder, config)
    office.call("2026-10-01T10:00:00+00:00", 1)
    return office, BillLimits(office.store, office.config)


def lift_both(limits: BillLimits) -> None:
    limits.lift("root", LimitLift("Money", "2.50", "the great mailing"))
    limits.lift("boss", LimitLift("Pages", "20", "a long contract “Ä”", person="anne"))


def faults(office: Office) -> list[tuple[int, LedgerFault]]:
    found, _last = office.store.ledger.check(LedgerSeal(), 1000)
    return [(each.place, each.fault) for each in found]


def test_a_lift_is_sealed(tmp_path: Path) -> None:
    office, limits = make_office(tmp_path)
    lift_both(limits)
    table = bill_tables.ledger
    money, pages = office.store.database.rows(select(table).where(table.c.kind == "lift").order_by(table.c.place))
    assert (money.author, money.payer, money.person) == ("root", "C-1", "")
    assert (pages.author, pages.payer, pages.person) == ("boss", "", "anne")
    assert json.loads(money.remark) == {
        "limit": "Money",
        "first": "2026-12-01",
        "added": 2_500_000,
        "reason": "the great mailing",
    }
    assert json.loads(pages.remark)["reason"] == "a long contract “Ä”"
    assert faults(office) == []
    assert [state.lifted for state in limits.list_own("anne")] == [2_500_000, 20]
    # Whoever gives out more in the ledger, or takes the row away, is found.
    changed = money.remark.replace("2500000", "9500000")
    office.store.database.run(update(table).where(table.c.place == money.place).values(remark=changed))
    assert faults(office) == [(money.place, LedgerFault.CHANGED)]
    office.store.database.run(update(table).where(table.c.place == money.place).values(remark=money.remark))
    office.store.database.run(update(table).where(table.c.place == pages.place).values(person="bob"))
    assert faults(office) == [(pages.place, LedgerFault.PERSONAL)]
    office.store.database.run(table.delete().where(table.c.place == money.place))
    assert (pages.place, LedgerFault.MISSING) in faults(office)
    office.store.close()


def test_what_is_lifted_without_its_row_is_not_lifted(tmp_path: Path) -> None:
    """Both are written in one transaction, or neither is."""
    office, limits = make_office(tmp_path)
    office.store.database.run(text("ALTER TABLE ledger RENAME TO elsewhere"))
    with pytest.raises(StoreError):
        limits.lift("root", LimitLift("Money", "2.50", "the great mailing"))
    office.store.database.run(text("ALTER TABLE elsewhere RENAME TO ledger"))
    assert [state.lifted for state in limits.list_own("anne")] == [0, 0] and faults(office) == []
    office.store.close()


@async_test
async def test_a_lift_is_no_call(tmp_path: Path) -> None:
    """It is in no statement, on no invoice, uses up nothing, and cannot be corrected."""
    office, limits = make_office(tmp_path)
    before = [replace(state, lifted=0, bound=0, left=0) for state in limits.list_own("anne")]
    await office.invoicing.close("root", MonthClosing("2026-10"))
    lift_both(limits)
    assert [replace(state, lifted=0, bound=0, left=0) for state in limits.list_own("anne")] == before
    statements = office.store.ledger_statements
    for wanted in (StatementFilter(), StatementFilter("anne"), StatementFilter(payer="C-1"), StatementFilter("")):
        for by in StatementGrouping:
            lines, _place = statements.sum_piece(by, wanted, statements.begin())
            assert sum(line.calls for line in lines) == int(wanted.person != "")
        calls, _place = statements.page(wanted, statements.begin(), 10)
        assert len(calls) == int(wanted.person != "")
    assert (await office.invoicing.close("root", MonthClosing("2026-11"))).invoices == ()
    with pytest.raises(ApiError):
        Correcting(office.store).correct("root", CallCorrection("", "No call.", confirmed=1))
    assert faults(office) == []
    office.store.close()


def test_for_whom_it_was_lifted_goes_with_the_names(tmp_path: Path) -> None:
    office, limits = make_office(tmp_path)
    lift_both(limits)
    table = bill_tables.ledger
    assert office.store.ledger.forget_names(30) == 1, "the call of October"
    assert office.store.ledger.forget_names(30) == 0
    office.now += timedelta(days=31)
    assert office.store.ledger.forget_names(30) == 2
    assert {row.person for row in office.store.database.rows(select(table.c.person))} == {""}
    assert faults(office) == []
    office.store.close()
