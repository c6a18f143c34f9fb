# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of HylaFAX's log: field by field, of every release, and whatever else may stand there."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.cli.xferfaxlog import format_call
from faxcore.hylafax.log_records import LogRecord, NoCall, NoRecord, Record, parse_record
from faxcore.hylafax.logged_session import Session
from faxcore.model.page import Coding, Resolution
from tests.support.hostile_text import TEXTS
from tests.unit.test_xferfaxlog import RECEIVED, SENT

LINE_SENT = (
    '11/28/26 03:20\tSEND\t000000003\tttyS0\t1\t"tag"\ttest@localhost\t"0199000001"\t"+33 1 99"\t2220073\t2\t0:00:06\t'
    '0:00:05\t""\t""\t""\t""\t"test"\t"00 46 1F 22"\n'
)
LINE_RECEIVED = (
    '11/28/26 03:19\tRECV\t000000002\tttyS0\trecvq/fax000000003.tif\t""\tfax\t"0199000002"\t"0199000001"\t2121768\t1\t'
    '1:00:09\t0:00:09\t"no"\t"0198000001"\t"A name"\t"0199000003"\t""\t"00 45 1E"\n'
)
"""As Debian's HylaFAX 6.0.7 writes them."""


def parse(line: str) -> LogRecord:
    return parse_record(line.encode("utf-8", "surrogatepass"))


def test_a_sent_fax_field_by_field() -> None:
    assert parse(LINE_SENT) == LogRecord(
        at=datetime(2026, 11, 28, 3, 20),
        kind=Record.SEND,
        commid="000000003",
        modem="ttyS0",
        job="1",
        sender="test@localhost",
        number="0199000001",
        station_id="+33 1 99",
        session=Session(14400, Coding.MMR, Resolution.FINE, True, "V.17"),
        pages=2,
        whole_seconds=6,
        connected_seconds=5,
        reason="",
        owner="test",
    )


def test_a_received_fax_field_by_field() -> None:
    assert parse(LINE_RECEIVED) == LogRecord(
        at=datetime(2026, 11, 28, 3, 19),
        kind=Record.RECV,
        commid="000000002",
        modem="ttyS0",
        job="recvq/fax000000003.tif",
        sender="fax",
        number="0199000002",
        station_id="0199000001",
        session=Session(14400, Coding.MR, Resolution.STANDARD, False, "V.17"),
        pages=1,
        whole_seconds=3609,
        connected_seconds=9,
        reason="no",
        caller="0198000001",
        caller_name="A name",
        called="0199000003",
    )


FIELDS = LINE_SENT.rstrip("\n").split("\t")


@pytest.mark.parametrize(
    ("fields", "owner", "whose"),
    [
        (FIELDS[:14], "", "test"),
        ([*FIELDS[:14], '"Name"', '"0198"'], "", "test"),
        ([*FIELDS[:14], '""', '""', '"anne"'], "anne", "anne"),
        ([*FIELDS[:14], '""', '""', '"anne"', '"00 46"'], "anne", "anne"),
        ([*FIELDS[:14], '""', '""', '""', '"anne"', '"00 46"'], "anne", "anne"),
        ([*FIELDS[:14], '""', '""', '""', '"anne"', '"00 46"', '"2/1/1/1/12/1/3"'], "anne", "anne"),
    ],
)
def test_releases_have_more_and_more_fields(fields: list[str], owner: str, whose: str) -> None:
    record = parse("\t".join(fields))
    assert (record.owner, record.whose, record.pages) == (owner, whose, 2)


def test_the_number_of_the_caller_is_found_on_either_side_of_the_name() -> None:
    fields = LINE_RECEIVED.split("\t")
    fields[14:16] = ['"A name"', '"0198 00 00 01"']
    record = parse("\t".join(fields))
    assert (record.caller, record.caller_name) == ("0198 00 00 01", "A name")
    fields[14:16] = ['"Anonymous"', '""']
    record = parse("\t".join(fields))
    assert (record.caller, record.caller_name) == ("", "Anonymous")


