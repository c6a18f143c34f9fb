# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the line answers, a call ends, with one outcome, and on hook."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.model.call import Outcome
from faxcore.model.page import Coding
from faxcore.t30 import line as t30
from faxcore.t30.capabilities import Terminal
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.receiver import answer
from tests.support import chance_calls
from tests.support.chance_calls import COMMANDS, DCS, PLAIN_DCS, play
from tests.support.hypothesis_profiles import examples


@examples(400)
@given(seed=st.integers(0, 2**32), pages=st.integers(1, 4), ecm=st.booleans())
def test_a_call_out_ends_and_confirms_no_page_without_an_answer(seed: int, pages: int, ecm: bool) -> None:
    chance_calls.send(seed, pages, ecm)


@examples(400)
@given(seed=st.integers(0, 2**32), ecm=st.booleans(), codings=st.sampled_from([(Coding.MH,), tuple(Coding)]))
def test_a_call_in_ends_and_confirms_only_what_was_kept(seed: int, ecm: bool, codings: tuple[Coding, ...]) -> None:
    chance_calls.receive(seed, ecm, codings)


@examples(400)
@given(seed=st.integers(0, 2**32), password=st.booleans(), pages=st.integers(1, 3))
def test_a_terminal_that_may_be_polled_ends_its_call(seed: int, password: bool, pages: int) -> None:
    chance_calls.offer(seed, password, pages)


@examples(400)
@given(seed=st.integers(0, 2**32), ecm=st.booleans())
def test_polling_ends_and_every_frame_has_the_bit_x(seed: int, ecm: bool) -> None:
    chance_calls.fetch(seed, ecm)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda frame: f"{frame.name} {frame.fif[:6].hex()}")
def test_one_command_without_end_ends_the_call(command: Frame) -> None:
    """The sender says the same for ever, behind a good start, whatever page comes with it."""
    start = iter([Frame(FCF.DCS, PLAIN_DCS if command.fcf not in (FCF.PPS, FCF.CTC) else DCS, x=True)])
    now = 0.0

    def reply(request: t30.Request) -> t30.Reply:
        nonlocal now
        now += 1.5
        match request:
            case t30.Listen():
                return t30.Heard(now, (next(start, command),))
            case t30.ReceiveTraining():
                return t30.TrainingHeard(now, 21600, 21600, 0)
            case t30.ReceivePage() | t30.ReceiveBurst():
                return t30.NoCarrier(now, other=True)
        return t30.Done(now)

    receiving, _ = play(answer(Terminal("1")), reply)
    assert receiving.outcome is not Outcome.OK
