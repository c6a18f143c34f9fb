# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes that a person wants of a job, checked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from faxcore.dialling.numbers import Destination
from faxcore.model.header import Header


@dataclass(frozen=True)
class Wish:
    """New values of a job; what is None stays as it is."""

    to: Destination | None = None
    header: Header | None = None
    pages: int = 0
    """Of its document, with that header's cover page."""
    send_at: str | None = None
    """The time to send it at; empty: at once."""
    give_up_at: str | None = None
    """The time to give it up at; empty: some hours behind its next call."""
    priority: int | None = None
    password: str | None = field(default=None, repr=False)
    """The password that the other end wants to hear; empty: none."""
    payer: str | None = None
    """The code of whoever pays from the next call on; empty: nobody."""

    def is_elsewhere(self, destination: str, sub_address: str) -> bool:
        """Return whether this leads to another number than that, or to somebody else there."""
        return self.to is not None and (self.to.key, self.to.sub_address) != (destination, sub_address)

    def add(self, later: Wish) -> Wish:
        """Add what is wanted later, which counts for more."""
        return replace(
            self,
            to=self.to if later.to is None else later.to,
            send_at=self.send_at if later.send_at is None else later.send_at,
            password=self.password if later.password is None else later.password,
        )
