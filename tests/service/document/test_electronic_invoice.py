# SPDX-License-Identifier: GPL-3.0-or-later
"""The electronic form of an invoice: by the word of the schema and the schematron of Factur-X, and in a PDF/A-3."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import facturx
import pikepdf
import pytest
import saxonche
from lxml import etree

from faxcore.billing.electronic import find_obstacles
from faxcore.billing.invoice_lines import tax_lines
from faxcore.config import CompanyConfig
from faxcore.contract.invoiced import Invoice, InvoiceLine, InvoiceLineKind, InvoiceSum, VatFree
from faxcore.document.document_error import DocumentError
from faxcore.document.electronic_invoice import make_xml
from faxcore.document.invoice_paper import InvoicePaper, draw_invoice
from tests.service.document.test_archival_pdf import validate
from tests.support.hostile_text import TEXTS

CENT = 10_000
RULES = files("facturx") / "xsd_and_schematron" / "facturx-en16931" / "FACTUR-X_EN16931.xslt"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
CALLS, CORRECTION = InvoiceLineKind.CALLS, InvoiceLineKind.CORRECTION


def line(net: int, percent: float = 20.0, kind: InvoiceLineKind = CALLS, rule: str = "France") -> InvoiceLine:
    """A line with its net amount in cents."""
    return InvoiceLine(kind, "2026-10", "Test", rule, 12, 30, 1400, net * CENT, round(percent * 10**6), 0)


def paper(*lines: InvoiceLine, currency: str = "EUR", **changed: Any) -> InvoicePaper:
    vats = tax_lines(lines, currency)
    sums = (sum(each.calls for each in lines), sum(each.net for each in lines), sum(each.vat for each in vats))
    sum_ = InvoiceSum("FX-2026-0001", "2026-10", "2026-11-02", "C-1", "Lenoir & Fils", currency, *sums)
    invoice = Invoice(
        sum_,
        "2026-12-02",
        ("1, rue Haute", "69001 Lyon"),
        "fr",
        "FR83404833048",
        lines,
        7,
        "5" * 64,
        vats,
        "FR",
        "69001",
        "Lyon",
    )
    invoice = replace(
        invoice, **{name: changed.pop(name) for name in ("vat_free", "vat_free_reason") if name in changed}
    )
    made = InvoicePaper(
        invoice,
        "Maison Facteur",
        ("1, rue de Bretagne", "second floor", "at the back", "75003 Paris"),
        "FR40303265045",
        "RCS Paris 303 265 045, capital 10 000 €",
        "FR1420041010050500013M02606",
        "PSSTFRPP",
        (),
        "fr",
        "FR",
        "75003",
        "Paris",
        True,
    )
    return replace(made, **changed)


def judge(xml: bytes) -> list[str]:
    """The rules of the schematron that an XML breaks."""
    with saxonche.PySaxonProcessor(license=False) as processor:
        compiled = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(RULES))
        said = compiled.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    report = etree.fromstring(said.encode())
    assert report.findall(f"{SVRL}fired-rule"), "no rule has looked at it"
    failed = report.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report")
    return ["".join(each.itertext()).strip() for each in failed]


def read(xml: bytes, name: str) -> list[str]:
    return [each.text or "" for each in etree.fromstring(xml).iter(f"{RAM}{name}")]


PAPERS = {
    "one line": paper(line(100)),
    "corrections": paper(line(1234), line(180, 5.5), line(-62, 20.0, CORRECTION)),
    "credit note": paper(line(-500), line(120, 5.5), line(-3, 5.5, CORRECTION)),
    "nothing to pay": paper(line(0)),
    "no account": paper(line(100), iban="", bic="", registration=""),
    "yen": paper(line(100_000), currency="JPY"),
    "exempt": paper(line(100, 0.0), line(100), vat_free=VatFree.EXEMPT, vat_free_reason="Exonération, art. 261 du CGI"),
    "zero": paper(line(100, 0.0), vat_free=VatFree.ZERO),
    "reverse charge": paper(line(100, 0.0), vat_free=VatFree.REVERSE_CHARGE, vat_free_reason="Autoliquidation"),
    "export": paper(line(100, 0.0), vat_free=VatFree.EXPORT, vat_free_reason="Art. 262 I du CGI"),
    "hostile": paper(line(100, rule="x".join(TEXTS)), company=TEXTS[0] or "x", registration=" ".join(TEXTS)),
    "many": paper(*(line(number, 5.5 if number % 3 else 20.0, rule=f"Rule {number}") for number in range(1, 60))),
}


@pytest.mark.parametrize("name", PAPERS)
def test_the_schematron_finds_nothing(name: str) -> None:
    made = PAPERS[name]
    company = CompanyConfig(made.company, made.address, made.vat_id, country=made.country)
    assert find_obstacles(made.invoice, company) == ()
    xml = make_xml(made)
    assert facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert judge(xml) == []


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"vat_id": ""}, "BR-S-02"),
        ({"vat_id": "ZZ1"}, "BR-CO-09"),
        ({"iban": ""}, ""),
        ({"country": "ZZ"}, "CountryID"),
    ],
)
def test_the_schematron_knows_one_that_is_wrong(changed: dict[str, str], rule: str) -> None:
    said = " ".join(judge(make_xml(paper(line(100), **changed))))
    assert rule in said and bool(rule) == bool(said), said


def test_a_wrong_sum_is_found() -> None:
    xml = make_xml(paper(line(100)))
    assert b"<ram:GrandTotalAmount>1.20<" in xml
    said = " ".join(judge(xml.replace(b"<ram:GrandTotalAmount>1.20<", b"<ram:GrandTotalAmount>1.21<")))
    assert "BR-CO-15" in said


def test_what_it_says() -> None:
    xml = make_xml(PAPERS["corrections"])
    # 12.34 - 0.62 = 11.72 at 20 %: 2.344; 1.80 at 5.5 %: 0.099.
    assert read(xml, "LineTotalAmount") == ["12.34", "1.80", "-0.62", "13.52"]
    assert read(xml, "BasisAmount") == ["1.80", "11.72"] and read(xml, "CalculatedAmount") == ["0.10", "2.34"]
    assert read(xml, "TaxTotalAmount") == ["2.44"] and read(xml, "DuePayableAmount") == ["15.96"]
    assert read(xml, "BilledQuantity") == ["1", "1", "-1"] and read(xml, "TypeCode")[:1] == ["380"]
    assert read(xml, "IBANID") == ["FR1420041010050500013M02606"]
    assert read(xml, "LineOne") == ["1, rue de Bretagne", "1, rue Haute"]
    assert read(xml, "LineThree") == ["at the back"] and read(xml, "CityName") == ["Paris", "Lyon"]
    credit = make_xml(PAPERS["credit note"])
    # 5.00 at 20 % less 1.17 at 5.5 %, which is 0.06435.
    assert read(credit, "TypeCode")[:1] == ["381"] and read(credit, "DuePayableAmount") == ["4.77"]
    assert read(credit, "LineTotalAmount") == ["5.00", "-1.20", "0.03", "3.83"]


def test_what_the_schema_refuses_is_made_by_nobody() -> None:
    with pytest.raises(DocumentError):
        make_xml(paper(line(100), currency="ABCD"))


LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="4" height="4" fill="red"/></svg>'


@pytest.mark.parametrize("logo", [b"", LOGO], ids=["no logo", "logo"])
def test_the_pdf_has_it(logo: bytes, tmp_path: Path) -> None:
    """Of PDF/A-3 what can be looked at: the XML as associated file, metadata, intent, and every font in the file."""
    made = PAPERS["corrections"]
    xml = make_xml(made)
    path = tmp_path / "invoice.pdf"
    path.write_bytes(draw_invoice(made, logo, "fr", xml))
    name, found = facturx.get_facturx_xml_from_pdf(path.read_bytes(), check_xsd=True, check_schematron=False)
    assert (name, found) == ("factur-x.xml", xml)
    with pikepdf.open(path) as document:
        (associated,) = document.Root.AF
        assert associated.AFRelationship == pikepdf.Name.Alternative and associated.UF == "factur-x.xml"
        stream = associated.EF.F
        assert stream.Subtype == pikepdf.Name("/text/xml") and stream.Params.ModDate and stream.read_bytes() == xml
        (intent,) = document.Root.OutputIntents
        assert intent.S == pikepdf.Name.GTS_PDFA1 and intent.DestOutputProfile.N == 3
        assert not document.is_encrypted and document.trailer.ID
        packet = etree.fromstring(document.Root.Metadata.read_bytes())
        said = {etree.QName(each).localname: "".join(each.itertext()).strip() for each in packet.iter("{*}*")}
        assert (said["part"], said["conformance"]) == ("3", "B")
        assert (said["ConformanceLevel"], said["DocumentFileName"]) == ("EN 16931", "factur-x.xml")
        assert (said["title"], said["creator"]) == ("Invoice FX-2026-0001", "Maison Facteur")
        assert said["Producer"] == "Facteur" and "/Info" not in document.trailer, "nothing can contradict it"
        for page in document.pages:
            for font in page.Resources.Font.values():
                (inner,) = font.DescendantFonts
                assert "/FontFile2" in inner.FontDescriptor


def test_another_program_says_that_what_is_drawn_is_pdf_a(tmp_path: Path) -> None:
    """PDFBox knows PDF/A-1b only: so the same drawing, without what PDF/A-3 allows beyond it."""
    path = tmp_path / "invoice.pdf"
    made = draw_invoice(PAPERS["corrections"], b"", "fr", form="PDF/A-1B")
    path.write_bytes(made.replace(b"<pdfaid:part>3<", b"<pdfaid:part>1<"))
    said = validate(path)
    assert "is a valid PDF/A-1b file" in said, said


def test_another_program_finds_nothing_but_what_pdf_a_3_allows(tmp_path: Path) -> None:
    path, made = tmp_path / "invoice.pdf", PAPERS["corrections"]
    drawn = draw_invoice(made, LOGO, "fr", make_xml(made))
    path.write_bytes(drawn.replace(b"<pdfaid:part>3<", b"<pdfaid:part>1<"))
    # Files in it, a transparency group, and fonts without a list of what is in them.
    assert set(re.findall(r"^([0-9.]+) :", validate(path), re.MULTILINE)) == {"1.4.7", "1.2.9", "2.2.1", "3.1.11"}
