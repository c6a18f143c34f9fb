# SPDX-License-Identifier: GPL-3.0-or-later
"""A TIFF that somebody hands in, checked in a process of its own and written anew: `check_pages` and its process.

The service takes pages from every user, and it must never open a file that a user has made. The result is a file of our
own writing: bilevel, in fax geometry, within every limit, with nothing of the old file but its pixels.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, Final, TypeVar

from faxcore.document import sandbox
from faxcore.document.document_error import DocumentError, Reason, RenderFailed
from faxcore.document.inside import serve
from faxcore.document.program import Program
from faxcore.document.sizes import PageSize

__all__ = ["CHECKER", "PageSize", "RenderFailed", "check_pages", "check_pages_async"]

T = TypeVar("T")

CHECKER: Final = Program.of("faxcore.document.check")


def check_pages(source: int | BinaryIO, output: BinaryIO) -> list[PageSize]:
    """Write the pages of a TIFF in fax geometry anew into `output`, an open file; RenderFailed if it is not one."""
    return sandbox.run(CHECKER, {}, source, output)


async def check_pages_async(
    source: int | BinaryIO, output: BinaryIO, person: str, settle: Callable[[], T]
) -> tuple[list[PageSize], T]:
    """Do the same for a document of this person, while an asyncio program goes on; `settle` sees, in a thread, to what
    has been written. Gives the pages, and what that gives.
    """
    return await sandbox.run_and_use(CHECKER, {}, source, output, lambda sizes: (sizes, settle()), person)


def _warm_up() -> None:
    from faxcore.document.tiff import warm_up

    warm_up()


def _work(source: BinaryIO, output: BinaryIO, _order: Mapping[str, Any]) -> list[PageSize]:
    from faxcore.document.complaints import refuse_complaints
    from faxcore.document.tiff import read_pages, write_to

    # Pillow seeks to and fro: a copy, if this is a pipe, and one that nobody changes while it is read.
    with open("source", "w+b") as copy:
        while piece := source.read(1 << 20):
            copy.write(piece)
        if not copy.tell():
            raise DocumentError(Reason.EMPTY)
        copy.seek(0)
        sizes = write_to(output, read_pages(copy))
    refuse_complaints()
    if not sizes:
        raise DocumentError(Reason.NO_PAGES)
    return sizes


if __name__ == "__main__":
    sys.exit(serve(_work, before=_warm_up))
