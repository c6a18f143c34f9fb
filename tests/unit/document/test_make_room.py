# SPDX-License-Identifier: GPL-3.0-or-later
"""Room for the header line: nothing of a page is lost, and no page needs a longer sheet for it."""

import pytest

from faxcore.document.make_room import make_room
from faxcore.model.page import MAX_ROWS, Page, Resolution, Width
from tests.support.documents import pattern

FINE = Resolution.FINE
STRIP = 31
LETTER, A4 = round(279.4 * 7.7), round(297 * 7.7)


def lines(count: int, height: int = 20, gap: int = 12, width: Width = Width.A4) -> bytes:
    """Rows like writing: from the first on, lines of rows that differ, with white between them."""
    ink = pattern(width, FINE, 3 * height).rows[width.value // 8 :]
    stride = width.value // 8
    line = ink[: height * stride] + bytes(gap * stride)
    return (line * (count // (height + gap) + 1))[: count * stride]


def page(above: int, ink: int, below: int, width: Width = Width.A4) -> Page:
    stride = width.value // 8
    return Page(width, FINE, bytes(above * stride) + lines(ink, width=width) + bytes(below * stride))


def content(made: Page) -> bytes:
    return made.rows.strip(b"\0")


@pytest.mark.parametrize("rows", [0, 10, STRIP, A4, MAX_ROWS])
def test_a_white_page_stays(rows: int) -> None:
    white = Page(Width.A4, FINE, bytes(rows * 216))
    assert make_room(white, STRIP) is white


@pytest.mark.parametrize("above", [STRIP, STRIP + 1, 200])
def test_a_page_with_a_white_top_stays(above: int) -> None:
    made = page(above, A4 - above, 0)
    assert make_room(made, STRIP) is made


@pytest.mark.parametrize("width", Width)
@pytest.mark.parametrize(("above", "below"), [(0, STRIP), (0, 400), (25, 6), (30, 1)])
def test_a_page_with_a_white_end_is_moved_and_stays_as_long(width: Width, above: int, below: int) -> None:
    given = page(above, A4 - above - below, below, width)
    made = make_room(given, STRIP)
    assert made.length == A4
    assert made.rows[: STRIP * made.stride] == bytes(STRIP * made.stride)
    assert content(made) == content(given)
    assert made.rows[STRIP * made.stride] == given.rows[above * given.stride], "moved further than needed"


@pytest.mark.parametrize(
    ("rows", "length"),
    [(10, 10 + STRIP), (200, 200 + STRIP), (LETTER - STRIP, LETTER), (LETTER + 1, LETTER + 1 + STRIP), (A4 - 31, A4)],
)
def test_a_short_page_grows(rows: int, length: int) -> None:
    given = Page(Width.A4, FINE, b"\1" * 216 * rows)
    made = make_room(given, STRIP)
    assert made.length == length
    assert made.rows[STRIP * 216 :] == given.rows


def test_a_page_grows_by_no_more_than_its_white_end_lacks() -> None:
    given = page(0, 1000, 11)
    made = make_room(given, STRIP)
    assert made.length == 1011 + 20
    assert content(made) == content(given)


@pytest.mark.parametrize("rows", [LETTER, LETTER - 5, A4, A4 - 1, A4 + 5, 2700, MAX_ROWS])
def test_a_full_page_gives_up_white_rows_and_needs_no_longer_sheet(rows: int) -> None:
    given = Page(Width.A4, FINE, lines(rows - 1) + b"\1" * 216)
    made = make_room(given, STRIP)
    assert made.length == next((sheet for sheet in (LETTER, A4) if sheet >= rows), rows)
    assert made.rows[: STRIP * 216] == bytes(STRIP * 216)
    assert inked_rows(made) == inked_rows(given)


def inked_rows(made: Page) -> list[bytes]:
    rows = (made.rows[at : at + made.stride] for at in range(0, len(made.rows), made.stride))
    return [row for row in rows if any(row)]


def test_upright_strokes_are_shortened_everywhere_alike() -> None:
    """The table's upright lines stay whole; its lines across stay, and nearly where they were."""
    upright = b"\x18" + bytes(214) + b"\x18"
    rows = [b"\xff" * 216 if number % 100 < 3 or number == A4 - 1 else upright for number in range(A4)]
    given = Page(Width.A4, FINE, b"".join(rows))
    made = make_room(given, STRIP)
    assert made.length == A4
    across = [number for number in range(A4) if made.rows[number * 216 : (number + 1) * 216] == b"\xff" * 216]
    before = [number for number, row in enumerate(rows) if row == b"\xff" * 216]
    assert len(across) == len(before)
    for place, was in zip(across, before, strict=True):
        assert abs(place - (STRIP + was * (A4 - STRIP) / A4)) <= A4 / STRIP


@pytest.mark.parametrize("step", [1, 5, 1001])
def test_no_ink_goes_when_no_two_rows_are_alike(step: int) -> None:
    """A slanted hairline: a dot in every row, each in another column than those around it."""
    given = Page(Width.A4, FINE, b"".join((1 << number * step % 1728).to_bytes(216) for number in range(A4)))
    made = make_room(given, STRIP)
    assert made.length == A4
    assert sum(map(int.bit_count, made.rows)) == A4
    assert len(inked_rows(made)) == A4 - STRIP
