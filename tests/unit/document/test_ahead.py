# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that wait for a document, and who is given one. The processes are stand-ins: real ones are started in
tests/service/test_walls_of_a_service.py.
"""

from typing import Any

import pytest

from faxcore.document import ahead
from faxcore.document.ahead import MOMENT_SECONDS, Ahead
from faxcore.document.program import Program
from faxcore.document.walls import CHOICE, Wall

CHECK, COMPOSE = Program.of("check"), Program.of("compose")


class Process:
    """A process that does nothing but live and end."""

    def __init__(self, program: Program = CHECK) -> None:
        self.program = program
        self.ended = False

    def has_ended(self) -> bool:
        return self.ended

    def exit_code(self) -> int:
        return -9

    def close(self) -> None:
        self.ended = True


class Servers:
    """Servers that fork such processes."""

    def start(self, program: Program, _wall: Wall) -> Process:
        return Process(program)

    def release(self, _program: Program) -> None:
        pass


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def waiting(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Ahead:
    """Three processes that check, and one that composes."""
    monkeypatch.setattr(ahead, "ForkServers", Servers)
    monkeypatch.setattr(CHOICE, "found", Wall.NONE)
    made = Ahead(clock)
    made.want([CHECK, CHECK, CHECK, COMPOSE])
    made.refill()
    return made


def count(waiting: Ahead) -> tuple[int, int]:
    return len(waiting.list_waiting(CHECK)), len(waiting.list_waiting(COMPOSE))


def test_as_many_wait_as_were_asked_for(waiting: Ahead) -> None:
    assert count(waiting) == (3, 1)
    assert waiting.take(CHECK, "anna") is not None
    assert waiting.take(COMPOSE) is not None
    assert count(waiting) == (2, 0)
    waiting.refill()
    assert count(waiting) == (3, 1)


def test_whoever_hands_in_one_after_another_leaves_the_others_theirs(waiting: Ahead, clock: Clock) -> None:
    assert waiting.take(CHECK, "mallory") is not None
    assert [waiting.take(CHECK, "mallory") for _ in range(20)] == [None] * 20
    assert waiting.take(CHECK, "anna") is not None
    assert waiting.take(CHECK, "bert") is not None
    clock.now += MOMENT_SECONDS / 2
    waiting.refill()
    assert waiting.take(CHECK, "carl") is not None
    assert waiting.take(CHECK, "mallory") is None
    clock.now += MOMENT_SECONDS / 2
    assert waiting.take(CHECK, "mallory") is not None


def test_who_hands_in_no_faster_than_processes_start_is_always_given_one(waiting: Ahead) -> None:
    for _each in range(10):
        assert waiting.take(CHECK, "anna") is not None
        waiting.refill()


def test_the_service_itself_never_waits_its_turn(waiting: Ahead) -> None:
    assert all(waiting.take(CHECK) for _ in range(3))
    assert waiting.take(CHECK) is None


def test_none_to_be_had_costs_nobody_their_turn(waiting: Ahead) -> None:
    for person in ("anna", "bert", "carl"):
        waiting.take(CHECK, person)
    assert waiting.take(CHECK, "dora") is None
    waiting.refill()
    assert waiting.take(CHECK, "dora") is not None


def test_one_that_died_while_it_waited_is_passed_over(waiting: Ahead) -> None:
    first, second, _third = waiting.list_waiting(CHECK)
    first.close()
    assert waiting.take(CHECK, "anna") is second


def test_nothing_waits_that_nobody_wants_any_more(waiting: Ahead) -> None:
    waiting.want([CHECK])
    waiting.refill()
    processes: list[Any] = waiting.list_waiting(CHECK) + waiting.list_waiting(COMPOSE)
    waiting.release([CHECK, CHECK, CHECK, COMPOSE])
    assert count(waiting) == (1, 0)
    waiting.release([CHECK])
    assert count(waiting) == (0, 0)
    assert all(process.ended for process in processes)
    late: Any = Process()
    waiting.put(CHECK, late)
    assert late.ended


def test_people_are_forgotten_when_their_turn_comes_again(waiting: Ahead, clock: Clock) -> None:
    for number in range(1000):
        clock.now += MOMENT_SECONDS
        waiting.take(CHECK, f"person-{number}")
        waiting.refill()
    assert len(waiting._given) == 1
