# SPDX-License-Identifier: GPL-3.0-or-later
"""Long lists on standard output, a page at a time."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterable
from typing import TypeVar

from faxcore.cli.plain_output import print_json
from faxcore.contract.page_reading import P

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
