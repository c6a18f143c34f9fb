# SPDX-License-Identifier: GPL-3.0-or-later
"""[exchange]: the simulated exchange that stands in where there is no [[line]], or none does."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from faxcore.config.lines import LineConfig, NumberConfig
from faxcore.config.owners import read_owners
from faxcore.config.table import Table


@dataclass(frozen=True)
class ExchangeConfig:
    """The simulated exchange."""

    lines: int = 4
    """0: none; faxes wait until there is a [[line]]."""
    owners: tuple[str, ...] = ()
    """Owners of the faxes that its lines receive; empty: the user that the service runs as."""
    speed: float = 1.0
    """Times faster than real time."""

    def make_lines(self, folder: Path) -> tuple[LineConfig, ...]:
        """Its lines, with their devices in this folder."""
        owners = self.owners or (pwd.getpwuid(os.getuid()).pw_name,)
        return tuple(_make_line(number, folder, owners) for number in range(1, self.lines + 1))


def _make_line(number: int, folder: Path, owners: tuple[str, ...]) -> LineConfig:
    # What faxcore.exchange gives its lines when nothing else is said: two numbers from the range for fiction.
    numbers = (f"019900{number:04}", f"019900{number + 10:04}")
    return LineConfig(
        name=f"line-{number}",
        device=folder / f"line-{number}",
        station_id=f"+33{numbers[0][1:]}",
        numbers=tuple(NumberConfig(each) for each in numbers),
        owners=owners,
    )


def read_exchange(table: Table) -> ExchangeConfig:
    """[exchange]."""
    exchange = ExchangeConfig(
        table.whole("lines", ExchangeConfig.lines, 0, 32),
        read_owners(table),
        float(table.whole("speed", int(ExchangeConfig.speed), 1, 100)),
    )
    table.finish()
    return exchange
