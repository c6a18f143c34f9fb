# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain text as pages: eighty letters of one width on a line of A4, a form feed begins a page. Behind the wall only.

A text file does not say how its letters are coded: Unicode says so itself, and is tried first; else it is guessed by
the library that browsers' successors use for it (charset-normalizer).
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path
from typing import Final

from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.draw_pdf import draw_pdf
from faxcore.document.kinds import BYTE_ORDER_MARKS, CONTROLS
from faxcore.model.page import Page, Resolution

MAX_OCTETS: Final = 2 << 20
"""Octets of a text: five hundred full pages have less."""
_FONTS: Final = ("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",)
_OWN_FONT: Final = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
_POINTS: Final = 10.0
_LINE_MM: Final = 4.5
_MARGINS_MM: Final = (18.0, 18.0)
_TAB: Final = 8
_CODINGS: Final = (
    *("cp1252", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "cp1251", "koi8_r"),
    *("cp1253", "cp1255", "cp1256", "iso8859_15", "cp874"),
)
"""The codings that offices have, the most usual first: with all that exist, a short French text became a Baltic one."""
_SWITCHES: Final = b"\x1b$"
"""The beginning of Japanese letters in ISO 2022, which are ASCII otherwise."""


def draw_text(document: Path, resolution: Resolution, *, photo: bool) -> Iterator[Page]:
    """Draw a text file; DocumentError if it is no text, or too long."""
    octets = document.read_bytes()
    if len(octets) > MAX_OCTETS:
        raise DocumentError(Reason.TOO_LARGE, f"{len(octets)} octets of text")
    made = _make_pdf(decode_text(octets))
    document.write_bytes(made)
    yield from draw_pdf(document, resolution, photo=photo)


def decode_text(octets: bytes) -> str:
    """Decode a text file's octets; DocumentError if no coding of letters gives a text."""
    for bom, coding in BYTE_ORDER_MARKS.items():
        if octets.startswith(bom):
            return _decode(octets, coding)
    if _SWITCHES in octets:
        return _decode(octets, "iso2022_jp")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return _decode(octets, _guess(octets))


def _decode(octets: bytes, coding: str) -> str:
    try:
        return octets.decode(coding)
    except (UnicodeDecodeError, LookupError) as error:
        raise DocumentError(Reason.UNKNOWN_FORMAT, str(error)) from error


def _guess(octets: bytes) -> str:
    from charset_normalizer import from_bytes

    found = {
        coding: match
        for match in from_bytes(octets, cp_isolation=list(_CODINGS))
        for coding in match.could_be_from_charset
    }
    known = [coding for coding in _CODINGS if coding in found]
    if not known:
        raise DocumentError(Reason.UNKNOWN_FORMAT, "a text of no known coding")
    # Of those that fit equally well, as they do a text of two words, the first.
    return min(known, key=lambda coding: (found[coding].chaos, -found[coding].coherence))


def _make_pdf(text: str) -> bytes:
    import fpdf

    pdf = fpdf.FPDF(format="A4")
    pdf.alias_nb_pages("")
    font = next((path for path in map(Path, _FONTS) if path.exists()), _OWN_FONT)
    pdf.add_font("text", fname=font)
    pdf.set_font("text", size=_POINTS)
    pdf.set_margins(*_MARGINS_MM, _MARGINS_MM[0])
    pdf.set_auto_page_break(True, _MARGINS_MM[1])
    sheets = text.replace("\r\n", "\n").replace("\r", "\n").split("\f")
    if len(sheets) > 1 and not sheets[-1].strip():
        sheets.pop()  # the form feed behind the last page begins none
    made = pdf.fonts["text"]
    assert isinstance(made, fpdf.fonts.TTFFont)
    _refuse_missing_letters(text, made.cmap)
    for sheet in sheets:
        pdf.add_page()
        for line in sheet.removesuffix("\n").split("\n"):
            clean = CONTROLS.sub("\N{REPLACEMENT CHARACTER}", line.expandtabs(_TAB))
            pdf.multi_cell(
                0, _LINE_MM, clean, align="L", wrapmode=fpdf.enums.WrapMode.CHAR, new_x="LMARGIN", new_y="NEXT"
            )
    return bytes(pdf.output())


def _refuse_missing_letters(text: str, drawn: Container[int]) -> None:
    """Raise DocumentError if the font has not all letters: boxes in their place are no fax."""
    missing = {letter for letter in text if letter.isprintable() and not letter.isspace() and ord(letter) not in drawn}
    if missing:
        raise DocumentError(Reason.NO_LETTERS, " ".join(f"U+{ord(letter):04X}" for letter in sorted(missing)[:20]))
