# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages are read while they come in: at the end of a good call nothing is left to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.exchange.settings import ExchangeSettings, default_lines
from faxcore.exchange.simulation import Exchange
from faxcore.line.pages import EarlyReader, PageReader
from faxcore.model.page import Coding, PageFormat, Resolution, Width
from faxcore.t30.capabilities import Terminal
from tests.support.calls import play
from tests.support.pages import noise_page, text_page

MMR, JBIG = (PageFormat(Width.A4, Resolution.FINE, coding) for coding in (Coding.MMR, Coding.JBIG))


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    settings = ExchangeSettings(lines=default_lines(2), folder=tmp_path / "exchange", speed=20.0)
    with Exchange(settings) as running:
        yield running


@pytest.mark.parametrize("format", [MMR, JBIG], ids=["mmr", "jbig"])
def test_no_page_of_a_good_call_has_to_be_decoded_in_the_end(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: PageFormat
) -> None:
    real, left = EarlyReader.finish, list[int]()

    def finish(early: EarlyReader, coded: bytes) -> PageReader:
        left.append(len(coded) - len(early.read))
        return real(early, coded)

    monkeypatch.setattr(EarlyReader, "finish", finish)
    pages = [noise_page(Resolution.FINE, rows=400), text_page(Resolution.FINE, rows=200)]
    terminal = Terminal("1", codings=(format.coding,))
    played = play(exchange, tmp_path / "call", pages, terminal, terminal)
    assert (played.pages, played.sent.coding) == (pages, format.coding.value)
    assert left == [0, 0]
