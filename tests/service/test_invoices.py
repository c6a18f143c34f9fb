# SPDX-License-Identifier: GPL-3.0-or-later
"""A month is closed once, and its invoices say what the ledger said: to the cent, without gaps, whatever is killed."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import facturx
import pypdfium2
import pytest
from sqlalchemy import func, select, text

from faxcore.api import invoice_papers, invoicing
from faxcore.api.api_error import ApiError
from faxcore.api.foreign_files import ForeignFiles
from faxcore.api.invoice_papers import InvoicePapers
from faxcore.billing.electronic import find_obstacles
from faxcore.billing.tariffs import Tariffs
from faxcore.config import BillingConfig, CompanyConfig, TariffText
from faxcore.contract.bus import ErrorCode
from faxcore.contract.invoiced import (
    ClosedMonth,
    Invoice,
    InvoiceLine,
    InvoiceLineKind,
    InvoiceVat,
    InvoiceWish,
    MonthClosing,
    VatFree,
)
from faxcore.model.sentence import Sentence
from faxcore.store import bill_tables, invoice_drafts
from faxcore.store.deliveries import INVOICE
from faxcore.store.invoice_drafts import ClosingPlace, InvoiceDrafts
from faxcore.store.store_error import StoreError
from tests.support import CHECKOUT
from tests.support.invoiced_calls import BRITISH, BY_CALL, COMPANY, FRENCH, GERMAN, LENOIR, SMITH, Office, bill
from tests.support.waiting import async_test

CALLS, CORRECTION = InvoiceLineKind.CALLS, InvoiceLineKind.CORRECTION
CENT = 10_000
ELECTRONIC: Final = replace(LENOIR, country="FR", postcode="69002", city="Lyon", vat_id="FR83404833048")


async def close(office: Office, month: str = "2026-10", **wish: bool) -> ClosedMonth:
    return await office.invoicing.close("root", MonthClosing(month, **wish))


async def refused(office: Office, month: str = "2026-10", **wish: bool) -> ApiError:
    with pytest.raises(ApiError) as error:
        await close(office, month, **wish)
    return error.value


def lines(office: Office, number: str) -> list[tuple[object, ...]]:
    """Kind, month, rule, calls, pages, seconds, VAT in percent, and net and VAT in cents."""
    return [_show(each) for each in office.invoicing.show(number).lines]


def _show(line: InvoiceLine) -> tuple[object, ...]:
    counts = (line.calls, line.pages, line.seconds)
    return (line.kind, line.month, line.rule, *counts, line.vat_percent / 10**6, line.net / CENT, line.vat / CENT)


def october(office: Office) -> str:
    """Each customer: three calls of one page in France, two of 3 abroad; and two calls of others. The first call."""
    calls = []
    for payer in ("C-1", "C-2"):
        calls += [office.call(f"2026-10-0{day}T10:00:00+00:00", 1, payer) for day in (1, 2, 3)]
        for day in (4, 5):
            office.call(f"2026-10-0{day}T10:00:00+00:00", 3, payer, BRITISH)
    office.call("2026-10-06T10:00:00+00:00", 2, "B-1")
    office.call("2026-10-06T10:00:00+00:00", 2, "")
    return calls[0]


@async_test
@pytest.mark.parametrize("piece", [1, 3, 1000])
async def test_a_month_is_billed(piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invoice_drafts, "PIECE", piece)
    office = Office(tmp_path)
    first = october(office)
    office.call("2026-09-30T21:59:59+00:00", 9)
    office.call("2026-11-01T00:00:01+00:00", 9)
    would = await close(office, dry_run=True)
    assert [each.number for each in would.invoices] == ["", ""] and office.invoicing.page("").invoices == ()
    closed = await close(office)
    assert [replace(each, number="") for each in closed.invoices] == list(would.invoices)
    # By call: 0.125 is 0.13 three times, VAT 0.026 is 0.03 each; abroad 0.90 twice, VAT 0.0495 is 0.05 each. The VAT of
    # the invoice is that of the sums: of 0.39, 0.078 is 0.08, a cent less than of the calls; of 1.80, 0.099 is 0.10.
    assert [(each.number, each.payer, each.calls, each.net / CENT, each.vat / CENT) for each in closed.invoices] == [
        ("FX-2026-0001", "C-1", 5, 219, 18),
        ("FX-2026-0002", "C-2", 5, 218, 18),
    ]
    assert lines(office, "FX-2026-0001") == [
        (CALLS, "2026-10", "Abroad", 2, 6, 0, 5.5, 180, 10),
        (CALLS, "2026-10", "France", 3, 3, 0, 20, 39, 9),
    ]
    # By line: 0.375 is 0.38, VAT 0.076 is 0.08; abroad 1.80, VAT 0.099 is 0.10.
    assert lines(office, "FX-2026-0002") == [
        (CALLS, "2026-10", "Abroad", 2, 6, 0, 5.5, 180, 10),
        (CALLS, "2026-10", "France", 3, 3, 0, 20, 38, 8),
    ]
    shown = office.invoicing.show("FX-2026-0001")
    assert shown.vats == (
        InvoiceVat(5_500_000, 180 * CENT, 10 * CENT),
        InvoiceVat(20_000_000, 39 * CENT, 8 * CENT, -CENT),
    )
    assert (shown.sum.issued, shown.due, shown.sum.name) == ("2026-12-03", "2026-12-17", "Lenoir & Fils")
    assert (shown.address, shown.language, shown.vat_id) == (LENOIR.address, "fr", "FR00123456789")
    head = office.store.ledger.head()
    assert (shown.place, shown.seal) == (closed.place, closed.seal) == (head.place, head.text)
    assert [each.number for each in office.invoicing.page("").invoices] == ["FX-2026-0001", "FX-2026-0002"]
    # A correction after it: four pages more, of which three were 0.13 - on November's.
    office.correct(first, 4)
    office.call("2026-10-31T10:00:00+00:00", 2)
    closed = await close(office, "2026-11")
    assert [each.number for each in closed.invoices] == ["FX-2026-0003"]
    # 4 pages 0.50, VAT 0.10, less 0.13 and 0.03; and one that was written late: 0.25, VAT 0.05.
    assert lines(office, "FX-2026-0003") == [
        (CALLS, "2026-11", "France", 1, 9, 0, 20, 113, 23),
        (CORRECTION, "2026-10", "France", 1, 5, 0, 20, 62, 12),
    ]
    office.store.close()


@async_test
async def test_a_correction_of_what_was_billed_as_a_correction(tmp_path: Path) -> None:
    """Each closing takes back what the one before has billed, and what is as it was billed is on none."""
    office = Office(tmp_path)
    calls = [office.call("2026-09-10T10:00:00+00:00", pages) for pages in (2, 4)]
    for month, pages in (("2026-09", None), ("2026-10", 8), ("2026-11", 0)):
        if pages is not None:
            office.correct(calls[0], pages)
        await close(office, month)
    nets = [each.net / CENT for each in office.invoicing.page("").invoices]
    assert nets == [75, 75, -100]
    office.now = datetime(2027, 1, 2, 9, tzinfo=UTC)
    office.correct(calls[1], 5)
    office.correct(calls[1], 4)
    assert (await close(office, "2026-12")).invoices == ()
    office.store.close()


@async_test
async def test_what_holds_a_closing_back(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.call("2026-10-01T10:00:00+00:00", 1)
    unpriced = office.call("2026-10-02T10:00:00+00:00", 1, number=GERMAN)
    found = await refused(office)
    assert found.code is ErrorCode.STATE and unpriced in str(found.sentence)
    assert office.store.database.count(bill_tables.closing) == 0
    for month, code in (("2026-12", ErrorCode.STATE), ("2026-13", ErrorCode.BAD_ORDER), ("", ErrorCode.BAD_ORDER)):
        assert (await refused(office, month)).code is code
    config = office.config.value
    office.config.value = replace(config, customers=())
    assert "C-1" in str((await refused(office, leave_unpriced=True)).sentence)
    office.config.value = replace(config, company=replace(COMPANY, name=""))
    assert "[company]" in str((await refused(office, leave_unpriced=True)).sentence)
    office.config.value = config
    closed = await close(office, leave_unpriced=True)
    assert (closed.unpriced, closed.unpriced_calls, closed.invoices[0].net / CENT) == ((unpriced,), 1, 13)
    assert "closed already" in str((await refused(office)).sentence)
    # What was left out holds no later month back.
    assert (await close(office, "2026-11")).invoices == ()
    with pytest.raises(ApiError) as unknown:
        office.invoicing.show("FX-2026-0002")
    assert unknown.value.code is ErrorCode.UNKNOWN
    office.store.close()


@async_test
async def test_others_have_their_turn_between_any_two_invoices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turn, seen = 0, []

    async def count() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    def find(invoice: Invoice, company: CompanyConfig) -> tuple[Sentence, ...]:
        seen.append(turn)
        return find_obstacles(invoice, company)

    office = Office(tmp_path, bill(tmp_path))
    with closing(office.store):
        october(office)
        monkeypatch.setattr(invoicing, "find_obstacles", find)
        counting = asyncio.create_task(count())
        await close(office, dry_run=True)
        counting.cancel()
    assert len(seen) == 2 and seen[0] < seen[1]


@async_test
async def test_a_piece_of_a_month_is_found_by_the_order_of_an_index_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL takes any further condition for one that hardly a row fulfils, and sorts the month for each piece;
    SQLite takes either of two lower bounds.
    """
    monkeypatch.setattr(invoice_drafts, "PIECE", 3)
    office = Office(tmp_path, bill(tmp_path))
    october(office)
    found: list[str] = []
    database = office.store.database
    rows = database.rows

    def look(statement: Any) -> Any:
        found.append(str(statement.compile(database._connection())).partition("WHERE")[2])
        return rows(statement)

    with closing(office.store):
        monkeypatch.setattr(database, "rows", look)
        place = ClosingPlace("2026-10", office.store.ledger.head().place)
        await InvoiceDrafts(database).read(place, {"C-1", "C-2"}, {"B-1"})
    assert len(found) == 5
    for conditions in found:
        assert "coalesce" not in conditions, conditions
        assert conditions.count("ledger.ended >") + conditions.count("(ledger.ended, ledger.place) >") == 1, conditions


