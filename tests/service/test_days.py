# SPDX-License-Identifier: GPL-3.0-or-later
"""Days without care (P15): three of an office's days in virtual time; `packaging/check --days` lives through thirty."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.days.life import live, local_zone

FAXES, CALLS = 8, 5
SEED = 1
"""With it, some tries fall into the hour that comes twice."""


@pytest.fixture(autouse=True)
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's local time is the office's."""
    with monkeypatch.context() as context:
        context.setenv("TZ", local_zone())
        time.tzset()
        yield
    time.tzset()


def test_three_days_without_care(tmp_path: Path) -> None:
    """Summer time ends, the clock is set forward and back, the folder is away, and the disk gets full."""
    lived = live(tmp_path, 3, SEED, FAXES, CALLS)
    assert lived.broken == []
    assert len(lived.mornings) == 3
    assert lived.retries >= 10
    assert lived.retries_in_double_hour >= 1, "nothing was tested of the end of summer time"
