# SPDX-License-Identifier: GPL-3.0-or-later
"""Learns from cupsd that the filters before the backend ended well, which it tells no backend.

A filter of somebody else's that fails half-way leaves what it has written, and that may be a whole document with fewer
pages. cupsd notes it once it has collected the filter's exit status: from then on the job's `job-printer-state-message`
is "Filter failed", or the error that the filter has reported itself, and no message below an error replaces that
(scheduler/main.c, process_children, and job.c, update_job, of CUPS 2.4). So when every filter is gone, a warning is
sent, with a text that was never used before. The printer shows every message: once it shows this one, cupsd has read
it. Only if the job then shows it too have all filters ended well.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from faxcore.cups.print_refusal import Exit, Refusal
from faxcore.i18n import gettext as _
from faxcore.model.sentence import Sentence

SECONDS: Final = 20.0
_PAUSE: Final = 0.02
_OF_PRINTER: Final = "printer-state-message"
_OF_JOB: Final = "job-printer-state-message"


def refuse_failed_filters(job: int, say: Callable[[str], None]) -> None:
    """Wait for cupsd's word on the filters of a job; `say` sends a warning. Refusal unless all of them ended well."""
    deadline = time.monotonic() + SECONDS
    text = _("The printing system has converted the document ({number}).").format(number=time.monotonic_ns())
    heard = _await(lambda: not any(_list_filters(job)), deadline)
    say(text)
    heard = heard and _await(lambda: _read_printer() == text, deadline)
    if not heard:
        raise Refusal(
            Exit.HOLD,
            Sentence(
                "The printing system does not say if it has converted the document, which is held: release it later."
            ),
        )
    if _read_job(job) != text:
        raise make_conversion_refusal()


def make_conversion_refusal() -> Refusal:
    """Make the refusal of a document that a filter of cupsd's has not converted to its end."""
    return Refusal(
        Exit.CANCEL,
        Sentence("The printing system could not convert the whole document, so nothing is faxed: save it as PDF."),
    )


def _await(condition: Callable[[], bool], deadline: float) -> bool:
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def _list_filters(job: int) -> Iterator[int]:
    """List the processes that cupsd has started for a job, but for this one; those that are ending have no arguments
    any more.
    """
    for folder in Path("/proc").glob("[0-9]*"):
        if folder.name == str(os.getpid()):
            continue
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            arguments = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it is gone
        if parent == str(os.getppid()) and (len(arguments) < 3 or str(job).encode() in arguments[1:4]):
            yield int(folder.name)


def _read_printer() -> str:
    name = os.environ.get("PRINTER", "")
    return _ask(lambda cupsd: cupsd.getPrinterAttributes(name, requested_attributes=[_OF_PRINTER]).get(_OF_PRINTER))


def _read_job(job: int) -> str:
    return _ask(lambda cupsd: cupsd.getJobAttributes(job, [_OF_JOB]).get(_OF_JOB))


def _ask(question: Callable[[Any], object]) -> str:
    import cups

    try:
        return str(question(cups.Connection()))
    except (cups.IPPError, cups.HTTPError, RuntimeError):
        return ""  # asked again, or taken for the failure that it may hide
