# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog as a window: its size and parts, its keys, and what each thing in it is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import QSize, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from faxcore import i18n
from faxcore.contract.estimated import Estimate
from faxcore.contract.order import HeaderChoice, JudgedNumber
from faxcore.contract.priced import CallPrice, Pricing
from faxcore.contract.printed import Draft, Preview
from faxcore.i18n import gettext as _
from faxcore.model.number import NumberKind
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.sentence import Sentence
from faxcore.qt.pages.page_image import PageImage
from faxcore.store.draft_parts import only_part
from faxdialog.memory import WINDOW
from faxdialog.window import SendDialog

Keep = Callable[[SendDialog], SendDialog]
CALLED = JudgedNumber(True, "01 99 00 00 02", "FR", NumberKind.FIXED)


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let windows that the test makes be in this language, in each of the two in turn."""
    i18n.use_languages(request.param)
    yield request.param
    i18n.use_languages(*i18n.environment_languages())


def filled(keep: Keep, pages: int = 2) -> SendDialog:
    """A dialog with a document of white pages, as the service fills it."""
    dialog = keep(SendDialog())
    parts = only_part("Letter", pages, Resolution.FINE)
    dialog.show_draft(Draft("draft", "Letter", "2026-11-28T10:00:00+00:00", pages, Resolution.FINE, parts=parts))
    dialog.set_present(True)
    dialog.form.set_headers([HeaderChoice("plain", Sentence("No cover page"))])
    image = PageImage.of(Page(Width.A4, Resolution.FINE, bytes(216 * 2287)))
    dialog.preview.show_pages([image] * pages)
    dialog.preview.say("As it will arrive")
    return dialog


def show(qtbot: QtBot, dialog: SendDialog) -> None:
    """Show the window, and give it the keyboard."""
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()


# ------------------------------------------------------------ size and parts


def test_the_next_window_has_the_size_and_the_parts_of_the_last(qtbot: QtBot, keep: Keep) -> None:
    first = filled(keep)
    first.show()
    first.resize(760, 600)
    first.parts.splitter.setSizes([380, 340])
    first.parts.splitter.splitterMoved.emit(0, 0)
    widths = first.parts.widths()
    first.close()
    second = filled(keep)
    second.show()
    assert second.size() == QSize(760, 600)
    assert second.parts.widths() == widths


def test_a_screen_that_is_smaller_than_the_last_is_respected(qtbot: QtBot, keep: Keep) -> None:
    WINDOW.remember(QSize(3000, 2000), False, [1500, 1500])
    dialog = filled(keep)
    dialog.show()
    screen = dialog.screen()
    assert screen is not None
    room = screen.availableGeometry().size()
    assert dialog.width() < room.width() and dialog.height() < room.height()


def test_a_remembered_size_that_is_nonsense_is_not_taken(qtbot: QtBot, keep: Keep) -> None:
    WINDOW.remember(QSize(0, -7), False, [0, 3])
    dialog = filled(keep)
    assert dialog.width() > 600 and dialog.height() > 400


def test_the_pages_go_behind_a_tab_where_there_is_no_room_and_come_back(qtbot: QtBot, keep: Keep) -> None:
    dialog = filled(keep)
    dialog.resize(780, 600)
    show(qtbot, dialog)
    assert dialog.parts.are_beside and dialog.preview.isVisible()
    dialog.form.to_field.edit.setFocus()
    dialog.resize(690, 600)
    assert not dialog.parts.are_beside
    assert dialog.form.to_field.edit.hasFocus() and not dialog.preview.isVisible()
    dialog.parts.tabs.setCurrentIndex(1)
    assert dialog.preview.isVisible() and not dialog.form.isVisible()
    dialog.resize(780, 600)
    assert dialog.preview.isVisible() and dialog.form.isVisible()


def test_behind_a_tab_the_number_is_led_to_and_small_pages_are_made_when_seen(qtbot: QtBot, keep: Keep) -> None:
    dialog = filled(keep)
    dialog.resize(660, 600)
    show(qtbot, dialog)
    strip = dialog.preview.strip
    for index in (1, 0):
        dialog.parts.tabs.setCurrentIndex(index)
        qtbot.waitUntil(lambda: not strip._making.isActive())
    white = strip.grab().toImage()
    black = PageImage.of(Page(Width.A4, Resolution.FINE, bytes([255]) * (216 * 2287)))
    dialog.preview.show_pages([black] * 2)
    qtbot.waitUntil(lambda: not strip._making.isActive())
    dialog.parts.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: strip.grab().toImage() != white)
    dialog.lead_to_recipient()
    assert dialog.form.to_field.edit.hasFocus() and dialog.form.to_field.verdict.isVisible()


@pytest.mark.parametrize("points", [9, 18])
def test_every_button_is_on_a_small_screen_also_with_large_text(
    qtbot: QtBot, keep: Keep, language: str, points: int
) -> None:
    """1024 by 600 less a frame and a title bar; 18 points are 200 %."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before, large = app.font(), app.font()
    large.setPointSize(points)
    app.setFont(large)
    try:
        dialog = filled(keep)
        dialog.resize(1008, 552)
        dialog.show()
        QApplication.processEvents()
        assert (dialog.width(), dialog.height()) == (1008, 552)
        for button in (dialog.send, dialog.later, dialog.discard):
            place = button.mapTo(dialog, button.rect().bottomRight())
            assert dialog.rect().contains(place), button.text()
            assert button.width() >= button.minimumSizeHint().width(), button.text()
        if dialog.preview.isVisible():
            assert dialog.preview.where.width() >= dialog.preview.where.sizeHint().width()
    finally:
        app.setFont(before)


