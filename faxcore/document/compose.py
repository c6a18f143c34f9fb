# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of a fax as they will arrive: cover page first, header line on every page. A process of its own.

The document is a TIFF of ours, without a page where the cover page is the whole fax; the order comes with it, because
whom a fax is for is for nobody to read in a command line. On a resumed try the pages before `first_page` are made as
well, so that the numbers are those of the whole fax; the line then says that it is continued. The cover page is in the
language of the service.
"""

from __future__ import annotations

import base64
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from faxcore.config.headers import MOST_LOGO
from faxcore.contract.codec import decode, encode
from faxcore.document import draw_pdf, sandbox
from faxcore.document.cover import Cover, list_templates, make_cover_pages, make_cover_pdf
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.header_line import draw_header_line, format_header_line
from faxcore.document.inside import serve
from faxcore.document.program import Program
from faxcore.document.sheets import count_sheets, fit_to_paper
from faxcore.document.sizes import PageSize
from faxcore.document.tiff import page_sizes, read_pages, warm_up, write_to
from faxcore.i18n import environment_languages, use_languages
from faxcore.i18n import gettext as _
from faxcore.model.header import Header
from faxcore.model.page import MAX_PAGES, Page, Resolution
from faxcore.model.paper import PaperPlan
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import NOTHING

log = logging.getLogger(__name__)

COMPOSER: Final = Program.of("faxcore.document.compose", memory=1 << 30)
"""It draws the header line on up to 500 pages, and knows them all at the end. Its time is less than a client waits for
a preview (faxcore.contract.methods.SLOW).
"""


@dataclass(frozen=True)
class PageOrder:
    """The contents of the pages besides the document."""

    header: Header
    recipient: Recipient
    subject: str
    station_id: str
    when: datetime
    """Local time, as the header line shows it."""
    first_page: int = 1
    """More than 1 on a resumed try: the header line says that the fax is continued."""
    languages: tuple[str, ...] = ()
    """Of the words on the cover page, first choice first; empty: the header's, or the service's."""
    plan: PaperPlan = PaperPlan()
    """The paper of the other end."""
    header_line: str = ""
    """Words before the station id in the header line."""
    message: str = ""
    """For the cover page, in lines."""
    logo: str = ""
    """The picture of the header, in base64: behind the wall there is no file to read. Empty: that of its path."""


async def compose(pages: Path, out: Path, order: PageOrder) -> list[PageSize]:
    """Write the composed pages to `out`, a name that does not exist, synced; their sizes. DocumentError if they
    cannot be made; its reason is NO_SPACE if they could be, on a disk with space.
    """
    own = (order.header.language,) if order.header.language else environment_languages()
    wanted = encode(order) | {"languages": order.languages or own, "logo": order.logo or _read_logo(order.header)}
    try:
        with pages.open("rb") as source, out.open("x+b") as output:
            os.fchmod(output.fileno(), 0o640)
            sizes = await sandbox.run_async(COMPOSER, wanted, source, output)
            os.fsync(output.fileno())
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    return sizes


def _read_logo(header: Header) -> str:
    """Read the picture of a header with a cover page. One that has gone since is left out: the fax is worth more."""
    if not header.logo or header.cover is None:
        return ""
    try:
        return base64.b64encode(Path(header.logo).read_bytes()[:MOST_LOGO]).decode("ascii")
    except OSError as error:
        log.warning("The cover page has no logo: %s", error)
        return ""


def compose_pages(pages: BinaryIO, out: BinaryIO, order: PageOrder) -> list[PageSize]:
    """Write the composed pages into an open file; their sizes. DocumentError if there are too many."""
    sizes = page_sizes(pages)
    cover, document_pages = _make_cover(pages, sizes, order)
    total = len(cover) + document_pages
    if not total:
        raise DocumentError(Reason.NO_PAGES)
    if total > MAX_PAGES:
        raise DocumentError(Reason.TOO_MANY_PAGES)
    pages.seek(0)
    origins: list[int] = []
    written = write_to(out, _stamped(cover, pages, order, total, origins))
    return [replace(size, origin=origin) for size, origin in zip(written, origins, strict=True)]


def _make_cover(pages: BinaryIO, sizes: Sequence[PageSize], order: PageOrder) -> tuple[list[Page], int]:
    """Make the cover page, if there is one, and count the pages of the document behind it."""
    if order.header.cover is None:
        return [], _count_document(pages, sizes, order, 0)
    covers = 1
    while True:
        document_pages = _count_document(pages, sizes, order, covers)
        total = covers + document_pages
        logo = base64.b64decode(order.logo)
        cover = Cover(order.header, order.recipient, order.subject, total, order.when, order.message, logo)
        made = make_cover_pages(cover, sizes[0].resolution if sizes else Resolution.FINE, _draw_pdf)
        if len(made) == covers:
            return made, document_pages
        covers = len(made)  # long fields made it two pages: the count on it must be right


def _count_document(pages: BinaryIO, sizes: Sequence[PageSize], order: PageOrder, covers: int) -> int:
    """Count the pages of the document as they go out; only if one is too long need they be looked at for that."""
    shortest = min(part.paper.longest_mm for part in order.plan.parts)
    if all(size.millimetres <= shortest for size in sizes):
        return len(sizes)
    pages.seek(0)
    return count_sheets(read_pages(pages), order.plan, covers)


def _draw_pdf(pdf: bytes, resolution: Resolution) -> list[Page]:
    """Draw a PDF of ours in this process: behind its wall it can start no other."""
    document = Path("source")
    document.write_bytes(pdf)
    return list(draw_pdf.draw_pdf(document, resolution, photo=False))


def _stamped(cover: list[Page], pages: BinaryIO, order: PageOrder, total: int, origins: list[int]) -> Iterator[Page]:
    """Give every page with its header line, and note which page of the document each was made of."""
    for number, (page, origin) in enumerate(_in_order(cover, pages, order.plan), 1):
        origins.append(origin)
        to = order.recipient.display_name()
        line = format_header_line(order.when, order.station_id, to, number, total, order.header_line)
        if 1 < order.first_page <= number:
            line += " " + _("(continued)")
        yield draw_header_line(page, line)


def _in_order(cover: list[Page], pages: BinaryIO, plan: PaperPlan) -> Iterator[tuple[Page, int]]:
    before = len(cover)
    yield from ((page, 0) for page in cover)
    for origin, page in enumerate(read_pages(pages), 1):
        for sheet in fit_to_paper([page], plan, before):
            before += 1
            yield sheet, origin


def _work(source: BinaryIO, output: BinaryIO, wanted: Mapping[str, Any]) -> list[PageSize]:
    order = decode(wanted, PageOrder)
    use_languages(*order.languages)
    return compose_pages(source, output, order)


def _warm_up() -> None:
    """Load what every fax needs: a process that is started ahead has it when its document comes."""
    draw_pdf.load()
    warm_up(lambda page: draw_header_line(page, "1"))


def _warm_up_covers() -> None:
    """Load what draws cover pages: half a second of the processor."""
    nobody = Recipient("", "", "", "", "")
    for name in list_templates():
        header = Header("", NOTHING, cover=name)
        make_cover_pdf(Cover(header, nobody, "", 1, datetime.fromtimestamp(0)))


if __name__ == "__main__":
    sys.exit(serve(_work, before=_warm_up, for_some=_warm_up_covers))
