# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands on the line, and when, measured by an ear of its own: the times and counts of T.30, the training check,
the bursts of error correction (T.4, Annex A) and the rows of a page.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from faxcore.document.tiff import write_pages
from faxcore.model.page import Resolution
from tests.support.pages import text_page
from tests.unit.foreign import world
from tests.unit.foreign.image import FLAG, frames_in, mh_page, rows_in
from tests.unit.foreign.machine import (
    DCS_FIF,
    DIS_FIF,
    GONE,
    Data,
    Diary,
    Listen,
    Reactions,
    Thing,
    answering,
    bits,
    calling,
    frame,
    name_of,
)
from tests.unit.foreign.play import Played, play
from tests.unit.foreign.world import REVERSED, V21, Carrier, long_code

CODES = {14400: 145, 12000: 121, 9600: 97, 7200: 72, 4800: 48, 2400: 24}
PLAIN_20_MS = frame("DIS", bits(10, 11, 12, 14, 15, 16, 20, octets=3))


def send(
    folder: Path, *options: str, reactions: Reactions | None = None, dis: Thing | None = None, rows: int = 100
) -> Played:
    resolution = Resolution.FINE if "fine" in options else Resolution.STANDARD
    options = tuple(option for option in options if option != "fine")
    write_pages(folder / "two.tif", [text_page(resolution, seed, rows=rows) for seed in (1, 2)])
    diary = Diary()
    far = answering(diary, reactions, None if dis is None else [dis])
    return play(far, diary, folder, "send", ["--to", "1", *options, str(folder / "two.tif")])


def receive(folder: Path, things: list[Thing]) -> Played:
    diary = Diary()
    return play(calling(diary, things), diary, folder, "receive", ["--folder", str(folder / "in")])


def ours(played: Played) -> list[Carrier]:
    return [carrier for whose, carrier in played.carriers if whose == "ours"]


def names(carrier: Carrier) -> list[str]:
    """What an octet of V.21 is called; image carriers are called by their code."""
    return [name_of(sound.octets[2:]) for sound in carrier.frames] or [str(carrier.code)]


def said(played: Played, name: str) -> list[Carrier]:
    """Our carriers that end with this frame."""
    return [carrier for carrier in ours(played) if names(carrier)[-1] == name]


def check_silences(played: Played) -> None:
    """75 +- 20 ms before each of our carriers behind another one, and nobody speaks while the other does."""
    for (_, before), (whose, carrier) in zip(played.carriers, played.carriers[1:], strict=False):
        assert carrier.start >= before.end
        if whose == "ours" and carrier.start - before.end < 2.0:
            assert 0.055 <= carrier.start - before.end <= 0.095, names(carrier)


@pytest.mark.parametrize("options", [(), ("--no-ecm",), ("--frame-size", "64")], ids=str)
def test_silence_between_carriers_is_75_ms(options: tuple[str, ...], tmp_path: Path) -> None:
    played = send(tmp_path, *options)
    assert played.outcome == "ok"
    check_silences(played)
    call = [Listen(40.0), frame("DCS", DCS_FIF, x=True), Data(bytes(2700)), Listen()]
    page: list[Thing] = [Data(mh_page(1100), 146), frame("EOP", x=True), Listen(), frame("DCN", x=True)]
    check_silences(receive(tmp_path, [*call, *page]))


@pytest.mark.parametrize("closing", [0.1, 0.3, 0.45])
def test_the_last_flags_of_the_other_end_are_waited_out(
    closing: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "CLOSING", closing)
    sent = send(tmp_path)
    call: list[Thing] = [Listen(40.0), frame("DCS", DCS_FIF, x=True), Data(bytes(2700)), Listen()]
    got = receive(tmp_path, [*call, Data(mh_page(1100), 146), frame("EOP", x=True), Listen(), frame("DCN", x=True)])
    assert (sent.outcome, got.outcome) == ("ok", "ok")
    check_silences(sent)
    check_silences(got)


