# SPDX-License-Identifier: GPL-3.0-or-later
"""What real modems say besides what the Recommendations have them say, and when they should not: each leads to the
right thing.
"""

from __future__ import annotations

import pytest

from faxcore.modem.class1 import Class1
from faxcore.modem.hdlc import check_sequence
from faxcore.modem.modem_failed import OnHook
from faxcore.modem.results import parse_numeric_code, parse_result_code
from faxcore.modem.state import Doing, ImageCarrier
from tests.unit.modem.fake_modem import (
    CONNECT,
    DLE,
    ERROR,
    ETX,
    FCERROR,
    NO_CARRIER,
    OK,
    SILENCE,
    FakeModem,
    Life,
    Stuttering,
    frame,
    from_modem,
    image,
)
from tests.unit.modem.odd_modems import Lagging, Numeric, Quiet, Racing, WithoutOk

DIS = bytes.fromhex("ff c8 01 00 77 5f 23 01 88")
CSI = bytes.fromhex("ff c0 02 4c 0c 0c")
DCN = bytes.fromhex("ff c8 5f")
PAGE = bytes(range(256)) * 8
V17_14400 = 145


def heard(modem: Class1, seconds: float = 6.0, limit: float = 60.0) -> tuple[bytes, ImageCarrier]:
    octets = bytearray()

    def feed(more: bytes) -> bool:
        octets.extend(more)
        return True

    carrier = modem.receive_data(V17_14400, seconds, limit, feed)
    return bytes(octets), carrier


def said(line: str) -> bytes:
    return f"\r\n{line}\r\n".encode()


# ---------------------------------------------------------------- words and numbers


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("FCERROR", "+FCERROR"),
        ("+FRH: 3", "+FRH:3"),
        ("FRH:3", "+FRH:3"),
        ("CONNECT FAX/S1440", "CONNECT"),
        ("Connect", "CONNECT"),
        ("No Dial Tone", "NO DIALTONE"),
        ("NO  CARRIER", "NO CARRIER"),
        ("LINE-IN-USE", "LINE IN USE"),
        ("PHONE OFF-HOOK", "LINE IN USE"),
        ("+FTM: 24,48", "+FTM: 24,48"),
        ("RINGING", "RINGING"),
    ],
)
def test_result_codes_have_one_spelling(line: str, code: str) -> None:
    assert parse_result_code(line) == code


@pytest.mark.parametrize(
    ("octets", "code"),
    [(b"0", "OK"), (b"\x007", "BUSY"), (b"24", "DELAYED"), (b"+F4", "+FCERROR"), (b"5", ""), (b"1.0", ""), (b"", "")],
)
def test_result_codes_as_numbers(octets: bytes, code: str) -> None:
    assert parse_numeric_code(octets) == code


@pytest.mark.parametrize("kind", [FakeModem, Stuttering])
def test_lines_end_in_any_way(kind: type[FakeModem]) -> None:
    with kind() as fake:
        modem = fake.driver()
        fake.begin(b"\r\nRING\r\n" + b"2\r" + b"AT\r\r\n" + b"33\r\n" + b"one\ntwo\rthree\r\n" + b"2\r")
        assert [modem.read_unsolicited_line() for _ in range(9)] == [
            "RING",
            "RING",
            "AT",
            "33",
            "one",
            "two",
            "three",
            "RING",
            None,
        ]


@pytest.mark.parametrize("kind", [Numeric, Quiet])
def test_a_modem_of_other_settings_plays_a_call(kind: type[FakeModem]) -> None:
    with kind(frame(CSI), frame(DIS), image(PAGE)) as fake:
        modem = fake.driver()
        modem.initialise()
        assert modem.dial("1") == "CONNECT"
        assert modem.receive_frames(10.0) == ([CSI, DIS], False)
        modem.send_data(V17_14400, PAGE, 14400)
        assert heard(modem) == (PAGE, ImageCarrier(True))
        modem.hang_up()
    assert fake.sent == [PAGE]


def test_a_line_of_text_that_comes_in_halves_is_no_result_code() -> None:
    class Halves(Stuttering):
        answers = FakeModem.answers | {"+FTM=?": said("24") + OK, "+FRM=?": said("24") + OK}

    with Halves() as fake:
        modem = fake.driver()
        modem.initialise()
        assert [str(modulation) for modulation in modem.sends] == ["V.27ter 2400"]


