# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad lines: every call ends, and what is reported as right is right. Both ends are libspandsp's terminals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from faxcore.exchange import Exchange, ExchangeSettings, Impairments, TerminalResult, TerminalSettings
from faxcore.model.page import Page
from tests.support.pages import read_tiff, text_page, write_tiff
from tests.support.peers.spandsp import terminal_line


def call(
    folder: Path, impairments: Impairments, *, seed: int = 1, ecm: bool = True, number: str = "0199000002"
) -> tuple[TerminalResult, TerminalResult | None, list[Page], float]:
    """A call from line 1 to line 2 over an impaired line: both results, the pages sent, the line time it took."""
    pages = [text_page(seed=n, rows=300) for n in range(2)]
    document = write_tiff(folder / "document.tif", pages)
    terminal = TerminalSettings(ecm=ecm)
    lines = (replace(terminal_line(1), impairments=impairments), terminal_line(2, terminal))
    settings = ExchangeSettings(folder / "exchange", lines=lines, speed=100.0, seed=seed, no_answer_after=20.0)
    with Exchange(settings) as exchange:
        sent = exchange.send(1, document, number).result(120)
        received = exchange.received(2, 30) if number == "0199000002" else None
        return sent, received, pages, exchange.line_seconds


def test_a_good_line(tmp_path: Path) -> None:
    sent, received, pages, _ = call(tmp_path, Impairments())
    assert sent.ok and sent.pages == 2
    assert received is not None and received.ok and received.file is not None
    assert read_tiff(received.file) == pages
    assert received.remote_id == "SPANDSP"


def test_error_correction_heals_drop_outs(tmp_path: Path) -> None:
    sent, received, pages, took = call(tmp_path, Impairments(dropouts_per_minute=6, dropout_ms=3), seed=1)
    assert sent.ok, sent.reason
    assert received is not None and received.file is not None
    assert read_tiff(received.file) == pages
    assert took > call_on_good_line(tmp_path / "good")


def call_on_good_line(folder: Path) -> float:
    """The line time of the same call on a good line."""
    folder.mkdir()
    return call(folder, Impairments())[3]


def test_the_same_seed_makes_the_same_call(tmp_path: Path) -> None:
    """Two terminals have no computer: nothing but the seed decides."""
    times = []
    for name in ("once", "again"):
        folder = tmp_path / name
        folder.mkdir()
        times.append(call(folder, Impairments(noise_dbm0=-50.0, attenuation_db=14.0), seed=7)[3])
    assert times[0] == pytest.approx(times[1], abs=0.1)


@pytest.mark.parametrize("after", [1.0, 6.0, 14.0])
def test_a_cut_call_ends_at_both_ends(tmp_path: Path, after: float) -> None:
    sent, received, _, took = call(tmp_path, Impairments(hang_up_after=after))
    assert not sent.ok
    assert received is not None and not received.ok
    assert took < after + 10


def test_a_line_full_of_noise_brings_no_fax(tmp_path: Path) -> None:
    sent, received, _, took = call(tmp_path, Impairments(noise_dbm0=-10.0))
    assert not sent.ok
    assert received is None or not received.ok
    assert took < 120


@pytest.mark.parametrize(("number", "reason"), [("0199000098", "busy"), ("0199000099", "no answer")])
def test_the_network_says_why(tmp_path: Path, number: str, reason: str) -> None:
    sent, _, _, _ = call(tmp_path, Impairments(), number=number)
    assert not sent.ok and sent.reason == reason
