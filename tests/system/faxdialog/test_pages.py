# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages as pictures: black where the fax is black, in the proportions of the paper, one at a time."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from faxcore.document.document_error import DocumentError
from faxcore.document.tiff import read_page, write_to
from faxcore.model.page import Page, Resolution, Width
from faxcore.qt.pages import page_image
from faxcore.qt.pages.page_image import PageImage, read_images
from faxdialog.preview import PreviewPane

Keep = Callable[[PreviewPane], PreviewPane]


def page(resolution: Resolution = Resolution.FINE) -> Page:
    """White, but its first row is black."""
    rows = round(297 * resolution.rows_per_mm)
    return Page(Width.A4, resolution, b"\xff" * 216 + bytes(216 * (rows - 1)))


@pytest.mark.parametrize("resolution", list(Resolution))
def test_a_page_that_went_through_a_file_is_black_where_it_was(qtbot: QtBot, resolution: Resolution) -> None:
    file = io.BytesIO()
    write_to(file, [page(resolution)])
    (found,) = read_images(file)
    image = found.image
    assert image.pixelColor(0, 0).lightness() == 0
    assert image.pixelColor(1727, 0).lightness() == 0
    assert image.pixelColor(0, 1).lightness() == 255
    assert image.width() == 1728


@pytest.mark.parametrize("resolution", list(Resolution))
def test_paper_has_its_size_whatever_the_resolution(resolution: Resolution) -> None:
    wide, high = PageImage.of(page(resolution)).size_mm
    assert wide == pytest.approx(215, abs=0.5)
    assert high == pytest.approx(297, abs=0.5)


def test_what_is_no_fax_is_refused() -> None:
    with pytest.raises(DocumentError):
        read_images(io.BytesIO(b"II*\0rubbish"))


def test_pages_are_turned_one_at_a_time_and_never_past_the_end(qtbot: QtBot, keep: Keep) -> None:
    preview = keep(PreviewPane())
    preview.show_pages([PageImage.of(page())] * 3)
    for step, at in ((-1, 0), (1, 1), (1, 2), (1, 2), (-1, 1)):
        preview.turn(step)
        assert preview.at == at
        assert preview.where.text() == f"Page {at + 1} of 3"
    preview.show_pages([PageImage.of(page())])
    assert preview.at == 0
    assert not preview.on.isVisibleTo(preview)


def test_the_page_keys_go_through_an_enlarged_page_before_the_next(qtbot: QtBot, keep: Keep) -> None:
    preview = keep(PreviewPane())
    preview.resize(500, 500)
    preview.show()
    preview.show_pages([PageImage.of(page())] * 2)
    preview.area.zoom_to(2.0)
    bar = preview.area.verticalScrollBar()
    assert bar is not None
    assert bar.maximum() > 0
    preview.page_key(+1)
    assert preview.at == 0 and bar.value() > 0
    bar.setValue(bar.maximum())
    preview.page_key(+1)
    assert preview.at == 1 and bar.value() == 0
    preview.page_key(-1)
    assert preview.at == 0 and bar.value() == bar.maximum()


def test_the_sheet_is_drawn_at_every_size(qtbot: QtBot, keep: Keep) -> None:
    preview = keep(PreviewPane())
    preview.show_pages([PageImage.of(page())])
    for size in (1, 40, 900):
        preview.area.sheet.resize(size, size)
        assert not preview.area.sheet.grab().isNull()


# ------------------------------------------------------------ wheel, mouse and small pages


def wheel(preview: PreviewPane, notches: float, control: bool = False, at: QPointF | None = None) -> None:
    """Turn the wheel over the pages, away from the person for a positive angle."""
    view = preview.area.viewport()
    assert view is not None
    place = at or QPointF(view.rect().center())
    keys = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    angle = QPoint(0, round(120 * notches))
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(place, view.mapToGlobal(place), QPoint(), angle, buttons, keys, phase, False)
    QApplication.sendEvent(view, event)


def opened(qtbot: QtBot, keep: Keep, pages: int = 3) -> PreviewPane:
    preview = keep(PreviewPane())
    preview.resize(600, 600)
    preview.show_pages([PageImage.of(page())] * pages)
    preview.show()
    qtbot.waitExposed(preview)
    return preview


def test_the_wheel_turns_fitted_pages(qtbot: QtBot, keep: Keep) -> None:
    preview = opened(qtbot, keep)
    for notches, at in ((-1, 1), (-0.5, 1), (-0.5, 2), (-1, 2), (1, 1)):
        wheel(preview, notches)
        assert preview.at == at


def test_the_wheel_scrolls_an_enlarged_page_and_turns_at_its_end(qtbot: QtBot, keep: Keep) -> None:
    preview = opened(qtbot, keep)
    preview.area.zoom_to(1.0)
    bar = preview.area.verticalScrollBar()
    assert bar is not None
    bar.setValue(0)
    wheel(preview, -1)
    assert preview.at == 0 and bar.value() > 0
    bar.setValue(bar.maximum())
    wheel(preview, -1)
    assert preview.at == 1 and bar.value() == 0
    wheel(preview, 1)
    assert preview.at == 0 and bar.value() == bar.maximum()


def test_the_wheel_with_ctrl_zooms_around_the_pointer(qtbot: QtBot, keep: Keep) -> None:
    preview = opened(qtbot, keep)
    fitted = preview.area.current_zoom()
    assert preview.percent.text() == f"{round(100 * fitted)} %" and not preview.smaller.isEnabled()
    preview.area.zoom_to(1.0)
    corner = QPointF(180, 120)
    place = place_at(preview, corner)
    for _notch in range(4):
        wheel(preview, 1, control=True, at=corner)
    assert preview.area.current_zoom() == pytest.approx(1.25**4, rel=0.01)
    assert near(place_at(preview, corner), place) and preview.at == 0
    for _notch in range(9):
        wheel(preview, -1, control=True)
    assert preview.area.sheet.zoom is None and not preview.fit.isEnabled()


