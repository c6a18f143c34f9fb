# SPDX-License-Identifier: GPL-3.0-or-later
"""[retention]: how long faxes are kept. By default what a person owns is kept until they put it into the bin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from faxcore.config.table import Table

MOST_DAYS: Final = 36_500


@dataclass(frozen=True)
class RetentionConfig:
    """Days after which a fax goes, by its kind; 0: never. The record of its calls, for the bill, stays, if need be
    without names.
    """

    sent: int = 0
    failed: int = 0
    """Failed and cancelled ones."""
    received: int = 0
    """The files in the folder of received faxes are nobody's but their owners', and stay."""
    bin: int = 30
    """Days in the bin."""
    transcripts: int = 365
    """The protocol of a call, for whoever looks for a fault."""
    news: int = 30
    """The note that something has been told."""
    names: int = 0
    """Persons and the other ends' numbers in the log of calls and in the ledger."""


def read_retention(table: Table) -> RetentionConfig:
    """[retention]."""
    usual = RetentionConfig()
    days = {
        name: table.whole(name, getattr(usual, name), 0, MOST_DAYS) for name in RetentionConfig.__dataclass_fields__
    }
    table.finish()
    return RetentionConfig(**days)