@pytest.mark.parametrize("rate", CODES)
def test_a_training_check_is_a_second_and_a_half_of_zeros_at_each_rung(rate: int, tmp_path: Path) -> None:
    played = send(tmp_path, "--max-rate", str(rate))
    dcs, check = ours(played)[:2]
    assert (names(dcs)[-1], check.code) == ("DCS", CODES[rate])
    assert not any(check.octets)
    assert 1.35 <= 8 * len(check.octets) / rate <= 1.65
    short = [carrier.code for carrier in ours(played)[2:] if carrier.code != V21]
    assert short == [CODES[rate] + (rate > 7200)] * 2


def gaps(carriers: list[Carrier]) -> list[float]:
    return [after.start - before.end for before, after in zip(carriers, carriers[1:], strict=False)]


@pytest.mark.parametrize(("name", "silent"), [("PPS-MPS", {"PPS-MPS": [[]]}), ("PPS-EOP", {"PPS-EOP": [[]]})])
def test_a_command_goes_out_three_times_t4_apart(name: str, silent: Reactions, tmp_path: Path) -> None:
    played = send(tmp_path, reactions=silent)
    commands = said(played, name)
    assert len(commands) == 3
    assert all(2.55 <= gap <= 3.45 for gap in gaps(commands))
    assert names(ours(played)[-1]) == ["DCN"]
    assert 2.55 <= ours(played)[-1].start - commands[-1].end <= 3.45


def test_crp_makes_a_command_go_out_at_once_and_counts(tmp_path: Path) -> None:
    played = send(tmp_path, reactions={"PPS-MPS": [[frame("CRP")]]})
    commands = said(played, "PPS-MPS")
    assert len(commands) == 3
    assert all(gap < 1.5 for gap in gaps(commands))


def test_dcs_and_its_training_check_go_out_three_times(tmp_path: Path) -> None:
    played = send(tmp_path, reactions={"TCF": [[]]})
    assert [names(carrier)[-1] for carrier in ours(played)] == ["DCS", "145"] * 3 + ["DCN"]


def test_a_caller_waits_t1_and_says_dcn(tmp_path: Path) -> None:
    played = send(tmp_path, dis=frame("DIS", DIS_FIF[:2]))
    (dcn,) = ours(played)
    assert names(dcn) == ["DCN"]
    connected = float(next(line for line in played.transcript.splitlines() if "< connected" in line).split()[0])
    assert 30 <= dcn.start - 1000 - connected <= 40


def test_a_called_terminal_says_dis_every_t4_until_t1(tmp_path: Path) -> None:
    played = receive(tmp_path, [90.0])
    *identifications, dcn = ours(played)
    assert {names(carrier)[-1] for carrier in identifications} == {"DIS"}
    assert all(2.55 <= gap <= 3.45 for gap in gaps(identifications))
    assert names(dcn) == ["DCN"]
    off_hook = next(when for when, command in played.modem.commands if command == "A")
    assert 30 <= dcn.start - off_hook <= 40


def test_a_receiver_waits_t2_for_a_command(tmp_path: Path) -> None:
    up: list[Thing] = [Listen(40.0), frame("DCS", DCS_FIF, x=True), Data(bytes(2700)), Listen()]
    played = receive(tmp_path, [*up, Data(mh_page(1100), 146), GONE])
    page, dcn = played.carriers[-2][1], played.carriers[-1][1]
    assert names(dcn) == ["DCN"]
    assert 5.0 <= dcn.start - page.end <= 7.0


def test_dis_comes_t2_behind_the_answer_to_eom(tmp_path: Path) -> None:
    up: list[Thing] = [Listen(40.0), frame("DCS", DCS_FIF, x=True), Data(bytes(2700)), Listen()]
    played = receive(tmp_path, [*up, Data(mh_page(1100), 146), frame("EOM", x=True), Listen(), Listen(12.0), GONE])
    (mcf,), dis = said(played, "MCF"), said(played, "DIS")[1]
    assert 5.0 <= dis.start - mcf.end <= 7.0


def test_ftt_answers_a_training_check_that_never_came(tmp_path: Path) -> None:
    played = receive(tmp_path, [Listen(40.0), frame("DCS", DCS_FIF, x=True), Listen(7.0), GONE])
    (ftt,) = said(played, "FTT")
    dcs = next(carrier for whose, carrier in played.carriers if whose == "theirs")
    assert ftt.start - dcs.end <= 7.0