def test_half_a_line_waits_for_its_other_half() -> None:
    with FakeModem() as fake:
        modem = fake.driver()
        fake.begin(b"\r\nRI")
        assert modem.read_unsolicited_line() is None
        fake.begin(b"NG\r\n")
        assert modem.read_unsolicited_line() == "RING"


# ---------------------------------------------------------------- OK that is late, or lost


def test_a_late_ok_is_taken_for_no_answer() -> None:
    with Lagging(frame(DIS), image(PAGE)) as fake:
        modem = fake.driver()
        modem.dial("1")
        modem.receive_frames(10.0)
        modem.send_frames([DCN])
        modem.send_data(V17_14400, PAGE, 14400)
        assert heard(modem) == (PAGE, ImageCarrier(True))
    assert fake.sent == [DCN, PAGE]


def test_a_late_connect_is_no_answer_to_a_final_frame() -> None:
    class Announcing(FakeModem):
        def read_data(self) -> Life[bytes]:
            octets = yield from super().read_data()
            yield from self.say(CONNECT)
            return octets

    with Announcing(frame(DIS)) as fake:
        modem = fake.driver()
        modem.send_frames([DCN])
        assert modem.receive_frames(10.0) == ([DIS], False)
    assert fake.sent == [DCN]


def test_what_was_sent_is_sent_though_no_ok_says_so() -> None:
    with WithoutOk(frame(DIS)) as fake:
        modem = fake.driver()
        modem.send_frames([DCN])
        modem.send_data(V17_14400, PAGE, 14400)
        assert modem.receive_frames(10.0) == ([DIS], False)
    assert fake.sent == [DCN, PAGE]


def test_a_pause_whose_end_is_not_said_is_over_all_the_same() -> None:
    class Pausing(FakeModem):
        answers = FakeModem.answers | {"+FTS": b""}

    with Pausing() as fake:
        modem = fake.driver()
        modem.send_frames([DCN])
        modem.send_frames([DCN])
    assert fake.sent == [DCN, DCN]


def test_a_call_that_went_while_ok_was_awaited_is_over_at_the_next_command() -> None:
    with WithoutOk(ERROR) as fake:
        modem = fake.driver()
        modem.send_frames([DCN])
        with pytest.raises(OnHook):
            modem.receive_frames(10.0)


def test_a_frame_whose_result_is_lost_is_told_by_its_check_sequence() -> None:
    good = CONNECT + from_modem(DIS + check_sequence(DIS))
    with FakeModem(good) as fake:
        assert fake.driver().receive_frames(10.0) == ([DIS], False)
    bad = CONNECT + from_modem(DIS + b"\x12\x34")
    with FakeModem(bad) as fake:
        assert fake.driver().receive_frames(10.0) == ([], True)


def test_a_modem_that_refuses_over_and_over_is_asked_slowly() -> None:
    with FakeModem(*[NO_CARRIER] * 5000) as fake:
        assert fake.driver().receive_frames(4.0) == ([], False)
    assert len(fake.commands) < 60


# ---------------------------------------------------------------- the other carrier


@pytest.mark.parametrize("spelling", ["+FRH:3", "FRH:3", "+FRH: 3"])
def test_frames_behind_frh3_are_read_and_not_lost(spelling: str) -> None:
    with FakeModem(said(spelling) + frame(CSI), frame(DIS)) as fake:
        modem = fake.driver()
        assert heard(modem) == (b"", ImageCarrier(False, other=True))
        assert modem.receive_frames(3.0) == ([CSI, DIS], False)
    assert fake.commands == ["+FRM=145", "+FRH=3"]


def test_frh3_in_answer_to_frh_is_no_news() -> None:
    with FakeModem(said("+FRH:3") + frame(DIS)) as fake:
        assert fake.driver().receive_frames(3.0) == ([DIS], False)
    assert fake.commands == ["+FRH=3"]


def test_frh3_without_connect_is_the_other_carrier_all_the_same() -> None:
    with FakeModem(said("+FRH:3") + NO_CARRIER, frame(DIS)) as fake:
        modem = fake.driver()
        assert heard(modem) == (b"", ImageCarrier(False, other=True))
        assert modem.receive_frames(3.0) == ([DIS], False)


