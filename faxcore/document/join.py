# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of several documents as those of one, in a process of its own: `join_pages` and its process.

Whoever joins has them from processes that opened strangers' documents, and opens none of their files either.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final

from faxcore.document import sandbox
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.inside import serve
from faxcore.document.sizes import PageSize
from faxcore.document.walled_process import Program
from faxcore.model.page import MAX_PAGES, Page

JOINER: Final = Program.of("faxcore.document.join")


def join_pages(parts: Sequence[BinaryIO], copies: int, output: BinaryIO) -> list[PageSize]:
    """Write the pages of these TIFFs to `output`, one after the other, and all of them as often as there are copies.
    RenderFailed if they are too many for a fax.
    """
    with tempfile.TemporaryFile() as source:
        lengths = []
        for part in parts:
            part.seek(0)
            before = source.tell()
            shutil.copyfileobj(part, source)
            lengths.append(source.tell() - before)
        return sandbox.run(JOINER, {"lengths": lengths, "copies": copies}, source, output)


# ---------------------------------------------------------------- inside


def _warm_up() -> None:
    from faxcore.document.tiff import warm_up

    warm_up()


def _work(source: BinaryIO, output: BinaryIO, order: Mapping[str, Any]) -> list[PageSize]:
    from faxcore.document.tiff import write_to

    return write_to(output, _count(_read_all(source, order["lengths"], int(order["copies"]))))


def _read_all(source: BinaryIO, lengths: Sequence[int], copies: int) -> Iterator[Page]:
    from faxcore.document.tiff import read_pages

    for _copy in range(copies):
        source.seek(0)
        for length in lengths:
            # One at a time: behind the wall there is one file for a document.
            with open("source", "w+b") as part:
                part.write(source.read(length))
                part.seek(0)
                yield from read_pages(part)


def _count(pages: Iterator[Page]) -> Iterator[Page]:
    for number, page in enumerate(pages):
        if number == MAX_PAGES:
            raise DocumentError(Reason.TOO_MANY_PAGES)
        yield page


if __name__ == "__main__":
    sys.exit(serve(_work, before=_warm_up))
