# SPDX-License-Identifier: GPL-3.0-or-later
"""The import of a HylaFAX, from its first step to its last: received faxes with their calls, the rest of the log, then
sent jobs, which are tied to their calls. The service does not run meanwhile: whoever calls has the lock of its folder.

Each fax is one transaction behind its files, and the log is some hundred records at a time: broken off at any point and
begun again, it is gone on with, for what is there is known by ids that are made of what HylaFAX calls it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from faxcore.checkpoint import checkpoint
from faxcore.config import Config
from faxcore.hylafax.choices import Choices, Directory
from faxcore.hylafax.import_report import ImportReport, Tally
from faxcore.hylafax.logged_calls import LoggedCalls, make_call_id
from faxcore.hylafax.received_faxes import ReceivedFaxes, Stopped
from faxcore.hylafax.sent_jobs import SentJobs, read_jobs
from faxcore.hylafax.spool import NotThere, Spool
from faxcore.model.sentence import Sentence
from faxcore.store.imported import key_part
from faxcore.store.store import Store

_PIECE: Final = 500
"""Calls in one transaction."""


def import_spool(spool: Spool, store: Store, config: Config, choices: Choices, now: datetime) -> ImportReport:
    """Bring in all of a spool, and say what was not. UnknownPeople or NobodyHere before anything is written; Stopped,
    OSError or StoreError if it cannot go on.
    """
    report = ImportReport()
    directory = Directory(config, choices)
    try:
        log = LoggedCalls(spool, now, report.calls)
    except NotThere as error:
        raise Stopped(Sentence("{folder}: {reason}", {"folder": "log", "reason": error.sentence})) from error
    jobs = read_jobs(spool, now, report.jobs)
    directory.check([*(record.whose for record in log.records if record.is_out), *(job.whose for job in jobs.values())])
    known = store.imported.list_calls()
    faxes = ReceivedFaxes(store, spool, config, choices, directory, log)
    before = set(known)
    faxes.run(known, report.receptions)
    _import_calls(store, config, choices, directory, log, before, known, faxes.held_back, report.calls)
    SentJobs(store, spool, config, choices, directory, log).run(jobs, report.jobs)
    return report


def _import_calls(
    store: Store,
    config: Config,
    choices: Choices,
    directory: Directory,
    log: LoggedCalls,
    before: set[str],
    known: set[str],
    held_back: set[str],
    tally: Tally,
) -> None:
    """Bring in the calls that have not come with a fax."""
    new = []
    for record in sorted(log.records, key=lambda record: record.at):
        part = key_part(make_call_id(record))
        if part in known:
            tally.there += part in before
            # Those that have come with a fax just now are counted here as well: they stand in the log.
            tally.imported += part not in before
        elif record.key not in held_back:
            new.append(log.make_call(record, directory, config))
    tally.imported += len(new)
    if choices.dry:
        return
    for start in range(0, len(new), _PIECE):
        with store.transaction():
            store.imported.add_calls(new[start : start + _PIECE])
            checkpoint("part of the log written, not committed")
        checkpoint("part of the log committed")
