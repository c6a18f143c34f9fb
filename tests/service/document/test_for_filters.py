# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents that other programs arrange: nothing that was cropped is in them; and pages of several documents joined."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from typing import BinaryIO

import pikepdf
import pytest

from faxcore.document import renderer
from faxcore.document.document_error import Reason, RenderFailed
from faxcore.document.for_filters import make_for_filters
from faxcore.document.join import join_pages
from faxcore.document.tiff import read_pages, write_to
from faxcore.model.page import Page, Resolution, Width


def cropped(content: bytes, box: Sequence[int]) -> BinaryIO:
    """An A4 page whose crop box is this."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the test closes it
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Contents = pikepdf.Stream(pdf, content)
        page.CropBox = pikepdf.Array(list(box))
        pdf.save(file)
    return file


@pytest.mark.parametrize(
    "content",
    [b"0 0 595 400 re 100 780 200 10 re f", b"q Q Q 0 0 595 400 re f 100 780 200 10 re f"],
    ids=["plain", "states that are not saved"],
)
def test_what_was_cropped_is_gone_and_the_rest_is_there(content: bytes) -> None:
    with cropped(content, (0, 421, 595, 842)) as source, tempfile.TemporaryFile() as made:
        assert make_for_filters(source, made) == 1
        with pikepdf.open(made) as pdf:
            # A program that looks at the largest box and at the whole content finds no more than is seen.
            assert [float(side) for side in pdf.pages[0].mediabox] == [0, 421, 595, 842]
            pdf.pages[0].MediaBox = pikepdf.Array([0, 0, 595, 842])
            pdf.pages[0].CropBox = pikepdf.Array([0, 0, 595, 842])
            whole = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
            pdf.save(whole)
        with whole, renderer.render(whole) as drawn:
            (page,) = read_pages(drawn.file)
    part = int.from_bytes(page.rows, "big").bit_count() / (8 * len(page.rows))
    assert 0.002 < part < 0.01


def test_a_box_beside_the_page_hides_nothing() -> None:
    with cropped(b"100 780 200 10 re f", (700, 900, 800, 1000)) as source, tempfile.TemporaryFile() as made:
        assert make_for_filters(source, made) == 1
        with pikepdf.open(made) as pdf:
            assert [float(side) for side in pdf.pages[0].mediabox] == [0, 0, 595, 842]


def tiff_of(count: int) -> BinaryIO:
    file = io.BytesIO()
    write_to(file, [Page(Width.A4, Resolution.STANDARD, bytes(216 * (number + 1))) for number in range(count)])
    return file


def test_pages_are_joined_in_order_and_copied_as_a_whole() -> None:
    with tempfile.TemporaryFile() as out:
        join_pages([tiff_of(1), tiff_of(2)], 2, out)
        assert [page.length for page in read_pages(out)] == [1, 1, 2, 1, 1, 2]


def test_too_many_pages_are_refused() -> None:
    with tempfile.TemporaryFile() as out, pytest.raises(RenderFailed) as refused:
        join_pages([tiff_of(3)], 200, out)
    assert refused.value.reason is Reason.TOO_MANY_PAGES
