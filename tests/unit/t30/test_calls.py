# SPDX-License-Identifier: GPL-3.0-or-later
"""The test calls: each file is a whole call with one end played by our engine. A transcript from the field becomes a
test by copying it to `calls/`.
"""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path

import pytest

from faxcore.model.call import Outcome
from tests.unit.t30.replay import BadCall, Differs, Player, parse, read

ELSEWHERE = {"receive-eop-before-dcs", "send-mcf-after-dcs"}
"""Named for a command or response of phase D, which comes in phase B."""
FOLDER = Path(__file__).parent / "calls"
CALLS = sorted(FOLDER.glob("*.call"))


@pytest.mark.parametrize("path", CALLS, ids=lambda path: path.stem)
def test_call(path: Path) -> None:
    end = Player(read(path)).play()
    assert bool(end.reason) == (end.outcome is not Outcome.OK)


@pytest.mark.parametrize("outcome", Outcome, ids=lambda outcome: outcome.value)
def test_every_end_of_a_call_stands_in_one_of_them(outcome: Outcome) -> None:
    assert any(f"= result {outcome.value} " in path.read_text(encoding="utf-8") for path in CALLS)


@pytest.mark.parametrize(
    "phase",
    [
        "remote-dcn phase=B",
        "remote-dcn phase=C",
        "remote-dcn phase=D",
        "timeout phase=B",
        "timeout phase=C",
        "timeout phase=D",
    ],
)
def test_an_end_with_its_phase_stands_in_one_of_them(phase: str) -> None:
    assert any(f"= result {phase} " in path.read_text(encoding="utf-8") for path in CALLS)


GOOD = """\
# role: sender
# number: 5
# error correction: no
# page: A4 standard 1143
> dial 5
< lost busy # The number is busy.
> hang up
= result busy confirmed=0 sent=0
"""


def test_a_file_without_times_is_played() -> None:
    assert Player(parse("good", GOOD)).play().outcome is Outcome.BUSY


@pytest.mark.parametrize(
    ("change", "into", "message"),
    [
        (
            "> hang up",
            "> training V.17 14400",
            "bad:7: the file says\n  > training V.17 14400\nour script wants\n  > hang",
        ),
        ("confirmed=0", "confirmed=1", "bad:8: the file says\n  = result busy confirmed=1 sent=0\nour script wants"),
        ("< lost busy", "< silence", "bad:6: the file says\n  < silence\nour script wants\n  < connected, or lost"),
        ("< lost busy", "< connected", "bad:7: the file says\n  > hang up\nour script wants\n  < frames, silence or"),
        ("= result busy confirmed=0 sent=0\n", "", "bad: the file ends, but our script goes on with\n  = result"),
        (
            "sent=0\n",
            "sent=0\n> hang up\n",
            "bad:9: the file says\n  > hang up\nour script wants\n  the end of the call",
        ),
    ],
)
def test_what_differs_is_said_with_its_line(change: str, into: str, message: str) -> None:
    with pytest.raises(Differs) as raised:
        Player(parse("bad", GOOD.replace(change, into))).play()
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("change", "into", "message"),
    [
        ("> hang up", "hang up", "bad:7: no line of a transcript: 'hang up'"),
        ("# role: sender\n", "", "bad: the header needs `# role: sender`, `receiver` or `poller`, not ''"),
        ("lost busy", "lost his-way", "bad:6: 'his-way' is not a valid Outcome"),
    ],
)
def test_a_file_that_is_no_call_is_refused_with_its_line(change: str, into: str, message: str) -> None:
    with pytest.raises(BadCall) as raised:
        Player(parse("bad", GOOD.replace(change, into))).play()
    assert str(raised.value) == message


def test_the_table_of_arrows_names_calls_that_are_there_and_all_of_phases_c_and_d() -> None:
    rows = [line for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    named = [name.strip() for row in rows for name in row.split("|")[-2].split(",")]
    names = {path.stem for path in CALLS}
    patterns = [name for name in named if re.fullmatch(r"(send|receive)-[a-z0-9*-]+", name)]
    assert [pattern for pattern in patterns if not fnmatch.filter(names, pattern)] == []
    in_table = {name for pattern in patterns for name in fnmatch.filter(names, pattern)}
    of_page = re.compile(r"(send|receive)-(pps|ppr|eor|ctc|ctr|err|rr|rnr|rtn|rtp|pip|pin|pri|eop|eom|mps|mcf)\b.*")
    assert {name for name in names - in_table if of_page.fullmatch(name)} <= ELSEWHERE
