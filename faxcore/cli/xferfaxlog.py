# SPDX-License-Identifier: GPL-3.0-or-later
"""A call as a line of HylaFAX's log `xferfaxlog`: 19 fields with a tab between them, some of them in quotes.

    1 date   2 SEND, RECV, POLL or CALL   3 call   4 line   5 fax   6 "tag"   7 sender   8 "number"   9 "station id"
    10 parameters   11 pages   12 time of the whole call   13 connected time   14 "reason"   15 to 17 "caller"
    18 "owner"   19 "DCS"

Fields 10 and 19 are made of what is known of the session: of the DCS, the bits for speed, resolution and coding.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from faxcore.contract.recorded import CallRecord
from faxcore.model.call import Direction, Outcome
from faxcore.model.page import Coding, Resolution
from faxcore.model.text import clean_text

_RESOLUTIONS: Final = {Resolution.STANDARD.value: 0, Resolution.FINE.value: 1, Resolution.SUPERFINE.value: 2}
_CODINGS: Final = {Coding.MH.value: 0, Coding.MR.value: 1, Coding.MMR.value: 3}
"""HylaFAX's numbers; it has none for JBIG, which it knows by the DCS."""
_UNLIMITED: Final = 2
"""HylaFAX's number for the length of any page."""
_PACKED: Final = 1 << 21
"""The parameters are packed as since HylaFAX 4.2."""
_REASONS: Final = {
    Outcome.BUSY: "Busy signal detected",
    Outcome.NO_ANSWER: "No answer from remote",
    Outcome.NO_DIALTONE: "No local dialtone",
    Outcome.NO_FAX: "No carrier detected",
    Outcome.LOCAL_ABORT: "Job aborted by user",
}
"""The words by which HylaFAX's programs know a call that came to nothing; it is no error of a fax machine's."""
_SPEED_BITS: Final = {
    ("V.27ter", 2400): "0000",
    ("V.27ter", 4800): "0100",
    ("V.29", 9600): "1000",
    ("V.29", 7200): "1100",
    ("V.17", 14400): "0001",
    ("V.17", 12000): "0101",
    ("V.17", 9600): "1001",
    ("V.17", 7200): "1101",
}
"""Bits 11 to 14 of a DCS (T.30, table 2)."""


def format_call(call: CallRecord) -> str:
    """Write a call as a line of the log."""
    is_out = call.direction is Direction.OUT
    kind = _name_kind(call)
    sender = call.persons[0] if call.persons else ""
    ours, theirs = _quote(call.own_number), _quote(call.other_number)
    fields = [
        datetime.fromisoformat(call.started).astimezone().strftime("%m/%d/%y %H:%M"),
        kind,
        call.id,
        _clean(call.line),
        call.fax,
        '""',
        _clean(sender) if is_out else "fax",
        theirs if kind in ("SEND", "POLL") else ours,
        _quote(call.station_id),
        str(pack_parameters(call)),
        str(call.confirmed),
        _format_seconds(_find_seconds(call)),
        _format_seconds(call.seconds),
        _quote(_explain(call)),
        '""',
        '""' if is_out else theirs,
        '""',
        _quote(" ".join(call.persons)),
        _quote(make_dcs(call)),
    ]
    return "\t".join(fields)


def _name_kind(call: CallRecord) -> str:
    if call.direction is Direction.OUT:
        return "POLL" if call.fetched else "SEND"
    if call.fetched:
        return "SEND"
    return "RECV" if call.confirmed or call.fax else "CALL"


def pack_parameters(call: CallRecord) -> int:
    """Pack what is known of the session; 0 if it did not come to one."""
    if not call.rate:
        return 0
    return (
        _RESOLUTIONS.get(call.resolution, 0)
        | (call.rate // 2400 - 1) << 3
        | _UNLIMITED << 12
        | _CODINGS.get(call.coding, 0) << 14
        | int(call.error_correction) << 16
        | _PACKED
    )


def make_dcs(call: CallRecord) -> str:
    """Make a DCS of what is known of the session, as HylaFAX writes it; empty if it did not come to one."""
    if not call.rate:
        return ""
    octets = 10 if call.coding == Coding.JBIG.value else 6 if call.resolution == Resolution.SUPERFINE.value else 4
    bits = ["0"] * 8 * octets
    for more in range(24, 8 * octets, 8):  # each of these bits says that another octet follows
        bits[more - 1] = "1"
    bits[9] = "1"
    bits[10:14] = _SPEED_BITS.get((call.modulation, call.rate), "0000")
    for bit, value in (
        (15, call.resolution == Resolution.FINE.value),
        (16, call.coding == Coding.MR.value),
        (27, call.error_correction),
        (31, call.coding == Coding.MMR.value),
        (41, call.resolution == Resolution.SUPERFINE.value),
        (78, call.coding == Coding.JBIG.value),
    ):
        if value:
            bits[bit - 1] = "1"
    return " ".join(f"{int(''.join(bits[at : at + 8]), 2):02X}" for at in range(0, len(bits), 8))


def _explain(call: CallRecord) -> str:
    if call.outcome in (None, Outcome.OK):
        return ""
    return _REASONS.get(call.outcome) or str(call.reason) or call.outcome.value


def _find_seconds(call: CallRecord) -> float:
    """Find the seconds from the beginning of a call to its end; as long as it lasts, those that are known."""
    if not call.ended:
        return call.dial_seconds + call.seconds
    whole = datetime.fromisoformat(call.ended) - datetime.fromisoformat(call.started)
    # The clock may have been set meanwhile.
    return max(whole.total_seconds(), call.dial_seconds + call.seconds)


def _format_seconds(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _clean(text: str) -> str:
    return clean_text(text).replace('"', "'")


def _quote(text: str) -> str:
    return f'"{_clean(text)}"'