class Listening(FakeModem):
    """Goes on to listen for frames by itself, until it is broken off."""

    def hear(self, connected: bool = False) -> Life[None]:
        yield from self.say(said("+FRH:3") + CONNECT)
        yield from self.read_all()
        yield from self.say(OK)


def test_a_modem_that_listens_by_itself_is_broken_off_before_anything_else() -> None:
    with Listening() as fake:
        modem = fake.driver()
        assert heard(modem) == (b"", ImageCarrier(False, other=True))
        modem.send_frames([DCN])
        assert heard(modem) == (b"", ImageCarrier(False, other=True))
        assert heard(modem) == (b"", ImageCarrier(False, other=True))
        modem.hang_up()
        assert modem.doing is Doing.COMMAND
    assert fake.sent == [DCN]
    assert fake.commands == ["+FRM=145", "+FTH=3", "+FRM=145", "+FRM=145", "H0"]


@pytest.mark.parametrize("then", [image(PAGE), FCERROR])
def test_fcerror_at_once_may_speak_of_the_carrier_before(then: bytes) -> None:
    with FakeModem(FCERROR, then, FCERROR) as fake:
        octets, carrier = heard(fake.driver())
    assert (octets, carrier) == (
        (b"", ImageCarrier(False, other=True)) if then == FCERROR else (PAGE, ImageCarrier(True))
    )
    assert fake.commands == ["+FRM=145", "+FRM=145"]


# ---------------------------------------------------------------- breaking off, and what is no data


def test_a_carrier_that_begins_as_we_give_up_is_heard_to_its_end() -> None:
    with Racing(1, frame(DIS)) as fake:
        modem = fake.driver()
        assert modem.receive_frames(1.0) == ([DIS], False)
    assert fake.commands == ["+FRH=3", "+FRH=3"]


def test_carriers_that_always_begin_too_late_end_the_wait() -> None:
    with Racing(100) as fake:
        assert fake.driver().receive_frames(1.0) == ([], False)
    assert fake.commands == ["+FRH=3", "+FRH=3"]


def test_an_image_carrier_that_begins_as_we_give_up_is_none() -> None:
    with Racing(1, frame(DIS)) as fake:
        modem = fake.driver()
        assert heard(modem, 1.0) == (b"", ImageCarrier(False))
        assert modem.receive_frames(10.0) == ([DIS], False)


@pytest.mark.parametrize("kind", [FakeModem, Stuttering])
def test_what_is_shielded_by_dle_is_data_only_where_t31_says_so(kind: type[FakeModem]) -> None:
    # Behind DLE: an overrun, a bad signal, an octet of no meaning, SUB, DLE, and CAN.
    said_by_modem = b"\x01" + DLE + b"o" + DLE + b"\x00" + b"\x02" + DLE + b"\x1a" + DLE + DLE + DLE + b"\x18" + b"\x04"
    with kind(CONNECT + said_by_modem + DLE + ETX + NO_CARRIER) as fake:
        assert heard(fake.driver()) == (b"\x80\x40\x08\x08\x08\x20", ImageCarrier(True))


def test_dle_sub_in_a_frame_is_two_dle() -> None:
    csi = bytes.fromhex("ff c0 02 08 08 30")
    folded = from_modem(csi + b"\x12\x34").replace(DLE * 4, DLE + b"\x1a")
    with FakeModem(CONNECT + folded + OK, frame(DIS)) as fake:
        assert fake.driver().receive_frames(10.0) == ([csi, DIS], False)


def test_a_carrier_that_falls_silent_ends_though_nothing_says_so() -> None:
    with FakeModem(CONNECT + from_modem(PAGE)[:-2], frame(DIS)) as fake:
        modem = fake.driver()
        began = fake.now
        assert heard(modem, limit=900.0) == (PAGE, ImageCarrier(True))
        assert fake.now - began < 60
        assert modem.receive_frames(10.0) == ([DIS], False)


def test_silence_instead_of_a_carrier_is_none() -> None:
    with FakeModem(SILENCE) as fake:
        assert heard(fake.driver(), 1.0) == (b"", ImageCarrier(False))
