# SPDX-License-Identifier: GPL-3.0-or-later
"""The electronic form of an invoice: Factur-X, profile EN 16931, an XML in the PDF that says what the paper says.

The library `factur-x` writes the XML, and checks it against the schema of the profile; what goes in is named by the
business terms of the norm (BT-1 is the number, BG-25 the lines). Each line is one unit at the price of its net amount,
as a line has calls of many prices. What is taken back has a quantity of -1, as no price may be less than nothing; in a
credit note, whose sum the norm wants positive, all signs are turned.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from faxcore.contract.invoiced import InvoiceLine, InvoiceLineKind, VatFree
from faxcore.contract.priced import write_percent
from faxcore.document.archival_pdf import PRODUCER, describe_in_xmp
from faxcore.document.document_error import DocumentError, Reason
from faxcore.i18n import gettext as _
from faxcore.model.text import clean_text

if TYPE_CHECKING:
    from faxcore.document.invoice_paper import InvoicePaper

FILE_NAME: Final = "factur-x.xml"
LEVEL: Final = "en16931"
_INVOICE, _CREDIT_NOTE = "380", "381"
_SEPA_TRANSFER, _TRANSFER = "58", "30"
_ONE: Final = "C62"
_STANDARD: Final = "S"
_CATEGORIES: Final = {
    VatFree.ZERO: "Z",
    VatFree.EXEMPT: "E",
    VatFree.REVERSE_CHARGE: "AE",
    VatFree.EXPORT: "G",
}
"""Of what has no VAT, by the reason (UNTDID 5305)."""
_NAMESPACE: Final = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES: Final = {
    "DocumentFileName": "The name of the embedded XML document",
    "DocumentType": "The type of the hybrid document in capital letters, as INVOICE",
    "Version": "The version of the standard of the embedded XML document",
    "ConformanceLevel": "The conformance level of the embedded XML document",
}
_ABOUT_XML: Final = (
    f'<rdf:Description rdf:about="" xmlns:fx="{_NAMESPACE}"><fx:DocumentType>INVOICE</fx:DocumentType>'
    f"<fx:DocumentFileName>{FILE_NAME}</fx:DocumentFileName><fx:Version>1.0</fx:Version>"
    "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel></rdf:Description>"
)
_LONGEST: Final = 1000


def make_xml(paper: InvoicePaper) -> bytes:
    """Make the XML of an invoice, in the language that is in use. DocumentError if the schema refuses it."""
    from facturx import generate_cii_xml

    try:
        made: bytes = generate_cii_xml(describe_invoice(paper), level=LEVEL, check_xsd=True, check_schematron=None)
    except Exception as error:
        raise DocumentError(Reason.CRASHED, f"the electronic form: {error}") from error
    return made


def make_metadata(title: str, author: str, day: date, *, with_xml: bool) -> str:
    """Make what a PDF/A-3b says of itself, in XMP; and of the XML in it, if there is one."""
    said = {"Title": title, "Author": author, "Subject": title, "Keywords": "", "Producer": PRODUCER}
    return describe_in_xmp(said, begin_of(day), 3, (_describe_extension(), _ABOUT_XML) if with_xml else ())


def _describe_extension() -> str:
    """Describe the properties of Factur-X, as PDF/A wants it of each that it does not know itself."""
    begin, end = '<rdf:li rdf:parseType="Resource">', "</rdf:li>"
    properties = "".join(
        f"{begin}<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        f"<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{about}</pdfaProperty:description>{end}"
        for name, about in _PROPERTIES.items()
    )
    return (
        '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
        ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
        ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
        f"<pdfaExtension:schemas><rdf:Bag>{begin}<pdfaSchema:schema>Factur-X</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>{end}</rdf:Bag>"
        "</pdfaExtension:schemas></rdf:Description>"
    )


def begin_of(day: date) -> datetime:
    """The moment at which a day begins, in UTC: the same paper has the same octets wherever it is made."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def describe_invoice(paper: InvoicePaper) -> dict[str, Any]:
    """Describe an invoice by the business terms of EN 16931."""
    invoice, sum_ = paper.invoice, paper.invoice.sum
    sign = -1 if sum_.gross < 0 else 1
    first = date.fromisoformat(f"{sum_.month}-01")
    described: dict[str, Any] = {
        "BT-1": sum_.number,
        "BT-2": date.fromisoformat(sum_.issued),
        "BT-3": _CREDIT_NOTE if sign < 0 else _INVOICE,
        "BT-5": sum_.currency,
        "BT-72": _end_month(first),  # without a day of delivery the library writes an element that the schema refuses
        "BT-73": first,
        "BT-74": _end_month(first),
        "BT-83": sum_.number,
        "BG-4": _describe_party(
            paper.company, paper.address, (paper.postcode, paper.city, paper.country), paper.vat_id
        ),
        "BG-7": _describe_party(
            sum_.name, invoice.address, (invoice.postcode, invoice.city, invoice.country), invoice.vat_id
        )
        | {"identifiers": {None: sum_.payer}},
        "BG-25": [_describe_line(index, line, paper, sign) for index, line in enumerate(invoice.lines, 1)],
        "BG-23": [
            {
                "BT-116": _write(sign * each.net),
                "BT-117": _write(sign * each.vat),
                **_describe_category(each.percent, paper),
            }
            for each in invoice.vats
        ],
        "BT-106": _write(sign * sum_.net),
        "BT-109": _write(sign * sum_.net),
        "BT-110": _write(sign * sum_.vat),
        "BT-112": _write(sign * sum_.gross),
        "BT-115": _write(sign * sum_.gross),
    }
    if sign < 0:
        described["BT-20"] = _("Amount in your favour")
    else:
        described["BT-9"] = date.fromisoformat(invoice.due)
    if paper.registration:
        described["BG-1"] = [{"BT-21": "REG", "BT-22": _clean(paper.registration)}]
    if paper.iban and sign > 0:
        described |= {
            "BT-81": _SEPA_TRANSFER if sum_.currency == "EUR" else _TRANSFER,
            "BT-84": paper.iban,
            "BT-85": _clean(paper.company),
        }
        if paper.bic:
            described["BT-86"] = paper.bic
    return described


