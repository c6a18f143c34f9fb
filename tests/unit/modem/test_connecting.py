# SPDX-License-Identifier: GPL-3.0-or-later
"""Setting a modem up, and what dialling and answering come to: each end is said in words."""

from __future__ import annotations

import pytest

from faxcore.line.player import Player, run_blocking
from faxcore.model.call import Outcome
from faxcore.modem.class1_carrier import Class1Carrier
from faxcore.modem.dial_results import ANSWERED, DIALLED
from faxcore.modem.modem_failed import ModemFailed
from faxcore.modem.results import CALL_RESULTS
from faxcore.t30 import line as t30
from tests.support.calls import Listener
from tests.unit.modem.fake_modem import ERROR, OK, FakeModem


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

    with Listing() as fake, pytest.raises(ModemFailed, match="does not support fax Class 1"):
        fake.driver().initialise()


def test_caller_id_has_two_commands() -> None:
    class Older(FakeModem):
        answers = FakeModem.answers | {"+VCID": ERROR}

    with Older() as older:
        older.driver().initialise()
    with FakeModem() as newer:
        newer.driver().initialise()
    assert "#CID=1" in older.commands
    assert "#CID=1" not in newer.commands


# ---------------------------------------------------------------- dialling and answering


def perform(modem: FakeModem, request: t30.Request) -> t30.Reply:
    return run_blocking(Player(Class1Carrier(modem.driver()), Listener(), lambda _: None).perform(request))


@pytest.mark.parametrize(
    ("code", "outcome", "word"),
    [
        ("BUSY", Outcome.BUSY, "busy"),
        ("NO ANSWER", Outcome.NO_ANSWER, "Nobody"),
        ("NO DIAL TONE", Outcome.NO_DIALTONE, "plugged"),
        # What modems behind SIP and IAX say of a call that the other side has rejected.
        ("NO DIALTONE", Outcome.NO_DIALTONE, "or the call was rejected"),
        ("LINE IN USE", Outcome.NO_DIALTONE, "on the telephone"),
        ("NO CARRIER", Outcome.NO_FAX, "No fax machine"),
        ("VOICE", Outcome.NO_FAX, "person"),
        ("DATA", Outcome.NO_FAX, "data modem"),
        ("DELAYED", Outcome.NO_ANSWER, "for now"),
        ("BLACKLISTED", Outcome.NO_ANSWER, "switch it off and on"),
        ("ERROR", Outcome.MODEM, "refuses to dial"),
    ],
)
def test_each_end_of_dialling_is_said_in_words(code: str, outcome: Outcome, word: str) -> None:
    with FakeModem() as fake:
        fake.answers = {"D": said("RINGING") + said("RRING") + said(code)}
        lost = perform(fake, t30.Dial("0199000001"))
    assert isinstance(lost, t30.Lost)
    assert lost.outcome is outcome
    assert word in str(lost.reason)


@pytest.mark.parametrize("code", ["NO CARRIER", "BUSY", "DATA", "VOICE", "ERROR"])
def test_each_end_of_answering_is_said_in_words(code: str) -> None:
    with FakeModem() as fake:
        fake.answers = {"A": said(code)}
        lost = perform(fake, t30.PickUp())
    assert isinstance(lost, t30.Lost)
    assert lost.outcome is (Outcome.MODEM if code == "ERROR" else Outcome.NO_FAX)
    assert "answered" not in str(lost.reason)


def test_no_end_is_without_words() -> None:
    ends = CALL_RESULTS - {"OK", "CONNECT", "+FCERROR", "+FRH:3"}
    assert ends <= DIALLED.keys()
    assert ends - {"DELAYED", "BLACKLISTED", "LINE IN USE"} <= ANSWERED.keys()


@pytest.mark.parametrize("before", ["FAX", "RINGBACK", "RING", "CALLED=0199000001"])
def test_what_comes_before_connect_ends_nothing(before: str) -> None:
    with FakeModem() as fake:
        fake.answers = {"D": said(before) + said("CONNECT FAX")}
        assert fake.driver().dial("1") == "CONNECT"


def test_a_word_of_dialling_is_no_result_of_another_command() -> None:
    class Voice(FakeModem):
        answers = FakeModem.answers | {"I3": said("VOICE") + OK}

    with Voice() as fake:
        modem = fake.driver()
        modem.initialise()
        assert modem.name == "VOICE"
