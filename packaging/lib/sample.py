# SPDX-License-Identifier: GPL-3.0-or-later
"""A document to fax: a letter, as an office would write it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fpdf import FPDF
from processes import CHECKOUT

FONTS = CHECKOUT / "faxcore/document/fonts"
PARAGRAPHS = (
    "Dear Doctor Martin,",
    "please find below the dates of the meetings of the public health committee for the coming quarter."
    " They take place in the small council chamber, first floor, and begin at 9.30 on each day."
    " A room is reserved for the preparation from 8.45 on.",
    "We kindly ask you to confirm your presence by fax at the number above at least eight days before"
    " each meeting, and to send the documents that are to be discussed at the same time, so that they"
    " can be handed to all members.",
    "With our best regards,",
)
DATES = (
    ("Tuesday 8 December", "vaccination in schools"),
    ("Tuesday 12 January", "water quality"),
    ("Tuesday 9 February", "budget"),
)


def write_letter(path: Path) -> Path:
    """One page, as PDF."""
    pdf = FPDF(format="A4")
    pdf.add_font("sans", "", FONTS / "DejaVuSans.ttf")
    pdf.add_font("sans", "B", FONTS / "DejaVuSans-Bold.ttf")
    pdf.set_margins(25, 30, 25)
    pdf.add_page()
    pdf.set_font("sans", "B", 16)
    pdf.cell(0, 8, "Mairie de Test", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("sans", "", 10)
    pdf.cell(0, 6, "1 place de la République, 00100 Test · fax 01 99 00 00 01", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(14)
    pdf.cell(0, 6, f"Test, {date.today():%d %B %Y}", align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(10)
    pdf.set_font("sans", "", 11)
    for number, text in enumerate(PARAGRAPHS):
        pdf.multi_cell(0, 6.5, text, new_x="LMARGIN", new_y="NEXT")
        pdf.ln(4)
        if number == 1:
            _table(pdf)
    pdf.ln(8)
    pdf.cell(0, 6, "Paul Durand, secretary of the committee")
    pdf.output(str(path))
    return path


def _table(pdf: FPDF) -> None:
    for day, subject in DATES:
        pdf.cell(60, 8, day, border=1)
        pdf.cell(95, 8, subject, border=1, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(6)
