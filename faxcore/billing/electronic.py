# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditions for the electronic form of an invoice (Factur-X, EN 16931): what is missing or says what the norm does
not allow. Such an invoice is made on paper only: a wrong one would be worse than none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faxcore.billing.currencies import count_coin_digits
from faxcore.billing.invoice_lines import tax_lines
from faxcore.config.company import CompanyConfig, is_vat_id
from faxcore.contract.invoiced import Invoice, VatFree
from faxcore.model.sentence import Sentence

_CENT: Final = 10_000
"""Millionths."""


def find_obstacles(invoice: Invoice, company: CompanyConfig) -> tuple[Sentence, ...]:
    """Find what stands against the electronic form of an invoice of this house; nothing: it has one."""
    return (*_judge_house(company), *_judge_customer(invoice), *_judge_amounts(invoice))


def _judge_house(company: CompanyConfig) -> Iterator[Sentence]:
    if not company.country:
        yield Sentence("The country of the house is missing ([company] country).")
    if not is_vat_id(company.vat_id):
        yield Sentence(
            "The VAT number of the house is missing, or has not the letters of a country in front ([company] vat_id)."
        )


def _judge_customer(invoice: Invoice) -> Iterator[Sentence]:
    customer = {"customer": invoice.sum.name}
    if not invoice.country:
        yield Sentence("The country of {customer} is missing ([[customer]] country).", customer)
    if invoice.vat_id and not is_vat_id(invoice.vat_id):
        yield Sentence(
            "The VAT number of {customer} has not the letters of a country in front ([[customer]] vat_id).", customer
        )
    if any(line.vat_percent == 0 for line in invoice.lines):
        if invoice.vat_free is VatFree.NO:
            yield Sentence(
                "Calls of {customer} are without VAT, and nothing says why ([[customer]] vat_free).", customer
            )
        elif invoice.vat_free is VatFree.REVERSE_CHARGE and not invoice.vat_id:
            yield Sentence(
                "{customer} owes the VAT, and has no VAT number ([[customer]] vat_free and vat_id).", customer
            )


def _judge_amounts(invoice: Invoice) -> Iterator[Sentence]:
    currency = invoice.sum.currency
    if count_coin_digits(currency) > 2:
        yield Sentence(
            "Amounts in {currency} have three digits behind the point, and may have two.", {"currency": currency}
        )
    elif invoice.vats != tax_lines(invoice.lines, currency) or any(line.net % _CENT for line in invoice.lines):
        yield Sentence("It was made when VAT was computed line by line, which the norm does not allow.")
