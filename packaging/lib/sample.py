# SPDX-License-Identifier: GPL-3.0-or-later
"""A document to fax: a letter, as an office would write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fpdf import FPDF
from processes import CHECKOUT

FONTS = CHECKOUT / "faxcore/document/fonts"


@dataclass(frozen=True)
class Letter:
    """The texts of the letter in one language."""

    date: str
    """A format of strftime."""
    paragraphs: tuple[str, ...]
    dates: tuple[tuple[str, str], ...]
    signed: str


LETTERS = {
    "en": Letter(
        "Test, %d %B %Y",
        (
            "Dear Doctor Martin,",
            "please find below the dates of the meetings of the public health committee for the coming quarter."
            " They take place in the small council chamber, first floor, and begin at 9.30 on each day."
            " A room is reserved for the preparation from 8.45 on.",
            "We kindly ask you to confirm your presence by fax at the number above at least eight days before"
            " each meeting, and to send the documents that are to be discussed at the same time, so that they"
            " can be handed to all members.",
            "With our best regards,",
        ),
        (
            ("Tuesday 8 December", "vaccination in schools"),
            ("Tuesday 12 January", "water quality"),
            ("Tuesday 9 February", "budget"),
        ),
        "Paul Durand, secretary of the committee",
    ),
    "fr": Letter(
        "Test, le %d/%m/%Y",
        (
            "Docteur,",
            "veuillez trouver ci-dessous les dates des réunions de la commission de santé publique pour le"
            " prochain trimestre. Elles se tiennent dans la petite salle du conseil, au premier étage, et"
            " commencent à 9 h 30. Une salle est réservée pour la préparation à partir de 8 h 45.",
            "Nous vous prions de confirmer votre présence par fax, au numéro ci-dessus, au moins huit jours avant"
            " chaque réunion, et d’y joindre les documents à examiner, afin qu’ils puissent être remis à tous les"
            " membres.",
            "Avec nos salutations distinguées,",
        ),
        (
            ("Mardi 8 décembre", "vaccination dans les écoles"),
            ("Mardi 12 janvier", "qualité de l’eau"),
            ("Mardi 9 février", "budget"),
        ),
        "Paul Durand, secrétaire de la commission",
    ),
}


def write_letter(path: Path, language: str = "en") -> Path:
    """One page, as PDF."""
    letter = LETTERS[language]
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
    pdf.cell(0, 6, f"{date.today():{letter.date}}", align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(10)
    pdf.set_font("sans", "", 11)
    for number, text in enumerate(letter.paragraphs):
        pdf.multi_cell(0, 6.5, text, new_x="LMARGIN", new_y="NEXT")
        pdf.ln(4)
        if number == 1:
            _table(pdf, letter)
    pdf.ln(8)
    pdf.cell(0, 6, letter.signed)
    pdf.output(str(path))
    return path


def _table(pdf: FPDF, letter: Letter) -> None:
    for day, subject in letter.dates:
        pdf.cell(60, 8, day, border=1)
        pdf.cell(95, 8, subject, border=1, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(6)
