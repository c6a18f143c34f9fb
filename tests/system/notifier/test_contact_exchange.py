# SPDX-License-Identifier: GPL-3.0-or-later
"""Address books in and out of the contacts window by the file dialog, before the real service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QFileDialog

from faxcore.contact_transfer import read_file
from faxcore.contract.address_book import Book, Contact
from tests.support.service_fixture import serving
from tests.system.notifier.books import Books, click, opened
from tests.system.notifier.desktop import until
from tests.unit.test_contact_files import EVOLUTION, THUNDERBIRD

NO_FAX = "BEGIN:VCARD\nVERSION:3.0\nFN:Ann Other\nN:Other;Ann\nTEL;TYPE=CELL:0699000007\nEND:VCARD\n"
TABLE = "Nom;Fax\nBalzac;0199000009\nHugo;none\nSand;0199000010\n"

Play = Callable[[Awaitable[None]], None]


@pytest.fixture(scope="module")
def bus() -> Iterator[str]:
    with serving({}) as (address, _folder):
        yield address


@pytest.fixture(autouse=True)
def settings(tmp_path: Path) -> None:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))


def choose_file(here: Books, entry: str, path: Path) -> None:
    """Choose an entry of the menu, and this file in the dialog that it opens."""
    menu = here.pane.column.files.menu()
    (action,) = [action for action in menu.actions() if action.text() == entry]
    action.trigger()
    (dialog,) = [each for each in here.pane.findChildren(QFileDialog) if each.isVisible()]
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(path.name)
    dialog.accept()


def test_a_file_of_cards_is_brought_in_with_a_report(play: Play, bus: str, tmp_path: Path) -> None:
    async def scenario() -> None:
        path = tmp_path / "book.vcf"
        path.write_text(EVOLUTION + THUNDERBIRD + NO_FAX)
        async with opened(bus) as here:
            report = here.pane.report
            choose_file(here, "Import into the shared address book …", path)
            await until(report.isVisible)
            assert report.title.text() == "Contacts of book.vcf"
            assert report.taken.text() == "Taken: 4 new contacts, 0 known already, 2 groups."
            assert report.not_taken.text() == "1 contact was not taken:"
            assert reasons(here) == ["Ann Other: the card has no fax number."]
            await until(lambda: len(here.names()) == 6)
            assert all("Shared by all" in row for row in here.rows())
            click(report.any_number)
            await until(lambda: report.taken.text() == "Taken: 1 new contact, 4 known already, 2 groups.")
            assert not report.any_number.isVisible() and not reasons(here)
            await until(lambda: "Ann Other" in here.names())
            click(report.close_button)
            assert not report.isVisible()

    play(scenario())


def test_what_the_service_does_not_take_is_told_with_the_reason(play: Play, bus: str, tmp_path: Path) -> None:
    async def scenario() -> None:
        path = tmp_path / "book.csv"
        path.write_text(TABLE)
        async with opened(bus) as here:
            choose_file(here, "Import into my contacts …", path)
            await until(here.pane.report.isVisible)
            assert reasons(here) == ["Hugo: a contact needs a fax number."]
            await until(lambda: here.names() == ["Balzac", "Sand"])

    play(scenario())


def test_what_is_no_address_book_changes_nothing_and_is_said(play: Play, bus: str, tmp_path: Path) -> None:
    async def scenario() -> None:
        path = tmp_path / "letter.csv"
        path.write_bytes(b"%PDF-1.7\0")
        async with opened(bus) as here:
            choose_file(here, "Import into my contacts …", path)
            await until(lambda: here.said.endswith("letter.csv: The list is not a text: write it as CSV."))
            assert not here.pane.report.isVisible()

    play(scenario())


@pytest.mark.parametrize("name", ["out.vcf", "out.csv"])
def test_a_book_is_written_and_read_again(play: Play, bus: str, tmp_path: Path, name: str) -> None:
    async def scenario() -> None:
        claire = Contact(last_name="Lefèvre", first_name="Claire", number="0199000002", note="a; b")
        async with opened(bus, claire, Contact(last_name="Not mine", number="0199000003", book=Book.SHARED)) as here:
            choose_file(here, "Export my contacts …", tmp_path / name)
            await until(lambda: here.said == f"1 contact is written into {name}.")
        (found,) = read_file(tmp_path / name, any_number=False).contacts
        assert (found.contact.last_name, found.contact.note) == ("Lefèvre", "a; b")

    play(scenario())


def reasons(here: Books) -> list[str]:
    listed = here.pane.report.reasons
    return [listed.item(row).text() for row in range(listed.count())]
