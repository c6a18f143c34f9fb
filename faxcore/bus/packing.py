# SPDX-License-Identifier: GPL-3.0-or-later
"""Long answers made into octets in a thread: dbus-next needs a fifth of a second for a thousand faxes, and everything
else would wait for it.

One thread, and one answer of each user at a time, so that whoever asks much waits for himself.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from dbus_next.message import Message

from faxcore.contract.listed import FaxPage

LONG: Final = 20
"""Faxes from which on an answer is long."""
_SERIAL: Final = slice(8, 12)
"""Where a message has its serial number, in the order of `Message._marshall`: the smallest octet first."""


class Packed(Message):
    """An answer that is octets already, but for its serial number."""

    def __init__(self, answer: Message) -> None:
        """Pack an answer; this is what takes time."""
        super().__init__(
            destination=answer.destination, message_type=answer.message_type, reply_serial=answer.reply_serial
        )
        self._octets = bytearray(answer._marshall(True))

    def _marshall(self, negotiate_unix_fd: bool = False) -> bytearray:
        self._octets[_SERIAL] = self.serial.to_bytes(4, "little")
        return self._octets


class Packer:
    """Packs answers."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "packer")
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def pack(self, uid: int, result: Any, make: Callable[[], Message]) -> Message:
        """Give the answer with a result for a user that `make` makes, packed if it is long."""
        if not is_long(result):
            return make()
        async with self._turns[uid]:
            return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: Packed(make()))

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def is_long(result: Any) -> bool:
    """Tell if an answer with this result is worth a thread."""
    if isinstance(result, FaxPage):
        return len(result.drafts) + len(result.jobs) + len(result.receptions) > LONG
    return isinstance(result, list) and len(result) > LONG
