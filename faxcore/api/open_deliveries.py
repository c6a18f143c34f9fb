# SPDX-License-Identifier: GPL-3.0-or-later
"""The administrator's view of the news that go out of the house: what waits, what was given up, whether mail works."""

from __future__ import annotations

import socket
from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.config.current import CurrentConfig
from faxcore.config.mail_address import is_mail_address
from faxcore.contract.administration import MailTest, OpenDelivery, OpenDeliveryPage
from faxcore.contract.bus import ErrorCode
from faxcore.contract.mail_messages import MailEnd
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from faxcore.outbox.mail_carrier import MailCarrier
from faxcore.outbox.outboxes import Outboxes
from faxcore.store.deliveries import DeliveryRow
from faxcore.store.store import Store

MOST: Final = 200
"""Deliveries on one page."""


class OpenDeliveries:
    """The administrator's list of deliveries, and actions on them."""

    def __init__(self, store: Store, config: CurrentConfig, carrier: MailCarrier, outboxes: Outboxes) -> None:
        self._store = store
        self._config = config
        self._carrier = carrier
        self._outboxes = outboxes

    def page(self, after: str) -> OpenDeliveryPage:
        """List a page of what has not gone."""
        rows = self._store.deliveries.list_open(after, MOST)
        return OpenDeliveryPage(tuple(map(self._view, rows)), rows[-1].id if len(rows) == MOST else "")

    async def test(self, address: str) -> MailTest:
        """Send a test to this address now. ApiError if it is none, or mail is not configured."""
        if not is_mail_address(address):
            shown = Sentence("“{address}” is not a valid mail address.", {"address": clean_text(address, 60)})
            raise ApiError(ErrorCode.BAD_ORDER, shown)
        if not self._carrier.is_open:
            missing = Sentence("No mail is sent: the configuration names no mail server ([mail] server).")
            raise ApiError(ErrorCode.STATE, missing)
        result = await self._carrier.send_test(address, socket.gethostname())
        return MailTest(result.end is MailEnd.SENT, result.reason, result.warning)

    def retry(self) -> None:
        """Try everything again that has not gone, also what was given up."""
        self._store.deliveries.try_again()
        self._outboxes.retry()

    def _view(self, row: DeliveryRow) -> OpenDelivery:
        address = row.address or (self._config.value.describe_person(row.person).mail if row.person else "")
        return OpenDelivery(
            id=row.id,
            channel=row.channel.value,
            kind=row.kind,
            subject=row.subject,
            person=row.person,
            address=address,
            created=row.created,
            attempts=row.attempts,
            next_try="" if row.done else row.next_try or "",
            given_up=bool(row.done),
            reason=row.error,
        )
