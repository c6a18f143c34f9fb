# SPDX-License-Identifier: GPL-3.0-or-later
"""Invoices that go to the customers by mail, for the administrator: once, unless it is said again."""

from __future__ import annotations

from faxcore.api.api_error import ApiError
from faxcore.config.current import CurrentConfig
from faxcore.config.mail_address import is_mail_address
from faxcore.contract.bus import ErrorCode
from faxcore.contract.invoiced import InvoiceMail, InvoiceMailing
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from faxcore.store import deliveries
from faxcore.store.deliveries import Channel, DeliveryRow
from faxcore.store.store import Store


class InvoiceMails:
    """Sends invoices, and tells what has become of their mails."""

    def __init__(self, store: Store, config: CurrentConfig) -> None:
        self._store = store
        self._config = config

    def send(self, wish: InvoiceMailing) -> InvoiceMail:
        """Send an invoice to its customer, or to another address. ApiError if there is no such invoice, no address or
        no mail server, or if it was sent there already and that is not wanted again.
        """
        found = self._store.invoices.find(wish.number)
        if found is None:
            raise ApiError(ErrorCode.UNKNOWN, Sentence("There is no invoice with this number."))
        address = wish.to or self._find_address(found[0].sum.payer, found[0].sum.name)
        if not is_mail_address(address):
            shown = Sentence("“{address}” is not a valid mail address.", {"address": clean_text(address, 60)})
            raise ApiError(ErrorCode.BAD_ORDER, shown)
        if not self._config.value.mail.server:
            missing = Sentence("No mail is sent: the configuration names no mail server ([mail] server).")
            raise ApiError(ErrorCode.STATE, missing)
        before = [each for each in self.list_mails(wish.number) if each.address == address and not each.given_up]
        if before and not wish.again:
            values = {"number": wish.number, "address": address}
            raise ApiError(
                ErrorCode.STATE,
                Sentence("Invoice {number} goes to {address} already, or has gone (--again: once more).", values),
            )
        self._store.deliveries.renew_for_address(deliveries.INVOICE, wish.number, Channel.MAIL, address)
        return next(each for each in self.list_mails(wish.number) if each.address == address)

    def list_mails(self, number: str) -> tuple[InvoiceMail, ...]:
        """List the mails of an invoice, oldest first."""
        return tuple(map(_view, self._store.deliveries.list_of(deliveries.INVOICE, number)))

    def _find_address(self, code: str, name: str) -> str:
        customer = next((each for each in self._config.value.customers if each.code == code), None)
        if customer is None or not customer.mail:
            sentence = Sentence(
                "{customer} has no mail address in the configuration: say where to.", {"customer": name}
            )
            raise ApiError(ErrorCode.STATE, sentence)
        return customer.mail


def _view(row: DeliveryRow) -> InvoiceMail:
    given_up = bool(row.done and row.error)
    return InvoiceMail(
        row.address,
        row.created,
        "" if given_up else row.done or "",
        "" if row.done else row.next_try or "",
        given_up,
        row.error,
    )
