# SPDX-License-Identifier: GPL-3.0-or-later
"""Long lists, which the service gives a page at a time."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Protocol, TypeVar

from faxcore.cli.plain_output import print_json


class ListPage(Protocol):
    """A page of any list."""

    @property
    def after(self) -> str:
        """Where the next page begins; empty: this was the last one."""
        ...


P = TypeVar("P", bound=ListPage)


Item = TypeVar("Item")


async def print_pages(
    pages: AsyncIterator[P], items: Callable[[P], Iterable[Item]], form: Callable[[Item], str], as_json: bool
) -> int:
    """Print a list page by page, a line for each item; for scripts, one JSON value at its end."""
    found: list[Item] = []
    async for page in pages:
        if as_json:
            found += items(page)
            continue
        for each in items(page):
            print(form(each))
        sys.stdout.flush()
    return print_json(found) if as_json else 0


async def read_pages(ask: Callable[[str], Awaitable[P]]) -> AsyncIterator[P]:
    """Read every page; `ask` gives the one that begins there, the first for an empty text."""
    after = ""
    while True:
        page = await ask(after)
        yield page
        after = page.after
        if not after:
            return
