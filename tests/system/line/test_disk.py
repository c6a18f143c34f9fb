# SPDX-License-Identifier: GPL-3.0-or-later
"""A page is confirmed when it is on disk, however long that takes: slow disks, and full ones."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faxcore.exchange.settings import ExchangeSettings, default_lines
from faxcore.exchange.simulation import Exchange
from faxcore.line import disk
from faxcore.line import pages as line_pages
from faxcore.model.call import Outcome
from faxcore.model.page import Page
from faxcore.t30.capabilities import Terminal
from tests.support.calls import Played, play
from tests.support.pages import text_page
from tests.support.waiting import wait_until

PAGES = [text_page(rows=60), text_page(seed=1, rows=60)]
PLAIN = Terminal("1", error_correction=False)


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    settings = ExchangeSettings(lines=default_lines(2), folder=tmp_path / "exchange", speed=20.0)
    with Exchange(settings) as running:
        yield running


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Trouble:
    """What happens to the files of received pages: `at` is done at each stage of each attempt, counted from 1."""

    def __init__(self, patch: pytest.MonkeyPatch, stage: str, at: Callable[[int], None]) -> None:
        self.attempts = 0
        self._real_write, self._real_sync = line_pages.write_pages, os.fsync
        self._stage, self._at = stage, at
        patch.setattr(line_pages, "write_pages", self._write)
        patch.setattr(os, "fsync", self._sync)

    def _write(self, path: Path, what: list[Page]) -> None:
        self.attempts += 1
        self._real_write(path, what)
        if self._stage == "write":
            self._at(self.attempts)

    def _sync(self, descriptor: int) -> None:
        self._real_sync(descriptor)
        if self._stage == "sync" and threading.current_thread() is not threading.main_thread():
            self._at(self.attempts)


def said(played: Played, frame: str) -> int:
    """How often the receiving end said this."""
    return sum(f"# {frame}" in line and "> " in line for line in played.receiver_transcript)


def wait_on(exchange: Exchange, seconds: float) -> None:
    """Let so many seconds pass on the line."""
    end = exchange.line_seconds + seconds
    wait_until(f"{seconds} seconds on the line", lambda: exchange.line_seconds >= end, 60)


@pytest.mark.parametrize("stage", ["write", "sync"])
def test_a_page_that_never_reaches_the_disk_is_not_confirmed(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    Trouble(monkeypatch, stage, lambda attempt: full() if attempt > 1 else None)
    played = play(exchange, tmp_path / "call", PAGES)
    assert (played.received.outcome, played.received.confirmed) == (Outcome.OK_PARTIAL, 1)
    assert "Page 2 could not be saved" in str(played.received.reason)
    assert played.pages == PAGES[:1]
    assert played.sent.confirmed == 1
    assert said(played, "RNR") > 5, "for a minute (T5)"
    assert not list((tmp_path / "call/received").glob(".*"))


@pytest.mark.parametrize("receiver", [None, PLAIN], ids=["ecm", "plain"])
@pytest.mark.parametrize("stage", ["write", "sync"])
def test_a_disk_that_has_room_again_costs_no_page(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str, receiver: Terminal | None
) -> None:
    trouble = Trouble(monkeypatch, stage, lambda attempt: full() if attempt == 2 else None)
    played = play(exchange, tmp_path / "call", PAGES, receiver=receiver)
    assert (played.sent.outcome, played.received.outcome, played.pages) == (Outcome.OK, Outcome.OK, PAGES)
    assert trouble.attempts == 3
    assert said(played, "RNR") == (0 if receiver else 1)


@pytest.mark.parametrize("receiver", [None, PLAIN], ids=["ecm", "plain"])
def test_a_disk_that_takes_five_seconds_costs_no_page(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receiver: Terminal | None
) -> None:
    Trouble(monkeypatch, "write", lambda _: wait_on(exchange, 5.0))
    played = play(exchange, tmp_path / "call", PAGES, receiver=receiver)
    assert (played.sent.outcome, played.received.outcome, played.pages) == (Outcome.OK, Outcome.OK, PAGES)
    assert [number for number, _, _ in played.receiver.kept] == [1, 2]
    assert bool(said(played, "RNR")) is (receiver is None)


def test_half_a_second_for_each_sync_is_not_heard_on_the_line(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of them a page, for the file and for its folder: MCF comes within 2.5 s of the sender's command."""
    Trouble(monkeypatch, "sync", lambda _: wait_on(exchange, 0.5))
    played = play(exchange, tmp_path / "call", PAGES)
    assert (played.sent.outcome, played.pages, said(played, "RNR")) == (Outcome.OK, PAGES, 0)
    heard = 0.0
    for line in played.receiver_transcript:
        heard = float(line.split()[0]) if "# PPS-" in line else heard
        assert "# MCF" not in line or float(line.split()[0]) - heard < 2.5


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "full"), ZeroDivisionError("a fault of ours")])
def test_whatever_happens_in_the_thread_is_heard_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    slow = disk.Disk(line_pages.IncomingPages(tmp_path), lambda: 0.0)
    slow.begin(1, PAGES[0], True)
    assert slow.wait(60.0) == "page-0001.tif"
    gate = threading.Event()

    def fail(*_: object) -> None:
        gate.wait()
        raise failure

    monkeypatch.setattr(line_pages, "write_pages", fail)
    slow.begin(2, PAGES[1], True)
    assert slow.wait(0.0) is None and slow.is_busy
    gate.set()
    with pytest.raises(type(failure)):
        slow.wait(60.0)
    assert not slow.is_busy
    assert [path.name for path in tmp_path.iterdir()] == ["page-0001.tif"]
