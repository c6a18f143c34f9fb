# SPDX-License-Identifier: GPL-3.0-or-later
"""Cover pages: a template in HTML, the fields of sender and recipient, and the PDF that is made of them.

Every field is foreign text: it is cleaned, then escaped by Jinja2, so that it is plain text in the template. A field
too long for its line wraps. The fonts are embedded: the project's own, and of the
system's those that a name needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from faxcore.i18n import gettext as _
from faxcore.model.header import Header
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.recipient import Recipient
from faxcore.model.text import clean_text

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
        fields=_fields(cover),
        when=cover.when,
    )
    return write_pdf(html)


def _fields(cover: Cover) -> list[tuple[str, str]]:
    to = cover.recipient.cleaned()
    fields = [
        (_("To"), to.person()),
        (_("Role"), to.role),
        (_("Company"), to.company),
        (_("Number"), to.number),
        (_("From"), clean_text(cover.header.person)),
        (_("Subject"), clean_text(cover.subject)),
        (_("Pages"), _("{pages}, this one included").format(pages=cover.pages)),
    ]
    return [(name, value) for name, value in fields if value]


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
    return Page(width, page.resolution, b"".join(left + row + right for row in rows))
