# SPDX-License-Identifier: GPL-3.0-or-later
"""After a crash: the two tables of "What exactly-once can mean", applied to what is found on disk.

Sending: `active` was on its way and goes back to sleep, its try counted; `final-pending` may have arrived, so it is
`uncertain` and a person decides. Receiving: a page file in a call directory may have been confirmed to the caller (its
row comes after its file), so every one of them becomes part of an incomplete reception. Nothing else is guessed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable

from faxcore.contract.worker import PageKept
from faxcore.i18n import gettext as _
from faxcore.model.call import CallReport, Outcome
from faxcore.model.job import Event, State
from faxcore.store import outbox
from faxcore.store.jobs import end_call, interrupted, open_calls
from faxcore.store.receptions import ReceptionRow
from faxcore.store.store import Store

log = logging.getLogger(__name__)

PAGE_FILE = re.compile(r"page-([0-9]{4,})(-unconfirmed)?\.tif")

Commit = Callable[[ReceptionRow, CallReport], None]
"""Makes a fax that belongs to somebody of a reception whose call is over."""


def recover(store: Store, lines: Iterable[str], commit: Commit) -> None:
    """Leave nothing between two states. To be called once, before any line is started.

    What these lines were receiving is left to `recover_line`: a worker of before may still be bringing it to its end.
    """
    store.destinations.forget_old()
    strays = store.drafts.remove_strays()
    if strays:
        log.info("removed %d files of documents that had not been accepted", strays)
    for job in store.jobs.in_state(State.ACTIVE, State.FINAL_PENDING):
        restart_job(store, job.id, _("The service was restarted during the call."))
    for call, _line in open_calls(store.database, "out"):
        store.jobs.end_call(call, interrupted(_("The service was restarted during the call.")))
    gone = {line for _call, line in open_calls(store.database, "in")} - set(lines)
    for line in sorted(gone):
        recover_line(store, line, commit)


def recover_line(store: Store, line: str, commit: Commit) -> None:
    """What was being received on this line when the service ended. No worker is at the line any more."""
    for call, owner in open_calls(store.database, "in"):
        if owner == line:
            recover_reception(store, call, _("The service was restarted during the call."), commit)


def restart_job(store: Store, id: str, reason: str) -> None:
    """The call of this job has ended, and nobody knows how."""
    with store.transaction():
        job = store.jobs.event(id, Event.SERVICE_RESTARTED, reason=reason)
        if job.state is State.SLEEPING and job.cancelled:
            job = store.jobs.event(id, Event.CANCELLED, reason="")
        if job.state is State.SLEEPING:
            store.jobs.sleep(id, 0)
        else:
            store.outbox.add(f"{outbox.JOB}-{job.state.value}", id, job.uid)


def recover_reception(store: Store, call: str, reason: str, commit: Commit) -> None:
    """A call in has ended, and nobody knows how: what it brought is kept as an incomplete fax."""
    reception = store.receptions.of_call(call)
    if reception is None:
        with store.transaction():
            end_call(store.database, call, interrupted(reason))
        return
    pages = adopt_pages(store, reception)
    if pages:
        report = CallReport(Outcome.OK_PARTIAL, reason, received=pages)
        commit(reception, report)
    else:
        store.receptions.drop(reception.id, interrupted(reason))


def adopt_pages(store: Store, reception: ReceptionRow) -> int:
    """Have the rows of a reception say what is in its call directory; how many pages there are.

    The files are the truth: a row may have been refused by a full disk, or name a page that came again since. Of
    two files of one page the confirmed one counts.
    """
    folder = store.call_folder(reception.call)
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    found: dict[int, str] = {}
    for name in names:
        match = PAGE_FILE.fullmatch(name)
        if match and (folder / name).stat().st_size and not (match[2] and int(match[1]) in found):
            found[int(match[1])] = name
    with store.transaction():
        known = store.receptions.page_rows(reception.id)
        for page, name in found.items():
            if known.get(page) != name:
                kept = PageKept(reception.call, page, name, rows=0, bad_rows=0, width=0, resolution="")
                store.receptions.keep_page(reception.id, kept)
        store.receptions.forget_pages(reception.id, known.keys() - found.keys())
    return len(found)