@async_test
async def test_a_tariff_that_is_gone_rounds_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path)
    october(office)
    tariffs, office.store.prices.tariffs = office.store.prices.tariffs, Tariffs()
    assert "“own”" in str((await refused(office)).sentence)
    assert office.store.database.count(bill_tables.closing) == 0
    office.store.prices.tariffs = tariffs
    assert len((await close(office)).invoices) == 2
    office.store.close()


@async_test
@pytest.mark.parametrize("seed", range(3))
async def test_invoices_are_the_ledger(seed: int, tmp_path: Path) -> None:
    """All of them together bill what the newest rows of the ledger say, if each call is rounded, however months are
    closed and calls corrected between.
    """
    chance = random.Random(seed)
    office = Office(tmp_path, replace(bill(tmp_path), customers=(LENOIR, replace(LENOIR, code="C-2"))))
    calls: list[str] = []
    for month in ("2026-08", "2026-09", "2026-10", "2026-11"):
        for _number in range(6):
            began = f"{month}-{chance.randrange(1, 29):02}T10:00:00+00:00"
            payer, number = chance.choice(("C-1", "C-2", "B-1")), chance.choice((FRENCH, BRITISH))
            calls.append(office.call(began, chance.randrange(5), payer, number))
        for call in chance.sample(calls, 3):
            office.correct(call, chance.randrange(5, 10**5))
        await close(office, month)
    ledger = bill_tables.ledger
    newest = select(func.max(ledger.c.place)).where(ledger.c.payer.in_(("C-1", "C-2"))).group_by(ledger.c.call)
    sums = select(func.sum(ledger.c.sale_net), func.sum(ledger.c.sale_vat)).where(ledger.c.place.in_(newest))
    row = office.store.database.row(sums)
    assert row is not None
    invoices = office.invoicing.page("").invoices
    stated = sum(vat.rounding for each in invoices for vat in office.invoicing.show(each.number).vats)
    assert (sum(each.net for each in invoices), sum(each.vat for each in invoices) - stated) == tuple(map(int, row))
    for each in invoices:
        shown = office.invoicing.show(each.number)
        assert each.net == sum(line.net for line in shown.lines) == sum(vat.net for vat in shown.vats)
        assert each.vat == sum(vat.vat for vat in shown.vats)
        assert all(2 * abs(vat.vat * 10**8 - vat.net * vat.percent) <= CENT * 10**8 for vat in shown.vats)
        assert all(2 * abs(vat.rounding) <= CENT * (each.calls + 1) for vat in shown.vats)
    assert [each.number for each in invoices] == [f"FX-2026-{number:04}" for number in range(1, len(invoices) + 1)]
    office.store.close()


