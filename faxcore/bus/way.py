# SPDX-License-Identifier: GPL-3.0-or-later
"""A way by which calls come, and answers and signals go: the shared bus, or one connection to our own socket."""

from __future__ import annotations

from typing import Protocol

from dbus_next.message import Message


class Way(Protocol):
    """One of them."""

    async def uid(self, sender: str | None) -> int | None:
        """Find a caller's uid; None if it is not known, which must be taken for a refusal."""

    def is_here(self, sender: str) -> bool:
        """Return whether this caller, whose uid has been asked for, can still be reached."""

    def send(self, message: Message) -> bool:
        """Send an answer or a signal; False if the way is closed."""
