# SPDX-License-Identifier: GPL-3.0-or-later
"""Closes a month as the administrator does, to be killed at a checkpoint: `python -m ... CHECKPOINT FOLDER MONTH`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from faxcore.checkpoint import checkpoint
from faxcore.contract.invoiced import MonthClosing
from tests.support.invoiced_calls import open_office


def main() -> None:
    point, folder, month = sys.argv[1:]
    name, _, nth = point.partition(" #")
    office = open_office(Path(folder))
    checkpoint.arm(name, int(nth or 1))
    asyncio.run(office.invoicing.close("root", MonthClosing(month)))


if __name__ == "__main__":
    main()
