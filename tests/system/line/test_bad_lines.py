# SPDX-License-Identifier: GPL-3.0-or-later
"""Noise, drop-outs and hang-ups: every call ends, and nothing wrong is reported as right."""

from __future__ import annotations

from pathlib import Path

import pytest

from faxcore.exchange.settings import ExchangeSettings, Impairments, LineSettings
from faxcore.exchange.simulation import Exchange
from faxcore.model.call import Outcome
from faxcore.model.page import Page, Resolution
from faxcore.t30.capabilities import Terminal, codings
from tests.support.calls import Played, play
from tests.support.pages import text_page

PAGES = [text_page(Resolution.STANDARD, seed=seed, rows=500) for seed in range(3)]


def exchange_with(folder: Path, impairments: Impairments, speed: float = 20.0) -> Exchange:
    lines = (
        LineSettings(numbers=("0199000001",), impairments=impairments),
        LineSettings(numbers=("0199000002",)),
    )
    return Exchange(ExchangeSettings(lines=lines, folder=folder, speed=speed, seed=11))


def call_over(tmp_path: Path, impairments: Impairments, correct: bool = True, jbig: bool = False) -> Played:
    sender, receiver = (Terminal(name, correct, codings(jbig)) for name in "12")
    with exchange_with(tmp_path / "exchange", impairments) as exchange:
        played = play(exchange, tmp_path / "call", PAGES, sender, receiver)
    assert_honest(played)
    return played


def assert_honest(played: Played) -> None:
    """What holds for every call, however bad the line."""
    log = "\n".join(played.sender_transcript + ["-"] + played.receiver_transcript)
    confirmed = [page for page, _, good in played.receiver.kept if good]
    assert played.sent.confirmed <= len(set(confirmed)), log
    if played.sent.outcome is Outcome.OK:
        assert played.sent.confirmed == len(PAGES), log
        assert played.received.outcome is Outcome.OK, log
    else:
        assert played.sent.reason, log
    if played.sent.error_correction:
        assert played.pages[: played.sent.confirmed] == PAGES[: played.sent.confirmed], log
    else:
        differing = sum(differing_rows(*pair) for pair in zip(PAGES, played.pages, strict=False))
        flagged = played.received.bad_rows
        assert differing == 0 or flagged > 0 or played.received.outcome is not Outcome.OK, log


def differing_rows(sent: Page, received: Page) -> int:
    """Rows that are not as they were sent; rows that are missing count."""
    size = sent.stride
    pairs = zip(range(0, len(sent.rows), size), range(0, len(received.rows), size), strict=False)
    wrong = sum(sent.rows[a : a + size] != received.rows[b : b + size] for a, b in pairs)
    return wrong + abs(sent.length - received.length)


@pytest.mark.parametrize("attenuation", [15.0, 18.0])
def test_error_correction_brings_every_page_over_a_noisy_line(tmp_path: Path, attenuation: float) -> None:
    """So noisy that blocks must be sent again, and the rate must fall."""
    played = call_over(tmp_path, Impairments(noise_dbm0=-50, attenuation_db=attenuation))
    assert played.sent.outcome is Outcome.OK
    assert played.pages == PAGES
    assert played.sent.rate < 14400
    assert any(" PPR " in line for line in played.sender_transcript)


def test_error_correction_repairs_drop_outs(tmp_path: Path) -> None:
    played = call_over(tmp_path, Impairments(dropouts_per_minute=8, dropout_ms=60))
    assert any(" PPR" in line for line in played.receiver_transcript)


def test_jbig_arrives_over_a_noisy_line(tmp_path: Path) -> None:
    played = call_over(tmp_path, Impairments(noise_dbm0=-50, attenuation_db=16), jbig=True)
    assert (played.sent.outcome, played.sent.coding, played.pages) == (Outcome.OK, "JBIG", PAGES)
    assert any(" PPR" in line for line in played.receiver_transcript)


def test_drop_outs_without_error_correction_are_flagged(tmp_path: Path) -> None:
    call_over(tmp_path, Impairments(dropouts_per_minute=8, dropout_ms=60), correct=False)


@pytest.mark.parametrize(("noise", "attenuation"), [(-50.0, 21.0), (-50.0, 25.0), (-39.0, 0.0), (-30.0, 0.0)])
@pytest.mark.parametrize("correct", [True, False], ids=["ecm", "plain"])
def test_a_line_too_noisy_steps_down_or_fails_and_says_so(
    tmp_path: Path, noise: float, attenuation: float, correct: bool
) -> None:
    call_over(tmp_path, Impairments(noise_dbm0=noise, attenuation_db=attenuation), correct)


@pytest.mark.parametrize("seconds", [1.0, 4.0, 8.0, 13.0, 20.0, 32.0, 38.0, 41.0, 44.0])
def test_a_call_cut_at_any_moment_ends_and_keeps_what_was_confirmed(tmp_path: Path, seconds: float) -> None:
    played = call_over(tmp_path, Impairments(hang_up_after=seconds))
    assert played.sent.outcome in (Outcome.NO_FAX, Outcome.LINE_LOST, Outcome.UNCONFIRMED, Outcome.OK)
    assert played.received.received >= played.sent.confirmed


def test_attenuation_alone_is_no_trouble(tmp_path: Path) -> None:
    assert call_over(tmp_path, Impairments(attenuation_db=15)).sent.outcome is Outcome.OK
