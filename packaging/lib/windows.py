# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the real windows, filled with the faxes of an example: `windows.py FOLDER LANGUAGE`.

`packaging/pictures` runs it once for each language, since a program speaks one. No service, bus or screen is needed:
the windows are given what the service would tell them, and Qt draws them off the screen.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from example import (
    DOCTOR,
    STATION,
    WORDS,
    Words,
    make_calls,
    make_choices,
    make_contacts,
    make_counts,
    make_draft,
    make_header,
    make_jobs,
    make_limits,
    make_lines,
    make_numbers,
    make_own_headers,
    make_payers,
    make_receptions,
    make_totals,
)
from PyQt6.QtCore import QSize
from PyQt6.QtGui import QFont
from PyQt6.QtWidgets import QApplication, QWidget
from sample import write_letter

from faxcore.contact_transfer import ImportedContacts
from faxcore.contract.estimated import Estimate
from faxcore.contract.order import JudgedNumber, Order
from faxcore.contract.printed import KeptOrder, Preview
from faxcore.contract.recorded import CallGrouping
from faxcore.document.compose import PageOrder, compose_pages
from faxcore.document.draw_pdf import draw_pdf
from faxcore.document.tiff import write_to
from faxcore.i18n import gettext as _
from faxcore.i18n import pgettext
from faxcore.model.job import State
from faxcore.model.number import NumberKind
from faxcore.model.page import Resolution
from faxcore.model.sentence import Sentence
from faxcore.qt.language import speak_as_environment
from faxcore.qt.pages.page_image import PageImage, read_images
from faxdialog.header_window import HeaderWindow
from faxdialog.ticks import Tick
from faxdialog.window import SendDialog
from notifier.consumption.consumption_window import ConsumptionWindow
from notifier.consumption.consumption_words import describe_limits
from notifier.contacts.contact_list import ContactList
from notifier.contacts.contact_words import count_contacts, explain_nothing, tell_of_unsaved
from notifier.contacts.contacts_pane import ContactsPane
from notifier.contacts.contacts_window import ContactsWindow
from notifier.faxes.entry import read_entries
from notifier.faxes.faxes_window import FaxesWindow
from notifier.faxes.list_words import explain_nothing as explain_no_faxes
from notifier.faxes.loaded_list import LoadedList
from notifier.faxes.place import Place
from notifier.figures import Figures
from notifier.line_words import LinesNow
from notifier.tray import Tray

DIALOG: Final = QSize(1040, 680)
FAXES: Final = QSize(1120, 680)
CONTACTS: Final = QSize(920, 520)
CONSUMPTION: Final = QSize(860, 400)


def main(folder: Path, language: str) -> None:
    """Write each picture as PNG into this folder."""
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    app.setFont(QFont("DejaVu Sans", 9))
    speak_as_environment(app)
    words = WORDS[language]
    pages = compose_letter(words, language)
    for name, widget, size in (
        ("dialog", show_dialog(words, pages), DIALOG),
        ("faxes", show_faxes(words, pages), FAXES),
        ("contacts", show_contacts(), CONTACTS),
        ("consumption", show_consumption(), CONSUMPTION),
        ("tray", show_tray(words), None),
    ):
        if size is not None:
            widget.resize(size)
        app.processEvents()
        path = folder / f"{name}.png"
        if not widget.grab().save(str(path)):
            raise SystemExit(f"windows: {path} cannot be written")
        widget.hide()


def compose_letter(words: Words, language: str) -> list[PageImage]:
    """The pages as they will arrive: the cover page and the letter, each with its header line."""
    pages, composed = io.BytesIO(), io.BytesIO()
    now = datetime.now().replace(hour=10, minute=42)
    about = (make_header(words), DOCTOR, words.subject, STATION, now)
    order = PageOrder(*about, languages=(language,), message=words.message)
    # The composer has a folder of its own as its working directory, and leaves the cover page there.
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        letter = write_letter(Path("letter.pdf"), language)
        write_to(pages, list(draw_pdf(letter, Resolution.FINE, photo=False)))
        pages.seek(0)
        compose_pages(pages, composed, order)
    composed.seek(0)
    return read_images(composed)


def show_dialog(words: Words, pages: list[PageImage]) -> SendDialog:
    """The dialog for a letter, filled in."""
    dialog = SendDialog()
    dialog.show_draft(make_draft(words))
    dialog.set_present(True)
    dialog.documents.show_parts(make_draft(words).parts)
    dialog.form.set_headers(make_choices(words))
    order = Order(DOCTOR.number, DOCTOR.last_name, DOCTOR.first_name, company=DOCTOR.company, subject=words.subject)
    dialog.form.fill(KeptOrder(order))
    dialog.form.message.show_text(words.message)
    dialog.form.show_details(True)
    dialog.form.to.judge_typing(JudgedNumber(True, DOCTOR.number, "FR", NumberKind.FIXED))
    ticks = [None, *(Tick(page, left_out=False) for page in range(1, len(pages)))]
    dialog.preview.show_pages(pages, ticks)
    dialog.show_call(Preview(len(pages), STATION, True, estimate=Estimate(len(pages), 70, 60, 90, True)))
    dialog.preview.say(_("As it will arrive"))
    dialog.show()
    return dialog


def show_paid_dialog(words: Words, pages: list[PageImage]) -> QWidget:
    """The dialog of somebody who may choose who pays."""
    dialog = show_dialog(words, pages)
    dialog.form.set_payers(make_payers())
    return dialog


