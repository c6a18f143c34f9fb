# SPDX-License-Identifier: GPL-3.0-or-later
"""The Class 1 driver on modems good and bad: it always comes back, and says what is wrong in a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.modem.class1 import Class1
from faxcore.modem.modem_failed import ModemFailed, ModemGone, OnHook
from faxcore.modem.port import Port
from faxcore.modem.state import Doing, ImageCarrier
from tests.support.hypothesis_profiles import examples
from tests.unit.modem.fake_modem import (
    CONNECT,
    DLE,
    ERROR,
    ETX,
    FCERROR,
    NO_CARRIER,
    OK,
    SILENCE,
    Answering,
    Babbling,
    BabblingLines,
    Class2Only,
    ConnectThenNothing,
    DataOnly,
    Echoing,
    FakeModem,
    Hanging,
    Late,
    Life,
    NotTaking,
    OnHookAgain,
    RefusingClass1,
    Silent,
    StumblingAtWishes,
    Stuttering,
    TooLate,
    Unplugged,
    WithoutFclass,
    frame,
    from_modem,
    image,
)
from tests.unit.modem.real_time import in_real_time

DIS = bytes.fromhex("ff c8 01 00 77 5f 23 01 88")
CSI = bytes.fromhex("ff c0 02 4c 0c 0c")
CFR = bytes.fromhex("ff c8 21")
PAGE = bytes(range(256)) * 8
V17_14400 = 145


def heard(modem: Class1, seconds: float = 6.0) -> tuple[bytes, ImageCarrier]:
    octets = bytearray()

    def feed(more: bytes) -> bool:
        octets.extend(more)
        return True

    carrier = modem.receive_data(V17_14400, seconds, 60.0, feed)
    return bytes(octets), carrier


# ---------------------------------------------------------------- a good modem


CALL = (frame(CSI), frame(DIS), frame(CFR), image(PAGE))


def play_a_call(fake: FakeModem) -> None:
    modem = fake.driver()
    modem.initialise()
    assert modem.dial("0199,*#5") == "CONNECT"
    assert modem.receive_frames(10.0) == ([CSI, DIS], False)
    modem.send_frames([CSI, DIS])
    modem.send_data(V17_14400, PAGE, 14400)
    assert modem.receive_frames(10.0) == ([CFR], False)
    assert heard(modem) == (PAGE, ImageCarrier(True))
    modem.hang_up()
    assert fake.sent == [CSI, DIS, PAGE]
    assert fake.commands[-1] == "H0"
    assert "DT0199,*#5" in fake.commands


@pytest.mark.parametrize("kind", [FakeModem, Echoing, StumblingAtWishes, Stuttering, Late])
def test_a_modem_with_its_ways_plays_a_call(kind: type[FakeModem]) -> None:
    with kind(*CALL) as fake:
        play_a_call(fake)


@pytest.mark.parametrize("kind", [FakeModem, Echoing, StumblingAtWishes])
def test_a_call_goes_the_same_way_on_a_real_terminal(kind: type[FakeModem]) -> None:
    with in_real_time(kind(*CALL)) as fake:
        play_a_call(fake)


def test_a_modem_that_resets_slowly_is_still_in_step() -> None:
    with TooLate() as fake:
        fake.driver().initialise()


def test_the_name_of_a_modem_is_known_where_it_says_one() -> None:
    with FakeModem() as fake:
        modem = fake.driver()
        modem.initialise()
        assert modem.name == "Fake modem"
    with StumblingAtWishes() as fake:
        modem = fake.driver()
        modem.initialise()
        assert modem.name == "Class 1 modem"


def test_between_carriers_there_is_silence_made_by_the_modem() -> None:
    with FakeModem(frame(DIS), frame(CFR)) as fake:
        modem = fake.driver()
        modem.dial("1")
        modem.receive_frames(10.0)
        modem.send_frames([DIS])
        modem.send_data(V17_14400, PAGE, 14400)
        modem.receive_frames(10.0)
    assert [text for text in fake.commands if not text.startswith("DT")] == [
        "+FRS=7",
        "+FTH=3",
        "+FTS=8",
        "+FTM=145",
        "+FRH=3",
    ]


def test_silence_is_broken_off_with_one_character_and_the_next_command_is_whole() -> None:
    with FakeModem(SILENCE, frame(DIS)) as fake:
        modem = fake.driver()
        assert modem.receive_frames(1.0) == ([], False)
        assert modem.receive_frames(10.0) == ([DIS], False)
    assert fake.commands == ["+FRH=3", "+FRH=3"]


@pytest.mark.parametrize("octets", [DLE * 7, b"\x10\x03" * 9, b"\xff" * 100, bytes(range(256)), b"\x08\xc0" * 20])
def test_octets_that_look_like_dle_go_both_ways(octets: bytes) -> None:
    with Stuttering(image(octets)) as fake:
        modem = fake.driver()
        assert heard(modem) == (octets, ImageCarrier(True))
        modem.send_data(V17_14400, octets, 14400)
    assert fake.sent == [octets]


def test_dle_sub_is_two_dle_and_other_pairs_are_dropped() -> None:
    with FakeModem(CONNECT + b"\x01" + DLE + b"\x1a" + DLE + b"Z" + b"\x80" + DLE + ETX + NO_CARRIER) as fake:
        assert heard(fake.driver()) == (b"\x80\x08\x08\x01", ImageCarrier(True))


def test_the_calls_that_a_dial_can_come_to_nothing_are_told_apart() -> None:
    for code in ("BUSY", "NO ANSWER", "NO CARRIER", "NO DIALTONE", "ERROR"):
        with FakeModem() as fake:
            fake.answers = {"D": f"\r\n{code}\r\n".encode()}
            assert fake.driver().dial("1") == code


def test_nothing_but_a_dial_string_reaches_the_modem() -> None:
    with FakeModem() as fake:
        for number in ("1;H0", "1\rATH0", "1@", "１２"):
            with pytest.raises(AssertionError):
                Class1(Port(fake.device)).dial(number)


# ---------------------------------------------------------------- frames


def test_a_bad_frame_among_good_ones_is_left_out() -> None:
    with FakeModem(frame(CSI, ERROR), frame(DIS)) as fake:
        assert fake.driver().receive_frames(10.0) == ([DIS], False)


def test_a_final_frame_that_is_bad_is_garbled() -> None:
    with FakeModem(frame(CSI), frame(DIS, ERROR)) as fake:
        assert fake.driver().receive_frames(10.0) == ([CSI], True)


def test_a_frame_without_octets_is_garbled() -> None:
    with FakeModem(CONNECT + DLE + ETX + ERROR) as fake:
        assert fake.driver().receive_frames(10.0) == ([], True)


def test_a_frame_longer_than_any_is_broken_off() -> None:
    with FakeModem(CONNECT + from_modem(DIS + bytes(5000)) + OK) as fake:
        frames, _ = fake.driver().receive_frames(10.0)
    assert all(len(octets) < 6000 for octets in frames)


def test_no_carrier_twice_is_waited_out() -> None:
    with FakeModem(NO_CARRIER, NO_CARRIER, frame(DIS)) as fake:
        assert fake.driver().receive_frames(10.0) == ([DIS], False)


def test_error_to_frh_means_that_the_call_is_over() -> None:
    with FakeModem(ERROR) as fake, pytest.raises(OnHook):
        fake.driver().receive_frames(10.0)


def test_connect_and_then_nothing_is_garbled_and_ends() -> None:
    with ConnectThenNothing() as fake:
        assert fake.driver().receive_frames(3.0) == ([], True)


@pytest.mark.parametrize("kind", [FakeModem, Stuttering])
def test_no_carrier_as_text_in_place_of_a_frame_is_not_a_frame(kind: type[FakeModem]) -> None:
    """libspandsp's T.31 says so when a carrier drops out in its preamble; what is left of the carrier is heard."""
    with kind(CONNECT + NO_CARRIER, frame(CSI), frame(DIS)) as fake:
        modem = fake.driver()
        began = fake.now
        assert modem.receive_frames(6.0) == ([CSI, DIS], False)
        assert fake.now - began < 1.0
    assert fake.commands == ["+FRH=3"] * 3


