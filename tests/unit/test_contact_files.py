# SPDX-License-Identifier: GPL-3.0-or-later
"""Address books as files: what other programs write, what we write, and what is no address book."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.contact_files.contact_table import list_rows, read_contact_table
from faxcore.contact_files.listed_contact import AddressFile, ListedContact
from faxcore.contact_files.people_table import ListRefused
from faxcore.contact_files.vcards import read_vcards, write_vcards
from faxcore.contract.address_book import Contact, ContactKind

CLAIRE = Contact(
    last_name="Lefèvre",
    first_name="Claire",
    role="cheffe de service",
    department="Urgences",
    company="CH d'Orsay",
    number="0199000002",
)
EVOLUTION = """BEGIN:VCARD\r
VERSION:3.0\r
N:Lefèvre;Claire;;Dr;\r
FN:Dr Claire Lefèvre\r
ORG:CH d'Orsay;Urgences\r
TITLE:cheffe de\r
  service\r
TEL;TYPE=WORK,VOICE:01 99 00 00 01\r
TEL;TYPE=WORK,FAX:0199000002\r
CATEGORIES:Médecins,Conseil\r
END:VCARD\r
"""
THUNDERBIRD = """BEGIN:VCARD
VERSION:4.0
FN:Lab Dupont
ORG:Lab Dupont
TEL;VALUE=TEXT;TYPE=fax:+33 1 99 00 00 03
UID:x
END:VCARD
BEGIN:VCARD
VERSION:4.0
N:Durand;Paul;;;
FN:Paul Durand
TEL;TYPE="home,fax";VALUE=uri:tel:+33-1-99-00-00-04
TEL;TYPE=fax:+33 1 99 00 00 05
END:VCARD
"""
TELEPHONE = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=89mile;Zo=C3=A9
TEL;WORK;FAX:0199000006
TEL;CELL:0699000007
END:VCARD
"""


def test_what_evolution_writes() -> None:
    assert read_vcards(EVOLUTION.encode()) == AddressFile((ListedContact(CLAIRE, ("Médecins", "Conseil")),))


def test_what_thunderbird_writes() -> None:
    """A company, and somebody with two fax numbers."""
    found = [each.contact for each in read_vcards(THUNDERBIRD.encode()).contacts]
    assert [(each.kind, each.last_name or each.company, each.number) for each in found] == [
        (ContactKind.COMPANY, "Lab Dupont", "+33 1 99 00 00 03"),
        (ContactKind.PERSON, "Durand", "+33-1-99-00-00-04"),
        (ContactKind.PERSON, "Durand", "+33 1 99 00 00 05"),
    ]


def test_what_an_old_telephone_writes() -> None:
    (found,) = read_vcards(TELEPHONE.encode()).contacts
    assert (found.contact.last_name, found.contact.first_name, found.contact.number) == ("Émile", "Zoé", "0199000006")


def test_who_has_no_fax_number_is_left_out_or_has_a_telephone() -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Paul Durand\nN:Durand;Paul\nTEL;TYPE=CELL:0699000007\nEND:VCARD\n"
    assert read_vcards(card.encode()) == AddressFile(left_out=("Paul Durand",))
    (found,) = read_vcards(card.encode(), any_number=True).contacts
    assert found.contact.number == "0699000007"


@pytest.mark.parametrize(
    "octets", [b"", b"hello", b"BEGIN:VCARD\nN:a", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", b"\0", b"END:VCARD"]
)
def test_what_is_no_vcard_is_refused_with_a_sentence(octets: bytes) -> None:
    with pytest.raises(ListRefused) as error:
        read_vcards(octets)
    assert str(error.value).startswith(("This is not a file of vCards.", "Card 1 cannot be read: "))


def test_what_we_write_is_read_again_by_both_ways() -> None:
    lab = Contact(kind=ContactKind.COMPANY, company="Lab; Dupont, & fils", number="0199000003", note="a\\b")
    listed = [ListedContact(CLAIRE, ("Médecins", "Conseil")), ListedContact(lab)]
    assert read_vcards(write_vcards(listed).encode()) == AddressFile(tuple(listed))
    table = "\n".join(";".join(f'"{cell}"' for cell in row) for row in list_rows(listed))
    assert read_contact_table(table.encode()) == listed


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Nom,Fax\nPetit,0199000002\nDurand,\n", "Line 3 of the list: there is no number."),
        ("Nom,Fax\nPetit,0199000002,x\n", "Line 2 of the list: 3 fields, but the first line names 2 columns."),
        ("Nom,Mobile\nPetit,0199000002\n", "The first line of the list must name its columns"),
    ],
)
def test_a_table_with_a_fault_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(ListRefused) as error:
        read_contact_table(text.encode())
    assert str(error.value).startswith(sentence)


def test_a_table_in_french_of_a_windows_program() -> None:
    text = "Nom;Prénom;Société;Télécopie;Groupes\nLefèvre;Claire;Mairie;0199000002;Conseil, Médecins\n"
    (found,) = read_contact_table(text.encode("cp1252"))
    assert (found.contact.last_name, found.contact.first_name, found.groups) == (
        "Lefèvre",
        "Claire",
        ("Conseil", "Médecins"),
    )


@given(
    st.binary(max_size=400)
    | st.text('BEGIN:VCARD\r\nTELFN;=,"0\\', max_size=200).map(
        lambda text: f"BEGIN:VCARD\n{text}\nEND:VCARD\n".encode()
    )
)
def test_nothing_in_a_file_is_more_than_refused(octets: bytes) -> None:
    for read in (read_vcards, read_contact_table):
        try:
            read(octets)
        except ListRefused as error:
            assert str(error)


def test_a_card_that_is_not_the_first_is_named(tmp_path: Path) -> None:
    with pytest.raises(ListRefused, match="Card 2 cannot be read"):
        read_vcards(f"{EVOLUTION}BEGIN:VCARD\nN:x\n".encode())
