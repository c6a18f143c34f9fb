# SPDX-License-Identifier: GPL-3.0-or-later
"""The methods of the bus contract for administrators; those for everybody else are `faxcore.contract.interfaces`."""

from __future__ import annotations

from faxcore.contract.administration import (
    DestinationPage,
    LearntDestination,
    MailTest,
    OpenDeliveryPage,
    Released,
    Reloaded,
    Snapshot,
)
from faxcore.contract.bus import Document
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


class Admin:
    """The methods for administrators: open to root, the service's own user, and those whom `[administration]` names."""

    async def reload(self) -> Reloaded:
        """Read the configuration again. A wrong one is refused as a whole, and the old one stays in force."""
        raise NotImplementedError

    async def verify_all_copies(self, query: CopyQuery) -> CopyPage:
        """Compare the files of everybody's filed faxes with what was filed, as `verify_copies` does."""
        raise NotImplementedError

    async def list_unassigned(self, after: str) -> ReceptionPage:
        """List a page of the received faxes that are nobody's, from behind `after`, the `after` of the page before;
        empty: the first.
        """
        raise NotImplementedError

    async def assign_any_reception(self, assignment: Assignment) -> None:
        """Give a received fax to these people, as `assign_reception` does, and nobody loses it but those who sort."""
        raise NotImplementedError

    async def list_all_calls(self, query: CallQuery) -> CallPage:
        """List a page of everybody's calls, and of those that brought no fax, oldest first."""
        raise NotImplementedError

    async def sum_all_calls(self, query: TotalsQuery) -> TotalsPage:
        """Sum up everybody's calls."""
        raise NotImplementedError

    async def sum_all_costs(self, query: StatementQuery) -> StatementPart:
        """Sum up what everybody's calls cost, out and in, as `sum_costs` does."""
        raise NotImplementedError

    async def list_all_costs(self, query: StatementQuery) -> StatedCallPage:
        """List a page of everybody's calls with what they cost, as `list_costs` does."""
        raise NotImplementedError

    async def list_deliveries(self, after: str) -> OpenDeliveryPage:
        """List a page of the news that wait to go out of the house, by mail, on paper or by the office's command, and
        of those that were given up, from behind `after`, the `after` of the page before; empty: the first.
        """
        raise NotImplementedError

    async def test_mail(self, address: str) -> MailTest:
        """Send a test mail to this address now, and tell what the mail server says."""
        raise NotImplementedError

    async def retry_deliveries(self) -> None:
        """Try everything again that has not gone out of the house, now, also what was given up."""
        raise NotImplementedError

    async def check_ledger(self, before: LedgerSeal) -> LedgerCheck:
        """Check a part of the ledger, from the row behind this seal on, the `last` of the part before; an empty one:
        from the first row on.
        """
        raise NotImplementedError

    async def find_seal(self, wanted: LedgerSeal) -> LedgerSeal:
        """Find the seal of the ledger's row at the place of this one; at place 0: of the newest row. Its text is empty
        if there is no such row.
        """
        raise NotImplementedError

    async def list_all_payers(self) -> list[PayerChoice]:
        """List all budget lines and customers of the configuration, by code, whether they are valid or not."""
        raise NotImplementedError

    async def correct_call(self, correction: CallCorrection) -> StatedCall:
        """Correct a call of the ledger by a further row that names the caller and the reason, priced anew: the call as
        it counts now.
        """
        raise NotImplementedError

    async def list_all_limits(self, person: str) -> list[LimitState]:
        """List everybody's limits of the bill as they are now, or, if one is named, those that concern this person."""
        raise NotImplementedError

    async def lift_limit(self, lift: LimitLift) -> None:
        """Add to a limit of the bill for the rest of its period."""
        raise NotImplementedError

    async def close_month(self, closing: MonthClosing) -> ClosedMonth:
        """Make the invoices of a month that is over, one for each customer with calls in it, or say what they would be.
        What is in the ledger afterwards of calls of that month comes on the next invoices.
        """
        raise NotImplementedError

    async def list_invoices(self, after: str) -> InvoicePage:
        """List a page of all invoices, in the order in which they were made, from behind `after`, the `after` of the
        page before; empty: the first.
        """
        raise NotImplementedError

    async def show_invoice(self, number: str) -> Invoice:
        """Show an invoice with its lines."""
        raise NotImplementedError

    async def write_invoice(self, wish: InvoiceWish, out: Document) -> bool:
        """Write an invoice to `out` as PDF, in the customer's language, with each call behind it; True if it has its
        electronic form.
        """
        raise NotImplementedError

    async def write_snapshot(self, out: Document) -> Snapshot:
        """Write all of the database, as it is at one moment, to `out` as a file of SQLite: for a backup, which brings
        the files of the state folder besides.
        """
        raise NotImplementedError

    async def read_metrics(self) -> str:
        """Read the figures of the service, in the text format of Prometheus: queue, lines, calls, room, news."""
        raise NotImplementedError

    async def release_restored(self) -> Released:
        """Let every fax go on that is held because it comes from a backup."""
        raise NotImplementedError

    async def send_invoice(self, mailing: InvoiceMailing) -> InvoiceMail:
        """Send an invoice by mail, to the customer or to another address, as PDF. Once for each address, unless it is
        wanted again; what the mail server does not take is tried again for days.
        """
        raise NotImplementedError

    async def list_destinations(self, after: str) -> DestinationPage:
        """List a page of the numbers of which calls have taught something, from behind `after`, the `after` of the page
        before; empty: the first.
        """
        raise NotImplementedError

    async def show_destination(self, number: str) -> LearntDestination:
        """Show what calls have taught of a number, in any spelling."""
        raise NotImplementedError

    async def forget_destination(self, number: str) -> None:
        """Forget what calls have taught of a number, unless it is locked."""
        raise NotImplementedError

    async def lock_destination(self, number: str) -> None:
        """Keep what is known of a number as it is now, until it is unlocked: no call changes it, and no time ends it.
        Where nothing is known, nothing is learnt.
        """
        raise NotImplementedError

    async def unlock_destination(self, number: str) -> None:
        """Let calls to a number teach again; what is known is kept as if it had been learnt now."""
        raise NotImplementedError
