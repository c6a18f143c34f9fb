# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl metrics`, for the administrator: figures of the service in the text format of Prometheus."""

from __future__ import annotations

import argparse
import asyncio

from faxcore.bus.client import connect_admin


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command, which has no options."""
    parser.set_defaults(run_here=lambda options: asyncio.run(_print(options.bus)))


async def _print(address: str | None) -> int:
    async with connect_admin(address) as admin:
        print(await admin.read_metrics(), end="")
    return 0
