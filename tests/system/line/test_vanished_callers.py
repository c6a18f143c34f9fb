# SPDX-License-Identifier: GPL-3.0-or-later
"""Callers who vanish behind CFR without hanging up, and those whose carrier the modem cannot follow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.exchange import Exchange, ExchangeSettings, default_lines
from faxcore.model.call import Outcome
from faxcore.modem.class1 import Class1
from faxcore.modem.port import Port
from faxcore.t30.bits import Bits
from faxcore.t30.capabilities import Terminal
from faxcore.t30.frames import FCF, Frame
from tests.support.calls import Answerer

V17_14400, V29_9600 = 145, 96
DCS = Frame(FCF.DCS, Bits.of(10, 15, 27, 31, at_11="0001", at_21="111").octets, x=True)
PPS = Frame(FCF.PPS, bytes((FCF.EOP, 0, 0, 0xFF)), x=True)
SOON = 30.0
"""Seconds in which a call with a silent caller has to be over, the eight up to CFR included: it was a minute."""


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    """Two lines, faster than real time."""
    with Exchange(ExchangeSettings(tmp_path / "exchange", default_lines(2), speed=5.0)) as running:
        yield running


def call_up_to_cfr(exchange: Exchange) -> Class1:
    """Call line 2 from line 1, and play the caller until CFR has come."""
    modem = Class1(Port(str(exchange.device(1))))
    modem.initialise()
    assert modem.dial(exchange.numbers(2)[0]) == "CONNECT"
    frames, _ = modem.receive_frames(10.0)
    assert frames[-1][2] == FCF.DIS
    modem.send_frames([DCS.octets(final=True)])
    modem.send_data(V17_14400, bytes(2700), 14400)
    assert modem.receive_frames(10.0) == ([Frame(FCF.CFR).octets(final=True)], False)
    return modem


def test_a_caller_who_falls_silent_is_let_go(exchange: Exchange, tmp_path: Path) -> None:
    answerer = Answerer(exchange, 2, tmp_path / "received", Terminal("2"))
    silent = call_up_to_cfr(exchange)
    assert answerer.result().outcome is Outcome.TIMEOUT, answerer.transcript
    silent.hang_up()
    assert any("no carrier, line silent" in line for line in answerer.transcript)
    (record,) = exchange.calls
    assert record.talked < SOON, answerer.transcript


def test_a_caller_whose_carrier_cannot_be_followed_is_waited_for(exchange: Exchange, tmp_path: Path) -> None:
    answerer = Answerer(exchange, 2, tmp_path / "received", Terminal("2"))
    modem = call_up_to_cfr(exchange)
    # A carrier on which V.17 does not train, for as long as a block of 20 kB takes.
    modem.send_data(V29_9600, b"\x55" * 24_000, 9600)
    modem.send_frames([PPS.octets(final=True)])
    (answer,), _ = modem.receive_frames(10.0)
    assert answer[2] == FCF.PPR, answerer.transcript
    modem.send_frames([Frame(FCF.DCN, x=True).octets(final=True)])
    modem.hang_up()
    assert answerer.result().outcome is Outcome.REMOTE_DCN
    assert not any("line silent" in line for line in answerer.transcript), answerer.transcript
