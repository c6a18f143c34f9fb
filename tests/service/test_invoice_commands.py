# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl invoice`: months are closed, and their invoices listed and shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from faxcore.cli.invoice_commands import format_mail
from faxcore.contract.invoiced import Invoice, InvoiceLine, InvoiceLineKind, InvoiceMail, InvoiceSum, InvoiceVat
from faxcore.model.sentence import Sentence
from tests.service.test_call_tables import run
from tests.support.fake_service import FakeDesk

LINE = InvoiceLine(InvoiceLineKind.CALLS, "2026-02", "Test", "France", 3, 4, 180, 1_000_000, 20_000_000, 200_000)
LATE = InvoiceLine(InvoiceLineKind.CORRECTION, "2026-01", "Test", "Abroad", -1, -2, 0, -500_000, 5_500_000, -27_500)

WHY = Sentence("No such box.")


def make_invoice(number: str, name: str = "Lenoir & Fils") -> Invoice:
    sum_ = InvoiceSum(number, "2026-02", "2026-03-02", "C-1", name, "EUR", 2, 500_000, 172_500)
    address = ("1, rue Haute", "69001 Lyon")
    vats = (InvoiceVat(5_500_000, -500_000, -30_000, -2_500), InvoiceVat(20_000_000, 1_000_000, 200_000))
    facts = ("fr", "FR00123456789", (LINE, LATE), 7, "5" * 64, vats)
    return Invoice(sum_, "2026-04-01", address, *facts, obstacles=(Sentence("No country."),))


def test_invoices(tmp_path: Path) -> None:
    desk = FakeDesk()
    desk.invoices = [make_invoice("FX-2026-0001"), make_invoice("FX-2026-0002")]
    desk.unpriced = ("a-call",)

    paper = tmp_path / "invoice.pdf"

    def work(faxctl: Callable[..., str]) -> None:
        said = faxctl("invoice", "close", "2026-02", "--dry-run").splitlines()
        assert said[0].startswith("- ") and said[-1] == "2026-02 would have 2 invoices."
        *_sums, last = faxctl("invoice", "close", "2026-02", "--leave-unpriced").splitlines()
        assert last == "2026-02 is closed: 2 invoices, by the ledger up to row 7."
        assert json.loads(faxctl("invoice", "close", "2026-02", "--json"))["unpriced"] == ["a-call"]
        assert "no month" in faxctl("invoice", "close", "May", code=1)
        both = faxctl("invoice", "list").splitlines()
        assert [each.split()[0] for each in both] == ["FX-2026-0001", "FX-2026-0002"]
        assert both[0].endswith("C-1          Lenoir & Fils  2 calls  net 0.50, VAT 0.1725, with VAT 0.6725 EUR")
        assert [each["net"] for each in json.loads(faxctl("invoice", "list", "--json"))] == [500_000, 500_000]
        assert faxctl("invoice", "show", "FX-2026-0002").splitlines()[1:] == [
            "  France  3 calls, 4 pages, 180 s  net 1.00, VAT of 20 %",
            "  correction of 2026-01  Abroad  -1 calls, -2 pages, 0 s  net -0.50, VAT of 5.5 %",
            "  VAT 5.5 % (-0.50): -0.03  rounding -0.0025",
            "  VAT 20 % (1.00): 0.20",
            "  To be paid by 2026-04-01.",
            f"  The ledger: row 7, seal {'5' * 64}",
            "  No electronic form: No country.",
        ]
        assert json.loads(faxctl("invoice", "show", "FX-2026-0002", "--json"))["lines"][0]["rule"] == "France"
        assert faxctl("invoice", "write", "FX-2026-0002", "--output", str(paper), "--short-numbers") == ""
        assert paper.read_bytes().startswith(b"%PDF")
        assert "no invoice" in faxctl("invoice", "show", "none", code=1)
        assert faxctl("invoice", "send", "FX-2026-0001") == "FX-2026-0001 goes to c-1@example.org.\n"
        assert "  By mail to c-1@example.org: waits\n" in faxctl("invoice", "show", "FX-2026-0001")
        assert "already" in faxctl("invoice", "send", "FX-2026-0001", code=1)
        faxctl("invoice", "send", "FX-2026-0001", "--again")
        assert "anne@example.org" in faxctl("invoice", "send", "FX-2026-0001", "--to", "anne@example.org")

    run(desk, tmp_path, work)
    asked = [values[1] for values in desk.asked if values[0] == "close_month"]
    assert [(each.dry_run, each.leave_unpriced) for each in asked[:3]] == [(True, False), (False, True), (False, False)]


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        (InvoiceMail("a@example.org", "2026-03-02T09:00:00Z"), "waits"),
        (InvoiceMail("a@example.org", "2026-03-02T09:00:00Z", sent="2026-03-02T09:00:05Z"), "sent 2026-03-02"),
        (
            InvoiceMail("a@example.org", "2026-03-02T09:00:00Z", next_try="2026-03-02T10:00:00Z", reason=WHY),
            "tried again at 2026-03-02",
        ),
        (InvoiceMail("a@example.org", "2026-03-02T09:00:00Z", given_up=True, reason=WHY), "given up  No such box."),
    ],
)
def test_what_has_become_of_a_mail(mail: InvoiceMail, said: str) -> None:
    written = format_mail(mail)
    assert written.startswith("By mail to a@example.org: ") and said in written
    assert written.endswith("No such box.") == bool(mail.reason)
