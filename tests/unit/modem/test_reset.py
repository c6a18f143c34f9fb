# SPDX-License-Identifier: GPL-3.0-or-later
"""A modem comes back to its command state from wherever a call has left it; Data Terminal Ready is the last means."""

from __future__ import annotations

from unittest import mock

import pytest

from faxcore.modem.modem_failed import ModemFailed
from faxcore.modem.port import Port
from tests.unit.modem.fake_modem import FakeModem, LeftTransmitting, Silent, Stuck


def test_a_modem_that_was_left_in_a_page_is_brought_back() -> None:
    with LeftTransmitting() as fake:
        fake.driver().initialise()
    assert fake.commands[0] == "Z"
    assert len(fake.sent) == 1


def test_a_modem_in_its_command_state_keeps_its_terminal_ready() -> None:
    with FakeModem() as fake, mock.patch.object(Port, "drop_terminal_ready") as drop:
        fake.driver().initialise()
    drop.assert_not_called()


def test_a_stuck_modem_comes_back_when_terminal_ready_drops() -> None:
    with Stuck() as fake:

        def drop(_port: Port, _seconds: float) -> bool:
            fake.dropped = True
            return True

        with mock.patch.object(Port, "drop_terminal_ready", drop):
            fake.driver().initialise()
    assert "+FCLASS=1" in fake.commands


def test_a_port_without_terminal_ready_says_so() -> None:
    with FakeModem() as fake:
        assert not Port(fake.device).drop_terminal_ready(0.1)


def test_terminal_ready_is_down_for_a_while_and_up_again() -> None:
    with FakeModem() as fake:
        port = Port(fake.device)
        states: list[bool] = []
        with mock.patch.object(type(port._serial), "dtr", property(lambda _: True, lambda _, up: states.append(up))):
            fake.begin(b"NO CARRIER\r\n")
            began = fake.now
            assert port.drop_terminal_ready(2.0)
        assert fake.now - began >= 2.0
        assert states == [False, True]


def test_what_never_answers_is_said_to_be_no_modem() -> None:
    with Silent() as fake, pytest.raises(ModemFailed, match="does not answer like a modem"):
        fake.driver().initialise()
