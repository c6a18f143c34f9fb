# SPDX-License-Identifier: GPL-3.0-or-later
"""The store: everything that must survive, in one place. SQL is in this package only.

Rules:
1. What another process is told has been committed before. A document's file is written, synced, renamed and its
   folder synced before its row; the row is committed before the answer.
2. A job changes state through `job.move` alone (`Jobs.event`), together with what belongs to the change.
3. After a crash at any point, `recover` makes every job live or final, and every page that was confirmed to a
   caller part of a fax that somebody is told of.

    state/facteur.db             the database, unless it is on a server
    state/documents/ID.tif       what is to be sent; ID.original what it was made from; ID.new while it is written
    state/calls/ID/              the directory of a call: composed pages or received ones, the transcript, and the
                                 worker's report until it is in the database; of one that brought pages of a fax that
                                 is to be archived, its pages until that is done
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from faxcore.contract.report_file import read_report
from faxcore.model.call import CallReport
from faxcore.store.broadcasts import Broadcasts
from faxcore.store.call_costs import CallCosts
from faxcore.store.call_history import CallHistory
from faxcore.store.call_log import CallLog
from faxcore.store.call_prices import CallPrices
from faxcore.store.call_totals import Totals
from faxcore.store.calls import Calls
from faxcore.store.contacts import Contacts
from faxcore.store.database import Clock, Database
from faxcore.store.deliveries import Deliveries
from faxcore.store.documents import Documents
from faxcore.store.drafts import Drafts
from faxcore.store.entries import Entries
from faxcore.store.filed_copies import FiledCopies
from faxcore.store.ids_and_times import read_clock
from faxcore.store.imported import Imported
from faxcore.store.invoices import Invoices
from faxcore.store.job_changes import JobChanges
from faxcore.store.jobs import Jobs
from faxcore.store.ledger import Ledger
from faxcore.store.ledger_statements import LedgerStatements
from faxcore.store.limit_lifts import LimitLifts
from faxcore.store.limit_sums import LimitSums
from faxcore.store.limit_warnings import LimitWarnings
from faxcore.store.listing import Listing
from faxcore.store.offers import Offers
from faxcore.store.opening import sqlite_url
from faxcore.store.own_header_rows import OwnHeaders
from faxcore.store.own_logos import OwnLogos
from faxcore.store.past_calls import PastCalls
from faxcore.store.print_jobs import PrintJobs
from faxcore.store.print_notices import PrintNotices
from faxcore.store.quotes import Quotes
from faxcore.store.receptions import Receptions
from faxcore.store.removal import Removal
from faxcore.store.repeats import Repeats
from faxcore.store.restored import RestoredFaxes
from faxcore.store.retention import KEPT, Retention
from faxcore.store.sent_copies import SentCopies
from faxcore.store.store_error import StoreForeign
from faxcore.store.submissions import Submissions
from faxcore.store.suggestions import Suggestions
from faxcore.store.synced_files import free_octets, make_folder, sync_folder
from faxcore.store.taken_drafts import TakenDrafts
from faxcore.store.turns import Turns
from faxcore.store.used_numbers import UsedNumbers

log = logging.getLogger(__name__)

RESTORING: Final = "restoring"
"""The folder in which a backup is made ready to be restored: it is there until that is done."""


class Store:
    """The database and the folders. One process has it open."""

    def __init__(
        self,
        state: Path,
        clock: Clock | None = None,
        url: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open it; without a `url`, the database is a file in the state folder. StoreForeign while a restore is not
        finished.
        """
        if (state / RESTORING).exists():
            raise StoreForeign(f"the restore of a backup into {state} was not finished: run `faxctl restore` again")
        self.folder = make_folder(state)
        self.removal = Removal(state)
        self._calls = make_folder(state / "calls")
        folder = make_folder(state / "documents")
        self.database = Database(url or sqlite_url(state / "facteur.db"), clock or read_clock, monotonic)
        try:
            sync_folder(state)
        except BaseException:
            self.database.close()
            raise
        self.entries = Entries(self.database)
        self.prices = CallPrices(self.database)
        self.ledger = Ledger(self.database, self.prices)
        self.ledger_statements = LedgerStatements(self.database)
        self.limit_sums = LimitSums(self.database)
        self.limit_lifts = LimitLifts(self.database, self.ledger)
        self.deliveries = Deliveries(self.database)
        self.limit_warnings = LimitWarnings(self.database, self.deliveries)
        self.invoices = Invoices(self.database, self.deliveries)
        self.calls = Calls(self.database, self.ledger)
        self.documents = Documents(self.database, folder, self.removal)
        self.drafts = Drafts(self.database, self.documents, self.entries)
        self.taken_drafts = TakenDrafts(self.database, self.documents, self.drafts, self.entries)
        self.print_jobs = PrintJobs(self.database)
        self.submissions = Submissions(self.database, self.entries)
        self.sent_copies = SentCopies(self.database)
        self.jobs = Jobs(self.database, self.calls, self.entries, self.sent_copies)
        self.repeats = Repeats(self.database, self.jobs)
        self.job_changes = JobChanges(self.database, self.jobs, self.entries)
        self.turns = Turns(self.database)
        self.receptions = Receptions(self.database, self.calls, self.entries)
        self.offers = Offers(self.database)
        self.print_notices = PrintNotices(self.database, self.deliveries)
        self.call_history = CallHistory(self.database)
        self.call_costs = CallCosts(self.database)
        self.call_log = CallLog(self.database, self.call_costs)
        self.call_totals = Totals(self.database)
        self.past_calls = PastCalls(self.database)
        self.quotes = Quotes(self.database, self.prices)
        self.broadcasts = Broadcasts(self.database)
        self.filed_copies = FiledCopies(self.database)
        self.imported = Imported(self.database, self.documents, self.entries)
        self.retention = Retention(
            self.database, self.documents, self.entries, self.sent_copies, self.call_folder, self.removal
        )
        self.restored_faxes = RestoredFaxes(self.database, self.jobs)
        self.contacts = Contacts(self.database)
        self.own_headers = OwnHeaders(self.database)
        self.own_logos = OwnLogos(self.database)
        self.used_numbers = UsedNumbers(self.database, self.contacts)
        self.suggestions = Suggestions(self.database, self.contacts, self.entries, self.jobs)
        self.listing = Listing(self.entries, self.drafts, self.jobs, self.receptions)

    def close(self) -> None:
        """Free the database."""
        self.database.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All of a block on disk, or none of it."""
        return self.database.transaction()

    @property
    def calls_folder(self) -> Path:
        """The directory with those of all calls."""
        return self._calls

    def call_folder(self, call: str) -> Path:
        """The directory of a call, which may not be there yet."""
        return self._calls / call

    def find_report(self, call: str, document: int = 1) -> CallReport | None:
        """Find the report on this document that the worker of a call has left in its directory; None if there is none
        that is one.
        """
        try:
            return read_report(self.call_folder(call), call, document)
        except (OSError, ValueError) as error:
            log.error("the report of call %s cannot be read: %s", call, error)
            return None

    def list_call_folders(self) -> list[str]:
        """List the calls that have a directory. In any thread."""
        return os.listdir(self._calls)

    def list_unclean_calls(self) -> list[str]:
        """List the calls in whose directories there is more than what is kept, or nothing. In any thread."""
        found = []
        for call in self.list_call_folders():
            names = set(os.listdir(self._calls / call))
            if not names or names - KEPT:
                found.append(call)
        return found

    def free_octets(self) -> int:
        """Octets free where calls are kept."""
        return free_octets(self.folder)
