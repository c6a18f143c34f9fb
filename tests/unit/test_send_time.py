# SPDX-License-Identifier: GPL-3.0-or-later
"""Times to send at, as people write them."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from faxcore.cli.send_time import parse_moment, parse_time


@pytest.fixture(autouse=True)
def in_paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "Europe/Paris")
        time.tzset()
        yield
    time.tzset()


def read(text: str) -> str:
    """Read it on the day before summer time ends."""
    return parse_time(text, lambda: datetime.fromisoformat("2026-10-24T17:15:30+02:00")).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("18:30", "2026-10-24T18:30+02:00"),
        ("7:05", "2026-10-25T07:05+01:00"),
        (" 17:15 ", "2026-10-25T17:15+01:00"),
        ("2026-12-24", "2026-12-24T00:00+01:00"),
        ("2026-12-24T18:30", "2026-12-24T18:30+01:00"),
        ("2026-12-24 18:30", "2026-12-24T18:30+01:00"),
        ("2026-12-24T18:30:00Z", "2026-12-24T19:30+01:00"),
        ("2026-10-24T10:30-08:00", "2026-10-24T20:30+02:00"),
        ("+90m", "2026-10-24T18:45+02:00"),
        ("+90", "2026-10-24T18:45+02:00"),
        ("+2h", "2026-10-24T19:15+02:00"),
        ("+1d", "2026-10-25T17:15+02:00"),
        ("+0m", "2026-10-24T17:15+02:00"),
    ],
)
def test_a_time_is_read(text: str, at: str) -> None:
    assert read(text) == at


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "18:60", "2026-02-30", "+5w", "+9999999d", "18h30", "٣:٣٠", "\x1b[2J", "1" * 60]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a time"):
        read(text)


@pytest.mark.parametrize("text", ["2026-10-24T17:10", "2026-10-24", "1999-12-31T23:59Z"])
def test_a_time_that_has_passed_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="has passed"):
        read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-01", "2026-10-01T00:00+02:00"),
        ("2026-12-24", "2026-12-24T00:00+01:00"),
        ("2026-10-01T18:30", "2026-10-01T18:30+02:00"),
        ("2026-10-01T18:30Z", "2026-10-01T20:30+02:00"),
        ("7d", "2026-10-17T17:15+02:00"),
        ("2h", "2026-10-24T15:15+02:00"),
        ("90m", "2026-10-24T15:45+02:00"),
    ],
)
def test_a_moment_may_have_passed(text: str, expected: str) -> None:
    now = datetime.fromisoformat("2026-10-24T17:15:30+02:00")
    assert parse_moment(text, lambda: now).isoformat(timespec="minutes") == expected


@pytest.mark.parametrize("text", ["", "yesterday", "18:30", "90", "+7d", "2026-13-01", "2026", "999999d", "9" * 50])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a time"):
        parse_moment(text, lambda: datetime.fromisoformat("2026-10-24T17:15:30+02:00"))
