# SPDX-License-Identifier: GPL-3.0-or-later
"""What the administrator is told before a person misses a fax, and the fault of ours that ends the service."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

import pytest

from faxcore.contract.service_status import LineState
from faxcore.health import FAILING_SECONDS, SILENT_SECONDS, STUCK_SECONDS, Health, Stuck
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.store.database import Failure


@dataclass
class House:
    """Everything that is looked at; a clock that goes on when it is told."""

    now: float = 1000.0
    free: int = 1000
    failure: Failure | None = None
    is_away: bool = False
    startable: str = ""
    state: LineState = LineState.IDLE
    detail: Sentence = NOTHING
    name: str = "line-1"
    database: Any = field(init=False)

    def __post_init__(self) -> None:
        self.database = self

    def free_octets(self) -> int:
        return self.free

    def find_startable(self) -> str:
        return self.startable

    def health(self) -> Health:
        here: Any = self
        return Health(here, lambda: [here], here, 50, 500, lambda: self.now)


def said(health: Health) -> list[str]:
    return [str(each) for each in health.warnings()]


def test_all_is_well(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    health = house.health()
    house.now += 60
    health.check()
    assert said(health) == []
    assert health.checked == house.now
    assert caplog.records == []


def test_a_disk_that_gets_full_or_fails_is_told_once_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    house = House(free=499_000_000 // 1_000_000, failure=Failure(990.0, "disk I/O error"))
    health = house.health()
    health.check()
    house.free -= 100
    health.check()
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "nearly full" in said(health)[0]
    assert "disk I/O error" in said(health)[1]
    house.free, house.now = 1000, house.now + FAILING_SECONDS
    health.check()
    assert said(health) == []
    assert [record.levelname for record in caplog.records][2:] == ["INFO", "INFO"]


@pytest.mark.parametrize("state", [LineState.ABSENT, LineState.STARTING])
def test_a_line_that_is_silent_for_minutes_is_told(state: LineState) -> None:
    house = House(state=state, detail=Sentence("There is no /dev/ttyACM0."))
    health = house.health()
    health.check()
    house.now += SILENT_SECONDS - 1
    health.check()
    assert said(health) == []
    house.now += 1
    assert said(health) == ["The line line-1 has not worked for minutes: There is no /dev/ttyACM0."]
    house.state = LineState.IDLE
    health.check()
    house.state = state
    health.check()
    assert said(health) == [], "it begins anew"


def test_each_silent_line_is_told_for_itself(caplog: pytest.LogCaptureFixture) -> None:
    one, other = House(state=LineState.ABSENT), House(state=LineState.ABSENT, name="line-2")
    here: Any = one
    health = Health(here, lambda: [here, other], here, 50, 500, lambda: one.now)  # type: ignore[list-item]
    health.check()
    one.now += SILENT_SECONDS
    health.check()
    assert [record.getMessage().split(" has ")[0] for record in caplog.records] == [
        "The line line-1",
        "The line line-2",
    ]


def test_without_a_line_it_is_said_what_to_do() -> None:
    here: Any = House()
    health = Health(here, list, here, 50, 500, lambda: here.now)
    health.check()
    (warning,) = said(health)
    assert "no telephone line yet" in warning
    assert "faxctl setup" in warning


def test_a_database_that_is_away_for_minutes_is_told() -> None:
    house = House(is_away=True)
    health = house.health()
    health.check()
    house.now += SILENT_SECONDS
    assert len(said(health)) == 1


def test_a_fax_that_could_go_out_and_does_not_ends_the_service() -> None:
    house = House(startable="a")
    health = house.health()
    health.check()
    house.now += STUCK_SECONDS
    house.startable = "b"
    health.check()
    house.now += STUCK_SECONDS - 1
    health.check()
    house.now += 1
    with pytest.raises(Stuck):
        health.check()