# ------------------------------------------------------------ what it says


def test_the_foot_says_how_much_goes_out_how_long_and_for_how_much(qtbot: QtBot, keep: Keep) -> None:
    dialog = filled(keep)
    dialog.show_call(Preview(1, "+33199000001", True))
    assert dialog.foot.text() == "1 page"
    dialog.show_call(Preview(3, "+33199000001", True, estimate=Estimate(3, 69, 60, 90, True)))
    assert dialog.foot.text() == "3 pages · about 1 min 10 s"
    price = CallPrice(Pricing.PRICED, "EUR", 120_000)
    dialog.show_call(Preview(3, "+33199000001", True, estimate=Estimate(3, 41, 30, 50, True, price=price)))
    assert dialog.foot.text() == "3 pages · about 40 s · 0.12 EUR"


def test_send_is_lit_for_a_number_that_is_called_only(qtbot: QtBot, keep: Keep) -> None:
    dialog = filled(keep)
    QTest.keyClicks(dialog.form.to_field.edit, "0199000002")
    assert not dialog.send.isEnabled()
    dialog.form.to.judge_typing(CALLED)
    assert dialog.send.isEnabled()
    dialog.form.to.judge_typing(JudgedNumber(False, rule="kind", reason=Sentence("No.")))
    assert not dialog.send.isEnabled() and dialog.form.to_field.verdict.text() == "No."


def test_details_open_by_themselves_for_a_cover_page(qtbot: QtBot, keep: Keep) -> None:
    dialog = filled(keep)
    dialog.show()
    assert not dialog.form.fields["last_name"].isVisible()
    dialog.form.details.click()
    assert dialog.form.fields["last_name"].isVisible()
    dialog.form.details.click()
    dialog.form.set_headers([HeaderChoice("cover", Sentence("Cover page"), cover=True)])
    assert dialog.form.fields["company"].isVisible()


# ------------------------------------------------------------ keys


