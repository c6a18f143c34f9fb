# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of several documents as those of one, in a process of its own: `join_pages`, `pick_pages`, `choose_pages` and
their process.

Whoever joins has them from processes that opened strangers' documents, and opens none of their files either.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from faxcore.document import sandbox
from faxcore.document.document_error import DocumentError, Reason, RenderFailed
from faxcore.document.inside import serve
from faxcore.document.program import Program
from faxcore.document.sizes import PageSize
from faxcore.model.page import MAX_PAGES, Page

JOINER: Final = Program.of("faxcore.document.join")


def join_pages(parts: Sequence[BinaryIO], copies: int, output: BinaryIO) -> list[PageSize]:
    """Write the pages of these TIFFs to `output`, one after the other, and all of them as often as there are copies.
    RenderFailed if they are too many for a fax.
    """
    with tempfile.TemporaryFile() as source:
        lengths = _concatenate(parts, source)
        return sandbox.run(JOINER, {"lengths": lengths, "copies": copies}, source, output)


@dataclass(frozen=True)
class Picked:
    """Some pages of a document: from the first to the last, 1 = its first."""

    document: Path
    first: int
    last: int


async def pick_pages(picked: Sequence[Picked], output: BinaryIO) -> list[PageSize]:
    """Write these pages to `output`, one after the other. RenderFailed if they cannot be read, or if one is missing."""
    with ExitStack() as opened, tempfile.TemporaryFile() as source:
        parts = [opened.enter_context(each.document.open("rb")) for each in picked]
        lengths = await asyncio.to_thread(_concatenate, parts, source)
        pages = [[each.first, each.last] for each in picked]
        sizes = await sandbox.run_async(JOINER, {"lengths": lengths, "copies": 1, "pages": pages}, source, output)
    if len(sizes) != sum(each.last - each.first + 1 for each in picked):
        raise RenderFailed(Reason.PAGES_MISSING)
    return sizes


@dataclass(frozen=True)
class Chosen:
    """Pages of a document of ours in any order, 1 = its first."""

    document: Path
    pages: tuple[int, ...]


async def choose_pages(chosen: Sequence[Chosen], output: BinaryIO, person: str = "") -> list[PageSize]:
    """Write these pages to `output`, one after the other; it is this person's document. RenderFailed if they cannot be
    read, or are too many for a fax.
    """
    with ExitStack() as opened, tempfile.TemporaryFile() as source:
        parts = [opened.enter_context(each.document.open("rb")) for each in chosen]
        lengths = await asyncio.to_thread(_concatenate, parts, source)
        order = {"lengths": lengths, "chosen": [each.pages for each in chosen]}
        return await sandbox.run_async(JOINER, order, source, output, person)


def _concatenate(parts: Sequence[BinaryIO], source: BinaryIO) -> list[int]:
    """Copy these documents into one file; their lengths in octets."""
    lengths = []
    for part in parts:
        part.seek(0)
        before = source.tell()
        shutil.copyfileobj(part, source)
        lengths.append(source.tell() - before)
    return lengths


# ---------------------------------------------------------------- inside


def _warm_up() -> None:
    from faxcore.document.tiff import warm_up

    warm_up()


def _work(source: BinaryIO, output: BinaryIO, order: Mapping[str, Any]) -> list[PageSize]:
    from faxcore.document.tiff import write_to

    lengths = order["lengths"]
    if "chosen" in order:
        return write_to(output, _count(_read_chosen(source, lengths, order["chosen"])))
    pages = order.get("pages", [[1, MAX_PAGES + 1]] * len(lengths))
    return write_to(output, _count(_read_all(source, lengths, pages, int(order["copies"]))))


def _read_all(source: BinaryIO, lengths: Sequence[int], pages: Sequence[Sequence[int]], copies: int) -> Iterator[Page]:
    from faxcore.document.tiff import read_pages

    for _copy in range(copies):
        source.seek(0)
        for length, (first, last) in zip(lengths, pages, strict=True):
            # One at a time: behind the wall there is one file for a document.
            with open("source", "w+b") as part:
                part.write(source.read(length))
                part.seek(0)
                yield from islice(read_pages(part), first - 1, last)


def _read_chosen(source: BinaryIO, lengths: Sequence[int], chosen: Sequence[Sequence[int]]) -> Iterator[Page]:
    from faxcore.document.tiff import read_chosen_pages

    source.seek(0)
    for length, pages in zip(lengths, chosen, strict=True):
        with open("source", "w+b") as part:
            part.write(source.read(length))
            part.seek(0)
            yield from read_chosen_pages(part, [page - 1 for page in pages])


def _count(pages: Iterator[Page]) -> Iterator[Page]:
    for number, page in enumerate(pages):
        if number == MAX_PAGES:
            raise DocumentError(Reason.TOO_MANY_PAGES)
        yield page


if __name__ == "__main__":
    sys.exit(serve(_work, before=_warm_up))
