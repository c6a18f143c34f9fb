# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing what must be written while the disk is full: again and again, until space returns."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final, TypeVar

from faxcore.store.store_error import StoreUnavailable

log = logging.getLogger(__name__)

T = TypeVar("T")

PAUSE: Final = 2.0
"""Seconds between two attempts."""


async def retry_until_written(what: str, write: Callable[[], T], pause: float | None = None) -> T:
    """The result of `write`, which is tried until the disk takes it. What it writes is nothing that can be lost."""
    complained = False
    while True:
        try:
            return write()
        except (StoreUnavailable, OSError) as error:
            if not complained:
                log.error("%s cannot be written and is tried again: %s", what, error)
                complained = True
        await asyncio.sleep(PAUSE if pause is None else pause)