@async_test
async def test_the_database_refuses_to_bill_a_row_twice(tmp_path: Path) -> None:
    office = Office(tmp_path)
    october(office)
    await close(office)
    with pytest.raises(StoreError):
        office.store.database.run(text("INSERT INTO invoice_call (place, sign, invoice, call) VALUES (1, 1, 2, 'x')"))
    office.store.close()


def read_words(path: Path) -> list[str]:
    """The text of each page of a PDF."""
    with closing(pypdfium2.PdfDocument(path)) as document:
        return [page.get_textpage().get_text_range() for page in document]


@async_test
@pytest.mark.parametrize("short", [False, True])
async def test_an_invoice_on_paper(short: bool, tmp_path: Path) -> None:
    """In the customer's language, with each call behind it; what a name says is no placeholder of ours."""
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4"/></svg>')
    named = replace(LENOIR, name="Lenoir {nb} 北京")
    config = replace(bill(tmp_path), customers=(named,), company=replace(COMPANY, logo=logo))
    office = Office(tmp_path, config)
    for day in range(1, 15):
        for _number in range(4):
            office.call(f"2026-10-{day:02}T10:00:00+00:00", 8)
    await close(office)
    office.config.value = replace(config, company=replace(COMPANY, name="Another", logo=logo))
    papers = InvoicePapers(office.store, office.config, ForeignFiles())
    made = tmp_path / "invoice.pdf"
    with made.open("w+b") as out:
        await papers.write("root", InvoiceWish("FX-2026-0001", short), out.fileno())
        with pytest.raises(ApiError):
            await papers.write("root", InvoiceWish("none"), out.fileno())
    first, second, last = read_words(made)
    for words in ("Facture FX-2026-0001", "Maison Facteur", "Lenoir { nb}", "69001 Lyon", "67,20 EUR", "17/12/2026"):
        assert words in first, (words, first)
    assert ("+3319900****" in second, FRENCH in second) == (short, not short)
    assert "1 sur 3" in first and "3 sur 3" in last
    assert second.count("+3319900") + last.count("+3319900") == 56
    assert not list(office.store.documents.folder.glob("*.preview"))
    office.store.close()


