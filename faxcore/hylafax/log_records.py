# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of HylaFAX's log `xferfaxlog`, as xferfaxlog(5) and the logs of several releases have them.

    1 date   2 SEND, RECV, POLL, CALL ...   3 commid   4 modem   5 job, or received file   6 "tag"   7 sender
    8 "number"   9 "station id"   10 parameters   11 pages   12 jobtime   13 conntime   14 "reason"

What follows has grown with the releases: nothing (14 fields), 15 and 16 caller (16 fields), then the owner (17), the
DCS (18), and before both more that the line has told of the call (19; HylaFAX+ has a 20th, which says nothing new).

`format_call` of faxcore.cli.xferfaxlog writes such lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from faxcore.hylafax.logged_session import Session, read_session
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text

_FEWEST, _MOST = 14, 20
"""Fields of a record."""
_TIME: Final = re.compile(r"(?:(?:([0-9]{1,4}):)?([0-9]{1,2}):)?([0-9]{1,2})", re.ASCII)
_WHOLE: Final = re.compile(r"[0-9]{1,10}", re.ASCII)
_NUMBER: Final = re.compile(r"\+?[0-9][0-9 ./()-]*", re.ASCII)
_MOST_PAGES: Final = 10_000
_LONGEST_SECONDS: Final = 7 * 86_400


class Record(Enum):
    """The kinds of record that are calls."""

    SEND = "SEND"
    POLL = "POLL"
    """A document was fetched, with a job."""
    RECV = "RECV"
    """A document was received: of a call that brought several, one for each."""
    CALL = "CALL"
    """A call that came in, of which the documents have records of their own."""


_NO_CALLS: Final = frozenset({"PAGE", "SUBMIT", "UNSENT", "PROXY"})
"""Kinds of record that are no telephone call of a fax line."""


class NoCall(Exception):
    """A line of the log is a record, and not of a call."""


class NoRecord(Exception):
    """A line of the log is no record; `sentence` says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True)
class LogRecord:
    """One call, or one document of a call that came in."""

    at: datetime
    """By the clock of the machine that wrote it, to the minute, without a zone."""
    kind: Record
    commid: str
    """HylaFAX's number of the call, which begins anew now and then."""
    modem: str
    job: str
    """The number of the job, or the path of the received file; empty where there is neither."""
    sender: str
    """As the sender's program said: HylaFAX warns of it."""
    number: str
    """The number dialled, or our own."""
    station_id: str
    session: Session | None
    """None if no session was agreed on."""
    pages: int
    whole_seconds: int
    connected_seconds: int
    reason: str
    """Empty if all went well."""
    caller: str = ""
    caller_name: str = ""
    called: str = ""
    """The number called, where the line has told it."""
    owner: str = ""
    """The login name of whose job it is; empty in logs of old releases."""

    @property
    def is_out(self) -> bool:
        """True for a call that was made."""
        return self.kind in (Record.SEND, Record.POLL)

    @property
    def key(self) -> str:
        """The same for the same record, in whatever file it stands; no two records have the same."""
        # As it stands in the log: another zone of the machine that imports does not change it.
        parts = (self.kind.value, f"{self.at:%Y-%m-%d %H:%M}", self.commid, self.modem, self.job, self.number)
        return "\t".join(parts)

    @property
    def whose(self) -> str:
        """The name of the person who sent it, as HylaFAX knows them; empty if it does not tell."""
        return self.owner or self.sender.partition("@")[0]


def parse_record(line: bytes) -> LogRecord:
    """Read a line. NoCall if it is a record of something else, NoRecord if it is none."""
    fields = [_clean(field) for field in line.decode("utf-8", "replace").rstrip("\r\n").split("\t")]
    if not _FEWEST <= len(fields) <= _MOST:
        values = {"fields": len(fields), "fewest": _FEWEST, "most": _MOST}
        raise NoRecord(Sentence("It has {fields} fields; a record has {fewest} to {most}.", values))
    if fields[1] in _NO_CALLS:
        raise NoCall
    try:
        kind = Record(fields[1])
    except ValueError:
        raise NoRecord(Sentence("{kind} is no kind of record.", {"kind": fields[1] or "?"})) from None
    caller, caller_name = _find_caller(*fields[14:16]) if len(fields) >= 16 else ("", "")
    called = fields[16].partition("::")[0] if len(fields) >= 19 else ""
    owner, dcs = _find_owner(fields)
    pages = _read_whole(fields[10], _MOST_PAGES)
    return LogRecord(
        at=_read_date(fields[0]),
        kind=kind,
        commid=fields[2],
        modem=fields[3],
        job=fields[4],
        sender=fields[6],
        number=fields[7],
        station_id=fields[8],
        session=read_session(_read_whole(fields[9], 1 << 32), dcs, pages),
        pages=pages,
        whole_seconds=_read_seconds(fields[11]),
        connected_seconds=_read_seconds(fields[12]),
        reason=fields[13],
        caller=caller,
        caller_name=caller_name,
        called=called if _NUMBER.fullmatch(called) else "",
        owner=owner,
    )


def _clean(field: str) -> str:
    quoted = len(field) >= 2 and field[0] == field[-1] == '"'
    return clean_text(field[1:-1] if quoted else field)


def _find_caller(first: str, second: str) -> tuple[str, str]:
    """Tell which is the number and which the name: releases, and configurations, differ."""
    if _NUMBER.fullmatch(second) and not _NUMBER.fullmatch(first):
        return second, first
    return (first, second) if _NUMBER.fullmatch(first) else ("", first or second)


def _find_owner(fields: list[str]) -> tuple[str, str]:
    """Find the owner, and the DCS: empty where the release had none."""
    if len(fields) >= 19:
        return fields[17], fields[18]
    if len(fields) >= 17:
        return fields[16], fields[17] if len(fields) == 18 else ""
    return "", ""


def _read_date(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%m/%d/%y %H:%M")  # noqa: DTZ007 - HylaFAX says no zone
    except ValueError:
        raise NoRecord(Sentence("{date} is no date and time.", {"date": text or "?"})) from None


def _read_seconds(text: str) -> int:
    found = _TIME.fullmatch(text)
    seconds = 0
    for part in found.groups("0") if found else ():
        seconds = 60 * seconds + int(part)
    if not found or seconds > _LONGEST_SECONDS:
        raise NoRecord(Sentence("{time} is no duration.", {"time": text or "?"}))
    return seconds


def _read_whole(text: str, most: int) -> int:
    if not _WHOLE.fullmatch(text) or int(text) > most:
        raise NoRecord(Sentence("{number} is not a number that can stand there.", {"number": text or "?"}))
    return int(text)
