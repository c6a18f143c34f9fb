# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of HylaFAX's log, read from all of its files, and each made into a call of ours.

Of a call that came in with documents there is a record for each document, and one more for the call itself: it is the
documents' records that count, as HylaFAX's own statistics have it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from faxcore.config import Config
from faxcore.dialling.numbers import number_key
from faxcore.hylafax.causes import judge
from faxcore.hylafax.choices import Directory
from faxcore.hylafax.import_report import Tally
from faxcore.hylafax.log_records import LogRecord, NoCall, NoRecord, Record, parse_record
from faxcore.hylafax.spool import NotThere, Spool
from faxcore.model.call import Direction
from faxcore.model.sentence import Sentence
from faxcore.store.ids_and_times import derived_id, format_time
from faxcore.store.imported import ImportedCall

_FIRST_YEAR: Final = 1990
"""Before it there was no HylaFAX."""
_SOON: Final = timedelta(days=1)
_NEAR: Final = timedelta(days=1)
"""Records with one number of a call are of one call if they are no further apart: the numbers begin anew."""


class LoggedCalls:
    """The records of the log, each once, in its order."""

    def __init__(self, spool: Spool, now: datetime, tally: Tally) -> None:
        """Read them; what is no record is refused in the tally. NotThere if the log may not be read."""
        self._now = now.astimezone().replace(tzinfo=None)
        self._tally = tally
        found: dict[str, LogRecord] = {}
        for name in spool.list_logs():
            for record in self._read(spool, name):
                found.setdefault(record.key, record)
        records = list(found.values())
        documents: dict[tuple[str, str], list[datetime]] = {}
        for record in records:
            if record.kind is Record.RECV:
                documents.setdefault((record.modem, record.commid), []).append(record.at)
        self.records: list[LogRecord] = []
        for record in records:
            if record.kind is Record.CALL and any(
                abs(at - record.at) <= _NEAR for at in documents.get((record.modem, record.commid), ())
            ):
                tally.left_out += 1
            else:
                self.records.append(record)
        self._follows = dict(self._find_chains())

    def find_received(self) -> dict[str, LogRecord]:
        """Give the last record of each received file, by its path: names are used again."""
        return {record.job: record for record in self.records if record.kind is Record.RECV and record.job}

    def make_call(self, record: LogRecord, directory: Directory, config: Config) -> ImportedCall:
        """Make a call of ours of a record."""
        number = number_key(record.number, config.dialling) if record.number else ""
        if not record.is_out and record.called:
            number = number_key(record.called, config.dialling)
        outcome, reason = judge(record)
        begun, rest = record.at.astimezone(), max(record.whole_seconds, record.connected_seconds)
        answer = begun + timedelta(seconds=rest - record.connected_seconds)
        session = record.session
        is_in = not record.is_out
        return ImportedCall(
            id=make_call_id(record),
            direction=Direction.IN if is_in else Direction.OUT,
            line=directory.find_line(record.modem),
            started=format_time(begun),
            answered=format_time(answer) if record.connected_seconds else None,
            ended=format_time(begun + timedelta(seconds=rest)),
            owner="" if is_in else directory.find_person(record.whose) or "",
            destination=number,
            caller=record.caller if is_in else "",
            pages=record.pages,
            confirmed=record.pages,
            received=0 if record.kind is Record.SEND else record.pages,
            outcome=outcome,
            reason=reason,
            rate=session.rate if session else 0,
            modulation=session.modulation if session else "",
            coding=session.coding.value if session else "",
            resolution=session.resolution.value if session else "",
            error_correction=session.error_correction if session else False,
            remote_id=record.station_id,
            dial_seconds=0.0 if is_in else float(rest - record.connected_seconds),
            seconds=float(record.connected_seconds),
            follows=self._follows.get(record.key, ""),
        )

    def _read(self, spool: Spool, name: str) -> Iterator[LogRecord]:
        number = 0
        try:
            for number, line in enumerate(spool.read_log(name), 1):
                where = f"{name}, {number}"
                try:
                    if line is None:
                        raise NoRecord(Sentence("The line is too long for a record."))
                    yield self._check(parse_record(line))
                except NoCall:
                    self._tally.left_out += 1
                except NoRecord as error:
                    self._tally.refuse(where, error.sentence)
        except NotThere as error:
            self._tally.refuse(name, error.sentence)
        except (OSError, EOFError, zlib.error):
            self._tally.refuse(f"{name}, {number + 1}", Sentence("It cannot be read on from here."))

    def _check(self, record: LogRecord) -> LogRecord:
        if record.at.year < _FIRST_YEAR or record.at > self._now + _SOON:
            raise NoRecord(
                Sentence("Its date cannot be right: {date}.", {"date": record.at.strftime("%Y-%m-%d %H:%M")})
            )
        return record

    def _find_chains(self) -> Iterator[tuple[str, str]]:
        """Find for each fax that went over behind another in one telephone call the one before."""
        before: dict[tuple[str, str, bool], LogRecord] = {}
        for record in self.records:
            call = (record.modem, record.commid, record.is_out)
            last = before.get(call)
            if record.commid and last is not None and abs(last.at - record.at) <= _NEAR:
                yield record.key, make_call_id(last)
            before[call] = record


def make_call_id(record: LogRecord) -> str:
    """Make the id of the call of a record."""
    return derived_id(record.at.astimezone(), f"hylafax\t{record.key}")
