# SPDX-License-Identifier: GPL-3.0-or-later
"""What modems say of themselves, and what is made of it: by the probe, by the driver, and by the engine."""

from __future__ import annotations

import pytest

from faxcore.modem.class1 import Class1
from faxcore.modem.known import TABLE, find_known
from faxcore.modem.modem_failed import ModemFailed
from faxcore.modem.modulations import parse_values
from faxcore.modem.port import Port
from faxcore.modem.probe import Abilities, probe
from faxcore.t30.capabilities import Offer, Terminal, our_dis
from faxcore.t30.modulation import ALL, V27_2400, V27_4800, V29_7200, V29_9600, choose_offer
from tests.unit.modem.fake_modem import ERROR, OK, FakeModem, Life


def said(*lines: str) -> bytes:
    return b"".join(f"\r\n{line}".encode() for line in lines) + b"\r\n" + OK


def probed(modem: FakeModem) -> Abilities:
    with modem:
        port = Port(modem.device)
        try:
            return probe(port)
        finally:
            port.close()


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["24,48,72,73"], {24, 48, 72, 73}),
        (["(24,48),(96-98)"], {24, 48, 96, 97, 98}),
        (["+FTM: 24 48"], {24, 48}),
        (["24, 48", "72"], {24, 48, 72}),
        (["0-255"], set(range(256))),
        ([], set()),
        (["the quick brown fox"], set()),
    ],
)
def test_lists_of_values_in_the_forms_that_there_are(lines: list[str], found: set[int]) -> None:
    assert parse_values(lines) == found


def test_a_hostile_range_costs_nothing() -> None:
    assert len(parse_values(["0-99999", "99999-0"])) < 600


def test_a_full_modem_is_all_there_is() -> None:
    class Full(FakeModem):
        answers = FakeModem.answers | {
            "I": said("Model 7"),
            "+FMI?": said("Maker"),
            "+FMM?": said("Model 7"),
            "+FAR=?": said("0,1"),
            "+FCL=?": said("(0-255)"),
            "+FIT=?": said("(0-255),(0,1)"),
            "+VCID=?": said("(0-2)"),
        }

    found = probed(Full())
    assert found.identity == ("Model 7", "Fake modem", "Maker")
    assert found.classes == ("0", "1", "1.0")
    assert (found.sends, found.receives) == (ALL, ALL)
    assert found.usable
    assert found.adaptive
    assert found.carrier_loss
    assert found.inactivity
    assert found.caller_id
    assert found.row is None


def test_ok_and_nothing_else_is_no_ability() -> None:
    found = probed(FakeModem())
    assert found.usable
    assert not (found.adaptive or found.carrier_loss or found.inactivity or found.caller_id)


def test_echo_that_stays_on_is_no_answer() -> None:
    class Echoing(FakeModem):
        def command(self, text: str) -> Life[None]:
            yield from self.say(f"AT{text}\r".encode())
            yield from super().command(text)

    assert probed(Echoing()).identity == ("Fake modem",)


@pytest.mark.parametrize("classes", ["0,2,2.0", "0", "0,8"])
def test_a_modem_of_another_class_is_told_and_not_used(classes: str) -> None:
    class Other(FakeModem):
        answers = FakeModem.answers | {"+FCLASS=?": said(classes), "+FTM=?": ERROR, "+FRM=?": ERROR}

    found = probed(Other())
    assert found.classes == tuple(classes.split(","))
    assert not found.usable
    assert found.sends == ()


def test_silence_is_no_modem() -> None:
    class Dead(FakeModem):
        def live(self) -> Life[None]:
            while True:
                yield from self.read_all()

    with Dead() as modem, pytest.raises(ModemFailed, match="does not answer like a modem"):
        probe(Port(modem.device))


class Slow(FakeModem):
    """It has V.29 and V.27ter, and receives the latter only."""

    answers = FakeModem.answers | {"+FTM=?": said("24,48,72,96"), "+FRM=?": said("24,48")}


def test_the_driver_knows_what_its_modem_can_do() -> None:
    with Slow() as modem:
        driver = modem.driver()
        driver.initialise()
        assert driver.sends == (V29_9600, V29_7200, V27_4800, V27_2400)
        assert driver.receives == (V27_4800, V27_2400)
        assert driver.name == "Fake modem"


def test_a_modem_that_does_not_say_is_taken_to_have_all() -> None:
    class Silent(FakeModem):
        answers = FakeModem.answers | {"+FTM=?": ERROR, "+FRM=?": OK}

    with Silent() as modem:
        driver = modem.driver()
        driver.initialise()
        assert (driver.sends, driver.receives) == (ALL, ALL)


def test_the_engine_claims_and_uses_what_the_modem_has() -> None:
    slow = Terminal(sends=(V29_9600, V29_7200, V27_4800, V27_2400), receives=(V27_4800, V27_2400))
    assert our_dis(slow).group(11, 14) == "0100"
    assert Offer(our_dis(Terminal())).modulations(slow) == slow.sends
    assert choose_offer(14400, (V29_9600, V29_7200)) == "1000"
    assert choose_offer(14400, ()) == "0000"


# ------------------------------------------------------------ the table


def test_every_row_says_what_why_and_who_says_so() -> None:
    for row in TABLE:
        assert row.cause.text.endswith(".")
        assert len(row.evidence) > 20


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        (["spandsp", "0.0.6"], "libspandsp"),
        (["U-336E V 1.05"], "S57"),
        (["AT&T Paradyne", "DataPort 14.4"], "check sequence"),
        (["U.S. Robotics 56K Courier V.Everything"], "flow control"),
    ],
)
def test_known_modems_are_told_by_what_they_say(answers: list[str], word: str) -> None:
    row = find_known(answers)
    assert row is not None
    assert word in str(row.cause)


def test_an_unknown_modem_has_no_row() -> None:
    assert find_known(["Conexant", "USB modem", "V.92"]) is None


def test_what_a_row_sets_right_is_sent_before_the_class_is_asked_for() -> None:
    class Hiding(FakeModem):
        answers = FakeModem.answers | {"I": said("U-336E")}

        def command(self, text: str) -> Life[None]:
            if text == "+FCLASS=?" and "S57.4=1" not in self.commands:
                yield from self.say(said("0,2,2.0"))
                return
            yield from super().command(text)

    modem = Hiding()
    with modem:
        modem.driver().initialise()
    assert modem.commands.index("S57.4=1") < modem.commands.index("+FCLASS=1")
    assert probed(Hiding()).usable


def test_a_lines_own_commands_are_sent_after_each_reset() -> None:
    with FakeModem() as modem:
        driver = Class1(Port(modem.device), setup=("&K4", "-SDR=7"))
        driver.initialise()
        driver.initialise()
    assert modem.commands.count("&K4") == 2
    assert modem.commands.index("-SDR=7") < modem.commands.index("+FCLASS=1")


def test_a_command_of_a_lines_own_that_the_modem_refuses_is_named() -> None:
    class Refusing(FakeModem):
        answers = FakeModem.answers | {"-SDR": ERROR}

    with Refusing() as modem, pytest.raises(ModemFailed, match="refuses AT-SDR=7"):
        Class1(Port(modem.device), setup=("-SDR=7",)).initialise()
