# SPDX-License-Identifier: GPL-3.0-or-later
"""Cover pages: a template in HTML, the fields of sender and recipient, and the PDF that is made of them.

Every field is foreign text: it is cleaned, then escaped by Jinja2, so that it is plain text in the template. A field
too long for its line wraps. The fonts are embedded: the project's own, and of the
system's those that a name needs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Final

from faxcore.contract.order import LONGEST_COVER_MESSAGE
from faxcore.document import logo
from faxcore.i18n import gettext as _
from faxcore.model.header import Header
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.recipient import Recipient
from faxcore.model.text import clean_text

if TYPE_CHECKING:
    from faxcore.document.cover_paper import Picture

log = logging.getLogger(__name__)

COVERS: Final = Path(__file__).parent / "covers"

Draw = Callable[[bytes, Resolution], list[Page]]
"""Draws a PDF: its pages."""


@dataclass(frozen=True)
class Cover:
    """The contents of a cover page. `pages` counts the whole fax, including this page."""

    header: Header
    recipient: Recipient
    subject: str
    pages: int
    when: datetime
    message: str = ""
    """In lines; an empty line begins a paragraph."""
    logo: bytes = b""
    """The file of a picture, which stands above everything; one that cannot be shown is left out."""


def list_templates() -> list[str]:
    """List the names that a header's `cover` may have."""
    return sorted(path.stem for path in COVERS.glob("*.html"))


def make_cover_pdf(cover: Cover) -> bytes:
    """Make the cover page as PDF. ValueError if the header names a template that does not exist."""
    import jinja2

    from faxcore.document.cover_paper import write_pdf

    name = cover.header.cover
    if name not in list_templates():
        raise ValueError(f"no cover page is called {name!r}")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(COVERS), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.globals["_"] = _
    html = environment.get_template(f"{name}.html").render(
        heading=clean_text(cover.header.heading),
        sender_lines=[clean_text(line) for line in cover.header.sender_lines],
        date=format_date(cover.when),
        rows=_rows(cover),
        subject=clean_text(cover.subject),
        message=[clean_text(line, LONGEST_COVER_MESSAGE) for line in cover.message.splitlines()],
    )
    return write_pdf(html, above=_draw_logo(cover.logo))


def _draw_logo(octets: bytes) -> Picture | None:
    from faxcore.document.cover_paper import Picture

    if not octets:
        return None
    try:
        drawn = logo.draw_logo(octets)
    except ValueError as error:
        log.warning("The cover page has no logo: %s", error)
        return None
    return Picture(drawn, logo.millimetres(drawn))


_NOTHING: Final = ("", "")


def _rows(cover: Cover) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Give the rows: recipient on the left, sender on the right, each a word and what it stands for."""
    to, person = cover.recipient.cleaned(), clean_text(cover.header.person)
    left = [
        (_("To"), to.person() or to.company),
        ("", to.role),
        ("", to.department),
        ("", to.company if to.person() else ""),
    ]
    pages = _("{pages}, this one included").format(pages=cover.pages) if cover.pages > 1 else "1"
    right = [(_("From"), person), (_("Pages"), pages)]
    left = [each for each in left if each[1]]
    left.append((_("Number") if left else _("To"), to.number))
    return list(zip_longest(filter(_has_value, left), filter(_has_value, right), fillvalue=_NOTHING))


def _has_value(field: tuple[str, str]) -> bool:
    return bool(field[1])


def format_date(when: datetime) -> str:
    """Write a date and time as letters have it, in the reader's language."""
    months = (
        *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July")),
        *(_("August"), _("September"), _("October"), _("November"), _("December")),
    )
    # TRANSLATORS: the date of a letter with its time, as "26 November 2026, 15:12"
    return _("{day} {month} {year}, {hour}:{minute}").format(
        day=when.day, month=months[when.month - 1], year=when.year, hour=f"{when:%H}", minute=f"{when:%M}"
    )


def make_cover_pages(cover: Cover, resolution: Resolution, draw: Draw, width: Width = Width.A4) -> list[Page]:
    """Make the cover page in the geometry of the document after it; DocumentError if it can't be drawn."""
    return [widen(page, width) for page in draw(make_cover_pdf(cover), resolution)]


def widen(page: Page, width: Width) -> Page:
    """Put the page in the middle of wider paper; it can't be narrowed."""
    if width is page.width:
        return page
    spare = (width.value - page.width.value) // 8
    left, right = bytes(spare // 2), bytes(spare - spare // 2)
    stride = page.stride
    rows = (page.rows[at : at + stride] for at in range(0, len(page.rows), stride))
    return replace(page, width=width, rows=b"".join(left + row + right for row in rows))
