# SPDX-License-Identifier: GPL-3.0-or-later
"""Invoices on paper: A4, in the customer's language, with each call on the pages behind. A process of its own, since it
draws the logo, and since thousands of calls take a while.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, BinaryIO, Final

from faxcore.contract.codec import decode, encode
from faxcore.contract.invoiced import Invoice, InvoiceLine, InvoiceLineKind
from faxcore.contract.priced import write_amount, write_percent
from faxcore.document import sandbox, typefaces
from faxcore.document.archival_pdf import PRODUCER
from faxcore.document.cover_paper import Paper, begin_paper
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.electronic_invoice import FILE_NAME, begin_of, make_metadata, make_xml
from faxcore.document.inside import serve
from faxcore.document.program import Program
from faxcore.document.sizes import PageSize
from faxcore.i18n import environment_languages, use_languages
from faxcore.i18n import gettext as _
from faxcore.model.page import Resolution, Width

INVOICE: Final = replace(Program.of("faxcore.document.invoice_paper", 1024**3), cpu_seconds=300, seconds=600.0)
_SIGNS: Final = {"fr": (",", "\u00a0"), "de": (",", ".")}
"""Of numbers, by language: before the part behind the point, and between thousands."""
_DAYS: Final = {"fr": "%d/%m/%Y", "de": "%d.%m.%Y"}
_LEFT, _WIDTH, _FOOT = 20.0, 170.0, 28.0
_LOGO: Final = (60.0, 22.0)
"""The most that it is wide and high."""
_ROW: Final = 5.5
_GREY: Final = (236, 236, 236)


@dataclass(frozen=True)
class BilledCall:
    """A call on an invoice, or what is taken back of one."""

    began: str
    """In local time, with its difference from UTC."""
    sent: bool
    number: str
    pages: int
    seconds: int
    net: int


@dataclass(frozen=True)
class InvoicePaper:
    """All that stands on the paper."""

    invoice: Invoice
    company: str
    address: tuple[str, ...] = ()
    vat_id: str = ""
    registration: str = ""
    iban: str = ""
    bic: str = ""
    calls: tuple[BilledCall, ...] = ()
    language: str = ""
    """Empty: the service's."""
    country: str = ""
    """Of the house, as the postcode and the city, which are the last line of its address, too."""
    postcode: str = ""
    city: str = ""
    electronic: bool = False
    """True: with its electronic form."""


@dataclass(frozen=True)
class _Column:
    name: str
    width: float
    align: str = "R"


async def write_invoice(logo: BinaryIO, out: BinaryIO, paper: InvoicePaper) -> None:
    """Write an invoice as PDF; an empty logo is none. DocumentError if that cannot be."""
    languages = (paper.language,) if paper.language else environment_languages()
    await sandbox.run_async(INVOICE, {"paper": encode(paper), "languages": languages}, logo, out)


# ---------------------------------------------------------------- inside


def _work(source: BinaryIO, output: BinaryIO, wanted: Mapping[str, Any]) -> list[PageSize]:
    use_languages(*wanted["languages"])
    paper = decode(wanted["paper"], InvoicePaper)
    xml = make_xml(paper) if paper.electronic else b""
    output.write(draw_invoice(paper, source.read(), (*wanted["languages"], "")[0], xml))
    return [PageSize(Width.A4, Resolution.FINE, round(297 * Resolution.FINE.rows_per_mm))]


def draw_invoice(paper: InvoicePaper, logo: bytes, language: str, xml: bytes = b"", form: str = "PDF/A-3B") -> bytes:
    """Draw an invoice as PDF/A, in the language that is in use, with its electronic form if there is one."""
    return _Drawing(paper, logo, language.partition("_")[0], form).draw(xml)


