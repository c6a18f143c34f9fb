# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole calls between two lines of the exchange: what arrives is what was sent, to the pixel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.document.tiff import write_pages
from faxcore.exchange.settings import ExchangeSettings, default_lines
from faxcore.exchange.simulation import Exchange
from faxcore.model.call import Outcome
from faxcore.model.page import Coding, Page, Resolution, Width
from faxcore.t30.capabilities import Terminal, codings
from tests.support.calls import Listener, play, send_from
from tests.support.pages import dithered_page, noise_page, text_page

SPEED = 20.0


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    folder = tmp_path_factory.mktemp("exchange")
    with Exchange(ExchangeSettings(lines=default_lines(2), folder=folder, speed=SPEED)) as running:
        yield running


JBIG = codings(jbig=True)
CODINGS = [
    (True, Coding.JBIG),
    (True, Coding.MMR),
    (True, Coding.MR),
    (True, Coding.MH),
    (False, Coding.MR),
    (False, Coding.MH),
]


@pytest.mark.parametrize("resolution", list(Resolution), ids=lambda resolution: resolution.value)
@pytest.mark.parametrize(("correct", "coding"), CODINGS, ids=lambda value: getattr(value, "value", f"ecm={value}"))
def test_a_page_arrives_as_it_was(
    exchange: Exchange, tmp_path: Path, resolution: Resolution, correct: bool, coding: Coding
) -> None:
    page = text_page(resolution, seed=7)
    sender = Terminal("+33 1 99 00 00 01", correct, (coding,) if coding is not Coding.MH else ())
    played = play(exchange, tmp_path, [page], sender, Terminal("+33 1 99 00 00 02", codings=JBIG))
    assert played.pages == [page]
    assert (played.sent.outcome, played.received.outcome) == (Outcome.OK, Outcome.OK)
    assert (played.sent.pages, played.sent.sent, played.sent.confirmed) == (1, 1, 1)
    assert (played.sent.coding, played.sent.error_correction) == (coding.value, correct)
    assert (played.sent.remote_id, played.received.remote_id) == ("+33 1 99 00 00 02", "+33 1 99 00 00 01")


@pytest.mark.parametrize("resolution", list(Resolution), ids=lambda resolution: resolution.value)
@pytest.mark.parametrize("correct", [True, False], ids=["ecm", "plain"])
def test_ten_pages_arrive_as_they_were(
    exchange: Exchange, tmp_path: Path, resolution: Resolution, correct: bool
) -> None:
    pages = [text_page(resolution, seed=seed, rows=300) for seed in range(10)]
    played = play(exchange, tmp_path, pages, Terminal("1", correct))
    assert played.pages == pages
    assert (played.sent.outcome, played.sent.confirmed) == (Outcome.OK, 10)
    assert (played.received.outcome, played.received.received, played.received.bad_rows) == (Outcome.OK, 10, 0)


@pytest.mark.parametrize("width", [Width.B4, Width.A3], ids=lambda width: width.name)
def test_wide_pages_arrive_as_they_were(exchange: Exchange, tmp_path: Path, width: Width) -> None:
    page = text_page(Resolution.FINE, seed=3, width=width, rows=500)
    assert play(exchange, tmp_path, [page]).pages == [page]


def test_a_page_that_is_larger_coded_than_plain_arrives(exchange: Exchange, tmp_path: Path) -> None:
    page = noise_page(Resolution.FINE, seed=1, rows=200)
    assert play(exchange, tmp_path, [page]).pages == [page]


@pytest.mark.parametrize(
    "page", [dithered_page(rows=500), noise_page(Resolution.FINE, rows=200)], ids=["photo", "noise"]
)
def test_pages_that_are_no_text_arrive_in_jbig(exchange: Exchange, tmp_path: Path, page: Page) -> None:
    pages = [page, text_page(page.resolution, seed=1, rows=300), page]
    played = play(exchange, tmp_path, pages, Terminal("1", codings=JBIG), Terminal("2", codings=JBIG))
    assert played.pages == pages
    assert (played.sent.coding, played.received.coding, played.sent.confirmed) == ("JBIG", "JBIG", 3)
    assert any(line.endswith("DCS V.17 14400 JBIG fine A4 ECM") for line in played.sender_transcript)
    assert any("= code page 1 JBIG" in line for line in played.sender_transcript)


@pytest.mark.parametrize(("sender", "receiver"), [(True, False), (False, True)], ids=["sender", "receiver"])
def test_jbig_that_only_one_end_has_on_is_not_used(
    exchange: Exchange, tmp_path: Path, sender: bool, receiver: bool
) -> None:
    pages = [text_page(rows=200)]
    ours, theirs = Terminal("1", codings=codings(sender)), Terminal("2", codings=codings(receiver))
    played = play(exchange, tmp_path, pages, ours, theirs)
    assert played.pages == pages
    assert (played.sent.coding, played.received.coding) == ("MMR", "MMR")


def test_a_change_of_resolution_within_a_document_goes_through_eom(exchange: Exchange, tmp_path: Path) -> None:
    pages = [text_page(Resolution.FINE, 1, rows=200), text_page(Resolution.STANDARD, 2, rows=100)]
    played = play(exchange, tmp_path, pages)
    assert played.pages == pages
    assert any("PPS-EOM" in line for line in played.sender_transcript)


@pytest.mark.parametrize(
    ("number", "outcome"),
    [("0199000098", Outcome.BUSY), ("0199000099", Outcome.NO_ANSWER)],
    ids=["busy", "no answer"],
)
def test_a_number_that_does_not_answer_is_said_so(
    exchange: Exchange, tmp_path: Path, number: str, outcome: Outcome
) -> None:
    document = tmp_path / "page.tif"
    write_pages(document, [text_page(rows=100)])
    transcript: list[str] = []
    sent = send_from(exchange, 1, document, number, Terminal("1"), Listener(), transcript)
    assert (sent.outcome, sent.sent, sent.confirmed) == (outcome, 0, 0)
    assert sent.reason