@pytest.mark.parametrize(
    ("packed", "dcs", "pages", "session"),
    [
        # As xferfaxlog(5) has it: resolution 1, speed 3, coding 1, error correction.
        (1 | 3 << 2 | 1 << 10 | 1 << 12, "", 1, Session(9600, Coding.MR, Resolution.FINE, True)),
        (1 | 3 << 2, "", 0, None),
        (2220073, "00 00 00", 0, None),
        (2220073, "no DCS", 2, Session(14400, Coding.MMR, Resolution.FINE, True)),
        (2220073 | 13 << 3, "00 46 1F 22", 1, Session(33600, Coding.MMR, Resolution.FINE, True)),
        (2220074, "00 44 01 03 01 80", 1, Session(14400, Coding.MMR, Resolution.SUPERFINE, True, "V.17")),
        (2097152, "00 40 00", 1, Session(2400, Coding.MH, Resolution.STANDARD, False, "V.27ter")),
    ],
)
def test_the_session(packed: int, dcs: str, pages: int, session: Session | None) -> None:
    fields = [*FIELDS[:9], str(packed), str(pages), *FIELDS[11:18], f'"{dcs}"']
    assert parse("\t".join(fields)).session == session


def test_our_own_log_is_read_back() -> None:
    record = parse(format_call(SENT))
    assert (record.kind, record.commid, record.modem, record.job) == (Record.SEND, SENT.id, SENT.line, SENT.fax)
    assert (record.number, record.station_id, record.owner) == (SENT.other_number, SENT.station_id, "anne")
    assert record.session == Session(14400, Coding.MMR, Resolution.FINE, True, "V.17")
    assert (record.pages, record.whole_seconds, record.connected_seconds) == (2, 3713, 3701)
    came = parse(format_call(RECEIVED))
    assert (came.kind, came.caller, came.number) == (Record.RECV, "0198000001", "+33199000001")
    jbig = parse(format_call(replace(SENT, coding="JBIG"))).session
    assert jbig is not None and jbig.coding is Coding.JBIG


@pytest.mark.parametrize("kind", ["PAGE", "SUBMIT", "UNSENT", "PROXY"])
def test_other_records_are_no_calls(kind: str) -> None:
    with pytest.raises(NoCall):
        parse(LINE_SENT.replace("SEND", kind))


@pytest.mark.parametrize(
    ("number", "value", "sentence"),
    [
        (0, "13/28/26 03:20", "13/28/26 03:20 is no date and time."),
        (0, "", "? is no date and time."),
        (1, "FAKE\x1b[31m", "FAKE[31m is no kind of record."),
        (9, "-1", "-1 is not a number"),
        (10, "99999", "99999 is not a number"),
        (10, "٣", "٣ is not a number"),
        (11, "1:2:3:4", "1:2:3:4 is no duration."),
        (12, "9999:00:00", "9999:00:00 is no duration."),
    ],
)
def test_what_is_wrong_is_said(number: int, value: str, sentence: str) -> None:
    fields = list(FIELDS)
    fields[number] = value
    with pytest.raises(NoRecord) as refused:
        parse("\t".join(fields))
    assert str(refused.value.sentence).startswith(sentence)


@pytest.mark.parametrize("line", ["", "\n", "one", "\t" * 12, "\t" * 20])
def test_a_line_with_other_fields_is_none(line: str) -> None:
    with pytest.raises(NoRecord, match="fields"):
        parse(line)


@given(st.binary(max_size=400))
def test_any_octets_are_a_record_or_refused(line: bytes) -> None:
    try:
        parse_record(line)
    except (NoRecord, NoCall) as refused:
        assert str(refused).isprintable()


@given(st.lists(st.sampled_from([*TEXTS, *FIELDS]), min_size=14, max_size=20))
def test_any_fields_are_a_record_or_refused(fields: list[str]) -> None:
    try:
        record = parse("\t".join(fields))
    except (NoRecord, NoCall) as refused:
        assert str(refused).isprintable()
    else:
        texts = (record.key.replace("\t", ""), record.sender, record.station_id, record.reason, record.owner)
        assert all(text.isprintable() for text in texts)
