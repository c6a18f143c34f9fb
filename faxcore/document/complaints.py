# SPDX-License-Identifier: GPL-3.0-or-later
"""Complaints of the libraries that decode pictures: libtiff writes them to standard error, and goes on."""

from __future__ import annotations

from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.inside import read_messages


def refuse_complaints() -> None:
    """Raise DocumentError if a library has complained of the document so far, inside a limited process.

    What libtiff cannot decode it replaces by white rows or by the row above: that is not the page.
    """
    if complaint := read_messages().strip():
        raise DocumentError(Reason.DAMAGED, complaint.splitlines()[0][:200])
