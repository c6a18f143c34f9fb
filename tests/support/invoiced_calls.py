# SPDX-License-Identifier: GPL-3.0-or-later
"""An office that bills its customers: calls of known months in its ledger, and whatever closes these."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import update

from faxcore.api.correcting import Correcting
from faxcore.api.invoicing import Invoicing
from faxcore.billing.tariffs import read_tariffs
from faxcore.config import BillingConfig, BudgetConfig, CompanyConfig, Config, CustomerConfig, TariffText
from faxcore.config.current import CurrentConfig
from faxcore.contract.ledgered import CallCorrection
from faxcore.model.call import CallReport, Outcome
from faxcore.store import schema
from faxcore.store.ids_and_times import format_time
from faxcore.store.store import Store
from tests.support.added_faxes import add_submission
from tests.support.service_parts import configured
from tests.support.tariffs import TOP, UNPRICED, rule

FRENCH, BRITISH, GERMAN = "+33199000002", "+442079460000", "+49301234567"
BY_CALL: Final = (
    TOP.replace('20, on = "invoice"', '20, on = "call"')
    + UNPRICED
    + rule("per_page = 0.125", to='to = ["FR"]', name="France")
    + rule("per_page = 0.30", "vat = 5.5", to='to = ["GB"]', name="Abroad")
)
"""A page 0.125, abroad 0.30 with 5.5 % VAT; each call is rounded to cents, a half up; no price for Germany."""
BY_LINE: Final = BY_CALL.replace('on = "call"', 'on = "invoice"')
"""The same prices, rounded on the line of the invoice."""
COMPANY: Final = CompanyConfig(
    "Maison Facteur",
    ("1, rue de Bretagne", "75003 Paris"),
    "FR40303265045",
    "RCS Paris 303 265 045, capital 10 000 €",
    "FR1420041010050500013M02606",
    "PSSTFRPP",
    payment_days=14,
    invoice_number="FX-{year}-",
)
LENOIR: Final = CustomerConfig(
    "C-1",
    "Lenoir & Fils",
    address=("1, rue Haute", "69001 Lyon"),
    language="fr",
    vat_id="FR00123456789",
    mail="c@lenoir.example",
)
SMITH: Final = CustomerConfig("C-2", "Smith Ltd", address=("1 High Street", "London"), language="en")
NOW: Final = datetime(2026, 12, 3, 9, tzinfo=UTC)


def bill(folder: Path, **changes: Any) -> Config:
    """A house with two customers: one by calls, one with a tariff of their own by lines."""
    sale = TariffText(folder / "ours.toml", BY_CALL.replace('"Test"', '"ours"'))
    own = TariffText(folder / "own.toml", BY_LINE.replace('"Test"', '"own"'))
    made = configured(
        folder,
        billing=BillingConfig(sale, mail_invoices=True),
        company=COMPANY,
        customers=(LENOIR, replace(SMITH, tariff=own)),
        budgets=(BudgetConfig("B-1", "Legal advice"),),
    )
    return replace(made, **changes)


class Office:
    """A store whose clock says what it is told, and what closes months."""

    def __init__(self, folder: Path, config: Config | None = None) -> None:
        self.config = CurrentConfig(config or bill(folder))
        self.now = NOW
        self.store = Store(folder / "state", lambda: self.now, self.config.value.store.url)
        self.store.prices.tariffs = read_tariffs(self.config.value)
        self.invoicing = Invoicing(self.store, self.config)

    def call(self, began: str, pages: int, payer: str = "C-1", number: str = FRENCH, person: str = "anne") -> str:
        """A call of twenty seconds that began then; its id."""
        now, self.now = self.now, datetime.fromisoformat(began)
        (job,) = add_submission(self.store, person, number)
        with self.store.transaction():
            call = self.store.calls.begin_out(job, person, "line-1", number, number, 1, payer=payer)
            table = schema.call
            self.store.database.run(update(table).where(table.c.id == call).values(started=format_time(self.now)))
            self.now += timedelta(seconds=20)
            self.store.calls.end(call, CallReport(Outcome.OK, sent=pages, confirmed=pages, seconds=20.0))
        self.now = now
        return call

    def correct(self, call: str, pages: int) -> None:
        """Say that a call had so many pages."""
        Correcting(self.store).correct("root", CallCorrection(call, "By hand.", confirmed=pages))


def open_office(folder: Path) -> Office:
    """The office of this folder, as another process finds it."""
    return Office(folder)
