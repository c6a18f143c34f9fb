# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of the contract on standard output: a line for a person, one JSON value for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

from faxcore.contract.codec import encode
from faxcore.contract.printed import Draft
from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.call import Outcome
from faxcore.model.job import JobKind
from faxcore.model.sentence import from_plain
from faxcore.model.spreadsheet import write_rows


def format_fax(fax: Draft | Job | Reception) -> str:
    """The line of a list that tells of a fax."""
    if isinstance(fax, Job):
        waits = _("from {time} on").format(time=format_time(fax.next_try)) if fax.next_try else ""
        parts = (translate(fax.progress or fax.reason), format_live(fax), waits, _join_lines(fax.comment))
        about = "  ".join(part for part in parts if part)
        count = (
            f"{fax.confirmed}/{fax.pages}" if fax.kind is JobKind.SEND else _("fetch {pages}").format(pages=fax.pages)
        )
        what = f"{fax.recipient}  {fax.number}  {fax.title}  {about}"
        return f"{fax.id}  {fax.state.value:14} {count:>7}  {what}".rstrip()
    pages = _("{pages} pages").format(pages=fax.pages)
    if isinstance(fax, Draft):
        return f"{fax.id}  {fax.created[:19]}  {pages}  {fax.title or fax.kept.order.subject}".rstrip()
    whole = "" if fax.outcome is Outcome.OK else _(" (incomplete)")
    called = _(", for {name}").format(name=fax.called_name) if fax.called_name else ""
    for_whom = _("for {sub_address}").format(sub_address=fax.sub_address) if fax.sub_address else ""
    unsorted = _("nobody's yet") if fax.unassigned else ""
    read = ", ".join(f"{mark.name} {format_time(mark.at)}" for mark in fax.read_by)
    by_whom = _("read by {readers}").format(readers=read) if read else ""
    place = fax.pdf or fax.tiff or translate(fax.waiting)
    facts = (pages + whole + called, for_whom, unsorted, by_whom, place, _join_lines(fax.comment))
    about = "  ".join(fact for fact in facts if fact)
    return f"{fax.id}  {fax.received[:19]}  {fax.contact or fax.remote_id or fax.caller:20}  {about}"


def _join_lines(comment: str) -> str:
    return " ".join(comment.split())


def format_live(job: Job) -> str:
    """Write what is known of a job's call beside its progress."""
    live = job.live
    if live is None:
        return ""
    facts = (
        _("to {station}").format(station=live.remote_id) if live.remote_id else "",
        _("{rate} bit/s").format(rate=live.rate) if live.rate else "",
        _("error correction") if live.error_correction else "",
        _("about {seconds} s left").format(seconds=live.seconds_left) if live.seconds_left else "",
    )
    known = ", ".join(fact for fact in facts if fact)
    return f"({known})" if known else ""


def format_time(time: str) -> str:
    """Write a time of the contract in this machine's zone."""
    return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M")


def print_json(value: object) -> int:
    """Print a value for scripts: as it crosses the bus, a sentence as its text too."""
    print(json.dumps(_plain(value), ensure_ascii=False, indent=2))
    return 0


def print_rows(rows: Iterable[Sequence[object]]) -> None:
    """Print rows as CSV, in UTF-8 in every language; a reader has them at once."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)  # a test's output has none
    if reconfigure is not None:
        reconfigure(encoding="utf-8")
    write_rows(rows, sys.stdout)


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return _with_texts(encode(value))


def _with_texts(plain: object) -> object:
    """The same plain value with the text of each sentence, in this person's language, in the place of its parts."""
    if isinstance(plain, dict):
        if plain.keys() <= {"text", "values"} and (not plain or "text" in plain):
            return translate(from_plain(plain))
        return {key: _with_texts(value) for key, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [_with_texts(value) for value in plain]
    return plain
