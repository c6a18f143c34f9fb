# SPDX-License-Identifier: GPL-3.0-or-later
"""What rings is announced: each call once, and again what goes on ringing after it was declined."""

from __future__ import annotations

from faxcore.modem.bell import Bell
from faxcore.modem.ring import Ring

RING = Ring().with_line("RING")


def ring_on(bell: Bell, begin: float, *lines: str, pause: float = 5.0) -> tuple[list[Ring], float]:
    """Hear these lines, RING each `pause` seconds; what was announced, and the time."""
    announced, now = [], begin
    for line in lines:
        now += pause if line.startswith("RING") else 0.5
        bell.hear(line, now)
        if (known := bell.announce(now)) is not None:
            announced.append(known)
    return announced, now


def test_a_call_is_announced_once() -> None:
    bell = Bell(RING, 0.0)
    assert bell.announce(0.0) is None
    announced, now = ring_on(bell, 0.0, "NMBR=0199000001", "NDID=0199000002", *["RING"] * 5)
    assert [(ring.caller, ring.called) for ring in announced] == [("0199000001", "0199000002")]
    assert not bell.is_over(now + 7.9)
    assert bell.is_over(now + 8.0)


def test_without_caller_id_it_is_announced_after_a_while() -> None:
    bell = Bell(RING, 0.0)
    assert bell.announce(6.0) is None
    assert bell.announce(6.1) == RING


def test_a_declined_call_is_announced_again_after_two_rings() -> None:
    bell = Bell(RING, 0.0)
    first, now = ring_on(bell, 0.0, "NMBR=0199000001", "NDID=0199000002")
    bell.decline()
    assert bell.announce(now + 7.0) is None, "nothing has rung since"
    for _ in range(3):
        again, now = ring_on(bell, now, "RING", "RING")
        assert [(ring.caller, ring.called) for ring in again] == [("0199000001", "0199000002")]
        bell.decline()
    assert len(first) == 1


def test_another_caller_is_another_call() -> None:
    bell = Bell(RING, 0.0)
    _, now = ring_on(bell, 0.0, "NMBR=0199000001", "NDID=0199000002")
    bell.decline()
    [again], _ = ring_on(bell, now, "RING", "NMBR=0199000003", "RING")
    assert (again.caller, again.called) == ("0199000003", "")


def test_a_caller_who_hides_his_number_is_another_than_one_who_does_not() -> None:
    bell = Bell(RING, 0.0)
    _, now = ring_on(bell, 0.0, "NMBR=0199000001", "NDID=0199000002")
    bell.decline()
    [again], now = ring_on(bell, now, "RING", "NMBR=P", "RING")
    assert (again.caller, again.called, again.withheld) == ("", "", True)
    bell.decline()
    [same], _ = ring_on(bell, now, "RING", "RING")
    assert (same.caller, same.withheld) == ("", True), "it is the same call, and hidden still"


def test_a_telephone_s_ring_stays_one() -> None:
    bell = Bell(Ring().with_line("RING B"), 0.0)
    [first], now = ring_on(bell, 0.0, "RING B")
    bell.decline()
    [again], _ = ring_on(bell, now, "RING", "RING")
    assert first.kind == again.kind == "B"
