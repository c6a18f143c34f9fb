# SPDX-License-Identifier: GPL-3.0-or-later
"""The questions of a tray whose main window is open, when the service has come: for clients that stand for a hundred
desktops. `tests/system/notifier/test_program.py` compares them with what the program asks.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from faxcore.bus.client import Client
from faxcore.contract.listed import FaxQuery, Folder

UNDECIDED: Final = FaxQuery(Folder.UNCERTAIN, most=500)
SHOWN: Final = FaxQuery(Folder.INBOX, most=120)


async def ask_as_tray(desk: Client) -> None:
    """Register, and ask what the tray and its window ask at once. BusError, ServiceUnavailable as from the service."""
    await desk.register()
    await asyncio.gather(desk.list_drafts(), _ask_for_undecided(desk), _ask_for_figures(desk), _ask_for_window(desk))


async def _ask_for_undecided(desk: Client) -> None:
    query = UNDECIDED
    while after := (await desk.list_faxes(query)).after:
        query = replace(query, after=after)


async def _ask_for_figures(desk: Client) -> None:
    await desk.count_folders()
    await desk.status()


async def _ask_for_window(desk: Client) -> None:
    await desk.list_faxes(SHOWN)
    await desk.count_folders()
    await desk.list_numbers()
    await desk.status()
