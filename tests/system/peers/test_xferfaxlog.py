# SPDX-License-Identifier: GPL-3.0-or-later
"""HylaFAX's own `xferfaxstats` reads our log, and its sums are ours."""

from dataclasses import replace
from pathlib import Path

import pytest

from faxcore.cli.xferfaxlog import format_call
from faxcore.contract.recorded import CallRecord
from faxcore.model.call import UNREACHED, Direction, Outcome
from tests.support.peers.hylafax_statistics import missing, read_statistics, seconds_of

SENT = CallRecord(
    "0",
    Direction.OUT,
    "2026-03-04T09:30:00.000Z",
    "line-1",
    other_number="+33199000002",
    station_id='A "station"',
    persons=("anne",),
    fax="job",
    pages=2,
    confirmed=2,
    ended="2026-03-04T09:32:00.000Z",
    seconds=75.0,
    rate=14400,
    modulation="V.17",
    coding="MMR",
    error_correction=True,
    outcome=Outcome.OK,
)
CALLS = (
    SENT,
    replace(SENT, seconds=3605.0, confirmed=61),
    replace(SENT, outcome=Outcome.REMOTE_DCN, confirmed=1, seconds=20.0),
    replace(SENT, outcome=Outcome.BUSY, confirmed=0, seconds=0.0, rate=0, modulation="", coding=""),
    replace(SENT, persons=("bob",), coding="MH", rate=9600, modulation="V.29", station_id="tab\there", line="line-2"),
    replace(SENT, persons=("bob",), outcome=Outcome.NO_FAX, confirmed=0, seconds=7.0, rate=0, coding=""),
    replace(SENT, direction=Direction.IN, seconds=500.0),
)


@pytest.fixture
def log() -> str:
    """Our log."""
    if why := missing():
        pytest.skip(why)
    return "".join(f"{format_call(call)}\n" for call in CALLS)


@pytest.mark.parametrize(
    ("option", "keys"),
    [
        ("-send", ("anne (anne)", "bob (bob)")),
        ("-dev", ("line-1", "line-2")),
        ("-csi", ("A 'station'", "tab here")),
        ("-dest", ("+33199000002",)),
    ],
)
def test_hylafax_counts_as_we_do(option: str, keys: tuple[str, ...], log: str, tmp_path: Path) -> None:
    found = read_statistics(tmp_path, log, option)
    sent = [call for call in CALLS if call.direction is Direction.OUT and call.outcome not in UNREACHED]
    ours = {
        "-send": lambda call: f"{call.persons[0]} ({call.persons[0]})",
        "-dev": lambda call: call.line,
        "-csi": lambda call: " ".join(call.station_id.replace('"', "'").split()),
        "-dest": lambda call: call.other_number,
    }[option]
    for key in keys:
        calls = [call for call in sent if ours(call) == key]
        pages, time, _rate, errors = found[key][:4]
        assert int(pages) == sum(call.confirmed for call in calls)
        assert seconds_of(time) == sum(call.seconds for call in calls)
        assert int(errors) == sum(call.outcome is not Outcome.OK for call in calls)
    assert int(found["Total"][0]) == sum(call.confirmed for call in sent)
    assert seconds_of(found["Total"][1]) == sum(call.seconds for call in sent)


def test_hylafax_reads_the_session(log: str, tmp_path: Path) -> None:
    found = read_statistics(tmp_path, log)
    assert " ".join(found["anne (anne)"]).endswith(" 14400 2-D MMR")
    assert " ".join(found["bob (bob)"]).endswith(" 9600 1-D MH")
