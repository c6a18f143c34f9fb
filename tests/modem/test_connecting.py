# SPDX-License-Identifier: GPL-3.0-or-later
"""Setting a modem up: the class that it works in, and what it is told besides."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faxcore.modem.failure import ModemFailed
from tests.modem.fake_modem import ERROR, OK, FakeModem, ScaledTime, faster


@pytest.fixture(autouse=True)
def clock() -> Iterator[ScaledTime]:
    with faster(20.0) as scaled:
        yield scaled


def said(line: str) -> bytes:
    return f"\r\n{line}\r\n".encode()


# ---------------------------------------------------------------- setting up


def test_a_modem_is_told_to_hang_up_if_its_computer_dies_and_not_to_guess() -> None:
    with FakeModem() as fake:
        fake.driver().initialise()
    in_class_1 = fake.commands[fake.commands.index("+FCLASS=1") :]
    assert {"+FIT=255,1", "+FAR=0", "+FAE=0"} <= set(in_class_1)
    assert not [command for command in fake.commands if command.startswith("+FCL=")]


@pytest.mark.parametrize(
    ("classes", "command"),
    [("0,1.0,2", "+FCLASS=1.0"), ("(0, 1, 8)", "+FCLASS=1"), ("+FCLASS: 0 1 1.0", "+FCLASS=1"), ("(1)", "+FCLASS=1")],
)
def test_the_class_is_found_in_lists_of_any_form(classes: str, command: str) -> None:
    class Listing(FakeModem):
        answers = FakeModem.answers | {"+FCLASS=?": said(classes) + OK}

    with Listing() as fake:
        fake.driver().initialise()
    assert command in fake.commands


@pytest.mark.parametrize("classes", ["0,2,2.1", "10,11", "8"])
def test_a_one_in_another_number_is_no_class_1(classes: str) -> None:
    class Listing(FakeModem):
        answers = FakeModem.answers | {"+FCLASS=?": said(classes) + OK}

    with Listing() as fake, pytest.raises(ModemFailed, match="no fax modem of Class 1"):
        fake.driver().initialise()


def test_caller_id_has_two_commands() -> None:
    class Older(FakeModem):
        answers = FakeModem.answers | {"+VCID": ERROR}

    with Older() as older, FakeModem() as newer:
        older.driver().initialise()
        newer.driver().initialise()
    assert "#CID=1" in older.commands
    assert "#CID=1" not in newer.commands