def test_enter_on_a_button_presses_that_button(qtbot: QtBot, keep: Keep) -> None:
    """Not Send, which would be a fax that nobody wanted."""
    dialog = filled(keep)
    show(qtbot, dialog)
    wanted: list[str] = []
    dialog.send_wanted.connect(lambda: wanted.append("send"))
    dialog.finished.connect(lambda: wanted.append("closed"))
    for button in (dialog.form.details, dialog.preview.on, dialog.preview.larger):
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Return)
    assert wanted == [] and dialog.preview.at == 1
    QTest.keyClick(dialog.preview.larger, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert wanted == ["send"]
    dialog.later.setFocus()
    QTest.keyClick(dialog.later, Qt.Key.Key_Return)
    assert wanted == ["send", "closed"]


def test_keys_zoom_wherever_the_focus_is(qtbot: QtBot, keep: Keep) -> None:
    dialog = filled(keep)
    show(qtbot, dialog)
    dialog.form.to_field.edit.setFocus()
    fitted = dialog.preview.area.current_zoom()
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(dialog, Qt.Key.Key_Plus, control)
    assert dialog.preview.area.current_zoom() == pytest.approx(fitted * 1.25)
    QTest.keyClick(dialog, Qt.Key.Key_Plus, control)
    QTest.keyClick(dialog, Qt.Key.Key_Minus, control)
    assert dialog.preview.area.current_zoom() == pytest.approx(fitted * 1.25)
    QTest.keyClick(dialog, Qt.Key.Key_0, control)
    assert dialog.preview.area.sheet.zoom is None


def test_tab_reaches_everything_once_in_each_arrangement(qtbot: QtBot, keep: Keep) -> None:
    for width in (980, 660):
        dialog = filled(keep)
        dialog.resize(width, 600)
        show(qtbot, dialog)
        dialog.form.to.type("0199000002")
        dialog.form.to.judge_typing(CALLED)
        dialog.form.to_field.edit.setFocus()
        seen: list[QWidget | None] = []
        while (focused := QApplication.focusWidget()) not in seen:
            seen.append(focused)
            assert focused is not None
            QTest.keyClick(focused, Qt.Key.Key_Tab)
        reached = {widget for widget in seen if widget is not None}
        for widget in (dialog.form.details, dialog.form.header, dialog.send, dialog.later, dialog.discard):
            assert widget in reached
        assert (dialog.preview.area in reached) is dialog.parts.are_beside
        dialog.close()


def test_each_mnemonic_belongs_to_one_thing(qtbot: QtBot, keep: Keep, language: str) -> None:
    dialog = filled(keep)
    dialog.form.show_details(True)
    dialog.resize(660, 600)
    dialog.show()
    elsewhere = dialog.queued.findChildren(QAbstractButton)
    texts = [button.text() for button in dialog.findChildren(QAbstractButton) if button not in elsewhere]
    texts += [label.text() for label in dialog.findChildren(QLabel) if label.buddy() is not None]
    texts += [tabs.tabText(at) for tabs in dialog.findChildren(QTabWidget) for at in range(tabs.count())]
    # And of the bars that may stand across it.
    texts += [_("Send an&yway"), _("Sho&w it"), _("Ta&ke it back")]
    keys = Counter(found[1].casefold() for text in texts if (found := re.search("&([^&])", text)))
    assert [key for key, count in keys.items() if count > 1] == []
    for label in ("number", "subject"):
        assert any(each.buddy() is dialog.form.fields[label] for each in dialog.findChildren(QLabel))
    assert len(keys) >= 13


def test_everything_that_takes_the_focus_has_a_name(qtbot: QtBot, keep: Keep, language: str) -> None:
    dialog = filled(keep)
    dialog.form.show_details(True)
    dialog.show()
    kinds = (QLineEdit, QComboBox, QAbstractButton, QListWidget, QScrollArea)
    for widget in dialog.findChildren(QWidget):
        if isinstance(widget, kinds) and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus:
            named = widget.accessibleName() or (isinstance(widget, QAbstractButton) and len(widget.text()) > 1)
            assert named, widget
        if isinstance(widget, QLineEdit):
            assert widget.toolTip(), widget
    for button in (dialog.send, dialog.later, dialog.discard, dialog.form.header):
        assert button.toolTip(), button


def test_the_focus_on_the_pages_is_seen(qtbot: QtBot, keep: Keep) -> None:
    dialog = filled(keep)
    show(qtbot, dialog)
    dialog.form.to_field.edit.setFocus()
    without = dialog.preview.area.grab().toImage()
    dialog.preview.area.setFocus()
    with_it = dialog.preview.area.grab().toImage()
    for corner in ((0, 0), (1, 1), (without.width() - 1, without.height() - 1)):
        assert without.pixelColor(*corner) != with_it.pixelColor(*corner)
