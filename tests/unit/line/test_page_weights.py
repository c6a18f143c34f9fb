# SPDX-License-Identifier: GPL-3.0-or-later
"""The weights of a document's pages on the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from faxcore.document.tiff import write_pages
from faxcore.line import page_weights
from faxcore.line.codecs import encode
from faxcore.line.page_weights import weigh_pages
from faxcore.model.page import Coding, Resolution, Width
from tests.support.pages import noise_page, text_page


@pytest.mark.parametrize("coding", list(Coding))
def test_pages_weigh_what_they_are_coded_to(tmp_path: Path, coding: Coding) -> None:
    document = [text_page(Resolution.STANDARD, 1, rows=200), noise_page(Resolution.FINE, 2, Width.B4, rows=50)]
    write_pages(tmp_path / "d.tif", document)
    weights = weigh_pages(tmp_path / "d.tif", coding)
    assert [each.octets for each in weights] == [len(encode(page, coding)) for page in document]
    assert [(each.width, each.resolution) for each in weights] == [
        (Width.A4, Resolution.STANDARD),
        (Width.B4, Resolution.FINE),
    ]


def test_pages_behind_the_first_are_as_dense_as_those(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_weights, "CODED", 1)
    write_pages(tmp_path / "d.tif", [noise_page(rows=100), noise_page(rows=200), noise_page(rows=50)])
    first, second, third = weigh_pages(tmp_path / "d.tif", Coding.MMR)
    assert (second.octets, third.octets) == pytest.approx((2 * first.octets, first.octets / 2), abs=1)
