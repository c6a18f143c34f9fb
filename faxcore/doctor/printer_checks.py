# SPDX-License-Identifier: GPL-3.0-or-later
"""The printer *Fax*, as `faxctl printer check` has it."""

from __future__ import annotations

from collections.abc import Iterator

from faxcore.cups import backend_file, printer
from faxcore.cups.fault import Fault
from faxcore.doctor.finding import Area, Finding, Public, Verdict, good
from faxcore.model.sentence import Sentence, Value, literal, mark


def check_printer() -> Iterator[Finding]:
    """Look at the backend and at the queue."""
    faults: list[Fault] = list(backend_file.check_backend(backend_file.BACKEND))
    try:
        faults += printer.check(printer.connect(), printer.PRINTER)
    except printer.PrinterFailed as failure:
        faults.append(failure.fault)
    for fault in faults:
        values: dict[str, Value] = {"kind": Public(fault.kind), "reason": literal(fault.sentence)}
        remedy = Sentence("Make the printer, or put it right: sudo faxctl printer install")
        yield Finding(Area.PRINTER, Verdict.WRONG, Sentence("The printer ({kind}): {reason}", values), remedy)
    if not faults:
        yield good(Area.PRINTER, mark("The printer {name} is ready."), name=Public(printer.PRINTER))
