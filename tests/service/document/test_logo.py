# SPDX-License-Identifier: GPL-3.0-or-later
"""A header's logo on the cover page: black and white, above the heading, and no reason for a fax not to go."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from faxcore.document import logo
from faxcore.document.compose import compose
from faxcore.document.tiff import read_pages
from faxcore.model.header import SHIPPED
from faxcore.model.page import Page
from tests.service.test_compose import ORDER
from tests.support.service_parts import document

HEADER = replace(SHIPPED[1], heading="Mairie de Test")


def octets(picture: Image.Image, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


def shield(mode: str = "RGBA") -> Image.Image:
    """A dark blue disc on nothing, with a lighter letter in it."""
    picture = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((20, 20, 380, 380), fill=(20, 30, 120, 255))
    draw.rectangle((180, 100, 220, 300), fill=(230, 230, 120, 255))
    return picture.convert(mode)


@pytest.mark.parametrize(("mode", "form"), [("RGBA", "PNG"), ("P", "PNG"), ("LA", "PNG")])
def test_what_is_seen_through_is_white_and_colours_are_black_or_white(mode: str, form: str) -> None:
    made = logo.draw_logo(octets(shield(mode), form))
    assert made.mode == "1" and made.size == (480, 480), "20 mm at most"
    at = [made.getpixel(place) for place in ((2, 2), (60, 240), (240, 240), (420, 240))]
    assert at == [255, 0, 255, 0]
    assert logo.millimetres(made) == 20


def test_a_wide_one_is_as_wide_as_may_be() -> None:
    made = logo.draw_logo(octets(Image.new("L", (1000, 10), 40), "JPEG"))
    assert logo.millimetres(made) == 80 and made.height < 24


@pytest.mark.parametrize("wrong", [b"", b"\x89PNG\r\n\x1a\nnothing", b"GIF89a", octets(shield())[:200]])
def test_what_is_no_picture_is_refused(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="no picture"):
        logo.draw_logo(wrong)


def composed(folder: Path, picture: str) -> Page:
    """The cover page as the composer makes it, behind its wall."""
    source, out = document(folder), folder / "out.tif"
    asyncio.run(compose(source, out, replace(ORDER, header=replace(HEADER, logo=picture))))
    with out.open("rb") as file:
        page = next(iter(read_pages(file)))
    out.unlink()
    return page


def ink(page: Page, rows: int) -> int:
    """The black dots in the first rows."""
    return int.from_bytes(page.rows[: rows * 216], "big").bit_count()


def test_it_stands_above_the_heading(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(octets(shield()))
    with_it, without = composed(tmp_path, str(tmp_path / "logo.png")), composed(tmp_path, "")
    # The disc has some 18 mm across; the heading, which has gone down, is missing from these rows.
    more = ink(with_it, 360) - ink(without, 360)
    assert more > 3_000, more


@pytest.mark.parametrize("content", [None, b"\x89PNG\r\n\x1a\nnothing"])
def test_one_that_has_gone_or_is_broken_costs_no_fax(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "logo.png").write_bytes(content)
    assert composed(tmp_path, str(tmp_path / "logo.png")) == composed(tmp_path, "")
