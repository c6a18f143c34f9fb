# SPDX-License-Identifier: GPL-3.0-or-later
"""The number of pages that a PostScript file declares in its comments (Adobe's DSC 3.0, 5).

`%%Pages:` stands in the header, or, where that says (atend), behind the last page. Documents that are embedded, as
figures are, have comments of their own, which are not the file's.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_LINE: Final = re.compile(rb"^%%(Pages:[ \t]*(\d{1,6}|\(atend\))|BeginDocument|EndDocument)", re.MULTILINE)
_MOST: Final = 64 << 20
"""Octets that are looked at: in what is longer the number is not known."""


def count_declared_pages(document: Path) -> int | None:
    """Count the pages that the file says it has; None if it does not say."""
    if document.stat().st_size > _MOST:
        return None
    octets = document.read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    depth, declared = 0, None
    for found in _LINE.finditer(octets):
        word = found[1]
        if word == b"BeginDocument":
            depth += 1
        elif word == b"EndDocument":
            depth = max(0, depth - 1)
        elif not depth and found[2] != b"(atend)":
            declared = int(found[2])
            if b"%%EndComments" not in octets[: found.start()]:
                break  # in the header: what comes later is a figure's that nobody has marked
    return declared