def test_a_carrier_lost_in_its_preamble_for_good_was_there() -> None:
    with FakeModem(CONNECT + NO_CARRIER) as fake:
        modem = fake.driver()
        began = fake.now
        assert modem.receive_frames(3.0) == ([], True)
        assert fake.now - began < 3.5


def test_texts_of_results_that_come_late_are_not_part_of_a_frame() -> None:
    for stale in (OK, NO_CARRIER, NO_CARRIER + OK):
        with FakeModem(frame(CSI), CONNECT + stale + frame(DIS).removeprefix(CONNECT)) as fake:
            assert fake.driver().receive_frames(10.0) == ([CSI, DIS], False)


def test_a_frame_of_octets_that_look_like_a_line_is_read_as_a_frame() -> None:
    for odd in (b"\r\nNONSENSE\r\n", b"\r\n", b"\r", b"\r\n" + b"x" * 90):
        with FakeModem(CONNECT + odd + DLE + ETX + ERROR, frame(DIS)) as fake:
            modem = fake.driver()
            frames, garbled = modem.receive_frames(3.0)
            assert frames == ([] if garbled else [DIS]), odd
            assert garbled is (len(odd) < 2), "less than two octets end a carrier"
            assert fake.now < 1001.0


# ---------------------------------------------------------------- image carriers


