# SPDX-License-Identifier: GPL-3.0-or-later
"""The foreign peers call each other over the exchange: proof of the exchange and of the drivers, not of our engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.exchange import Exchange, ExchangeSettings, default_lines
from faxcore.model.page import Page, Resolution
from tests.support.pages import text_page, write_tiff
from tests.support.peers import efax, hylafax
from tests.support.peers.efax import Efax
from tests.support.peers.hylafax import HylaFax
from tests.support.peers.peer import Outcome, assert_same
from tests.support.peers.spandsp import Spandsp, terminal_line

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(400)]

with_efax = pytest.mark.skipif(efax.missing() is not None, reason=str(efax.missing()))
with_hylafax = pytest.mark.skipif(hylafax.missing() is not None, reason=str(hylafax.missing()))

SPEED = 20.0


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    """Two modems and a spandsp terminal, at the usual numbers."""
    lines = (*default_lines(2), terminal_line(3), terminal_line(4))
    with Exchange(ExchangeSettings(tmp_path / "exchange", lines=lines, speed=SPEED)) as running:
        yield running


def letter(resolution: Resolution = Resolution.STANDARD) -> list[Page]:
    """Two short pages of text, different ones."""
    rows = {Resolution.STANDARD: 400, Resolution.FINE: 800, Resolution.SUPERFINE: 1600}[resolution]
    return [text_page(resolution, seed, rows=rows) for seed in range(2)]


def long_letter(resolution: Resolution = Resolution.STANDARD) -> list[Page]:
    """Two whole pages, which take longer than the second that efax needs to divide by."""
    return [text_page(resolution, seed) for seed in range(2)]


def call(
    caller: Efax | HylaFax | Spandsp,
    called: Efax | HylaFax | Spandsp,
    number: str,
    tiff: Path,
    sending: float = 200,
    receiving: float = 60,
) -> Outcome:
    """Send a TIFF from one peer to the other, with so many seconds for each; what the other end received."""
    sent = caller.send(tiff, number, timeout=sending)
    assert sent.ok, sent.said
    received = called.wait_received(timeout=receiving)
    assert received.ok, received.said
    return received


@pytest.mark.parametrize("resolution", list(Resolution))
def test_spandsp_to_spandsp(exchange: Exchange, tmp_path: Path, resolution: Resolution) -> None:
    pages = letter(resolution)
    with Spandsp(tmp_path, exchange, 3) as caller, Spandsp(tmp_path, exchange, 4) as called:
        received = call(caller, called, "0199000004", write_tiff(tmp_path / "letter.tif", pages), 120, 30)
    assert_same(pages, received.pages())


@with_efax
@pytest.mark.parametrize("resolution", [Resolution.STANDARD, Resolution.FINE])
def test_efax_to_efax(exchange: Exchange, tmp_path: Path, resolution: Resolution) -> None:
    pages = long_letter(resolution)
    with Efax(tmp_path, exchange, 1) as caller, Efax(tmp_path, exchange, 2) as called:
        called.answer()
        received = call(caller, called, "0199000002", write_tiff(tmp_path / "letter.tif", pages))
    assert_same(pages, received.pages(), exactly=False)


@with_efax
def test_efax_to_spandsp(exchange: Exchange, tmp_path: Path) -> None:
    pages = long_letter()
    with Efax(tmp_path, exchange, 1) as caller, Spandsp(tmp_path, exchange, 3) as called:
        received = call(caller, called, "0199000003", write_tiff(tmp_path / "letter.tif", pages))
    assert_same(pages, received.pages(), exactly=False)


@with_efax
def test_spandsp_to_efax(exchange: Exchange, tmp_path: Path) -> None:
    pages = letter()
    with Spandsp(tmp_path, exchange, 3) as caller, Efax(tmp_path, exchange, 1) as called:
        called.answer()
        received = call(caller, called, "0199000001", write_tiff(tmp_path / "letter.tif", pages))
    assert_same(pages, received.pages())


@with_hylafax
@pytest.mark.parametrize("resolution", list(Resolution))
def test_spandsp_to_hylafax(exchange: Exchange, tmp_path: Path, resolution: Resolution) -> None:
    pages = letter(resolution)
    with Spandsp(tmp_path, exchange, 3) as caller, HylaFax(tmp_path, exchange, 1) as called:
        received = call(caller, called, "0199000001", write_tiff(tmp_path / "letter.tif", pages))
    assert_same(pages, received.pages())


@with_hylafax
@pytest.mark.parametrize("resolution", list(Resolution))
def test_hylafax_to_spandsp(exchange: Exchange, tmp_path: Path, resolution: Resolution) -> None:
    pages = letter(resolution)
    with HylaFax(tmp_path, exchange, 1) as caller, Spandsp(tmp_path, exchange, 3) as called:
        received = call(caller, called, "0199000003", write_tiff(tmp_path / "letter.tif", pages))
    assert_same(pages, received.pages())


@with_efax
@with_hylafax
def test_efax_to_hylafax(exchange: Exchange, tmp_path: Path) -> None:
    pages = long_letter()
    with Efax(tmp_path, exchange, 1) as caller, HylaFax(tmp_path, exchange, 2) as called:
        received = call(caller, called, "0199000002", write_tiff(tmp_path / "letter.tif", pages))
    assert_same(pages, received.pages(), exactly=False)


@with_efax
@with_hylafax
def test_hylafax_to_efax(exchange: Exchange, tmp_path: Path) -> None:
    pages = letter()
    with HylaFax(tmp_path, exchange, 1, coding="MH") as caller, Efax(tmp_path, exchange, 2) as called:
        called.answer()
        received = call(caller, called, "0199000002", write_tiff(tmp_path / "letter.tif", pages))
    assert_same(pages, received.pages())
