# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of every usual kind: upright, of their own size, with their own greys, and no page that is none."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageDraw, TiffImagePlugin

from faxcore.document.document_error import Reason
from faxcore.model.page import Resolution, Width
from tests.support.documents import failure, grey_noise, ink, rendered

pillow_heif.register_heif_opener()


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """A file of this kind."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def corner(size: tuple[int, int] = (1000, 1400)) -> Image.Image:
    """White, with a black box at the top left, wider than high."""
    image = Image.new("L", size, 255)
    image.paste(0, (0, 0, size[0] // 2, size[1] // 5))
    return image


@pytest.mark.parametrize("kind", ["GIF", "BMP", "WEBP", "HEIF", "AVIF", "PNG", "JPEG", "TIFF"])
def test_every_usual_kind_is_drawn(tmp_path: Path, kind: str) -> None:
    [page] = rendered(tmp_path, saved(corner().convert("RGB"), kind))
    assert ink(page, 12, 8, 95, 50) > 0.98
    assert ink(page, 120, 8, 200, 290) == 0.0


@pytest.mark.parametrize(
    ("kind", "orientation"), [("JPEG", each) for each in range(1, 9)] + [("PNG", 6), ("WEBP", 8), ("TIFF", 3)]
)
def test_a_photograph_stands_as_the_camera_was_held(tmp_path: Path, kind: str, orientation: int) -> None:
    """EXIF says by which turn a viewer shows it; here the upright picture is stored turned back."""
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = corner().transpose(back[orientation]) if orientation > 1 else corner()
    exif = Image.Exif()
    exif[0x0112] = orientation
    options: dict[str, Any] = {"tiffinfo": {274: orientation}} if kind == "TIFF" else {"exif": exif}
    [page] = rendered(tmp_path, saved(stored, kind, **options))
    assert ink(page, 12, 8, 95, 50) > 0.98
    assert ink(page, 120, 8, 200, 290) == 0.0


@pytest.mark.parametrize(
    ("kind", "mode", "white"),
    [("PNG", "I;16", 65535), ("TIFF", "I;16", 65535), ("TIFF", "F", 1.0), ("TIFF", "F", 255.0), ("TIFF", "I", 65535)],
)
@pytest.mark.parametrize("share", [1.0, 0.5, 0.0])
def test_deep_greys_have_a_scale_of_their_own(tmp_path: Path, kind: str, mode: str, white: float, share: float) -> None:
    """A sheet of one grey is that grey, whatever else is on it; a white pixel tells which scale fractions have."""
    value: float = white * share if mode == "F" else int(white * share)
    image = Image.new(mode, (400, 500), value)
    image.putpixel((0, 0), white if mode == "F" else int(white))
    [page] = rendered(tmp_path, saved(image, kind))
    dark = ink(page, 20, 20, 190, 240)
    assert dark == 0.0 if share == 1.0 else dark == 1.0 if share == 0.0 else 0.4 < dark < 0.8


def test_a_thumbnail_and_a_mask_are_no_pages(tmp_path: Path) -> None:
    for number, pages in ((1, 1), (4, 1), (0, 2), (2, 2)):
        second = Image.new("L", (100, 140), 0)
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[254] = number
        second.encoderinfo = {"tiffinfo": tags}
        assert len(rendered(tmp_path, saved(corner(), "TIFF", save_all=True, append_images=[second]))) == pages


@pytest.mark.parametrize("number", [1, 4, 5])
def test_a_file_with_nothing_but_thumbnails_has_its_first_as_its_page(tmp_path: Path, number: int) -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[254] = number
    second = Image.new("L", (100, 140), 0)
    second.encoderinfo = {"tiffinfo": tags}
    [page] = rendered(tmp_path, saved(corner(), "TIFF", tiffinfo=tags, save_all=True, append_images=[second]))
    [same] = rendered(tmp_path, saved(corner(), "TIFF"))
    assert page.rows == same.rows


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_a_picture_that_moves_is_its_first_one(tmp_path: Path, kind: str) -> None:
    other = Image.new("L", (1000, 1400), 0)
    [page] = rendered(tmp_path, saved(corner(), kind, save_all=True, append_images=[other]))
    assert ink(page, 120, 8, 200, 290) == 0.0


def bilevel(rows: int, across: int = 1728) -> Image.Image:
    image = Image.new("1", (across, rows), 1)
    ImageDraw.Draw(image).ellipse((400, rows // 4, 1200, rows * 3 // 4), outline=0, width=9)
    return image


@pytest.mark.parametrize(
    ("rows", "width", "resolution"),
    [
        (1145, Width.A4, Resolution.STANDARD),
        (1369, Width.A4, Resolution.STANDARD),
        (2292, Width.A4, Resolution.FINE),
        (2738, Width.A4, Resolution.FINE),
        (4573, Width.A4, Resolution.SUPERFINE),
        (1401, Width.B4, Resolution.STANDARD),
        (3234, Width.A3, Resolution.FINE),
    ],
)
@pytest.mark.parametrize("dpi", [None, (72, 72), (1, 1)])
def test_a_fax_without_a_resolution_has_that_of_its_rows(
    tmp_path: Path, rows: int, width: Width, resolution: Resolution, dpi: tuple[int, int] | None
) -> None:
    options = {"dpi": dpi} if dpi else {}
    [page] = rendered(tmp_path, saved(bilevel(rows, width.value), "TIFF", compression="group4", **options))
    assert (page.width, page.resolution, page.length) == (width, resolution, rows)


def test_a_bilevel_scan_of_another_resolution_is_drawn(tmp_path: Path) -> None:
    """1728 pixels at 300 dots an inch are A5 paper, not a fax."""
    [page] = rendered(tmp_path, saved(bilevel(2480), "TIFF", compression="group4", dpi=(300, 300)))
    assert abs(page.length / 7.7 - 210) < 0.4


@pytest.mark.parametrize(("across", "down", "sent"), [(210, 297, 297.0), (216, 279, 279.0), (148, 210, 210.0)])
def test_a_scan_keeps_the_size_of_its_paper(tmp_path: Path, across: int, down: int, sent: float) -> None:
    size = round(across * 200 / 25.4), round(down * 200 / 25.4)
    [page] = rendered(tmp_path, saved(corner(size), "PNG", dpi=(200, 200)))
    assert abs(page.length / 7.7 - sent) < 0.4


@pytest.mark.parametrize("kind", ["GIF", "BMP", "WEBP", "HEIF"])
def test_a_picture_that_is_cut_is_refused(tmp_path: Path, kind: str) -> None:
    data = saved(grey_noise((600, 800), 80).convert("RGB"), kind)
    assert failure(tmp_path, data[: len(data) // 2]) in (Reason.DAMAGED, Reason.UNKNOWN_FORMAT)
