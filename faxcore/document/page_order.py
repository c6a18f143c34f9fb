# SPDX-License-Identifier: GPL-3.0-or-later
"""The order to compose pages, as JSON between `composing` and the process of `compose`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from faxcore.model.header import Header
from faxcore.model.recipient import Recipient


@dataclass(frozen=True)
class PageOrder:
    """The texts that go on the pages besides the document."""

    header: Header
    recipient: Recipient
    subject: str
    station_id: str
    when: datetime
    """Local time, as the header line shows it."""
    first_page: int = 1
    """More than 1 on a resumed try: the header line says that the fax is continued."""

    def text(self) -> str:
        """Return the order as the composer reads it."""
        values = {**asdict(self), "when": self.when.isoformat()}
        return json.dumps(values)

    @classmethod
    def of(cls, values: dict[str, Any]) -> PageOrder:
        """Read the order from a JSON object."""
        header = dict(values["header"])
        header["sender_lines"] = tuple(header["sender_lines"])
        return cls(
            Header(**header),
            Recipient(**values["recipient"]),
            values["subject"],
            values["station_id"],
            datetime.fromisoformat(values["when"]),
            values.get("first_page", 1),
        )
