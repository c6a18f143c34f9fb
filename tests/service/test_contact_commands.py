# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl contacts` with a real service on a real bus: whole address books in and out."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.cli.main import main
from tests.support.service_fixture import serving
from tests.unit.test_contact_files import EVOLUTION, THUNDERBIRD


@pytest.fixture(scope="module")
def bus() -> Iterator[str]:
    with serving({}) as (address, _folder):
        yield address


def names(capsys: pytest.CaptureFixture[str], bus: str, *words: str) -> list[str]:
    capsys.readouterr()
    assert main(["--bus", bus, "contacts", "list", *words, "--json"]) == 0
    return [each["name"] or each["last_name"] or each["company"] for each in json.loads(capsys.readouterr().out)]


def test_an_address_book_is_read_twice_and_written(
    bus: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cards = tmp_path / "book.vcf"
    cards.write_text(EVOLUTION + THUNDERBIRD)
    for told in ("4 new, 0 known already, 2 groups.", "0 new, 4 known already, 2 groups."):
        assert main(["--bus", bus, "contacts", "import", "--shared", str(cards)]) == 0
        assert capsys.readouterr().out.strip() == told
    everybody = ["Conseil", "Durand", "Durand", "Lab Dupont", "Lefèvre", "Médecins"]
    assert names(capsys, bus, "--shared") == everybody
    assert names(capsys, bus, "lef", "cla") == ["Lefèvre"]
    for as_table in ([], ["--csv"]):
        assert main(["--bus", bus, "contacts", "export", "--shared", *as_table]) == 0
        again = tmp_path / "again"
        again.write_text(capsys.readouterr().out)
        assert main(["--bus", bus, "contacts", "import", "--shared", str(again)]) == 0
        assert capsys.readouterr().out.strip() == "0 new, 4 known already, 2 groups."
    assert names(capsys, bus, "--shared") == everybody


def test_one_contact_is_added_listed_and_removed(bus: str, capsys: pytest.CaptureFixture[str]) -> None:
    zola = ["--to", "0199000008", "--last-name", "Zola", "--note", "at noon"]
    assert main(["--bus", bus, "contacts", "add", *zola]) == 0
    id = capsys.readouterr().out.strip()
    assert main(["--bus", bus, "contacts", "list", "zol"]) == 0
    assert capsys.readouterr().out.split() == [id, "01", "99", "00", "00", "08", "Zola", "at", "noon"]
    assert main(["--bus", bus, "contacts", "remove", id]) == 0
    assert names(capsys, bus, "zol") == []
    assert main(["--bus", bus, "contacts", "remove", id]) == 1
    assert capsys.readouterr().err == "faxctl: There is no contact with this name.\n"


def test_a_contact_that_is_refused_costs_the_others_nothing(
    bus: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "book.csv"
    table.write_text("Nom;Fax\nBalzac;0199000009\nHugo;none\nSand;0199000010\n")
    assert main(["--bus", bus, "contacts", "import", str(table)]) == 1
    told = capsys.readouterr()
    assert told.out == "2 new, 0 known already, 0 groups.\n"
    assert told.err == "faxctl: Hugo: a contact needs a fax number.\n"


def test_cards_without_a_fax_number_are_counted(bus: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cards = tmp_path / "book.vcf"
    cards.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nN:Ann\nTEL;TYPE=CELL:0699000007\nEND:VCARD\n")
    assert main(["--bus", bus, "contacts", "import", str(cards)]) == 0
    told = capsys.readouterr()
    assert told.out == "0 new, 0 known already, 0 groups.\n"
    assert told.err.startswith("faxctl: 1 card without a fax number is left out; --any-number takes")


def test_what_is_no_address_book_is_refused(bus: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "letter.pdf"
    wrong.write_bytes(b"%PDF-1.7\0")
    assert main(["--bus", bus, "contacts", "import", str(wrong)]) == 1
    assert capsys.readouterr().err == f"faxctl: {wrong}: The list is not a text: write it as CSV.\n"
