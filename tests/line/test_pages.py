# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of a call: coded once, joined where the other end prints coarser, on disk before they are promised."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.call import Outcome
from faxcore.document.tiff import read_pages, write_pages
from faxcore.exchange.exchange import Exchange
from faxcore.exchange.settings import ExchangeSettings, default_lines
from faxcore.line import pages as line_pages
from faxcore.line.pages import IncomingPages, OutgoingPages, PageReader, at_resolution
from faxcore.page import Coding, Page, PageFormat, Resolution, Width
from faxcore.t4 import encode_page
from tests.line.calls import play
from tests.pages import noise_page, text_page

MMR = PageFormat(Width.A4, Resolution.FINE, Coding.MMR)


def row(page: Page, number: int) -> bytes:
    return page.rows[number * page.stride : (number + 1) * page.stride]


@pytest.mark.parametrize(
    ("of", "to", "join"),
    [
        (Resolution.FINE, Resolution.STANDARD, 2),
        (Resolution.SUPERFINE, Resolution.FINE, 2),
        (Resolution.SUPERFINE, Resolution.STANDARD, 4),
    ],
)
def test_a_joined_row_is_black_where_one_of_its_rows_is(of: Resolution, to: Resolution, join: int) -> None:
    page = noise_page(of, seed=5, rows=join * 10 + 1, black=0.2)
    joined = at_resolution(page, to)
    assert (joined.resolution, joined.length, joined.width) == (to, 11, page.width)
    for number in range(11):
        group = range(number * join, min((number + 1) * join, page.length))
        black = 0
        for member in group:
            black |= int.from_bytes(row(page, member), "big")
        assert int.from_bytes(row(joined, number), "big") == black


def test_a_page_is_never_made_finer() -> None:
    page = text_page(Resolution.STANDARD, rows=20)
    assert at_resolution(page, Resolution.FINE) is page


def test_pages_are_coded_in_order_and_again_when_asked(tmp_path: Path) -> None:
    pages = [text_page(Resolution.FINE, seed, rows=40) for seed in range(3)]
    write_pages(tmp_path / "document.tif", pages)
    outgoing = OutgoingPages(tmp_path / "document.tif")
    assert [info.length for info in outgoing.infos] == [40, 40, 40]
    for number in (1, 2, 2, 3, 1):
        coded = outgoing.coded(number, MMR, 0)
        assert PageReader.of(MMR, coded).page() == pages[number - 1]
    assert outgoing.coded(1, MMR, 0) is outgoing.coded(1, MMR, 0)


def test_a_better_transmission_of_a_page_takes_the_place_of_the_bad_one(tmp_path: Path) -> None:
    incoming = IncomingPages(tmp_path)
    page = text_page(rows=30)
    assert incoming.keep(1, noise_page(rows=30), confirmed=False) == "page-0001-unconfirmed.tif"
    assert incoming.keep(1, page, confirmed=True) == "page-0001.tif"
    assert [path.name for path in tmp_path.iterdir()] == ["page-0001.tif"]
    assert list(read_pages(tmp_path / "page-0001.tif")) == [page]


def test_mmr_that_breaks_off_is_known_as_broken() -> None:
    coded = encode_page(text_page(Resolution.FINE, rows=60), Coding.MMR)
    assert not PageReader.of(MMR, coded).broken
    assert PageReader.of(MMR, coded[: len(coded) // 2]).broken


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    settings = ExchangeSettings(lines=default_lines(2), folder=tmp_path / "exchange", speed=20.0)
    with Exchange(settings) as running:
        yield running


@pytest.mark.parametrize("stage", ["write", "sync"])
def test_a_page_that_does_not_reach_the_disk_is_not_confirmed(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    pages = [text_page(rows=60), text_page(seed=1, rows=60)]
    real_write, real_sync = line_pages.write_pages, os.fsync
    kept: list[object] = []

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write(path: Path, what: list[Page]) -> None:
        kept.append(path)
        real_write(path, what)
        if len(kept) == 2 and stage == "write":
            full()

    def sync(descriptor: int) -> None:
        real_sync(descriptor)
        if len(kept) == 2 and stage == "sync":
            full()

    monkeypatch.setattr(line_pages, "write_pages", write)
    monkeypatch.setattr(os, "fsync", sync)
    played = play(exchange, tmp_path / "call", pages)
    assert played.received.outcome is Outcome.OK_PARTIAL
    assert played.pages == pages[:1]
    assert (played.sent.confirmed, played.sent.outcome) == (1, Outcome.REMOTE_DCN)
    assert not list((tmp_path / "call/received").glob(".*"))
