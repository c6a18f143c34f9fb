# SPDX-License-Identifier: GPL-3.0-or-later
"""A caller who falls silent behind CFR or MCF is let go soon; one whose carrier cannot be followed is waited for."""

from __future__ import annotations

import pytest

from faxcore.model.call import Outcome
from faxcore.t30 import line as t30
from faxcore.t30.bits import Bits
from faxcore.t30.capabilities import Terminal
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.limits import BLOCK_BITS, T2
from faxcore.t30.receiver import answer


def hold(rate_bits: str, corrected: bool, silent: bool, pages: int) -> tuple[Outcome, float]:
    """Play a call whose caller vanishes behind CFR, or behind the MCF for so many pages; the outcome, and the seconds
    from our last answer to it until we hang up.
    """
    bits = (10, 15, 27) if corrected else (10, 15)
    commands = [Frame(FCF.DCS, Bits.of(*bits, at_11=rate_bits, at_21="111").octets, x=True)]
    commands += [
        Frame(FCF.PPS, bytes((FCF.MPS, page << 7, 0, 0)), x=True) if corrected else Frame(FCF.MPS, x=True)
        for page in range(pages)
    ]
    script, reply, now, answered, left = answer(Terminal("1")), None, 0.0, 0.0, pages
    while True:
        try:
            request = script.send(reply)  # type: ignore[arg-type]
        except StopIteration as end:
            return end.value.outcome, now - answered
        match request:
            case t30.Listen(seconds=seconds):
                now += 1 if commands else seconds
                reply = t30.Heard(now, (commands.pop(0),) if commands else ())
            case t30.ReceiveTraining(modulation=modulation):
                reply = t30.TrainingHeard(now, int(1.5 * modulation.rate), int(1.5 * modulation.rate), 0)
            case t30.ReceivePage() | t30.ReceiveBurst() if left:
                left, now = left - 1, now + 10
                heard = isinstance(request, t30.ReceivePage)
                reply = t30.PageHeard(now, 2286, 0, 0, True) if heard else t30.BurstHeard(now, {0: bytes(256)})
            case t30.ReceivePage(seconds=seconds) | t30.ReceiveBurst(seconds=seconds):
                now += seconds
                reply = t30.NoCarrier(now, silent=silent)
            case t30.KeepPage():
                reply = t30.Kept(now, True, 2286, 0)
            case t30.SendFrames(frames=frames):
                answered = now if frames[-1].fcf in (FCF.CFR, FCF.MCF) else answered
                reply = t30.Done(now)
            case _:
                reply = t30.Done(now)


@pytest.mark.parametrize("pages", [0, 1])
@pytest.mark.parametrize("corrected", [True, False], ids=["ecm", "plain"])
@pytest.mark.parametrize(("rate_bits", "rate"), [("0001", 14400), ("0000", 2400)])
def test_a_silent_caller_is_let_go_and_one_with_a_carrier_waited_for(
    rate_bits: str, rate: int, corrected: bool, pages: int
) -> None:
    outcome = Outcome.OK_PARTIAL if pages else Outcome.TIMEOUT
    assert hold(rate_bits, corrected, True, pages) == (outcome, pytest.approx(2 * T2))
    assert hold(rate_bits, corrected, False, pages) == (outcome, pytest.approx(2 * T2 + BLOCK_BITS / rate))