def test_flow_control_lasts_t5(tmp_path: Path) -> None:
    played = send(tmp_path, reactions={"PPS-MPS": [[frame("RNR")]], "RR": [[frame("RNR")]]})
    first = next(carrier for whose, carrier in played.carriers if whose == "theirs" and names(carrier) == ["RNR"])
    assert 55 <= ours(played)[-1].start - first.end <= 65
    assert names(ours(played)[-1]) == ["DCN"]


# ---------------------------------------------------------------- error correction


def numbers(carrier: Carrier) -> list[int]:
    """Of the frames in a burst."""
    return [body[3:4].translate(REVERSED)[0] for body in frames_in(carrier.octets) if body[2] == 0x60]


def bursts(played: Played) -> list[Carrier]:
    return [carrier for carrier in ours(played) if carrier.code != V21 and any(carrier.octets)]


@pytest.mark.parametrize(("rate", "size"), [(14400, 256), (9600, 64), (2400, 256)])
def test_a_burst_is_flags_frames_and_three_rcp(rate: int, size: int, tmp_path: Path) -> None:
    played = send(tmp_path, "--max-rate", str(rate), "--frame-size", str(size))
    for burst, pps in zip(bursts(played), said(played, "PPS-MPS") + said(played, "PPS-EOP"), strict=True):
        text = "".join(f"{octet:08b}" for octet in burst.octets)
        flags = re.match(f"[01]{{0,7}}?(({FLAG})+)", text)
        assert flags is not None
        assert len(flags[1]) / rate >= 0.2
        *frames, first, second, third = frames_in(burst.octets)
        assert {first[:3], second[:3], third[:3]} == {b"\xff\xc0\x61"}
        assert all(body.startswith(b"\xff\xc0\x60") and len(body) == 4 + size for body in frames)
        assert numbers(burst) == list(range(len(frames)))
        assert frames[-1].endswith(b"\0")
        fif = pps.frames[-1].octets[3:]
        assert fif[3:4].translate(REVERSED)[0] == len(frames) - 1
    counters = [
        carrier.frames[-1].octets[4:6].translate(REVERSED) for carrier in ours(played) if "PPS" in str(names(carrier))
    ]
    assert counters == [b"\0\0", b"\1\0"]


def test_only_what_is_asked_for_is_sent_again(tmp_path: Path) -> None:
    asked = bits(2, 4, octets=32)
    played = send(tmp_path, reactions={"PPS-MPS": [[frame("PPR", asked)], [frame("MCF")]]})
    assert numbers(bursts(played)[1]) == [1, 3]
    again = said(played, "PPS-MPS")[1].frames[-1].octets[3:]
    assert again[3:4].translate(REVERSED) == b"\1"


def test_after_the_fourth_ppr_ctc_names_the_next_rung_and_the_burst_trains_the_long_way(tmp_path: Path) -> None:
    bad = frame("PPR", b"\xff" * 32)
    played = send(tmp_path, reactions={"PPS-MPS": [[bad]] * 4 + [[frame("MCF")]]})
    assert [carrier.code for carrier in bursts(played)] == [146, 146, 146, 146, 121, 122]
    (ctc,) = said(played, "CTC")
    assert ctc.frames[-1].octets[3:] == bits(12, 14, octets=2)  # the rate, and nothing else of a DCS


# ---------------------------------------------------------------- pages without error correction


@pytest.mark.parametrize(("resolution", "k"), [("standard", 2), ("fine", 4)])
@pytest.mark.parametrize("rate", [14400, 4800])
def test_rows_are_filled_tagged_and_end_with_rtc(resolution: str, k: int, rate: int, tmp_path: Path) -> None:
    options = [*(["fine"] if resolution == "fine" else []), "--no-ecm", "--max-rate", str(rate)]
    played = send(tmp_path, *options, dis=PLAIN_20_MS)
    assert played.outcome == "ok"
    page = bursts(played)[0]
    assert long_code(page.code) == CODES[rate]
    *rows, last = rows_in(page.octets)
    # RTC: six EOL, each with the tag 1.
    assert [rows[-5:], last.rstrip("0")] == [["1"] * 5, "1"]
    rows = rows[:-5]
    assert len(rows) == 100
    assert all(len(row) + 12 >= rate * 0.020 for row in rows)
    tags = [row[0] for row in rows]
    assert tags == ["1" if number % k == 0 else "0" for number in range(100)]
