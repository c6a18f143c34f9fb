# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages as they are read: as wide as the pane, turned around, and from one to the next by keys."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from faxcore.document.tiff import read_page, write_to
from faxcore.model.page import Page, Resolution, Width
from faxcore.qt.pages import page_image
from faxcore.qt.pages.page_area import Fit
from faxcore.qt.pages.page_image import PageImage, read_images
from faxcore.qt.pages.page_pane import PagePane

Keep = Callable[[QWidget], PagePane]
ROWS = round(297 * Resolution.FINE.rows_per_mm)


def page() -> Page:
    """White, but for a black bar along its top."""
    return Page(Width.A4, Resolution.FINE, b"\xff" * 216 * 400 + bytes(216 * (ROWS - 400)))


def opened(qtbot: QtBot, keep: Keep, pages: int = 3, width: int = 500, height: int = 500) -> PagePane:
    pane = keep(PagePane())
    pane.resize(width, height)
    pane.show_pages([PageImage.of(page())] * pages)
    pane.show()
    qtbot.waitExposed(pane)
    return pane


def down(pane: PagePane) -> QScrollBar:
    bar = pane.area.verticalScrollBar()
    assert bar is not None
    return bar


def across(pane: PagePane) -> QScrollBar:
    bar = pane.area.horizontalScrollBar()
    assert bar is not None
    return bar


def is_dark(pane: PagePane, x: float, y: float) -> bool:
    """Tell whether the page is dark at this place of its paper, in shares of its width and height."""
    point = pane.area.sheet.point_of(QPointF(x, y)).toPoint()
    return pane.area.sheet.grab().toImage().pixelColor(point).lightness() < 100


def test_pages_are_as_wide_as_the_pane_at_every_size(qtbot: QtBot, keep: Keep) -> None:
    pane = opened(qtbot, keep)
    pane.fit_width()
    for width, height, higher in ((500, 500, True), (800, 500, True), (430, 500, True), (500, 1200, False)):
        pane.resize(width, height)
        room = pane.area.maximumViewportSize().width()
        taken = pane.area.sheet.paper().width()
        assert across(pane).maximum() == 0, (width, height)
        assert room - 60 < taken < room, (width, height)
        assert (down(pane).maximum() > 0) is higher, (width, height)
    assert pane.area.fitted is Fit.WIDTH and not pane.wide.isEnabled() and pane.fit.isEnabled()


def test_smaller_than_as_wide_as_the_pane_is_the_whole_page_at_last(qtbot: QtBot, keep: Keep) -> None:
    pane = opened(qtbot, keep)
    pane.fit_width()
    for _step in range(10):
        if pane.smaller.isEnabled():
            qtbot.mouseClick(pane.smaller, Qt.MouseButton.LeftButton)
    assert pane.area.fitted is Fit.WHOLE and down(pane).maximum() == 0
    qtbot.mouseClick(pane.wide, Qt.MouseButton.LeftButton)
    assert pane.area.fitted is Fit.WIDTH


def test_a_second_click_on_an_enlarged_page_shows_it_as_usual(qtbot: QtBot, keep: Keep) -> None:
    pane = opened(qtbot, keep)
    pane.fit_width()
    view = pane.area.viewport()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton)
    assert pane.area.fitted is None and pane.area.current_zoom() > 1
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton)
    assert pane.area.fitted is Fit.WIDTH


def test_the_next_page_begins_at_its_top_and_the_one_before_ends_at_its_foot(qtbot: QtBot, keep: Keep) -> None:
    pane = opened(qtbot, keep)
    pane.fit_width()
    pane.area.setFocus()
    seen = []
    for _key in range(20):
        seen.append((pane.at, down(pane).value() == 0))
        QTest.keyClick(pane.area, Qt.Key.Key_Space)
    assert {at for at, _top in seen} == {0, 1, 2}
    assert all(any(top for at, top in seen if at == page) for page in range(3)), "each page begins at its top"
    assert pane.at == 2 and down(pane).value() == down(pane).maximum()
    while pane.at == 2:
        QTest.keyClick(pane.area, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert pane.at == 1 and down(pane).value() == down(pane).maximum()
    qtbot.mouseClick(pane.on, Qt.MouseButton.LeftButton)
    assert pane.at == 2 and down(pane).value() == 0


def test_arrows_scroll_a_page_and_turn_at_its_ends(qtbot: QtBot, keep: Keep) -> None:
    pane = opened(qtbot, keep)
    pane.area.setFocus()
    for key, at in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1), (Qt.Key.Key_Left, 0)):
        QTest.keyClick(pane.area, key)
        assert pane.at == at
    pane.area.zoom_to(2.0)
    QTest.keyClick(pane.area, Qt.Key.Key_Home)
    down(pane).setValue(0)
    across(pane).setValue(0)
    QTest.keyClick(pane.area, Qt.Key.Key_Down)
    QTest.keyClick(pane.area, Qt.Key.Key_Right)
    assert pane.at == 0 and down(pane).value() > 0 and across(pane).value() > 0
    QTest.keyClick(pane.area, Qt.Key.Key_End)
    assert pane.at == 2


