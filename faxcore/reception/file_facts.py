# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts of a received fax that stand in its PDF. They come from its row alone, so that a file which is made again
is the same; they are for programs and archives, and in English wherever they are read.
"""

from __future__ import annotations

from faxcore.document.archival_pdf import FaxFacts
from faxcore.model.call import Outcome
from faxcore.store.receptions import ReceptionRow


def find_facts(reception: ReceptionRow, title: str) -> FaxFacts:
    """Find the facts of a reception whose call is over."""
    whole = "" if reception.outcome is Outcome.OK else ", incomplete"
    pages = f"{reception.pages} page" if reception.pages == 1 else f"{reception.pages} pages"
    called = " ".join(filter(None, (reception.called_name, reception.called)))
    named = {
        "received": reception.received,
        "line": reception.line,
        "called number": reception.called,
        "called": reception.called_name,
        "caller": reception.caller,
        "caller name": reception.caller_name,
        "station id": reception.remote_id,
        "sub-address": reception.sub_address or "",
        "pages": str(reception.pages),
        "fax": reception.id,
    }
    return FaxFacts(
        title=title,
        author=reception.remote_id or reception.caller_name or reception.caller,
        subject=f"Fax received on {reception.line}{f' for {called}' if called else ''}: {pages}{whole}",
        keywords=tuple(f"{name}: {value}" for name, value in named.items() if value),
    )