@async_test
async def test_invoices_of_the_release_before_keep_the_vat_of_their_lines(tmp_path: Path) -> None:
    office = Office(tmp_path, bill(tmp_path, customers=(ELECTRONIC,), company=replace(COMPANY, country="FR")))
    for day in (1, 2, 3):
        office.call(f"2026-10-0{day}T10:00:00+00:00", 1)
    await close(office)
    columns = ("country", "postcode", "city", "vat_free", "vat_free_reason")
    queued = "send_at, state, pages, confirmed, net_estimate"
    for statement in (
        *(f"DROP INDEX job_queued_of_{who}" for who in ("owner", "payer")),
        "ALTER TABLE job DROP COLUMN milliseconds_estimate",
        *(f"CREATE INDEX job_queued_of_{who} ON job ({who}, {queued})" for who in ("owner", "payer")),
        "ALTER TABLE draft DROP COLUMN kept",
        "ALTER TABLE draft DROP COLUMN arranged",
        "ALTER TABLE submission DROP COLUMN was_draft",
        "DROP INDEX submission_by_draft_document",
        "DROP INDEX entry_not_read",
        "ALTER TABLE job DROP COLUMN comment",
        "ALTER TABLE reception DROP COLUMN comment",
        "ALTER TABLE submission DROP COLUMN draft_document",
        "ALTER TABLE submission DROP COLUMN message",
        "ALTER TABLE job DROP COLUMN department",
        *(f"DROP TABLE {name}" for name in ("own_header", "own_logo", "contact_member", "contact_word", "contact")),
        "DROP TABLE limit_warning",
        "DROP TABLE invoice_vat",
        *(f"ALTER TABLE invoice DROP COLUMN {name}" for name in columns),
        "UPDATE invoice SET vat = 90000",
        "UPDATE alembic_version SET version_num = '0031'",
    ):
        office.store.database.run(text(statement))
    office.store.close()
    office = Office(tmp_path)
    shown = office.invoicing.show("FX-2026-0001")
    assert (shown.sum.vat, shown.vats) == (9 * CENT, (InvoiceVat(20_000_000, 39 * CENT, 9 * CENT),))
    assert any("line by line" in str(each) for each in shown.obstacles)
    office.store.close()


POINTS = (
    "closing begun, no invoice made",
    "invoice numbered, not committed",
    "invoice numbered, not committed #2",
    "invoice made, closing not ended",
    "invoice made, closing not ended #2",
)


