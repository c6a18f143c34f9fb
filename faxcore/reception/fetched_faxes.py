# SPDX-License-Identifier: GPL-3.0-or-later
"""What calls out fetch: receptions of the people whose orders they are, kept like those that come by themselves."""

from __future__ import annotations

from faxcore.contract.messages import PageKept
from faxcore.model.call import CallReport
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.reception.recovery import Keep, close_reception, recover_reception
from faxcore.store.jobs import JobRow
from faxcore.store.receptions import Receiving
from faxcore.store.store import Store
from faxcore.store.synced_files import RESERVE


class FetchedFaxes:
    """Keeps what is fetched."""

    def __init__(self, store: Store, keep: Keep, reserve: int = RESERVE) -> None:
        """`reserve`: octets that must be free before a document is fetched."""
        self._store = store
        self._keep = keep
        self._reserve = reserve

    def find_obstacle(self) -> Sentence:
        """Find the reason why nothing can be fetched now; nothing if it can."""
        if self._store.free_octets() < self._reserve:
            return Sentence("There is not enough space on the disk to receive a fax.")
        return NOTHING

    def begin(self, job: JobRow, call: str, line: str) -> None:
        """Note that a call is going to be made for this job. In the caller's transaction."""
        self._store.receptions.begin_fetched(call, line, job)

    def keep_page(self, call: str, page: PageKept) -> None:
        """Note a page that is in the call's folder."""
        reception = self._store.receptions.of_call(call)
        assert reception is not None
        self._store.receptions.keep_page(reception.id, page.page, page.file, page.rows, page.bad_rows)

    def close(self, call: str, report: CallReport | None, reason: Sentence) -> None:
        """Make a fax of what has come in a call that is over, if anything has. In the caller's transaction."""
        reception = self._store.receptions.of_call(call)
        if reception is not None and reception.state is not Receiving.RECEIVING:
            return  # It has been written down already.
        if report is None or reception is None:
            recover_reception(self._store, call, reason, self._keep)
        else:
            close_reception(self._store, reception, report, self._keep)
