# SPDX-License-Identifier: GPL-3.0-or-later
"""The administrator's view of the news by mail: what waits, what was given up, and whether mail works."""

from __future__ import annotations

import socket
from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.config.current import CurrentConfig
from faxcore.config.mail_address import is_mail_address
from faxcore.contract.bus import ErrorCode, Mail, MailPage, MailTest
from faxcore.contract.mail_messages import MailEnd
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from faxcore.outbox.mail_carrier import MailCarrier
from faxcore.outbox.outbox import Outbox
from faxcore.store.deliveries import Channel, DeliveryRow
from faxcore.store.store import Store

MOST: Final = 200
"""Mails on one page."""


class Mails:
    """What the administrator may do with mails."""

    def __init__(self, store: Store, config: CurrentConfig, carrier: MailCarrier, outbox: Outbox) -> None:
        self._store = store
        self._config = config
        self._carrier = carrier
        self._outbox = outbox

    def page(self, after: str) -> MailPage:
        """List a page of the mails that have not been sent."""
        rows = self._store.deliveries.list_open(Channel.MAIL, after, MOST)
        return MailPage(tuple(map(self._view, rows)), rows[-1].id if len(rows) == MOST else "")

    async def test(self, address: str) -> MailTest:
        """Send a test to this address now. ApiError if it is none, or mail is not configured."""
        if not is_mail_address(address):
            shown = Sentence("“{address}” is not a valid mail address.", {"address": clean_text(address, 60)})
            raise ApiError(ErrorCode.BAD_ORDER, shown)
        self._refuse_closed()
        result = await self._carrier.send_test(address, socket.gethostname())
        return MailTest(result.end is MailEnd.SENT, result.reason, result.warning)

    def retry(self) -> None:
        """Try everything again that has not been sent, also what was given up. ApiError if mail is not configured."""
        self._refuse_closed()
        self._store.deliveries.try_again(Channel.MAIL)
        self._outbox.retry()

    def _refuse_closed(self) -> None:
        if not self._carrier.is_open:
            missing = Sentence("No mail is sent: the configuration names no mail server ([mail] server).")
            raise ApiError(ErrorCode.STATE, missing)

    def _view(self, row: DeliveryRow) -> Mail:
        return Mail(
            id=row.id,
            kind=row.kind,
            subject=row.subject,
            person=row.person,
            address=row.address or self._config.value.describe_person(row.person).mail,
            created=row.created,
            attempts=row.attempts,
            next_try="" if row.done else row.next_try or "",
            given_up=bool(row.done),
            reason=row.error,
        )