class _Drawing:
    def __init__(self, paper: InvoicePaper, logo: bytes, language: str, form: str) -> None:
        self._paper, self._logo, self._language = paper, logo, language
        self._invoice, self._sum = paper.invoice, paper.invoice.sum
        self._pdf: Paper = begin_paper("\n".join(_list_texts(paper)), form)

    def draw(self, xml: bytes) -> bytes:
        pdf = self._pdf
        pdf.alias_nb_pages("{nb}")
        pdf.footer = self._draw_foot  # type: ignore[method-assign]
        self._describe_file(xml)
        pdf.set_margins(_LEFT, 18, _LEFT)
        pdf.set_auto_page_break(True, _FOOT)
        pdf.add_page()
        self._draw_head()
        self._draw_facts()
        self._draw_lines()
        self._draw_sums()
        self._draw_payment()
        if self._paper.calls:
            self._draw_calls()
        return bytes(pdf.output())

    def _title(self) -> str:
        return _("Credit note") if self._sum.gross < 0 else _("Invoice")

    def _describe_file(self, xml: bytes) -> None:
        """Say what PDF/A wants said, twice and the same; and put the electronic form in."""
        pdf, issued = self._pdf, date.fromisoformat(self._sum.issued)
        title, author = _clean(f"{self._title()} {self._sum.number}"), _clean(self._paper.company)
        pdf.set_title(title)
        pdf.set_subject(title)
        pdf.set_author(author)
        pdf.set_creator(PRODUCER)
        pdf.set_producer(PRODUCER)
        pdf.set_creation_date(begin_of(issued))
        pdf.set_lang(self._language or "en")
        pdf.set_xmp_metadata(make_metadata(title, author, issued, with_xml=bool(xml)))
        if xml:
            pdf.embed_file(
                bytes=xml,
                basename=FILE_NAME,
                mime_type="text/xml",
                associated_file_relationship="Alternative",
                modification_date=begin_of(issued),
                desc="Factur-X",
                compress=True,
                checksum=True,
            )

    # ------------------------------------------------------------ parts of the first page

    def _draw_head(self) -> None:
        pdf, paper = self._pdf, self._paper
        top = pdf.get_y()
        if self._logo:
            try:
                picture = io.BytesIO(self._logo)
                pdf.image(picture, _LEFT, top, *_LOGO, keep_aspect_ratio=True)
            except Exception as error:
                raise DocumentError(Reason.CRASHED, f"the logo: {error}") from error
        self._write(paper.company, 12, bold=True, align="R")
        for line in (*paper.address, paper.vat_id):
            self._write(line, 9, align="R")
        pdf.set_y(max(pdf.get_y(), top + _LOGO[1]) + 10)
        for line in (self._sum.name, *self._invoice.address):
            self._write(line, 11)
        pdf.ln(10)

    def _draw_facts(self) -> None:
        self._write(f"{self._title()} {self._sum.number}", 16, bold=True, height=9)
        self._pdf.ln(2)
        month = self._sum.month
        facts = [
            (_("Date"), self._day(self._sum.issued)),
            (_("Period"), f"{month[5:]}/{month[:4]}"),
            (_("Customer"), self._sum.payer),
            (_("Your VAT number"), self._invoice.vat_id),
        ]
        for name, value in facts:
            if value:
                self._pdf.set_font(typefaces.OWN.name, size=10)
                self._pdf.cell(45, _ROW, _clean(name))
                self._pdf.cell(0, _ROW, _clean(value), new_x="LMARGIN", new_y="NEXT")
        self._pdf.ln(5)

    def _draw_lines(self) -> None:
        currency = self._sum.currency
        columns = [
            _Column(_("Calls to"), 62, "L"),
            _Column(_("Calls"), 16),
            _Column(_("Pages"), 18),
            _Column(_("Seconds"), 22),
            _Column(_("VAT"), 18),
            _Column(_("Net {currency}").format(currency=currency), 34),
        ]
        rows = [
            (
                self._describe(line),
                *map(self._count, (line.calls, line.pages, line.seconds)),
                self._percent(line.vat_percent),
                self._amount(line.net),
            )
            for line in self._invoice.lines
        ]
        self._draw_table(columns, rows)

    def _describe(self, line: InvoiceLine) -> str:
        if line.kind is InvoiceLineKind.CALLS:
            return line.rule
        month = f"{line.month[5:]}/{line.month[:4]}"
        return _("{rule} (correction of {month})").format(rule=line.rule, month=month)

    def _draw_sums(self) -> None:
        pdf, currency = self._pdf, self._sum.currency
        pdf.ln(3)
        sums = [(_("Net amount"), self._sum.net)]
        for each in self._invoice.vats:
            values = {"percent": self._percent(each.percent), "net": self._amount(each.net)}
            sums.append((_("VAT {percent} ({net})").format(**values), each.vat))
        for name, amount in sums:
            self._draw_sum(name, f"{self._amount(amount)} {currency}")
        pdf.set_draw_color(0)
        pdf.line(_LEFT + 76, pdf.get_y() + 0.5, _LEFT + _WIDTH, pdf.get_y() + 0.5)
        pdf.ln(1)
        name = _("Amount in your favour") if self._sum.gross < 0 else _("To be paid")
        self._draw_sum(name, f"{self._amount(abs(self._sum.gross))} {currency}", bold=True)
        if any(each.percent == 0 for each in self._invoice.vats):
            self._write(self._invoice.vat_free_reason, 9, align="R")

    def _draw_sum(self, name: str, amount: str, bold: bool = False) -> None:
        pdf = self._pdf
        pdf.set_font(typefaces.OWN.name, style="B" if bold else "", size=11 if bold else 10)
        pdf.set_x(_LEFT + 76)
        pdf.cell(54, 6, _clean(name))
        pdf.cell(40, 6, amount, align="R", new_x="LMARGIN", new_y="NEXT")

    def _draw_payment(self) -> None:
        paper, pdf = self._paper, self._pdf
        pdf.ln(8)
        if self._sum.gross > 0:
            due = self._day(self._invoice.due)
            self._write(_("Please pay by {day}, and name {number}.").format(day=due, number=self._sum.number), 10)
            if paper.iban:
                account = " ".join(paper.iban[at : at + 4] for at in range(0, len(paper.iban), 4))
                self._write(f"IBAN {account}" + (f"   BIC {paper.bic}" if paper.bic else ""), 10, bold=True)
        pdf.ln(3)
        pdf.set_text_color(110)
        seal = {"place": self._invoice.place, "seal": self._invoice.seal}
        self._write(_("The ledger: row {place}, seal {seal}").format(**seal), 6.5)
        pdf.set_text_color(0)

    # ------------------------------------------------------------ the pages behind, and every page

    def _draw_calls(self) -> None:
        self._pdf.add_page()
        self._write(_("The calls of {number}").format(number=self._sum.number), 12, bold=True, height=8)
        columns = [
            _Column(_("Time"), 38, "L"),
            _Column("", 24, "L"),
            _Column(_("Number"), 46, "L"),
            _Column(_("Pages"), 16),
            _Column(_("Seconds"), 20),
            _Column(_("Net {currency}").format(currency=self._sum.currency), 26),
        ]
        self._draw_table(columns, map(self._list_cells, self._paper.calls), size=8, height=4.6)

    def _list_cells(self, call: BilledCall) -> Sequence[str]:
        began = datetime.fromisoformat(call.began)
        time = f"{began.strftime(_DAYS.get(self._language, '%Y-%m-%d'))} {began:%H:%M:%S}"
        way = _("sent") if call.sent else _("received")
        counts = (self._count(call.pages), self._count(call.seconds))
        return (time, way, call.number or "-", *counts, self._amount(call.net))

    def _draw_foot(self) -> None:
        pdf, paper = self._pdf, self._paper
        pdf.set_y(-_FOOT + 8)
        pdf.set_draw_color(160)
        pdf.line(_LEFT, pdf.get_y() - 2, _LEFT + _WIDTH, pdf.get_y() - 2)
        pdf.set_font(typefaces.OWN.name, size=7)
        words = " – ".join(filter(None, (paper.company, *paper.address, paper.vat_id, paper.registration)))
        pdf.multi_cell(_WIDTH - 25, 3.5, _clean(words), align="L", new_x="RIGHT", new_y="TOP")
        page = _("{page} of {pages}").format(page=pdf.page_no(), pages="{nb}")
        pdf.cell(25, 3.5, page, align="R")

    # ------------------------------------------------------------ how it is written

    def _draw_table(
        self, columns: Sequence[_Column], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]], **looks: float
    ) -> None:
        """Draw rows, with the names of the columns at the head of each page."""
        pdf = self._pdf
        size, height = looks.get("size", 9.0), looks.get("height", _ROW)
        self._draw_names(columns, size, height)
        for row in rows:
            lines = self._split(row[0], columns[0].width)
            if pdf.will_page_break(height * len(lines)):
                pdf.add_page()
                self._draw_names(columns, size, height)
            top = pdf.get_y()
            for index, line in enumerate(lines):
                pdf.set_xy(_LEFT, top + index * height)
                pdf.cell(columns[0].width, height, line)
            pdf.set_xy(_LEFT + columns[0].width, top)
            for column, cell in zip(columns[1:], row[1:], strict=True):
                pdf.cell(column.width, height, _clean(cell), align=column.align)
            pdf.set_xy(_LEFT, top + height * len(lines))

    def _split(self, text: str, width: float) -> list[str]:
        """Split a text into lines; most texts are one."""
        pdf, cleaned = self._pdf, _clean(text)
        if pdf.get_string_width(cleaned) < width - 2:
            return [cleaned]
        found: list[str] = pdf.multi_cell(width, _ROW, cleaned, align="L", dry_run=True, output="LINES")  # type: ignore[assignment]
        return found

    def _draw_names(self, columns: Sequence[_Column], size: float, height: float) -> None:
        pdf = self._pdf
        pdf.set_font(typefaces.OWN.name, style="B", size=size)
        pdf.set_fill_color(*_GREY)
        for column in columns:
            pdf.cell(column.width, height + 1, _clean(column.name), align=column.align, fill=True)
        pdf.ln(height + 1)
        pdf.set_font(typefaces.OWN.name, size=size)

    def _write(self, text: str, size: float, *, bold: bool = False, align: str = "L", height: float = 5.0) -> None:
        if text:
            self._pdf.set_font(typefaces.OWN.name, style="B" if bold else "", size=size)
            self._pdf.multi_cell(0, height, _clean(text), align=align, new_x="LMARGIN", new_y="NEXT")

    def _amount(self, millionths: int) -> str:
        whole, _point, part = write_amount(millionths).partition(".")
        return f"{self._group(whole)}{self._signs[0]}{part}"

    def _percent(self, millionths: int) -> str:
        return f"{write_percent(millionths).replace('.', self._signs[0])}\u00a0%"

    def _count(self, number: int) -> str:
        return self._group(str(number))

    def _group(self, whole: str) -> str:
        return f"{int(whole):,}".replace(",", self._signs[1]) if whole != "-0" else whole

    @property
    def _signs(self) -> tuple[str, str]:
        return _SIGNS.get(self._language, (".", ","))

    def _day(self, day: str) -> str:
        return datetime.fromisoformat(day).strftime(_DAYS.get(self._language, "%Y-%m-%d"))


def _list_texts(paper: InvoicePaper) -> Iterator[str]:
    """List the texts that may be in any writing."""
    yield from (paper.company, *paper.address, paper.vat_id, paper.registration, paper.invoice.vat_id)
    yield from (
        paper.invoice.vat_free_reason,
        paper.invoice.sum.name,
        *paper.invoice.address,
        *(line.rule for line in paper.invoice.lines),
    )


def _clean(text: str) -> str:
    """Give a text with question marks for what no font has; "{nb}" in a name is not the count of the pages."""
    return "".join(part for part, _face in typefaces.split(text)).replace("{nb}", "{ nb}")


if __name__ == "__main__":
    sys.exit(serve(_work))
