# SPDX-License-Identifier: GPL-3.0-or-later
"""The closing of a month, and its invoices, for the administrator."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.billing.electronic import find_obstacles
from faxcore.billing.invoice_lines import LineKey, LineSum, make_payable, tax_lines
from faxcore.billing.tariffs import Tariffs
from faxcore.config import CompanyConfig, Config, CustomerConfig
from faxcore.config.current import CurrentConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.codec import decode, encode
from faxcore.contract.invoiced import (
    ClosedMonth,
    Invoice,
    InvoiceLine,
    InvoiceLineKind,
    InvoicePage,
    InvoiceSum,
    MonthClosing,
)
from faxcore.model.sentence import Sentence
from faxcore.store.ids_and_times import format_time
from faxcore.store.invoice_drafts import InvoiceDraft, InvoiceDrafts, MonthDrafts
from faxcore.store.invoices import Closing, NewInvoice
from faxcore.store.months import find_month
from faxcore.store.store import Store

log = logging.getLogger(__name__)

MOST: Final = 500
"""Invoices of one page, and calls without a price that are named."""
_AFTER: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_NO_COMPANY: Final = Sentence(
    "An invoice says who sends it: name the house in [company] of the configuration, then close the month."
)


class Invoicing:
    """Closes months, and gives their invoices."""

    def __init__(self, store: Store, config: CurrentConfig) -> None:
        self._store = store
        self._config = config
        self._drafts = InvoiceDrafts(store.database)
        self._busy = asyncio.Lock()

    async def close(self, person: str, wish: MonthClosing) -> ClosedMonth:
        """Close a month, or say what its invoices would be; one whose closing broke off is closed as it was begun.
        ApiError if it is not over, is closed already, or if something stands against it.
        """
        if self._busy.locked():
            raise _refused(Sentence("A month is being closed just now: try again when that is done."))
        async with self._busy:
            begun = self._check(wish)
            closing = begun or self._plan(wish)
            config = self._config.value
            found = await self._read(wish.month, closing.place, config)
            if found.unpriced and not closing.left_unpriced and not wish.dry_run:
                raise _explain_unpriced(found.unpriced)
            # All of them before the first: what is wrong with one of them is found while nothing is done.
            made = await self._make_all(closing, found, config)
            obstacles = await _list_obstacles(closing, made, config.company)
            if wish.dry_run:
                return _answer(closing, found, [_sum_up(closing, each) for each in made], obstacles)
            if begun is None:
                self._store.invoices.begin(closing, person)
            await self._add_all(closing, made, config)
            log.info(
                "%s has closed %s: %d invoices, the ledger up to row %d", person, wish.month, len(made), closing.place
            )
            return _answer(closing, found, self._store.invoices.of_month(wish.month), obstacles)

    def _plan(self, wish: MonthClosing) -> Closing:
        head, today = self._store.ledger.head(), self._store.database.local_now().date()
        return Closing(wish.month, head.place, head.text, today, wish.leave_unpriced, False)

    async def _make_all(self, closing: Closing, found: MonthDrafts, config: Config) -> list[NewInvoice]:
        tariffs, customers = self._store.prices.tariffs, {each.code: each for each in config.customers}
        made = []
        for draft in found.in_order():
            made.append(_make(closing, draft, customers[draft.payer], config, tariffs))
            await asyncio.sleep(0)
        return made

    async def _add_all(self, closing: Closing, made: list[NewInvoice], config: Config) -> None:
        prefix = config.company.invoice_number.replace("{year}", f"{closing.issued.year:04}")
        for new in made:
            if not self._store.invoices.has(closing.month, new.draft):
                self._store.invoices.add(closing, new, prefix)
            await asyncio.sleep(0)
        self._store.invoices.finish(closing.month)

    def page(self, after: str) -> InvoicePage:
        """List a page of all invoices. ApiError BAD_ORDER for what is no place among them."""
        if after and not _AFTER.fullmatch(after):
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("That is no place among the invoices."))
        found = self._store.invoices.page(int(after or 0), MOST)
        return InvoicePage(tuple(each for _place, each in found), str(found[-1][0]) if len(found) == MOST else "")

    def show(self, number: str) -> Invoice:
        """Give an invoice. ApiError if there is none with this number."""
        found = self._store.invoices.find(number)
        if found is None:
            raise ApiError(ErrorCode.UNKNOWN, Sentence("There is no invoice with this number."))
        invoice, company = found
        return replace(invoice, obstacles=find_obstacles(invoice, decode(company, CompanyConfig)))

    def _check(self, wish: MonthClosing) -> Closing | None:
        """Check that a month can be closed; the closing of it that has broken off, if there is one."""
        try:
            _since, until = find_month(wish.month)
        except ValueError:
            sentence = Sentence("“{month}” is no month: write it as 2026-10.", {"month": wish.month[:20]})
            raise ApiError(ErrorCode.BAD_ORDER, sentence) from None
        month = {"month": wish.month}
        if until > format_time(self._store.database.local_now()):
            raise _refused(Sentence("{month} is not over: its calls are billed when it is.", month))
        begun = self._store.invoices.find_closing(wish.month)
        if begun is not None and begun.done:
            raise _refused(Sentence("{month} is closed already: what came later is on the next invoices.", month))
        broken = self._store.invoices.find_open()
        if broken is not None and begun is None:
            sentence = Sentence(
                "The closing of {month} has broken off: close that month first.", {"month": broken.month}
            )
            raise _refused(sentence)
        if not self._config.value.company.name:
            raise _refused(_NO_COMPANY)
        return begun

    async def _read(self, month: str, head: int, config: Config) -> MonthDrafts:
        place = self._store.invoices.place_of(month, head)
        customers = {each.code for each in config.customers}
        found = await self._drafts.read(place, customers, {each.code for each in config.budgets})
        if found.strangers:
            values = {"codes": ", ".join(sorted(found.strangers))}
            raise _refused(
                Sentence(
                    "Calls of this month are paid by {codes}, which the configuration does not name: put it there "
                    "again, with a day until which it is valid.",
                    values,
                )
            )
        return found


def _make(
    closing: Closing, draft: InvoiceDraft, customer: CustomerConfig, config: Config, tariffs: Tariffs
) -> NewInvoice:
    company = config.company
    lines = tuple(_make_lines(closing.month, draft, customer, tariffs))
    by_mail = config.billing.mail_invoices if customer.mail_invoices is None else customer.mail_invoices
    return NewInvoice(
        draft,
        customer.name,
        closing.issued + timedelta(days=company.payment_days),
        customer.printed_address,
        customer.language,
        customer.vat_id,
        encode(company),
        lines,
        tax_lines(lines, draft.currency),
        customer.country,
        customer.postcode,
        customer.city,
        customer.vat_free,
        customer.vat_free_reason,
        customer.mail if by_mail else "",
    )


def _make_lines(month: str, draft: InvoiceDraft, customer: CustomerConfig, tariffs: Tariffs) -> Iterator[InvoiceLine]:
    for key in sorted(draft.lines, key=lambda key: (key.month != month, key)):
        line = draft.lines[key]
        exact, vat = _finish(key, line, customer, tariffs)
        net = make_payable(exact, draft.currency)
        kind = InvoiceLineKind.CALLS if key.month == month else InvoiceLineKind.CORRECTION
        counts = (line.calls, line.pages, line.seconds)
        yield InvoiceLine(kind, key.month, key.tariff, key.rule, *counts, net, key.vat_percent, vat)


def _finish(key: LineKey, line: LineSum, customer: CustomerConfig, tariffs: Tariffs) -> tuple[int, int]:
    """Round a line as its tariff says. ApiError if it is needed, and is not there any more."""
    if not line.needs_rounding:
        return line.finish(key.vat_percent, None)
    tariff = tariffs.find_named(key.tariff, customer.code)
    if tariff is None:
        values = {"tariff": key.tariff, "customer": customer.name}
        raise _refused(
            Sentence(
                "Calls of {customer} have their prices by the tariff “{tariff}”, which says how the lines of an "
                "invoice are rounded and is not in the configuration any more: put it there again until the "
                "month is closed.",
                values,
            )
        )
    return line.finish(key.vat_percent, tariff.rounding)


def _sum_up(closing: Closing, new: NewInvoice) -> InvoiceSum:
    return InvoiceSum(
        "",
        closing.month,
        closing.issued.isoformat(),
        new.draft.payer,
        new.name,
        new.draft.currency,
        sum(line.calls for line in new.lines),
        sum(line.net for line in new.lines),
        sum(each.vat for each in new.vats),
    )


async def _list_obstacles(closing: Closing, made: Sequence[NewInvoice], company: CompanyConfig) -> tuple[Sentence, ...]:
    """List what stands against the electronic form of these, each once, MOST of them at most."""
    found: dict[Sentence, None] = {}
    for new in made:
        found |= dict.fromkeys(find_obstacles(_preview(closing, new), company))
        await asyncio.sleep(0)
    return tuple(found)[:MOST]


def _preview(closing: Closing, new: NewInvoice) -> Invoice:
    """Give an invoice as it will be, but for its number."""
    return Invoice(
        _sum_up(closing, new),
        new.due.isoformat(),
        vat_id=new.vat_id,
        lines=new.lines,
        vats=new.vats,
        country=new.country,
        vat_free=new.vat_free,
    )


def _answer(
    closing: Closing, found: MonthDrafts, invoices: list[InvoiceSum], obstacles: tuple[Sentence, ...]
) -> ClosedMonth:
    unpriced = tuple(found.unpriced[:MOST])
    sums = (tuple(invoices), unpriced, len(found.unpriced))
    return ClosedMonth(closing.month, closing.place, closing.seal, *sums, obstacles)


def _explain_unpriced(calls: list[str]) -> ApiError:
    values: dict[str, str | int] = {"count": len(calls), "calls": ", ".join(calls[:5])}
    return _refused(
        Sentence(
            "{count} calls have no price, and are not free, among them {calls}. Correct them in the ledger when your "
            "tariff has a price for them, or leave them out of the invoices (--leave-unpriced).",
            dict(values),
        )
    )


def _refused(sentence: Sentence) -> ApiError:
    return ApiError(ErrorCode.STATE, sentence)
