# SPDX-License-Identifier: GPL-3.0-or-later
"""The received faxes of HylaFAX (`recvq`) as receptions of ours: pages read behind the wall, facts from the log and the
file, owners by the configuration, as if it had come on its line. They are in their owners' inboxes at once; the
service puts their files in the folders when it starts.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from typing import BinaryIO, Final

from faxcore.checkpoint import checkpoint
from faxcore.config import Config
from faxcore.dialling.numbers import number_key
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.received_tiff import ReceivedFacts, copy_received
from faxcore.document.tiff import read_pages
from faxcore.fax_folders.own_copies import make_own_copies, own_copies
from faxcore.hylafax.choices import Choices, Directory
from faxcore.hylafax.import_report import Tally
from faxcore.hylafax.log_records import LogRecord
from faxcore.hylafax.logged_calls import LoggedCalls, make_call_id
from faxcore.hylafax.spool import RECEIVED, NotThere, Spool
from faxcore.model.call import Direction, Outcome
from faxcore.model.sentence import Sentence
from faxcore.reception.ownership import find_folder, find_owners, find_route, leave_out_gone
from faxcore.reception.placing import make_facts
from faxcore.routing.routes import Route, find_number
from faxcore.store.ids_and_times import derived_id, format_time, neighbour
from faxcore.store.imported import ImportedCall, key_part
from faxcore.store.receptions import Receiving, ReceptionRow
from faxcore.store.store import Store
from faxcore.store.synced_files import make_folder

_NEAR: Final = timedelta(days=1)
"""The date in a file is that of its record if they are no further apart."""
RULE: Final = "imported"
"""The rule of a fax whose owner the administrator has said."""


class Stopped(Exception):
    """Nothing can be imported now: `sentence` says why. It can be gone on with."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class ReceivedFaxes:
    """Brings in received faxes."""

    def __init__(
        self, store: Store, spool: Spool, config: Config, choices: Choices, directory: Directory, log: LoggedCalls
    ) -> None:
        self._store = store
        self._spool = spool
        self._config = config
        self._choices = choices
        self._directory = directory
        self._log = log
        self.held_back: set[str] = set()
        """The keys of records whose fax may come in another time: their calls come with it."""

    def run(self, known: set[str], tally: Tally) -> None:
        """Bring in all; `known` are the calls that are there, to which those of the faxes are added. Stopped, OSError
        or StoreError if it cannot go on.
        """
        records = self._log.find_received()
        try:
            names = self._spool.find_files("recvq", RECEIVED)
        except NotThere as error:
            raise Stopped(Sentence("{folder}: {reason}", {"folder": "recvq", "reason": error.sentence})) from error
        for name in names:
            record = records.get(name)
            try:
                part = self._bring(name, record, known)
            except NotThere as error:
                self._refuse(name, record, error.sentence, error.passes, tally)
            except DocumentError as error:
                if error.reason in (Reason.NO_WALL, Reason.NO_SPACE):
                    raise Stopped(error.sentence) from error
                self._refuse(name, record, error.sentence, error.reason.passes, tally)
            else:
                tally.imported += bool(part)
                tally.there += not part
                known |= {part} if part else set()

    def _refuse(self, name: str, record: LogRecord | None, why: Sentence, passes: bool, tally: Tally) -> None:
        tally.refuse(name, why)
        if passes and record is not None:
            self.held_back.add(record.key)

    def _bring(self, name: str, record: LogRecord | None, known: set[str]) -> str:
        """Bring in one; what names its call, or nothing if it is there."""
        part = key_part(make_call_id(record)) if record is not None else ""
        if part in known:
            return ""
        with self._spool.open(name) as file:
            # By what is in it: HylaFAX gives a name again when it has begun to count anew.
            key = f"hylafax\t{name}\t{_hash(file)}"
            file.seek(0)
            if key_part(derived_id(datetime.fromtimestamp(0).astimezone(), key)) in known:
                return ""
            changed = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime)  # noqa: DTZ006 - as TIFF has it
            with tempfile.TemporaryFile() as pages:
                sizes, facts = copy_received(file, pages)
                call = self._make_call(record, facts, changed, key)
                reception = self._make_reception(call, record, facts, len(sizes), changed)
                if not self._choices.dry:
                    self._keep(call, reception, pages)
        return key_part(call.id)

    def _make_call(self, record: LogRecord | None, facts: ReceivedFacts, changed: datetime, key: str) -> ImportedCall:
        if record is not None:
            call = self._log.make_call(record, self._directory, self._config)
            remote_id = call.remote_id or facts.station_id
            return replace(call, remote_id=remote_id, sub_address=facts.sub_address, bad_rows=facts.bad_rows)
        at = (facts.time or changed).astimezone()
        return ImportedCall(
            id=derived_id(at, key),
            direction=Direction.IN,
            line="",
            started=format_time(at - timedelta(seconds=facts.seconds)),
            answered=format_time(at - timedelta(seconds=facts.seconds)) if facts.seconds else None,
            ended=format_time(at),
            outcome=Outcome.OK,
            remote_id=facts.station_id,
            sub_address=facts.sub_address,
            bad_rows=facts.bad_rows,
            seconds=float(facts.seconds),
        )

    def _make_reception(
        self, call: ImportedCall, record: LogRecord | None, facts: ReceivedFacts, pages: int, changed: datetime
    ) -> ReceptionRow:
        at = facts.time or changed
        if record is not None and abs(at - record.at) > _NEAR:
            at = record.at
        called = (record.called or record.number) if record is not None else ""
        line = next((line for line in self._config.all_lines() if line.name == call.line), None)
        number = find_number(line, called, self._config.dialling) if line is not None else None
        return ReceptionRow(
            id=neighbour(call.id),
            call=call.id,
            state=Receiving.WAITING,
            line=call.line,
            called=called,
            called_key=number_key(called, self._config.dialling) if called else "",
            called_name=number.name if number is not None else "",
            caller=call.caller,
            caller_name=record.caller_name if record is not None else "",
            sub_address=facts.sub_address,
            remote_id=call.remote_id,
            outcome=call.outcome,
            reason=call.reason,
            received=format_time(at.astimezone()),
            pages=pages,
            bad_rows=facts.bad_rows,
            rule="",
            folder="",
            tiff="",
            pdf="",
            tiff_sha256="",
            pdf_sha256="",
            fetched_for="",
        )

    def _keep(self, call: ImportedCall, reception: ReceptionRow, pages: BinaryIO) -> None:
        """Make our own copies, and then the rows."""
        found = self._find_route(reception)
        reception = replace(reception, rule=found.rule, folder=str(find_folder(found, self._config)))
        own = own_copies(make_folder(self._store.call_folder(call.id)))
        when = datetime.fromisoformat(reception.received)
        make_own_copies(own, read_pages(pages), make_facts(reception), when)
        checkpoint("imported pages on disk, no row")
        dialling = self._config.dialling
        numbers = [number_key(number, dialling) for number in (reception.called, reception.caller)]
        if not call.received:
            # Not in the log.
            call = replace(call, pages=reception.pages, confirmed=reception.pages, received=reception.pages)
        with self._store.transaction():
            self._store.imported.add_reception(
                reception, call, find_owners(found, self._config), found.trace, numbers, self._choices.read
            )
            checkpoint("imported fax written, not committed")
        checkpoint("imported fax committed")

    def _find_route(self, reception: ReceptionRow) -> Route:
        if self._choices.owner:
            why = Sentence("import: the administrator has said so")
            return Route((self._choices.owner,), None, RULE, (why,))
        return leave_out_gone(find_route(reception, reception.remote_id, self._config), self._config)


def _hash(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()
