# SPDX-License-Identifier: GPL-3.0-or-later
"""Read long lists, which the service gives a page at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol, TypeVar


class ListPage(Protocol):
    """A page of any list."""

    @property
    def after(self) -> str:
        """The beginning of the next page; empty: this was the last one."""
        ...


P = TypeVar("P", bound=ListPage)


async def read_pages(ask: Callable[[str], Awaitable[P]]) -> AsyncIterator[P]:
    """Read every page; `ask` gives the one that begins there, the first for an empty text."""
    after = ""
    while True:
        page = await ask(after)
        yield page
        after = page.after
        if not after:
            return
