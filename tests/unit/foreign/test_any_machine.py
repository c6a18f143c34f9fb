# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines that do anything at all, by chance: each call ends, and what it says is true."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from faxcore.document.tiff import read_pages, write_pages
from faxcore.model.page import Resolution
from tests.support.pages import text_page
from tests.unit.foreign.image import burst, mh_page, mmr_page, pps
from tests.unit.foreign.machine import (
    DIS_FIF,
    ECHO,
    GONE,
    POLITE,
    Bad,
    Diary,
    Thing,
    answering,
    calling,
    frame,
)
from tests.unit.foreign.play import play
from tests.unit.foreign.test_receiving import (
    ANSWER,
    CRP,
    CTC_4800,
    DCN,
    EOM,
    EOP,
    MPS,
    RUBBISH,
    UP,
    UP_ECM,
    image,
    ours,
)
from tests.unit.foreign.test_sending import PLAIN

LONGEST = 900.0
"""Seconds after which the longest of these calls has ended."""
RESPONSES = [
    frame(name)
    for name in "CFR FTT CTR MCF RTN RTP PIN PIP RNR ERR DCN CRP FNV EOP MPS".split()  # noqa: SIM905 - a list of words
]


class AnyReaction(dict[str, Sequence[Sequence[Thing]]]):
    """What a machine does that is polite but for a share of its reactions."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance, self.share = chance, chance.choice([0.1, 0.3, 0.6])

    def get(self, name: str, default: object = None) -> Sequence[Sequence[Thing]] | None:  # type: ignore[override]
        if name == "DCN" or self.chance.random() > self.share:
            return None
        return [[*self.things(name)]]

    def things(self, name: str) -> Sequence[Thing]:
        one, other = self.chance.choice(RESPONSES), self.chance.choice(RESPONSES)
        choices: list[Sequence[Thing]] = [
            *[[one]] * 4,
            [Bad(one)],
            [] if name == "silence" else [ECHO],
            [],
            [frame("PPR", self.chance.randbytes(32))],
            [frame("DIS", DIS_FIF)],
            [(one, other)],
            [(one, self.chance.randbytes(1))],
            [self.chance.choice([0.3, 1.0, 2.5, 3.3, 5.0]), POLITE],
            [self.chance.choice([GONE, POLITE])],
        ]
        return self.chance.choice(choices)


@pytest.mark.parametrize("seed", range(60))
def test_sending_to_a_machine_that_does_anything(seed: int, tmp_path: Path) -> None:
    write_pages(tmp_path / "three.tif", [text_page(Resolution.STANDARD, page, rows=60) for page in range(3)])
    chance = random.Random(seed)
    options = chance.choice([[], ["--no-ecm"], ["--frame-size", "64"], ["--no-resend"]])
    diary = Diary()
    far = answering(diary, AnyReaction(chance), chance.choice([None, None, PLAIN]))
    played = play(far, diary, tmp_path, "send", ["--to", "1", *options, str(tmp_path / "three.tif")])
    assert played.result["pages_confirmed"] <= diary.confirmed
    assert (played.code == 0) == (played.outcome == "ok") == (played.result["pages_confirmed"] == 3)
    assert bool(played.result["reason"]) == (played.outcome != "ok")
    assert played.seconds < LONGEST
    assert not played.modem.off_hook
    assert diary.heard.count("DCN") <= 1


PAGE = image(mh_page(2200))
MMR = mmr_page(12_000)
FRAMES = -(-len(MMR) // 256)
BURST, HOLE, FILLED = (image(burst(MMR, *what)) for what in ((), (frozenset({1}),), (frozenset(), range(1, 2))))


def ended(command: int, page: int = 0, frames: int = FRAMES) -> bytes:
    return ours("PPS", pps(command | 0x80 if command else 0, page, 0, frames))


DOCUMENTS: list[list[Thing]] = [
    [*UP, *[PAGE, MPS, ANSWER] * 2, PAGE, EOP, ANSWER, DCN],
    [*UP, PAGE, EOM, ANSWER, ANSWER, ANSWER, *UP[1:], PAGE, EOP, ANSWER, DCN],
    [*UP_ECM, BURST, ended(0x72), ANSWER, BURST, ended(0x74, 1), ANSWER, DCN],
    [*UP_ECM, HOLE, ended(0x72), ANSWER, FILLED, ended(0x72, 0, 1), ANSWER, BURST, ended(0x74, 1), ANSWER, DCN],
]
ANYTHING: list[Thing] = [
    *(DCN, MPS, EOM, EOP, CRP, CTC_4800, PAGE, BURST, HOLE, FILLED, image(RUBBISH), ANSWER, 0.3, 2.6, 5.0, 9.0),
    *(ended(0), ended(0x72), ended(0x74), ended(0x74, 1), ended(0x74, 3), b"\xee\1", *UP[1:3], *UP_ECM[1:3]),
    *(ours("RR"), ours("EOR", b"\xf2"), ours("EOR", b"\xf4"), ours("CFR"), ours("MCF"), ours("PRI-EOP")),
    *(frame("DIS", DIS_FIF), frame("DTC", DIS_FIF)),
]


def spoilt(chance: random.Random, things: Sequence[Thing]) -> list[Thing]:
    """The same with a few things left out, doubled, put in, exchanged or garbled."""
    made = list(things)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(1, len(made))
        thing = made[at]
        another = chance.choice(ANYTHING)
        garbled: Thing = Bad(thing) if isinstance(thing, bytes) else another
        behind: Thing = (thing, chance.choice([b"\xee", MPS])) if isinstance(thing, bytes) else another
        made[at : at + 1] = chance.choice([[], [thing, thing], [another, thing], [another], [garbled], [behind]])
        made = made if len(made) > 1 else list(things)
    return made


@pytest.mark.parametrize("seed", range(60))
def test_receiving_from_a_machine_that_does_anything(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    diary = Diary()
    folder = tmp_path / "in"
    options = chance.choice([[], [], ["--password", "1"], ["--jbig"], ["--max-rate", "9600"]])
    far = calling(diary, spoilt(chance, chance.choice(DOCUMENTS)))
    played = play(far, diary, tmp_path, "receive", ["--folder", str(folder), *options])
    on_disk = sum(len(list(read_pages(Path(file)))) for file in played.result["files"] if file.endswith(".tif"))
    assert diary.acknowledged <= on_disk, played.transcript
    assert played.result["pages_confirmed"] <= played.result["pages_received"] == on_disk
    assert (played.code == 0) == (played.outcome == "ok")
    assert bool(played.result["reason"]) == (played.outcome != "ok")
    assert played.outcome != "ok" or played.result["pages_confirmed"] == on_disk
    assert played.seconds < LONGEST
    assert not played.modem.off_hook
    assert all(path.suffix in (".tif", ".pdf") for path in folder.iterdir())
