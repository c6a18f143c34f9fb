# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls as lines of HylaFAX's log."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from faxcore.cli.xferfaxlog import format_call, make_dcs, pack_parameters
from faxcore.contract.recorded import CallRecord
from faxcore.model.call import Direction, Outcome
from faxcore.model.sentence import Sentence
from tests.support.hostile_text import NAMES, TEXTS

SENT = CallRecord(
    "call",
    Direction.OUT,
    "2026-03-04T09:30:00.000Z",
    "line-1",
    own_number="+33199000001",
    other_number="+33199000002",
    station_id="+33 1 99 00 00 02",
    persons=("anne",),
    fax="job",
    pages=2,
    confirmed=2,
    answered="2026-03-04T09:30:12.000Z",
    ended="2026-03-04T10:31:53.000Z",
    dial_seconds=12.0,
    seconds=3701.4,
    rate=14400,
    modulation="V.17",
    coding="MMR",
    resolution="fine",
    error_correction=True,
    outcome=Outcome.OK,
)
RECEIVED = replace(SENT, direction=Direction.IN, persons=("anne", "bob"), other_number="0198000001")


@pytest.fixture(autouse=True)
def in_paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "Europe/Paris")
        time.tzset()
        yield
    time.tzset()


def test_a_sent_fax() -> None:
    fields = format_call(SENT).split("\t")
    assert fields[:9] == [
        *("03/04/26 10:30", "SEND", "call", "line-1", "job", '""', "anne", '"+33199000002"', '"+33 1 99 00 00 02"')
    ]
    packed = str(pack_parameters(SENT))
    assert fields[9:14] == [packed, "2", "1:01:53", "1:01:41", '""']
    assert fields[14:] == ['""', '""', '""', '"anne"', '"00 46 01 22"']
    assert len(fields) == 19


def test_a_received_fax() -> None:
    fields = format_call(RECEIVED).split("\t")
    assert (fields[1], fields[6], fields[7], fields[15], fields[17]) == (
        *("RECV", "fax", '"+33199000001"', '"0198000001"', '"anne bob"'),
    )


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (SENT, "SEND"),
        (replace(SENT, fetched=True), "POLL"),
        (RECEIVED, "RECV"),
        (replace(RECEIVED, fetched=True), "SEND"),
        (replace(RECEIVED, fax="", confirmed=0), "CALL"),
    ],
)
def test_the_kind_of_a_call(call: CallRecord, kind: str) -> None:
    assert format_call(call).split("\t")[1] == kind


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"outcome": Outcome.OK}, ""),
        ({"outcome": None, "ended": ""}, ""),
        ({"outcome": Outcome.BUSY}, "Busy signal detected"),
        ({"outcome": Outcome.NO_FAX}, "No carrier detected"),
        ({"outcome": Outcome.REMOTE_DCN, "reason": Sentence("The other “{x}” said\tno.", {"x": '"'})}, None),
        ({"outcome": Outcome.TIMEOUT}, "timeout"),
    ],
)
def test_the_reason_of_a_failure(values: dict[str, Any], reason: str | None) -> None:
    fields = format_call(replace(SENT, **values)).split("\t")
    assert len(fields) == 19
    assert fields[13] == (f'"{reason}"' if reason is not None else '"The other “\'” said no."')


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_hostile_text_breaks_no_field(text: str) -> None:
    call = replace(SENT, station_id=text, other_number=text, own_number=text, line=text, persons=(text,))
    for each in (call, replace(call, direction=Direction.IN)):
        line = format_call(each)
        fields = line.split("\t")
        assert len(fields) == 19 and "\n" not in line and "\r" not in line
        assert all(field.count('"') in (0, 2) for field in fields)
        assert all(field.startswith('"') and field.endswith('"') for field in fields if '"' in field)


@pytest.mark.parametrize(
    ("values", "packed", "dcs"),
    [
        # Version, error correction, MMR, length unlimited, the sixth speed, fine.
        ({}, 1 << 21 | 1 << 16 | 3 << 14 | 2 << 12 | 5 << 3 | 1, "00 46 01 22"),
        (
            {
                "coding": "MH",
                "error_correction": False,
                "resolution": "standard",
                "rate": 2400,
                "modulation": "V.27ter",
            },
            1 << 21 | 2 << 12,
            "00 40 01 00",
        ),
        (
            {"coding": "MR", "resolution": "superfine", "rate": 9600, "modulation": "V.29"},
            1 << 21 | 1 << 16 | 1 << 14 | 2 << 12 | 3 << 3 | 2,
            "00 61 01 21 01 80",
        ),
        ({"coding": "JBIG"}, 1 << 21 | 1 << 16 | 2 << 12 | 5 << 3 | 1, "00 46 01 21 01 01 01 01 01 04"),
        ({"rate": 0}, 0, ""),
    ],
)
def test_the_session(values: dict[str, Any], packed: int, dcs: str) -> None:
    call = replace(SENT, **values)
    assert pack_parameters(call) == packed
    assert make_dcs(call) == dcs
