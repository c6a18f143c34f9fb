# SPDX-License-Identifier: GPL-3.0-or-later
"""Invoices in the bus contract. Amounts and percentages are whole millionths, as those of prices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from faxcore.model.sentence import NOTHING, Sentence


@dataclass(frozen=True)
class MonthClosing:
    """A wish to close a month."""

    month: str
    """As 2026-10, in the zone of the service's machine."""
    dry_run: bool = False
    """True: say what the invoices would be, and change nothing."""
    leave_unpriced: bool = False
    """True: calls without a price are on no invoice, and hold nothing back."""


@dataclass(frozen=True)
class InvoiceSum:
    """The sums of an invoice."""

    number: str
    """Empty: it has not been made, but would be."""
    month: str
    issued: str
    """The day of its date, as 2026-11-02."""
    payer: str
    """The customer's code."""
    name: str
    """The customer's name, as it was then."""
    currency: str
    calls: int = 0
    net: int = 0
    vat: int = 0

    @property
    def gross(self) -> int:
        """The amount that is to be paid."""
        return self.net + self.vat


@dataclass(frozen=True)
class ClosedMonth:
    """A month that was closed, or would be."""

    month: str
    place: int = 0
    """The newest row of the ledger that its invoices know of."""
    seal: str = ""
    """The seal of that row."""
    invoices: tuple[InvoiceSum, ...] = ()
    unpriced: tuple[str, ...] = ()
    """The ids of calls of customers that have no price, some hundred of them at most."""
    unpriced_calls: int = 0
    """The count of them all."""
    obstacles: tuple[Sentence, ...] = ()
    """The obstacles to the electronic form of some of the invoices; empty: each of them has one."""


@dataclass(frozen=True)
class InvoicePage:
    """A page of the invoices, in the order in which they were made."""

    invoices: tuple[InvoiceSum, ...] = ()
    after: str = ""
    """The place where the next page begins; empty: this was the last one."""


class InvoiceLineKind(Enum):
    """The kinds of lines of an invoice."""

    CALLS = "calls"
    """Calls of the month."""
    CORRECTION = "correction"
    """Calls of an earlier month that were written down or corrected after it had been closed: what they cost less what
    was billed for them.
    """


@dataclass(frozen=True)
class InvoiceLine:
    """A line of an invoice: the calls by one rule of a tariff with one percentage of VAT."""

    kind: InvoiceLineKind
    month: str
    """That of the calls."""
    tariff: str
    rule: str
    """The rule's name."""
    calls: int
    pages: int
    """Pages that were counted."""
    seconds: int
    """Seconds that were charged."""
    net: int
    """Rounded as the tariff says."""
    vat_percent: int
    vat: int
    """Of its calls, as the tariff computes it; that of the invoice is computed on the sum of its lines."""


@dataclass(frozen=True)
class InvoiceVat:
    """The VAT of an invoice at one percentage."""

    percent: int
    net: int
    """The sum of the lines with this percentage."""
    vat: int
    """Computed on that sum, and rounded once."""
    rounding: int = 0
    """That part of it which the VAT of the lines does not have."""


class VatFree(Enum):
    """The reasons in law why calls have no VAT."""

    NO = ""
    """They have VAT, or nobody has said."""
    ZERO = "zero"
    """A rate of 0 %."""
    EXEMPT = "exempt"
    REVERSE_CHARGE = "reverse-charge"
    """The customer owes it."""
    EXPORT = "export"


@dataclass(frozen=True)
class InvoiceMail:
    """A mail with an invoice."""

    address: str
    created: str
    sent: str = ""
    """The time at which the mail server has taken it; empty: it has not."""
    next_try: str = ""
    """Empty: at once, or never again."""
    given_up: bool = False
    reason: Sentence = NOTHING
    """The reason why the last attempt came to nothing."""


@dataclass(frozen=True)
class InvoiceMailing:
    """A wish to send an invoice by mail."""

    number: str
    to: str = ""
    """The address; empty: the customer's."""
    again: bool = False
    """True: also if it was sent there already."""


@dataclass(frozen=True)
class Invoice:
    """An invoice as it was made; it never changes."""

    sum: InvoiceSum
    due: str
    """The day on which it is to be paid."""
    address: tuple[str, ...] = ()
    """As it is printed, with the place."""
    language: str = ""
    vat_id: str = ""
    lines: tuple[InvoiceLine, ...] = ()
    place: int = 0
    """The newest row of the ledger when the month was closed, and its seal."""
    seal: str = ""
    vats: tuple[InvoiceVat, ...] = ()
    country: str = ""
    """The customer's, two letters."""
    postcode: str = ""
    city: str = ""
    vat_free: VatFree = VatFree.NO
    vat_free_reason: str = ""
    """In the words of the law."""
    obstacles: tuple[Sentence, ...] = ()
    """The obstacles to its electronic form; empty: it has one."""
    mails: tuple[InvoiceMail, ...] = ()
    """The mails with it, oldest first."""


@dataclass(frozen=True)
class InvoiceWish:
    """A wish for an invoice on paper."""

    number: str
    short_numbers: bool = False
    """True: without the last digits of the other ends' numbers."""
