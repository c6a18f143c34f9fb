# SPDX-License-Identifier: GPL-3.0-or-later
"""[[budget]] and [[customer]]: the payers of faxes. A budget line is one of the house, a customer is somebody outside
who is billed; a fax has one payer at most, by code, and both share the codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from faxcore.config.company import print_address, read_address, read_place
from faxcore.config.groups import GroupConfig
from faxcore.config.mail_address import read_mail_address
from faxcore.config.offered_languages import read_language
from faxcore.config.owners import read_named, read_owner
from faxcore.config.payer import PayerConfig
from faxcore.config.payer_codes import read_code
from faxcore.config.payer_defaults import refuse_contradicting_defaults
from faxcore.config.table import Table, refuse_repeated
from faxcore.config.tariff_paths import BillingConfig, TariffText, read_tariff_text
from faxcore.contract.invoiced import VatFree

MOST_MARKUP: Final = 1000
"""Percent."""


@dataclass(frozen=True)
class BudgetConfig(PayerConfig):
    """A budget line of the house."""

    owner: str = ""
    """The person or group that answers for it; empty: none is named."""


@dataclass(frozen=True)
class CustomerConfig(PayerConfig):
    """Somebody outside of the house, who is billed."""

    address: tuple[str, ...] = ()
    language: str = ""
    """The language of what is written for them; empty: the service's."""
    vat_id: str = ""
    tariff: TariffText | None = None
    """The tariff by which they are charged; None: that of [billing] sale."""
    markup: Decimal = Decimal(0)
    """Percent that they pay on top of that one."""
    mail: str = ""
    """The address to which invoices go."""
    mail_invoices: bool | None = None
    """True if they go by themselves when a month is closed; None: as [billing] has it."""
    country: str = ""
    """Two letters."""
    postcode: str = ""
    city: str = ""
    vat_free: VatFree = VatFree.NO
    """The reason in law why their calls have no VAT, where the tariff says 0 %."""
    vat_free_reason: str = ""
    """The same in words, for the invoice."""

    @property
    def printed_address(self) -> tuple[str, ...]:
        """The address with the place."""
        return print_address(self.address, self.postcode, self.city)


def read_payers(
    top: Table, billing: BillingConfig, groups: Sequence[GroupConfig]
) -> tuple[tuple[BudgetConfig, ...], tuple[CustomerConfig, ...]]:
    """Every [[budget]] and every [[customer]]."""
    budget_tables, customer_tables = top.tables("budget"), top.tables("customer")
    budgets = tuple(_read_budget(table) for table in budget_tables)
    customers = tuple(_read_customer(table, billing) for table in customer_tables)
    tables, payers = [*budget_tables, *customer_tables], [*budgets, *customers]
    refuse_repeated(tables, "code", [payer.code for payer in payers])
    refuse_contradicting_defaults(tables, payers, groups)
    if billing.payer_required and not payers:
        raise top.table("billing").error(
            "payer_required", "refuses every fax: there is no [[budget]] and no [[customer]] that could pay for one"
        )
    return budgets, customers


def _read_budget(table: Table) -> BudgetConfig:
    budget = BudgetConfig(**_read_common(table), owner=read_owner(table))
    table.finish()
    return budget


def _read_customer(table: Table, billing: BillingConfig) -> CustomerConfig:
    customer = CustomerConfig(
        **_read_common(table),
        address=read_address(table),
        language=read_language(table),
        vat_id=table.words("vat_id"),
        tariff=read_tariff_text(table, "tariff"),
        markup=table.number("markup", Decimal(0), MOST_MARKUP, 6),
        mail=read_mail_address(table),
        mail_invoices=table.flag("mail_invoices", False) if "mail_invoices" in table else None,
        **read_place(table),
        vat_free=_read_vat_free(table),
        vat_free_reason=table.words("vat_free_reason"),
    )
    table.finish()
    if customer.mail_invoices and not customer.mail:
        raise table.error("mail_invoices", "an invoice goes to an address: mail must be the customer's")
    needs_words = customer.vat_free not in (VatFree.NO, VatFree.ZERO)
    if needs_words != bool(customer.vat_free_reason):
        raise table.error(
            "vat_free" if needs_words else "vat_free_reason",
            'an invoice says why it has no VAT: vat_free and vat_free_reason go together, as "reverse-charge" and '
            '"Autoliquidation"; "zero" has no reason',
        )
    if "markup" in table and customer.tariff is not None:
        raise table.error(
            "markup", "is added to the tariff of [billing] sale, and this customer has another: take it out"
        )
    if "markup" in table and billing.sale is None:
        raise table.error("markup", "is added to the tariff of [billing] sale, and there is none")
    return customer


def _read_vat_free(table: Table) -> VatFree:
    if "vat_free" not in table:
        return VatFree.NO
    return VatFree(table.choice("vat_free", None, [each.value for each in VatFree if each is not VatFree.NO]))


def _read_common(table: Table) -> dict[str, Any]:
    """Read what every payer has."""
    first, last = table.day("valid_from"), table.day("valid_until")
    if first is not None and last is not None and last < first:
        raise table.error("valid_until", f"{last} is before valid_from, {first}: it would never be valid")
    return {
        "code": read_code(table),
        "name": table.title("name", "payer"),
        "valid_from": first,
        "valid_until": last,
        "users": read_named(table, "users"),
        "default_for": read_named(table, "default_for"),
    }
