# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages as pictures: black where the fax is black, in the proportions of the paper, one at a time."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from faxcore.document.document_error import DocumentError
from faxcore.document.tiff import write_to
from faxcore.model.page import Page, Resolution, Width
from faxdialog.page_image import PageImage, read_images
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
