# SPDX-License-Identifier: GPL-3.0-or-later
"""Ctrl-C at every moment of a call: it ends soon, the other end is told, and the result is true."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from faxcore.cli.exit_codes import find_call_status
from faxcore.document.tiff import write_pages
from faxcore.model.call import Outcome
from faxcore.model.page import Resolution
from tests.support.pages import text_page
from tests.unit.foreign.machine import Diary, answering, calling
from tests.unit.foreign.play import play
from tests.unit.foreign.test_receiving import TAIL, UP
from tests.unit.foreign.test_sending import PLAIN

SOON = 9.0
"""Seconds: a carrier of ours goes to its end, then DCN takes 1.3 s."""
EVERY = 0.37


@pytest.mark.parametrize("correction", [True, False], ids=["ecm", "plain"])
def test_sending_is_cancelled_at_any_moment(correction: bool, tmp_path: Path) -> None:
    write_pages(tmp_path / "two.tif", [text_page(Resolution.STANDARD, seed, rows=100) for seed in (1, 2)])
    results = set()
    for step in range(1, 60):
        diary = Diary()
        far = answering(diary, dis=None if correction else PLAIN)
        after = EVERY * step
        played = play(far, diary, tmp_path, "send", ["--to", "1", str(tmp_path / "two.tif")], interrupted=after)
        results.add(played.outcome)
        assert played.seconds < after + SOON
        assert played.result["pages_confirmed"] <= diary.confirmed
        assert played.code == find_call_status(Outcome(played.outcome))
        assert not played.modem.off_hook
        if played.outcome == "local-abort":
            assert played.result["reason"] == "The call was cancelled."
            assert "MCF" not in diary.said[-1:] or played.result["pages_confirmed"] < 2
    assert results == {"local-abort", "unconfirmed", "ok"}


def test_receiving_is_cancelled_at_any_moment(tmp_path: Path) -> None:
    for step in range(1, 70):
        diary = Diary()
        after = EVERY * step
        arguments = ["--folder", str(tmp_path / f"in{step}")]
        played = play(calling(diary, UP + TAIL), diary, tmp_path, "receive", arguments, interrupted=after)
        assert played.outcome in ("local-abort", "ok")
        assert played.seconds < after + SOON
        assert ("MCF" in diary.heard) <= bool(played.result["files"])
        assert not played.modem.off_hook


def test_a_second_interrupt_changes_nothing(tmp_path: Path) -> None:
    write_pages(tmp_path / "one.tif", [text_page(Resolution.STANDARD, rows=100)])
    diary, before = Diary(), signal.getsignal(signal.SIGINT)
    played = play(
        answering(diary), diary, tmp_path, "send", ["--to", "1", str(tmp_path / "one.tif")], interrupted=13.0, times=5
    )
    assert played.outcome == "local-abort"
    assert diary.heard[-1:] == ["DCN"]
    assert signal.getsignal(signal.SIGINT) is before