def test_a_page_is_turned_around_for_itself_until_there_are_others(qtbot: QtBot, keep: Keep) -> None:
    pane = opened(qtbot, keep, 2)
    assert is_dark(pane, 0.5, 0.05) and not is_dark(pane, 0.95, 0.5)
    qtbot.mouseClick(pane.turner, Qt.MouseButton.LeftButton)
    paper = pane.area.sheet.paper()
    assert paper.width() > paper.height() and is_dark(pane, 0.95, 0.5), "the top is on the right"
    pane.turn(+1)
    assert is_dark(pane, 0.5, 0.05)
    pane.turn(-1)
    assert is_dark(pane, 0.95, 0.5)
    pane.rotate()
    assert is_dark(pane, 0.5, 0.95), "the top is at the foot"
    pane.show_pages([PageImage.of(page())] * 3)
    assert is_dark(pane, 0.5, 0.95), "the same page"
    pane.show_pages([PageImage.of(Page(Width.A4, Resolution.FINE, b"\xff" * 216 * 300 + bytes(216 * 1700)))])
    assert is_dark(pane, 0.5, 0.05)


def test_a_page_that_lies_is_fitted_to_the_width(qtbot: QtBot, keep: Keep) -> None:
    pane = opened(qtbot, keep, 1, 600, 500)
    pane.fit_width()
    upright = pane.area.sheet.paper().width()
    pane.rotate()
    paper = pane.area.sheet.paper()
    assert across(pane).maximum() == 0 and abs(paper.width() - upright) < 40
    pane.rotate()
    assert pane.area.sheet.paper().width() == upright


def test_keys_make_pages_larger_and_turn_them_around(qtbot: QtBot, keep: Keep) -> None:
    pane = opened(qtbot, keep)
    pane.bind_keys(pane)
    with qtbot.waitActive(pane):
        pane.activateWindow()
    pane.area.setFocus()
    fitted = pane.area.current_zoom()
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Minus):
        QTest.keyClick(pane.area, key, Qt.KeyboardModifier.ControlModifier)
    assert pane.area.current_zoom() == pytest.approx(fitted * 1.25)
    QTest.keyClick(pane.area, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    assert pane.area.fitted is Fit.WIDTH
    QTest.keyClick(pane.area, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert pane.area.fitted is Fit.WHOLE
    QTest.keyClick(pane.area, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert is_dark(pane, 0.95, 0.5)


def test_without_pages_there_is_a_note_and_nothing_to_press(qtbot: QtBot, keep: Keep) -> None:
    pane = opened(qtbot, keep, 0)
    pane.set_note("Choose a fax.")
    assert pane.note.isVisible() and pane.note.text() == "Choose a fax."
    for button in (pane.back, pane.on, pane.smaller, pane.larger, pane.fit, pane.wide, pane.turner):
        assert not button.isEnabled(), button.accessibleName()
    for act in (pane.rotate, pane.fit_width, pane.fit_page):
        act()
    pane.page_key(+1)
    pane.show_at(3)
    assert pane.at == 0 and not pane.where.text()


def test_a_hundred_pages_are_decoded_as_they_are_seen(
    qtbot: QtBot, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = io.BytesIO()
    write_to(file, [page()] * 100)
    decoded: list[int] = []

    def note(source: io.BytesIO, number: int) -> Page:
        decoded.append(number)
        return read_page(source, number)

    monkeypatch.setattr(page_image, "read_page", note)
    pane = opened(qtbot, keep, 1)
    decoded.clear()
    pane.show_pages(read_images(file))
    pane.show_at(99)
    assert pane.where.text() == "Page 100 of 100" and set(decoded) == {0, 99}
