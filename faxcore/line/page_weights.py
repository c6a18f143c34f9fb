# SPDX-License-Identifier: GPL-3.0-or-later
"""The weights of pages: how many octets each has on the line, for an estimate of a call that is not made yet.

The first pages are coded as the call would code them; the others are taken to be as dense as those.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from faxcore import t4
from faxcore.document.tiff import page_sizes, read_pages, weigh_stored_pages
from faxcore.line.codecs import encode
from faxcore.model.page import Coding, Resolution, Width

CODED: Final = 20 if t4.IMPLEMENTATION == "compiled" else 1
"""Pages that are coded: some hundred milliseconds of a processor."""


@dataclass(frozen=True)
class PageWeight:
    """A page as it goes over the line."""

    octets: int
    width: Width
    resolution: Resolution


def weigh_pages(document: Path, coding: Coding) -> list[PageWeight]:
    """Weigh the pages of a document of ours, coded so; DocumentError or OSError if it cannot be read."""
    sizes = page_sizes(document)
    with closing(read_pages(document)) as pages:
        coded = [len(encode(page, coding)) for page in islice(pages, CODED)]
    millimetres = sum(size.millimetres for size in sizes[: len(coded)])
    density = sum(coded) / millimetres if millimetres else 0.0
    others = [round(size.millimetres * density) for size in sizes[len(coded) :]]
    return [
        PageWeight(octets, size.width, size.resolution) for octets, size in zip([*coded, *others], sizes, strict=True)
    ]


def weigh_as_stored(document: Path) -> list[PageWeight]:
    """Weigh the pages of a document of ours as they lie on disk, in MMR, without coding one; DocumentError or OSError
    if it cannot be read.
    """
    return [PageWeight(octets, size.width, size.resolution) for size, octets in weigh_stored_pages(document)]
