# SPDX-License-Identifier: GPL-3.0-or-later
"""Implements the administrator's API (the contract's Admin), independent of D-Bus. Who may use it, and that it stands
in the log, is the gate's affair.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from faxcore.api.api_error import ApiError
from faxcore.api.assigning import Assigning
from faxcore.api.backups import Backups
from faxcore.api.call_records import CallRecords
from faxcore.api.correcting import Correcting
from faxcore.api.destinations import Destinations
from faxcore.api.invoice_mails import InvoiceMails
from faxcore.api.invoice_papers import InvoicePapers
from faxcore.api.invoicing import Invoicing
from faxcore.api.open_deliveries import OpenDeliveries
from faxcore.api.own_limits import BillLimits
from faxcore.api.own_payers import list_all_payers
from faxcore.api.sealing import Sealing
from faxcore.api.stating import Stating
from faxcore.api.verifying import Verifying
from faxcore.config import Config, ConfigError
from faxcore.config.current import CurrentConfig
from faxcore.contract.administration import (
    DestinationPage,
    LearntDestination,
    MailTest,
    OpenDeliveryPage,
    Released,
    Reloaded,
    Snapshot,
)
from faxcore.contract.bus import ErrorCode
from faxcore.contract.filed import CopyPage, CopyQuery
from faxcore.contract.invoiced import (
    ClosedMonth,
    Invoice,
    InvoiceMail,
    InvoiceMailing,
    InvoicePage,
    InvoiceWish,
    MonthClosing,
)
from faxcore.contract.ledgered import CallCorrection, LedgerCheck, LedgerSeal
from faxcore.contract.limited import LimitLift, LimitState
from faxcore.contract.paying import PayerChoice
from faxcore.contract.received_fax import Assignment, ReceptionPage
from faxcore.contract.recorded import CallPage, CallQuery, TotalsPage, TotalsQuery
from faxcore.contract.stated import StatedCall, StatedCallPage, StatementPart, StatementQuery
from faxcore.model.sentence import literal

log = logging.getLogger(__name__)


class AdminApi:
    """The administrator's actions on a running service."""

    def __init__(
        self,
        read: Callable[[], Config],
        take_on: Callable[[Config], tuple[str, ...]],
        verifying: Verifying,
        destinations: Destinations,
        assigning: Assigning,
        records: CallRecords,
        deliveries: OpenDeliveries,
        sealing: Sealing,
        config: CurrentConfig,
        stating: Stating,
        correcting: Correcting,
        bill_limits: BillLimits,
        invoicing: Invoicing,
        papers: InvoicePapers,
        backups: Backups,
        metrics: Callable[[], str],
        invoice_mails: InvoiceMails,
    ) -> None:
        """`read` reads the configuration's files; `take_on` puts a configuration in force and names what has changed.
        Both raise ConfigError, and then nothing has changed.
        """
        self._read = read
        self._take_on = take_on
        self._verifying = verifying
        self._destinations = destinations
        self._assigning = assigning
        self._records = records
        self._deliveries = deliveries
        self._sealing = sealing
        self._config = config
        self._stating = stating
        self._correcting = correcting
        self._bill_limits = bill_limits
        self._invoicing = invoicing
        self._papers = papers
        self._backups = backups
        self._metrics = metrics
        self._invoice_mails = invoice_mails

    async def reload(self, person: str) -> Reloaded:
        """Read the configuration again. ApiError if it cannot be used: the old one stays in force."""
        try:
            changed = self._take_on(self._read())
        except ConfigError as error:
            log.error("the configuration is refused, and the one in use stays in force: %s", error)
            # The text names file and line: it is what it is in every language.
            raise ApiError(ErrorCode.BAD_CONFIGURATION, literal(str(error))) from error
        log.info("%s had the configuration read again: %s", person, ", ".join(changed) or "nothing has changed")
        return Reloaded(changed)

    async def verify_all_copies(self, person: str, query: CopyQuery) -> CopyPage:
        """Compare everybody's filed faxes with what is known of them."""
        return await self._verifying.verify(person, None, query)

    async def list_unassigned(self, _person: str, after: str) -> ReceptionPage:
        """List a page of the received faxes that are nobody's."""
        return self._assigning.list_nobodys(after)

    async def assign_any_reception(self, person: str, assignment: Assignment) -> None:
        """Give a received fax to these people."""
        self._assigning.assign(person, self._assigning.find(assignment.reception), assignment, frozenset())

    async def list_all_calls(self, _person: str, query: CallQuery) -> CallPage:
        """List a page of everybody's calls, or of one person's."""
        return self._records.page(query.person or None, query, with_purchase=True)

    async def sum_all_calls(self, _person: str, query: TotalsQuery) -> TotalsPage:
        """Sum up everybody's calls, or one person's."""
        return await self._records.sums(query.person or None, query)

    async def sum_all_costs(self, _person: str, query: StatementQuery) -> StatementPart:
        """Sum up what everybody's calls cost, or one person's."""
        return await self._stating.sum_part(query.person or None, query)

    async def list_all_costs(self, _person: str, query: StatementQuery) -> StatedCallPage:
        """List a page of everybody's calls with what they cost, or of one person's."""
        return self._stating.page(query.person or None, query)

    async def list_deliveries(self, _person: str, after: str) -> OpenDeliveryPage:
        """List a page of the news that have not gone out."""
        return self._deliveries.page(after)

    async def test_mail(self, _person: str, address: str) -> MailTest:
        """Send a test mail now."""
        return await self._deliveries.test(address)

    async def retry_deliveries(self, person: str) -> None:
        """Try all news again that have not gone out."""
        self._deliveries.retry()
        log.info("%s had all news tried again that have not gone out", person)

    async def write_snapshot(self, person: str, out: int) -> Snapshot:
        """Write all of the database for a backup."""
        return await self._backups.write(person, out)

    async def read_metrics(self, _person: str) -> str:
        """Read the figures of the service."""
        return self._metrics()

    async def release_restored(self, person: str) -> Released:
        """Let every fax go on that a backup has brought."""
        return await self._backups.release(person)

    async def check_ledger(self, _person: str, before: LedgerSeal) -> LedgerCheck:
        """Check a part of the ledger."""
        return self._sealing.check(before)

    async def find_seal(self, _person: str, wanted: LedgerSeal) -> LedgerSeal:
        """Find the seal of a row of the ledger."""
        return self._sealing.find(wanted.place)

    async def list_all_payers(self, _person: str) -> list[PayerChoice]:
        """List all payers."""
        return list_all_payers(self._config.value)

    async def correct_call(self, person: str, correction: CallCorrection) -> StatedCall:
        """Correct a call of the ledger."""
        corrected = self._correcting.correct(person, correction)
        log.info("%s has corrected call %s in the ledger: row %d", person, corrected.call, corrected.place)
        return corrected

    async def list_all_limits(self, _person: str, person: str) -> list[LimitState]:
        """List everybody's limits, or those of one person."""
        return await self._bill_limits.list_all(person)

    async def lift_limit(self, person: str, lift: LimitLift) -> None:
        """Add to a limit for the rest of its period."""
        self._bill_limits.lift(person, lift)

    async def close_month(self, person: str, closing: MonthClosing) -> ClosedMonth:
        """Close a month, or say what its invoices would be."""
        return await self._invoicing.close(person, closing)

    async def list_invoices(self, _person: str, after: str) -> InvoicePage:
        """List a page of all invoices."""
        return self._invoicing.page(after)

    async def show_invoice(self, _person: str, number: str) -> Invoice:
        """Show an invoice with its lines."""
        return replace(self._invoicing.show(number), mails=self._invoice_mails.list_mails(number))

    async def write_invoice(self, person: str, wish: InvoiceWish, out: int) -> bool:
        """Write an invoice as PDF to `out`; True if it has its electronic form."""
        return await self._papers.write(person, wish, out)

    async def send_invoice(self, person: str, mailing: InvoiceMailing) -> InvoiceMail:
        """Send an invoice by mail."""
        sent = self._invoice_mails.send(mailing)
        log.info("%s has sent invoice %s", person, mailing.number)
        return sent

    async def list_destinations(self, _person: str, after: str) -> DestinationPage:
        """List a page of the numbers of which calls have taught something."""
        return self._destinations.page(after)

    async def show_destination(self, _person: str, number: str) -> LearntDestination:
        """Show what calls have taught of a number."""
        return self._destinations.show(number)

    async def forget_destination(self, person: str, number: str) -> None:
        """Forget what calls have taught of a number."""
        self._destinations.forget(number)
        log.info("%s had something forgotten that calls have taught", person)

    async def lock_destination(self, person: str, number: str) -> None:
        """Keep what is known of a number as it is."""
        self._destinations.lock(number)
        log.info("%s had something locked that calls have taught", person)

    async def unlock_destination(self, person: str, number: str) -> None:
        """Let calls to a number teach again."""
        self._destinations.unlock(number)
        log.info("%s had something unlocked that calls have taught", person)
