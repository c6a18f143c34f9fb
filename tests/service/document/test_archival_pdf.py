# SPDX-License-Identifier: GPL-3.0-or-later
"""PDF of faxes to be kept: PDF/A-1b by the word of another's validator, the facts in it, and the same each time."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest

from faxcore.document import tiff
from faxcore.document.archival_pdf import FaxFacts, make_archival_pdf, make_gray_profile
from faxcore.document.pdf import tiff_to_pdf
from faxcore.model.page import Page, Resolution
from tests.support.hostile_text import TEXTS
from tests.support.pages import text_page

WHEN = datetime(2026, 3, 4, 5, 6, 7, 890_000, tzinfo=UTC)
FACTS = FaxFacts(
    "2026-03-04 <b> & Surgery é 日本", "+33 1 99", "2 pages (for) [\\ us", ("caller: +33 1 99", "pages: 2")
)
JAVA = Path("/usr/share/java")
"""The folder with the classes of PDFBox 2, whose Preflight tells whether a PDF is PDF/A-1b: those of Debian."""
NEEDED = ("preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api")
DC, PDF, XMP = "{http://purl.org/dc/elements/1.1/}", "{http://ns.adobe.com/pdf/1.3/}", "{http://ns.adobe.com/xap/1.0/}"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[list[Page]]:
    made = [text_page(Resolution.FINE, 1, rows=700), text_page(Resolution.STANDARD, 2, rows=400)]
    tiff.write_pages(tmp_path / "fax.tif", made)
    yield made


def make(folder: Path, facts: FaxFacts = FACTS, name: str = "fax.pdf") -> Path:
    make_archival_pdf(folder / "fax.tif", folder / name, facts, WHEN)
    return folder / name


def validate(file: Path) -> str:
    """What the validator says of a file."""
    jars = [JAVA / f"{name}.jar" for name in NEEDED]
    command = ["java", "-cp", ":".join(map(str, jars)), "org.apache.pdfbox.preflight.Validator_A1b", str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return ended.stdout + ended.stderr


HOSTILE_FACTS = FaxFacts("x".join(TEXTS), TEXTS[0], " ".join(TEXTS), TEXTS)


@pytest.mark.parametrize("facts", [FACTS, FaxFacts("alone"), HOSTILE_FACTS], ids=["facts", "title", "hostile"])
def test_another_program_says_that_it_is_pdf_a(tmp_path: Path, pages: list[Page], facts: FaxFacts) -> None:
    said = validate(make(tmp_path, facts))
    assert "is a valid PDF/A-1b file" in said, said


def test_that_program_knows_one_that_is_not(tmp_path: Path, pages: list[Page]) -> None:
    tiff_to_pdf(tmp_path / "fax.tif", tmp_path / "plain.pdf")
    assert "is not a valid PDF/A-1b file" in validate(tmp_path / "plain.pdf")


def test_the_bits_are_the_tiffs_own(tmp_path: Path, pages: list[Page]) -> None:
    data = make(tmp_path).read_bytes()
    for page in pages:
        assert tiff._encode_t6(page) in data
    assert data.startswith(b"%PDF-1.4\n") and data.count(b"/CCITTFaxDecode") == 2


def test_made_again_it_is_the_same(tmp_path: Path, pages: list[Page]) -> None:
    assert make(tmp_path).read_bytes() == make(tmp_path, name="again.pdf").read_bytes()


@pytest.mark.parametrize("facts", [FACTS, HOSTILE_FACTS], ids=["facts", "hostile"])
def test_the_facts_are_said_twice_and_the_same(tmp_path: Path, pages: list[Page], facts: FaxFacts) -> None:
    with pikepdf.open(make(tmp_path, facts)) as document:
        information = {name: str(value) for name, value in document.trailer.Info.items()}
        packet = ElementTree.fromstring(document.Root.Metadata.read_bytes())
    said = {element.tag: "".join(element.itertext()) for element in packet.iter()}
    assert information["/Title"] == said[f"{DC}title"]
    assert information["/Author"] == said[f"{DC}creator"]
    assert information["/Subject"] == said[f"{DC}description"]
    assert information["/Keywords"] == said[f"{PDF}Keywords"]
    assert (information["/CreationDate"], said[f"{XMP}CreateDate"]) == ("D:20260304050607Z", "2026-03-04T05:06:07Z")
    assert all(value.isprintable() for value in information.values())
    if facts is FACTS:
        assert information["/Title"] == FACTS.title and information["/Keywords"] == "caller: +33 1 99, pages: 2"


def test_the_profile_is_as_long_as_it_says() -> None:
    profile = make_gray_profile()
    assert int.from_bytes(profile[:4], "big") == len(profile) and profile[36:40] == b"acsp"