def place_at(preview: PreviewPane, point: QPointF) -> QPointF:
    view = preview.area.viewport()
    assert view is not None
    return preview.area.sheet.place_on_paper(QPointF(preview.area.sheet.mapFrom(view, point.toPoint())))


def near(one: QPointF, other: QPointF) -> bool:
    return abs(one.x() - other.x()) < 0.03 and abs(one.y() - other.y()) < 0.03


def test_a_click_enlarges_there_and_another_shows_the_whole_page(qtbot: QtBot, keep: Keep) -> None:
    preview = opened(qtbot, keep)
    view = preview.area.viewport()
    paper = preview.area.sheet.paper()
    corner = QPointF(paper.left() + 0.8 * paper.width(), paper.top() + 0.75 * paper.height()).toPoint()
    place = place_at(preview, QPointF(corner))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=corner)
    assert preview.area.current_zoom() >= 1.0
    assert near(place_at(preview, QPointF(corner)), place)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=corner)
    assert preview.area.sheet.zoom is None


def test_dragging_moves_an_enlarged_page_and_is_no_click(qtbot: QtBot, keep: Keep) -> None:
    preview = opened(qtbot, keep)
    preview.area.zoom_to(2.0)
    view, bar = preview.area.viewport(), preview.area.verticalScrollBar()
    assert bar is not None
    before = bar.value()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 300))
    qtbot.mouseMove(view, QPoint(200, 200))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert bar.value() == before + 100
    assert preview.area.sheet.zoom == 2.0


def test_one_page_has_no_strip_and_more_are_chosen_in_it(qtbot: QtBot, keep: Keep) -> None:
    preview = opened(qtbot, keep, pages=1)
    assert not preview.strip.isVisible()
    preview.show_pages([PageImage.of(page())] * 4)
    assert preview.strip.isVisible() and preview.strip.count() == 4
    preview.strip.setCurrentRow(2)
    assert preview.at == 2 and preview.where.text() == "Page 3 of 4"
    preview.turn(+1)
    assert preview.strip.currentRow() == 3


def test_of_many_pages_only_those_are_decoded_that_are_seen(
    qtbot: QtBot, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = io.BytesIO()
    write_to(file, [page()] * 40)
    decoded: list[int] = []

    def note(source: io.BytesIO, number: int) -> Page:
        decoded.append(number)
        return read_page(source, number)

    monkeypatch.setattr(page_image, "read_page", note)
    preview = keep(PreviewPane())
    preview.resize(600, 500)
    preview.show()
    preview.show_pages(read_images(file))
    assert set(decoded) == {0}, "the first page waits for others"
    qtbot.waitUntil(lambda: len(set(decoded)) > 2)
    qtbot.waitUntil(lambda: not preview.strip._making.isActive())
    assert max(decoded) < 10
    preview.turn(+30)
    qtbot.waitUntil(lambda: 30 in decoded and not preview.strip._making.isActive())
    assert 15 not in decoded


def test_a_damaged_page_says_so_and_costs_no_other(qtbot: QtBot, keep: Keep) -> None:
    file = io.BytesIO()
    write_to(file, [page(), page()])
    octets = bytearray(file.getvalue())
    good = read_images(io.BytesIO(bytes(octets)))
    broken = PageImage(good[1].pixels, good[1].size_mm, bytes(octets[: len(octets) // 3]), 1)
    preview = keep(PreviewPane())
    preview.show()
    preview.show_pages([good[0], broken])
    assert preview.area.sheet.has_page and not preview.note.isVisible()
    preview.turn(+1)
    assert preview.note.text().startswith("The pages cannot be shown.") and not preview.area.sheet.has_page
    preview.turn(-1)
    assert preview.area.sheet.has_page and not preview.note.isVisible()


# ------------------------------------------------------------ pages that were turned for sending


def lying() -> Page:
    """A wide page laid on its left side: what a reader sees at the top left is at the bottom left here."""
    rows = round(297 * Resolution.FINE.rows_per_mm)
    return Page(Width.A4, Resolution.FINE, bytes(216 * (rows - 8)) + (b"\xff" + bytes(215)) * 8, turned=True)


def test_a_page_that_was_turned_is_seen_upright(qtbot: QtBot) -> None:
    page = PageImage.of(lying())
    wide, high = page.size_mm
    assert (round(wide), round(high)) == (297, 215)
    image = page.image
    assert (image.width(), image.height()) == page.pixels == (lying().length, 1728)
    assert image.pixelColor(0, 0).lightness() == 0
    assert image.pixelColor(image.width() - 1, 0).lightness() == 255
    assert image.pixelColor(0, image.height() - 1).lightness() == 255


def test_it_is_said_of_a_turned_page_and_of_no_other(qtbot: QtBot, keep: Keep) -> None:
    preview = keep(PreviewPane())
    preview.resize(700, 500)
    preview.show()
    preview.show_pages([PageImage.of(page()), PageImage.of(lying())])
    assert not preview.turned.isVisible()
    preview.turn(+1)
    assert preview.turned.isVisible() and preview.turned.text() == "turned for sending"
    assert preview.area.accessibleDescription() == "turned for sending"
    names = [
        preview.strip.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)  # type: ignore[union-attr]
        for row in (0, 1)
    ]
    assert names == ["Page 1", "Page 2, turned for sending"]
    preview.turn(-1)
    assert not preview.turned.isVisible() and preview.area.accessibleDescription() == ""
