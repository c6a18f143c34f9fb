# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl line receive` and `poll` with unpleasant machines: the call ends, in time, with a result and a sentence that
are true, and no page is confirmed (MCF, RTP) that is not on disk.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from faxcore.cli.exit_codes import find_call_status
from faxcore.document.tiff import read_pages, write_pages
from faxcore.model.call import Outcome
from faxcore.model.page import Resolution
from tests.support.pages import text_page
from tests.unit.foreign.image import burst, mh_page, mmr_page, pps
from tests.unit.foreign.machine import (
    CONFIRMATIONS,
    DCS_ECM,
    DCS_FIF,
    DIS_FIF,
    GONE,
    Bad,
    Data,
    Diary,
    Listen,
    Thing,
    bits,
    calling,
    frame,
    identity,
)
from tests.unit.foreign.play import Played, play

SHORT_V17 = 146
RUBBISH = random.Random(1).randbytes(4000)


def ours(name: str, fif: bytes = b"") -> bytes:
    """A frame of a machine that calls: it has received a DIS."""
    return frame(name, fif, x=True)


def image(octets: bytes) -> Data:
    """A page or a burst behind CFR."""
    return Data(octets, SHORT_V17)


DIS, ANSWER, PATIENCE = Listen(40.0), Listen(), Listen(7.0)
DCN, MPS, EOM, EOP, CRP = (ours(name) for name in ("DCN", "MPS", "EOM", "EOP", "CRP"))
DCS, ECM = ours("DCS", DCS_FIF), ours("DCS", DCS_ECM)
TCF, BAD_TCF = Data(bytes(2700)), Data(b"\xff" * 2700)
UP: list[Thing] = [DIS, DCS, TCF, ANSWER]
UP_ECM: list[Thing] = [DIS, ECM, TCF, ANSWER]
PAGE, CUT_OFF = image(mh_page(1100)), image(mh_page(300, rtc=False))
MMR = mmr_page(3000)
FRAMES = -(-len(MMR) // 256)
BURST = image(burst(MMR))
HOLE, FILLED = image(burst(MMR, bad=frozenset({1}))), image(burst(MMR, only=range(1, 2)))
TAIL: list[Thing] = [PAGE, EOP, ANSWER, DCN]
CTC_4800 = ours("CTC", bits(10, 12, octets=2))


def ended(command: int, page: int = 0, block: int = 0, frames: int = FRAMES) -> bytes:
    """PPS with our bit X in its second field too."""
    return ours("PPS", pps(command | 0x80 if command else 0, page, block, frames))


LAST, MORE = ended(0x74), ended(0x72)
LAST_2 = ended(0x74, page=1)


@dataclass(frozen=True)
class Case:
    """What a machine does, and what has to come of the call: result, phase, seconds at most, pages on disk, pages
    confirmed.
    """

    name: str
    result: str
    phase: str
    seconds: float
    on_disk: int
    confirmed: int
    things: Sequence[Thing]
    options: Sequence[str] = field(default_factory=tuple)


GOOD, TWO = ("ok", "", 60.0, 1, 1), ("ok", "", 60.0, 2, 2)
NOTHING = ("no-fax", "", 60.0, 0, 0)
CASES = [
    Case("polite", *GOOD, UP + TAIL),
    Case("polite-two", *TWO, [*UP, PAGE, MPS, ANSWER, *TAIL]),
    Case("polite-ecm", *GOOD, [*UP_ECM, BURST, LAST, ANSWER, DCN]),
    Case("polite-ecm-two", *TWO, [*UP_ECM, BURST, MORE, ANSWER, BURST, LAST_2, ANSWER, DCN]),
    # dead in every state
    Case("never-says-anything", *NOTHING, [90.0]),
    Case("gone-at-once", *NOTHING, [GONE]),
    Case("gone-after-dis", *NOTHING, [DIS, GONE]),
    Case("gone-after-dcs", "timeout", "B", 40, 0, 0, [DIS, DCS, GONE]),
    Case("gone-after-ftt", "timeout", "B", 40, 0, 0, [DIS, DCS, BAD_TCF, ANSWER, GONE]),
    Case("gone-after-cfr", "timeout", "C", 90, 0, 0, [*UP, GONE]),
    Case("gone-in-the-page", "timeout", "D", 90, 1, 0, [*UP, CUT_OFF, GONE]),
    Case("gone-after-the-page", "timeout", "D", 40, 1, 0, [*UP, PAGE, GONE]),
    Case("gone-after-mcf", "ok-partial", "", 120, 1, 1, [*UP, PAGE, MPS, ANSWER, GONE]),
    Case("gone-after-the-burst", "timeout", "D", 90, 1, 0, [*UP_ECM, BURST, GONE]),
    Case("gone-after-ppr", "timeout", "C", 90, 1, 0, [*UP_ECM, HOLE, LAST, ANSWER, GONE]),
    Case("gone-after-eom", "ok-partial", "", 90, 1, 1, [*UP, PAGE, EOM, ANSWER, GONE]),
    Case("gone-without-dcn", *GOOD, [*UP, PAGE, EOP, ANSWER, GONE]),
    # phase B
    Case("dcs-without-tcf", "timeout", "B", 100, 0, 0, [DIS, *[DCS, 3.0] * 10]),
    Case("training-for-ever", "timeout", "B", 300, 0, 0, [DIS, *[DCS, BAD_TCF, ANSWER] * 30]),
    Case("training-too-short", "timeout", "B", 80, 0, 0, [DIS, *[DCS, Data(bytes(1000)), ANSWER] * 5]),
    Case("cfr-unheard-for-ever", "timeout", "C", 150, 0, 0, [DIS, *[DCS, TCF, ANSWER] * 10]),
    *(
        Case(f"dcs-of-{length}", "protocol", "", 30, 0, 0, [DIS, ours("DCS", DCS_FIF[:length]), TCF, ANSWER])
        for length in (0, 1, 2)
    ),
    Case("dcs-of-all-ones", "incompatible", "", 30, 0, 0, [DIS, ours("DCS", b"\xff" * 16)]),
    Case("dcs-mmr-without-ecm", "incompatible", "", 30, 0, 0, [DIS, ours("DCS", bits(10, 14, 21, 22, 23, 24, 31))]),
    Case("dcs-ecm-not-offered", "incompatible", "", 30, 0, 0, [DIS, ECM], ["--no-ecm"]),
    Case("dcs-rate-not-offered", "incompatible", "", 30, 0, 0, [DIS, DCS, TCF], ["--max-rate", "9600"]),
    Case("dcs-rate-reserved", "incompatible", "", 30, 0, 0, [DIS, ours("DCS", bits(10, 13, 21, 22, 23))]),
    Case("dcs-without-bit-10", *GOOD, [DIS, ours("DCS", bits(14, 20, 21, 22, 23, 24)), TCF, ANSWER, *TAIL]),
    Case("tsi-of-rubbish", *GOOD, [DIS, (ours("TSI", RUBBISH[:20]), DCS), TCF, ANSWER, *TAIL]),
    Case("tsi-of-nothing", *GOOD, [DIS, (ours("TSI"), DCS), TCF, ANSWER, *TAIL]),
    Case("tsi-of-200", *GOOD, [DIS, (ours("TSI", RUBBISH[:200]), DCS), TCF, ANSWER, *TAIL]),
    Case("nss-of-200", *GOOD, [DIS, (ours("NSS", RUBBISH[:200]), DCS), TCF, ANSWER, *TAIL]),
    Case("nss-alone", *NOTHING, [DIS, *[ours("NSS", RUBBISH[:20]), ANSWER] * 12]),
    Case(
        "sub-and-sid", *GOOD, [DIS, (ours("SUB", identity("1")), ours("SID", identity("9")), DCS), TCF, ANSWER, *TAIL]
    ),
    Case("no-password", "password", "", 40, 0, 0, [DIS, *[DCS, TCF, ANSWER] * 5], ["--password", "12"]),
    Case("dtc-not-offered", "no-document", "", 30, 0, 0, [DIS, frame("DTC", DIS_FIF), ANSWER]),
    Case("echo-of-dis", *GOOD, [DIS, 0.3, frame("DIS", DIS_FIF), 0.5, DCS, TCF, ANSWER, *TAIL]),
    Case("echo-of-dis-for-ever", *NOTHING, [DIS, *[0.3, frame("DIS", DIS_FIF), ANSWER] * 15]),
    Case("crp-storm-after-dis", *NOTHING, [DIS, *[CRP, ANSWER] * 60]),
    Case("dcn-after-dis", "remote-dcn", "B", 30, 0, 0, [DIS, DCN]),
    Case("dcn-in-place-of-tcf", "remote-dcn", "B", 30, 0, 0, [DIS, DCS, DCN]),
    Case("dcn-after-cfr", "remote-dcn", "C", 40, 0, 0, [*UP, DCN]),
    Case("dcn-after-the-page", "remote-dcn", "D", 40, 1, 0, [*UP, PAGE, DCN]),
    Case("dcn-after-mcf", "ok-partial", "", 40, 1, 1, [*UP, PAGE, MPS, ANSWER, DCN]),
    Case("dcn-after-eom", "ok-partial", "", 50, 1, 1, [*UP, PAGE, EOM, ANSWER, DCN]),
    Case("wrong-x", *GOOD, [DIS, frame("DCS", DCS_FIF), TCF, ANSWER, PAGE, frame("EOP"), ANSWER, frame("DCN")]),
    # phases C and D
    Case("eop-without-a-page", "timeout", "C", 120, 0, 0, [*UP, *[EOP, ANSWER] * 4]),
    Case("mps-without-a-page-for-ever", "timeout", "C", 240, 0, 0, [*UP, *[MPS, ANSWER] * 30]),
    Case("page-cut-off", "remote-dcn", "C", 60, 1, 0, [*UP, *[CUT_OFF, EOP, ANSWER] * 3, DCN]),
    Case("page-of-noise", "remote-dcn", "C", 60, 1, 0, [*UP, *[image(RUBBISH), EOP, ANSWER] * 3, DCN]),
    Case("page-of-nothing", "remote-dcn", "C", 60, 0, 0, [*UP, *[image(b"\0\0"), EOP, ANSWER] * 3, DCN]),
    Case("page-of-zeros", "timeout", "D", 90, 0, 0, [*UP, image(bytes(108_000)), EOP, ANSWER]),
    Case("page-in-v29", "remote-dcn", "C", 60, 0, 0, [*UP, *[Data(mh_page(1100), 96), EOP, ANSWER] * 3, DCN]),
    Case("eop-again", *GOOD, [*UP, PAGE, *[EOP, ANSWER] * 3, DCN]),
    Case("eop-for-ever", "ok", "", 120, 1, 1, [*UP, PAGE, *[EOP, ANSWER] * 30]),
    Case("mps-again", *TWO, [*UP, PAGE, *[MPS, ANSWER] * 3, *TAIL]),
    Case("clipped-dcn", *GOOD, [*UP, PAGE, EOP, ANSWER, Bad(DCN)]),
    Case("garbled-eop", *GOOD, [*UP, PAGE, Bad(EOP), ANSWER, EOP, ANSWER, DCN]),
    Case("garbled-for-ever", "timeout", "D", 240, 1, 0, [*UP, PAGE, *[Bad(EOP), 3.0] * 100]),
    Case("unknown-frame", *GOOD, [*UP, PAGE, b"\xee\1\2", ANSWER, EOP, ANSWER, DCN]),
    Case("eop-then-an-unknown-frame", *GOOD, [*UP, PAGE, (EOP, b"\xee\1"), ANSWER, EOP, ANSWER, DCN]),
    Case("frames-without-end", "timeout", "D", 600, 1, 0, [*UP, PAGE, tuple([b"\xee\1"] * 3000)]),
    Case("crp-after-mcf", *GOOD, [*UP, PAGE, EOP, ANSWER, *[CRP, ANSWER] * 3, DCN]),
    Case("pri-eop", *GOOD, [*UP, PAGE, ours("PRI-EOP"), ANSWER, DCN]),
    Case("eom", *TWO, [*UP, PAGE, EOM, ANSWER, Listen(12.0), DCS, TCF, ANSWER, *TAIL]),
    # error correction
    Case("burst-lost", *GOOD, [*UP_ECM, LAST, ANSWER, BURST, LAST, ANSWER, DCN]),
    Case("pps-lost", *GOOD, [*UP_ECM, BURST, Bad(LAST), ANSWER, LAST, ANSWER, DCN]),
    Case("pps-lost-and-burst-again", *GOOD, [*UP_ECM, BURST, 4.0, BURST, LAST, ANSWER, DCN]),
    Case("pps-again", *TWO, [*UP_ECM, BURST, *[MORE, ANSWER] * 3, BURST, LAST_2, ANSWER, DCN]),
    Case("bad-frame", *GOOD, [*UP_ECM, HOLE, LAST, ANSWER, FILLED, ended(0x74, frames=1), ANSWER, DCN]),
    Case("bad-frame-for-ever", "protocol", "", 900, 1, 0, [*UP_ECM, *[HOLE, LAST, ANSWER] * 210]),
    Case("pps-of-a-wrong-block", "protocol", "", 40, 0, 0, [*UP_ECM, BURST, ended(0x74, block=3), ANSWER]),
    Case("pps-too-short", *GOOD, [*UP_ECM, BURST, ours("PPS", b"\xf4"), ANSWER, LAST, ANSWER, DCN]),
    Case("pps-of-an-unknown-command", "protocol", "", 40, 1, 0, [*UP_ECM, BURST, ended(0x19), PATIENCE]),
    Case("eop-in-place-of-pps", "remote-dcn", "C", 60, 1, 0, [*UP_ECM, *[BURST, EOP, ANSWER] * 3, DCN]),
    Case("pps-in-place-of-eop", "remote-dcn", "C", 60, 0, 0, [*UP, *[PAGE, LAST, ANSWER] * 3, DCN]),
    Case("eor", "cannot-train", "", 60, 1, 0, [*UP_ECM, HOLE, LAST, ANSWER, ours("EOR", b"\xf4"), ANSWER, DCN]),
    Case("eor-of-nothing", "remote-dcn", "C", 60, 1, 0, [*UP_ECM, BURST, ours("EOR"), PATIENCE, DCN]),
    Case("rr-unasked", *GOOD, [*UP_ECM, BURST, ours("RR"), ANSWER, LAST, ANSWER, DCN]),
    Case("ctc", *GOOD, [*UP_ECM, HOLE, LAST, ANSWER, CTC_4800, ANSWER, Data(burst(MMR), 48), LAST, ANSWER, DCN]),
    Case(
        "ctc-of-nothing", *GOOD, [*UP_ECM, HOLE, LAST, ANSWER, ours("CTC"), ANSWER, Data(burst(MMR)), LAST, ANSWER, DCN]
    ),
    Case("ctc-for-ever", "protocol", "", 600, 1, 0, [*UP_ECM, BURST, *[CTC_4800, ANSWER] * 220]),
    Case(
        "mmr-cut-off",
        "remote-dcn",
        "C",
        60,
        1,
        0,
        [*UP_ECM, *[image(burst(MMR[:200])), ended(0x74, frames=1), ANSWER] * 3, DCN],
    ),
    Case(
        "mmr-of-rubbish",
        "remote-dcn",
        "C",
        60,
        1,
        0,
        [*UP_ECM, *[image(burst(RUBBISH[:512])), ended(0x74, frames=2), ANSWER] * 3, DCN],
    ),
]


def check(played: Played, case: Case) -> None:
    assert (played.outcome, played.result["phase"]) == (case.result, case.phase), played.transcript
    assert played.seconds < case.seconds
    assert bool(played.result["reason"]) == (case.result != "ok")
    assert len(played.result["reason"]) < 200
    assert played.code == find_call_status(Outcome(case.result))
    on_disk = sum(len(list(read_pages(Path(file)))) for file in played.result["files"] if file.endswith(".tif"))
    confirmed = played.result["pages_confirmed"]
    assert (on_disk, played.result["pages_received"], confirmed) == (case.on_disk, case.on_disk, case.confirmed)
    assert not played.modem.off_hook
    assert "Traceback" not in played.said


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_call_from_such_a_machine_ends_in_time_and_says_what_is_true(case: Case, tmp_path: Path) -> None:
    diary = Diary()
    folder = tmp_path / "in"
    played = play(calling(diary, case.things), diary, tmp_path, "receive", ["--folder", str(folder), *case.options])
    check(played, case)
    said = sum(name in CONFIRMATIONS for name in diary.heard)
    assert (said > 0) == (case.confirmed > 0)
    assert all(path.suffix in (".tif", ".pdf") for path in folder.iterdir())


# ---------------------------------------------------------------- polling

HAS = frame("DIS", bits(9, 10, 11, 12, 14, 20, 21, 22, 23, 24, 27, 31))
THEIR_DCS, THEIR_EOP, THEIR_DCN = frame("DCS", DCS_FIF), frame("EOP"), frame("DCN")
POLLED: list[Thing] = [2.0, HAS, ANSWER]
POLLING = [
    Case("polite", *GOOD, [*POLLED, THEIR_DCS, TCF, ANSWER, PAGE, THEIR_EOP, ANSWER, THEIR_DCN]),
    Case("nothing-to-fetch", "no-document", "", 30, 0, 0, [2.0, frame("DIS", DIS_FIF), ANSWER]),
    Case("dis-again-and-again", "timeout", "B", 60, 0, 0, [2.0, *[HAS, ANSWER] * 10]),
    Case("dcn-to-dtc", "remote-dcn", "B", 30, 0, 0, [*POLLED, THEIR_DCN]),
    Case(
        "echo-of-dtc",
        *GOOD,
        [*POLLED, 0.3, frame("DTC", DIS_FIF), 0.3, THEIR_DCS, TCF, ANSWER, PAGE, THEIR_EOP, ANSWER, THEIR_DCN],
    ),
    Case("gone-after-dis", "timeout", "B", 40, 0, 0, [*POLLED, GONE]),
    Case("gone-after-cfr", "timeout", "C", 90, 0, 0, [*POLLED, THEIR_DCS, TCF, ANSWER, GONE]),
    Case("fnv", "no-document", "", 30, 0, 0, [*POLLED, frame("FNV", b"\x40"), ANSWER]),
]


@pytest.mark.parametrize("case", POLLING, ids=lambda case: case.name)
def test_polling_such_a_machine_ends_in_time_and_says_what_is_true(case: Case, tmp_path: Path) -> None:
    diary = Diary()
    arguments = ["--to", "123", "--folder", str(tmp_path / "in"), *case.options]
    check(play(calling(diary, case.things), diary, tmp_path, "poll", arguments), case)


DTC = frame("DTC", bits(10, 11, 12, 14, 20, 21, 22, 23, 24, 27, 31))
ASKED: list[Thing] = [DIS, DTC, ANSWER, ANSWER]
OFFERED = {
    "polite": ("ok", 1, [*ASKED, ours("CFR"), ANSWER, ANSWER, ours("MCF"), ANSWER]),
    "gone-after-dtc": ("timeout", 0, [DIS, DTC, GONE]),
    "ftt-for-ever": ("cannot-train", 0, [DIS, DTC, *[ANSWER, ANSWER, ours("FTT")] * 10]),
    "gone-before-mcf": ("unconfirmed", 0, [*ASKED, ours("CFR"), ANSWER, GONE]),
    "dcn-in-place-of-mcf": ("remote-dcn", 0, [*ASKED, ours("CFR"), ANSWER, ANSWER, DCN]),
    "dtc-for-ever": ("protocol", 0, [DIS, *[DTC, ANSWER, ANSWER] * 10]),
}


@pytest.mark.parametrize("name", OFFERED)
def test_being_polled_by_such_a_machine_ends_in_time_and_says_what_is_true(name: str, tmp_path: Path) -> None:
    result, fetched, things = OFFERED[name]
    write_pages(tmp_path / "offer.tif", [text_page(Resolution.STANDARD, rows=100)])
    diary = Diary()
    arguments = ["--folder", str(tmp_path / "in"), "--offer", str(tmp_path / "offer.tif")]
    played = play(calling(diary, things), diary, tmp_path, "receive", arguments)
    assert (played.outcome, played.result["pages_fetched"]) == (result, fetched), played.transcript
    assert played.seconds < 90
    assert not played.modem.off_hook
