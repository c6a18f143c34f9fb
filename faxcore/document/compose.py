# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of a fax as they will arrive: cover page first, header line on every page. A process of its own.

    python -m faxcore.document.compose PAGES OUT < ORDER

PAGES is a TIFF of ours; OUT is made, synced. ORDER is a JSON object: header, recipient (objects), subject, station_id,
when (ISO 8601, local), first_page (1 = first). On a resumed try the pages before first_page are made as well, so
that the numbers are those of the whole fax; the line then says that it is continued. The answer on standard output is
{"pages": n}. Exit status 3: the disk is full; anything else but 0: it failed, and standard error has the reason.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from faxcore.document.cover import Cover, make_cover_pages
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.header_line import draw_header_line, format_header_line
from faxcore.document.page_order import PageOrder
from faxcore.document.tiff import page_sizes, read_pages, write_pages
from faxcore.i18n import gettext as _
from faxcore.model.page import MAX_PAGES, Page, Resolution

NO_SPACE: Final = 3
CPU_SECONDS: Final = 100
MEMORY: Final = 1 << 30
FILE_SIZE: Final = 200 * 1024 * 1024


def compose(pages: Path, out: Path, order: PageOrder) -> int:
    """Write the composed pages, synced; returns their number. DocumentError if there are too many."""
    sizes = page_sizes(pages)
    cover = _cover(order, sizes[0].resolution, len(sizes))
    total = len(cover) + len(sizes)
    if total > MAX_PAGES:
        raise DocumentError(Reason.TOO_MANY_PAGES)
    write_pages(out, _draw_header_lines(cover, pages, order, total))
    descriptor = os.open(out, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return total


def _cover(order: PageOrder, resolution: Resolution, document_pages: int) -> list[Page]:
    if order.header.cover is None:
        return []
    covers = 1
    while True:
        cover = Cover(order.header, order.recipient, order.subject, covers + document_pages, order.when)
        made = make_cover_pages(cover, resolution)
        if len(made) == covers:
            return made
        covers = len(made)  # long fields made it two pages: the count on it must be right


def _draw_header_lines(cover: list[Page], pages: Path, order: PageOrder, total: int) -> Iterator[Page]:
    number = 0
    for part in (cover, read_pages(pages)):
        for page in part:
            number += 1
            line = format_header_line(order.when, order.station_id, order.recipient.display_name(), number, total)
            if 1 < order.first_page <= number:
                line += " " + _("(continued)")
            yield draw_header_line(page, line)


def main() -> int:
    """Run the process."""
    pages, out = (Path(argument) for argument in sys.argv[1:3])
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    try:
        total = compose(pages, out, PageOrder.of(json.load(sys.stdin)))
    except OSError as error:
        print(error, file=sys.stderr)
        out.unlink(missing_ok=True)
        return NO_SPACE if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else 1
    except DocumentError as error:
        print(f"{error} {error.detail}", file=sys.stderr)
        out.unlink(missing_ok=True)
        return 1
    print(json.dumps({"pages": total}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
