# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a cover page: who it is for, from whom it is, and how many pages come."""

from __future__ import annotations

from datetime import datetime

import pytest

from faxcore.document.cover import Cover, _rows
from faxcore.model.header import SHIPPED
from faxcore.model.recipient import Recipient


@pytest.mark.parametrize(("pages", "said"), [(1, "1"), (3, "3, this one included")])
def test_a_cover_page_alone_does_not_count_itself_in(pages: int, said: str) -> None:
    cover = Cover(SHIPPED[1], Recipient("0199000002"), "Roof", pages, datetime(2026, 3, 4, 9, 30))
    assert [right for _left, right in _rows(cover)] == [("Pages", said)]
