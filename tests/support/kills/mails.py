# SPDX-License-Identifier: GPL-3.0-or-later
"""What came by mail to whoever had the faxes sent and received, compared with what became of these."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.model.job import State

_RECEIVED = re.compile(r"(Incomplete fax|Fax) from ")
_ARRIVED = re.compile(r"Fax to .* has arrived$")


@dataclass(frozen=True)
class Told:
    """The count of the mails."""

    untold: tuple[str, ...]
    """Faxes of which no mail tells."""
    doubled: int
    """Mails that came more often than once, under the same Message-ID."""


def count_mails(mails: Sequence[EmailMessage], jobs: Iterable[Job], receptions: Sequence[Reception]) -> Told:
    """Compare the mails with the faxes that have arrived: each is told of by one Message-ID, or more often."""
    by_id = {str(mail["Message-ID"]): mail for mail in mails}
    received = sum(bool(_RECEIVED.match(mail["Subject"])) for mail in by_id.values())
    arrived = Counter(_read_fax(mail) for mail in by_id.values() if _ARRIVED.match(mail["Subject"]))
    done = Counter((job.title, job.number) for job in jobs if job.state is State.DONE)
    untold = [f"{title} to {number}" for title, number in done - arrived]
    missing = len(receptions) - received
    if missing:
        untold.append(f"{missing} receptions")
    return Told(tuple(untold), len(mails) - len(by_id))


def _read_fax(mail: EmailMessage) -> tuple[str, str]:
    part = mail.get_body(("plain",))
    assert part is not None
    facts = dict(line.split(": ", 1) for line in part.get_content().splitlines() if ": " in line)
    return facts["Document"], facts["Number"]
