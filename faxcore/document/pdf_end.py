# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a PDF file: there, or cut off on the way here.

Readers find everything from the end of a file, and make up what they can where it is missing, which is a shorter
document. Only what stands behind the end is harmless: web servers and mail gateways leave all sorts of things there.
"""

from __future__ import annotations

import mmap
import re
from pathlib import Path
from typing import Final

from faxcore.document.document_error import DocumentError, Reason

_END: Final = b"%%EOF"
_HEAD: Final = 1024
_LENGTH: Final = re.compile(rb"/Linearized\b[^>]*?/L\s+(\d{1,12})", re.DOTALL)
"""A file for the web says how long it is, because its first part has an end of its own."""
_PARTS: Final = re.compile(rb"\d\s+\d+\s+obj\b|\bendobj\b|\bendstream\b|\bxref\b|\btrailer\b")
"""Words of a PDF: behind the end they are the beginning of a later version of it."""


def refuse_cut_file(document: Path) -> None:
    """Raise DocumentError if the file's end is missing."""
    with document.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets:
        said = _LENGTH.search(octets[:_HEAD])
        if said and int(said[1]) > len(octets):
            raise DocumentError(Reason.TRUNCATED, f"{len(octets)} octets of {int(said[1])}")
        end = octets.rfind(_END)
        if end < 0 or _PARTS.search(octets, end + len(_END)):
            raise DocumentError(Reason.TRUNCATED)
