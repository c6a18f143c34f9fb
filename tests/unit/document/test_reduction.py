# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages made smaller: halftones stay as dark as they were, and no thin stroke breaks or goes."""

import pytest
from PIL import Image, ImageDraw

from faxcore.document.bilevel import make_page
from faxcore.document.reduction import reduce_page
from faxcore.model.page import Page, Resolution, Width
from tests.support.documents import ink

LEGAL, A4 = 2738, 2287


def drawn(image: Image.Image) -> Page:
    return Page(Width(image.width), Resolution.FINE, image.convert("1").tobytes())


@pytest.mark.parametrize("photo", [False, True], ids=["halftone", "diffused"])
def test_greys_are_as_dark_as_before(photo: bool) -> None:
    """Light ones, which may be writing, by a fifth darker at most: that is how much smaller the page is."""
    steps = Image.new("L", (1728, LEGAL), 255)
    for step in range(9):
        ImageDraw.Draw(steps).rectangle((192 * step, 0, 192 * step + 191, LEGAL), fill=70 + 18 * step)
    page = make_page(steps, Resolution.FINE, photo=photo)
    smaller, scale = reduce_page(page, A4), A4 / LEGAL
    for step in range(9):
        left = 24 * step
        before = ink(page, left + 3, 20, left + 20, 330)
        middle = 215.2 / 2
        left_now, right_now = (middle + (at - middle) * scale for at in (left + 3, left + 20))
        now = ink(smaller, left_now, 20, right_now, 280)
        assert before - 0.04 <= now <= before * (1 if before > 0.45 else 1 / scale) + 0.04, (step, before, now)


@pytest.mark.parametrize("spacing", [9, 40, 300])
@pytest.mark.parametrize("upright", [False, True])
def test_lines_of_a_single_row_or_column_are_all_there_and_whole(upright: bool, spacing: int) -> None:
    image = Image.new("L", (1728, LEGAL))
    ends = range(50, (1728 if upright else LEGAL) - 50, spacing)
    for at in ends:
        ImageDraw.Draw(image).line((at, 40, at, LEGAL - 40) if upright else (40, at, 1688, at), fill=255)
    smaller = reduce_page(drawn(image), A4)
    image = Image.frombytes("1", (1728, A4), smaller.rows).convert("L")
    for along in range(300, 1400, 7):
        cut = image.crop((0, along, 1728, along + 1) if upright else (along, 0, along + 1, A4)).tobytes()
        strokes = cut.replace(b"\0", b" ").split()
        assert len(strokes) == len(ends)
        assert max(map(len, strokes)) <= 2


def test_a_page_keeps_its_shape_and_stands_in_the_middle() -> None:
    image = Image.new("L", (1728, LEGAL))
    ImageDraw.Draw(image).rectangle((0, 0, 1727, LEGAL - 1), fill=255)
    smaller = reduce_page(drawn(image), A4)
    inked = Image.frombytes("1", (1728, A4), smaller.rows).getbbox()
    assert inked is not None
    left, top, right, bottom = inked
    assert (top, bottom) == (0, A4)
    assert right - left == pytest.approx(1728 * A4 / LEGAL, abs=1)
    assert left == pytest.approx(1728 - right, abs=1)


@pytest.mark.parametrize("rows", [1, 15, 16, 17, 1000])
@pytest.mark.parametrize("width", Width)
def test_pages_of_any_size_stay_white_or_black(width: Width, rows: int) -> None:
    for octet in (b"\0", b"\xff"):
        page = Page(width, Resolution.FINE, octet * (width.value // 8) * rows)
        smaller = reduce_page(page, max(1, rows * 5 // 6))
        assert smaller.length == max(1, rows * 5 // 6) and smaller.width is width
        middle = smaller.rows[smaller.stride // 3 : smaller.stride // 2]
        assert set(middle) == set(octet)