def test_fcerror_is_the_other_carrier() -> None:
    class Listening(FakeModem):
        def hear(self, connected: bool = False) -> Life[None]:
            yield 1.0
            yield from super().hear(connected)

    with Listening(FCERROR, b"\r\nFCERROR\r\n", NO_CARRIER, SILENCE) as fake:
        modem = fake.driver()
        assert heard(modem) == (b"", ImageCarrier(False, other=True))
        assert heard(modem) == (b"", ImageCarrier(False, other=True))
        assert heard(modem) == (b"", ImageCarrier(False))
        assert heard(modem) == (b"", ImageCarrier(False))


def test_error_to_frm_and_ftm_means_that_the_call_is_over() -> None:
    with FakeModem(ERROR) as fake, pytest.raises(OnHook):
        heard(fake.driver())
    with OnHookAgain() as fake:
        modem = fake.driver()
        with pytest.raises(OnHook):
            modem.send_data(V17_14400, PAGE, 14400)
        with pytest.raises(OnHook):
            modem.send_frames([DIS])


def test_a_carrier_without_an_end_is_broken_off() -> None:
    with FakeModem(CONNECT + b"\x55" * 4000) as fake:
        modem = fake.driver()
        octets = bytearray()
        carrier = modem.receive_data(V17_14400, 6.0, 4.0, lambda more: octets.extend(more) or True)  # type: ignore[func-returns-value]
        assert carrier.heard
        assert len(octets) == 4000


# ---------------------------------------------------------------- modems that are none


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (Silent, "does not answer like a modem"),
        (Babbling, "does not behave like a modem|does not answer like a modem"),
        (BabblingLines, "does not answer like a modem"),
        (DataOnly, "does not support fax Class 1"),
        (Class2Only, "does not support fax Class 1"),
        (WithoutFclass, r"does not support fax Class 1|refuses AT\+FCLASS=1"),
        (RefusingClass1, r"refuses AT\+FCLASS=1"),
    ],
)
def test_what_is_no_modem_of_class_1_is_said_to_be_none(kind: type[FakeModem], message: str) -> None:
    with kind() as fake:
        began = fake.now
        with pytest.raises(ModemFailed, match=message) as raised:
            fake.driver().initialise()
        assert fake.device in str(raised.value)
        assert fake.now - began < 30


def test_a_modem_that_hangs_in_a_carrier_is_given_up() -> None:
    with Hanging() as fake:
        modem = fake.driver()
        began = fake.now
        with pytest.raises(ModemFailed, match="command state"):
            modem.receive_frames(3.0)
        assert fake.now - began < 60


def test_a_modem_that_takes_no_data_is_given_up() -> None:
    with NotTaking() as fake:
        modem = fake.driver()
        began = fake.now
        with pytest.raises((ModemFailed, OnHook)):
            modem.send_data(V17_14400, bytes(30_000), 14400)
        assert fake.now - began < 200