def _describe_party(name: str, address: tuple[str, ...], place: tuple[str, str, str], vat_id: str) -> dict[str, Any]:
    postcode, city, country = place
    # Where the place is said by itself, it is the last line of what is printed.
    lines = [_clean(line) for line in (address[:-1] if postcode or city else address)]
    party: dict[str, Any] = {"name": _clean(name), "country_code": country}
    parts = {"addr_l1": lines[:1], "addr_l2": lines[1:2], "addr_l3": lines[2:]}
    party |= {key: ", ".join(words) for key, words in parts.items() if words}
    told = {"postcode": _clean(postcode), "city": _clean(city), "vat_identifier": vat_id.replace(" ", "")}
    return party | {key: text for key, text in told.items() if text}


def _describe_line(index: int, line: InvoiceLine, paper: InvoicePaper, sign: int) -> dict[str, Any]:
    net = sign * line.net
    counts = {"calls": line.calls, "pages": line.pages, "seconds": line.seconds}
    category = _describe_category(line.vat_percent, paper)
    described: dict[str, Any] = {
        "BT-126": str(index),
        "BT-153": _clean(line.rule) or "-",
        "BT-154": _("{calls} calls, {pages} pages, {seconds} s").format(**counts),
        "BT-129": "-1" if net < 0 else "1",
        "BT-130": _ONE,
        "BT-131": _write(net),
        "BT-146": _write(abs(net)),
        "BT-151": category["BT-118"],
        "BT-152": category["BT-119"],
    }
    if line.kind is InvoiceLineKind.CORRECTION:
        first = date.fromisoformat(f"{line.month}-01")
        described |= {"BT-134": first, "BT-135": _end_month(first)}
    return described


def _describe_category(percent: int, paper: InvoicePaper) -> dict[str, str]:
    if percent:
        return {"BT-118": _STANDARD, "BT-119": write_percent(percent)}
    invoice = paper.invoice
    category = {"BT-118": _CATEGORIES[invoice.vat_free], "BT-119": "0"}
    return category if invoice.vat_free is VatFree.ZERO else category | {"BT-120": _clean(invoice.vat_free_reason)}


def _end_month(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def _write(millionths: int) -> str:
    """Write an amount with two digits behind the point, which it does not have more of."""
    return f"{Decimal(millionths) / 1_000_000:.2f}"


def _clean(text: str) -> str:
    return clean_text(text, _LONGEST)
