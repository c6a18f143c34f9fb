# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes that are put into a store without a service."""

from faxcore.dialling.numbers import Destination
from faxcore.model.header import SHIPPED
from faxcore.model.page import Resolution
from faxcore.model.recipient import Recipient
from faxcore.store.documents import DocumentRow
from faxcore.store.ids_and_times import new_id
from faxcore.store.store import Store
from faxcore.store.submissions import Addressee, NewSubmission


def add_submission(
    store: Store, owner: str, *numbers: str, key: str | None = None, priority: int = 0, **recipient: str
) -> list[str]:
    """Add a fax for these numbers; the ids of its jobs."""
    document = DocumentRow(new_id(), "hash", 1, Resolution.FINE, 1000, False)
    subject = recipient.pop("subject", "")
    who = Recipient("", **recipient)
    addressees = tuple(Addressee(who, Destination(each, each, each, "country")) for each in numbers)
    with store.transaction():
        store.documents.add(document)
        return store.submissions.add(
            NewSubmission(owner, document.id, "Letter", subject, SHIPPED[0], 1, addressees, key, priority=priority)
        )
