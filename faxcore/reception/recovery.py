# SPDX-License-Identifier: GPL-3.0-or-later
"""Receptions after a crash. A worker brings its call to an end without the service, and leaves its report in the call
directory: then the reception is what that says. Without one, a page file there may have been confirmed to the caller
(its row comes after its file), so every one of them becomes part of an incomplete reception. Nothing else is guessed.
Of several documents in one call each is judged by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from faxcore.checkpoint import checkpoint
from faxcore.contract.messages import Ended
from faxcore.model.call import CallReport, Direction, Outcome
from faxcore.model.sentence import Sentence
from faxcore.reception.call_documents import PAGE_FILE, take_apart
from faxcore.store import deliveries
from faxcore.store.calls import make_interrupted
from faxcore.store.receptions import ReceptionRow
from faxcore.store.store import Store

RESTARTED: Final = Sentence("The service was restarted during the call.")

Keep = Callable[[ReceptionRow, CallReport], None]
"""Makes a fax that belongs to somebody of a reception whose call is over."""


def recover_gone_lines(store: Store, lines: Iterable[str], keep: Keep) -> None:
    """Recover what was being received on lines that are not among these. To be called before any line is started.

    What these lines were receiving is left to `recover_line`: a worker of before may still be bringing it to its end.
    """
    gone = {call.line for call in store.calls.find_open(Direction.IN)} - set(lines)
    for line in sorted(gone):
        recover_line(store, line, keep)


def recover_line(store: Store, line: str, keep: Keep) -> None:
    """Recover what was being received on this line when the service ended. No worker is at the line any more."""
    for call in store.calls.find_open(Direction.IN):
        if call.line == line and not call.follows:
            close_call(store, call.id, None, RESTARTED, keep)


def close_call(store: Store, call: str, ended: Ended | None, reason: Sentence, keep: Keep) -> list[str]:
    """Make a fax of each document that a call in has brought, now that it is over; the ids of its parts, of which each
    document has one. Where nobody has heard its end, what is not in the worker's reports is incomplete, for this
    `reason`.
    """
    heard = () if ended is None else (*ended.earlier, ended.report)
    receptions = take_apart(store, call, len(heard))
    if not receptions:
        store.calls.end(call, make_interrupted(reason))
        return [call]
    left = (store.find_report(call, document) for document in range(len(heard) + 1, len(receptions) + 1))
    reports = [*heard, *left]
    checkpoint("documents apart, call not closed")
    with store.transaction():
        for place, reception in enumerate(receptions):
            behind = sum(report.seconds for report in reports[place + 1 :] if report is not None)
            _close(store, reception, reports[place], behind, reason, keep)
    return [reception.call for reception in receptions]


def _close(
    store: Store, reception: ReceptionRow, report: CallReport | None, behind: float, reason: Sentence, keep: Keep
) -> None:
    if report is None:
        _close_unheard(store, reception, reason, keep)
    else:
        close_reception(store, reception, replace(report, behind=behind), keep)


def recover_reception(store: Store, call: str, reason: Sentence, keep: Keep) -> None:
    """Keep what a call out has fetched whose end nobody has heard: what its worker's report in its folder says of it,
    or without one an incomplete fax.
    """
    reception = store.receptions.of_call(call)
    if reception is None:
        store.calls.end(call, make_interrupted(reason))
        return
    report = store.find_report(call)
    if report is not None:
        close_reception(store, reception, report, keep)
    else:
        _close_unheard(store, reception, reason, keep)


def _close_unheard(store: Store, reception: ReceptionRow, reason: Sentence, keep: Keep) -> None:
    if pages := adopt_pages(store, reception):
        keep(reception, CallReport(Outcome.OK_PARTIAL, reason, received=pages))
    else:
        store.receptions.drop(reception.id, make_interrupted(reason))


def close_reception(store: Store, reception: ReceptionRow, report: CallReport, keep: Keep) -> None:
    """Make a fax of a reception whose call has ended with this report, or drop one that brought no page."""
    if report.offer:
        store.calls.end(reception.call, report)
        for fetching in store.offers.several_fetchings([reception.call]):
            store.deliveries.add(deliveries.FETCHING, fetching.id, fetching.owner)
    if reception.sub_address is None:
        store.receptions.set_sub_address(reception.id, report.sub_address)
        reception = replace(reception, sub_address=report.sub_address)
    if adopt_pages(store, reception):
        keep(reception, report)
    else:
        store.receptions.drop(reception.id, report)


def adopt_pages(store: Store, reception: ReceptionRow) -> int:
    """Bring the rows of a reception into agreement with its call directory; the number of pages.

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
                store.receptions.keep_page(reception.id, page, name)
        store.receptions.forget_pages(reception.id, known.keys() - found.keys())
    return len(found)
