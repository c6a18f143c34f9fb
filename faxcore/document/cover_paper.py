# SPDX-License-Identifier: GPL-3.0-or-later
"""The PDF of a cover page, a receipt or an invoice: set with the fonts that its text needs, by fpdf2, and by HarfBuzz
where it must be.

Two things that fpdf2 2.8.9 does wrong with several fonts and both directions are put right in `Paper`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import fpdf
import uharfbuzz  # noqa: F401 - fpdf2 sets writing by it, and would say that it is not there by each fax that needs it
from fpdf.fonts import CoreFont, TTFFont
from fpdf.line_break import Fragment
from PIL import Image

from faxcore.document import typefaces


class Paper(fpdf.FPDF):
    """The paper of fpdf2, with every line of it."""

    _ordering = False

    def _set_font_for_page(self, font: CoreFont | TTFFont, size: float, wrap_in_text_object: bool = True) -> str:
        """Set the page's font where it lasts. A line that begins with another font sets it where it ends with the line,
        while what comes after is taken to have it, and is not drawn.
        """
        if wrap_in_text_object or self.current_font_is_set_on_page:
            return super()._set_font_for_page(font, size, wrap_in_text_object)
        self._out(super()._set_font_for_page(font, size))
        return ""

    def _preload_bidirectional_text(self, text: str, markdown: bool) -> Sequence[Fragment]:
        """Find the directions of a text, once."""
        self._ordering = True
        try:
            return super()._preload_bidirectional_text(text, markdown)
        finally:
            self._ordering = False

    def _preload_font_styles(
        self, text: str | None, markdown: bool, _initial_emphasis: tuple[bool, bool, bool, bool] | None = None
    ) -> Sequence[Fragment]:
        """Find the directions of a heading or a paragraph of HTML too, which are asked for nothing but their fonts."""
        if text and self.text_shaping and not self._ordering:
            return self._preload_bidirectional_text(text, markdown)
        return super()._preload_font_styles(text, markdown, _initial_emphasis)


_LEAST_MM: Final = 60.0
"""The height of a picture that is not made smaller for what stands above it: it has another page then."""


@dataclass(frozen=True)
class Picture:
    """A picture on a page."""

    image: Image.Image
    millimetres: float
    """Across."""


def begin_paper(text: str, compliance: str | None = None) -> Paper:
    """Begin a PDF that has the fonts for this text; of a form to be kept, as "PDF/A-3B", if that is wanted."""
    others = sorted({face for _text, face in typefaces.split(text)} - {typefaces.OWN}, key=typefaces.KNOWN.index)
    pdf = Paper(format="A4", enforce_compliance=compliance)
    pdf.alias_nb_pages("")  # "{nb}" in a field is text
    pdf.add_font(typefaces.OWN.name, fname=typefaces.OWN.regular)
    pdf.add_font(typefaces.OWN.name, style="B", fname=typefaces.BOLD)
    for face in others:
        pdf.add_font(face.name, fname=face.regular)
    if not typefaces.is_simple(text):
        pdf.set_fallback_fonts([face.name for face in others], exact_match=False)
        pdf.set_text_shaping(True)
    return pdf


def write_pdf(html: str, picture: Picture | None = None, above: Picture | None = None) -> bytes:
    """Write a page of HTML as PDF, with a picture below or above; what no font has is a question mark."""
    pdf = begin_paper(html)
    pdf.set_margins(20, 25, 20)
    pdf.set_font(typefaces.OWN.name, size=12)
    pdf.add_page()
    if above is not None:
        pdf.image(above.image, w=above.millimetres)
        pdf.ln(4)
    pdf.write_html("".join(text for text, _face in typefaces.split(html)), font_family=typefaces.OWN.name)
    if picture is not None:
        # Smaller, if what stands above it leaves less: one page is looked at as a whole.
        pdf.ln(2)
        room = max(pdf.h - pdf.b_margin - pdf.get_y() - 1, _LEAST_MM)
        across, down = picture.image.size
        pdf.image(picture.image, w=min(picture.millimetres, room * across / down))
    return bytes(pdf.output())