def show_new_dialog(words: Words) -> QWidget:
    """The dialog of a fax without a document, that is not ready: it says what is missing."""
    dialog = SendDialog()
    dialog.set_present(True)
    dialog.form.set_headers(make_choices(words))
    dialog.show_new()
    dialog.form.fill(KeptOrder(Order(DOCTOR.number)))
    dialog.form.to.judge_typing(JudgedNumber(True, DOCTOR.number, "FR", NumberKind.FIXED))
    dialog.form.message.show_text("")
    dialog.show()
    dialog.send.click()
    return dialog


def show_headers(words: Words, pages: list[PageImage]) -> HeaderWindow:
    """The window in which somebody makes headers of their own."""
    window = HeaderWindow(None)
    window.offer(make_own_headers(words), [replace(make_choices(words)[0], logo=True)], "own")
    window.preview.show_pages(pages)
    window.show()
    return window


def show_faxes(words: Words, pages: list[PageImage], state: State = State.UNCERTAIN) -> FaxesWindow:
    """The main window; a fax in this state is selected: by default one that may have arrived."""
    window = FaxesWindow()
    window.set_present(True)
    entries = read_entries((make_draft(words),), make_jobs(words), make_receptions())
    chosen = next(job.id for job in make_jobs(words) if job.state is state)
    window.list.show_list(entries, gathered=True, wanted=f"job:{chosen}")
    window.list.tell(Place(None), str(len(entries)), "", "")
    window.folders.show_counts(make_counts())
    window.folders.show_numbers(make_numbers(words))
    window.folders.show_current(Place(None))
    window.folders.show_lines(LinesNow(tuple(make_lines()), datetime.now().astimezone()))
    window.pane.details.show_calls(make_calls())
    window.pane.pages.show_pages(pages)
    window.show()
    return window


def show_failed(words: Words, pages: list[PageImage]) -> FaxesWindow:
    """The main window with all that is known of a fax that has failed, also where there is only room for that."""
    window = show_faxes(words, pages, State.FAILED)
    window.pane.head.details_button.setChecked(True)
    QApplication.processEvents()
    window.show_page()
    return window


def show_no_faxes(_words: Words) -> FaxesWindow:
    """The main window while the service is away."""
    window = FaxesWindow()
    window.set_present(False)
    window.list.tell(Place(), "", explain_no_faxes(LoadedList(), present=False), "")
    window.show()
    return window


def show_contacts(chosen: str = DOCTOR.last_name) -> ContactsWindow:
    """The address books; the contact of this name is selected, and another one is not saved."""
    contacts = make_contacts()
    unsaved = {contacts[0].id: contacts[0]}
    pane = ContactsPane(ContactList(unsaved))
    pane.column.contacts.replace(contacts, complete=True)
    told = [count_contacts(len(contacts), complete=True), tell_of_unsaved(len(unsaved))]
    pane.column.tell(" · ".join(told), "")
    shown = next(each for each in contacts if chosen in (each.last_name, each.company, each.name))
    pane.column.select(shown.id)
    pane.card.show_contact(shown, None)
    pane.card.fields.members.learn(contacts)
    pane.card.fields.number.judge(JudgedNumber(True, shown.number, "FR", NumberKind.FIXED))
    pane.card.enable(shown, edited=False, present=True, saving=False)
    pane.show_card(True)
    window = ContactsWindow(pane)
    window.show()
    return window


def show_consumption() -> ConsumptionWindow:
    """The sums of the calls of a year, and the limits."""
    window = ConsumptionWindow()
    window.totals.show(make_totals(), CallGrouping.MONTH)
    window.show_limits(describe_limits(make_limits()))
    window.show()
    return window


def show_no_consumption() -> ConsumptionWindow:
    """A time without calls."""
    window = ConsumptionWindow()
    window.show()
    return window


def show_card(chosen: str) -> ContactsWindow:
    """The card of this contact, also where there is only room for it or for the list."""
    window = show_contacts(chosen)
    QApplication.processEvents()
    window.pane.go_beside()
    return window


def show_deleted() -> ContactsWindow:
    """The address books just after a contact was deleted."""
    window = show_contacts()
    sentence = _("{name} is deleted.").format(name=f"{DOCTOR.first_name} {DOCTOR.last_name}")
    window.pane.notice.offer(sentence, pgettext("deletion of a contact", "&Undo"), lambda: None, lambda: None, 60_000)
    return window


def show_report() -> ContactsWindow:
    """The address books with what became of a file."""
    window = show_contacts()
    refused = [Sentence("{name}: a contact needs a fax number.", {"name": "Hugo"})]
    window.pane.report.show_result("contacts.vcf", ImportedContacts(12, 3, 1, refused), ["Zola"])
    window.pane.show_report()
    return window


def show_no_contacts() -> ContactsWindow:
    """The address books while there is nothing in them."""
    window = show_contacts()
    window.pane.column.contacts.replace([], complete=True)
    window.pane.column.tell("", explain_nothing("", known=True, present=True))
    window.pane.show_card(False)
    return window


def show_tray(words: Words) -> QWidget:
    """The menu of the icon in the panel."""
    tray = Tray()
    tray.set_present(True)
    tray.set_drafts([make_draft(words)])
    uncertain = sum(job.state is State.UNCERTAIN for job in make_jobs(words))
    tray.set_figures(Figures(new=2, to_complete=1, outbox=1, sending=1, uncertain=uncertain))
    tray.set_lines(LinesNow(make_lines(), datetime.now().astimezone()))
    tray.menu.show()
    return tray.menu


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
