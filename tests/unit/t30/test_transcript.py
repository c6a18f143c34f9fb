# SPDX-License-Identifier: GPL-3.0-or-later
"""What a transcript says of a call is enough to play the call again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.model.call import Outcome
from faxcore.model.page import Coding, PageFormat, Resolution, Width
from faxcore.model.sentence import Sentence
from faxcore.t30 import line as t30
from faxcore.t30.bits import Bits
from faxcore.t30.capabilities import PageInfo, Terminal
from faxcore.t30.frames import FCF, REVERSED, Frame, pack_numbers, pack_selection, pack_station_id
from faxcore.t30.modulation import ALL, V17_14400, Modulation
from faxcore.t30.receive_state import ReceiveState
from faxcore.t30.selective import Selection
from faxcore.t30.transcript import (
    describe_frame,
    format_line,
    format_poller_header,
    format_ranges,
    format_receiver_header,
    format_reply,
    format_request,
    format_results,
    format_sender_header,
    parse_ranges,
)
from tests.support.hypothesis_profiles import examples
from tests.support.joined import End, Fault, Joined
from tests.unit.t30.replay import Player, parse

FINE = PageInfo(Width.A4, Resolution.FINE, 1000)
STANDARD = PageInfo(Width.A4, Resolution.STANDARD, 500)


def record(end: End, lines: list[str]) -> None:
    """Have this end of a joined call write its transcript."""
    step = end.step

    def step_and_write(reply: t30.Reply | None) -> None:
        if reply is not None:
            assert end.request is not None
            lines.extend(format_line(end.now, text) for text in format_request(end.request))
            lines.extend(format_line(reply.now, text) for text in format_reply(end.request, reply))
        step(reply)
        if end.finished:
            lines.extend(format_line(end.now, text) for text in format_results(end.result))

    end.step = step_and_write  # type: ignore[method-assign]


@examples(150)
@given(
    faults=st.dictionaries(st.integers(0, 40), st.sampled_from(list(Fault)), max_size=8),
    pages=st.lists(st.sampled_from([FINE, STANDARD]), min_size=1, max_size=3),
    ecm=st.booleans(),
    octets=st.sampled_from([5_000, 70_000]),
)
def test_a_call_plays_again_as_it_was_at_both_ends(
    faults: dict[int, Fault], pages: list[PageInfo], ecm: bool, octets: int
) -> None:
    sender, receiver = Terminal("+33 1"), Terminal("+33 2", error_correction=ecm)
    call = Joined(pages, faults, sender, receiver, octets)
    ours, theirs = list(format_sender_header(sender, pages, "1")), list(format_receiver_header(receiver))
    record(call.caller, ours)
    record(call.called, theirs)
    sending, receiving = call.run()
    again = Player(parse("sender", "\n".join(ours))).play()
    assert (again.outcome, again.confirmed) == (sending.outcome, sending.confirmed)
    again = Player(parse("receiver", "\n".join(theirs))).play()
    assert (again.outcome, again.confirmed) == (receiving.outcome, receiving.confirmed)


@examples(150)
@given(
    faults=st.dictionaries(st.integers(0, 40), st.sampled_from(list(Fault)), max_size=8),
    pages=st.lists(st.sampled_from([FINE, STANDARD]), min_size=1, max_size=3),
    ecm=st.booleans(),
    said=st.sampled_from(["1", "2", ""]),
)
def test_a_call_that_polls_plays_again_as_it_was_at_both_ends(
    faults: dict[int, Fault], pages: list[PageInfo], ecm: bool, said: str
) -> None:
    poller = Terminal("+33 1", error_correction=ecm, selection=Selection(password=said))
    polled = Terminal("+33 2", selection=Selection(password="1"))
    call = Joined(pages, faults, polled, poller, polling=True)
    ours, theirs = list(format_poller_header(poller, "1")), list(format_receiver_header(polled, pages))
    record(call.caller, ours)
    record(call.called, theirs)
    for end, lines in zip(call.run(), (ours, theirs), strict=True):
        again = Player(parse("call", "\n".join(lines))).play()
        assert isinstance(again, ReceiveState)
        assert (again.outcome, again.confirmed) == (end.outcome, end.confirmed)
        assert (again.polled and again.polled.confirmed) == (end.polled and end.polled.confirmed)


@given(
    terminal=st.builds(
        Terminal,
        station_id=st.text(alphabet="0123456789+ ", max_size=20).map(str.strip),
        error_correction=st.booleans(),
        codings=st.permutations(list(Coding)).map(tuple),
        max_rate=st.sampled_from([2400, 14400]),
        selection=st.builds(
            Selection,
            sub_address=st.sampled_from(["", "12 #*"]),
            password=st.sampled_from(["", "****"]),
            document=st.sampled_from(["", "7"]),
            polled_sub_address=st.sampled_from(["", "5"]),
            internet_address=st.sampled_from(["", "fax@example.org"]),
        ),
        frame_size=st.sampled_from([64, 256]),
        resend_last_page=st.booleans(),
    ),
    pages=st.lists(st.builds(PageInfo, st.sampled_from(Width), st.sampled_from(Resolution), st.integers(1, 9))),
    number=st.text(alphabet="0123456789*#,", min_size=1, max_size=20),
)
def test_the_settings_of_a_call_are_read_back(terminal: Terminal, pages: list[PageInfo], number: str) -> None:
    call = parse("header", "\n".join(format_sender_header(terminal, pages, number, 2)))
    assert (call.terminal, call.pages) == (terminal, pages)
    assert (call.setting("number", ""), call.setting("first page", "")) == (number, "2")
    assert parse("header", "\n".join(format_poller_header(terminal, number))).terminal == terminal
    terminal = replace(terminal, takes_sub_address=number.isdigit())
    call = parse("header", "\n".join(format_receiver_header(terminal, pages)))
    assert (call.terminal, call.pages) == (terminal, pages)


@given(numbers=st.sets(st.integers(0, 255)))
def test_ranges_are_read_back(numbers: set[int]) -> None:
    assert parse_ranges(format_ranges(numbers)) == sorted(numbers)


WORDS = [
    (Frame(FCF.CSI, pack_station_id("+33 1")), 'CSI "+33 1"'),
    (Frame(FCF.SUB, pack_selection("12#")), 'SUB "12#"'),
    (Frame(FCF.PWD, pack_selection("12#")), "PWD"),
    (Frame(FCF.SID, pack_selection("12#")), "SID"),
    (Frame(FCF.FNV, b"\xc0"), "FNV PWD, SEP"),
    (Frame(FCF.PPS, b"\xf4" + pack_numbers(2, 1, 19), x=True), "PPS-EOP page 2 block 1 frames 20"),
    (Frame(FCF.PPR, b"\x40" + bytes(31)), "PPR 1"),
    (Frame(FCF.EOR, b"\xf2"), "EOR-MPS"),
    (Frame(FCF.PRI_EOP, x=True), "PRI-EOP"),
    (Frame(FCF.DIS, Bits.of(10, 15, 27, 31).octets), "DIS receives, fine, ECM, MMR"),
    (Frame(FCF.DIS, b"\0"), "DIS"),
    (Frame(FCF.DCS, Bits.of(10, 15, 68, at_11="0001").octets), "DCS receives, fine, JPEG"),
    (Frame(FCF.DCS, Bits.of(10, at_11="1000", at_21="000").octets), "DCS V.29 9600 MH standard A4 20 ms"),
]


@pytest.mark.parametrize(("frame", "words"), WORDS, ids=[words for _, words in WORDS])
def test_a_frame_is_said_in_words(frame: Frame, words: str) -> None:
    assert describe_frame(frame) == words


FORMAT = PageFormat(Width.A4, Resolution.FINE, Coding.MMR)
LINES: list[tuple[t30.Request, t30.Reply, list[str]]] = [
    (t30.Dial("12"), t30.Done(1), ["> dial 12", "< connected"]),
    (t30.PickUp(), t30.Done(1), ["> pick up", "< connected"]),
    (t30.Listen(3), t30.Heard(1), ["< silence"]),
    (t30.Listen(3), t30.Heard(1, garbled=True), ["< garbled"]),
    (t30.Listen(3), t30.Lost(1, Outcome.LINE_LOST, Sentence("gone")), ["< lost line-lost # gone"]),
    (
        t30.Listen(3),
        t30.Heard(1, (Frame(FCF.PWD, pack_selection("1")), Frame(FCF.DTC, b"\0\0\0"))),
        ["< ff c0 83 ****                          # PWD", "< ff c8 81 00 00 00                      # DTC "],
    ),
    (
        t30.SendFrames((Frame(FCF.SID, pack_selection("1"), x=True),)),
        t30.Done(1),
        ["> ff c8 c5 ****                          # SID"],
    ),
    (
        t30.Listen(3),
        t30.Heard(1, (Frame(FCF.CFR),), garbled=True, octets=(b"\xff\xc0\x99\x01", b"\xff\xc8\x21")),
        ["< ff c0 99 01                            # not understood", "< ff c8 21                               # CFR"],
    ),
    (
        t30.Listen(3),
        t30.Heard(1, garbled=True, octets=(b"\xff\xc8",)),
        ["< ff c8                                  # not understood"],
    ),
    (
        t30.Listen(3),
        t30.Heard(1, (Frame(FCF.DCN),), octets=(b"\xff\xc0\x5f",)),
        ["< ff c0 5f                               # DCN", "< carrier ended"],
    ),
    (
        t30.Listen(3),
        t30.Heard(1, garbled=True, octets=(b"\xff",)),
        ["< ff                                     # not understood", "< garbled"],
    ),
    (
        t30.Listen(6),
        t30.Heard(1, garbled=True, octets=(b"\r\nNO\r\n".translate(REVERSED),)),
        ['< b0 50 72 f2 b0 50                      # not understood, text "NO"', "< garbled"],
    ),
    (t30.SendTraining(V17_14400), t30.Cancelled(1), ["> training V.17 14400", "< cancelled sending"]),
    (t30.SendPage(V17_14400, b"abc", True), t30.Done(1), ["> page V.17 14400 short 3 octets"]),
    (t30.SendBurst(V17_14400, {0: b"", 1: b"", 5: b""}, False), t30.Done(1), ["> burst V.17 14400 0-1 5"]),
    (t30.ReceiveBurst(V17_14400, FORMAT, 256, 6, True), t30.BurstHeard(1, {}), ["< burst V.17 14400 none"]),
    (
        t30.ReceiveBurst(V17_14400, FORMAT, 256, 6, True),
        t30.BurstHeard(1, {0: b"", 1: b"", 5: b""}, rcp=True),
        ["< burst V.17 14400 0-1 5 rcp"],
    ),
    (t30.ReceivePage(V17_14400, FORMAT, 6, True), t30.NoCarrier(1, other=True), ["< other carrier"]),
    (
        t30.ReceivePage(V17_14400, FORMAT, 6, True),
        t30.PageHeard(1, 9, 2, 1, rtc=True),
        ["< page V.17 14400 rows=9 bad=2 run=1 rtc"],
    ),
    (t30.KeepPage(2, FORMAT, b"", False), t30.Kept(1, True, 9, 1), ["= kept unconfirmed page 2 rows=9 bad=1"]),
    (t30.KeepPage(2, FORMAT, b"", True), t30.Keeping(1), ["= still keeping page 2"]),
    (t30.KeepPage(2, FORMAT, b"", True), t30.Kept(1, False, 9, 1), ["= could not keep page 2 rows=9 bad=1"]),
    (t30.KeepPage(2, FORMAT, b"", True), t30.Kept(1, True, 9, 1, True), ["= kept page 2 rows=9 bad=1 broken"]),
    (t30.CodePage(1, FORMAT), t30.Coded(1, b"abc"), ["= code page 1 MMR 3 octets"]),
    (t30.Note(page=3, confirmed=True), t30.Done(1), ["= confirmed page 3"]),
    (t30.Note(final=True), t30.Done(1), ["= final pending"]),
    (t30.Note(final=True), t30.Done(1, more=True), ["= final pending", "= more follows"]),
    (t30.Note(state="page"), t30.Done(1), []),
    (t30.HangUp(), t30.Done(1), ["> hang up"]),
]


HEARD = [reply for _, reply, _ in LINES if isinstance(reply, t30.Heard) and reply.octets]


@pytest.mark.parametrize("reply", HEARD, ids=lambda reply: reply.octets[0].hex())
def test_what_was_not_understood_is_read_back_octet_by_octet(reply: t30.Heard) -> None:
    lines = ["# role: sender", *format_reply(t30.Listen(3), reply), *format_reply(t30.Listen(3), t30.Heard(9))]
    player = Player(parse("octets", "\n".join(lines)))
    heard = player.perform(t30.Listen(3))
    assert isinstance(heard, t30.Heard)
    assert (heard.frames, heard.garbled, heard.octets) == (reply.frames, reply.garbled, reply.octets)
    assert player.perform(t30.Listen(3)) == t30.Heard(heard.now + 3.0)


@pytest.mark.parametrize(("request_", "reply", "lines"), LINES, ids=[" ".join(lines) for _, _, lines in LINES])
def test_a_request_and_its_reply_are_written_so(request_: t30.Request, reply: t30.Reply, lines: list[str]) -> None:
    assert [*format_request(request_), *format_reply(request_, reply)] == lines


@pytest.mark.parametrize("rung", ALL, ids=str)
def test_a_dcs_says_its_speed_in_words(rung: Modulation) -> None:
    fif = Bits.of(10, 27, 31, at_11=rung.dcs).octets
    assert describe_frame(Frame(FCF.DCS, fif)).startswith(f"DCS {rung} MMR")