STEPS: dict[str, Callable[[Class1], object]] = {
    "Z": lambda modem: modem.initialise(),
    "I3": lambda modem: modem.initialise(),
    "D": lambda modem: modem.dial("1"),
    "A": lambda modem: modem.pick_up(),
    "+FTH": lambda modem: modem.send_frames([CSI, DIS]),
    "+FTM": lambda modem: modem.send_data(V17_14400, bytes(50_000), 14400),
    "+FRH": lambda modem: modem.receive_frames(6.0),
    "+FRM": lambda modem: heard(modem),
    "H": lambda modem: modem.hang_up(),
}


def test_a_modem_that_is_unplugged_from_a_real_terminal_is_gone() -> None:
    with in_real_time(Unplugged("+FCLASS=?")) as fake, pytest.raises(ModemGone, match="is gone"):
        fake.driver().initialise()


@pytest.mark.parametrize("after", [b"", CONNECT, CONNECT + b"\x01\x02" + DLE], ids=["nothing", "connect", "data"])
@pytest.mark.parametrize("at", STEPS)
def test_a_modem_that_is_unplugged_is_gone(at: str, after: bytes) -> None:
    with Unplugged(at, after=after) as fake:
        modem = fake.driver()
        began = fake.now
        with pytest.raises(ModemGone, match="is gone"):
            STEPS[at](modem)
            # A CONNECT that came before the cable went off was an answer; what follows it fails.
            modem.receive_frames(1.0)
        assert fake.now - began < 60


ANSWERS = st.lists(
    st.sampled_from([OK, ERROR, CONNECT, NO_CARRIER, FCERROR, frame(DIS), image(PAGE), DLE + ETX, DLE, b"\r\n", b""])
    | st.binary(max_size=300),
    min_size=1,
    max_size=25,
)


@examples(25)
@given(answers=ANSWERS, order=st.permutations(sorted(STEPS)))
def test_random_answers_fail_as_said_and_in_time(answers: list[bytes], order: list[str]) -> None:
    with Answering(*answers) as fake:
        modem = fake.driver()
        for step in order:
            began = fake.now
            try:
                STEPS[step](modem)
            except (ModemFailed, OnHook):
                # These two are what a modem may come to; anything else fails the test.
                pass
            assert fake.now - began < 400, step


def test_a_cancelled_wait_leaves_a_modem_that_can_be_used() -> None:
    with FakeModem(SILENCE, frame(DIS)) as fake:
        modem = fake.driver()
        assert modem.receive_frames(1.0) == ([], False)
        assert modem.receive_frames(5.0) == ([DIS], False)
        modem.hang_up()
        assert modem.doing is Doing.COMMAND


def test_a_late_answer_is_not_taken_for_that_of_the_next_command() -> None:
    """A computer or a modem that stood still for six seconds of the line: its modem is a good one all the same."""

    class Late(FakeModem):
        def command(self, text: str) -> Life[None]:
            if text == "+FMM?":
                yield 6.0
            yield from super().command(text)

    with Late() as fake:
        fake.answers = {**fake.answers, "+FMM?": b"\r\nLate modem\r\n" + OK}
        modem = fake.driver()
        modem.initialise()
        assert "+FCLASS=1" in fake.commands


class Restarted(FakeModem):
    """Has been switched off and on: it is a data modem."""

    answers = FakeModem.answers | {"+FCLASS?": b"\r\n0\r\n" + OK}


@pytest.mark.parametrize(("said", "again"), [(b"0", True), (b"+FCLASS: 0.0", True), (b"000", True), (b"1", False)])
def test_a_modem_that_was_switched_off_and_on_is_made_a_fax_modem_again(said: bytes, again: bool) -> None:
    with Restarted() as fake:
        fake.answers = {**fake.answers, "+FCLASS?": b"\r\n" + said + b"\r\n" + OK}
        modem = fake.driver()
        modem.initialise()
        fake.commands.clear()
        modem.ensure_ready()
        assert fake.commands[0] == "+FCLASS?"
        assert ("+FCLASS=1" in fake.commands) == again


def test_a_modem_that_does_not_know_the_question_is_ready() -> None:
    with FakeModem() as fake:
        fake.answers = {**fake.answers, "+FCLASS?": ERROR}
        modem = fake.driver()
        modem.initialise()
        fake.commands.clear()
        modem.ensure_ready()
        assert fake.commands == ["+FCLASS?"]
