# SPDX-License-Identifier: GPL-3.0-or-later
"""What a broken call can leave, in the database and on disk, and that it is gone."""

from __future__ import annotations

from sqlalchemy import text

from faxcore.contract.ledgered import LedgerSeal
from faxcore.service import FaxService
from tests.support.waiting import until


async def until_quiet(service: FaxService) -> None:
    """Wait until every call is over."""
    open_calls = text("SELECT count(*) FROM call WHERE ended IS NULL")
    await until("every call to be over", lambda: service.store.database.value(open_calls) == 0)


def assert_nothing_left(service: FaxService) -> None:
    """Every row and every file that a broken call can leave is gone."""
    value = service.store.database.value
    for sql in (
        "SELECT count(*) FROM job WHERE state NOT IN ('done', 'cancelled', 'uncertain')",
        "SELECT count(*) FROM reception WHERE state <> 'filed'",
        "SELECT count(*) FROM document WHERE id NOT IN (SELECT document FROM submission)"
        " AND id NOT IN (SELECT document FROM offer)",
        "SELECT count(*) FROM entry WHERE folder = ''",
    ):
        assert value(text(sql)) == 0, sql
    pages = value(text("SELECT count(*) FROM document WHERE pages > 0"))
    originals = value(text("SELECT count(*) FROM document WHERE has_original"))
    assert len(list(service.store.documents.folder.iterdir())) == pages + originals + value(
        text("SELECT count(*) FROM offer")
    )
    assert service.store.list_unclean_calls() == []


def assert_billed_once(service: FaxService) -> None:
    """Every call that has ended stands in the ledger, once but for corrections, and nothing else does."""
    value = service.store.database.value
    written = "SELECT count(*) FROM ledger WHERE kind = 'call'"
    both = " AND call IN (SELECT id FROM call WHERE ended IS NOT NULL)"
    ended = value(text("SELECT count(*) FROM call WHERE ended IS NOT NULL"))
    assert value(text(written)) == value(text(written + both)) == ended
    assert service.sealing.check(LedgerSeal()).findings == ()


async def until_clean(service: FaxService) -> None:
    """Wait until every call is over and the sweep after the start is done; then nothing is left."""
    await until_quiet(service)
    await until("the sweep", lambda: service.sweeping.rests)
    assert_billed_once(service)
    assert_nothing_left(service)