@async_test
@pytest.mark.parametrize("point", POINTS)
async def test_a_closing_that_is_killed_goes_on(point: str, tmp_path: Path) -> None:
    """As it was begun: a call that is corrected meanwhile comes on the next invoice."""
    office = Office(tmp_path)
    first = october(office)
    would = await close(office, dry_run=True)
    office.store.close()
    child = subprocess.run(
        [sys.executable, "-m", "tests.support.closing_child", point, str(tmp_path), "2026-10"],
        cwd=CHECKOUT,
        timeout=60,
        capture_output=True,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()[-3000:]
    office = Office(tmp_path)
    office.correct(first, 9)
    assert "2026-10" in str((await refused(office, "2026-11")).sentence)
    closed = await close(office)
    assert [each.number for each in closed.invoices] == ["FX-2026-0001", "FX-2026-0002"]
    assert [replace(each, number="") for each in closed.invoices] == list(would.invoices)
    assert closed.place == would.place
    # Each that goes by mail goes once.
    mails = [office.store.deliveries.list_of(INVOICE, each.number) for each in closed.invoices]
    assert [[mail.address for mail in each] for each in mails] == [[LENOIR.mail], []]
    assert "closed already" in str((await refused(office)).sentence)
    (late,) = (await close(office, "2026-11")).invoices
    assert (late.number, late.net / CENT) == ("FX-2026-0003", 100)
    office.store.close()


FINE: Final = BY_CALL.replace("0.01", "0.0001")


@async_test
async def test_what_is_finer_than_money_is_rounded_on_the_line(tmp_path: Path) -> None:
    """Three calls of 0.125 are 0.375, which nobody can pay."""
    sale = TariffText(tmp_path / "ours.toml", FINE.replace('"Test"', '"ours"'))
    office = Office(tmp_path, bill(tmp_path, billing=BillingConfig(sale), customers=(LENOIR,)))
    for day in (1, 2, 3):
        office.call(f"2026-10-0{day}T10:00:00+00:00", 1)
    (made,) = (await close(office)).invoices
    # 0.38 at 20 % is 0.076; the calls have 0.025 each.
    assert (made.net / CENT, made.vat / CENT) == (38, 8)
    assert office.invoicing.show(made.number).vats == (InvoiceVat(20_000_000, 38 * CENT, 8 * CENT, 5_000),)
    office.store.close()


@async_test
async def test_an_electronic_invoice(tmp_path: Path) -> None:
    """What is missing is said before the month is closed, and with each invoice; else the PDF has it."""
    house = replace(COMPANY, country="FR")
    config = bill(tmp_path, customers=(ELECTRONIC, replace(SMITH, vat_free=VatFree.ZERO)), company=house)
    office = Office(tmp_path, config)
    october(office)
    (missing,) = (await close(office, dry_run=True)).obstacles
    assert "Smith Ltd" in str(missing)
    assert (await close(office)).obstacles == (missing,)
    first, second = (office.invoicing.show(f"FX-2026-000{number}") for number in (1, 2))
    assert (first.obstacles, second.obstacles) == ((), (missing,))
    assert (first.country, first.postcode, first.city) == ("FR", "69002", "Lyon")
    assert first.address == (*LENOIR.address, "69002 Lyon")
    # As it was when the month was closed, whatever is configured since.
    office.config.value = replace(config, company=replace(house, country="", vat_id=""))
    papers = InvoicePapers(office.store, office.config, ForeignFiles())
    for number, is_electronic in (("FX-2026-0001", True), ("FX-2026-0002", False)):
        made = tmp_path / f"{number}.pdf"
        with made.open("w+b") as out:
            assert await papers.write("root", InvoiceWish(number), out.fileno()) is is_electronic
        name, xml = facturx.get_facturx_xml_from_pdf(made.read_bytes(), check_xsd=is_electronic, check_schematron=False)
        assert (name == "factur-x.xml") is is_electronic and (number.encode() in (xml or b"")) is is_electronic
    assert not list(office.store.documents.folder.glob("*.preview"))
    office.store.close()


@async_test
async def test_an_electronic_form_that_cannot_be_made_keeps_no_invoice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls without VAT and without a reason for it, which nobody has noticed."""
    monkeypatch.setattr(invoice_papers, "find_obstacles", lambda *_facts: ())
    sale = TariffText(
        tmp_path / "ours.toml", BY_CALL.replace('"Test"', '"ours"').replace("percent = 20", "percent = 0")
    )
    office = Office(tmp_path, bill(tmp_path, billing=BillingConfig(sale), customers=(LENOIR,)))
    office.call("2026-10-01T10:00:00+00:00", 1)
    await close(office)
    made = tmp_path / "invoice.pdf"
    papers = InvoicePapers(office.store, office.config, ForeignFiles())
    with made.open("w+b") as out:
        assert await papers.write("root", InvoiceWish("FX-2026-0001"), out.fileno()) is False
    assert "Facture FX-2026-0001" in read_words(made)[0]
    office.store.close()
